# layer_simple_rnn ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_simple_rnn(32)

# layer_lstm ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_lstm(32)

# layer_gru ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_gru(32)

# layer_rnn ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_rnn(rnn_cell_lstm(32))
