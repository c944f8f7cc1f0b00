# `mclapply()` forks: an engine that was started before works in the child, or is refused there.

test_that("torch works in a fork, by one thread", {
  skip_on_os("windows")
  skip_if_no_backend("torch")
  model <- keras_model_sequential(input_shape = 4, backend = "torch") |> layer_dense(1)
  x <- matrix(1, 8, 4)
  wanted <- predict(model, x)
  found <- parallel::mclapply(1:2, function(i) predict(model, x), mc.cores = 2)
  expect_equal(found, list(wanted, wanted), tolerance = 1e-6)
  expect_identical(predict(model, x), wanted)
})

test_that("TensorFlow is refused in a fork, with what to do", {
  skip_on_os("windows")
  skip_if_no_backend("tensorflow")
  model <- keras_model_sequential(input_shape = 4, backend = "tensorflow") |> layer_dense(1)
  x <- matrix(1, 8, 4)
  wanted <- predict(model, x)
  found <- parallel::mclapply(
    list(function() predict(model, x), function() model$native, function() sum(x)),
    function(use) tryCatch(use(), error = function(error) error),
    mc.cores = 2
  )
  expect_s3_class(found[[1]], "rdeep_error_fork")
  expect_match(conditionMessage(found[[1]]), "makeCluster()", fixed = TRUE)
  expect_identical(found[[3]], 32)
  expect_identical(predict(model, x), wanted)
})

test_that("weights that cannot fit into memory are refused by their size", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(1e6) |>
    layer_dense(1e6, name = "huge")
  error <- expect_error(predict(model, matrix(1, 1, 4)), class = "rdeep_error_memory")
  expect_match(conditionMessage(error), "4,000 GB")
  expect_identical(error$layer, "huge")
})

test_that("a batch size goes by the data", {
  model <- keras_model_sequential(input_shape = 1) |> layer_dense(1)
  model |> compile(loss = "mse")
  x <- matrix(seq(0, 1, length.out = 6400))
  history <- model |> fit(x, x[, 1], batch_size = "auto", verbose = 0)
  expect_identical(as.integer(history$params$steps), 50L)
  expect_equal(predict(model, x, batch_size = "auto"), predict(model, x), tolerance = 1e-6)
  expect_named(evaluate(model, x, x[, 1], batch_size = "auto"), "loss")
  expect_error(fit(model, x, x[, 1], batch_size = "car"), class = "rdeep_error_argument")
})
