# Forecasts of a `deep_series`, as tibbles and pictures.

#' Forecast with a model of series
#'
#' @param object,x A model of [deep_series()].
#' @param new_data Newer values, in the form of the data that the model was fitted to: forecasts go
#'   on from their end (what the model knew of later times is left out), and the model is not fitted
#'   again. Rows of a data frame without an outcome
#'   say what is known in advance of the times ahead. Left out, forecasts go on from the data that
#'   the model was fitted to.
#' @param type `"response"` for `.pred`, the medians; `"interval"` for `.pred_lower` and
#'   `.pred_upper` as well; `"quantile"` for `.pred_q<level>`.
#' @param ... For `autoplot()`, arguments of `plot()`; else not used.
#' @param horizon How many times ahead, up to what the model was fitted to; by default as many.
#' @param level The shares of values that intervals hold, such as `0.8` or `80`. With several, their
#'   columns are `.pred_lower_80`, `.pred_upper_80` and so on.
#' @param quantile_levels Which quantiles `type = "quantile"` gives.
#' @param newdata The same as `new_data`.
#' @returns `predict()`: a tibble with a row for each time of each series: the columns of the key,
#'   the time, in the class of the data (for a `ts` numbers such as `1961.25`), and predictions.
#'   `forecast()`: of a single `ts`, an object of the forecast package's class `forecast`.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' model <- deep_series(AirPassengers, horizon = 12, members = 2, epochs = 2, verbose = 0)
#' predict(model, type = "interval")
#' predict(model, horizon = 3, type = "quantile", quantile_levels = c(0.1, 0.9))
#' @export
predict.deep_series <- function(object, new_data = NULL, type = NULL, ..., horizon = NULL,
                                level = c(80, 95), quantile_levels = c(0.05, 0.5, 0.95),
                                newdata = NULL) {
  call <- current_env()
  check_dots(..., .call = call)
  type <- ready_type(type, c("response", "interval", "quantile"), call)
  new_data <- one_new_data(new_data, newdata, call)
  shares <- as_levels(level, call)
  wanted <- switch(type,
    response = numeric(),
    interval = rbind((1 - shares) / 2, (1 + shares) / 2),
    quantile = as_shares(quantile_levels, "quantile_levels", call)
  )
  found <- forecast_rows(object, new_data, horizon, as.vector(wanted), call)
  columns <- switch(type,
    response = list(),
    interval = interval_names(found$quantiles, shares),
    quantile = named_columns(found$quantiles, paste0(".pred_q", format_shares(wanted)))
  )
  tibble::as_tibble(c(found$columns, if (type != "quantile") list(.pred = found$point), columns))
}

# Quantile levels as tidymodels writes them in names.
format_shares <- function(x) vapply(x, format, "", digits = 4)

interval_names <- function(quantiles, shares) {
  ends <- if (length(shares) > 1) paste0("_", format_shares(100 * shares)) else ""
  names <- as.vector(rbind(paste0(".pred_lower", ends), paste0(".pred_upper", ends)))
  named_columns(quantiles, names)
}

# Levels as shares; per cent are taken as well.
as_levels <- function(level, .call) {
  per_cent <- is.numeric(level) && length(level) && !anyNA(level) && any(level >= 1)
  if (per_cent && all(level < 100)) level <- level / 100
  as_shares(level, "level", .call)
}

# The forecasts of the core, with the columns that say which they are.
forecast_rows <- function(object, new_data, horizon, levels, .call) {
  given <- newer_rows(object, new_data, .call)
  found <- rlang::exec(
    ready_method, object, "predict_data",
    horizon = if (!is.null(horizon)) as_count(horizon), levels = as.list(levels),
    !!!given$rows, .call = .call
  )
  keys <- as.character(unlist(found$key))
  time <- stats::setNames(list(times_back(found$time, object$facts)), object$facts$index)
  list(
    columns = c(key_columns(keys, object$facts, given$keys), time), key = keys,
    point = as.double(found$point), step = as.integer(found$step),
    quantiles = matrix(found$quantiles, nrow = length(keys))
  )
}

newer_rows <- function(object, new_data, .call) {
  facts <- object$facts
  if (is.null(new_data)) {
    return(list(rows = list(), keys = NULL))
  }
  if (is.data.frame(new_data)) {
    if (facts$index_kind == "ts" || is.null(facts$index_kind)) refuse_new_data(facts, .call)
    return(newer_frame(facts, new_data, .call))
  }
  if (is_single(new_data) && is.numeric(new_data)) {
    abort_data(
      "'new_data' must be newer values, not one number.", "new_data",
      received = new_data, hint = "How many times ahead is said by 'horizon'.", .call = .call
    )
  }
  if (!is.numeric(new_data) || !identical(facts$index_kind == "ts", stats::is.ts(new_data))) {
    refuse_new_data(facts, .call)
  }
  if (facts$index_kind != "ts") {
    if (!is.null(facts$index_class)) refuse_new_data(facts, .call)
    return(list(rows = core_rows(series_of_numbers(new_data, "value", .call)$rows)))
  }
  if (stats::frequency(new_data) != facts$index_frequency) {
    abort_data(
      sprintf(
        "'new_data' has the frequency %s, but the model was fitted to %s.",
        format(stats::frequency(new_data)), format(facts$index_frequency)
      ),
      "new_data",
      .call = .call
    )
  }
  list(rows = core_rows(series_of_ts(new_data, facts$outcome, .call)$rows))
}

refuse_new_data <- function(facts, .call) {
  wanted <- if (facts$index_kind == "ts") {
    "a `ts`"
  } else if (is.null(facts$index_class)) {
    "numbers"
  } else {
    "a data frame"
  }
  abort_data(
    sprintf("'new_data' must be %s, as the data that the model was fitted to.", wanted),
    "new_data",
    .call = .call
  )
}

core_rows <- function(rows) {
  rows$y <- array(rows$y)
  rows$key <- if (!is.null(rows$key)) as.list(rows$key)
  Filter(Negate(is.null), rows)
}

newer_frame <- function(facts, data, .call) {
  needed <- c(facts$index, facts$key, facts$known)
  absent <- setdiff(needed, names(data))
  if (length(absent)) {
    abort_data(
      sprintf("'new_data' has no column %s.", listing(absent, "and")),
      "new_data",
      expected = needed, hint = suggestion(absent[1], names(data)), .call = .call
    )
  }
  rows <- list(index = times_part(data[[facts$index]], facts$index, .call)$part)
  rows$y <- if (facts$outcome %in% names(data)) {
    outcome_numbers(data, facts$outcome, .call)
  } else {
    rep(NA_real_, nrow(data))
  }
  keys <- NULL
  if (length(facts$key)) {
    rows$key <- key_labels(data[facts$key])
    keys <- unique(as.data.frame(data)[facts$key])
  }
  levels <- split(as.character(facts$levels), as.character(facts$level_of))
  for (part in c("known", "past", "static")) {
    names <- intersect(facts[[part]], names(data))
    rows[[part]] <- coded_columns(data, names, levels, .call)$values
  }
  list(rows = core_rows(rows), keys = keys)
}

# Pictures --------------------------------------------------------------------------

#' @rdname predict.deep_series
#' @param what Whether to draw the `"forecast"`, after the end of the series, or how the networks
#'   were trained.
#' @param history How many values before it to draw; by default five horizons.
#' @param keys Which series to draw, by number; by default the first nine.
#' @export
plot.deep_series <- function(x, what = c("forecast", "training"), ..., new_data = NULL,
                             horizon = NULL, level = c(80, 95), history = NULL, keys = 1:9) {
  call <- current_env()
  check_dots(..., .call = call)
  if (one_of(what, c("forecast", "training"), "what", call) == "training") {
    return(plot.rdeep_ready(x))
  }
  rlang::check_installed("ggplot2", "to draw forecasts.")
  shares <- rev(as_levels(level, call))
  wanted <- as.vector(rbind((1 - shares) / 2, (1 + shares) / 2))
  found <- forecast_rows(x, new_data, horizon, wanted, call)
  shown <- unique(found$key)[seq_len(min(length(unique(found$key)), length(keys)))]
  if (is.null(new_data)) shown <- stats::na.omit(unique(found$key)[keys])
  past <- known_values(x, new_data, call)
  count <- history %||% (5 * max(found$step))
  past <- do.call(rbind, lapply(split(past, factor(past$key, shown)), utils::tail, count))
  time <- found$columns[[x$facts$index]]
  fan <- do.call(rbind, lapply(seq_along(shares), function(i) {
    data.frame(
      key = found$key, time = time, lower = found$quantiles[, 2 * i - 1],
      upper = found$quantiles[, 2 * i], level = sprintf("%s %%", format_shares(100 * shares[i]))
    )
  }))
  fan$level <- factor(fan$level, unique(fan$level))
  middle <- data.frame(key = found$key, time = time, value = found$point)
  draw_forecast(past, fan[fan$key %in% shown, ], middle[middle$key %in% shown, ], x$facts)
}

draw_forecast <- function(past, fan, middle, facts) {
  # The line goes on from the last value.
  last <- do.call(rbind, lapply(split(past, past$key), utils::tail, 1))
  joined <- rbind(last[c("key", "time", "value")], middle)
  several <- length(unique(middle$key)) > 1
  picture <- ggplot2::ggplot(past, ggplot2::aes(.data[["time"]], .data[["value"]])) +
    ggplot2::geom_ribbon(
      ggplot2::aes(
        x = .data[["time"]], ymin = .data[["lower"]], ymax = .data[["upper"]],
        fill = .data[["level"]]
      ),
      data = fan, inherit.aes = FALSE
    ) +
    ggplot2::geom_line() +
    ggplot2::geom_line(data = joined, colour = "#08519c") +
    ggplot2::scale_fill_manual(
      values = grDevices::colorRampPalette(c("#c6dbef", "#6baed6"))(nlevels(fan$level)),
      name = "Interval"
    ) +
    ggplot2::labs(x = NULL, y = facts$outcome)
  if (several) {
    picture <- picture + ggplot2::facet_wrap(ggplot2::vars(.data[["key"]]), scales = "free_y")
  }
  picture
}

# The values that forecasts go on from.
known_values <- function(object, new_data, .call) {
  found <- ready_method(object, "fitted", .call = .call)
  past <- data.frame(
    key = as.character(unlist(found$key)), time = I(as.double(found$time)),
    value = as.double(found$value)
  )
  newer <- newer_rows(object, new_data, .call)$rows
  if (length(newer)) {
    added <- data.frame(
      key = as.character(unlist(newer$key %||% past$key[1])),
      time = I(as.double(newer$index$values)), value = as.double(newer$y)
    )
    past <- past[past$key %in% added$key, ]
    added <- added[!is.na(added$value), ]
    past <- rbind(past[!paste(past$key, past$time) %in% paste(added$key, added$time), ], added)
    past <- past[order(match(past$key, unique(past$key)), past$time), ]
    ends <- tapply(as.double(added$time), added$key, max)
    later <- past$key %in% names(ends) & as.double(past$time) > ends[past$key] + 1e-6
    past <- past[!later, ]
  }
  past$time <- times_back(unclass(past$time), object$facts)
  past
}

#' @rdname predict.deep_series
#' @exportS3Method ggplot2::autoplot
autoplot.deep_series <- function(object, ...) plot(object, ...)

#' @importFrom generics forecast
#' @export
generics::forecast

#' @rdname predict.deep_series
#' @param h The same as `horizon`.
#' @export
forecast.deep_series <- function(object, h = horizon, level = c(80, 95), ..., horizon = NULL) {
  call <- current_env()
  check_dots(..., .call = call)
  if (object$facts$index_kind != "ts" || length(object$facts$key)) {
    abort_rdeep(
      "argument",
      "`forecast()` is for models of a single `ts`.",
      argument = "object", hint = "`predict()` forecasts any model of series.", call = call
    )
  }
  shares <- as_levels(level, call)
  levels <- c((1 - shares) / 2, (1 + shares) / 2)
  found <- forecast_rows(object, NULL, h, levels, call)
  frequency <- object$facts$index_frequency
  past <- ready_method(object, "fitted", .call = call)
  as_ts <- function(values, start) stats::ts(values, start = start, frequency = frequency)
  from <- found$columns[[object$facts$index]][1]
  before <- times_back(past$time, object$facts)[1]
  value <- as_ts(as.double(past$value), before)
  fitted <- as_ts(as.double(past$fitted), before)
  lower <- as_ts(found$quantiles[, seq_along(shares), drop = FALSE], from)
  upper <- as_ts(found$quantiles[, length(shares) + seq_along(shares), drop = FALSE], from)
  colnames(lower) <- colnames(upper) <- paste0(format_shares(100 * shares), "%")
  structure(
    list(
      method = "deep_series", model = object, level = 100 * shares,
      mean = as_ts(found$point, from), lower = lower, upper = upper, x = value,
      series = object$facts$outcome, fitted = fitted, residuals = value - fitted
    ),
    class = "forecast"
  )
}
