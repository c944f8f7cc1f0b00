test_that("use_backend() sets the engine of new models and returns the old one", {
  withr::local_options(rdeep.backend = NULL, rdeep.gpu = NULL)
  expect_null(use_backend("tensorflow"))
  expect_equal(keras_model_sequential(input_shape = 4)$backend, "tensorflow")
  expect_equal(use_backend("torch"), "tensorflow")
  expect_equal(keras_model_sequential(input_shape = 4)$backend, "torch")
})

test_that("a model's own backend goes before the session's", {
  withr::local_options(rdeep.backend = "torch")
  expect_equal(keras_model_sequential(backend = "tensorflow")$backend, "tensorflow")
  a <- layer_input(2)
  expect_equal(keras_model(a, layer_dense(a, 1), backend = "tensorflow")$backend, "tensorflow")
})

test_that("the environment variable decides where nothing else does", {
  withr::local_options(rdeep.backend = NULL)
  withr::local_envvar(RDEEP_BACKEND = "tensorflow")
  expect_equal(keras_model_sequential()$backend, "tensorflow")
  withr::local_envvar(RDEEP_BACKEND = "theano")
  expect_rdeep_error(keras_model_sequential(), "backend", "theano")
})

for_each_backend("devices are listed, and one of them is the processor", {
  devices <- rdeep_devices(backend)
  expect_type(devices, "character")
  expect_true("cpu" %in% tolower(devices))
  expect_equal(rdeep_devices(), devices)
})

test_that("gpu = FALSE runs on the processor", {
  withr::local_options(rdeep.backend = "torch", rdeep.gpu = FALSE)
  expect_equal(keras_model_sequential(input_shape = 4)$device, "cpu")
})

test_that("an unknown backend is refused everywhere", {
  expect_rdeep_error(use_backend("tourch"), "backend", "Did you mean 'torch'")
  expect_rdeep_error(use_backend(3), "backend")
  expect_rdeep_error(keras_model_sequential(backend = "jax"), "backend", "jax")
  expect_rdeep_error(rdeep_devices("jax"), "backend", "jax")
  expect_rdeep_error(to_backend(classifier("torch"), "jax"), "backend", "jax")
})

test_that("models on both engines live side by side", {
  for (name in backends) skip_if_no_backend(name)
  torch <- classifier("torch")
  tensorflow <- classifier("tensorflow")
  fit_quietly(torch)
  fit_quietly(tensorflow)
  fit_quietly(torch)
  expect_equal(torch$backend, "torch")
  expect_equal(tensorflow$backend, "tensorflow")
  expect_equal(dim(predict(tensorflow, iris_x)), dim(predict(torch, iris_x)))
})
