# What a fitted `deep_multimodal` says of new rows, and of its modalities.

#' Predict with a model of several kinds of data
#'
#' @param object,x A model of [deep_multimodal()]; for `evaluate()` `x` is the data frame.
#' @param new_data,newdata,data A data frame with the columns that the model was fitted to. Values
#'   may be missing; other columns are not used.
#' @param y The outcome, where it is no column of the data frame.
#' @param type `"class"`: `.pred_class`; `"prob"`: a column `.pred_<level>` for each class;
#'   `"response"`: `.pred`, a number; `"interval"`: `.pred`, `.pred_lower` and `.pred_upper`, by the
#'   errors on held-out rows (split conformal prediction).
#' @param level The share of numbers that an interval is to hold.
#' @param missing Whether a column that is absent altogether is an error (`"fail"`), or is taken as
#'   missing in all rows (`"allow"`).
#' @param on_bad What is done about values that cannot be read, as in [deep_multimodal()]: an error,
#'   `NA` as the prediction of the row, or missing values. By default as when the model was fitted.
#' @param ... Not used.
#'
#' @section Importance:
#' `tidy()` says how much each modality adds: it is taken away from all held-out rows, or from those
#' of `new_data`, and `estimate` is by how much the mean loss grows, which is the log loss of
#' classes and the squared error of numbers. `std.error` is its standard error over the rows,
#' `without` the accuracy or the R squared that is left. Two modalities that say the same both add
#' little.
#'
#' @returns `predict()`: a tibble with a row for each row of the data, in order. `augment()`: the
#'   data with predictions beside it: `.pred_class` and all probabilities, or `.pred`, and `.resid`
#'   where the outcome is there. `evaluate()`: a tibble of one row, with `accuracy` and `log_loss`,
#'   or `rmse` and `r_squared`. `tidy()`: a tibble with a row for each modality: `term`, its
#'   `columns`, `estimate`, `std.error` and `without`. `summary()`: what it is of other [ready-made
#'   models][ready_models], and the `importance`. `plot()`: a ggplot.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' days <- data.frame(note = sprintf("%s day %d", rep(c("fine", "grey"), 30), 1:60))
#' days$wind <- lapply(1:60, function(i) rnorm(5 + i %% 4, i %% 2))
#' days$warmth <- rnorm(60) + 2 * (1:60 %% 2)
#' kinds <- c(note = "text")
#' model <- deep_multimodal(warmth ~ ., days, modalities = kinds, epochs = 5, verbose = 0)
#' predict(model, days[1:3, ])
#' predict(model, days[1:3, "wind", drop = FALSE], missing = "allow")
#' tidy(model)
#' @export
predict.deep_multimodal <- function(object,
                                    new_data = NULL,
                                    type = NULL,
                                    ...,
                                    level = 0.95,
                                    missing = c("fail", "allow"),
                                    on_bad = NULL,
                                    newdata = NULL) {
  call <- current_env()
  check_dots(...)
  types <- if (is_of_classes(object)) c("class", "prob") else c("response", "interval")
  type <- ready_type(type, types, call)
  check_level(level, call)
  missing <- one_of(missing, c("fail", "allow"), "missing", call)
  columns <- new_columns(object, one_new_data(new_data, newdata, call), "new_data", call)
  multimodal_predictions(object, columns, type, level, missing, on_bad, call)
}

multimodal_predictions <- function(object, columns, type, level, missing, on_bad, .call) {
  found <- ready_method(
    object, "predict",
    x = columns, type = if (type == "class") "prob" else type, level = level,
    missing = missing, on_bad = on_bad_of(on_bad, .call), .call = .call
  )
  as_predictions(object, found, type)
}

on_bad_of <- function(on_bad, .call) {
  if (!is.null(on_bad)) one_of(on_bad, c("fail", "drop", "missing"), "on_bad", .call)
}

# The columns of new data that the model knows; the core says which are absent.
new_columns <- function(object, data, argument, .call) {
  columns <- multimodal_frame(data, argument, .call)
  known <- intersect(object$facts$columns, names(columns))
  # The others matter where no column is known: for a name that was mistyped.
  samples_for_core(if (length(known)) columns[known] else lapply(columns, function(x) NA), .call)
}

#' @rdname predict.deep_multimodal
#' @export
augment.deep_multimodal <- function(x,
                                    new_data = NULL,
                                    ...,
                                    missing = c("fail", "allow"),
                                    on_bad = NULL,
                                    data = NULL,
                                    newdata = NULL) {
  call <- current_env()
  check_dots(...)
  data <- one_of_data(data, newdata, new_data, call)
  missing <- one_of(missing, c("fail", "allow"), "missing", call)
  columns <- new_columns(x, data, "new_data", call)
  type <- if (is_of_classes(x)) "prob" else "response"
  found <- multimodal_predictions(x, columns, type, 0.95, missing, on_bad, call)
  frame <- as.list(data)
  if (is_of_classes(x)) {
    found <- c(list(.pred_class = most_probable(x, found)), as.list(found))
  } else if (is.numeric(frame[[x$facts$y_name %||% ""]])) {
    found$.resid <- frame[[x$facts$y_name]] - found$.pred
  }
  tibble::new_tibble(c(frame, as.list(found)), nrow = nrow(data))
}

#' @rdname predict.deep_multimodal
#' @export
evaluate.deep_multimodal <- function(object,
                                     x = NULL,
                                     y = NULL,
                                     ...,
                                     missing = c("fail", "allow"),
                                     on_bad = NULL) {
  call <- current_env()
  check_dots(...)
  missing <- one_of(missing, c("fail", "allow"), "missing", call)
  scores <- ready_method(
    object, "evaluate",
    x = new_columns(object, x, "x", call), y = new_outcome(object, x, y, call),
    missing = missing, on_bad = on_bad_of(on_bad, call), .call = call
  )
  tibble::as_tibble(lapply(scores, as.double))
}

new_outcome <- function(object, data, y, .call) {
  y <- y %||% frame_column(data, object$facts$y_name, "x", .call)
  ready_outcome(y, .call)$values
}

#' @rdname predict.deep_multimodal
#' @export
tidy.deep_multimodal <- function(x, new_data = NULL, y = NULL, ...) {
  call <- current_env()
  check_dots(...)
  found <- if (is.null(new_data)) {
    ready_method(x, "importance", .call = call)
  } else {
    ready_method(
      x, "importance",
      x = new_columns(x, new_data, "new_data", call), y = new_outcome(x, new_data, y, call),
      .call = call
    )
  }
  number <- function(name) vapply(found, function(each) as.double(each[[name]]), 0)
  tibble::tibble(
    term = vapply(found, function(each) each$modality, ""),
    columns = vapply(found, function(each) paste(unlist(each$columns), collapse = ", "), ""),
    estimate = number("estimate"),
    std.error = number("std_error"),
    without = number("without")
  )
}

#' @rdname predict.deep_multimodal
#' @export
summary.deep_multimodal <- function(object, ...) {
  found <- NextMethod()
  found$importance <- if (length(object$scores)) tidy(object)
  class(found) <- c("summary.deep_multimodal", class(found))
  found
}

#' @export
print.summary.deep_multimodal <- function(x, ...) {
  NextMethod()
  if (!is.null(x$importance)) {
    cat("\nHow much the mean loss on held-out rows grows without a modality:\n")
    shown <- as.data.frame(x$importance[c("term", "estimate", "std.error", "without")])
    print(shown, row.names = FALSE, right = FALSE, digits = 3)
  }
  invisible(x)
}

#' @param what Whether to draw how the model was trained, or how much each modality adds.
#' @param metrics Which metrics to draw, such as `"loss"`; by default all.
#' @rdname predict.deep_multimodal
#' @export
plot.deep_multimodal <- function(x, metrics = NULL, ..., what = c("history", "importance")) {
  call <- current_env()
  check_dots(...)
  what <- one_of(what, c("history", "importance"), "what", call)
  if (what == "history") {
    return(NextMethod())
  }
  rlang::check_installed("ggplot2", "to draw the importance of modalities.")
  data <- tidy(x)
  data$term <- factor(data$term, levels = data$term[order(data$estimate)])
  low <- data$estimate - data$std.error
  high <- data$estimate + data$std.error
  ggplot2::ggplot(data, ggplot2::aes(x = .data[["estimate"]], y = .data[["term"]])) +
    ggplot2::geom_col(width = 0.6, fill = accent) +
    ggplot2::geom_linerange(ggplot2::aes(xmin = low, xmax = high), colour = "grey30") +
    ggplot2::geom_vline(xintercept = 0, colour = "grey40") +
    ggplot2::labs(
      x = sprintf(
        "By how much the %s on held-out rows grows without it",
        if (is_of_classes(x)) "log loss" else "squared error"
      ),
      y = NULL
    )
}
