# op_matmul ----

op_matmul(matrix(1:4, 2), matrix(5:8, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]   23   31
#> [2,]   34   46

# op_dot ----

op_dot(matrix(1:4, 2), matrix(5:8, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]   23   31
#> [2,]   34   46

# op_inner ----

op_inner(matrix(1:4, 2), matrix(5:8, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]   26   30
#> [2,]   38   44

# op_vdot ----

op_vdot(1:3, 4:6)
#> <tensor int32 ()>
#> [1] 32

# op_outer ----

op_outer(1:3, 4:6)
#> <tensor int32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    4    5    6
#> [2,]    8   10   12
#> [3,]   12   15   18

# op_tensordot ----

op_tensordot(matrix(1:4, 2), matrix(5:8, 2), axes = 1)
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]   23   31
#> [2,]   34   46

# op_einsum ----

op_einsum("ij,jk->ik", matrix(1:4, 2), matrix(5:8, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]   23   31
#> [2,]   34   46

# op_cross ----

op_cross(c(1, 0, 0), c(0, 1, 0))
#> <tensor float32 (3)>
#> [1] 0 0 1

# op_corrcoef ----

op_corrcoef(matrix(c(1, 2, 2, 4, 3, 7), 2))
#> <tensor float32 (2, 2)>
#>           [,1]      [,2]
#> [1,] 1.0000000 0.9933993
#> [2,] 0.9933993 1.0000000

# op_correlate ----

op_correlate(c(1, 2, 3, 4), c(1, -1))
#> <tensor float32 (3)>
#> [1] -1 -1 -1

# op_bincount ----

op_bincount(c(0L, 1L, 1L, 3L))
#> <tensor int32 (4)>
#> [1] 1 2 0 1

# op_histogram ----

op_histogram(c(1, 2, 2, 5), bins = 2)
#> [[1]]
#> <tensor float32 (2)>
#> [1] 3 1
#>
#> [[2]]
#> <tensor float32 (3)>
#> [1] 1 3 5
#>

# op_kron ----

op_kron(c(1, 10), c(1, 2))
#> <tensor float32 (4)>
#> [1]  1  2 10 20
