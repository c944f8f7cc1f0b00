# layer_hashing ----

layer <- layer_hashing(num_bins = 3)
layer(c("A", "B", "C", "D", "E"))

# layer_hashed_crossing ----

layer <- layer_hashed_crossing(num_bins = 5)
layer(list(c("A", "B", "A", "B"), c(101L, 101L, 102L, 102L)))
