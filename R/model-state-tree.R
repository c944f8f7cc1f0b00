#' State tree of a model: weights and optimizer variables
#'
#' Arrays in nested lists: `trainable_variables` and `non_trainable_variables` by layer and
#' weight, and `optimizer_variables`. A part that is left out of `state_tree` stays as it is.
#'
#' @param object A model.
#' @param value_format `"backend_tensor"` and `"numpy_array"` both give R's arrays.
#' @param state_tree What `get_state_tree()` returned, of a model of the same layers.
#' @returns `get_state_tree()`: a list. `set_state_tree()`: the model, invisibly, which is changed
#'   in place.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' tree <- get_state_tree(model)
#' names(tree$trainable_variables$dense)
#' set_state_tree(model, tree)
#' @export
get_state_tree <- function(object, value_format = "backend_tensor") {
  check_is_network(object)
  call <- current_env()
  if (!identical(value_format, "backend_tensor") && !identical(value_format, "numpy_array")) {
    abort_rdeep(
      "argument",
      sprintf(
        "'value_format' must be 'backend_tensor' or 'numpy_array', not %s.",
        describe(value_format)
      ),
      argument = "value_format",
      received = value_format,
      call = call
    )
  }
  call_core("get_state_tree", model = object)
}

#' @rdname get_state_tree
#' @export
set_state_tree <- function(object, state_tree) {
  check_is_network(object)
  call_core("set_state_tree", model = object, state_tree = with_dims(state_tree))
  invisible(object)
}

# A vector of one value would come to Python as a number.
with_dims <- function(x) {
  if (is.list(x)) {
    return(as_dict(lapply(x, with_dims)))
  }
  if (is.numeric(x) && is.null(dim(x)) && length(x) != 1) array(x) else x
}

#' Reset the state of layers, or clear the session
#'
#' `reset_state()` has the recurrent layers of a model that are `stateful` begin the next batch
#' from zeros, and a metric forget what it has seen. Each training and each evaluation begins with
#' its metrics at zero, and other layers keep no state between batches. `clear_session()`
#' collects what is no longer used; names of layers begin anew in
#' each model, without it.
#'
#' @param object A model, a metric or a layer.
#' @param free_memory Whether to collect garbage in R and in Python.
#' @returns `reset_state()`: the object, invisibly. `clear_session()`: nothing.
#' @family models
#' @examplesIf rdeep_available()
#' clear_session()
#' @export
reset_state <- function(object) {
  known <- inherits(object, c("rdeep_model", "rdeep_object", "rdeep_layer"))
  if (!known) {
    abort_rdeep(
      "argument",
      sprintf("'object' must be a model, a metric or a layer, not %s.", describe(object)),
      argument = "object",
      received = object,
      call = current_env()
    )
  }
  if (inherits(object, "rdeep_model")) {
    call_method(object, "reset_states")
  } else if (inherits(object, "rdeep_layer")) {
    reset_layer(object, current_env())
  } else if (reticulate::py_has_attr(unwrap(object), "reset_state")) {
    call_method(object, "reset_state")
  }
  invisible(object)
}

# What a layer keeps between batches is its model's, or its own where it was called on data.
reset_layer <- function(layer, .call) {
  record <- if (reticulate::py_has_attr(unwrap(layer), "record")) fetch(layer, "record") else layer
  if (!isTRUE(fetch(record, "stateful", .call))) {
    return(invisible())
  }
  model <- attr(layer, "model")
  if (is.null(model)) {
    call_method(record, "reset_states", .call = .call)
    return(invisible())
  }
  call_method(model, "reset_states", layer = fetch(layer, "name"), .call = .call)
}

#' @rdname reset_state
#' @export
clear_session <- function(free_memory = TRUE) {
  check_flag(free_memory, "free_memory", current_env())
  if (free_memory) {
    gc(verbose = FALSE)
    if (!is.null(state$invoke)) {
      reticulate::import("gc")$collect()
    }
  }
  invisible()
}

#' The inputs that a tensor is computed from
#'
#' @param tensor A symbolic tensor.
#' @returns A list of symbolic tensors.
#' @family models
#' @examplesIf rdeep_available()
#' x <- layer_input(4)
#' get_source_inputs(layer_dense(x, 1))
#' @export
get_source_inputs <- function(tensor) {
  if (!inherits(tensor, "rdeep_tensor")) {
    abort_rdeep(
      "argument",
      sprintf("'tensor' must be a symbolic tensor, not %s.", describe(tensor)),
      argument = "tensor",
      received = tensor,
      call = current_env()
    )
  }
  lapply(call_core("source_inputs", tensor = tensor), wrap)
}
