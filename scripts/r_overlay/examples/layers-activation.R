# layer_activation_elu ----

layer <- layer_activation_elu()
layer(array(c(-1, 0, 2), c(1, 3)))
#> <tensor float32 (1, 3)>
#>            [,1] [,2] [,3]
#> [1,] -0.6321205    0    2

# layer_activation_leaky_relu ----

layer <- layer_activation_leaky_relu()
layer(array(c(-1, 0, 2), c(1, 3)))
#> <tensor float32 (1, 3)>
#>      [,1] [,2] [,3]
#> [1,] -0.3    0    2

# layer_activation_relu ----

layer <- layer_activation_relu(max_value = 1.5)
layer(array(c(-1, 0, 2), c(1, 3)))
#> <tensor float32 (1, 3)>
#>      [,1] [,2] [,3]
#> [1,]    0    0  1.5

# layer_activation_parametric_relu ----

layer_input(c(28, 28, 8)) |>
  layer_activation_parametric_relu(shared_axes = c(1, 2))
#> <SymbolicTensor shape=(NA, 28, 28, 8) dtype=float32>

# layer_activation_softmax ----

layer <- layer_activation_softmax()
layer(array(c(1, 2, 3), c(1, 3)))
#> <tensor float32 (1, 3)>
#>            [,1]      [,2]      [,3]
#> [1,] 0.09003057 0.2447285 0.6652409
