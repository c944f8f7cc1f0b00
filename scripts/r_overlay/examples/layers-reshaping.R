# layer_flatten ----

keras_model_sequential(input_shape = c(28, 28, 1)) |> layer_flatten()

# layer_reshape ----

keras_model_sequential(input_shape = 784) |> layer_reshape(c(28, 28, 1))

# layer_permute ----

keras_model_sequential(input_shape = c(10, 64)) |> layer_permute(c(2, 1))

# layer_repeat_vector ----

keras_model_sequential(input_shape = 32) |> layer_repeat_vector(3)
