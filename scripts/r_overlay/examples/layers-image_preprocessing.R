# layer_resizing ----

layer_input(c(32, 32, 3)) |> layer_resizing(height = 16, width = 24)

# layer_center_crop ----

layer_input(c(32, 32, 3)) |> layer_center_crop(height = 16, width = 24)

# layer_auto_contrast ----

layer_input(c(32, 32, 3)) |> layer_auto_contrast()

# layer_equalization ----

layer_input(c(32, 32, 3)) |> layer_equalization()

# layer_max_num_bounding_boxes ----

layer_input(c(32, 32, 3)) |> layer_max_num_bounding_boxes(5)
