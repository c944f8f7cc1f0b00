#' Feature importance of the columns of a table
#'
#' `method = "permutation"` shuffles one column at a time and says by how much the
#' predictions become worse. `method = "integrated_gradients"` follows the predictions from
#' a typical row to each row and says how much of the way each column accounts for.
#'
#' Permutation importance looks at the columns of the data: a factor is one column, however
#' the model codes it. The interval says how far the mean over the repetitions would differ
#' had the shuffling come out otherwise, by Student's t; it does not say how the importance
#' would differ on other data. By default a [deep_tabular()] model is judged by rows that it
#' was not trained on: each row is predicted by the network that was validated on it.
#' Columns that say the same share their importance, as for any permutation importance: a
#' model can fall back on the one when the other is shuffled.
#'
#' Integrated gradients (Sundararajan, Taly and Yan 2017) start from a row of medians and
#' most frequent levels, and are on the scale of the link (log odds, log mean). The columns
#' are those that the network sees: `log(x)` where a formula says so, or what a recipe
#' made. The importance is the mean of the absolute attributions, its interval one over the
#' rows. The Python package captum computes them on torch, where a model that runs on
#' TensorFlow is copied; `reticulate::py_install("captum", pip = TRUE)` installs it.
#'
#' @param object A fitted model: [deep_tabular()], or a network that was fitted on a data
#'   frame, by a formula or with a recipe.
#' @param data The data to look at, a data frame with the predictors and the outcome; by
#'   default the data that a [deep_tabular()] model was fitted to. Networks keep no data.
#' @param y The outcome, for networks that were fitted by `x` and `y`.
#' @param method `"permutation"` or `"integrated_gradients"`.
#' @param metric What rises, for permutation: for numbers `"rmse"` (the default) or `"mae"`;
#'   for classes `"log_loss"`, `"brier"` or `"error"`, the share of wrong classes; for
#'   counts `"deviance"`, `"rmse"` or `"mae"`; for quantiles `"pinball"`; for survival
#'   `"concordance"` or `"partial_likelihood"`. Or a function of the truth and the
#'   predictions that returns a number, which is smaller the better.
#' @param repetitions How often each column is shuffled.
#' @param rows How many rows of the data to look at, at most: they are drawn at random.
#'   `Inf` for all of them.
#' @param level The intervals' level of confidence.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @returns A tibble with a row for each column, the most important first: `variable`,
#'   `importance`, `std_error`, `lower` and `upper`. `plot()` and `autoplot()` return a
#'   ggplot.
#' @family understanding
#' @examplesIf rdeep_available()
#' model <- deep_tabular(mpg ~ ., data = mtcars, epochs = 20, verbose = 0)
#' importance(model, repetitions = 5)
#' plot(importance(model, repetitions = 5))
#' @export
importance <- function(object,
                       data = NULL,
                       ...,
                       y = NULL,
                       method = c("permutation", "integrated_gradients"),
                       metric = NULL,
                       repetitions = 10,
                       rows = 1000,
                       level = 0.95) {
  check_dots(...)
  call <- current_env()
  method <- one_of(method, c("permutation", "integrated_gradients"), "method", call)
  check_share(level, "level", call)
  rows <- check_most_rows(rows, call)
  if (method == "integrated_gradients") {
    view <- with_rows(explained(object, data, .call = call), rows)
    return(gradient_importance(view, level, call))
  }
  repetitions <- check_whole(repetitions, "repetitions", 1, call)
  view <- explained(object, data, y, scored = TRUE, .call = call)
  metric <- as_importance_metric(metric, view$outcome, call)
  permutation_importance(with_rows(view, rows), metric, repetitions, level)
}

permutation_importance <- function(view, metric, repetitions, level) {
  predict <- view$held_out %||% view$predict
  n <- nrow(view$frame)
  score <- function(predicted) metric$compute(view$outcome$values, predicted, view$weights)
  before <- score(predict(view$frame, seq_len(n)))
  rises <- vapply(view$variables, function(name) {
    copies <- lapply(seq_len(repetitions), function(i) {
      stats::setNames(list(view$frame[[name]][sample.int(n)]), name)
    })
    shuffled <- predict_copies(view, copies, predict)
    apply(shuffled, 3, function(values) score(matrix(values, nrow = n))) - before
  }, numeric(repetitions))
  title <- sprintf(
    "Permutation importance: rise of the %s (%s%s) when a column is shuffled",
    metric$label, format(before, digits = 3),
    if (is.null(view$held_out)) "" else " on held-out rows"
  )
  new_importance(
    matrix(rises, nrow = repetitions), view$variables, level, title,
    sprintf("Rise of the %s when shuffled", metric$label)
  )
}

gradient_importance <- function(view, level, .call) {
  found <- column_gradients(view, view$frame, .call)
  sizes <- apply(abs(found$values), c(1, 2), mean)
  new_importance(
    sizes, names(found$columns), level,
    "Integrated gradients: the mean absolute attribution of each column",
    paste("Mean absolute attribution to the", prediction_label(view, "link"))
  )
}

# `draws` has a column for each variable, whose mean is its importance.
new_importance <- function(draws, variables, level, title, label) {
  n <- nrow(draws)
  importance <- colMeans(draws)
  error <- apply(draws, 2, stats::sd) / sqrt(n)
  reach <- if (n > 1) stats::qt((1 + level) / 2, n - 1) * error else NA_real_
  columns <- list(
    variable = variables,
    importance = importance,
    std_error = error,
    lower = importance - reach,
    upper = importance + reach
  )
  order <- order(importance, decreasing = TRUE)
  new_effects(
    lapply(columns, `[`, order),
    "rdeep_importance",
    list(title = title, label = label, level = level)
  )
}

#' @param x What `importance()` returned.
#' @param top How many columns to show at most.
#' @rdname importance
#' @export
plot.rdeep_importance <- function(x, ..., top = 20) {
  check_dots(...)
  about <- attr(x, "about")
  shown <- utils::head(x[order(x$importance, decreasing = TRUE), ], top)
  shown$variable <- top_first(shown$variable)
  effects_plot(
    shown,
    ggplot2::aes(x = .data[["importance"]], y = .data[["variable"]]),
    "to plot importance."
  ) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey60") +
    ggplot2::geom_col(fill = accent, width = 0.6, alpha = 0.35) +
    ggplot2::geom_pointrange(
      ggplot2::aes(xmin = .data[["lower"]], xmax = .data[["upper"]]),
      colour = accent, size = 0.3, na.rm = TRUE
    ) +
    ggplot2::labs(
      x = about$label, y = NULL,
      caption = sprintf("Lines: %s %% confidence", format(100 * about$level))
    )
}
