# layer_batch_normalization ----

layer <- layer_batch_normalization(epsilon = 0)
layer(matrix(c(1, 3)), training = TRUE)
#> tensor([[-1.],
#>         [ 1.]], grad_fn=<NativeBatchNormBackward0>)

# layer_layer_normalization ----

layer <- layer_layer_normalization(epsilon = 0)
layer(matrix(c(1, 3), 1))
#> tensor(list(c(-1.,  1.)), grad_fn=<PermuteBackward0>)

# layer_rms_normalization ----

layer <- layer_rms_normalization(epsilon = 0)
layer(matrix(c(3, -3), 1))
#> tensor(list(c( 1., -1.)), grad_fn=<PermuteBackward0>)

# layer_group_normalization ----

layer <- layer_group_normalization(groups = 1, epsilon = 0)
layer(matrix(c(1, 3), 1))
#> tensor(list(c(-1.,  1.)), grad_fn=<AddBackward0>)

# layer_unit_normalization ----

layer <- layer_unit_normalization()
layer(matrix(c(3, 4), 1))
#> tensor(list(c(0.6000, 0.8000)))
