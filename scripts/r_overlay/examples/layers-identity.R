# layer_identity ----

layer_input(4) |> layer_identity()
#> <SymbolicTensor shape=(NA, 4) dtype=float32>

# layer_masking ----

layer_input(c(10, 3)) |>
  layer_masking(mask_value = 0) |>
  layer_lstm(units = 8)
#> <SymbolicTensor shape=(NA, 8) dtype=float32>
