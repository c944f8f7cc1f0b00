# layer_max_pooling_1d ----

layer_input(c(50, 16)) |> layer_max_pooling_1d(pool_size = 2)
#> <SymbolicTensor shape=(NA, 25, 16) dtype=float32>

# layer_average_pooling_1d ----

layer_input(c(50, 16)) |> layer_average_pooling_1d(pool_size = 2)
#> <SymbolicTensor shape=(NA, 25, 16) dtype=float32>

# layer_max_pooling_2d ----

layer_input(c(28, 28, 1)) |> layer_max_pooling_2d(pool_size = 2)
#> <SymbolicTensor shape=(NA, 14, 14, 1) dtype=float32>

# layer_average_pooling_2d ----

layer_input(c(28, 28, 1)) |> layer_average_pooling_2d(pool_size = 2)
#> <SymbolicTensor shape=(NA, 14, 14, 1) dtype=float32>

# layer_max_pooling_3d ----

layer_input(c(8, 8, 8, 1)) |> layer_max_pooling_3d(pool_size = 2)
#> <SymbolicTensor shape=(NA, 4, 4, 4, 1) dtype=float32>

# layer_average_pooling_3d ----

layer_input(c(8, 8, 8, 1)) |> layer_average_pooling_3d(pool_size = 2)
#> <SymbolicTensor shape=(NA, 4, 4, 4, 1) dtype=float32>

# layer_global_max_pooling_1d ----

layer_input(c(50, 16)) |> layer_global_max_pooling_1d()
#> <SymbolicTensor shape=(NA, 16) dtype=float32>

# layer_global_average_pooling_1d ----

layer_input(c(50, 16)) |> layer_global_average_pooling_1d()
#> <SymbolicTensor shape=(NA, 16) dtype=float32>

# layer_global_max_pooling_2d ----

layer_input(c(28, 28, 8)) |> layer_global_max_pooling_2d()
#> <SymbolicTensor shape=(NA, 8) dtype=float32>

# layer_global_average_pooling_2d ----

layer_input(c(28, 28, 8)) |> layer_global_average_pooling_2d()
#> <SymbolicTensor shape=(NA, 8) dtype=float32>

# layer_global_max_pooling_3d ----

layer_input(c(8, 8, 8, 4)) |> layer_global_max_pooling_3d()
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_global_average_pooling_3d ----

layer_input(c(8, 8, 8, 4)) |> layer_global_average_pooling_3d()
#> <SymbolicTensor shape=(NA, 4) dtype=float32>
