# layer_zero_padding_1d ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_zero_padding_1d(2)

# layer_zero_padding_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_zero_padding_2d(list(c(1, 2), c(0, 3)))

# layer_zero_padding_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_zero_padding_3d(1)

# layer_cropping_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_cropping_1d(c(0, 10))

# layer_cropping_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_cropping_2d(list(c(2, 2), c(4, 0)))

# layer_cropping_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |> layer_cropping_3d(2)
