# layer_dense ----

layer_input(4) |> layer_dense(units = 8, activation = "relu")

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 8)
model

# layer_activation ----

layer <- layer_activation(activation = "relu")
layer(array(c(-1, 2), c(1, 2)))

# layer_embedding ----

layer_input(20) |> layer_embedding(input_dim = 1000, output_dim = 16)
