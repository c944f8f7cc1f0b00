# layer_string_lookup ----

layer <- layer_string_lookup()
adapt(layer, iris$Species)
layer(c("setosa", "unknown"))
get_vocabulary(layer)

# layer_integer_lookup ----

layer <- layer_integer_lookup(vocabulary = c(12, 36, 42))
layer(c(12, 42, 7))
