# layer_bidirectional ----

layer_input(c(50, 16)) |> layer_bidirectional(layer_lstm(units = 32))
#> <SymbolicTensor shape=(NA, 64) dtype=float32>

# layer_time_distributed ----

layer_input(c(50, 16)) |> layer_time_distributed(layer_dense(units = 8))
#> <SymbolicTensor shape=(NA, 50, 8) dtype=float32>
