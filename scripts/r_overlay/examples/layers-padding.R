# layer_zero_padding_1d ----

layer_input(c(10, 3)) |> layer_zero_padding_1d(padding = 2)
#> <SymbolicTensor shape=(NA, 14, 3) dtype=float32>

# layer_zero_padding_2d ----

layer_input(c(28, 28, 1)) |> layer_zero_padding_2d(padding = c(1, 2))
#> <SymbolicTensor shape=(NA, 30, 32, 1) dtype=float32>

# layer_zero_padding_3d ----

layer_input(c(8, 8, 8, 1)) |> layer_zero_padding_3d(padding = 1)
#> <SymbolicTensor shape=(NA, 10, 10, 10, 1) dtype=float32>

# layer_cropping_1d ----

layer_input(c(10, 3)) |> layer_cropping_1d(cropping = c(1, 2))
#> <SymbolicTensor shape=(NA, 7, 3) dtype=float32>

# layer_cropping_2d ----

layer_input(c(28, 28, 1)) |> layer_cropping_2d(cropping = 2)
#> <SymbolicTensor shape=(NA, 24, 24, 1) dtype=float32>

# layer_cropping_3d ----

layer_input(c(8, 8, 8, 1)) |> layer_cropping_3d(cropping = 1)
#> <SymbolicTensor shape=(NA, 6, 6, 6, 1) dtype=float32>
