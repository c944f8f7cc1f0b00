# layer_feature_tokens ----

keras_model_sequential(input_shape = 4) |> layer_feature_tokens(8)

# layer_piecewise_linear_embedding ----

edges <- list(c(-1, 0, 1), c(0, 10))
keras_model_sequential(input_shape = 2) |>
  layer_piecewise_linear_embedding(edges, 8)

# layer_periodic_embedding ----

keras_model_sequential(input_shape = 4) |> layer_periodic_embedding(8)

# layer_category_tokens ----

keras_model_sequential(input_shape = 2) |>
  layer_category_tokens(c(3, 5), 8)

# layer_one_hot ----

keras_model_sequential(input_shape = 2) |> layer_one_hot(c(3, 5))

# layer_class_token ----

keras_model_sequential(input_shape = 4) |>
  layer_feature_tokens(8) |>
  layer_class_token() |>
  layer_first_token()

# layer_first_token ----

keras_model_sequential(input_shape = 4) |>
  layer_feature_tokens(8) |>
  layer_class_token() |>
  layer_first_token()

# layer_append_parameter ----

keras_model_sequential(input_shape = 4) |>
  layer_dense(1) |>
  layer_append_parameter()
