# Losses, metrics, constraints and schedules that users write. Each becomes a function of
# tensors, which the core traces once.

#' Define a loss, a metric, a constraint or a learning-rate schedule
#'
#' These make functions that make objects, as [Layer()] does for layers. What a method
#' computes of tensors, it computes with `op_*()` functions and R's arithmetic: it is
#' traced once, runs on both engines, and goes into saved models. A plain function of
#' `(y_true, y_pred)` may be given to `compile()` too, as a loss or, through
#' [custom_metric()], as a metric.
#'
#' A metric has `initialize`, in which `self$add_variable()` makes what is added up over
#' the batches, `update_state`, which adds to it (`self$total$assign_add(x)`), and
#' `result`, which returns a number. What is kept is started again at each epoch. With
#' `direction = "min"` or `"max"` among its members, callbacks that watch it know whether
#' smaller or larger is better.
#'
#' @param classname The class's name.
#' @param initialize A function that is called when an object is made, with its arguments.
#' @param call For a loss a function of `(y_true, y_pred)`: it returns a value for each
#'   sample, or one for all. For a constraint a function of a weight that returns it as it
#'   may be. For a schedule a function of the number of the step, from 0.
#' @param update_state A function of `(y_true, y_pred, sample_weight)`.
#' @param result A function without arguments.
#' @param get_config A function that returns the object's arguments as a list.
#' @param ...,public More methods and values, by name.
#' @param private A named list of what methods find as `private`.
#' @param inherit A class made by the same function, to inherit from.
#' @param parent_env Where the functions look for what is not theirs.
#' @returns A function that makes objects.
#' @family custom classes
#' @examplesIf rdeep_available()
#' loss_weighted <- Loss(
#'   "Weighted",
#'   initialize = function(weight = 2, ...) {
#'     super$initialize(...)
#'     self$weight <- weight
#'   },
#'   call = function(y_true, y_pred) {
#'     error <- y_true - y_pred
#'     op_mean(op_where(error > 0, self$weight, 1) * op_abs(error), axis = -1)
#'   }
#' )
#' keras_model_sequential(input_shape = 2) |>
#'   layer_dense(1) |>
#'   compile(loss = loss_weighted(weight = 3))
#' @export
Loss <- function(classname,
                 call = NULL,
                 ...,
                 public = list(),
                 private = list(),
                 inherit = NULL,
                 parent_env = parent.frame()) {
  definition <- new_definition(
    classname, list2(call = call, ...), public, private, rlang::enquo(inherit), parent_env, "loss"
  )
  refuse_overrides(definition, "loss", current_env())
  function_class(definition, "loss", function(self) self$call)
}

#' @rdname Loss
#' @export
new_loss_class <- Loss

#' @rdname Loss
#' @export
Constraint <- function(classname,
                       call = NULL,
                       get_config = NULL,
                       ...,
                       public = list(),
                       private = list(),
                       inherit = NULL,
                       parent_env = parent.frame()) {
  methods <- list2(call = call, get_config = get_config, ...)
  definition <- new_definition(
    classname, methods, public, private, rlang::enquo(inherit), parent_env, "constraint"
  )
  function_class(definition, "constraint", function(self) self$call)
}

#' @rdname Loss
#' @export
new_learning_rate_schedule_class <- function(classname,
                                             call = NULL,
                                             initialize = NULL,
                                             get_config = NULL,
                                             ...,
                                             public = list(),
                                             private = list(),
                                             inherit = NULL,
                                             parent_env = parent.frame()) {
  methods <- list2(call = call, initialize = initialize, get_config = get_config, ...)
  definition <- new_definition(
    classname, methods, public, private, rlang::enquo(inherit), parent_env, "schedule"
  )
  function_class(definition, "schedule", function(self) self$call)
}

#' @rdname Loss
#' @export
Metric <- function(classname,
                   initialize = NULL,
                   update_state = NULL,
                   result = NULL,
                   ...,
                   public = list(),
                   private = list(),
                   inherit = NULL,
                   parent_env = parent.frame()) {
  methods <- list2(initialize = initialize, update_state = update_state, result = result, ...)
  definition <- new_definition(
    classname, methods, public, private, rlang::enquo(inherit), parent_env, "metric"
  )
  refuse_overrides(definition, "metric", current_env())
  make <- function(...) make_metric(definition, list2(...), current_env())
  as_class(make, definition)
}

#' @rdname Loss
#' @export
new_metric_class <- Metric

make_metric <- function(definition, arguments, .call) {
  self <- new.env(parent = emptyenv())
  # The functions are there once the object is made; the core calls them later.
  later <- function(name) without_conditions(function(...) self[[name]](...), constant = TRUE)
  pointer <- call_core(
    "r_metric",
    name = snake_case(definition$classname),
    update = later("update_state"), result = later("result"), .call = .call
  )
  instantiate(definition, metric_abilities(self, pointer), arguments, self)
  for (name in c("update_state", "result")) {
    if (is.null(self[[name]])) {
      abort_rdeep(
        "argument",
        sprintf("The class has no `%s`.", name),
        argument = name,
        call = .call
      )
    }
  }
  self$pointer <- pointer
  if (is.function(self$reset_state)) {
    reset <- core_function(self$reset_state, "reset_state", .call)
    assign_attribute(pointer, "reset_function", reset, .call)
  }
  if (!is.null(self$name)) {
    assign_attribute(pointer, "name", self$name, .call)
  }
  assign_attribute(pointer, "dtype", self$dtype, .call)
  if (!is.null(self$direction)) {
    assign_attribute(pointer, "direction", self$direction, .call)
  }
  weighs <- "sample_weight" %in% names(formals(self$update_state))
  assign_attribute(pointer, "uses_weights", weighs, .call)
  wrap(call_method(pointer, "as_record", .call = .call))
}

metric_abilities <- function(self, pointer) {
  variable <- function(shape = NULL,
                       initializer = "zeros",
                       dtype = NULL,
                       aggregation = "sum",
                       name = NULL,
                       ...) {
    wrap(call_method(
      pointer, "add_variable",
      shape = as_extents(shape %||% list()),
      initializer = as_record("initializer", initializer),
      name = as_text(name)
    ))
  }
  list(
    initialize = function(name = NULL, dtype = NULL, direction = NULL, ...) {
      self$name <- name
      if (!is.null(dtype)) self$dtype <- as_text(dtype)
      if (!is.null(direction)) self$direction <- direction
    },
    dtype = "float32",
    add_variable = variable,
    add_weight = variable,
    get_config = function() list(name = self$name)
  )
}

# A class whose objects are, to the core, one function of tensors.
function_class <- function(definition, kind, function_of) {
  make <- function(...) {
    call <- current_env()
    self <- new.env(parent = emptyenv())
    base <- list(
      initialize = function(name = NULL, ...) self$name <- name,
      get_config = function() list(name = self$name)
    )
    instantiate(definition, base, list2(...), self)
    f <- function_of(self)
    if (is.null(f)) {
      abort_rdeep("argument", "The class has no `call`.", argument = "call", call = call)
    }
    custom_record(kind, f, self$name %||% snake_case(definition$classname), call)
  }
  as_class(make, definition)
}

# A function of the user in the place of a record of the catalogue.
custom_record <- function(kind, f, name, .call = caller_env(), ...) {
  options <- list(`function` = core_function(f, name, .call), ...)
  if (kind %in% c("loss", "metric")) {
    options$name <- name
  }
  class <- paste0("Custom", toupper(substr(kind, 1, 1)), substring(kind, 2))
  wrap(record_pointer(kind, class, options, .call))
}

#' Define a metric by a function
#'
#' @param name What logs show.
#' @param metric_fn A function of `(y_true, y_pred)`, written with `op_*()` functions and
#'   R's arithmetic, that returns a value for each sample, or one for all.
#' @param direction `"min"` if smaller values are better, `"max"` if larger ones are.
#'   Callbacks that watch the metric, such as [callback_early_stopping()], need it or a
#'   `mode` of their own.
#' @returns A metric for `compile()`: the mean of the function's values over the samples. Of a
#'   function that returns one number, the mean over the batches, as they were asked for:
#'   `batch_size` matters then.
#' @family custom classes
#' @examplesIf rdeep_available()
#' largest <- custom_metric("largest", function(y_true, y_pred) {
#'   op_max(op_abs(y_true - y_pred), axis = -1)
#' })
#' keras_model_sequential(input_shape = 2) |>
#'   layer_dense(1) |>
#'   compile(loss = "mse", metrics = largest)
#' @export
custom_metric <- function(name, metric_fn, direction = NULL) {
  call <- current_env()
  f <- as_user_function(metric_fn, "metric_fn", call)
  custom_record("metric", f, name, call, direction = as_text(direction))
}

#' @rdname custom_metric
#' @param ... Not used.
#' @param fn The function.
#' @param dtype Not needed: metrics are computed in float32.
#' @export
metric_mean_wrapper <- function(..., fn, name = NULL, dtype = NULL, direction = NULL) {
  check_dots(...)
  call <- current_env()
  f <- as_user_function(fn, "fn", call)
  custom_record("metric", f, name %||% "mean", call, direction = as_text(direction))
}
