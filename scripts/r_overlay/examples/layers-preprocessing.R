# layer_rescaling ----

layer <- layer_rescaling(scale = 1 / 255)
layer(c(0, 127.5, 255))

# layer_normalization ----

layer <- layer_normalization()
adapt(layer, iris[1:4])
model <- keras_model_sequential(input_shape = 4) |>
  layer() |>
  layer_dense(3)
