# layer_bidirectional ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_bidirectional(layer_lstm(units = 32))

# layer_time_distributed ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_time_distributed(layer_dense(units = 8))
