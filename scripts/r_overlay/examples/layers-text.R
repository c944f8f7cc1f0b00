# layer_text_vectorization ----

layer <- layer_text_vectorization()
adapt(layer, c("A good film!", "A bad film."))
layer(c("A good film!", "film"))
