# layer_random_brightness ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_brightness(0.2)

# layer_random_contrast ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_contrast(c(0.2, 0.2))

# layer_random_color_degeneration ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_color_degeneration(0.5)

# layer_random_grayscale ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_grayscale(0.5)

# layer_random_saturation ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_saturation(c(0.4, 0.6))

# layer_random_hue ----

keras_model_sequential(input_shape = c(28, 28, 3)) |> layer_random_hue(0.2)

# layer_random_color_jitter ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_color_jitter(brightness_factor = 0.2, contrast_factor = 0.2)

# layer_random_invert ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_invert(0.5)

# layer_random_posterization ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_posterization(c(3, 6))

# layer_random_sharpness ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_sharpness(0.8)

# layer_random_gaussian_blur ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_random_gaussian_blur(kernel_size = 5)

# layer_solarization ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_solarization(threshold_factor = 0.5)
