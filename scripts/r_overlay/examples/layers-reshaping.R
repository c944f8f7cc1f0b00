# layer_flatten ----

layer_input(c(28, 28, 1)) |> layer_flatten()

# layer_reshape ----

layer_input(28) |> layer_reshape(target_shape = c(7, 4))

# layer_permute ----

layer_input(c(10, 3)) |> layer_permute(dims = c(2, 1))

# layer_repeat_vector ----

layer_input(3) |> layer_repeat_vector(n = 10)
