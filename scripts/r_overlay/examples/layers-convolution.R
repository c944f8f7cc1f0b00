# layer_conv_1d ----

layer_input(c(28, 2)) |> layer_conv_1d(filters = 8, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 26, 8) dtype=float32>

# layer_conv_2d ----

x <- layer_input(c(28, 28, 1))
layer_conv_2d(x, filters = 8, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 26, 26, 8) dtype=float32>
layer_conv_2d(x, filters = 8, kernel_size = 3, strides = 2, padding = "same")
#> <SymbolicTensor shape=(NA, 14, 14, 8) dtype=float32>

# layer_conv_3d ----

layer_input(c(16, 16, 16, 1)) |> layer_conv_3d(filters = 8, kernel_size = 3)
#> <SymbolicTensor shape=(NA, 14, 14, 14, 8) dtype=float32>
