# rnn_cell_simple ----

layer_rnn(keras_model_sequential(input_shape = c(50, 16)), rnn_cell_simple(32))

# rnn_cell_lstm ----

layer_rnn(keras_model_sequential(input_shape = c(50, 16)), rnn_cell_lstm(32))

# rnn_cell_gru ----

layer_rnn(keras_model_sequential(input_shape = c(50, 16)), rnn_cell_gru(32))

# rnn_cells_stack ----

cells <- rnn_cells_stack(list(rnn_cell_lstm(32), rnn_cell_gru(16)))
keras_model_sequential(input_shape = c(50, 16)) |> layer_rnn(cells)
