# layer_depthwise_conv_1d ----

layer_input(c(28, 4)) |>
  layer_depthwise_conv_1d(kernel_size = 3, depth_multiplier = 2)
#> <SymbolicTensor shape=(NA, 26, 8) dtype=float32>

# layer_depthwise_conv_2d ----

layer_input(c(28, 28, 4)) |>
  layer_depthwise_conv_2d(kernel_size = 3, depth_multiplier = 2)
#> <SymbolicTensor shape=(NA, 26, 26, 8) dtype=float32>

# layer_separable_conv_1d ----

layer_input(c(28, 4)) |> layer_separable_conv_1d(filters = 8, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 26, 8) dtype=float32>

# layer_separable_conv_2d ----

layer_input(c(28, 28, 4)) |>
  layer_separable_conv_2d(filters = 8, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 26, 26, 8) dtype=float32>
