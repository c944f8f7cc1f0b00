# layer_conv_1d_transpose ----

layer_input(c(14, 2)) |>
  layer_conv_1d_transpose(filters = 8, kernel_size = 3, strides = 2)
#> <SymbolicTensor shape=(NA, 29, 8) dtype=float32>

# layer_conv_2d_transpose ----

layer_input(c(14, 14, 2)) |>
  layer_conv_2d_transpose(filters = 8, kernel_size = 3, strides = 2, padding = "same")
#> <SymbolicTensor shape=(NA, 28, 28, 8) dtype=float32>

# layer_conv_3d_transpose ----

layer_input(c(7, 7, 7, 2)) |>
  layer_conv_3d_transpose(filters = 8, kernel_size = 3, strides = 2)
#> <SymbolicTensor shape=(NA, 15, 15, 15, 8) dtype=float32>
