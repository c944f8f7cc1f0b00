# layer_einsum_dense ----

layer_input(c(10, 4)) |>
  layer_einsum_dense("abc,cd->abd", output_shape = c(NA, 8), bias_axes = "d")
#> <SymbolicTensor shape=(NA, 10, 8) dtype=float32>
