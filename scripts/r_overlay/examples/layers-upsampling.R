# layer_upsampling_1d ----

layer_input(c(10, 3)) |> layer_upsampling_1d(size = 2)
#> <SymbolicTensor shape=(NA, 20, 3) dtype=float32>

# layer_upsampling_2d ----

layer_input(c(14, 14, 3)) |> layer_upsampling_2d(size = 2)
#> <SymbolicTensor shape=(NA, 28, 28, 3) dtype=float32>

# layer_upsampling_3d ----

layer_input(c(4, 4, 4, 3)) |> layer_upsampling_3d(size = 2)
#> <SymbolicTensor shape=(NA, 8, 8, 8, 3) dtype=float32>
