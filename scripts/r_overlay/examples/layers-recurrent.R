# layer_simple_rnn ----

layer_input(c(50, 16)) |> layer_simple_rnn(units = 32)

# layer_lstm ----

x <- layer_input(c(50, 16))
layer_lstm(x, units = 32)
layer_lstm(x, units = 32, return_sequences = TRUE)

# layer_gru ----

layer_input(c(50, 16)) |> layer_gru(units = 32)

# layer_rnn ----

layer_input(c(50, 16)) |>
  layer_rnn(list(rnn_cell_lstm(32), rnn_cell_lstm(8)))
