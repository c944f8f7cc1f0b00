#' Define a model as a class
#'
#' `initialize` makes the layers, `call` says how they go together. As with [Layer()],
#' `call` is run when the shape of the input is known, with symbolic tensors, and becomes a
#' network that either engine runs. The model is compiled, fitted and saved as any other.
#'
#' How a step of training is done is the engines' business in rdeep: `train_step` and its
#' kin are refused. A loss of one's own is a function or a [Loss()]; `self$add_loss()` in
#' `call` adds what was computed there to what is minimised.
#'
#' @inheritParams Layer
#' @param initialize A function that is called when a model is made, with its arguments;
#'   it calls `super$initialize()` first, and keeps layers in `self`.
#' @param call A function of `(inputs)`, and of `training` if it matters.
#' @param train_step,predict_step,test_step,compute_loss,compute_metrics Refused.
#' @returns A function that makes models.
#' @family custom classes
#' @examplesIf rdeep_available()
#' two_layers <- Model(
#'   "TwoLayers",
#'   initialize = function(units, ...) {
#'     super$initialize(...)
#'     self$first <- layer_dense(units = units, activation = "relu")
#'     self$second <- layer_dense(units = 1)
#'   },
#'   call = function(inputs) inputs |> self$first() |> self$second()
#' )
#' model <- two_layers(8)
#' model |> compile(loss = "mse")
#' model |> fit(matrix(rnorm(20), 10), rnorm(10), verbose = 0)
#' @export
Model <- function(classname,
                  initialize = NULL,
                  call = NULL,
                  train_step = NULL,
                  predict_step = NULL,
                  test_step = NULL,
                  compute_loss = NULL,
                  compute_metrics = NULL,
                  ...,
                  public = list(),
                  private = list(),
                  inherit = NULL,
                  parent_env = parent.frame()) {
  refuse_steps(
    list(
      train_step = train_step, predict_step = predict_step, test_step = test_step,
      compute_loss = compute_loss, compute_metrics = compute_metrics
    ),
    current_env()
  )
  methods <- list2(initialize = initialize, call = call, ...)
  definition <- new_definition(
    classname, methods, public, private, rlang::enquo(inherit), parent_env, "model"
  )
  refuse_overrides(definition, "model", current_env())
  make <- function(...) {
    frame <- current_env()
    layer <- make_custom_layer(definition, list2(...), frame)
    name <- fetch(layer, "name") %||% snake_case(definition$classname)
    model <- keras_model_sequential(name = name, layers = list(layer))
    env <- model_env(model)
    env$self <- attr(layer, "self")
    model
  }
  as_class(make, definition)
}

#' @rdname Model
#' @export
new_model_class <- Model

refuse_steps <- function(steps, .call) {
  given <- names(Filter(Negate(is.null), steps))
  if (length(given)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'%s' cannot be given: rdeep runs the steps of training inside the engine.", given[1]
      ),
      argument = given[1],
      hint = in_the_engine,
      call = .call
    )
  }
}

#' Variable: a tensor whose value can be changed
#'
#' A tensor whose value can be changed: `v$assign(x)`, `v$assign_add(x)`, `v$value`. The
#' weights of a layer are made by `self$add_weight()` instead.
#'
#' @param initializer Its value, or how it starts.
#' @param shape Its shape, where `initializer` does not say.
#' @param dtype The type.
#' @param trainable,autocast,aggregation,synchronization Not needed here: accepted so that
#'   scripts run.
#' @param name Its name.
#' @param ... Not used.
#' @returns A variable.
#' @seealso [operations_creation] lists all operations that create tensors.
#' @examplesIf rdeep_available()
#' v <- keras_variable(c(1, 2))
#' v$assign_add(c(10, 10))
#' as.array(v)
#' @export
keras_variable <- function(initializer,
                           shape = NULL,
                           dtype = NULL,
                           trainable = TRUE,
                           autocast = TRUE,
                           aggregation = "none",
                           synchronization = "auto",
                           name = NULL,
                           ...) {
  call <- current_env()
  check_dots(...)
  value <- if (is.character(initializer) || inherits(initializer, "rdeep_record") ||
    is_plain_function(initializer)) {
    starting_value(initializer, shape, call)
  } else {
    as_tensor(initializer, dtype)
  }
  wrap(call_core("variable", value = value, name = as_text(name) %||% "variable", .call = call))
}

starting_value <- function(initializer, shape, .call) {
  record <- as_record("initializer", initializer)
  sizes <- as_extents(shape %||% list())
  as_tensor(call_core("draw", initializer = record, shape = sizes, .call = .call))
}
