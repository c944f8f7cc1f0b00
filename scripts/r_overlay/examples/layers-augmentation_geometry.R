# layer_random_crop ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_crop(24, 24)

# layer_random_flip ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_flip("horizontal")

# layer_random_rotation ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_rotation(0.1)

# layer_random_translation ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_translation(0.1, 0.1)

# layer_random_zoom ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_zoom(0.2)

# layer_random_shear ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_shear(0.2, 0.2)

# layer_random_perspective ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_perspective(scale = 0.3)

# layer_random_elastic_transform ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_elastic_transform(scale = 0.5)

# layer_random_erasing ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_erasing(fill_value = 0)
