# The arithmetic of conformal prediction, on plain vectors and matrices.
#
# An interval is made of three things: a *band* around each prediction (a lower and an
# upper centre and a scale), scores, which say how far outside its band each held-out
# value lay in units of the scale, and the quantile of the scores that the level asks
# for. With one network that is split conformal prediction; with several, where each
# score belongs to the network that had not seen its row, it is CV+ (Barber, Candes,
# Ramdas and Tibshirani 2021). A band between two predicted quantiles makes it
# conformalised quantile regression (Romano, Patterson and Candes 2019).

# How far each value lies outside its band; negative inside.
band_scores <- function(target, band) {
  pmax(band$lower - target, target - band$upper) / band$scale
}

# The limits for new rows. `band` holds matrices with a row for each new row and a column
# for each network; `scores` come from the networks numbered in `member`.
band_limits <- function(band, scores, member, level) {
  rank <- conformal_rank(level, length(scores))
  list(
    lower = -merged_order(-band$lower, band$scale, scores, member, rank),
    upper = merged_order(band$upper, band$scale, scores, member, rank)
  )
}

# The score that covers a share `level` of n + 1 exchangeable ones: the new row is one
# more than the n that were seen. Beyond n no score is large enough.
conformal_rank <- function(level, n) {
  # Numbers such as 0.9 * 10 lie a rounding error beside what they stand for.
  ceiling(level * (n + 1) - 1e-9)
}

# The fewest scores with which a level can be reached.
scores_needed <- function(level) ceiling(level / (1 - level) - 1e-9)

# For each row j the value with the given rank among center[j, member] + scale[j, member]
# * scores, of which there is one for each score. Infinite where there are not as many.
merged_order <- function(center, scale, scores, member, rank) {
  if (rank < 1 || rank > length(scores)) {
    return(rep(if (rank < 1) -Inf else Inf, nrow(center)))
  }
  if (ncol(center) == 1) {
    return(center[, 1] + scale[, 1] * sort(scores, partial = rank)[rank])
  }
  used <- sort(unique(member))
  lists <- lapply(used, function(k) sort(scores[member == k]))
  search_order(center[, used, drop = FALSE], scale[, used, drop = FALSE], lists, rank)
}

# Counts instead of sorting, for all rows at once: the networks' scores are sorted lists,
# which a row only shifts and stretches, so that how many values lie below a point is a
# lookup in each. Halving finds the point as exactly as numbers go.
search_order <- function(center, scale, lists, rank) {
  ends <- function(pick) {
    score <- vapply(lists, pick, 0)
    center + scale * rep(score, each = nrow(center))
  }
  low <- do.call(pmin, columns_of(ends(min)))
  high <- do.call(pmax, columns_of(ends(max)))
  low <- low - 1e-6 * (1 + abs(low))
  # A double has 53 bits.
  for (step in seq_len(60)) {
    middle <- low + (high - low) / 2
    below <- 0
    for (k in seq_along(lists)) {
      below <- below + findInterval((middle - center[, k]) / scale[, k], lists[[k]])
    }
    enough <- below >= rank
    high[enough] <- middle[enough]
    low[!enough] <- middle[!enough]
  }
  high
}

columns_of <- function(x) lapply(seq_len(ncol(x)), function(k) x[, k])

# Quantiles of the conformal predictive distribution: those of the predictions moved by
# each signed residual, where the share of rank r among n values is r / (n + 1).
residual_quantile <- function(center, scale, residuals, member, level) {
  place <- level * (length(residuals) + 1)
  at <- function(rank) merged_order(center, scale, residuals, member, rank)
  low <- floor(place + 1e-9)
  share <- max(place - low, 0)
  if (share < 1e-8) {
    return(at(low))
  }
  lower <- at(low)
  upper <- at(low + 1)
  finite <- is.finite(lower) & is.finite(upper)
  ifelse(finite, lower + share * (upper - lower), lower + upper)
}

# A column between the columns of predicted quantiles; the outermost ones beyond them.
between_quantiles <- function(prediction, levels, at) {
  at <- min(max(at, levels[1]), levels[length(levels)])
  right <- max(which(levels <= at + 1e-9))
  if (abs(levels[right] - at) < 1e-9) {
    return(prediction[, right])
  }
  share <- (at - levels[right]) / (levels[right + 1] - levels[right])
  (1 - share) * prediction[, right] + share * prediction[, right + 1]
}

# Limits for counts: a count between two numbers is one between the whole numbers inside
# them, so that nothing is lost by moving inwards (and moving outwards would cover too
# much); the prediction stays between the limits.
whole_limits <- function(limits, prediction) {
  list(
    lower = pmax(0, pmin(ceiling(limits$lower - 1e-8), floor(prediction))),
    upper = pmax(floor(limits$upper + 1e-8), ceiling(prediction))
  )
}

# For each row of survival probabilities at `times` the first time at which no more than
# `1 - level` are left; infinite where the curve ends above that.
survival_quantile <- function(survival, times, level) {
  reached <- survival <= 1 - level + 1e-9
  first <- max.col(reached, ties.method = "first")
  ifelse(reached[cbind(seq_len(nrow(reached)), first)], times[first], Inf)
}
