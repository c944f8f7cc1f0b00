# layer_class_token ----

layer_input(c(4, 8)) |> layer_class_token()
#> <SymbolicTensor shape=(NA, 5, 8) dtype=float32>

# layer_first_token ----

layer_input(c(4, 8)) |> layer_class_token() |> layer_first_token()
#> <SymbolicTensor shape=(NA, 8) dtype=float32>

# layer_append_parameter ----

layer_input(3) |> layer_append_parameter(count = 1)
#> <SymbolicTensor shape=(NA, 4) dtype=float32>
