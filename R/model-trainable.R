#' Freeze and unfreeze layers, for fine-tuning
#'
#' `freeze_weights()` says that training is not to change the weights of some layers,
#' `unfreeze_weights()` that it is. Where only some layers of a model are named, the others
#' become the opposite: `freeze_weights(model, to = "first")` unfreezes all that come after
#' it. A layer's own `trainable` is changed one by one: `get_layer(model, "first")$trainable
#' <- FALSE`.
#'
#' Both change the layers themselves, in every model that has them. What is trained is
#' settled when a model is compiled: a change takes effect at the next `compile()` of each
#' model, and `fit()` warns of one that waits for it. A batch normalization that is frozen
#' uses its moving averages in training too.
#'
#' @param object A model, or a layer.
#' @param from,to The first and the last layer, by name or place from 1; by default the
#'   model's first and last.
#' @param which The layers: their names or places from 1, `TRUE` or `FALSE` for each, layers
#'   themselves, or a function of a layer that returns `TRUE` or `FALSE`; in the place of
#'   `from` and `to`.
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
    refuse_parts_of_layer(from = from, to = to, which = which, .call = .call)
    assign_attribute(object, "trainable", trainable, .call)
    return(invisible(object))
  }
  check_is_network(object, .call = .call)
  layers <- model_layers(object)
  chosen <- seq_along(layers) %in% chosen_layers(layers, from, to, which, .call)
  for (i in seq_along(layers)) {
    assign_attribute(layers[[i]], "trainable", chosen[i] == trainable, .call)
  }
  invisible(object)
}

# A model within a model is a layer of it, and is frozen as a whole.
refuse_parts_of_layer <- function(..., .call) {
  given <- names(Filter(Negate(is.null), list2(...)))
  if (length(given)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' names layers of a model; the first argument is a single layer.", given[1]),
      argument = given[1],
      hint = paste(
        "A model that was used as a layer shares its layers: freeze some by that model",
        "itself, before the outer one is compiled."
      ),
      call = .call
    )
  }
}

chosen_layers <- function(layers, from, to, which, .call) {
  if (!is.null(which)) {
    refuse_beside_which(from = from, to = to, .call = .call)
    if (is_plain_function(which)) {
      return(base::which(vapply(layers, function(layer) isTRUE(which(layer)), NA)))
    }
    if (is.logical(which)) {
      return(marked_layers(which, layers, .call))
    }
    if (inherits(which, "rdeep_layer")) which <- list(which)
    return(vapply(which, place_of_layer, 0L, layers = layers, argument = "which", .call = .call))
  }
  first <- if (is.null(from)) 1L else place_of_layer(from, layers, "from", .call)
  last <- if (is.null(to)) length(layers) else place_of_layer(to, layers, "to", .call)
  if (first > last && length(layers)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'from' (%s) comes after 'to' (%s) in the model: there is no layer between them.",
        names(layers)[first], names(layers)[last]
      ),
      argument = "from",
      received = from,
      call = .call
    )
  }
  seq.int(first, length.out = last - first + 1L)
}

marked_layers <- function(marks, layers, .call) {
  if (length(marks) != length(layers) || anyNA(marks)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'which' must say TRUE or FALSE for each of the %d layers, not %s.",
        length(layers), describe(marks)
      ),
      argument = "which",
      received = marks,
      call = .call
    )
  }
  base::which(marks)
}

refuse_beside_which <- function(..., .call) {
  given <- names(Filter(Negate(is.null), list2(...)))
  if (length(given)) {
    abort_rdeep(
      "argument",
      sprintf("'which' and '%s' cannot both say which layers.", given[1]),
      argument = given[1],
      call = .call
    )
  }
}

place_of_layer <- function(x, layers, argument, .call) {
  if (inherits(x, "rdeep_layer")) x <- fetch(x, "name")
  place <- if (is.character(x)) {
    match(x, names(layers))
  } else if (is.numeric(x) && isTRUE(x == round(x))) {
    as.integer(x)
  } else {
    NA
  }
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
