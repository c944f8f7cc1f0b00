test_that("data frames of numbers are matrices", {
  set_random_seed(1)
  frame <- fit_quietly(classifier(), as.data.frame(iris_x), iris_y)
  set_random_seed(1)
  matrix <- fit_quietly(classifier(), iris_x, iris_y)
  expect_equal(frame$metrics, matrix$metrics)
})

test_that("targets can be a data frame of numbers", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(2)
  model |> compile("sgd", "mse")
  history <- model |> fit(iris_x[, 1:2], as.data.frame(iris_x[, 3:4]), verbose = 0)
  expect_length(history$metrics$loss, 1)
  expect_equal(dim(predict(model, iris_x[, 1:2])), c(150, 2))
  expect_named(evaluate(model, iris_x[, 1:2], as.data.frame(iris_x[, 3:4])), "loss")
})

slow_on_tensorflow("a factor as target is coded by its levels", {
  set_random_seed(1)
  a <- fit_quietly(classifier(), iris_x, iris$Species)
  set_random_seed(1)
  b <- fit_quietly(classifier(), iris_x, iris_y)
  expect_equal(a$metrics, b$metrics)
})

slow_on_tensorflow("a factor becomes one-hot for the categorical cross-entropy", {
  train <- function(y, loss) {
    set_random_seed(1)
    model <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = "softmax")
    model |> compile("sgd", loss)
    fit_quietly(model, iris_x, y, epochs = 2)$metrics$loss
  }
  one_hot <- train(iris$Species, "categorical_crossentropy")
  expect_equal(one_hot, train(to_categorical(iris_y), "categorical_crossentropy"))
  expect_equal(one_hot, train(iris_y, "sparse_categorical_crossentropy"), tolerance = 1e-6)
})

test_that("a factor among several outputs becomes one-hot as well", {
  a <- layer_input(4)
  outputs <- list(
    layer_dense(a, 1, name = "size"),
    layer_dense(a, 3, activation = "softmax", name = "kind")
  )
  model <- keras_model(a, outputs)
  model |> compile("sgd", loss = list(size = "mse", kind = "categorical_crossentropy"))
  history <- fit_quietly(model, iris_x, list(size = iris$Petal.Width, kind = iris$Species))
  expect_true(is.finite(history$metrics$loss))
  out <- predict(model, iris_x)
  expect_equal(colnames(out$kind), levels(iris$Species))
})

test_that("a two-level factor goes with the binary cross-entropy", {
  y <- factor(iris$Species == "setosa", labels = c("other", "setosa"))
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1, activation = "sigmoid")
  model |> compile(optimizer_sgd(0.5), "binary_crossentropy", metrics = "accuracy")
  fit_quietly(model, iris_x, y, epochs = 10)
  expect_gt(evaluate(model, iris_x, y)$accuracy, 0.9)
})

test_that("levels go by label, in whatever order", {
  model <- classifier()
  fit_quietly(model, iris_x, iris$Species)
  expected <- evaluate(model, iris_x, iris$Species)
  turned <- factor(iris$Species, levels = rev(levels(iris$Species)))
  expect_equal(evaluate(model, iris_x, turned), expected)
  expect_equal(evaluate(model, iris_x, droplevels(turned)), expected)
})

test_that("levels that the model has not seen are refused by name", {
  model <- classifier()
  fit_quietly(model, iris_x, iris$Species)
  new <- factor(rep(c("setosa", "rose"), 75))
  error <- expect_rdeep_error(evaluate(model, iris_x, new), "data", "'rose'")
  expect_equal(error$received, "rose")
  expect_equal(error$expected, levels(iris$Species))
  # A level that no value has does no harm.
  unused <- factor(iris$Species, levels = c(levels(iris$Species), "rose"))
  expect_equal(evaluate(model, iris_x, unused), evaluate(model, iris_x, iris$Species))
})

test_that("factors among the columns are coded by label too", {
  data <- data.frame(kind = iris$Species, size = iris$Petal.Width)
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  model |> compile(loss = "mse")
  fit_quietly(model, data, iris$Sepal.Width)
  expected <- predict(model, data)
  data$kind <- factor(data$kind, levels = rev(levels(data$kind)))
  expect_equal(predict(model, data), expected)
  levels(data$kind)[1] <- "rose"
  error <- expect_rdeep_error(predict(model, data), "data", "Column 'kind' of 'x'")
  expect_equal(error$column, "kind")
})

test_that("columns are found by name", {
  model <- classifier()
  fit_quietly(model, as.data.frame(iris_x), iris_y)
  expected <- predict(model, iris_x)
  expect_equal(predict(model, as.data.frame(iris_x)[4:1]), expected)
  expect_equal(predict(model, iris_x[, 4:1]), expected)
  expect_equal(predict(model, cbind(other = 0, as.data.frame(iris_x))), expected)
  expect_equal(predict(model, unname(iris_x)), expected)
  error <- expect_rdeep_error(predict(model, as.data.frame(iris_x)[1:3]), "data", "Petal.Width")
  expect_equal(error$expected, colnames(iris_x))
})

test_that("missing values are refused with their place", {
  model <- classifier()
  x <- iris_x
  x[3, 2] <- NA
  error <- expect_rdeep_error(fit_quietly(model, x), "data", "Sepal.Width.*row 3")
  expect_equal(error$argument, "x")
  expect_rdeep_error(fit_quietly(model, unname(x)), "data", "column 2.*row 3")
  expect_rdeep_error(predict(model, as.data.frame(x)), "data", "Sepal.Width.*row 3")
  y <- iris_y
  y[c(5, 7)] <- NA
  expect_rdeep_error(fit_quietly(model, iris_x, y), "data", "2 missing values.*row 5")
  kind <- iris$Species
  kind[9] <- NA
  expect_rdeep_error(fit_quietly(model, iris_x, kind), "data", "1 missing value.*row 9")
  expect_rdeep_error(evaluate(model, iris_x, kind), "data", "row 9")
  expect_rdeep_error(
    fit_quietly(model, validation_data = list(x, iris_y)), "data", "missing"
  )
  expect_rdeep_error(
    fit_quietly(model, sample_weight = c(NA, rep(1, 149))), "data", "sample_weight"
  )
})

test_that("missing values in arrays of more dimensions name the sample", {
  x <- array(0, c(5, 2, 3))
  x[4, 1, 2] <- NaN
  model <- keras_model_sequential(input_shape = c(2, 3)) |> layer_flatten()
  expect_rdeep_error(predict(model, x), "data", "row 4")
})

test_that("infinite values are refused", {
  x <- as.data.frame(iris_x)
  x$Petal.Width[7:9] <- Inf
  expect_rdeep_error(
    fit_quietly(classifier(), x), "data", "3 infinite values in column 'Petal.Width'.*row 7"
  )
})

test_that("text is refused by column", {
  x <- transform(as.data.frame(iris_x), kind = as.character(iris$Species))
  error <- expect_rdeep_error(fit_quietly(classifier(), x), "data", "Column 'kind' of 'x' is text")
  expect_equal(error$column, "kind")
  expect_rdeep_error(
    fit_quietly(classifier(), iris_x, as.character(iris$Species)), "data", "'y' is text"
  )
})

test_that("columns of other classes are refused by name", {
  x <- as.data.frame(iris_x)
  x$day <- as.Date("2020-01-01")
  expect_rdeep_error(fit_quietly(classifier(), x), "data", "Column 'day'.*Date")
  x$day <- I(as.list(seq_len(150)))
  expect_rdeep_error(fit_quietly(classifier(), x), "data", "Column 'day'")
})

test_that("empty data is refused", {
  model <- classifier()
  expect_rdeep_error(predict(model, iris[0, 1:4]), "data", "0 rows")
  expect_rdeep_error(predict(model, matrix(0, 0, 4)), "data", "empty")
})

test_that("whole numbers, logicals and tibbles go in", {
  skip_if_not_installed("tibble")
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  numbers <- matrix(c(1, 0, 1, 1), 2)
  expected <- predict(model, numbers)
  integers <- matrix(c(1L, 0L, 1L, 1L), 2)
  expect_equal(predict(model, integers), expected)
  expect_equal(predict(model, integers == 1), expected)
  frame <- tibble::tibble(a = c(1, 0), b = c(TRUE, TRUE))
  expect_equal(predict(model, frame), expected)
})

test_that("a vector is a column of samples", {
  model <- keras_model_sequential(input_shape = 1) |> layer_dense(1)
  expect_equal(dim(predict(model, 1:5)), c(5, 1))
})

test_that("the numbers keep their places on the way to Python and back", {
  x <- array(stats::rnorm(2 * 3 * 4), c(2, 3, 4))
  model <- keras_model_sequential(input_shape = c(3, 4)) |> layer_activation("linear")
  expect_equal(predict(model, x), x, tolerance = 1e-6)
})

test_that("the user's data is not changed", {
  x <- iris_x + 0
  y <- iris_y + 0L
  copy <- list(x + 0, y + 0L)
  fit_quietly(classifier(), x, y)
  expect_identical(list(x, y), copy)
})

test_that("data for several inputs is matched, counted and named in messages", {
  a <- layer_input(4, name = "a")
  b <- layer_input(2, name = "b")
  model <- keras_model(list(a, b), layer_concatenate(a, b))
  wrong <- iris_x[, 1:2]
  wrong[2, 1] <- NA
  error <- expect_rdeep_error(predict(model, list(b = wrong, a = iris_x)), "data", "x\\[\\[\"b\"")
  expect_equal(error$argument, "x")
  expect_error(predict(model, list(iris_x)), class = "rdeep_error")
  expect_rdeep_error(predict(model, list(iris_x, wrong[3:9, ])), "data", "7")
})
