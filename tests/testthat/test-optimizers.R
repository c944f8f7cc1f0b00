test_that("every optimizer prints its options", {
  for (make in optimizers_with_a_rate()) {
    expect_output(print(make(learning_rate = 0.25)), "learning_rate\\s*=\\s*0.25")
  }
})

slow_on_tensorflow("every optimizer lowers the loss", {
  for (name in names(optimizers_with_a_rate())) {
    set_random_seed(1)
    model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
    make <- constructors("optimizer")[[name]]
    model |> compile(optimizer = make(learning_rate = 0.02), loss = "mse")
    loss <- fit_quietly(model, epochs = 4)$metrics$loss
    expect_lt(loss[4], loss[1])
  }
})

for_each_backend("a step of gradient descent is the formula", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  model |> compile(optimizer = optimizer_sgd(0.1), loss = "mse")
  before <- get_weights(model)
  fit_quietly(model, batch_size = 150)
  residual <- drop(iris_x %*% before[[1]]) + c(before[[2]]) - iris_y
  kernel <- before[[1]] - 0.1 * 2 * crossprod(iris_x, residual) / 150
  expect_equal(get_weights(model)[[1]], unname(kernel), tolerance = 1e-5)
})

test_that("options are checked", {
  expect_rdeep_error(optimizer_sgd(learning_rate = -1), "argument", "learning_rate")
  expect_rdeep_error(optimizer_sgd(learning_rate = NA), "argument", "not NA")
  expect_rdeep_error(optimizer_adam(beta_3 = 0.9), "argument", "Did you mean 'beta_")
})
