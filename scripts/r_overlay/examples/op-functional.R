# op_cond ----

op_cond(TRUE, \() op_relu(c(-1, 1)), \() op_relu(c(1, -1)))
#> <tensor float32 (2)>
#> [1] 0 1

# op_switch ----

op_switch(2, list(\(x) x, \(x) op_relu(x)), c(-1, 1))
#> <tensor float32 (2)>
#> [1] 0 1

# op_while_loop ----

op_while_loop(\(i) op_convert_to_array(i) < 5, \(i) i + 1, 0)
#> <tensor float32 ()>
#> [1] 5

# op_fori_loop ----

op_fori_loop(0, 3, \(i, x) x * 2, 1)
#> <tensor float32 ()>
#> [1] 8

# op_map ----

op_map(matrix(1:4, 2), \(row) op_relu(row))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    1    3
#> [2,]    2    4

# op_vectorized_map ----

op_vectorized_map(matrix(1:4, 2), \(row) op_relu(row))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    1    3
#> [2,]    2    4

# op_scan ----

op_scan(\(sum, x) list(sum + x, sum + x), 0, c(1, 2, 3))
#> [[1]]
#> <tensor float32 ()>
#> [1] 6
#>
#> [[2]]
#> <tensor float32 (3)>
#> [1] 1 3 6
#>

# op_associative_scan ----

op_associative_scan(\(a, b) a + b, c(1, 2, 3, 4))
#> <tensor float32 (4)>
#> [1]  1  3  6 10

# op_vectorize ----

relu <- op_vectorize(\(x) op_relu(x))
relu(c(-1, 2))
#> <tensor float32 (2)>
#> [1] 0 2

# op_custom_gradient ----

straight <- op_custom_gradient(\(x) list(op_relu(x), \(upstream) upstream))
straight(c(-1, 2))
#> <tensor float32 (2)>
#> [1] 0 2

# op_jvp ----

op_jvp(op_sin, list(0), list(2))
#> [[1]]
#> <tensor float32 ()>
#> [1] 0
#>
#> [[2]]
#> <tensor float32 ()>
#> [1] 2
#>
