# How well predicted probabilities agree with what happens.

#' Reliability diagram: how well calibrated a classifier is
#'
#' Puts rows with similar predicted probabilities into bins, and compares the mean
#' prediction of each bin with the share of rows in which the class came.
#'
#' By default it looks at the predictions for rows that were held out in fitting. Of a
#' model that was calibrated on these ([calibrate()]), new `data` give the fairer view.
#'
#' @param object A [deep_tabular()] for classes.
#' @param data Rows that were not used in fitting, with the outcome; by default those held
#'   out.
#' @param bins The number of bins, of equal width; empty ones are left out.
#' @param level The level of the intervals around the observed shares (Wilson's).
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param y The outcome, if the model was fitted with `x` and `y`; `data` is then `x`.
#' @param x What `reliability()` returned.
#' @returns A tibble with a row for each bin: `class` (with more than two classes each
#'   against the others), `bin`, `predicted`, `observed`, `n`, `lower`, `upper`. Printing
#'   it also shows the expected calibration error (of the class predicted) and the Brier
#'   score, which are its attributes `ece` and `brier`. `plot()` and `autoplot()` return a
#'   ggplot.
#' @family uncertainty
#' @examplesIf rdeep_available() && requireNamespace("ggplot2", quietly = TRUE)
#' model <- deep_tabular(Species ~ ., data = iris, epochs = 5, members = 2)
#' found <- reliability(model, bins = 5)
#' found
#' plot(found)
#' @export
reliability <- function(object, data = NULL, bins = 10L, level = 0.95, ..., y = NULL) {
  check_tabular(object)
  check_dots(...)
  check_share(level, "level", current_env())
  check_whole(bins, "bins", 2, current_env())
  set <- classified_rows(object, data, y, current_env())
  prob <- apply_calibration(object, set$prob)
  y <- indicators(set)
  levels <- object$outcome$levels
  classes <- if (ncol(prob) == 1) levels[2] %||% "1" else levels
  tables <- lapply(seq_len(ncol(prob)), function(k) {
    reliability_table(classes[k], prob[, k], y[, k], set$weights, bins, level)
  })
  table <- do.call(rbind, tables)
  table$class <- factor(table$class, levels = classes)
  structure(
    table,
    ece = calibration_error(prob, y, set$weights, bins),
    brier = brier_score(prob, y, set$weights),
    rows = nrow(prob),
    calibration = object$calibration$method,
    class = c("rdeep_reliability", class(table))
  )
}

reliability_table <- function(class, prob, y, weights, bins, level) {
  bin <- bin_of(prob, bins)
  sums <- rowsum(cbind(weights, weights * prob, weights * y), bin)
  observed <- sums[, 3] / sums[, 1]
  range <- wilson(observed, sums[, 1], level)
  tibble::tibble(
    class = class,
    bin = as.integer(rownames(sums)),
    predicted = as.vector(sums[, 2] / sums[, 1]),
    observed = as.vector(observed),
    n = as.vector(sums[, 1]),
    lower = as.vector(range$lower),
    upper = as.vector(range$upper)
  )
}

bin_of <- function(prob, bins) pmin(floor(prob * bins) + 1, bins)

# Wilson's interval of a share: unlike the usual one it stays inside 0 and 1.
wilson <- function(share, n, level) {
  z <- stats::qnorm((1 + level) / 2)
  middle <- (share + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z / (1 + z^2 / n) * sqrt(share * (1 - share) / n + z^2 / (4 * n^2))
  list(lower = pmax(0, middle - half), upper = pmin(1, middle + half))
}

# The mean distance between what was said of the predicted class and how often it came.
calibration_error <- function(prob, y, weights, bins) {
  if (ncol(prob) > 1) {
    top <- cbind(seq_len(nrow(prob)), max.col(prob, ties.method = "first"))
    prob <- matrix(prob[top])
    y <- matrix(y[top])
  }
  sums <- rowsum(weights * cbind(prob[, 1] - y[, 1]), bin_of(prob[, 1], bins))
  sum(abs(sums)) / sum(weights)
}

#' @export
print.rdeep_reliability <- function(x, ...) {
  method <- attr(x, "calibration")
  cat(sprintf(
    "Reliability of predicted probabilities in %d rows%s\n", attr(x, "rows"),
    if (is.null(method)) "" else sprintf(" (calibrated: %s)", method)
  ))
  cat(sprintf(
    "Expected calibration error %.4f, Brier score %.4f\n",
    attr(x, "ece"), attr(x, "brier")
  ))
  print(plain_tibble(x), ...)
  invisible(x)
}

plain_tibble <- function(x) {
  tibble::new_tibble(as.list(x), nrow = nrow(x))
}

#' @rdname reliability
#' @export
plot.rdeep_reliability <- function(x, ...) {
  check_dots(...)
  several <- nlevels(x$class) > 1
  about <- if (several) "Predicted probability" else paste("Probability of", levels(x$class))
  effects_plot(
    plain_tibble(x),
    ggplot2::aes(x = .data[["predicted"]], y = .data[["observed"]]),
    "to draw the reliability of probabilities."
  ) +
    ggplot2::geom_abline(linetype = "dashed", colour = "grey50") +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data[["lower"]], ymax = .data[["upper"]]),
      colour = "grey70"
    ) +
    ggplot2::geom_line(colour = accent, alpha = 0.4) +
    ggplot2::geom_point(ggplot2::aes(size = .data[["n"]]), colour = accent) +
    ggplot2::scale_size_area(max_size = 4) +
    ggplot2::scale_x_continuous(breaks = c(0, 0.5, 1)) +
    ggplot2::scale_y_continuous(breaks = c(0, 0.5, 1)) +
    ggplot2::coord_equal(xlim = c(0, 1), ylim = c(0, 1)) +
    (if (several) ggplot2::facet_wrap(ggplot2::vars(.data[["class"]]))) +
    ggplot2::labs(x = about, y = "Observed share", size = "Rows")
}

#' @rdname reliability
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_reliability <- function(object, ...) plot.rdeep_reliability(object, ...)
