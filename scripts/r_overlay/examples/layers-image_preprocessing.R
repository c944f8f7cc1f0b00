# layer_resizing ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_resizing(32, 32)

# layer_center_crop ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_center_crop(24, 24)

# layer_auto_contrast ----

keras_model_sequential(input_shape = c(28, 28, 3)) |> layer_auto_contrast()

# layer_equalization ----

keras_model_sequential(input_shape = c(28, 28, 3)) |> layer_equalization()

# layer_max_num_bounding_boxes ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_max_num_bounding_boxes(10)
