# layer_adaptive_max_pooling_1d ----

layer_input(c(50, 16)) |> layer_adaptive_max_pooling_1d(output_size = 10)
#> <SymbolicTensor shape=(NA, 10, 16) dtype=float32>

# layer_adaptive_average_pooling_1d ----

layer_input(c(50, 16)) |> layer_adaptive_average_pooling_1d(output_size = 10)
#> <SymbolicTensor shape=(NA, 10, 16) dtype=float32>

# layer_adaptive_max_pooling_2d ----

layer_input(c(28, 28, 8)) |> layer_adaptive_max_pooling_2d(output_size = 7)
#> <SymbolicTensor shape=(NA, 7, 7, 8) dtype=float32>

# layer_adaptive_average_pooling_2d ----

layer_input(c(28, 28, 8)) |> layer_adaptive_average_pooling_2d(output_size = 7)
#> <SymbolicTensor shape=(NA, 7, 7, 8) dtype=float32>

# layer_adaptive_max_pooling_3d ----

layer_input(c(8, 8, 8, 4)) |> layer_adaptive_max_pooling_3d(output_size = 3)
#> <SymbolicTensor shape=(NA, 3, 3, 3, 4) dtype=float32>

# layer_adaptive_average_pooling_3d ----

layer_input(c(8, 8, 8, 4)) |> layer_adaptive_average_pooling_3d(output_size = 3)
#> <SymbolicTensor shape=(NA, 3, 3, 3, 4) dtype=float32>
