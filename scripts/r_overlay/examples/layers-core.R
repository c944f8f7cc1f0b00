# layer_dense ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8)

# layer_activation ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_activation("relu")

# layer_embedding ----

keras_model_sequential(input_shape = 20) |> layer_embedding(1000, 16)
