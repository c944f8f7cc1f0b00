# How far predictions are from the truth, as one number that is smaller the better: what
# permutation importance sees rise. Each takes the truth, a matrix of predictions and a
# weight for each row.

importance_metrics <- list(
  rmse = list(
    label = "root mean squared error",
    compute = function(truth, predicted, weights) sqrt(mean_squared(truth, predicted, weights))
  ),
  mae = list(
    label = "mean absolute error",
    compute = function(truth, predicted, weights) mean_absolute(truth, predicted, weights)
  ),
  log_loss = list(
    label = "log loss",
    compute = function(truth, predicted, weights) {
      cross_entropy(class_shares(predicted), truth_shares(truth), weights)
    }
  ),
  brier = list(
    label = "Brier score",
    compute = function(truth, predicted, weights) {
      brier_score(class_shares(predicted), truth_shares(truth), weights)
    }
  ),
  error = list(
    label = "share of wrong classes",
    compute = function(truth, predicted, weights) {
      stats::weighted.mean(max.col(class_shares(predicted), "first") != as.integer(truth), weights)
    }
  ),
  deviance = list(
    label = "Poisson deviance",
    compute = function(truth, predicted, weights) {
      mean <- pmax(predicted[, 1], 1e-15)
      sum(stats::poisson()$dev.resids(c(truth), mean, weights)) / sum(weights)
    }
  ),
  pinball = list(
    label = "pinball loss",
    compute = function(truth, predicted, weights) {
      mean_pinball(truth, predicted, attr(truth, "quantile_levels"), weights)
    }
  ),
  concordance = list(
    label = "1 - concordance",
    compute = function(truth, predicted, weights) {
      rlang::check_installed("survival", "to measure concordance.")
      1 - concordance_of(truth, predicted[, 1], weights)
    }
  ),
  partial_likelihood = list(
    label = "negative log partial likelihood for each event",
    compute = function(truth, predicted, weights) {
      order <- order(truth[, 1], decreasing = TRUE)
      risk <- predicted[order, 1]
      weights <- weights[order]
      event <- weights * truth[order, 2]
      # Those who share a time are at risk together (Breslow).
      at_risk <- cumsum(weights * exp(risk - max(risk)))
      at_risk <- stats::ave(at_risk, truth[order, 1], FUN = max)
      sum(event * (log(at_risk) + max(risk) - risk)) / sum(event)
    }
  )
)

# The metrics that suit an outcome, the default first.
metrics_for <- function(kind) {
  switch(kind,
    class = c("log_loss", "brier", "error"),
    proportion = c("log_loss", "brier"),
    count = c("deviance", "rmse", "mae"),
    quantile = "pinball",
    survival = c("concordance", "partial_likelihood"),
    c("rmse", "mae")
  )
}

# A metric by name, or the user's own function of truth and prediction.
as_importance_metric <- function(metric, outcome, .call) {
  suited <- metrics_for(outcome$kind)
  if (is.function(metric)) {
    return(list(label = "the metric", compute = own_metric(metric, .call)))
  }
  if (is.null(metric)) {
    metric <- suited[1]
  }
  if (!is_single(metric) || !metric %in% suited) {
    abort_rdeep(
      "argument",
      sprintf(
        "'metric' for this outcome must be %s, or a function, not %s.",
        listing(suited), describe(metric)
      ),
      argument = "metric",
      received = metric,
      expected = suited,
      hint = "A function is given the truth and the predictions; less of it must be better.",
      call = .call
    )
  }
  importance_metrics[[metric]]
}

own_metric <- function(metric, .call) {
  function(truth, predicted, weights) {
    value <- metric(truth, if (ncol(predicted) == 1) predicted[, 1] else predicted)
    if (!is_single(value) || !is.numeric(value)) {
      abort_rdeep(
        "argument",
        sprintf("'metric' must return one number, not %s.", describe(value)),
        argument = "metric",
        received = value,
        call = .call
      )
    }
    value
  }
}

# The truth as a share for each class: of factors, or of a share of successes.
truth_shares <- function(truth) {
  if (is.factor(truth)) one_hot(as.integer(truth) - 1L, nlevels(truth)) else cbind(1 - truth, truth)
}

# Two classes are predicted by the probability of the second.
class_shares <- function(predicted) {
  if (ncol(predicted) == 1) cbind(1 - predicted, predicted) else predicted
}
