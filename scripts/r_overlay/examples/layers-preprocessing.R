# layer_rescaling ----

layer <- layer_rescaling(scale = 1 / 255)
layer(c(0, 127.5, 255))
#> [1] 0.0 0.5 1.0

# layer_normalization ----

layer <- layer_normalization()
adapt(layer, matrix(c(1, 3, 10, 30), 2))
layer(matrix(c(2, 20), 1))
#>      [,1] [,2]
#> [1,]    0    0
