# layer_hashing ----

layer <- layer_hashing(num_bins = 8)
layer(c("a", "b", "a"))
#> [1] 3 6 3

# layer_hashed_crossing ----

layer <- layer_hashed_crossing(num_bins = 16)
layer(list(c("a", "b"), c(1L, 2L)))
#> [1] 13 13
