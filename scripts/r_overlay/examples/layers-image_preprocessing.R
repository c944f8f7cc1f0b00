# layer_resizing ----

layer_input(c(32, 32, 3)) |> layer_resizing(height = 16, width = 24)
#> <SymbolicTensor shape=(NA, 16, 24, 3) dtype=float32>

# layer_center_crop ----

layer_input(c(32, 32, 3)) |> layer_center_crop(height = 16, width = 24)
#> <SymbolicTensor shape=(NA, 16, 24, 3) dtype=float32>

# layer_auto_contrast ----

layer_input(c(32, 32, 3)) |> layer_auto_contrast()
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_equalization ----

layer_input(c(32, 32, 3)) |> layer_equalization()
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_max_num_bounding_boxes ----

layer_input(c(32, 32, 3)) |> layer_max_num_bounding_boxes(5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>
