# layer_conv_1d ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_conv_1d(32, 3)

# layer_conv_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |> layer_conv_2d(32, 3)

# layer_conv_3d ----

keras_model_sequential(input_shape = c(16, 16, 16, 1)) |>
  layer_conv_3d(8, 3)
