# layer_dense ----

layer_input(4) |> layer_dense(units = 8, activation = "relu")
#> <SymbolicTensor shape=(NA, 8) dtype=float32>

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 8)
model
#> Model "sequential" on torch
#> --------------------------------------------
#> Layer (type)        Output shape  Parameters
#> input (InputLayer)  (NA, 4)                0
#> dense (Dense)       (NA, 8)               40
#> --------------------------------------------
#> Parameters: 40 (40 trainable, 0 not)

# layer_activation ----

layer <- layer_activation(activation = "relu")
layer(array(c(-1, 2), c(1, 2)))
#> <tensor float32 (1, 2)>
#>      [,1] [,2]
#> [1,]    0    2

# layer_embedding ----

layer_input(20) |> layer_embedding(input_dim = 1000, output_dim = 16)
#> <SymbolicTensor shape=(NA, 20, 16) dtype=float32>
