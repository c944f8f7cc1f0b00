#' Get and set the weights of a model or a layer
#'
#' Arrays in Keras's order and layout, whatever the backend.
#'
#' @param object A model, or a layer that was applied to something: `get_layer(model, "dense")`,
#'   or one that was made by itself and added to a model.
#' @param trainable `TRUE` for the weights that training changes by gradients,
#'   `FALSE` for the others, `NA` for all.
#' @param weights A list of arrays, as `get_weights()` returns them.
#' @returns `get_weights()`: a list of arrays. `set_weights()`: the model or layer,
#'   invisibly. `count_params()`: a number.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' count_params(model)
#' weights <- get_weights(model)
#' set_weights(model, lapply(weights, function(w) w * 0))
#' get_weights(get_layer(model, "dense"))
#' @export
get_weights <- function(object, trainable = NA) {
  only <- if (is_single(trainable)) trainable
  if (inherits(object, "rdeep_layer")) {
    return(weights_of(object, trainable, current_env()))
  }
  check_is_network(object)
  call_method(object, "get_weights", trainable = only)
}

#' @rdname get_weights
#' @export
set_weights <- function(object, weights) {
  call <- current_env()
  is_layer <- inherits(object, "rdeep_layer")
  if (!is_layer) {
    check_is_network(object)
  }
  if (!is_plain_list(weights)) {
    weights <- list(weights)
  }
  weights <- lapply(weights, as_values, argument = "weights", .call = call)
  if (is_layer) {
    set_weights_of(object, weights, call)
  } else {
    call_method(object, "set_weights", weights = weights)
  }
  invisible(object)
}

#' @rdname get_weights
#' @export
count_params <- function(object) {
  if (inherits(object, "rdeep_layer")) {
    return(sum(0, lengths(weights_of(object, NA, current_env()))))
  }
  check_is_network(object)
  call_method(object, "count_params")
}

# A layer that was taken from a model remembers it: weights are the model's.
of_model <- function(layer, name = fetch(layer, "name"), model) {
  attr(layer, "model") <- model
  attr(layer, "place") <- name
  layer
}
