# layer_spectral_normalization ----

layer_input(4) |> layer_spectral_normalization(layer_dense(units = 8))
#> <SymbolicTensor shape=(NA, 8) dtype=float32>
