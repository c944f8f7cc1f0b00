# The arithmetic ------------------------------------------------------------------

# CV+ as Barber et al. write it: sort all n values for each new row.
cv_plus_by_sorting <- function(band, scores, member, level) {
  n <- length(scores)
  upper_rank <- ceiling(round(level * (n + 1), 9))
  lower_rank <- floor(round((1 - level) * (n + 1), 9))
  limits <- lapply(seq_len(nrow(band$lower)), function(j) {
    low <- sort(band$lower[j, member] - band$scale[j, member] * scores)
    high <- sort(band$upper[j, member] + band$scale[j, member] * scores)
    c(
      if (lower_rank < 1) -Inf else low[lower_rank],
      if (upper_rank > n) Inf else high[upper_rank]
    )
  })
  do.call(rbind, limits)
}

random_band <- function(rows, members) {
  lower <- matrix(rnorm(rows * members), rows)
  list(
    lower = lower,
    upper = lower + runif(length(lower)),
    scale = matrix(runif(length(lower), 0.5, 2), rows)
  )
}

test_that("CV+ limits are those of sorting all values", {
  set.seed(1)
  for (i in 1:60) {
    n <- sample(3:60, 1)
    members <- sample(1:5, 1)
    band <- random_band(4, members)
    member <- sample(members, n, replace = TRUE)
    # With ties, and with negative scores as conformalised quantiles have them.
    scores <- sample(c(rnorm(n), round(rnorm(n))), n)
    level <- runif(1, 0.05, 0.97)
    limits <- band_limits(band, scores, member, level)
    expected <- cv_plus_by_sorting(band, scores, member, level)
    expect_equal(cbind(limits$lower, limits$upper), expected)
  }
})

test_that("a member that held nothing out takes no part", {
  band <- list(
    lower = cbind(0, 1000), upper = cbind(0, 1000), scale = cbind(1, 1)
  )
  limits <- band_limits(band, 1:19, rep(1, 19), 0.9)
  expect_equal(limits, list(lower = -18, upper = 18))
})

test_that("the rank has the correction for finite samples", {
  # 0.9 * 10 is not quite 9 in a computer.
  expect_equal(conformal_rank(0.9, 9), 9)
  expect_equal(conformal_rank(0.9, 8), 9)
  expect_equal(conformal_rank(0.9, 99), 90)
  expect_equal(scores_needed(c(0.5, 0.9, 0.95)), c(1, 9, 19))
  for (level in c(0.5, 0.8, 0.9, 0.95, 0.99)) {
    n <- scores_needed(level)
    expect_lte(conformal_rank(level, n), n)
    expect_gt(conformal_rank(level, n - 1), n - 1)
  }
})

test_that("split conformal limits cover a new value with the probability that is asked for", {
  # Among 20 exchangeable values, the largest is the last one once in 20 times.
  set.seed(1)
  covered <- replicate(2000, {
    scores <- abs(rnorm(19))
    limit <- merged_order(matrix(0), matrix(1), scores, rep(1, 19), conformal_rank(0.95, 19))
    abs(rnorm(1)) <= limit
  })
  expect_equal(mean(covered), 0.95, tolerance = 0.015)
})

test_that("too few scores give infinite limits", {
  expect_equal(merged_order(matrix(0, 2, 1), matrix(1, 2, 1), 1:8, rep(1, 8), 9), c(Inf, Inf))
  expect_equal(merged_order(matrix(0), matrix(1), 1:8, rep(1, 8), 0), -Inf)
})

test_that("quantiles of moved residuals are those of type 6", {
  set.seed(1)
  residuals <- rnorm(30)
  member <- rep(1:3, 10)
  center <- matrix(c(0, 5, 1, -2, 3, 8), 2)
  for (level in c(0.1, 0.33, 0.5, 0.9)) {
    found <- residual_quantile(center, center * 0 + 1, residuals, member, level)
    expected <- apply(center, 1, function(row) {
      quantile(row[member] + residuals, level, type = 6, names = FALSE)
    })
    expect_equal(found, expected)
  }
  outside <- residual_quantile(center, center * 0 + 1, residuals, member, 0.01)
  expect_equal(outside, c(-Inf, -Inf))
})

test_that("bands lie between predicted quantiles", {
  prediction <- rbind(c(0, 1, 3), c(2, 2, 6))
  levels <- c(0.1, 0.5, 0.9)
  expect_equal(between_quantiles(prediction, levels, 0.5), c(1, 2))
  expect_equal(between_quantiles(prediction, levels, 0.7), c(2, 4))
  expect_equal(between_quantiles(prediction, levels, 0.05), c(0, 2))
  expect_equal(between_quantiles(prediction, levels, 0.95), c(3, 6))
  model <- list(family = "quantile", settings = list(quantile_levels = levels))
  band <- prediction_band(model, prediction, 0.8)
  expect_equal(band, list(lower = c(0, 2), upper = c(3, 6), scale = c(1, 1)))
  expect_equal(band_scores(c(-1, 5), band), c(1, -1))
})

test_that("scores of counts are in units of their standard deviation", {
  poisson <- list(family = "poisson")
  band <- prediction_band(poisson, matrix(c(4, 9)), 0.9)
  expect_equal(band_scores(c(8, 3), band), c(2, 2))
  negative <- list(family = "negative_binomial", theta = 2)
  expect_equal(prediction_band(negative, matrix(4), 0.9)$scale, sqrt(4 + 16 / 2))
})

test_that("limits of counts are the whole numbers inside, and hold the prediction", {
  limits <- list(lower = c(-1.5, 0.2, 2, 1.2), upper = c(2.7, 3.999, 5, 1.4))
  found <- whole_limits(limits, c(1.2, 2, 3.5, 1.3))
  expect_equal(found, list(lower = c(0, 1, 2, 1), upper = c(2, 3, 5, 2)))
})

test_that("quantiles of survival are where the curve falls below", {
  curve <- rbind(c(0.9, 0.5, 0.1), c(0.99, 0.8, 0.6))
  expect_equal(survival_quantile(curve, c(1, 2, 3), 0.5), c(2, Inf))
  expect_equal(survival_quantile(curve, c(1, 2, 3), 0.05), c(1, 2))
  expect_equal(survival_quantile(curve, c(1, 2, 3), 0.95), c(Inf, Inf))
})

# Models --------------------------------------------------------------------------

simulated <- function(n) {
  data <- data.frame(a = rnorm(n), b = runif(n))
  data$y <- 1 + 2 * data$a - data$b + rnorm(n)
  data$count <- rpois(n, exp(0.5 + 0.4 * data$a))
  data$class <- factor(ifelse(data$a + rnorm(n) > 0, "yes", "no"))
  data
}

# A linear model that is trained as networks are: with rows held out.
quick <- function(formula, data, ..., epochs = 400) {
  deep_tabular(formula, data, hidden_units = 0, epochs = epochs, verbose = 0, ...)
}

coverage <- function(interval, y) mean(y >= interval$.pred_lower & y <= interval$.pred_upper)

# The mean over repetitions: one data set's coverage is itself random.
mean_coverage <- function(repetitions, fit, outcome, level, rows = 600) {
  mean(replicate(repetitions, {
    model <- fit(simulated(rows))
    new <- simulated(3000)
    interval <- predict(model, new, type = "interval", level = level)
    coverage(interval, new[[outcome]])
  }))
}

test_that("CV+ intervals hold as many values as they say", {
  set.seed(1)
  fit <- function(data) quick(y ~ a + b, data, members = 5)
  expect_equal(mean_coverage(4, fit, "y", 0.9), 0.9, tolerance = 0.025)
})

test_that("split conformal intervals hold as many values as they say", {
  set.seed(2)
  fit <- function(data) quick(y ~ a + b, data, validation = 0.5)
  expect_equal(mean_coverage(6, fit, "y", 0.8, rows = 1500), 0.8, tolerance = 0.03)
})

test_that("a linear model that holds nothing out has intervals by leaving one out", {
  set.seed(3)
  fit <- function(data) quick(y ~ a + b, data)
  expect_equal(mean_coverage(4, fit, "y", 0.9), 0.9, tolerance = 0.025)
})

test_that("intervals of counts hold as many values as they say, and are whole numbers", {
  set.seed(4)
  fit <- function(data) quick(count ~ a + b, data, family = "poisson", members = 3)
  expect_equal(mean_coverage(4, fit, "count", 0.9), 0.9, tolerance = 0.025)
  model <- fit(simulated(100))
  interval <- predict(model, simulated(50), type = "interval")
  expect_equal(interval$.pred_lower, round(interval$.pred_lower))
  expect_equal(interval$.pred_upper, round(interval$.pred_upper))
  expect_true(all(interval$.pred_lower >= 0))
  expect_true(all(interval$.pred_lower <= interval$.pred))
  expect_true(all(interval$.pred_upper >= interval$.pred))
})

test_that("conformalised quantiles hold as many values as they say", {
  set.seed(5)
  # Hardly trained, the quantiles are far off: the scores make up for it.
  fit <- function(data) quick(y ~ a + b, data, family = "quantile", members = 3, epochs = 10)
  expect_equal(mean_coverage(4, fit, "y", 0.9), 0.9, tolerance = 0.025)
})

test_that("conformal() measures the intervals on rows kept aside", {
  set.seed(6)
  wrong <- quick(y ~ a + b, simulated(50), epochs = 400)
  kept <- simulated(500)
  right <- conformal(wrong, kept)
  new <- simulated(3000)
  interval <- predict(right, new, type = "interval", level = 0.9)
  expect_equal(coverage(interval, new$y), 0.9, tolerance = 0.035)
  # Split conformal around the same predictions, with one width for all rows.
  expect_equal(interval$.pred, predict(wrong, new)$.pred)
  score <- abs(kept$y - predict(wrong, kept)$.pred)
  width <- sort(score)[ceiling(0.9 * 501)]
  expect_equal(interval$.pred_upper - interval$.pred, rep(width, 3000))
  expect_output(print(right), "measured on 500 rows kept aside")
  by_xy <- conformal(
    deep_tabular(simulated(50)[1:2], rnorm(50), hidden_units = 0, epochs = 400, verbose = 0),
    kept[1:2],
    y = kept$y
  )
  expect_length(by_xy$conformal$target, 500)
})

test_that("the intervals of one fit are CV+ of its members", {
  set.seed(7)
  data <- simulated(60)
  model <- quick(y ~ a + b, data, members = 3)
  new <- simulated(5)
  member <- model$held_out$member + 1
  expect_setequal(member, 1:3)
  scores <- abs(data$y - model$held_out$prediction[, 1])
  parts <- tabular_parts(model, new)
  center <- tabular_call(model, "predict_members", parts)[, 1, ]
  expected <- cv_plus_by_sorting(
    list(lower = center, upper = center, scale = center * 0 + 1), scores, member, 0.8
  )
  found <- predict(model, new, type = "interval", level = 0.8)
  expect_equal(found$.pred_lower, expected[, 1])
  expect_equal(found$.pred_upper, expected[, 2])
})

test_that("other methods give intervals of a reasonable width", {
  set.seed(8)
  data <- simulated(300)
  model <- deep_tabular(
    y ~ a + b, data,
    architecture = "mlp", hidden_units = 8, dropout = 0.2, members = 3, epochs = 40, verbose = 0
  )
  new <- simulated(1000)
  for (method in c("ensemble", "dropout")) {
    interval <- predict(model, new, type = "interval", level = 0.9, method = method)
    expect_gt(coverage(interval, new$y), 0.8)
    expect_lt(mean(interval$.pred_upper - interval$.pred_lower), 8)
  }
})

test_that("quantiles follow from errors, distributions or the model", {
  set.seed(9)
  data <- simulated(200)
  new <- simulated(2000)
  gaussian <- predict(
    quick(y ~ a + b, data, members = 2), new,
    type = "quantile", quantile_levels = c(0.9, 0.1)
  )
  expect_named(gaussian, c(".pred_q0.1", ".pred_q0.9"))
  expect_equal(mean(new$y <= gaussian$.pred_q0.9), 0.9, tolerance = 0.05)
  expect_equal(mean(new$y <= gaussian$.pred_q0.1), 0.1, tolerance = 0.4)
  model <- quick(count ~ a + b, data, family = "poisson")
  counts <- predict(model, new, type = "quantile", quantile_levels = 0.7)
  expect_equal(counts$.pred_q0.7, qpois(0.7, predict(model, new)$.pred))
  model <- quick(y ~ a + b, data, family = "quantile")
  between <- predict(model, new, type = "quantile", quantile_levels = c(0.05, 0.275, 0.5))
  expect_equal(between$.pred_q0.275, (between$.pred_q0.05 + between$.pred_q0.5) / 2)
})

test_that("survival times have quantiles and intervals from the curve", {
  skip_if_not_installed("survival")
  set.seed(10)
  data <- data.frame(a = rnorm(100))
  data$time <- rexp(100, exp(data$a))
  data$event <- rep(c(1, 1, 1, 0), 25)
  model <- quick(survival::Surv(time, event) ~ a, data, epochs = 200)
  found <- predict(model, data, type = "quantile", quantile_levels = c(0.25, 0.5, 0.75))
  expect_equal(found$.pred_q0.5, predict(model, data)$.pred_time)
  expect_true(all(found$.pred_q0.25 <= found$.pred_q0.5))
  interval <- conformal_interval(model, tabular_parts(model, data), level = 0.5)
  expect_equal(interval$.pred_lower, found$.pred_q0.25)
  expect_equal(interval$.pred_upper, found$.pred_q0.75)
  expect_error_snapshot(conformal(model, data))
})

test_that("too few held-out rows are warned of, and limits are infinite", {
  set.seed(11)
  model <- quick(y ~ a + b, simulated(15), epochs = 400)
  expect_warning(
    interval <- predict(model, simulated(3), type = "interval", level = 0.95),
    "needs 19 held-out rows; with 15 some",
    class = "rdeep_warning_few_rows"
  )
  expect_equal(interval$.pred_lower, rep(-Inf, 3))
  expect_equal(interval$.pred_upper, rep(Inf, 3))
  expect_no_warning_at_all(predict(model, simulated(3), type = "interval", level = 0.9))
})

test_that("rows of weight zero do not count", {
  set.seed(12)
  data <- simulated(60)
  data$w <- rep(c(1, 1, 0), 20)
  model <- quick(y ~ a + b, data, weights = w, members = 2)
  expect_length(calibration_set(model, environment())$target, 40)
})

test_that("what has no intervals says what it has", {
  set.seed(13)
  data <- simulated(40)
  classes <- quick(class ~ a + b, data, epochs = 400)
  quantiles <- quick(y ~ a + b, data, family = "quantile", epochs = 400)
  line <- quick(y ~ a + b, data, epochs = 400)
  expect_error_snapshot(conformal(classes, data))
  expect_error_snapshot(conformal(lm(y ~ a, data), data))
  expect_error_snapshot(conformal(line, data, levels = 0.9))
  expect_error_snapshot(conformal(line, data.frame(a = NA_real_, b = 1, y = 1)))
  expect_error_snapshot(predict(quantiles, data, type = "interval"))
  expect_error_snapshot(predict(line, data, type = "interval", level = 95))
  expect_error_snapshot(predict(line, data, type = "interval", method = "ensemble"))
  expect_error_snapshot(predict(line, data, type = "interval", method = "dropout"))
  expect_error_snapshot(
    predict(quantiles, data, type = "quantile", quantile_levels = c(0.01, 0.5))
  )
  expect_error_snapshot(predict(classes, data, type = "interval"))
  expect_rdeep_error(
    conformal_interval(classes, tabular_parts(classes, data)), "argument", "probabilities"
  )
})
