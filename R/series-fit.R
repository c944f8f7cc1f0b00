# `deep_series()`: forecasts of one series or of many.

#' Forecast time series
#'
#' Forecasts one series or many, several times ahead, with intervals that cover. Each series is
#' smoothed exponentially, on the scale on which it is regular; networks of all series together
#' learn what that leaves: a linear part, by ridge regression, and a residual perceptron, of which
#' as much is used as makes forecasts of held-out times better.
#'
#' @section Intervals:
#' Each network holds out another part of the times. How large errors are there, at each step ahead
#' and in units of the spread that the networks predict, says how wide intervals are (conformal
#' prediction). They cover as they say as long as the series goes on as it was.
#'
#' @section Covariates:
#' Those on the right side of the formula must be known in advance, such as prices or holidays: to
#' forecast, give their values by `new_data`. `past` are known only together with the outcome, and
#' `static` never change within a series. Factors and text become a column for each level but the
#' first.
#'
#' @section Times:
#' Dates, clock times, zoo's `yearmon` and `yearqtr`, tsibble's months, quarters and weeks, and
#' numbers; forecasts go on in the same class. They must be regular, how far apart is found. What is
#' usual for such times is the length of a season: 12 for months, 4 for quarters, 7 for days, 24
#' for hours; `frequency` says another. Whether a series has a season is decided by the series.
#' Times without a value are an error, or with `gaps = "fill"` take the value expected there.
#'
#' @param x A `ts` (also of several columns), numbers, a data frame, or a formula.
#' @param formula The outcome and covariates that are known in advance: `y ~ price + holiday`;
#'   `y ~ 1` for none, `y ~ .` for all other columns.
#' @param data A data frame with a row for each time of each series.
#' @param ... Not used: anything here is an error.
#' @param horizon How many times ahead is forecast; by default two seasons of up to 12 times, one
#'   that is longer, and 10 where no frequency is said; at most a quarter of a series.
#' @param index,key The column of times, and the columns that tell series apart: names, such as
#'   `key = c(store, item)`, or text. A tsibble says them itself.
#' @param past,static Covariates that are known with the outcome only, and that do not change.
#' @param frequency How many times a season lasts.
#' @param context How many of the latest values the networks look at; by default two seasons.
#' @param transform The scale that series are regular on: `"log"` or `"sqrt"` where they vary more
#'   when they are high; `"auto"` has each series say it (Guerrero's method).
#' @param gaps What to do about times without a value: `"fail"` or `"fill"`.
#' @param on_bad What to do about series that are of no use, such as too short ones: `"fail"`, or
#'   `"drop"`, with a warning that counts them.
#' @param members How many networks, each with its own held-out part.
#' @param hidden_units,dropout The width of hidden layers, and the share of units that are left out
#'   in a step of training.
#' @param validation The share of the times that each network holds out.
#' @param network Your own layers in the place of the perceptron: a layer, a list of layers, a
#'   model, or a function of a tensor. They are given the latest values, less level and season, an
#'   array `(batch, context, 1 + covariates)`.
#' @param epochs,patience,batch_size,learning_rate,weight_decay How the networks are trained.
#' @param backend,device,verbose As for [deep_tabular()].
#' @returns An object of class `deep_series`: see [predict()][predict.deep_series()], [backtest()],
#'   and [what ready-made models have in common][ready_models].
#' @references
#' Smyl, S. (2020). A hybrid method of exponential smoothing and recurrent neural networks for time
#' series forecasting. International Journal of Forecasting 36, 75-85.
#'
#' Das, A. et al. (2023). Long-term forecasting with TiDE: time-series dense encoder. Transactions
#' on Machine Learning Research.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' model <- deep_series(AirPassengers, horizon = 12, members = 2, epochs = 2, verbose = 0)
#' predict(model, level = 95, type = "interval")
#' @export
deep_series <- function(x, ...) UseMethod("deep_series")

series_arguments <- formals(
  function(frequency = NULL, context = NULL, transform = c("auto", "none", "sqrt", "log"),
           gaps = c("fail", "fill"), on_bad = c("fail", "drop"), members = NULL,
           hidden_units = NULL, dropout = NULL, validation = NULL, network = NULL, epochs = NULL,
           patience = NULL, batch_size = NULL, learning_rate = NULL, weight_decay = NULL,
           backend = NULL, device = NULL, verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_series_arguments <- function(method, without = NULL) {
  added <- series_arguments[setdiff(names(series_arguments), without)]
  formals(method) <- c(formals(method), added)
  method
}

#' @rdname deep_series
#' @export
deep_series.ts <- with_series_arguments(function(x, horizon = NULL, ...) {
  call <- current_env()
  check_dots(..., .call = call)
  matched <- series_call(match.call())
  frequency <- frequency %||% round(stats::frequency(x))
  name <- if (is.name(matched$x)) as.character(matched$x) else "value"
  fit_series(series_of_ts(x, name, call), matched, call)
})

#' @rdname deep_series
#' @export
deep_series.numeric <- with_series_arguments(function(x, horizon = NULL, ...) {
  call <- current_env()
  check_dots(..., .call = call)
  matched <- series_call(match.call())
  fit_series(series_of_numbers(x, "value", call), matched, call)
})

#' @rdname deep_series
#' @export
deep_series.formula <- with_series_arguments(
  function(formula, data, horizon = NULL, ..., index = NULL, key = NULL, past = NULL,
           static = NULL) {
    call <- current_env()
    check_dots(..., .call = call)
    matched <- series_call(match.call())
    if (missing(data) || !is.data.frame(data)) {
      abort_data(
        "'data' must be a data frame with a row for each time.", "data",
        received = if (!missing(data)) data, .call = call
      )
    }
    if (length(formula) != 3) {
      abort_rdeep(
        "argument", "The formula must have two sides.",
        argument = "formula", hint = "Such as `sales ~ price`, or `sales ~ 1`.", call = call
      )
    }
    quos <- rlang::enquos(index = index, key = key, past = past, static = static)
    columns <- series_columns(formula, data, quos, call)
    fit_series(series_of_frame(data, columns, call), matched, call)
  }
)

#' @rdname deep_series
#' @export
deep_series.data.frame <- with_series_arguments(
  function(x, formula, horizon = NULL, ..., index = NULL, key = NULL, past = NULL,
           static = NULL) {
    call <- current_env()
    check_dots(..., .call = call)
    matched <- series_call(match.call())
    if (missing(formula) || !inherits(formula, "formula") || length(formula) != 3) {
      abort_rdeep(
        "argument", "A data frame needs a formula that says which column is forecast.",
        argument = "formula", hint = "Such as `deep_series(data, sales ~ 1, index = date)`.",
        call = call
      )
    }
    quos <- rlang::enquos(index = index, key = key, past = past, static = static)
    columns <- series_columns(formula, x, quos, call)
    fit_series(series_of_frame(x, columns, call), matched, call)
  }
)

#' @export
deep_series.default <- function(x, ...) {
  call <- current_env()
  abort_data(
    if (missing(x)) {
      "There is no data to fit to."
    } else {
      sprintf("A model of series cannot be fitted to %s.", describe(x))
    },
    "x",
    hint = paste(
      "Give a `ts`, numbers with their `frequency`, or a formula and a data frame with an `index`."
    ),
    .call = call
  )
}

series_call <- function(matched) {
  matched[[1]] <- quote(deep_series)
  matched
}

# `call` is the frame of the method, with its arguments.
fit_series <- function(data, matched, call) {
  asked <- mget(names(series_arguments), envir = call)
  horizon <- get("horizon", envir = call)
  for (name in c("transform", "gaps", "on_bad")) {
    asked[[name]] <- one_of(asked[[name]], eval(series_arguments[[name]]), name, call)
  }
  whole <- c("frequency", "context", "members", "hidden_units", "epochs", "patience", "batch_size")
  asked[whole] <- lapply(asked[whole], as_count)
  pointer <- rlang::exec(
    new_core_ready, "series",
    horizon = as_count(horizon) %||% usual_horizon(data, asked$frequency),
    !!!asked[setdiff(names(asked), "verbose")], .call = call
  )
  rows <- data$rows
  rows$y <- array(rows$y)
  rows$key <- if (!is.null(rows$key)) as.list(rows$key)
  rlang::exec(call_method, pointer, "prepare", !!!Filter(Negate(is.null), rows), .call = call)
  count <- length(unlist(fetch(pointer, "series_keys", call)))
  facts <- c(data$facts, list(samples = length(rows$y), what = "values", series = count))
  fit_ready(pointer, asked$verbose, function() {
    new_ready("deep_series", pointer, matched, Filter(length, facts))
  }, call, stage_names = network_names(fetch(pointer, "stages", call)))
}

network_names <- function(count) sprintf("Network %d/%d", seq_len(count), count)

# Two seasons, or one where a season is long: what can be seen of a series that was asked for
# nothing.
usual_horizon <- function(data, frequency) {
  season <- frequency %||% if (identical(data$facts$index_kind, "ts")) data$facts$index_frequency
  season <- season %||% 1
  count <- length(data$rows$y) / max(1, length(unique(data$rows$key)))
  wanted <- if (season <= 1) 10 else if (season <= 12) 2 * season else season
  as.integer(max(1, min(wanted, count %/% 4)))
}

#' @export
ready_title.deep_series <- function(object) {
  learned <- series_learned(object)
  season <- if (any(learned$periods > 1)) {
    sprintf(", with seasons of %d times", max(learned$periods))
  } else {
    ""
  }
  sprintf(
    "Forecasts of %s, %d %s ahead%s",
    if (learned$count == 1) "a series" else sprintf("%d series", learned$count),
    learned$horizon, if (learned$horizon == 1) "time" else "times", season
  )
}

# What the core learned, as R's values; what a file that was read says is the same.
series_learned <- function(object) {
  found <- ready_method(object, "facts")
  found$periods <- as.integer(unlist(found$periods))
  found
}

#' @export
print.deep_series <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  NextMethod()
  learned <- series_learned(x)
  scales <- table(unlist(learned$transforms))
  cat(sprintf(
    "Scale: %s. The networks count %s beside smoothing and the linear part.\n",
    paste(sprintf(
      "%s%s", names(scales), if (length(scales) > 1) sprintf(" (%d)", scales) else ""
    ), collapse = ", "),
    if (learned$share > 0) sprintf("by %.0f %%", 100 * learned$share) else "nothing"
  ))
  invisible(x)
}
