for_each_backend("layers and models say of themselves what Keras's do", {
  layer <- layer_dense(units = 3, name = "d", kernel_regularizer = regularizer_l2(0.5))
  expect_false(layer$built)
  expect_null(layer$input)
  expect_identical(layer$losses, list())
  input <- layer_input(4)
  model <- keras_model(input, layer(input))
  expect_true(layer$built)
  expect_true(layer$supports_masking)
  expect_false(layer_flatten()$supports_masking)
  expect_identical(layer$dtype, "float32")
  expect_identical(layer$path, "d")
  expect_identical(dim(layer$output), c(NA, 3L))
  expect_identical(dim(get_layer(model, "d")$input), c(NA, 4L))
  penalty <- 0.5 * sum(as.array(get_weights(model)[[1]])^2)
  expect_equal(as.numeric(layer$losses[[1]]), penalty, tolerance = 1e-6)
  expect_equal(as.numeric(model$losses[[1]]), penalty, tolerance = 1e-6)
  expect_identical(model$input_shape[[2]], 4L)
  expect_identical(format(model$output_shape), "shape(NA, 3)")
  expect_true(model$built)
  expect_false(model$compiled)
  compile(model, "sgd", "mse", metrics = "mae")
  expect_true(model$compiled)
  expect_identical(model$loss, "mse")
  expect_identical(model$metrics_names, c("loss", "mae"))
})

test_that("what adapt() learned is there to read", {
  skip_if_no_backend("torch")
  x <- as.matrix(iris[1:4])
  layer <- layer_normalization()
  expect_null(layer$mean)
  adapt(layer, x)
  expect_equal(as.vector(layer$mean), unname(colMeans(x)), tolerance = 1e-6)
  expect_identical(dim(layer$variance), c(1L, 4L))
  expect_equal(layer_normalization(mean = 2, variance = 4)$mean, 2)
  expect_rdeep_error(layer_dense(units = 1)$mean, "argument", "has no 'mean'")
})

test_that("layers take query and value by name, schedules and classes of tensors are called", {
  skip_if_no_backend("torch")
  query <- array(1, c(1, 2, 3))
  value <- array(stats::rnorm(12), c(1, 4, 3))
  attention <- layer_attention()
  expect_equal(
    as.array(attention(value = value, query = query)),
    as.array(attention(list(query, value)))
  )
  schedule <- learning_rate_schedule_exponential_decay(0.1, 10, 0.5)
  expect_equal(schedule(10), 0.05)
  expect_equal(schedule(0:1), 0.1 * 0.5^(0:1 / 10))
  classes <- to_categorical(as_tensor(c(0L, 2L)))
  expect_equal(as.array(classes), rbind(c(1, 0, 0), c(0, 0, 1)))
  expect_output(print(keras_model_sequential() |> layer_dense(2)), "Dense: unbuilt")
})

test_that("text becomes a tensor where there are such", {
  skip_if_no_backend("tensorflow")
  withr::local_options(rdeep.backend = "tensorflow")
  words <- matrix(c("a", "b", "c", "d"), 2)
  expect_identical(as.array(as_tensor(words)), words)
  expect_identical(as.array(as_tensor("text")), "text")
  withr::local_options(rdeep.backend = "torch")
  expect_rdeep_error(as_tensor("text"), "argument", "torch has no tensors of text")
})

for_each_backend("layers compute in a type of their own, inputs have one", {
  x <- iris_x[1:5, ]
  layer <- layer_dense(units = 2, dtype = "float64")
  expect_identical(layer(x)$dtype, "float64")
  expect_identical(layer$compute_dtype, "float64")
  weights <- as.array(get_weights(layer)[[1]])
  expect_equal(as.array(layer(x)), unname(x %*% weights), tolerance = 1e-6)
  half <- layer_dense(units = 2, dtype = "mixed_float16")
  expect_identical(half(x)$dtype, "float16")
  expect_identical(half$variable_dtype, "float32")
  expect_rdeep_error(layer_dense(units = 2, dtype = "int32"), "argument", "'dtype' of a layer")
  expect_identical(layer_input(1, dtype = "float64")$dtype, "float32")
  expect_identical(layer_input(1, dtype = "bool")$dtype, "float32")
  expect_rdeep_error(layer_input(1, dtype = "nonsense"), "argument", "'dtype' must be")
  model <- keras_model_sequential(input_shape = 3, batch_size = 4, dtype = "int32")
  expect_identical(model$input_shape[[1]], 4L)
})

test_that("types may be an engine's own objects", {
  skip_if_no_backend("tensorflow")
  skip_if_no_backend("torch")
  tf <- reticulate::import("tensorflow", convert = FALSE)
  torch <- reticulate::import("torch", convert = FALSE)
  expect_identical(layer_input(1, dtype = tf$string)$dtype, "string")
  expect_identical(layer_input(1, dtype = torch$int64)$dtype, "int32")
  expect_identical(layer_dense(units = 1, dtype = tf$float64)$compute_dtype, "float64")
})

test_that("tensors of others go into layers, and functions of engines into losses", {
  skip_if_no_backend("tensorflow")
  skip_if_no_backend("torch")
  tf <- reticulate::import("tensorflow", convert = FALSE)
  torch <- reticulate::import("torch", convert = FALSE)
  np <- reticulate::import("numpy", convert = FALSE)
  ones <- list(
    tf$ones(list(2L, 3L)), torch$ones(2L, 3L), np$ones(reticulate::tuple(2L, 3L)), matrix(1, 2, 3)
  )
  for (x in ones) {
    expect_identical(dim(layer_dense(units = 4)(x)), c(2L, 4L))
    expect_equal(as.numeric(op_sum(x)), 6)
  }
  losses <- list(
    tensorflow = function(y, p) 2 * tf$reduce_mean(tf$square(y - p)),
    torch = function(y, p) torch$mean(torch$square(y - p)) * 2
  )
  for (backend in names(losses)) {
    model <- regressor(backend)
    compile(model, "sgd", losses[[backend]])
    found <- evaluate(model, iris_x, iris_y, verbose = 0)$loss
    compile(model, "sgd", "mse")
    expect_equal(found, 2 * evaluate(model, iris_x, iris_y, verbose = 0)$loss, tolerance = 1e-5)
    compile(model, "sgd", losses[[setdiff(names(losses), backend)]])
    expect_rdeep_error(fit_quietly(model), "argument", "and the model runs on another engine")
  }
})

test_that("a layer's weights take arrays and tensors, and one that is built says so", {
  skip_if_no_backend("torch")
  layer <- layer_dense(units = 2)
  expect_rdeep_error(layer$built <- TRUE, "argument", "`build\\(input_shape\\)` makes")
  layer(matrix(1, 1, 3))
  layer$built <- TRUE
  expect_true(layer$built)
  values <- matrix(as.numeric(1:6), 3)
  layer$kernel <- values
  expect_equal(as.array(layer$kernel), values)
  layer$kernel <- as_tensor(2 * values)
  expect_equal(as.array(layer$kernel), 2 * values)
  expect_equal(as.array(layer(diag(3))), 2 * values)
  expect_rdeep_error(layer$kernel <- diag(2), "shape", "has the shape \\(3, 2\\)")
})

test_that("a layer that is made without an object keeps its input shape for the model", {
  first <- function() layer_dense(units = 2, input_shape = 4)
  expect_true(keras_model_sequential(layers = list(first()))$built)
  model <- keras_model_sequential()
  model$add(first())
  expect_identical(format(model$input_shape), "shape(NA, 4)")
})

test_that("layers say their shapes, and a model has no optimizer before it is compiled", {
  told <- layer_dense(units = 2, input_shape = c(4, 3))$input_shape
  expect_equal(as.integer(told), c(NA, 4L, 3L))
  layer <- layer_dense(units = 2)
  expect_null(layer$output_shape)
  layer(keras_input(3))
  expect_equal(as.integer(layer$output_shape), c(NA, 2L))
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  expect_null(model$optimizer)
  model |> compile(loss = "mse", optimizer = "sgd")
  expect_false(is.null(model$optimizer))
})
