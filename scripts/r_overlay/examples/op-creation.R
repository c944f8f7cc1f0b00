# op_array ----

op_array(c(1, 2, 3))
#> tensor(c(1., 2., 3.))

# op_copy ----

op_copy(c(1, 2, 3))
#> tensor(c(1., 2., 3.))

# op_full ----

op_full(c(2, 3), 7)
#> tensor([[7., 7., 7.],
#>         [7., 7., 7.]])

# op_zeros ----

op_zeros(c(2, 3))
#> tensor([[0., 0., 0.],
#>         [0., 0., 0.]])

# op_ones ----

op_ones(c(2, 3))
#> tensor([[1., 1., 1.],
#>         [1., 1., 1.]])

# op_empty ----

op_empty(c(2, 3))
#> tensor([[0., 0., 0.],
#>         [0., 0., 0.]])

# op_full_like ----

op_full_like(matrix(1:6, 2), 7L)
#> tensor([[7, 7, 7],
#>         [7, 7, 7]], dtype=torch.int32)

# op_zeros_like ----

op_zeros_like(matrix(1:6, 2))
#> tensor([[0, 0, 0],
#>         [0, 0, 0]], dtype=torch.int32)

# op_ones_like ----

op_ones_like(matrix(1:6, 2))
#> tensor([[1, 1, 1],
#>         [1, 1, 1]], dtype=torch.int32)

# op_eye ----

op_eye(3, k = 1)
#> tensor([[0., 1., 0.],
#>         [0., 0., 1.],
#>         [0., 0., 0.]])

# op_identity ----

op_identity(3)
#> tensor([[1., 0., 0.],
#>         [0., 1., 0.],
#>         [0., 0., 1.]])

# op_tri ----

op_tri(3)
#> tensor([[1., 0., 0.],
#>         [1., 1., 0.],
#>         [1., 1., 1.]])

# op_linspace ----

op_linspace(0, 1, num = 5)
#> tensor(c(0.0000, 0.2500, 0.5000, 0.7500, 1.0000))

# op_logspace ----

op_logspace(0, 3, num = 4)
#> tensor(c(   1.,   10.,  100., 1000.))

# op_bartlett ----

op_bartlett(5)
#> tensor(c(0.0000, 0.5000, 1.0000, 0.5000, 0.0000))

# op_blackman ----

op_blackman(5)
#> tensor(c(-2.9802e-08,  3.4000e-01,  1.0000e+00,  3.4000e-01, -2.9802e-08))

# op_hamming ----

op_hamming(5)
#> tensor(c(0.0800, 0.5400, 1.0000, 0.5400, 0.0800))

# op_hanning ----

op_hanning(5)
#> tensor(c(0.0000, 0.5000, 1.0000, 0.5000, 0.0000))

# op_kaiser ----

op_kaiser(5, 14)
#> tensor(c(7.7269e-06, 1.6493e-01, 1.0000e+00, 1.6493e-01, 7.7269e-06))
