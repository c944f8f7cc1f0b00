test_that("the column with the largest effect is the most important, and a factor is one column", {
  set.seed(1)
  data <- linear_data()
  data$noise <- stats::rnorm(nrow(data))
  view <- new_explainable(
    data[c("noise", "x2", "x1", "g", "k")],
    function(frame, rows) matrix(linear_answer(frame)),
    list(name = "y", kind = "numeric", values = data$y)
  )
  found <- importance(view)
  expect_named(found, c("variable", "importance", "std_error", "lower", "upper"))
  expect_s3_class(found, "tbl_df")
  expect_equal(found$variable[1], "x1")
  expect_equal(found$variable[5], "noise")
  expect_equal(found$importance[5], 0)
  expect_setequal(found$variable, names(view$frame))
})

test_that("importance is the mean rise of the loss over repetitions, with Student's interval", {
  view <- linear_view()
  set.seed(3)
  found <- importance(view, repetitions = 4, level = 0.9)
  set.seed(3)
  y <- view$outcome$values
  rmse <- function(frame) sqrt(mean((y - linear_answer(frame))^2))
  rises <- replicate(4, {
    frame <- view$frame
    frame$x1 <- frame$x1[sample.int(nrow(frame))]
    rmse(frame) - rmse(view$frame)
  })
  first <- found[found$variable == "x1", ]
  expect_equal(first$importance, mean(rises))
  expect_equal(first$std_error, stats::sd(rises) / 2)
  limits <- stats::t.test(rises, conf.level = 0.9)$conf.int
  expect_equal(c(first$lower, first$upper), as.vector(limits))
})

test_that("one repetition has no interval", {
  found <- importance(linear_view(), repetitions = 1)
  expect_true(all(is.na(found$std_error)) && all(is.na(found$upper)))
  expect_false(anyNA(found$importance))
})

test_that("at most so many rows are looked at", {
  seen <- 0
  view <- linear_view(answer = function(frame) {
    seen <<- max(seen, nrow(frame))
    linear_answer(frame)
  })
  importance(view, rows = 10, repetitions = 2)
  expect_equal(seen, 20)
})

test_that("weights count", {
  data <- linear_data()
  # x1 matters in rows of weight zero alone.
  answer <- function(frame) ifelse(frame$k > 2, frame$x1, 0)
  data$y <- answer(data)
  view <- linear_view(data, answer = answer, weights = as.numeric(data$k <= 2))
  view$frame$k <- data$k
  view$predict <- function(frame, rows) matrix(ifelse(data$k[rows] > 2, frame$x1, 0))
  found <- importance(view, repetitions = 2)
  expect_equal(found$importance[found$variable == "x1"], 0)
})

test_that("metrics are what their names say", {
  ones <- rep(1, 4)
  compute <- function(name, ...) importance_metrics[[name]]$compute(...)
  truth <- c(1, 2, 3, 4)
  predicted <- matrix(c(1, 2, 4, 6))
  expect_equal(compute("rmse", truth, predicted, ones), sqrt(5 / 4))
  expect_equal(compute("mae", truth, predicted, ones), 3 / 4)
  expect_equal(compute("mae", truth, predicted, c(0, 0, 0, 1)), 2)
  classes <- factor(c("a", "b", "b", "a"))
  p <- matrix(c(0.2, 0.9, 0.4, 0.5))
  surprise <- -mean(log(c(0.8, 0.9, 0.4, 0.5)))
  expect_equal(compute("log_loss", classes, p, ones), surprise)
  expect_equal(compute("log_loss", classes, cbind(1 - p, p), ones), surprise)
  expect_equal(compute("brier", classes, p, ones), mean(2 * c(0.2, 0.1, 0.6, 0.5)^2))
  expect_equal(compute("error", classes, p, ones), 1 / 4)
  share <- c(0, 0.5, 1, 0.5)
  expect_equal(
    compute("log_loss", share, p, ones),
    -mean(share * log(p[, 1]) + (1 - share) * log(1 - p[, 1]))
  )
  counts <- c(0, 1, 2, 5)
  fit <- stats::poisson()
  expect_equal(
    compute("deviance", counts, predicted, ones),
    mean(fit$dev.resids(counts, predicted[, 1], ones))
  )
  quantiles <- structure(truth, quantile_levels = c(0.1, 0.5))
  expect_equal(
    compute("pinball", quantiles, cbind(truth - 1, truth + 1), ones),
    mean(c(0.1, 0.5))
  )
})

test_that("survival metrics agree with the package survival", {
  skip_if_not_installed("survival")
  lung <- stats::na.omit(survival::lung[c("time", "status", "age", "sex")])
  risk <- 0.02 * lung$age - 0.5 * lung$sex
  truth <- cbind(lung$time, lung$status - 1)
  weights <- rep(1, nrow(lung))
  surv <- survival::Surv(truth[, 1], truth[, 2])
  concordance <- survival::concordance(surv ~ risk, reverse = TRUE)$concordance
  found <- importance_metrics$concordance$compute(truth, matrix(risk), weights)
  expect_equal(found, 1 - concordance)
  cox <- survival::coxph(
    surv ~ risk,
    init = 1, iter.max = 0, ties = "breslow", control = survival::coxph.control(iter.max = 0)
  )
  found <- importance_metrics$partial_likelihood$compute(truth, matrix(risk), weights)
  expect_equal(found, -cox$loglik[2] / sum(truth[, 2]))
})

test_that("a metric can be a function", {
  found <- importance(
    linear_view(),
    metric = function(truth, predicted) max(abs(truth - predicted)), repetitions = 3
  )
  expect_equal(found$variable[1], "x1")
})

test_that("importance is drawn, the most important on top", {
  skip_if_not_installed("ggplot2")
  found <- importance(linear_view(), repetitions = 2)
  drawing <- expect_drawn(plot(found))
  expect_equal(levels(drawing$data$variable), rev(found$variable))
  expect_match(labels_of(drawing)[["x"]], "root mean squared error")
  expect_equal(nrow(plot(found, top = 2)$data), 2)
  expect_s3_class(ggplot2::autoplot(found), "ggplot")
})

test_that("importance is printed with what it means", {
  set.seed(1)
  found <- importance(linear_view(), repetitions = 2)
  printed <- paste(capture.output(print(found)), collapse = "\n")
  expect_match(printed, "Permutation importance: rise of the root mean squared error")
  expect_match(printed, "x1 ")
})

slow_on_tensorflow("tabular models are judged by rows that they have not seen", {
  set_random_seed(1)
  data <- linear_data(120)
  model <- deep_tabular(y ~ ., data, members = 2, epochs = 20, architecture = "mlp", verbose = 0)
  found <- importance(model, repetitions = 3)
  expect_equal(found$variable[1], "x1")
  expect_match(attr(found, "about")$title, "held-out")
  view <- explained(model, scored = TRUE)
  n <- nrow(view$frame)
  held_out <- view$held_out(view$frame, seq_len(n))
  expect_equal(held_out, model$held_out$prediction, tolerance = 1e-4)
  given <- importance(model, data, repetitions = 2)
  expect_false(grepl("held-out", attr(given, "about")$title))
})

slow_on_tensorflow("integrated gradients find the column with the largest effect", {
  skip_if_no_captum()
  set_random_seed(1)
  data <- linear_data(120)
  model <- deep_tabular(y ~ ., data, members = 2, epochs = 20, architecture = "mlp", verbose = 0)
  found <- importance(model, method = "integrated_gradients", rows = 40)
  expect_equal(found$variable[1], "x1")
  expect_setequal(found$variable, c("x1", "x2", "g", "k"))
  expect_true(all(found$lower < found$importance))
})

test_that("without captum it is said what to install", {
  skip_if_no_backend("torch")
  model <- deep_tabular(dist ~ speed, cars, epochs = 1, backend = "torch", verbose = 0)
  local_hidden_package("captum")
  expect_error_snapshot(importance(model, method = "integrated_gradients"))
})

test_that("networks are judged on data that is given", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  network <- keras_model_sequential(backend = "torch") |> layer_dense(8, activation = "relu")
  network |> compile(optimizer_adam(0.05))
  suppressMessages(network |> fit(Species ~ ., data = iris, epochs = 20, verbose = 0))
  found <- importance(network, iris, repetitions = 2)
  expect_setequal(found$variable, names(iris)[1:4])
  expect_true(found$variable[1] %in% c("Petal.Length", "Petal.Width"))
  # Columns and a factor apart from a formula.
  network <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = "softmax")
  network |> compile(loss = "sparse_categorical_crossentropy")
  network |> fit(iris[1:4], iris$Species, epochs = 2, verbose = 0)
  expect_setequal(importance(network, iris, y = iris$Species)$variable, names(iris)[1:4])
})

test_that("what importance cannot use is refused", {
  expect_error_snapshot(importance(lm(dist ~ speed, cars)))
  expect_error_snapshot(importance(linear_view(), method = "magic"))
  expect_error_snapshot(importance(linear_view(), metric = "log_loss"))
  expect_error_snapshot(importance(linear_view(), metric = function(truth, predicted) "bad"))
  expect_error_snapshot(importance(linear_view(), repetitions = 0))
  expect_error_snapshot(importance(linear_view(), rows = -1))
  expect_error_snapshot(importance(linear_view(), level = 95))
  expect_error_snapshot(importance(linear_view(), repetition = 5))
  expect_error_snapshot(importance(linear_view(), method = "integrated_gradients"))
})

test_that("what importance cannot do with a model is refused", {
  skip_if_no_backend("torch")
  model <- deep_tabular(
    dist ~ speed, cars,
    hidden_units = 0, epochs = 400, model = FALSE, backend = "torch", verbose = 0
  )
  gaps <- cars
  gaps$speed[3] <- NA
  expect_error_snapshot(importance(model))
  expect_error_snapshot(importance(model, gaps))
  network <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  network |> compile(loss = "mse")
  expect_error_snapshot(importance(network, iris))
  network |> fit(iris[1:4], as.integer(iris$Species), verbose = 0)
  expect_error_snapshot(importance(network))
  expect_error_snapshot(importance(network, iris))
  expect_error_snapshot(importance(network, iris, y = "Species"))
})
