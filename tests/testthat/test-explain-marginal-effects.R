test_that("effects of a linear model are its coefficients", {
  found <- marginal_effects(linear_view())
  expect_named(found, c("term", "contrast", "estimate", "std.error", "conf.low", "conf.high"))
  expect_equal(found$term, c("x1", "x2", "g", "g", "k"))
  expect_equal(found$contrast, c("dY/dX", "dY/dX", "b - a", "c - a", "dY/dX"))
  expect_equal(found$estimate, c(3, -1, 1, -2, 0.5))
  expect_true(all(is.na(found$std.error)))
})

test_that("numbers are moved to values that occur", {
  column <- c(1L, 2L, 2L, 5L, NA)
  ends <- neighbours(column, 0.1)
  expect_equal(ends[[1]], c(1L, 1L, 1L, 2L, NA))
  expect_equal(ends[[2]], c(2L, 5L, 5L, 5L, NA))
  ends <- neighbours(c(0, 0.01, 0.5, 1), 0.3)
  expect_equal(ends[[1]], c(0, 0, 0.01, 0.5))
  expect_equal(ends[[2]], c(0.5, 0.5, 1, 1))
})

test_that("a step between two values that occur does not become a steep slope", {
  data <- linear_data()
  # A network may jump anywhere between 1 and 2 if it has seen nothing there.
  data$k <- 1L + data$k %/% 4L
  view <- linear_view(data, answer = function(frame) as.numeric(frame$k > 1.001))
  found <- marginal_effects(view, "k")
  expect_equal(found$estimate, 1)
})

test_that("slopes are averaged over rows, by weights and without missing values", {
  data <- linear_data(400)
  view <- linear_view(data, answer = function(frame) frame$x1^2)
  found <- marginal_effects(view, "x1", eps = 0.01)
  expect_equal(found$estimate, mean(2 * data$x1), tolerance = 0.05)
  view <- linear_view(
    data,
    answer = function(frame) ifelse(is.na(frame$x1), 0, frame$x1 * frame$k),
    weights = data$k
  )
  view$frame$x1[1:200] <- NA
  found <- marginal_effects(view, "x1")
  expect_equal(found$estimate, stats::weighted.mean(data$k[201:400], data$k[201:400]))
})

test_that("classes have effects that add up to zero", {
  found <- marginal_effects(class_view(), "x1")
  expect_equal(found$.class, factor(c("low", "middle", "high"), c("low", "middle", "high")))
  expect_equal(sum(found$estimate), 0)
})

test_that("errors from an ensemble are those of the jackknife that deletes groups", {
  members <- function(frame, rows, type = "response") {
    slope <- c(2.9, 3.1, 3.3)
    array(outer(frame$x1, slope), c(nrow(frame), 1, 3))
  }
  found <- marginal_effects(linear_view(members = members), "x1", level = 0.9)
  variance <- 2 / 3 * sum((c(2.9, 3.1, 3.3) - 3.1)^2)
  expect_equal(found$std.error, sqrt(variance))
  reach <- stats::qt(0.95, 2) * sqrt(variance)
  expect_equal(c(found$conf.low, found$conf.high), 3 + c(-reach, reach))
})

test_that("errors by bootstrap are the spread over the fits", {
  set.seed(1)
  slopes <- numeric()
  refit <- function(.call) {
    slope <- stats::rnorm(1, 3, 0.2)
    slopes <<- c(slopes, slope)
    function(frame, rows, type) matrix(slope * frame$x1)
  }
  found <- marginal_effects(linear_view(refit = refit), "x1", se = "bootstrap", replicates = 10)
  expect_length(slopes, 10)
  expect_equal(found$std.error, stats::sd(slopes))
  expect_equal(found$conf.high, 3 + stats::qnorm(0.975) * stats::sd(slopes))
})

test_that("marginal effects are drawn", {
  skip_if_not_installed("ggplot2")
  drawing <- expect_drawn(plot(marginal_effects(linear_view())))
  expect_equal(labels_of(drawing)[["x"]], "Average marginal effect on the predicted y")
  members <- function(frame, rows, type) array(outer(frame$x1, 1:3), c(nrow(frame), 1, 3))
  expect_drawn(ggplot2::autoplot(marginal_effects(linear_view(members = members))))
  expect_drawn(plot(marginal_effects(class_view())))
})

slow_on_tensorflow("effects of linear tabular models are their coefficients", {
  set_random_seed(1)
  data <- linear_data()
  model <- deep_tabular(y ~ x1 + x2 + g + k, data, hidden_units = 0, verbose = 0)
  found <- marginal_effects(model)
  expect_equal(found$estimate, unname(coef(model)[-1]), tolerance = 1e-4)
  data$big <- factor(data$y > 1)
  logistic <- deep_tabular(big ~ x1 + x2, data, hidden_units = 0, verbose = 0)
  found <- marginal_effects(logistic, type = "link")
  expect_equal(found$estimate, unname(coef(logistic)[-1]), tolerance = 1e-3)
  # On the response's scale: the coefficient times the mean slope of the logistic function.
  slope <- mean(stats::dlogis(stats::qlogis(predict(logistic, data, type = "prob")[[2]])))
  found <- marginal_effects(logistic, "x1")
  expect_equal(found$estimate, coef(logistic)[["x1"]] * slope, tolerance = 0.2)
})

test_that("an ensemble's errors are near those of lm()", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  data <- linear_data(200)
  model <- deep_tabular(
    y ~ x1 + x2, data,
    hidden_units = 0, members = 10, epochs = 30, backend = "torch", verbose = 0
  )
  found <- marginal_effects(model)
  # Heteroscedastic: g and k are left out of the model.
  classical <- sqrt(diag(stats::vcov(stats::lm(y ~ x1 + x2, data))))[-1]
  expect_true(all(found$std.error / classical > 0.4 & found$std.error / classical < 2.5))
  expect_equal(found$conf.high - found$estimate, stats::qt(0.975, 9) * found$std.error)
})

test_that("tabular models are fitted again by the bootstrap", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  data <- linear_data()
  model <- deep_tabular(
    y ~ x1 + g, data,
    hidden_units = 0, epochs = 400, backend = "torch", verbose = 0
  )
  found <- marginal_effects(model, se = "bootstrap", replicates = 3)
  expect_true(all(found$std.error > 0))
  expect_true(all(found$conf.low < found$estimate & found$estimate < found$conf.high))
})

test_that("what marginal_effects() cannot use is refused", {
  view <- linear_view()
  expect_error_snapshot(marginal_effects(view, "x3"))
  expect_error_snapshot(marginal_effects(view, c("x1", "x1")))
  expect_error_snapshot(marginal_effects(view, type = "class"))
  expect_error_snapshot(marginal_effects(view, eps = 0))
  expect_error_snapshot(marginal_effects(view, se = "ensemble"))
  expect_error_snapshot(marginal_effects(view, se = "bootstrap"))
  expect_error_snapshot(marginal_effects(view, se = "bootstrap", replicates = 1))
  view$frame$x1 <- 1
  expect_error_snapshot(marginal_effects(view, "x1"))
  view$frame$g <- factor("a")
  expect_error_snapshot(marginal_effects(view, "g"))
})

test_that("networks have effects on the scale of the response alone", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  network <- keras_model_sequential(input_shape = 2, backend = "torch") |> layer_dense(1)
  network |> compile(loss = "mse")
  network |> fit(cbind(x1 = cars$speed, x2 = 1), cars$dist, verbose = 0)
  data <- data.frame(x1 = cars$speed, x2 = rep(1:2, 25))
  found <- marginal_effects(network, data = data)
  kernel <- get_weights(network)[[1]][, 1]
  expect_equal(found$estimate, kernel, tolerance = 1e-4)
  expect_error_snapshot(marginal_effects(network, data = data, type = "link"))
})
