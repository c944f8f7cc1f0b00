# op_cholesky ----

op_cholesky(matrix(c(4, 1, 1, 3), 2))
#> <tensor float32 (2, 2)>
#>      [,1]     [,2]
#> [1,]  2.0 0.000000
#> [2,]  0.5 1.658312

# op_det ----

op_det(matrix(c(4, 1, 1, 3), 2))
#> <tensor float32 ()>
#> [1] 11

# op_logdet ----

op_logdet(matrix(c(4, 1, 1, 3), 2))
#> <tensor float32 ()>
#> [1] 2.397895

# op_slogdet ----

op_slogdet(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> <tensor float32 ()>
#> [1] 1
#>
#> [[2]]
#> <tensor float32 ()>
#> [1] 2.397895
#>

# op_eig ----

op_eig(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> <tensor complex64 (2)>
#> [1] 4.618034+0i 2.381966+0i
#>
#> [[2]]
#> <tensor complex64 (2, 2)>
#>              [,1]          [,2]
#> [1,] 0.8506508+0i -0.5257311+0i
#> [2,] 0.5257311+0i  0.8506508+0i
#>

# op_eigh ----

op_eigh(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> <tensor float32 (2)>
#> [1] 2.381966 4.618034
#>
#> [[2]]
#> <tensor float32 (2, 2)>
#>            [,1]       [,2]
#> [1,]  0.5257311 -0.8506508
#> [2,] -0.8506508 -0.5257311
#>

# op_inv ----

op_inv(matrix(c(4, 1, 1, 3), 2))
#> <tensor float32 (2, 2)>
#>             [,1]        [,2]
#> [1,]  0.27272728 -0.09090909
#> [2,] -0.09090909  0.36363637

# op_lu_factor ----

op_lu_factor(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,] 4.00 1.00
#> [2,] 0.25 2.75
#>
#> [[2]]
#> <tensor int32 (2)>
#> [1] 1 2
#>

# op_lstsq ----

op_lstsq(cbind(1, c(1, 2, 3)), c(1, 2, 4))
#> <tensor float32 (2)>
#> [1] -0.666666  1.500000

# op_norm ----

op_norm(c(3, 4))
#> <tensor float32 ()>
#> [1] 5

# op_qr ----

op_qr(matrix(c(4, 1, 1, 3), 2))
#> $q
#> <tensor float32 (2, 2)>
#>            [,1]       [,2]
#> [1,] -0.9701426 -0.2425356
#> [2,] -0.2425356  0.9701425
#>
#> $r
#> <tensor float32 (2, 2)>
#>           [,1]      [,2]
#> [1,] -4.123106 -1.697749
#> [2,]  0.000000  2.667892
#>

# op_solve ----

op_solve(matrix(c(4, 1, 1, 3), 2), c(1, 2))
#> <tensor float32 (2)>
#> [1] 0.09090909 0.63636363

# op_solve_triangular ----

op_solve_triangular(matrix(c(4, 1, 1, 3), 2), c(1, 2))
#> <tensor float32 (2)>
#> [1] 0.08333333 0.66666669

# op_svd ----

op_svd(matrix(c(4, 1, 1, 3), 2))
#> [[1]]
#> <tensor float32 (2, 2)>
#>            [,1]       [,2]
#> [1,] -0.8506508 -0.5257311
#> [2,] -0.5257311  0.8506508
#>
#> [[2]]
#> <tensor float32 (2)>
#> [1] 4.618034 2.381966
#>
#> [[3]]
#> <tensor float32 (2, 2)>
#>            [,1]       [,2]
#> [1,] -0.8506507 -0.5257311
#> [2,] -0.5257311  0.8506507
#>

# op_cholesky_inverse ----

op_cholesky_inverse(rbind(c(2, 0), c(1, 1)))
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]  0.5 -0.5
#> [2,] -0.5  1.0

# op_matrix_rank ----

op_matrix_rank(rbind(c(1, 2), c(2, 4)))
#> <tensor int32 ()>
#> [1] 1

# op_pinv ----

op_pinv(rbind(c(2, 0), c(0, 4), c(0, 0)))
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]  0.5 0.00    0
#> [2,]  0.0 0.25    0

# op_cdist ----

op_cdist(rbind(c(0, 0), c(1, 1)), rbind(c(3, 4)))
#> <tensor float32 (2, 1)>
#>          [,1]
#> [1,] 5.000000
#> [2,] 3.605551
