# layer_batch_normalization ----

layer <- layer_batch_normalization(epsilon = 0)
layer(matrix(c(1, 3)), training = TRUE)
#> <tensor float32 (2, 1)>
#>      [,1]
#> [1,]   -1
#> [2,]    1

# layer_layer_normalization ----

layer <- layer_layer_normalization(epsilon = 0)
layer(matrix(c(1, 3), 1))
#> <tensor float32 (1, 2)>
#>      [,1] [,2]
#> [1,]   -1    1

# layer_rms_normalization ----

layer <- layer_rms_normalization(epsilon = 0)
layer(matrix(c(3, -3), 1))
#> <tensor float32 (1, 2)>
#>      [,1] [,2]
#> [1,]    1   -1

# layer_group_normalization ----

layer <- layer_group_normalization(groups = 1, epsilon = 0)
layer(matrix(c(1, 3), 1))
#> <tensor float32 (1, 2)>
#>      [,1] [,2]
#> [1,]   -1    1

# layer_unit_normalization ----

layer <- layer_unit_normalization()
layer(matrix(c(3, 4), 1))
#> <tensor float32 (1, 2)>
#>      [,1] [,2]
#> [1,]  0.6  0.8
