# How far predictions are from the truth, on average over rows of different weight. What
# scores a model, calibrates it and says what its columns are worth measures by these.

mean_squared <- function(truth, predicted, weights) {
  stats::weighted.mean(rowMeans((truth - predicted)^2), weights)
}

mean_absolute <- function(truth, predicted, weights) {
  stats::weighted.mean(rowMeans(abs(truth - predicted)), weights)
}

# Of a column of predictions for each level.
mean_pinball <- function(truth, predicted, levels, weights) {
  off <- c(truth) - predicted
  level <- rep(levels, each = nrow(off))
  stats::weighted.mean(rowMeans(pmax(level * off, (level - 1) * off)), weights)
}

# The mean logarithm of what was said of that which came, with the sign turned. One column
# is the probability of the second of two classes.
cross_entropy <- function(prob, y, weights) {
  prob <- pmin(pmax(prob, 1e-15), 1 - 1e-15)
  terms <- y * log(prob)
  if (ncol(prob) == 1) {
    terms <- terms + (1 - y) * log1p(-prob)
  }
  stats::weighted.mean(-rowSums(terms), weights)
}

# The mean squared distance from what came, over all classes (for two: of one of them).
brier_score <- function(prob, y, weights) {
  distance <- if (ncol(prob) > 1) {
    rowSums((prob - y)^2)
  } else {
    # Of a share y among trials, y ended at one and the others at nought.
    y[, 1] * (1 - prob[, 1])^2 + (1 - y[, 1]) * prob[, 1]^2
  }
  stats::weighted.mean(distance, weights)
}

# How often the one with the higher risk had the event first.
concordance_of <- function(truth, risk, weights) {
  times <- survival::Surv(truth[, 1], truth[, 2])
  found <- survival::concordance(times ~ risk, weights = weights, reverse = TRUE)
  found$concordance[[1]]
}
