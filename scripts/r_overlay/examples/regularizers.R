# regularizer_l1 ----

layer_dense(units = 8, kernel_regularizer = regularizer_l1(0.1))
#> layer_dense(units = 8, kernel_regularizer = regularizer_l1(l1 = 0.1))

# regularizer_l2 ----

layer_dense(units = 8, kernel_regularizer = regularizer_l2(0.1))
#> layer_dense(units = 8, kernel_regularizer = regularizer_l2(l2 = 0.1))

# regularizer_l1_l2 ----

layer_dense(units = 8, kernel_regularizer = regularizer_l1_l2(0.1, 0.1))
#> layer_dense(units = 8, kernel_regularizer = regularizer_l1_l2(l1 = 0.1, l2 = 0.1))

# regularizer_orthogonal ----

layer_dense(units = 8, kernel_regularizer = regularizer_orthogonal(0.1))
#> layer_dense(units = 8, kernel_regularizer = regularizer_orthogonal(factor = 0.1))
