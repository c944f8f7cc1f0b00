# layer_members ----

keras_model_sequential(input_shape = 4) |>
  layer_members(8) |>
  layer_ensemble_dense(16)

# layer_ensemble_dense ----

keras_model_sequential(input_shape = 4) |>
  layer_members(8) |>
  layer_ensemble_dense(16, "relu", input_initializer = "random_sign")

# layer_member_dense ----

keras_model_sequential(input_shape = 4) |>
  layer_members(8) |>
  layer_ensemble_dense(16) |>
  layer_member_dense(1)
