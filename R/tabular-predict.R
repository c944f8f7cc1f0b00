# What `predict()` gives for a `deep_tabular`: tibbles with tidymodels' names, a row for
# each row of the data.

#' Predict with a tabular model
#'
#' @param object A model of [deep_tabular()].
#' @param new_data,newdata A data frame with the columns that the model was fitted to; left
#'   out, the data that it was fitted to.
#' @param type What to predict, see below; by default the class for classes, the quantiles
#'   for the family `"quantile"`, and else the response.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param level The share of values that an interval is to hold.
#' @param method Where intervals come from: `"conformal"`, from the errors on held-out rows,
#'   with the coverage that `level` says; `"ensemble"`, from how far the networks differ;
#'   `"dropout"`, from predictions with units left out at random.
#' @param quantile_levels Which quantiles to predict; by default those that the model was
#'   trained for, else 5, 50 and 95 %.
#' @param times For which times to predict survival; by default all at which there was an
#'   event.
#' @param offset A number for each row, for models whose offset is no column of the data.
#'
#' @section Types:
#' * `"response"`: for numbers, counts and shares `.pred`, the mean (of the family
#'   `"quantile"` the middle quantile); for two classes `.pred`, the probability of the
#'   second, for more the same as `"prob"`; for survival `.pred_time`, the median time,
#'   infinite where it is not reached.
#' * `"class"`: for classes `.pred_class`, the most probable.
#' * `"prob"`: for classes a column `.pred_<level>` for each.
#' * `"link"`: `.pred_linear_pred`, the mean of numbers, the logit of a probability, the
#'   logarithm of a count, the logarithm of the risk; for more than two classes
#'   `.pred_linear_pred_<level>`, the logarithms of their probabilities.
#' * `"interval"`: for numbers, counts and survival `.pred`, `.pred_lower` and `.pred_upper`.
#' * `"quantile"`: for numbers, counts and survival a column `.pred_q<level>` for each.
#' * `"survival"`: for survival `.pred`, a list that holds for each row a tibble of
#'   `.eval_time` and `.pred_survival`.
#'
#' tidymodels' names work too: `"numeric"`, `"linear_pred"`, `"pred_int"` and `"time"`.
#'
#' @returns A tibble. A row with a missing predictor is `NA`, unless the model fills missing
#'   values in.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' model <- deep_tabular(mpg ~ ., data = mtcars, epochs = 5, verbose = 0)
#' predict(model, head(mtcars))
#' predict(model, head(mtcars), type = "interval", level = 0.8)
#' @export
predict.deep_tabular <- function(object,
                                 new_data = NULL,
                                 type = NULL,
                                 ...,
                                 level = 0.95,
                                 method = c("conformal", "ensemble", "dropout"),
                                 quantile_levels = NULL,
                                 times = NULL,
                                 offset = NULL,
                                 newdata = NULL) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_predict_lm, .call = call)
  type <- prediction_type(object, type, call)
  check_level(level, call)
  new_data <- one_new_data(new_data, newdata, call)
  if (is.null(new_data) && type %in% c("response", "class", "prob")) {
    return(response_columns(object, fitted_matrix(object, call), type))
  }
  parts <- if (is.null(new_data)) {
    training_parts(object, call)
  } else {
    tabular_parts(object, new_data, offset = offset, .call = call)
  }
  missing <- parts$missing
  parts <- at_least_one_row(parts)
  columns <- switch(type,
    interval = interval_columns(object, parts, level, method, call),
    quantile = quantile_columns(object, parts, quantile_levels, call),
    survival = survival_columns(object, parts, times, call),
    link = link_columns(object, parts, call),
    response_columns(
      object,
      tabular_call(object, "predict", parts, kind = "response", .call = call),
      type
    )
  )
  in_their_rows(columns, missing)
}

# Arguments -----------------------------------------------------------------------

# What `predict()` of `lm()` calls otherwise.
of_predict_lm <- c(
  interval = "Intervals are `type = \"interval\"`, for new values as they will be observed.",
  se.fit = "`type = \"interval\"` says how certain a prediction is.",
  na.action = "A row with missing values is predicted as `NA`; `na_action` is chosen when fitting."
)

one_new_data <- function(new_data, newdata, .call) {
  if (!is.null(new_data) && !is.null(newdata)) {
    abort_rdeep(
      "argument",
      "'new_data' and 'newdata' say the same: give one of them.",
      argument = "newdata",
      call = .call
    )
  }
  new_data %||% newdata
}

type_aliases <- c(
  numeric = "response", linear_pred = "link", pred_int = "interval", time = "response"
)

# What can be predicted for an outcome, the default first.
types_of <- function(object) {
  if (object$family == "quantile") {
    return(c("quantile", "response", "interval"))
  }
  switch(object$outcome$kind,
    class = c("class", "prob", "response", "link"),
    proportion = c("response", "link"),
    survival = c("response", "link", "survival", "quantile", "interval"),
    c("response", "interval", "quantile", "link")
  )
}

prediction_type <- function(object, type, .call) {
  types <- types_of(object)
  if (is.null(type)) {
    return(types[1])
  }
  asked <- type
  if (is_single(type) && type %in% names(type_aliases)) {
    type <- type_aliases[[type]]
  }
  if (is_single(type) && type %in% types) {
    return(type)
  }
  abort_rdeep(
    "argument",
    sprintf(
      "'type' cannot be %s for %s (family '%s').",
      describe(asked), outcome_words[[object$outcome$kind]], object$family
    ),
    argument = "type",
    received = asked,
    expected = types,
    hint = paste0("Choose one of ", listing(types), "."),
    call = .call
  )
}

outcome_words <- c(
  numeric = "an outcome of numbers",
  class = "an outcome of classes",
  proportion = "an outcome of shares",
  survival = "an outcome of survival times"
)

# Columns -------------------------------------------------------------------------

# Of the core's predictions on the scale of the response.
response_columns <- function(object, prediction, type) {
  if (object$outcome$kind == "class") {
    return(class_columns(object, apply_calibration(object, prediction), type))
  }
  if (object$family == "quantile") {
    middle <- which.min(abs(object$settings$quantile_levels - 0.5))
    return(tibble::tibble(.pred = prediction[, middle]))
  }
  name <- if (object$outcome$kind == "survival") ".pred_time" else ".pred"
  stats::setNames(tibble::tibble(prediction[, 1]), name)
}

class_columns <- function(object, prob, type) {
  levels <- object$outcome$levels
  if (type == "response" && ncol(prob) == 1) {
    return(tibble::tibble(.pred = prob[, 1]))
  }
  if (ncol(prob) == 1) {
    prob <- cbind(1 - prob, prob)
  }
  if (type == "class") {
    place <- max.col(prob, ties.method = "first")
    return(tibble::tibble(.pred_class = factor(levels[place], levels = levels)))
  }
  named_columns(prob, paste0(".pred_", levels))
}

link_columns <- function(object, parts, .call) {
  link <- tabular_call(object, "predict", parts, kind = "link", .call = .call)
  name <- ".pred_linear_pred"
  named_columns(link, if (ncol(link) > 1) paste0(name, "_", object$outcome$levels) else name)
}

interval_methods <- c("conformal", "ensemble", "dropout")

# It is looked at for all types: a wrong one would have no effect but in intervals.
check_level <- function(level, .call) {
  if (!is_single(level) || !is.numeric(level) || level <= 0 || level >= 1) {
    abort_rdeep(
      "argument",
      sprintf("'level' must be a number between 0 and 1, not %s.", describe(level)),
      argument = "level",
      received = level,
      hint = if (is_single(level) && is.numeric(level) && level >= 50 && level < 100) {
        sprintf("%s per cent are `level = %s`.", format(level), format(level / 100))
      },
      call = .call
    )
  }
}

interval_columns <- function(object, parts, level, method, .call) {
  method <- one_of(method, interval_methods, "method", .call)
  if (method == "dropout") {
    sync_seed(.call)
  }
  conformal_interval(object, parts, level = level, method = method, .call = .call)
}

quantile_columns <- function(object, parts, levels, .call) {
  levels <- as_shares(levels %||% object$settings$quantile_levels, "quantile_levels", .call)
  found <- conformal_quantile(object, parts, levels, .call = .call)
  named_columns(found, colnames(found))
}

survival_columns <- function(object, parts, times, .call) {
  if (is.null(times)) {
    times <- unlist(fetch(tabular_pointer(object, .call), "event_times", .call))
  }
  if (!is.numeric(times) || length(times) == 0 || anyNA(times) || any(times < 0)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'times' must be numbers from 0, not %s.", describe_numbers(times)
      ),
      argument = "times",
      received = times,
      call = .call
    )
  }
  times <- as.double(times)
  surviving <- tabular_call(
    object, "survival", parts,
    times = as.list(times), .call = .call
  )
  curves <- lapply(seq_len(nrow(surviving)), function(i) {
    tibble::tibble(.eval_time = times, .pred_survival = surviving[i, ])
  })
  tibble::tibble(.pred = curves)
}

named_columns <- function(values, names) {
  columns <- lapply(seq_len(ncol(values)), function(j) values[, j])
  tibble::as_tibble(stats::setNames(columns, names))
}

# Rows ----------------------------------------------------------------------------

# Where no row can be predicted, the columns are those of a row that stands in.
at_least_one_row <- function(parts) {
  if (!all(parts$missing)) {
    return(parts)
  }
  row <- function(x) if (is.matrix(x)) matrix(0L, 1, ncol(x)) else if (!is.null(x)) 0
  fields <- c("numbers", "codes", "offset")
  parts[fields] <- lapply(parts[fields], row)
  parts
}

# Rows that could not be predicted get `NA` at their places.
in_their_rows <- function(columns, missing) {
  place <- rep(NA_integer_, length(missing))
  place[!missing] <- seq_len(sum(!missing))
  columns[place, ]
}
