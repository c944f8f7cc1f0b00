#' Weights of a model
#'
#' Arrays in Keras's order and layout, whatever the backend.
#'
#' @param object A model.
#' @param trainable `TRUE` for the weights that training changes by gradients,
#'   `FALSE` for the others, `NA` for all.
#' @param weights A list of arrays, as `get_weights()` returns them.
#' @returns `get_weights()`: a list of arrays. `set_weights()`: the model,
#'   invisibly. `count_params()`: a number.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' count_params(model)
#' weights <- get_weights(model)
#' set_weights(model, lapply(weights, function(w) w * 0))
#' @export
get_weights <- function(object, trainable = NA) {
  check_model(object)
  only <- if (is_single(trainable)) trainable
  call_method(object, "get_weights", trainable = only)
}

#' @rdname get_weights
#' @export
set_weights <- function(object, weights) {
  check_model(object)
  if (!is_plain_list(weights)) {
    weights <- list(weights)
  }
  call <- current_env()
  weights <- lapply(weights, as_values, argument = "weights", .call = call)
  call_method(object, "set_weights", weights = weights)
  keep_bytes(object)
  invisible(object)
}

#' @rdname get_weights
#' @export
count_params <- function(object) {
  check_model(object)
  call_method(object, "count_params")
}
