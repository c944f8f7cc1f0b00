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
