# layer_conv_1d_transpose ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_conv_1d_transpose(8, 3)

# layer_conv_2d_transpose ----

keras_model_sequential(input_shape = c(7, 7, 16)) |>
  layer_conv_2d_transpose(8, 3, strides = 2, padding = "same")

# layer_conv_3d_transpose ----

keras_model_sequential(input_shape = c(4, 4, 4, 8)) |>
  layer_conv_3d_transpose(4, 2)
