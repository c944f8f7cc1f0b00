# layer_dropout ----

layer <- layer_dropout(rate = 0.5)
layer(matrix(1, 1, 4), training = FALSE)
#> <tensor float32 (1, 4)>
#>      [,1] [,2] [,3] [,4]
#> [1,]    1    1    1    1
layer_input(4) |> layer_dropout(rate = 0.5)
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_alpha_dropout ----

layer_input(4) |> layer_alpha_dropout(rate = 0.5)
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_gaussian_dropout ----

layer_input(4) |> layer_gaussian_dropout(rate = 0.5)
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_gaussian_noise ----

layer_input(4) |> layer_gaussian_noise(stddev = 0.1)
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_spatial_dropout_1d ----

layer_input(c(50, 16)) |> layer_spatial_dropout_1d(rate = 0.5)
#> <SymbolicTensor shape=(NA, 50, 16) dtype=float32>

# layer_spatial_dropout_2d ----

layer_input(c(28, 28, 8)) |> layer_spatial_dropout_2d(rate = 0.5)
#> <SymbolicTensor shape=(NA, 28, 28, 8) dtype=float32>

# layer_spatial_dropout_3d ----

layer_input(c(8, 8, 8, 4)) |> layer_spatial_dropout_3d(rate = 0.5)
#> <SymbolicTensor shape=(NA, 8, 8, 8, 4) dtype=float32>

# layer_activity_regularization ----

layer_input(4) |> layer_activity_regularization(l2 = 0.01)
#> <SymbolicTensor shape=(NA, 4) dtype=float32>
