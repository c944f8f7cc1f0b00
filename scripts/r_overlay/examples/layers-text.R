# layer_text_vectorization ----

texts <- c("The cat sat.", "A cat!")
layer <- layer_text_vectorization(output_sequence_length = 4)
adapt(layer, texts)
get_vocabulary(layer)
layer(texts)
