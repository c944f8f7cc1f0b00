# layer_batch_normalization ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_batch_normalization()

# layer_layer_normalization ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_layer_normalization()

# layer_rms_normalization ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_rms_normalization()

# layer_group_normalization ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_group_normalization(groups = 4)

# layer_unit_normalization ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_unit_normalization()
