# layer_conv_lstm_1d ----

layer_input(c(10, 8, 1)) |> layer_conv_lstm_1d(filters = 4, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 6, 4) dtype=float32>

# layer_conv_lstm_2d ----

layer_input(c(10, 8, 8, 1)) |> layer_conv_lstm_2d(filters = 4, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 6, 6, 4) dtype=float32>

# layer_conv_lstm_3d ----

layer_input(c(10, 8, 8, 8, 1)) |>
  layer_conv_lstm_3d(filters = 4, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 6, 6, 6, 4) dtype=float32>
