# layer_max_pooling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |> layer_max_pooling_1d(2)

# layer_average_pooling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_average_pooling_1d(2)

# layer_max_pooling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_max_pooling_2d(2)

# layer_average_pooling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_average_pooling_2d(2)

# layer_max_pooling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_max_pooling_3d(2)

# layer_average_pooling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_average_pooling_3d(2)

# layer_global_max_pooling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_global_max_pooling_1d()

# layer_global_average_pooling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_global_average_pooling_1d()

# layer_global_max_pooling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_global_max_pooling_2d()

# layer_global_average_pooling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_global_average_pooling_2d()

# layer_global_max_pooling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_global_max_pooling_3d()

# layer_global_average_pooling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_global_average_pooling_3d()

# layer_adaptive_max_pooling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_adaptive_max_pooling_1d(10)

# layer_adaptive_average_pooling_1d ----

keras_model_sequential(input_shape = c(50, 16)) |>
  layer_adaptive_average_pooling_1d(10)

# layer_adaptive_max_pooling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_adaptive_max_pooling_2d(7)

# layer_adaptive_average_pooling_2d ----

keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_adaptive_average_pooling_2d(7)

# layer_adaptive_max_pooling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_adaptive_max_pooling_3d(3)

# layer_adaptive_average_pooling_3d ----

keras_model_sequential(input_shape = c(8, 8, 8, 1)) |>
  layer_adaptive_average_pooling_3d(3)
