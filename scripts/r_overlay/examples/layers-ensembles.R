# layer_members ----

layer_input(4) |> layer_members(count = 32)
#> <SymbolicTensor shape=(NA, 32, 4) dtype=float32>

# layer_ensemble_dense ----

layer_input(4) |>
  layer_members(count = 32) |>
  layer_ensemble_dense(units = 8, input_initializer = "random_sign")
#> <SymbolicTensor shape=(NA, 32, 8) dtype=float32>

# layer_member_dense ----

layer_input(8) |>
  layer_members(count = 32) |>
  layer_member_dense(units = 1)
#> <SymbolicTensor shape=(NA, 32, 1) dtype=float32>
