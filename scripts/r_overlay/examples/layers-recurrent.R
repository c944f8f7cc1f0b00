# layer_simple_rnn ----

layer_input(c(50, 16)) |> layer_simple_rnn(units = 32)
#> <SymbolicTensor shape=(NA, 32) dtype=float32>

# layer_lstm ----

x <- layer_input(c(50, 16))
layer_lstm(x, units = 32)
#> <SymbolicTensor shape=(NA, 32) dtype=float32>
layer_lstm(x, units = 32, return_sequences = TRUE)
#> <SymbolicTensor shape=(NA, 50, 32) dtype=float32>

# layer_gru ----

layer_input(c(50, 16)) |> layer_gru(units = 32)
#> <SymbolicTensor shape=(NA, 32) dtype=float32>

# layer_rnn ----

layer_input(c(50, 16)) |>
  layer_rnn(list(rnn_cell_lstm(32), rnn_cell_lstm(8)))
#> <SymbolicTensor shape=(NA, 8) dtype=float32>
