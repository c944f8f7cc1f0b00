# layer_random_brightness ----

layer_input(c(32, 32, 3)) |> layer_random_brightness(factor = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_contrast ----

layer_input(c(32, 32, 3)) |> layer_random_contrast(factor = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_color_degeneration ----

layer_input(c(32, 32, 3)) |> layer_random_color_degeneration(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_grayscale ----

layer_input(c(32, 32, 3)) |> layer_random_grayscale(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_saturation ----

layer_input(c(32, 32, 3)) |> layer_random_saturation(factor = 0.3)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_hue ----

layer_input(c(32, 32, 3)) |> layer_random_hue(factor = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_color_jitter ----

layer_input(c(32, 32, 3)) |>
  layer_random_color_jitter(brightness_factor = 0.2, hue_factor = 0.1)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_invert ----

layer_input(c(32, 32, 3)) |> layer_random_invert(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_posterization ----

layer_input(c(32, 32, 3)) |> layer_random_posterization(factor = c(3, 6))
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_sharpness ----

layer_input(c(32, 32, 3)) |> layer_random_sharpness(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_gaussian_blur ----

layer_input(c(32, 32, 3)) |>
  layer_random_gaussian_blur(factor = 0.5, kernel_size = 5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_solarization ----

layer_input(c(32, 32, 3)) |> layer_solarization(threshold_factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>
