# layer_conv_lstm_1d ----

keras_model_sequential(input_shape = c(10, 8, 1)) |>
  layer_conv_lstm_1d(4, 3)

# layer_conv_lstm_2d ----

keras_model_sequential(input_shape = c(10, 8, 8, 1)) |>
  layer_conv_lstm_2d(4, 3)

# layer_conv_lstm_3d ----

keras_model_sequential(input_shape = c(10, 8, 8, 8, 1)) |>
  layer_conv_lstm_3d(4, 3)
