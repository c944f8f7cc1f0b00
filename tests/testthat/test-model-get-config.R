test_that("configurations are lists that objects are made of again", {
  config <- get_config(layer_conv_2d(filters = 3, kernel_size = c(2, 2), activation = "relu"))
  expect_equal(config$filters, 3)
  config$filters <- 5L
  expect_equal(get_config(from_config(config))$filters, 5)
  for (object in list(
    layer_dropout(rate = 0.2), optimizer_adam(0.1), loss_poisson(), metric_auc(),
    initializer_constant(2), regularizer_l2(0.1)
  )) {
    again <- from_config(get_config(object))
    # What it was made of goes along, as an attribute.
    expect_equal(get_config(again), get_config(object), ignore_attr = TRUE)
    expect_equal(
      serialize_keras_object(deserialize_keras_object(serialize_keras_object(object))),
      serialize_keras_object(object)
    )
  }
  expect_output(print(config), "configuration of Conv2D")
  expect_error_snapshot(get_config(1))
  expect_error_snapshot(from_config(list(units = 1)))
  expect_error_snapshot(deserialize_keras_object(list(a = 1)))
})

for_each_backend("models are made again from their configuration", {
  model <- classifier()
  again <- from_config(get_config(model))
  expect_equal(names(again$layers), names(model$layers))
  expect_equal(again$backend, backend)
  path <- withr::local_tempfile(fileext = ".json")
  save_model_config(model, path)
  expect_equal(count_params(load_model_config(path)), count_params(model))
  expect_equal(count_params(load_model_config(save_model_config(model))), count_params(model))
  expect_rdeep_error(save_model_config(model, path), "file", "exists already")
})

test_that("files are written and read with keras3's arguments", {
  model <- classifier()
  path <- save_model(model, withr::local_tempfile(fileext = ".rdeep"), zipped = TRUE)
  expect_true(load_model(path, custom_objects = NULL, safe_mode = TRUE)$is_compiled)
  expect_false(load_model(path, compile = FALSE)$is_compiled)
  weights <- save_model_weights(model, withr::local_tempfile(fileext = ".safetensors"))
  other <- keras_model_sequential(input_shape = 4) |>
    layer_dense(8) |>
    layer_dense(2)
  expect_warning(
    load_model_weights(other, weights, skip_mismatch = TRUE), "'dense_1/bias'",
    class = "rdeep_warning"
  )
  expect_equal(get_weights(other)[1:2], get_weights(model)[1:2])
  expect_error_snapshot(save_model(model, "m.rdeep", zipped = FALSE))
  expect_error_snapshot(save_model_weights(model, "m.safetensors", max_shard_size = 1))
  expect_error_snapshot(quantize_weights(model, "int8"))
})

test_that("only models on TensorFlow are exported", {
  skip_if_no_backend("torch")
  expect_error_snapshot(export_savedmodel(regressor("torch"), "served"))
  skip_if_no_backend("tensorflow")
  folder <- withr::local_tempfile()
  export_savedmodel(regressor("tensorflow"), folder)
  expect_true(file.exists(file.path(folder, "saved_model.pb")))
})

test_that("inputs take keras3's arguments", {
  sparse <- layer_input(4, batch_size = 8, dtype = "int32", sparse = TRUE)
  expect_equal(as.integer(shape(sparse)), c(8L, 4L))
  expect_equal(as.integer(shape(keras_input(batch_shape = c(8, 4)))), c(8L, 4L))
  model <- keras_model_sequential(
    input_batch_shape = c(NA, 4), input_name = "given", input_batch_size = 2, name = "chain"
  ) |> layer_dense(1)
  expect_equal(model$input_names, "given")
  expect_equal(model$input_shapes[[1]][[2]], 4)
  still <- keras_model_sequential(4, layers = list(layer_dense(units = 2)), trainable = FALSE)
  expect_length(get_weights(still, trainable = TRUE), 0)
  expect_error_snapshot(layer_input(4, ragged = TRUE))
  expect_error_snapshot(layer_input(4, tensor = 1))
  expect_error_snapshot(layer_input(4, optional = TRUE))
  expect_error_snapshot(layer_input(4, batch_size = -1))
  expect_error_snapshot(layer_input(4, batch_shape = c(1, 4)))
  expect_error_snapshot(keras_model_sequential(4, trainable = FALSE))
})

test_that("layers take what Keras takes in the dots", {
  weights <- list(matrix(1, 4, 2), c(0, 0))
  model <- keras_model_sequential() |>
    layer_dense(2, batch_input_shape = c(NA, 4), batch_size = 3, weights = weights)
  expect_equal(get_weights(model), weights, ignore_attr = TRUE)
  layer_dense(model, 1, dtype = "float32")
  expect_length(model$layers, 2)
  expect_equal(layer_dense(units = 1, dtype = "mixed_bfloat16")$compute_dtype, "bfloat16")
  expect_error_snapshot(layer_dense(model, 1, dtype = "float23"))
  expect_error_snapshot(layer_dense(units = 1, weights = weights))
  expect_error_snapshot(layer_dense(model, 1, unts = 2))
})
