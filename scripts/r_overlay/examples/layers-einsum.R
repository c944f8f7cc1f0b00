# layer_einsum_dense ----

keras_model_sequential(input_shape = c(10, 16)) |>
  layer_einsum_dense("abc,cd->abd", output_shape = c(NA, 8), bias_axes = "d")
