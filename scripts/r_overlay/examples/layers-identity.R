# layer_identity ----

keras_model_sequential(input_shape = 4) |>
  layer_identity() |>
  layer_dense(1)

# layer_masking ----

keras_model_sequential(input_shape = c(10, 4)) |>
  layer_masking() |>
  layer_lstm(8)
