# layer_attention ----

query <- layer_input(c(10, 8))
value <- layer_input(c(6, 8))
layer_attention(list(query, value))
#> <SymbolicTensor shape=(NA, 10, 8) dtype=float32>

# layer_additive_attention ----

query <- layer_input(c(10, 8))
value <- layer_input(c(6, 8))
layer_additive_attention(list(query, value))
#> <SymbolicTensor shape=(NA, 10, 8) dtype=float32>
