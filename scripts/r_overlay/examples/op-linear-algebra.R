# op_cholesky ----

op_cholesky(matrix(c(4, 1, 1, 3), 2))
#> tensor([[2.0000, 0.0000],
#>         [0.5000, 1.6583]])

# op_det ----

op_det(matrix(c(4, 1, 1, 3), 2))
#> tensor(11.)

# op_logdet ----

op_logdet(matrix(c(4, 1, 1, 3), 2))
#> tensor(2.3979)

# op_slogdet ----

op_slogdet(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> tensor(1.)
#>
#> [[2]]
#> tensor(2.3979)
#>

# op_eig ----

op_eig(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> tensor([4.6180+0.j, 2.3820+0.j])
#>
#> [[2]]
#> tensor([[ 0.8507+0.j, -0.5257+0.j],
#>         [ 0.5257+0.j,  0.8507+0.j]])
#>

# op_eigh ----

op_eigh(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> tensor(c(2.3820, 4.6180))
#>
#> [[2]]
#> tensor([[ 0.5257, -0.8507],
#>         [-0.8507, -0.5257]])
#>

# op_inv ----

op_inv(matrix(c(4, 1, 1, 3), 2))
#> tensor([[ 0.2727, -0.0909],
#>         [-0.0909,  0.3636]])

# op_lu_factor ----

op_lu_factor(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> tensor([[4.0000, 1.0000],
#>         [0.2500, 2.7500]])
#>
#> [[2]]
#> tensor(c(1, 2), dtype=torch.int32)
#>

# op_lstsq ----

op_lstsq(cbind(1, c(1, 2, 3)), c(1, 2, 4))
#> tensor(c(-0.6667,  1.5000))

# op_norm ----

op_norm(c(3, 4))
#> tensor(5.)

# op_qr ----

op_qr(matrix(c(4, 1, 1, 3), 2))
#> $q
#> tensor([[-0.9701, -0.2425],
#>         [-0.2425,  0.9701]])
#>
#> $r
#> tensor([[-4.1231, -1.6977],
#>         [ 0.0000,  2.6679]])
#>

# op_solve ----

op_solve(matrix(c(4, 1, 1, 3), 2), c(1, 2))
#> tensor(c(0.0909, 0.6364))

# op_solve_triangular ----

op_solve_triangular(matrix(c(4, 1, 1, 3), 2), c(1, 2))
#> tensor(c(0.0833, 0.6667))

# op_svd ----

op_svd(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> tensor([[-0.8507, -0.5257],
#>         [-0.5257,  0.8507]])
#>
#> [[2]]
#> tensor(c(4.6180, 2.3820))
#>
#> [[3]]
#> tensor([[-0.8507, -0.5257],
#>         [-0.5257,  0.8507]])
#>
