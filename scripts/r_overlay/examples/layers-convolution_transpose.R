# layer_conv_1d_transpose ----

layer_input(c(14, 2)) |>
  layer_conv_1d_transpose(filters = 8, kernel_size = 3, strides = 2)

# layer_conv_2d_transpose ----

layer_input(c(14, 14, 2)) |>
  layer_conv_2d_transpose(filters = 8, kernel_size = 3, strides = 2, padding = "same")

# layer_conv_3d_transpose ----

layer_input(c(7, 7, 7, 2)) |>
  layer_conv_3d_transpose(filters = 8, kernel_size = 3, strides = 2)
