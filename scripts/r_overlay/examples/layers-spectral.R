# layer_spectral_normalization ----

keras_model_sequential(input_shape = 4) |>
  layer_spectral_normalization(layer_dense(units = 8))
