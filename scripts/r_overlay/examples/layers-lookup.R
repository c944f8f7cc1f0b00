# layer_string_lookup ----

layer <- layer_string_lookup(vocabulary = c("a", "b"))
layer(c("b", "a", "z"))
#> [1] 2 1 0

# layer_integer_lookup ----

layer <- layer_integer_lookup(vocabulary = c(10L, 20L))
layer(c(20L, 10L, 99L))
#> [1] 2 1 0
