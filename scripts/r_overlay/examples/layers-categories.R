# layer_discretization ----

layer <- layer_discretization(num_bins = 3)
adapt(layer, iris$Sepal.Length)
layer(c(4.5, 5.8, 7))

# layer_category_encoding ----

layer <- layer_category_encoding(num_tokens = 4, output_mode = "one_hot")
layer(0:3)
