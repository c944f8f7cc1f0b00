# What `predict()` gives for an ensemble.

#' Predict with an ensemble
#'
#' @param object An [ensemble()].
#' @param new_data,newdata Rows, as `predict()` of all members takes them.
#' @param type What to predict: for classes `"class"` (the default) or `"prob"`, for numbers
#'   `"response"`; `"members"` for what each member predicts, `"uncertainty"` for how sure the
#'   ensemble is. tidymodels' `"numeric"` works too.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @returns A tibble with a row for each row of the data, in order. `"class"`: `.pred_class`.
#'   `"prob"`: a column `.pred_<level>` for each class. `"response"`: `.pred` (`.pred_1`, `.pred_2`
#'   and so on for several numbers). `"uncertainty"`: `.total`, `.aleatoric` and `.epistemic`,
#'   see [ensemble()]: of classes in nats, of numbers variances. `"members"`: a row for each row and
#'   member, with `.row` and `.member` before these columns.
#' @family ensembles
#' @examplesIf rdeep_available()
#' fast <- lm(dist ~ speed, cars)
#' bent <- lm(dist ~ speed + I(speed^2), cars)
#' both <- ensemble(fast, bent)
#' predict(both, head(cars, 3))
#' predict(both, head(cars, 2), type = "members")
#' predict(both, head(cars, 3), type = "uncertainty")
#' @export
predict.rdeep_ensemble <- function(object, new_data = NULL, type = NULL, ..., newdata = NULL) {
  call <- current_env()
  check_dots(...)
  new_data <- one_new_data(new_data, newdata, call)
  check_present(is.null(new_data), "new_data", "rows to predict", call)
  type <- ensemble_type(object, type, call)
  predictions <- predictions_of_members(object, new_data, call)
  text <- object$combination$text
  switch(type,
    members = member_columns(object, predictions),
    uncertainty = uncertainty_columns(object, text, predictions, call),
    ensemble_columns(
      object, call_core("combined", text = text, predictions = predictions, .call = call), type
    )
  )
}

ensemble_type <- function(object, type, .call) {
  known <- if (object$combination$type == "class") c("class", "prob") else "response"
  ready_type(type, c(known, "members", "uncertainty"), .call)
}

predictions_of_members <- function(object, data, .call) {
  predictors <- member_predictors(object$members, data, .call)
  levels <- one_set_of_levels(predictors, .call)
  member_predictions(predictors, levels, data, .call)
}

# The classes by name, or by their numbers where nobody knows names.
ensemble_levels <- function(object) {
  levels <- object$combination$levels
  if (length(levels)) levels else as.character(seq_len(object$combination$outputs) - 1L)
}

ensemble_columns <- function(object, values, type) {
  if (object$combination$type == "class") {
    return(class_or_prob_columns(values, ensemble_levels(object), type))
  }
  number_columns(values)
}

class_or_prob_columns <- function(prob, levels, type) {
  if (type == "class") {
    place <- max.col(replace(prob, is.na(prob), 0), ties.method = "first")
    place[is.na(prob[, 1])] <- NA
    return(tibble::tibble(.pred_class = factor(levels[place], levels = levels)))
  }
  named_columns(prob, paste0(".pred_", levels))
}

number_columns <- function(values) {
  if (is.null(dim(values)) || length(dim(values)) == 1) {
    return(tibble::tibble(.pred = as.vector(values)))
  }
  named_columns(values, paste0(".pred_", seq_len(ncol(values))))
}

member_columns <- function(object, predictions) {
  shape <- dim(predictions)
  rows <- shape[2]
  names <- names(object$members)
  # A row after the other, in each the members in order.
  flat <- matrix(predictions, shape[1] * rows, prod(shape[-(1:2)]))
  columns <- if (object$combination$type == "class") {
    named_columns(flat, paste0(".pred_", ensemble_levels(object)))
  } else {
    number_columns(if (ncol(flat) == 1) flat[, 1] else flat)
  }
  where <- tibble::tibble(
    .row = rep(seq_len(rows), each = shape[1]),
    .member = factor(rep(names, rows), levels = names)
  )
  tibble::as_tibble(c(where, columns))
}

uncertainty_columns <- function(object, text, predictions, .call) {
  found <- call_core("uncertainty", text = text, predictions = predictions, .call = .call)
  parts <- lapply(found, function(x) {
    if (length(dim(x)) > 1) x else as.vector(x)
  })
  parts <- parts[c("total", "aleatoric", "epistemic")]
  parts <- lapply(parts, function(x) replace(x, is.nan(x), NA))
  if (is.matrix(parts[[1]])) {
    wide <- lapply(names(parts), function(name) {
      named_columns(parts[[name]], paste0(".", name, "_", seq_len(ncol(parts[[name]]))))
    })
    return(tibble::as_tibble(do.call(c, wide)))
  }
  tibble::as_tibble(stats::setNames(parts, paste0(".", names(parts))))
}

#' @export
as_predictor.rdeep_ensemble <- function(model, sample = NULL, argument = "model",
                                        .call = caller_env()) {
  if (model$combination$type == "number") {
    return(number_predictor(function(newdata) stats::predict(model, newdata)))
  }
  levels <- model$combination$levels
  class_predictor(if (length(levels)) levels, function(newdata) {
    stats::predict(model, newdata, type = "prob")
  })
}
