# layer_reversible_embedding ----

inputs <- layer_input(20, dtype = "int32")
embedding <- layer_reversible_embedding(input_dim = 1000, output_dim = 16)
embedding(inputs)
#> <SymbolicTensor shape=(NA, 20, 16) dtype=float32>
