for_each_backend("predictions have a sample in each row", {
  model <- classifier()
  out <- predict(model, iris_x)
  expect_true(is.matrix(out))
  expect_type(out, "double")
  expect_equal(dim(out), c(150, 3))
  expect_equal(rowSums(out), rep(1, 150), tolerance = 1e-5)
})

slow_on_tensorflow("the columns are named by the levels of the target", {
  model <- classifier()
  expect_null(colnames(predict(model, iris_x)))
  fit_quietly(model, iris_x, iris$Species)
  expect_equal(colnames(predict(model, iris_x)), levels(iris$Species))
})

for_each_backend("however a row comes, its prediction is the same", {
  model <- classifier()
  fit_quietly(model, iris[1:4], iris$Species)
  row <- as.matrix(iris[7, 1:4])
  expected <- predict(model, iris[1:4])[7, , drop = FALSE]
  expect_equal(predict(model, row), expected, tolerance = 1e-6)
  expect_equal(predict(model, unname(row)), expected, tolerance = 1e-6)
  expect_equal(predict(model, row[, 4:1, drop = FALSE]), expected, tolerance = 1e-6)
  expect_equal(predict(model, iris[7, ]), expected, tolerance = 1e-6)
  whole <- round(row)
  storage.mode(whole) <- "integer"
  expect_equal(predict(model, whole), predict(model, round(row)))
})

slow_on_tensorflow("the size of batches changes nothing", {
  model <- classifier()
  expect_equal(predict(model, iris_x, batch_size = 7), predict(model, iris_x), tolerance = 1e-6)
  expect_equal(
    evaluate(model, iris_x, iris_y, batch_size = 7),
    evaluate(model, iris_x, iris_y),
    tolerance = 1e-5
  )
})

slow_on_tensorflow("evaluate() agrees with the formulas on predictions", {
  model <- classifier()
  fit_quietly(model)
  result <- evaluate(model, iris_x, iris_y)
  expect_type(result, "list")
  out <- predict(model, iris_x)
  expect_equal(result$loss, -mean(log(out[cbind(1:150, iris_y + 1)])), tolerance = 1e-5)
  expect_equal(result$accuracy, mean(max.col(out) == iris_y + 1), tolerance = 1e-6)
})

slow_on_tensorflow("evaluate() takes weights of samples", {
  model <- classifier()
  half <- rep(c(1, 0), c(75, 75))
  weighted <- evaluate(model, iris_x, iris_y, sample_weight = half)
  out <- predict(model, iris_x)
  each <- -log(out[cbind(1:150, iris_y + 1)])
  # As in Keras the weighted sum is divided by the number of samples or by the weights.
  fits <- abs(weighted$loss - c(sum(each * half) / 150, sum(each * half) / 75)) < 1e-4
  expect_true(any(fits))
})

test_that("newdata is another name for x", {
  model <- classifier()
  expect_equal(predict(model, newdata = iris_x), predict(model, iris_x))
})

test_that("one sample is still a matrix", {
  expect_equal(dim(predict(classifier(), iris_x[1, , drop = FALSE])), c(1, 3))
})

test_that("a model without a compilation predicts but does not evaluate", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  expect_equal(dim(predict(model, iris_x)), c(150, 1))
  expect_rdeep_error(evaluate(model, iris_x, iris_y), "state", "not compiled")
})

test_that("what does not fit is refused", {
  model <- classifier()
  expect_rdeep_error(predict(model), "data", "'x' is missing")
  expect_rdeep_error(predict(model, iris_x[, 1:3]), "shape")
  expect_rdeep_error(predict(model, iris_x, batchsize = 3), "argument", "batch_size")
  expect_rdeep_error(evaluate(model, iris_x, iris_y[1:3]), "data", "150 samples")
  expect_rdeep_error(evaluate(model, iris_x, iris_y, weights = 1), "argument", "sample_weight")
})

test_that("the data of evaluate() can be given by name, and generics' function works too", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  model |> compile("sgd", "mse")
  y <- iris$Sepal.Length
  expect_equal(
    model |> evaluate(x = iris_x, y = y),
    generics::evaluate(model, iris_x, y)
  )
})
