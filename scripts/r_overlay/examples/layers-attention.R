# layer_multi_head_attention ----

x <- layer_input(c(10, 16))
layer_multi_head_attention(x, num_heads = 2, key_dim = 8)
#> <SymbolicTensor shape=(NA, 10, 16) dtype=float32>
# Queries that attend to another sequence
y <- layer_input(c(6, 16))
layer_multi_head_attention(list(x, y), num_heads = 2, key_dim = 8)
#> <SymbolicTensor shape=(NA, 10, 16) dtype=float32>

# layer_group_query_attention ----

x <- layer_input(c(10, 16))
layer_group_query_attention(
  x,
  head_dim = 8, num_query_heads = 4, num_key_value_heads = 2
)
#> <SymbolicTensor shape=(NA, 10, 16) dtype=float32>
