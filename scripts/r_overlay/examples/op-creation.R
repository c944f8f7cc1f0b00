# op_array ----

op_array(c(1, 2, 3))
#> <tensor float32 (3)>
#> [1] 1 2 3

# op_copy ----

op_copy(c(1, 2, 3))
#> <tensor float32 (3)>
#> [1] 1 2 3

# op_full ----

op_full(c(2, 3), 7)
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    7    7    7
#> [2,]    7    7    7

# op_zeros ----

op_zeros(c(2, 3))
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    0    0    0
#> [2,]    0    0    0

# op_ones ----

op_ones(c(2, 3))
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    1    1
#> [2,]    1    1    1

# op_empty ----

op_empty(c(2, 3))
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    0    0    0
#> [2,]    0    0    0

# op_full_like ----

op_full_like(matrix(1:6, 2), 7L)
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    7    7    7
#> [2,]    7    7    7

# op_zeros_like ----

op_zeros_like(matrix(1:6, 2))
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    0    0    0
#> [2,]    0    0    0

# op_ones_like ----

op_ones_like(matrix(1:6, 2))
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    1    1
#> [2,]    1    1    1

# op_eye ----

op_eye(3, k = 1)
#> <tensor float32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    0    1    0
#> [2,]    0    0    1
#> [3,]    0    0    0

# op_identity ----

op_identity(3)
#> <tensor float32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    0    1    0
#> [3,]    0    0    1

# op_tri ----

op_tri(3)
#> <tensor float32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    1    1    0
#> [3,]    1    1    1

# op_linspace ----

op_linspace(0, 1, num = 5)
#> <tensor float32 (5)>
#> [1] 0.00 0.25 0.50 0.75 1.00

# op_logspace ----

op_logspace(0, 3, num = 4)
#> <tensor float32 (4)>
#> [1]    1   10  100 1000

# op_bartlett ----

op_bartlett(5)
#> <tensor float32 (5)>
#> [1] 0.0 0.5 1.0 0.5 0.0

# op_blackman ----

op_blackman(5)
#> <tensor float32 (5)>
#> [1] -2.980232e-08  3.400000e-01  1.000000e+00  3.400000e-01 -2.980232e-08

# op_hamming ----

op_hamming(5)
#> <tensor float32 (5)>
#> [1] 0.08000001 0.54000002 1.00000000 0.54000002 0.08000001

# op_hanning ----

op_hanning(5)
#> <tensor float32 (5)>
#> [1] 0.0 0.5 1.0 0.5 0.0

# op_kaiser ----

op_kaiser(5, 14)
#> <tensor float32 (5)>
#> [1] 7.726866e-06 1.649321e-01 1.000000e+00 1.649321e-01 7.726866e-06

# op_empty_like ----

op_shape(op_empty_like(matrix(1:6, 2)))
#> shape(2, 3)

# op_vander ----

op_vander(c(1, 2, 3))
#> <tensor float32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    1    1
#> [2,]    4    2    1
#> [3,]    9    3    1

# op_geomspace ----

op_geomspace(1, 1000, num = 4)
#> <tensor float32 (4)>
#> [1]    1   10  100 1000
