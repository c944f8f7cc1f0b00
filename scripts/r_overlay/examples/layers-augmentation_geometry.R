# layer_random_crop ----

layer_input(c(32, 32, 3)) |> layer_random_crop(height = 16, width = 24)
#> <SymbolicTensor shape=(NA, 16, 24, 3) dtype=float32>

# layer_random_flip ----

layer_input(c(32, 32, 3)) |> layer_random_flip(mode = "horizontal")
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_rotation ----

layer_input(c(32, 32, 3)) |> layer_random_rotation(factor = 0.1)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_translation ----

layer_input(c(32, 32, 3)) |>
  layer_random_translation(height_factor = 0.1, width_factor = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_zoom ----

layer_input(c(32, 32, 3)) |> layer_random_zoom(height_factor = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_shear ----

layer_input(c(32, 32, 3)) |> layer_random_shear(x_factor = 0.2, y_factor = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_perspective ----

layer_input(c(32, 32, 3)) |> layer_random_perspective(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_elastic_transform ----

layer_input(c(32, 32, 3)) |> layer_random_elastic_transform(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_random_erasing ----

layer_input(c(32, 32, 3)) |> layer_random_erasing(factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>
