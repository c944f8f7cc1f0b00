# layer_activation_elu ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_activation_elu()

# layer_activation_leaky_relu ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_activation_leaky_relu()

# layer_activation_relu ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_activation_relu()

# layer_activation_parametric_relu ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_activation_parametric_relu()

# layer_activation_softmax ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(8) |>
  layer_activation_softmax()
