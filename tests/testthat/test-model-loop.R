slow_on_tensorflow("one-cycle moves the rate and gives it back", {
  model <- classifier()
  history <- fit_quietly(model, epochs = 4, callbacks = callback_one_cycle(0.5))
  rates <- history$metrics$learning_rate
  expect_length(rates, 4)
  expect_lt(rates[4], rates[1])
  expect_equal(model$learning_rate, 0.1)
})

slow_on_tensorflow("an optimizer may follow a schedule", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  schedule <- learning_rate_schedule_exponential_decay(0.1, decay_steps = 5, decay_rate = 0.5)
  compile(model, optimizer = optimizer_sgd(schedule), loss = "mse")
  history <- fit_quietly(model, batch_size = 30, epochs = 2)
  expect_equal(history$metrics$learning_rate, schedule_rates(schedule, c(5, 10)))
  expect_error(model$learning_rate <- 0.1, class = "rdeep_error_argument")
})

slow_on_tensorflow("gathered gradients are those of a larger batch", {
  trained <- function(size, gather) {
    set_random_seed(1)
    model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
    compile(
      model,
      optimizer = optimizer_adam(0.05, gradient_accumulation_steps = gather), loss = "mse"
    )
    fit_quietly(model, batch_size = size, epochs = 2, shuffle = FALSE)
    get_weights(model)
  }
  expect_equal(trained(10, 3), trained(30, NULL), tolerance = 1e-5)
})

slow_on_tensorflow("weights become their moving average when training ends", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  compile(model, optimizer = optimizer_sgd(0.01, use_ema = TRUE, ema_momentum = 1), loss = "mse")
  fit_quietly(model, batch_size = 150)
  first <- get_weights(model)
  fit_quietly(model, batch_size = 150, epochs = 3)
  expect_equal(get_weights(model), first, tolerance = 1e-6)
})

for_each_backend("a mixed policy trains, predicts doubles, and is saved", {
  model <- classifier(dtype_policy = "mixed_bfloat16")
  history <- fit_quietly(model, epochs = 3)
  expect_lt(history$metrics$loss[3], history$metrics$loss[1])
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  expect_equal(predict(load_model(path), iris_x), predict(model, iris_x), tolerance = 1e-6)
})

test_that("the default policy holds for models that name none", {
  config_set_dtype_policy("mixed_bfloat16")
  withr::defer(config_set_dtype_policy("float32"))
  expect_equal(config_dtype_policy(), "mixed_bfloat16")
})

slow_on_tensorflow("class weights by output", {
  input <- layer_input(4)
  model <- keras_model(input, list(
    layer_dense(input, 3, activation = "softmax", name = "a"),
    layer_dense(input, 3, activation = "softmax", name = "b")
  ))
  compile(model, optimizer = optimizer_sgd(0), loss = "sparse_categorical_crossentropy")
  y <- list(a = iris_y, b = iris_y)
  plain <- fit_quietly(model, iris_x, y)$metrics
  weights <- list(a = c("0" = 2, "1" = 2, "2" = 2))
  weighted <- fit_quietly(model, iris_x, y, class_weight = weights)$metrics
  expect_equal(weighted$a_loss, 2 * plain$a_loss, tolerance = 1e-5)
  expect_equal(weighted$b_loss, plain$b_loss, tolerance = 1e-5)
})

slow_on_tensorflow("a large prediction arrives whole", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(3)
  x <- matrix(rnorm(2e5), ncol = 2)
  large <- predict(model, x)
  expect_equal(dim(large), c(1e5, 3))
  rows <- c(1, 5e4, 1e5)
  expect_equal(large[rows, ], predict(model, x[rows, ]), tolerance = 1e-5)
})

test_that("arguments of the loop", {
  model <- classifier()
  batches <- function() NULL
  sometimes <- function() if (runif(1) < 2) list(iris_x, iris_y)
  expect_error_snapshot(fit(model, batches, iris_y))
  expect_error_snapshot(fit(model, batches, validation_split = 0.2))
  expect_error_snapshot(fit(model, batches))
  expect_error_snapshot(fit(model, function() 3))
  expect_error_snapshot(fit(model, function() list(iris_x[, 1:2], iris_y), steps_per_epoch = 2))
  expect_error_snapshot(evaluate(model, batches, iris_y))
  expect_error_snapshot(fit(model, iris_x, iris_y, validation_steps = 0))
  expect_error_snapshot(compile(model, dtype_policy = "float17"))
  expect_error_snapshot(config_set_dtype_policy("bfloat16"))
  expect_error_snapshot(lr_finder(model, iris_x, iris_y, start_lr = 1, end_lr = 0.1))
  expect_error_snapshot(callback_one_cycle(max_learning_rate = 0))
  expect_error_snapshot(
    fit(model, sometimes, callbacks = callback_one_cycle(0.1))
  )
  expect_error_snapshot(optimizer_adam(gradient_accumulation_steps = 0))
})
