# Steps that come to no number, targets without a meaning, and numbers that make no sense.

network <- function(optimizer = "adam", loss = "mse") {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(4, activation = "relu", name = "first") |>
    layer_dense(1, name = "last")
  model |> compile(optimizer, loss)
  model
}

spoilt <- function() {
  x <- matrix(sin(1:256), 64)
  x[40, ] <- 1e30
  list(x = x, y = x[, 1])
}

test_that("training stops before a step that comes to no number, and says what led to it", {
  data <- spoilt()
  set_random_seed(1)
  model <- network()
  warning <- expect_warning(
    history <- model |>
      fit(data$x, data$y, epochs = 3, batch_size = 16, shuffle = FALSE, verbose = 0),
    class = "rdeep_warning_nan"
  )
  expect_s3_class(warning, "rdeep_warning")
  expect_identical(warning$step, 3L)
  expect_identical(c(warning$epoch, warning$batch), c(1L, 3L))
  # Rows count from 1.
  expect_identical(warning$rows, 33:48)
  expect_identical(warning$bad_rows, 40L)
  expect_identical(warning$cause, "loss")
  expect_equal(warning$largest_input / 1e30, 1, tolerance = 1e-6)
  expect_match(conditionMessage(warning), "in row 40.", fixed = TRUE)
  expect_match(conditionMessage(warning), "rows 33, 34, 35", fixed = TRUE)
  expect_true(all(is.finite(unlist(get_weights(model)))))
  expect_length(history$metrics, 0)
})

test_that("steps may be left out instead, or taken", {
  data <- spoilt()
  model <- network()
  expect_warning(
    history <- model |>
      fit(data$x, data$y, epochs = 2, batch_size = 16, verbose = 0, on_nan = "skip"),
    "2 steps were left out",
    class = "rdeep_warning_nan"
  )
  expect_true(all(is.finite(history$metrics$loss)))
  expect_true(all(is.finite(unlist(get_weights(model)))))
  ignoring <- network()
  expect_no_warning(
    ignoring |> fit(data$x, data$y, batch_size = 16, verbose = 0, on_nan = "ignore")
  )
  expect_false(all(is.finite(unlist(get_weights(ignoring)))))
  expect_error_snapshot(fit(model, data$x, data$y, on_nan = "never", verbose = 0))
})

test_that("what makes no sense is refused", {
  x <- as.matrix(iris[1:4])
  numbers <- iris$Sepal.Length
  model <- network()
  expect_conditions_snapshot({
    fit(network(loss = "gaussian_likelihood"), x, iris$Species, verbose = 0)
    fit(model, x, numbers, sample_weight = c(-1, rep(1, 149)), verbose = 0)
    fit(model, x, numbers, sample_weight = rep(0, 150), verbose = 0)
    fit(model, x, iris$Species == "setosa", class_weight = list("0" = -1), verbose = 0)
    optimizer_adam(learning_rate = Inf)
    optimizer_adam(clipnorm = 0)
    optimizer_adam(epsilon = Inf)
  })
})

test_that("targets outside of a loss's domain are said, once, and computed", {
  x <- as.matrix(iris[1:4])
  y <- iris$Sepal.Length - 5
  suppressWarnings(counts <- network(loss = "poisson"))
  expect_conditions_snapshot({
    fit(counts, x, y, verbose = 0)
    fit(network(loss = "hinge"), x, y, epochs = 2, verbose = 0)
    invisible(evaluate(network(loss = "msle"), x, -y, verbose = 0))
    fit(network(loss = loss_binary_crossentropy(from_logits = TRUE)), x, y, verbose = 0)
    fit(network(loss = "poisson_likelihood"), x, y, verbose = 0)
  })
})

test_that("a model of numbers takes no factors", {
  numbers <- iris[1:4]
  factors <- numbers
  factors$Sepal.Width <- factor(numbers$Sepal.Width > 3)
  model <- network()
  model |> fit(numbers, iris$Sepal.Length, verbose = 0)
  expect_conditions_snapshot({
    predict(model, factors)
    evaluate(model, factors, iris$Sepal.Length)
    fit(model, factors, iris$Sepal.Length, verbose = 0)
  })
})

test_that("numbers beyond float32 are refused with row and column", {
  x <- as.matrix(iris[1:4])
  x[7, 3] <- 1e39
  model <- network()
  expect_conditions_snapshot({
    fit(model, x, iris$Sepal.Length, verbose = 0)
    predict(model, x)
  })
})

test_that("a callback ends training where the loss is no number, or fails if it is asked to", {
  model <- network()
  compile(model, "sgd", function(y_true, y_pred) op_log(op_mean(0 * y_pred) - 1))
  run <- function(...) {
    callback <- callback_terminate_on_nan(...)
    suppressWarnings(
      fit(model, diag(4), 1:4, epochs = 3, verbose = 0, on_nan = "ignore", callbacks = callback)
    )
  }
  expect_output(history <- run(), "the loss is NA, stopping")
  expect_length(history$metrics$loss, 1)
  expect_rdeep_error(run(raise_error = TRUE), "state", "the loss is NA")
})
