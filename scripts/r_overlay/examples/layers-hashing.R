# layer_hashing ----

layer <- layer_hashing(num_bins = 8)
layer(c("a", "b", "a"))

# layer_hashed_crossing ----

layer <- layer_hashed_crossing(num_bins = 16)
layer(list(c("a", "b"), c(1L, 2L)))
