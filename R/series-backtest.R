# Back-testing: how good forecasts from earlier times would have been.

#' Back-test a model of series
#'
#' Forecasts from earlier times, each by a model that is fitted anew to the values up to there, and
#' compares them with what came.
#'
#' @param object,x A model of [deep_series()], or for methods what `backtest()` returned.
#' @param origins From how many times to forecast. The last of them is a horizon before the end.
#' @param step How far apart they are; by default a horizon.
#' @param by_step Whether to measure each step ahead by itself.
#' @param digits How many digits to show.
#' @param ... Not used: anything here is an error.
#' @returns `backtest()`: a tibble of class `deep_backtest`, with a row for each forecast: the key,
#'   `.origin` (the last time that was known), the time, `.step`, the outcome, `.pred`,
#'   `.pred_lower_80`, `.pred_upper_80`, `.pred_lower_95`, `.pred_upper_95`, and `.pred_naive`,
#'   the seasonal naive forecast. `summary()`: a tibble of measures for the model and for the
#'   seasonal naive forecast: `mae`, `rmse`, `mase` (the error in units of that of seasonal naive
#'   forecasts a season ahead within the series), `pinball` (the mean loss of five quantiles),
#'   `coverage_80`, `coverage_95`. `plot()`: a ggplot.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' model <- deep_series(nottem, horizon = 12, members = 2, epochs = 2, verbose = 0)
#' backtest(model, origins = 2)
#' @export
backtest <- function(object, ...) UseMethod("backtest")

#' @export
backtest.default <- function(object, ...) {
  abort_rdeep(
    "argument",
    sprintf("'object' must be a model of series, not %s.", describe(object)),
    argument = "object", received = object, hint = "`deep_series()` makes one.",
    call = current_env()
  )
}

#' @rdname backtest
#' @export
backtest.deep_series <- function(object, origins = 5, step = NULL, ...) {
  call <- current_env()
  check_dots(..., .call = call)
  cuts <- unlist(ready_method(
    object, "backtest_cuts",
    origins = as_count(origins), step = if (!is.null(step)) as_count(step), .call = call
  ))
  # One by one, so that it can be interrupted.
  parts <- lapply(cuts, function(cut) {
    sync_seed(call)
    found <- ready_method(object, "backtest_data", cut = as.integer(cut), .call = call)
    backtest_rows(object, found)
  })
  found <- do.call(rbind, parts)
  structure(
    found,
    outcome = object$facts$outcome, index = object$facts$index,
    class = c("deep_backtest", class(found))
  )
}

backtest_rows <- function(object, found) {
  facts <- object$facts
  keys <- as.character(unlist(found$key))
  tails <- matrix(found$tails, nrow = length(keys))
  columns <- c(
    key_columns(keys, facts),
    list(.origin = times_back(found$origin, facts)),
    stats::setNames(list(times_back(found$time, facts)), facts$index),
    list(.step = as.integer(found$step)),
    stats::setNames(list(as.double(found$actual)), facts$outcome),
    list(
      .pred = as.double(found$point), .pred_lower_80 = tails[, 2], .pred_upper_80 = tails[, 3],
      .pred_lower_95 = tails[, 1], .pred_upper_95 = tails[, 4],
      .pred_naive = as.double(found$naive), .scale = as.double(found$scale)
    )
  )
  tibble::as_tibble(columns)
}

#' @rdname backtest
#' @export
summary.deep_backtest <- function(object, by_step = FALSE, ...) {
  check_dots(...)
  parts <- if (by_step) split(seq_len(nrow(object)), object$.step) else list(seq_len(nrow(object)))
  rows <- lapply(names(parts) %||% 1, function(name) {
    part <- parts[[name]]
    step <- if (by_step) list(step = as.integer(name))
    rbind(
      tibble::as_tibble(c(step, list(model = "deep_series"), measures_of(object, part, ".pred"))),
      tibble::as_tibble(c(
        step, list(model = "seasonal naive"), measures_of(object, part, ".pred_naive")
      ))
    )
  })
  do.call(rbind, rows)
}

measures_of <- function(object, rows, column) {
  actual <- object[[attr(object, "outcome")]][rows]
  error <- abs(actual - object[[column]][rows])
  scaled <- error / object$.scale[rows]
  found <- list(
    mae = mean(error, na.rm = TRUE), rmse = sqrt(mean(error^2, na.rm = TRUE)),
    mase = mean(scaled[is.finite(scaled)])
  )
  if (column == ".pred_naive") {
    return(c(found, pinball = NA_real_, coverage_80 = NA_real_, coverage_95 = NA_real_))
  }
  at <- function(name) object[[name]][rows]
  quantiles <- list(
    "0.025" = at(".pred_lower_95"), "0.1" = at(".pred_lower_80"), "0.5" = at(".pred"),
    "0.9" = at(".pred_upper_80"), "0.975" = at(".pred_upper_95")
  )
  losses <- vapply(names(quantiles), function(name) {
    above <- actual - quantiles[[name]]
    level <- as.double(name)
    mean(pmax(level * above, (level - 1) * above), na.rm = TRUE)
  }, 0)
  inside <- function(low, high) mean(actual >= low & actual <= high, na.rm = TRUE)
  c(
    found,
    pinball = mean(losses),
    coverage_80 = inside(quantiles[["0.1"]], quantiles[["0.9"]]),
    coverage_95 = inside(quantiles[["0.025"]], quantiles[["0.975"]])
  )
}

#' @rdname backtest
#' @export
print.deep_backtest <- function(x, digits = 3, ...) {
  origins <- length(unique(x$.origin))
  cat(sprintf(
    "Back-test from %d %s, up to %d ahead\n\n", origins, if (origins == 1) "time" else "times",
    max(x$.step)
  ))
  print(as.data.frame(summary(x)), digits = digits, row.names = FALSE, right = FALSE)
  invisible(x)
}

#' @rdname backtest
#' @export
plot.deep_backtest <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw a back-test.")
  index <- attr(x, "index")
  keys <- setdiff(names(x)[seq_len(match(".origin", names(x)) - 1)], character())
  data <- as.data.frame(x)
  data$.series <- if (length(keys)) key_labels(data[keys]) else ""
  data <- data[data$.series %in% utils::head(unique(data$.series), 9), ]
  picture <- ggplot2::ggplot(
    data, ggplot2::aes(.data[[index]], group = factor(.data[[".origin"]]))
  ) +
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data[[".pred_lower_95"]], ymax = .data[[".pred_upper_95"]]),
      fill = "#c6dbef"
    ) +
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data[[".pred_lower_80"]], ymax = .data[[".pred_upper_80"]]),
      fill = "#6baed6"
    ) +
    ggplot2::geom_line(ggplot2::aes(y = .data[[".pred"]]), colour = "#08519c") +
    ggplot2::geom_line(ggplot2::aes(y = .data[[attr(x, "outcome")]]), na.rm = TRUE) +
    ggplot2::labs(x = NULL, y = attr(x, "outcome"))
  if (length(unique(data$.series)) > 1) {
    picture <- picture + ggplot2::facet_wrap(ggplot2::vars(.data[[".series"]]), scales = "free_y")
  }
  picture
}

#' @rdname backtest
#' @exportS3Method ggplot2::autoplot
autoplot.deep_backtest <- function(object, ...) plot(object, ...)

# What was learned, as tables -------------------------------------------------------

#' Tables of a model of series
#'
#' @param x A model of [deep_series()].
#' @param ... Not used: anything here is an error.
#' @returns `tidy()`: a tibble with a row for each step ahead: how good forecasts of held-out times
#'   were (`mae`, `rmse`, `mase`, `pinball`, `coverage_80`, `coverage_95`). `augment()`: a tibble
#'   with a row for each value that the model was fitted to: the key, the time, the outcome,
#'   `.fitted`, what was expected of it one step ahead, and `.resid`; the networks have seen these
#'   values.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' model <- deep_series(nottem, horizon = 3, members = 2, epochs = 2, verbose = 0)
#' tidy(model)
#' augment(model)
#' @name tidy.deep_series
#' @export
tidy.deep_series <- function(x, ...) {
  check_dots(...)
  found <- ready_method(x, "errors_data")
  tibble::as_tibble(c(
    list(step = seq_along(found$mae)), lapply(found, as.double)
  ))
}

#' @rdname tidy.deep_series
#' @export
augment.deep_series <- function(x, ...) {
  check_dots(...)
  found <- ready_method(x, "fitted")
  value <- as.double(found$value)
  fitted <- as.double(found$fitted)
  fitted[is.nan(fitted)] <- NA
  tibble::as_tibble(c(
    key_columns(as.character(unlist(found$key)), x$facts),
    stats::setNames(list(times_back(found$time, x$facts)), x$facts$index),
    stats::setNames(list(value), x$facts$outcome),
    list(.fitted = fitted, .resid = value - fitted)
  ))
}
