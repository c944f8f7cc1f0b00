# rnn_cell_simple ----

layer_input(c(50, 16)) |> layer_rnn(rnn_cell_simple(32))
#> <SymbolicTensor shape=(NA, 32) dtype=float32>

# rnn_cell_lstm ----

layer_input(c(50, 16)) |> layer_rnn(rnn_cell_lstm(32))
#> <SymbolicTensor shape=(NA, 32) dtype=float32>

# rnn_cell_gru ----

layer_input(c(50, 16)) |> layer_rnn(rnn_cell_gru(32))
#> <SymbolicTensor shape=(NA, 32) dtype=float32>

# rnn_cells_stack ----

cells <- rnn_cells_stack(list(rnn_cell_lstm(32), rnn_cell_gru(16)))
layer_input(c(50, 16)) |> layer_rnn(cells)
#> <SymbolicTensor shape=(NA, 16) dtype=float32>
