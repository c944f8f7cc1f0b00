# The same seed and data on both engines, with plain gradient descent.
curves <- function(build, x, y, loss) {
  lapply(stats::setNames(backends, backends), function(backend) {
    set_random_seed(11)
    model <- build(backend)
    compile(model, optimizer = optimizer_sgd(0.05), loss = loss)
    history <- fit_quietly(model, x, y, epochs = 5, validation_split = 0.2)
    list(history = history$metrics, model = model)
  })
}

expect_parity <- function(build, x, y, loss) {
  for (name in backends) skip_if_no_backend(name)
  both <- curves(build, x, y, loss)
  a <- both$torch$history
  b <- both$tensorflow$history
  expect_lt(max(abs(a$loss - b$loss)), 1e-4)
  expect_lt(max(abs(a$val_loss - b$val_loss)), 1e-4)
  expect_lt(a$loss[5], a$loss[1])
  for (name in backends) {
    model <- both[[name]]$model
    moved <- to_backend(model, setdiff(backends, name))
    expect_equal(moved$backend, setdiff(backends, name))
    expect_lt(max(abs(predict(moved, x) - predict(model, x))), 1e-5)
  }
}

test_that("a dense network trains and predicts alike on both engines", {
  expect_parity(
    function(backend) {
      keras_model_sequential(input_shape = 4, backend = backend) |>
        layer_dense(16, activation = "tanh") |>
        layer_batch_normalization() |>
        layer_dense(3, activation = "softmax")
    },
    iris_x, iris$Species, "sparse_categorical_crossentropy"
  )
})

test_that("a convolutional network trains and predicts alike on both engines", {
  mnist <- dataset_mnist(subset = TRUE)$train
  use <- 1:200
  expect_parity(
    function(backend) {
      keras_model_sequential(input_shape = c(28, 28, 1), backend = backend) |>
        layer_conv_2d(4, 3, activation = "relu") |>
        layer_max_pooling_2d() |>
        layer_conv_2d(4, 3, strides = 2, padding = "same", activation = "relu") |>
        layer_flatten() |>
        layer_dense(10, activation = "softmax")
    },
    array(mnist$x[use, , ] / 255, c(200, 28, 28, 1)), mnist$y[use],
    "sparse_categorical_crossentropy"
  )
})

test_that("a recurrent network trains and predicts alike on both engines", {
  set.seed(2)
  x <- array(stats::rnorm(100 * 8 * 3), c(100, 8, 3))
  y <- apply(x[, , 1], 1, sum) / 3
  expect_parity(
    function(backend) {
      keras_model_sequential(input_shape = c(8, 3), backend = backend) |>
        layer_lstm(8) |>
        layer_dense(1)
    },
    x, y, "mse"
  )
})

test_that("moving a model keeps what it learned of the data", {
  for (name in backends) skip_if_no_backend(name)
  model <- classifier("torch")
  fit_quietly(model, as.data.frame(iris_x), iris$Species)
  moved <- to_backend(model, "tensorflow")
  out <- predict(moved, as.data.frame(iris_x)[4:1])
  expect_equal(out, predict(model, iris_x), tolerance = 1e-5)
  expect_equal(colnames(out), levels(iris$Species))
})
