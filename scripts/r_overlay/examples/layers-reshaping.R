# layer_flatten ----

layer_input(c(28, 28, 1)) |> layer_flatten()
#> <SymbolicTensor shape=(NA, 784) dtype=float32>

# layer_reshape ----

layer_input(28) |> layer_reshape(target_shape = c(7, 4))
#> <SymbolicTensor shape=(NA, 7, 4) dtype=float32>

# layer_permute ----

layer_input(c(10, 3)) |> layer_permute(dims = c(2, 1))
#> <SymbolicTensor shape=(NA, 3, 10) dtype=float32>

# layer_repeat_vector ----

layer_input(3) |> layer_repeat_vector(n = 10)
#> <SymbolicTensor shape=(NA, 10, 3) dtype=float32>
