# `check_model()`: any fitted model looked at from several sides. The arithmetic is the core's; here
# the model is asked for its predictions.

#' Check a fitted model
#'
#' Looks at any fitted model, on rows that it was not fitted to: how good it is, and how sure that
#' is; where it is worse; whether its probabilities come true; whether the rows are still those that
#' it was fitted to; and what small disturbances do to it. Each check comes to a verdict: `"fine"`,
#' `"problem"`, or `"unsure"` where there are too few rows to say.
#'
#' @section Checks:
#' * `scores`: accuracy with Wilson's interval, log loss, Brier score and skill (by how much the log
#'   loss is smaller than that of predicting the shares of the classes for all rows, as a share of
#'   that); or RMSE, mean absolute error, R squared and bias; with intervals of 400 bootstrap
#'   samples. It is a `"problem"` if skill or R squared is below zero.
#' * `slices`: the accuracy, or RMSE, of each value of the `slices`, beside all other rows, by a
#'   normal test whose p-values are adjusted for the number of slices (Holm). A slice of fewer than
#'   30 rows is `"unsure"` unless it is clearly worse.
#' * `calibration`: rows are cut into up to ten bins by what is predicted, and the mean prediction
#'   is set beside what was observed. The mean error of probabilities (the expected calibration
#'   error) is compared with what chance makes of a model whose probabilities are true, by
#'   simulation; for numbers it is tested whether errors have mean 0 and do not depend on the
#'   prediction (Wald, with robust variances). If the model gives intervals, their coverage is a row
#'   of `scores`.
#' * `drift`, where there is a `reference`: for each column the population stability index, and the
#'   test of Kolmogorov and Smirnov or of chi-squared, adjusted. A column is a `"problem"` at a
#'   p-value below 0.01 together with an index above 0.1, at more than a tenth more missing values,
#'   or at more than 1 % of levels that the reference lacks.
#' * `robustness`: numbers get noise by shares of their standard deviation, each column is permuted,
#'   and images (arrays) get noise and become brighter and darker. `loss` is what this costs, as a
#'   share of what the model gains over one that predicts the same for all rows. It is a `"problem"`
#'   if 10 % of noise or less costs more than a tenth, or if one column is worth more than nine
#'   tenths.
#'
#' @param model Any fitted model: of this package, `lm()`, `glm()`, ranger, rpart and others that
#'   give probabilities or numbers by `predict()`, or a function of new data.
#' @param data Rows that the model was not fitted to: a data frame, or an array or texts for models
#'   that take these.
#' @param y The outcome: the name of a column of `data`, or a vector. By default the column that the
#'   model's formula has on its left.
#' @param slices Names of columns of `data` whose values are looked at one by one, numbers in
#'   quarters; or a named list of labels, one for each row.
#' @param reference The data frame that the model was fitted to, for drift.
#' @param noise How much noise numbers get, as shares of their spread; `NULL` leaves robustness out.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param x,object What `check_model()` returned.
#' @returns An object of class `rdeep_model_check`. `print()` shows the verdicts, `summary()` the
#'   tables behind them, which are tibbles in `$tables`. `tidy()`: the verdicts as a tibble,
#'   `check`, `verdict` and `said`; or with `check`, the table of one. `plot()` and `autoplot()`: a
#'   ggplot with a panel for each check.
#' @family checks of models
#' @examplesIf rdeep_available()
#' line <- lm(mpg ~ wt + hp, mtcars[1:20, ])
#' found <- check_model(line, mtcars[21:32, ], slices = "am", reference = mtcars[1:20, ])
#' found
#' tidy(found, "slices")
#' @export
check_model <- function(model,
                        data,
                        y = NULL,
                        slices = NULL,
                        reference = NULL,
                        noise = c(0.01, 0.05, 0.1, 0.25),
                        ...) {
  call <- current_env()
  check_dots(...)
  if (missing(data) || NROW(data) == 0) {
    abort_data(
      if (missing(data)) "'data' is missing: give rows to check by." else "'data' has no rows.",
      "data",
      .call = call
    )
  }
  rows <- sample_count(data)
  sample <- take_samples(data, seq_len(min(rows, 10)))
  predictor <- as_predictor(model, sample = sample, .call = call)
  outcome <- checked_outcome(model, data, y, call)
  target <- checked_target(predictor, outcome$y, rows, call)
  predictions <- sound_predictions(predictor$predict(data), rows, call)
  labels <- slice_labels(data, slices, rows, call)
  shared <- if (!is.null(reference)) shared_columns(reference, data, call)
  cases <- disturbed_predictions(predictor, data, outcome$name, noise, call)
  found <- call_core(
    "model_check",
    type = predictor$type, y = target, predictions = predictions,
    slices = lapply(labels, texts_for_core),
    reference = lapply(reference[shared], drift_column),
    current = if (length(shared)) lapply(data[shared], drift_column),
    cases = cases, .call = call
  )
  tables <- lapply(found$tables, table_from_core)
  tables$scores <- rbind(tables$scores, coverage_row(model, data, outcome$y))
  structure(
    list(
      type = predictor$type, rows = rows, verdicts = table_from_core(found$verdicts),
      tables = tables
    ),
    class = "rdeep_model_check"
  )
}

table_from_core <- function(columns) {
  columns <- lapply(columns, function(x) {
    x <- lapply(as.list(x), function(each) if (is.null(each)) NA else each)
    unlist(x)
  })
  tibble::as_tibble(columns)
}

# The outcome --------------------------------------------------------------------------

checked_outcome <- function(model, data, y, .call) {
  if (is.null(y)) {
    y <- outcome_in_formula(model)
    if (is.null(y) || !is.data.frame(data) || !y %in% names(data)) {
      abort_data(
        if (is.null(y)) {
          "'y' is missing: the model does not say what it predicts."
        } else {
          sprintf("'data' has no column '%s', which the model predicts.", y)
        },
        "y",
        hint = "Give the name of a column of `data`, or a vector.", .call = .call
      )
    }
  }
  named <- is_single(y) && is.character(y) && is.data.frame(data) &&
    (nrow(data) != 1 || y %in% names(data))
  if (named && !y %in% names(data)) {
    abort_data(
      sprintf("'data' has no column '%s'.", y), "y",
      received = y, hint = suggestion(y, names(data)), .call = .call
    )
  }
  if (named) list(y = data[[y]], name = y) else list(y = y, name = NULL)
}

# The left side of a model's formula, where it is a column.
outcome_in_formula <- function(model) {
  if (inherits(model, "rdeep_ready") && !is.null(model$facts$y_name)) {
    return(model$facts$y_name)
  }
  if (inherits(model, "deep_tabular")) {
    return(model$outcome$name)
  }
  if (is.function(model)) {
    return(NULL)
  }
  formula <- tryCatch(stats::formula(model), error = function(error) NULL)
  side <- if (rlang::is_formula(formula, lhs = TRUE)) formula[[2]]
  if (is.symbol(side)) as.character(side)
}

# Classes' places from 0, or numbers.
checked_target <- function(predictor, y, rows, .call) {
  if (NROW(y) != rows) {
    abort_data(
      sprintf("'y' has %d values, but 'data' has %d rows.", NROW(y), rows), "y",
      received = NROW(y), expected = rows, .call = .call
    )
  }
  if (anyNA(y)) {
    abort_data(
      sprintf("'y' has %d missing values, the first in row %d.", sum(is.na(y)), which(is.na(y))[1]),
      "y",
      hint = "Leave such rows out.", .call = .call
    )
  }
  if (predictor$type == "number") {
    if (!is.numeric(y) || NCOL(y) != 1) {
      abort_data(
        sprintf("The model predicts numbers, and 'y' is %s.", describe(y)), "y",
        received = y, .call = .call
      )
    }
    return(array(as.double(y)))
  }
  if (is.null(predictor$levels)) {
    return(array(as.double(if (is.factor(y)) as.integer(y) - 1 else as.numeric(y))))
  }
  place <- match(as.character(y), predictor$levels)
  if (anyNA(place)) {
    unknown <- unique(as.character(y)[is.na(place)])
    abort_data(
      sprintf(
        "'y' has %s, which the model does not predict.", listing(utils::head(unknown, 5), "and")
      ),
      "y",
      expected = predictor$levels,
      hint = paste0("It predicts ", listing(predictor$levels, "and"), "."), .call = .call
    )
  }
  array(as.double(place - 1))
}

sound_predictions <- function(predictions, rows, .call) {
  values <- as.matrix(predictions)
  wrong <- which(rowSums(!is.finite(values)) > 0)
  if (nrow(values) != rows || length(wrong)) {
    abort_data(
      if (nrow(values) != rows) {
        sprintf("The model gives %d predictions of %d rows.", nrow(values), rows)
      } else {
        sprintf(
          "%d of %d predictions are missing, the first in row %d.", length(wrong), rows, wrong[1]
        )
      },
      "data",
      received = length(wrong),
      hint = "Leave out the rows that the model cannot predict, such as those with missing values.",
      .call = .call
    )
  }
  if (is.matrix(predictions)) unname(predictions) else array(as.double(predictions))
}

# Slices and columns -------------------------------------------------------------------

slice_labels <- function(data, slices, rows, .call) {
  if (is.null(slices)) {
    return(NULL)
  }
  if (is.character(slices) && is.data.frame(data)) {
    unknown <- setdiff(slices, names(data))
    if (length(unknown)) {
      abort_rdeep(
        "argument",
        sprintf("'slices' names '%s', which is no column of 'data'.", unknown[1]),
        argument = "slices", received = unknown[1], hint = suggestion(unknown[1], names(data)),
        call = .call
      )
    }
    slices <- as.list(data[slices])
  }
  if (!is.list(slices) || is.null(names(slices)) || any(lengths(slices) != rows)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'slices' must be names of columns, or a named list with %d labels each, not %s.",
        rows, describe(slices)
      ),
      argument = "slices", received = slices, call = .call
    )
  }
  lapply(as.list(slices), names_of_slices)
}

# Of many numbers the quarters that they lie in.
names_of_slices <- function(x) {
  if (!is.numeric(x) || length(unique(x)) <= 10) {
    return(as.character(x))
  }
  edges <- unique(stats::quantile(x, 0:4 / 4, na.rm = TRUE))
  named <- format(edges, digits = 4, trim = TRUE)
  labels <- paste(named[-length(named)], "to", named[-1])
  labels[as.integer(cut(x, edges, include.lowest = TRUE))]
}

shared_columns <- function(reference, data, .call) {
  if (!is.data.frame(reference) || !is.data.frame(data)) {
    abort_rdeep(
      "argument",
      sprintf("'reference' and 'data' must be data frames, not %s.", describe(
        if (is.data.frame(reference)) data else reference
      )),
      argument = "reference", received = reference, call = .call
    )
  }
  plain <- function(x) is.atomic(x) && is.null(dim(x))
  shared <- intersect(names(Filter(plain, reference)), names(Filter(plain, data)))
  if (length(shared) == 0 || nrow(reference) == 0) {
    abort_data("'reference' has no rows of columns that 'data' has.", "reference", .call = .call)
  }
  shared
}

drift_column <- function(x) {
  if (is.numeric(x) || inherits(x, c("Date", "POSIXct"))) {
    array(as.double(x))
  } else {
    texts_for_core(as.character(x))
  }
}

# Intervals ----------------------------------------------------------------------------

# How often the model's own 95 % intervals hold the outcome, where it gives any.
coverage_row <- function(model, data, y) {
  if (!inherits(model, "rdeep_fit") || !is.numeric(y)) {
    return(NULL)
  }
  found <- tryCatch(
    suppressWarnings(stats::predict(model, data, type = "interval")),
    error = function(error) NULL
  )
  if (!all(c(".pred_lower", ".pred_upper") %in% names(found))) {
    return(NULL)
  }
  held <- y >= found$.pred_lower & y <= found$.pred_upper
  ends <- wilson_interval(mean(held), length(held))
  tibble::tibble(
    metric = "coverage_95", estimate = mean(held), conf.low = ends[1], conf.high = ends[2],
    n = length(held)
  )
}

wilson_interval <- function(share, n) {
  z2 <- stats::qnorm(0.975)^2 / n
  middle <- (share + z2 / 2) / (1 + z2)
  reach <- sqrt(z2) / (1 + z2) * sqrt(share * (1 - share) + z2 / 4)
  c(middle - reach, middle + reach)
}
