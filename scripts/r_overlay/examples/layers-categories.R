# layer_discretization ----

layer <- layer_discretization(bin_boundaries = c(0, 1))
layer(c(-1, 0.5, 3))
#> [1] 0 1 2

# layer_category_encoding ----

layer <- layer_category_encoding(num_tokens = 3, output_mode = "one_hot")
layer(matrix(c(0, 2)))
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    0    0    1
