# Prediction intervals and quantiles of tabular models. The arithmetic is in
# conformal-arithmetic.R; here is what it is fed with, family by family.

#' Prediction intervals with a guaranteed coverage
#'
#' `predict(model, new_data, type = "interval")` of a [deep_tabular()] gives conformal
#' intervals: they hold a share `level` of new outcomes whatever the network is worth and
#' however the data are distributed, as long as new rows are like the old ones.
#' `conformal()` measures them again, on rows that the model has never seen.
#'
#' @section How the intervals are made:
#' Training holds rows out: each of several members those of its own fold, a single
#' network a share. How far off the predictions for these rows were tells how far off the
#' next one may be. With several members that is CV+ (Barber et al. 2021), with one it is
#' split conformal prediction with the correction for finite samples; models of quantiles
#' are conformalised (Romano et al. 2019). Errors are measured in units of the standard
#' deviation that the family implies: one and the same for `"gaussian"`, growing with the
#' mean for counts, whose limits are whole numbers.
#'
#' @section What is guaranteed:
#' The coverage holds on average over all rows, not for each kind of row. Split
#' conformal prediction has it exactly, CV+ nearly so in practice (in theory at least
#' `2 * level - 1`); where members differ much from each other, it covers more. Early
#' stopping has looked at the held-out rows when it chose the epoch, so that out of the
#' box the guarantee is approximate. After `conformal()` with rows kept aside it is exact.
#' Weights are not taken into account, except that rows of weight zero do not count.
#'
#' Survival models take their intervals from the survival curve: these are not conformal.
#'
#' @param object A [deep_tabular()] for a number, a count or quantiles.
#' @param data Rows that were not used in fitting, with the outcome.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param y The outcome, if the model was fitted with `x` and `y`; `data` is then `x`.
#' @returns The model, whose intervals from now on are those measured on `data`.
#' @references
#' Barber RF, Candes EJ, Ramdas A, Tibshirani RJ (2021). Predictive inference with the
#' jackknife+. *The Annals of Statistics* 49(1).
#'
#' Romano Y, Patterson E, Candes EJ (2019). Conformalized quantile regression. *NeurIPS*.
#' @family uncertainty
#' @examplesIf rdeep_available()
#' model <- deep_tabular(dist ~ speed, data = cars[1:30, ], epochs = 5, members = 2)
#' predict(model, cars[31:33, ], type = "interval", level = 0.8)
#'
#' exact <- conformal(model, cars[31:50, ])
#' predict(exact, cars[31:33, ], type = "interval", level = 0.8)
#' @export
conformal <- function(object, data, ..., y = NULL) {
  check_tabular(object)
  check_dots(...)
  refuse_intervals(object, "survival", current_env())
  parts <- tabular_parts(object, data, outcomes = TRUE, y = y)
  check_rows_left(parts, current_env())
  object$conformal <- list(
    prediction = tabular_call(object, "predict", parts, kind = "response"),
    target = parts$target[, 1],
    member = rep(1L, nrow(parts$target))
  )
  object
}

check_rows_left <- function(parts, .call) {
  if (nrow(parts$target) == 0) {
    abort_data(
      "There is no row without missing values to measure the model on.", "data",
      .call = .call
    )
  }
}

# Limits and the prediction between them. `parts` are the rows as the core takes them.
conformal_interval <- function(object,
                               parts,
                               level = 0.9,
                               method = "conformal",
                               draws = 100L,
                               .call = caller_env()) {
  check_share(level, "level", .call)
  refuse_intervals(object, .call = .call)
  prediction <- tabular_call(object, "predict", parts, kind = "response", .call = .call)
  if (predicts_times(object)) {
    limits <- survival_limits(object, parts, level, .call)
    return(interval_table(prediction[, 1], limits))
  }
  center <- point_prediction(object, prediction)
  limits <- if (method == "conformal") {
    conformal_limits(object, parts, prediction, level, .call)
  } else {
    spread_limits(object, parts, prediction, level, method, draws, .call)
  }
  limits <- if (predicts_counts(object)) {
    whole_limits(limits, center)
  } else {
    # Each network's band may miss what all of them together predict, by a little.
    list(lower = pmin(limits$lower, center), upper = pmax(limits$upper, center))
  }
  interval_table(center, limits)
}

interval_table <- function(center, limits) {
  tibble::tibble(.pred = center, .pred_lower = limits$lower, .pred_upper = limits$upper)
}

conformal_limits <- function(object, parts, prediction, level, .call) {
  set <- calibration_set(object, .call)
  warn_if_few(level, nrow(set$prediction), .call)
  scores <- band_scores(set$target, prediction_band(object, set$prediction, level))
  band <- new_band(object, parts, prediction, set, level, .call)
  band_limits(band, scores, set$member, level)
}

# The rows that intervals are measured on: their predictions, what came, and the network
# that had not seen them.
calibration_set <- function(object, .call) {
  if (!is.null(object$conformal)) {
    return(object$conformal)
  }
  held <- needed_held_out(object, .call)
  list(
    prediction = held$prediction,
    target = object$target[held$rows, 1],
    member = held$member
  )
}

needed_held_out <- function(object, .call) {
  held_out_predictions(object, .call) %||% abort_rdeep(
    "state",
    "The model held no rows out when it was fitted, so that its errors are not known.",
    hint = sprintf(
      paste(
        "Fit it with `members` above 1 or `validation` above 0, or measure it on rows",
        "kept aside: `%s(model, data)`."
      ),
      if (predicts_classes(object)) "calibrate" else "conformal"
    ),
    call = .call
  )
}

warn_if_few <- function(level, n, .call) {
  needed <- scores_needed(level)
  if (n < needed) {
    warn(
      c(
        sprintf(
          "The level %s needs %d held-out rows; with %d some limits are infinite.",
          format(level), needed, n
        ),
        i = "A level nearer to one half has finite limits, or `conformal()` with more rows."
      ),
      class = c("rdeep_warning_few_rows", "rdeep_warning"),
      call = .call
    )
  }
}

# Bands ---------------------------------------------------------------------------

# The band of each prediction: the same number twice, in units of its standard
# deviation, or two of the predicted quantiles.
prediction_band <- function(object, prediction, level) {
  if (object$family == "quantile") {
    levels <- object$settings$quantile_levels
    return(list(
      lower = between_quantiles(prediction, levels, (1 - level) / 2),
      upper = between_quantiles(prediction, levels, (1 + level) / 2),
      scale = rep(1, nrow(prediction))
    ))
  }
  mean <- prediction[, 1]
  list(lower = mean, upper = mean, scale = sqrt(variance_at(object, mean)))
}

# The bands of new rows, a column for each network that the scores come from; all scores
# are the first one's where there is no other, or where they are those of all networks
# together.
new_band <- function(object, parts, prediction, set, level, .call) {
  by_member <- if (max(set$member) == 1) {
    list(prediction)
  } else {
    slices(tabular_call(object, "predict_members", parts, .call = .call))
  }
  bands <- lapply(by_member, function(one) prediction_band(object, one, level))
  gather <- function(name) do.call(cbind, lapply(bands, `[[`, name))
  list(lower = gather("lower"), upper = gather("upper"), scale = gather("scale"))
}

# An array (rows, outputs, members) as a matrix for each member.
slices <- function(array) {
  size <- dim(array)
  lapply(seq_len(size[3]), function(k) matrix(array[, , k], size[1], size[2]))
}

# How the variance of the outcome grows with its mean, up to a factor.
variance_at <- function(object, mean) {
  mean <- if (predicts_counts(object)) pmax(mean, 1e-8) else mean
  switch(object$family,
    poisson = mean,
    negative_binomial = mean + mean^2 / tabular_theta(object),
    rep(1, length(mean))
  )
}

point_prediction <- function(object, prediction) {
  if (object$family == "quantile") {
    return(between_quantiles(prediction, object$settings$quantile_levels, 0.5))
  }
  prediction[, 1]
}

# Other ways ----------------------------------------------------------------------

# The spread of several networks, or of one with units dropped at random, on top of the
# spread of the outcomes around their predictions; as if both were normal.
spread_limits <- function(object, parts, prediction, level, method, draws, .call) {
  predictions <- drawn_predictions(object, parts, method, draws, .call)
  bands <- lapply(predictions, function(one) prediction_band(object, one, level))
  spread <- function(name) apply(do.call(cbind, lapply(bands, `[[`, name)), 1, stats::var)
  band <- prediction_band(object, prediction, level)
  z <- stats::qnorm((1 + level) / 2)
  center <- point_prediction(object, prediction)
  noise <- outcome_variance(object, center, .call)
  list(
    lower = center - sqrt((center - band$lower)^2 + z^2 * (noise + spread("lower"))),
    upper = center + sqrt((band$upper - center)^2 + z^2 * (noise + spread("upper")))
  )
}

drawn_predictions <- function(object, parts, method, draws, .call) {
  if (method == "dropout") {
    drawn <- tabular_call(object, "predict_dropout", parts, draws = draws, .call = .call)
    return(slices(drawn))
  }
  if (trained_members(object) < 2) {
    abort_rdeep(
      "argument",
      "The model is a single network: there is no spread between members.",
      argument = "method",
      hint = "Fit it with `members = 5`, or use `method = \"conformal\"`.",
      call = .call
    )
  }
  slices(tabular_call(object, "predict_members", parts, .call = .call))
}

# The variance around the prediction; between predicted quantiles it lies already.
outcome_variance <- function(object, mean, .call) {
  if (object$family == "quantile") {
    return(0)
  }
  if (predicts_counts(object)) {
    return(variance_at(object, mean))
  }
  set <- calibration_set(object, .call)
  rep(mean((set$target - set$prediction[, 1])^2), length(mean))
}

# Survival curves: what share of the rows has had the event by a time is itself a
# distribution of that time.
survival_limits <- function(object, parts, level, .call) {
  limits <- survival_quantiles(object, parts, c(1 - level, 1 + level) / 2, .call)
  list(lower = limits[, 1], upper = limits[, 2])
}

survival_quantiles <- function(object, parts, levels, .call) {
  times <- as.double(unlist(fetch(tabular_pointer(object, .call), "event_times", .call)))
  curve <- tabular_call(object, "survival", parts, times = as.list(times), .call = .call)
  vapply(
    levels,
    function(level) survival_quantile(curve, times, level),
    numeric(nrow(curve))
  ) |> matrix(nrow(curve))
}

# Quantiles -----------------------------------------------------------------------

# A matrix with a column for each of the levels, from the lowest up.
conformal_quantile <- function(object, parts, quantile_levels, .call = caller_env()) {
  refuse_intervals(object, .call = .call)
  levels <- as_shares(quantile_levels, "quantile_levels", .call)
  prediction <- tabular_call(object, "predict", parts, kind = "response", .call = .call)
  values <- switch(object$family,
    gaussian = gaussian_quantiles(object, parts, prediction, levels, .call),
    poisson = ,
    negative_binomial = count_quantiles(object, prediction[, 1], levels),
    quantile = predicted_quantiles(object, prediction, levels, .call),
    survival_quantiles(object, parts, levels, .call)
  )
  matrix(values, nrow(prediction), dimnames = list(NULL, paste0(".pred_q", levels)))
}

gaussian_quantiles <- function(object, parts, prediction, levels, .call) {
  set <- calibration_set(object, .call)
  # The outer levels are the limits of an interval.
  warn_if_few(max(levels, 1 - levels), length(set$target), .call)
  residuals <- set$target - set$prediction[, 1]
  band <- new_band(object, parts, prediction, set, 0.5, .call)
  lapply(levels, function(level) {
    residual_quantile(band$lower, band$scale, residuals, set$member, level)
  }) |> unlist()
}

count_quantiles <- function(object, mean, levels) {
  lapply(levels, function(level) {
    switch(object$family,
      poisson = stats::qpois(level, mean),
      stats::qnbinom(level, size = tabular_theta(object), mu = mean)
    )
  }) |> unlist()
}

predicted_quantiles <- function(object, prediction, levels, .call) {
  known <- object$settings$quantile_levels
  outside <- levels < min(known) - 1e-9 | levels > max(known) + 1e-9
  if (any(outside)) {
    abort_rdeep(
      "argument",
      sprintf(
        "The model knows the quantiles from %s to %s, not %s.",
        format(min(known)), format(max(known)),
        paste(format(levels[outside]), collapse = ", ")
      ),
      argument = "quantile_levels",
      received = levels,
      expected = known,
      hint = "Fit it with `quantile_levels` that reach as far.",
      call = .call
    )
  }
  unlist(lapply(levels, function(level) between_quantiles(prediction, known, level)))
}
