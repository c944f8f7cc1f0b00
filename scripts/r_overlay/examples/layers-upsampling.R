# layer_upsampling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_upsampling_1d(2)

# layer_upsampling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_upsampling_2d(2)

# layer_upsampling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_upsampling_3d(2)
