#' Weights of a model or a layer
#'
#' Arrays in Keras's order and layout, whatever the backend.
#'
#' @param object A model, or a layer of one: `get_layer(model, "dense")`.
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
    model <- model_of(object, current_env())
    name <- fetch(object, "name")
    return(call_method(model, "get_weights", trainable = only, layer = name))
  }
  check_model(object)
  call_method(object, "get_weights", trainable = only)
}

#' @rdname get_weights
#' @export
set_weights <- function(object, weights) {
  call <- current_env()
  is_layer <- inherits(object, "rdeep_layer")
  if (!is_layer) {
    check_model(object)
  }
  if (!is_plain_list(weights)) {
    weights <- list(weights)
  }
  weights <- lapply(weights, as_values, argument = "weights", .call = call)
  if (is_layer) {
    model <- model_of(object, call)
    call_method(model, "set_layer_weights", layer = fetch(object, "name"), weights = weights)
    keep_bytes(model)
  } else {
    call_method(object, "set_weights", weights = weights)
    keep_bytes(object)
  }
  invisible(object)
}

#' @rdname get_weights
#' @export
count_params <- function(object) {
  if (inherits(object, "rdeep_layer")) {
    model_of(object, current_env())
  } else {
    check_model(object)
  }
  call_method(object, "count_params")
}

# A layer that was taken from a model remembers it: weights are the model's.
of_model <- function(layer, model) {
  attr(layer, "model") <- model
  layer
}

model_of <- function(layer, .call) {
  attr(layer, "model") %||% abort_rdeep(
    "state",
    "The layer was not taken from a model: it has no weights yet.",
    hint = "`get_layer()` takes a layer from a model.",
    call = .call
  )
}
