# layer_depthwise_conv_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_depthwise_conv_1d(3)

# layer_depthwise_conv_2d ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_depthwise_conv_2d(3)

# layer_separable_conv_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_separable_conv_1d(32, 3)

# layer_separable_conv_2d ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_separable_conv_2d(32, 3)
