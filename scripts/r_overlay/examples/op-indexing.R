# op_take ----

op_take(c(10, 20, 30), c(3L, 1L))
#> <tensor float32 (2)>
#> [1] 30 10

# op_take_along_axis ----

x <- matrix(c(3, 1, 2, 9), 2)
op_take_along_axis(x, op_argsort(x), axis = -1)
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    2    3
#> [2,]    1    9

# op_get_item ----

op_get_item(matrix(1:6, 2), list(1L, 2L))
#> <tensor int32 ()>
#> [1] 3
