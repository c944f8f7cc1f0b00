# layer_feature_tokens ----

layer_input(4) |> layer_feature_tokens(units = 8)
#> <SymbolicTensor shape=(NA, 4, 8) dtype=float32>

# layer_piecewise_linear_embedding ----

edges <- list(c(0, 1, 2), c(0, 5))
layer_input(2) |> layer_piecewise_linear_embedding(units = 8, edges = edges)
#> <SymbolicTensor shape=(NA, 2, 8) dtype=float32>

# layer_periodic_embedding ----

layer_input(4) |> layer_periodic_embedding(units = 8)
#> <SymbolicTensor shape=(NA, 4, 8) dtype=float32>

# layer_category_tokens ----

layer_input(2, dtype = "int32") |>
  layer_category_tokens(units = 8, cardinalities = c(3, 5))
#> <SymbolicTensor shape=(NA, 2, 8) dtype=float32>

# layer_one_hot ----

layer <- layer_one_hot(cardinalities = c(3, 2))
layer(matrix(c(2, 0), 1))
#> <tensor float32 (1, 5)>
#>      [,1] [,2] [,3] [,4] [,5]
#> [1,]    0    0    1    1    0
