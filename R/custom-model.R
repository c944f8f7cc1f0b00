#' Define a model as a class
#'
#' `initialize` makes the layers, `call` says how they go together. As with [Layer()],
#' `call` is run when the shape of the input is known, with symbolic tensors, and becomes a
#' network that either engine runs. The model is compiled, fitted and saved as any other.
#'
#' A loss of one's own is a function or a [Loss()]; `self$add_loss()` in `call` adds what was
#' computed there to what is minimised.
#'
#' @section Steps of one's own:
#' `train_step(data)` says what is done with a batch, in the place of rdeep's own step: `fit()`
#' calls it for each, with tensors of the model's engine, and goes on as always with progress,
#' callbacks, validation and interrupts. `data` is `list(x, y)`, `list(x, y, sample_weight)` or `x`
#' by itself: see [unpack_x_y_sample_weight()]. It returns logs, a named list of numbers, whose
#' names stay the same. `test_step(data)` does so for `evaluate()` and for validation,
#' `predict_step(data)` returns the outputs for `predict()`.
#'
#' A step calls the model, `self(x, training = TRUE)`, and has `self$compute_loss()` (the loss of
#' `compile()`, and what layers add), `self$trainable_weights`, `self$optimizer$apply()`,
#' `self$metrics` and `self$compute_metrics()` (those of `compile()`, and metrics that `self` keeps;
#' they start again at each epoch), on torch `self$zero_grad()`. Gradients are those of the engine:
#' of `loss$backward()`, of `tf$GradientTape()`, or of `gradients_of()` on both. A class may have
#' a `compile` with arguments of its own that calls `super$compile()`, and `metrics` marked by
#' [mark_active()].
#'
#' On torch R computes each step. On TensorFlow the step is computed for the first batch, and then
#' called once more to become a graph that runs without R; `compile(run_eagerly = TRUE)` has R
#' compute each there too. What such a graph draws by R's random numbers would be constant:
#' `random_normal()` and its kin draw anew.
#'
#' A class with steps needs no `call`: it is made of `inputs` and `outputs`, as [keras_model()] is,
#' or keeps networks in `self`. Its weights are then theirs, in files too. Copies and files of a
#' model hold what it computes, and not its steps.
#'
#' @inheritParams Layer
#' @param initialize A function that is called when a model is made, with its arguments;
#'   it calls `super$initialize()` first, and keeps layers in `self`.
#' @param call A function of `(inputs)`, and of `training` if it matters.
#' @param train_step,test_step,predict_step Functions of `(data)`: see below.
#' @param compute_loss,compute_metrics Functions of `(x, y, y_pred, sample_weight)`, that return the
#'   loss of a batch, and metrics by name.
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
  methods <- list2(
    initialize = initialize, call = call, train_step = train_step, predict_step = predict_step,
    test_step = test_step, compute_loss = compute_loss, compute_metrics = compute_metrics, ...
  )
  definition <- new_definition(
    classname, methods, public, private, rlang::enquo(inherit), parent_env, "model"
  )
  refuse_overrides(definition, "model", current_env())
  make <- function(...) {
    frame <- current_env()
    if (is.null(all_methods(definition)$call)) {
      make_stepped_model(definition, list2(...), frame)
    } else {
      make_called_model(definition, list2(...), frame)
    }
  }
  as_class(make, definition)
}

#' @rdname Model
#' @export
new_model_class <- Model

#' Variable: a tensor whose value can be changed
#'
#' A tensor whose value can be changed: `v$assign(x)`, `v$assign_add(x)`, `v$value`. The
#' weights of a layer are made by `self$add_weight()` instead.
#'
#' @param initializer Its value, or how it starts.
#' @param shape Its shape, where `initializer` does not say.
#' @param dtype The type.
#' @param trainable,autocast,aggregation,synchronization,layout Not needed here: accepted so that
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
                           layout = NULL,
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
