# Maps ----------------------------------------------------------------------------

# Probabilities of a classifier that is too sure of itself: its log-odds are `factor`
# times what they should be.
overconfident <- function(n, factor = 3) {
  score <- rnorm(n, 0, 1.5)
  list(
    prob = matrix(plogis(factor * score)),
    y = matrix(rbinom(n, 1, plogis(score))),
    weights = rep(1, n)
  )
}

with_map <- function(method, map) list(calibration = list(method = method, map = map))

test_that("a temperature is found again", {
  set.seed(1)
  set <- overconfident(5000)
  map <- fit_temperature(set$prob, set$y, set$weights)
  expect_equal(map, 3, tolerance = 0.1)
  cool <- apply_calibration(with_map("temperature", map), set$prob)
  expect_equal(order(cool), order(set$prob))
  expect_lt(
    calibration_error(cool, set$y, set$weights, 10),
    calibration_error(set$prob, set$y, set$weights, 10) / 3
  )
})

test_that("a temperature of several classes leaves the class and sums to one", {
  set.seed(2)
  scores <- matrix(rnorm(6000, sd = 2), ncol = 3)
  truth <- probabilities_of(scores)
  y <- one_hot(apply(truth, 1, function(p) sample(0:2, 1, prob = p)), 3)
  sharp <- probabilities_of(2.5 * scores)
  map <- fit_temperature(sharp, y, rep(1, 2000))
  expect_equal(map, 2.5, tolerance = 0.1)
  cool <- apply_calibration(with_map("temperature", map), sharp)
  expect_equal(rowSums(cool), rep(1, 2000))
  expect_equal(max.col(cool), max.col(sharp))
  expect_equal(cool, probabilities_of(scores * 2.5 / map), tolerance = 1e-4)
})

test_that("Platt's slope and intercept are those of logistic regression", {
  set.seed(3)
  set <- overconfident(3000)
  map <- fit_platt(set$prob, set$y, set$weights)[[1]]
  regression <- glm(set$y ~ qlogis(set$prob), family = binomial)
  # Targets a little inside 0 and 1 make a small difference.
  expect_equal(unname(map), unname(coef(regression)), tolerance = 0.05)
  moved <- apply_calibration(with_map("platt", list(map)), set$prob)
  expect_equal(mean(moved), mean(set$y), tolerance = 0.01)
})

test_that("Platt's method survives classes told apart without error", {
  prob <- matrix(c(0.1, 0.2, 0.8, 0.9))
  map <- fit_platt(prob, matrix(c(0, 0, 1, 1)), rep(1, 4))
  expect_true(all(is.finite(map[[1]])))
})

test_that("the steps are those of isoreg()", {
  set.seed(4)
  x <- runif(300)
  y <- rbinom(300, 1, x^2)
  steps <- rising_steps(x, y, rep(1, 300))
  expected <- isoreg(x, y)
  expect_equal(approx(steps$x, steps$y, sort(x), rule = 2)$y, expected$yf)
  expect_false(is.unsorted(steps$y))
})

test_that("a weight counts as so many rows", {
  set.seed(5)
  x <- round(runif(60), 2)
  y <- rbinom(60, 1, x)
  weight <- sample(0:3, 60, replace = TRUE)
  again <- rep(seq_along(x), weight)
  ones <- rep(1, length(again))
  expect_equal(rising_steps(x, y, weight), rising_steps(x[again], y[again], ones))
  set <- list(prob = matrix(x * 0.9 + 0.05), y = matrix(y))
  expect_equal(
    fit_temperature(set$prob, set$y, weight),
    fit_temperature(set$prob[again, , drop = FALSE], set$y[again, , drop = FALSE], ones),
    tolerance = 1e-4
  )
})

test_that("isotonic probabilities are calibrated, and never nought or one", {
  set.seed(6)
  set <- overconfident(4000)
  map <- fit_isotonic(set$prob, set$y, set$weights)
  moved <- apply_calibration(with_map("isotonic", map), set$prob)
  expect_lt(calibration_error(moved, set$y, set$weights, 10), 0.01)
  expect_gt(min(moved), 0)
  expect_lt(max(moved), 1)
  beyond <- apply_calibration(with_map("isotonic", map), matrix(c(0, 1)))
  expect_equal(beyond[, 1], range(map[[1]]$y))
})

test_that("without a calibration probabilities stay", {
  prob <- matrix(c(0.2, 0.7))
  expect_identical(apply_calibration(list(), prob), prob)
})

# Measures ------------------------------------------------------------------------

test_that("scores of probabilities are those of their formulas", {
  prob <- matrix(c(0.8, 0.3, 0.6))
  y <- matrix(c(1, 0, 0))
  weights <- c(1, 1, 2)
  expect_equal(brier_score(prob, y, weights), (0.04 + 0.09 + 2 * 0.36) / 4)
  expect_equal(cross_entropy(prob, y, weights), -(log(0.8) + log(0.7) + 2 * log(0.4)) / 4)
  # Half of the trials: as one row that came and one that did not.
  expect_equal(brier_score(matrix(0.3), matrix(0.5), 2), (0.09 + 0.49) / 2)
  both <- cbind(1 - prob, prob)
  expect_equal(brier_score(both, cbind(1 - y, y), weights), 2 * brier_score(prob, y, weights))
  expect_equal(cross_entropy(both, cbind(1 - y, y), weights), cross_entropy(prob, y, weights))
  expect_equal(calibration_error(prob, y, weights, 2), (abs(0.8 - 1 + 2 * 0.6) + 0.3) / 4)
})

test_that("Wilson's intervals are those of prop.test()", {
  for (k in c(0, 3, 10)) {
    test <- suppressWarnings(prop.test(k, 10, conf.level = 0.9, correct = FALSE))
    found <- wilson(k / 10, 10, 0.9)
    expect_equal(c(found$lower, found$upper), as.vector(test$conf.int))
  }
})

# Models --------------------------------------------------------------------------

two_classes <- function(n = 200) {
  data <- data.frame(a = rnorm(n), b = rnorm(n), n = sample(2:9, n, replace = TRUE))
  data$class <- factor(ifelse(data$a + rnorm(n) > 0, "yes", "no"))
  data$three <- cut(data$a + rnorm(n), c(-Inf, -0.5, 0.5, Inf), labels = c("low", "mid", "high"))
  data$success <- rbinom(n, data$n, plogis(data$a))
  data
}

quick <- function(formula, data, ..., epochs = 400) {
  deep_tabular(formula, data, hidden_units = 0, epochs = epochs, verbose = 0, ...)
}

test_that("a calibrated model predicts what its map says", {
  set.seed(7)
  data <- two_classes()
  model <- quick(class ~ a + b, data, members = 2)
  raw <- predict(model, data, type = "prob")
  for (method in c("temperature", "isotonic", "platt")) {
    calibrated <- calibrate(model, method = method)
    prob <- predict(calibrated, data, type = "prob")
    expect_named(prob, c(".pred_no", ".pred_yes"))
    expect_equal(prob$.pred_no + prob$.pred_yes, rep(1, 200))
    expect_equal(
      prob$.pred_yes, apply_calibration(calibrated, matrix(raw$.pred_yes))[, 1]
    )
    expect_equal(unname(fitted(calibrated)), prob$.pred_yes, tolerance = 1e-5)
    class <- predict(calibrated, data)$.pred_class
    expect_equal(class == "yes", prob$.pred_yes > 0.5)
  }
  # The map is learned of what the network said, not of what a calibration made of it.
  expect_equal(calibrate(calibrated)$calibration, calibrate(model)$calibration)
})

test_that("held-out predictions are what it is learned from, or other rows", {
  set.seed(8)
  data <- two_classes()
  model <- quick(three ~ a + b, data, members = 2, epochs = 5)
  held <- calibrate(model)
  held_loss <- function(object) {
    prob <- apply_calibration(object, model$held_out$prediction)
    cross_entropy(prob, one_hot(as.integer(model$target), 3), rep(1, 200))
  }
  expect_lt(held_loss(held), held_loss(model))
  kept <- two_classes(100)
  aside <- calibrate(model, kept)
  expect_equal(aside$calibration$n, 100)
  loss_there <- function(object) {
    prob <- as.matrix(predict(object, kept, type = "prob"))
    cross_entropy(prob, one_hot(as.integer(kept$three) - 1L, 3), rep(1, 100))
  }
  expect_lte(loss_there(aside), loss_there(held))
  expect_output(print(aside), "calibrated \\(temperature\\) on rows kept aside, 100 of them")
})

test_that("shares of trials and linear models without held-out rows are calibrated", {
  set.seed(9)
  data <- two_classes()
  model <- quick(cbind(success, n - success) ~ a + b, data, epochs = 300)
  map <- calibrate(model)$calibration$map
  expect_equal(map, 1, tolerance = 0.2)
  found <- reliability(model)
  expect_equal(sum(found$n), sum(data$n))
})

test_that("reliability compares predictions with what came", {
  set.seed(10)
  data <- two_classes(400)
  model <- quick(class ~ a + b, data, members = 2)
  found <- reliability(model, data, bins = 5)
  expect_named(found, c("class", "bin", "predicted", "observed", "n", "lower", "upper"))
  prob <- predict(model, data, type = "prob")$.pred_yes
  bin <- findInterval(prob, seq(0.2, 0.8, 0.2)) + 1
  yes <- data$class == "yes"
  expect_equal(found$bin, sort(unique(bin)))
  expect_equal(found$n, as.vector(table(bin)))
  expect_equal(found$predicted, as.vector(tapply(prob, bin, mean)))
  expect_equal(found$observed, as.vector(tapply(yes, bin, mean)))
  gaps <- tapply(prob - yes, bin, sum)
  expect_equal(attr(found, "ece"), sum(abs(gaps)) / 400)
  expect_equal(attr(found, "brier"), mean((prob - yes)^2))
  expect_true(all(found$lower <= found$observed & found$observed <= found$upper))
  several <- reliability(quick(three ~ a + b, data, members = 2))
  expect_equal(levels(several$class), c("low", "mid", "high"))
  expect_equal(as.vector(tapply(several$n, several$class, sum)), rep(400, 3))
})

test_that("reliability is printed and drawn", {
  skip_if_not_installed("ggplot2")
  set.seed(11)
  data <- two_classes()
  for (model in list(quick(class ~ a, data, members = 2), quick(three ~ a, data, members = 2))) {
    found <- reliability(calibrate(model))
    expect_output(print(found), "in 200 rows \\(calibrated: temperature\\)")
    expect_output(print(found), "Expected calibration error 0[.]\\d+, Brier score 0[.]\\d+")
    drawing <- plot(found)
    expect_s3_class(drawing, "ggplot")
    expect_s3_class(ggplot2::autoplot(found), "ggplot")
    path <- withr::local_tempfile(fileext = ".png")
    expect_no_warning_at_all(ggplot2::ggsave(path, drawing, width = 4, height = 4))
  }
})

test_that("what cannot be calibrated says why", {
  set.seed(12)
  data <- two_classes(60)
  line <- quick(a ~ b, data, epochs = 400)
  three <- quick(three ~ a, data, epochs = 400)
  class <- quick(class ~ a, data, members = 2, epochs = 5)
  expect_error_snapshot(calibrate(line))
  expect_error_snapshot(calibrate(three))
  expect_error_snapshot(calibrate(class, data[data$class == "yes", ]))
  expect_error_snapshot(calibrate(class, method = "isotone"))
  expect_error_snapshot(reliability(class, bins = 1))
  expect_error_snapshot(reliability(class, data[c("b", "class")]))
  expect_error_snapshot(reliability(iris))
})
