# op_conv ----

op_conv(array(1:16, c(1, 4, 4, 1)), array(1, c(3, 3, 1, 1)))

# op_conv_transpose ----

op_conv_transpose(array(1:4, c(1, 2, 2, 1)), array(1, c(2, 2, 1, 1)), strides = 2)

# op_depthwise_conv ----

op_depthwise_conv(array(1:32, c(1, 4, 4, 2)), array(1, c(2, 2, 2, 1)))

# op_separable_conv ----

op_separable_conv(
  array(1:32, c(1, 4, 4, 2)), array(1, c(2, 2, 2, 1)), array(1, c(1, 1, 2, 3))
)

# op_max_pool ----

op_max_pool(array(1:16, c(1, 4, 4, 1)), pool_size = 2)

# op_average_pool ----

op_average_pool(array(1:16, c(1, 4, 4, 1)), pool_size = 2)
