#' Keep layers as they are while a model is trained
#'
#' `freeze_weights()` says that training is not to change the weights of some layers,
#' `unfreeze_weights()` that it is. Both change the layers themselves, in every model that
#' has them, and take effect at the next `compile()`.
#'
#' @param object A model, or a layer.
#' @param from,to The first and the last layer, by name or place from 1; by default the
#'   model's first and last.
#' @param which The layers, by names, by places from 1, or by a function of a layer that
#'   returns `TRUE` or `FALSE`.
#' @returns The object, invisibly.
#' @family weights
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, name = "first") |>
#'   layer_dense(1)
#' freeze_weights(model, to = "first")
#' model
#' unfreeze_weights(model)
#' @export
freeze_weights <- function(object, from = NULL, to = NULL, which = NULL) {
  set_trainable(object, from, to, which, FALSE, current_env())
}

#' @rdname freeze_weights
#' @export
unfreeze_weights <- function(object, from = NULL, to = NULL, which = NULL) {
  set_trainable(object, from, to, which, TRUE, current_env())
}

set_trainable <- function(object, from, to, which, trainable, .call) {
  if (inherits(object, "rdeep_layer")) {
    assign_attribute(object, "trainable", trainable, .call)
    return(invisible(object))
  }
  check_model(object, .call = .call)
  layers <- model_layers(object)
  for (layer in layers[chosen_layers(layers, from, to, which, .call)]) {
    assign_attribute(layer, "trainable", trainable, .call)
  }
  invisible(object)
}

chosen_layers <- function(layers, from, to, which, .call) {
  if (!is.null(which)) {
    if (is.function(which)) {
      return(base::which(vapply(layers, function(layer) isTRUE(which(layer)), NA)))
    }
    return(vapply(which, place_of_layer, 0L, layers = layers, argument = "which", .call = .call))
  }
  first <- if (is.null(from)) 1L else place_of_layer(from, layers, "from", .call)
  last <- if (is.null(to)) length(layers) else place_of_layer(to, layers, "to", .call)
  seq.int(first, length.out = max(0L, last - first + 1L))
}

place_of_layer <- function(x, layers, argument, .call) {
  place <- if (is.character(x)) match(x, names(layers)) else as.integer(x)
  if (!is.na(place) && place < 0) {
    place <- length(layers) + place + 1L
  }
  if (is.na(place) || place < 1 || place > length(layers)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must name a layer of the model; it has none %s.", argument, describe(x)),
      argument = argument,
      received = x,
      hint = if (is.character(x)) suggestion(x, names(layers)),
      call = .call
    )
  }
  place
}
