# layer_text_vectorization ----

layer <- layer_text_vectorization()
adapt(layer, c("A good film!", "A bad film."))
layer(c("A good film!", "film"))
#>      [,1] [,2] [,3]
#> [1,]    3    4    2
#> [2,]    2    0    0
