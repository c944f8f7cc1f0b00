# layer_dropout ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_dropout(0.5)

# layer_alpha_dropout ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8, "elu") |>
  layer_alpha_dropout(0.1)

# layer_gaussian_dropout ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_gaussian_dropout(0.5)

# layer_gaussian_noise ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_gaussian_noise(0.1)

# layer_spatial_dropout_1d ----

keras_model_sequential(input_shape = c(10, 4)) |>
  layer_spatial_dropout_1d(0.2)

# layer_spatial_dropout_2d ----

keras_model_sequential(input_shape = c(8, 8, 4)) |>
  layer_spatial_dropout_2d(0.2)

# layer_spatial_dropout_3d ----

keras_model_sequential(input_shape = c(4, 4, 4, 2)) |>
  layer_spatial_dropout_3d(0.2)

# layer_activity_regularization ----

keras_model_sequential(input_shape = 4) |>
  layer_activity_regularization()
