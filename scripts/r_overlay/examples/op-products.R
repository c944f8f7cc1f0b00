# op_matmul ----

op_matmul(matrix(1:4, 2), matrix(5:8, 2))
#> tensor([[23, 31],
#>         [34, 46]], dtype=torch.int32)

# op_dot ----

op_dot(matrix(1:4, 2), matrix(5:8, 2))
#> tensor([[23, 31],
#>         [34, 46]], dtype=torch.int32)

# op_inner ----

op_inner(matrix(1:4, 2), matrix(5:8, 2))
#> tensor([[26, 30],
#>         [38, 44]], dtype=torch.int32)

# op_vdot ----

op_vdot(1:3, 4:6)
#> tensor(32, dtype=torch.int32)

# op_outer ----

op_outer(1:3, 4:6)
#> tensor([[ 4,  5,  6],
#>         [ 8, 10, 12],
#>         [12, 15, 18]], dtype=torch.int32)

# op_tensordot ----

op_tensordot(matrix(1:4, 2), matrix(5:8, 2), axes = 1)
#> tensor([[23, 31],
#>         [34, 46]], dtype=torch.int32)

# op_einsum ----

op_einsum("ij,jk->ik", matrix(1:4, 2), matrix(5:8, 2))
#> tensor([[23, 31],
#>         [34, 46]], dtype=torch.int32)

# op_cross ----

op_cross(c(1, 0, 0), c(0, 1, 0))
#> tensor(c(0., 0., 1.))

# op_corrcoef ----

op_corrcoef(matrix(c(1, 2, 2, 4, 3, 7), 2))
#> tensor([[1.0000, 0.9934],
#>         [0.9934, 1.0000]])

# op_correlate ----

op_correlate(c(1, 2, 3, 4), c(1, -1))
#> tensor(c(-1., -1., -1.))

# op_bincount ----

op_bincount(c(0L, 1L, 1L, 3L))
#> tensor(c(1, 2, 0, 1), dtype=torch.int32)

# op_histogram ----

op_histogram(c(1, 2, 2, 5), bins = 2)
#> [[1]]
#> tensor(c(3., 1.))
#>
#> [[2]]
#> tensor(c(1., 3., 5.))
#>
