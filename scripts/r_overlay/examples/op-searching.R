# op_argmax ----

op_argmax(c(3, 9, 1))
#> <tensor int32 ()>
#> [1] 2

# op_argmin ----

op_argmin(c(3, 9, 1))
#> <tensor int32 ()>
#> [1] 3

# op_sort ----

op_sort(c(3, 9, 1))
#> <tensor float32 (3)>
#> [1] 1 3 9

# op_argsort ----

op_argsort(c(3, 9, 1))
#> <tensor int32 (3)>
#> [1] 3 1 2

# op_argpartition ----

op_argpartition(c(3, 9, 1, 7), 2)
#> <tensor int32 (4)>
#> [1] 3 1 4 2

# op_searchsorted ----

op_searchsorted(c(1, 3, 5), c(0, 3, 9))
#> <tensor int32 (3)>
#> [1] 1 2 4

# op_digitize ----

op_digitize(c(0.5, 2, 7), c(1, 5))
#> <tensor int32 (3)>
#> [1] 1 2 3

# op_nonzero ----

x <- matrix(c(0, 3, 0, 5), 2)
op_nonzero(x)
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    2    1
#> [2,]    2    2

# op_unravel_index ----

op_unravel_index(c(1L, 6L), c(2, 3))
#> [[1]]
#> <tensor int32 (2)>
#> [1] 1 2
#>
#> [[2]]
#> <tensor int32 (2)>
#> [1] 1 3
#>

# op_where ----

op_where(c(TRUE, FALSE), 1, c(10, 20))
#> <tensor float32 (2)>
#> [1]  1 20

# op_select ----

x <- c(1, 5, 9)
op_select(list(x < 3, x < 7), list(x, -x), 100)
#> <tensor float32 (3)>
#> [1]   1  -5 100

# op_unique ----

op_unique(c(3L, 1L, 3L))
#> <tensor int32 (2)>
#> [1] 1 3

op_unique(c(3L, 1L, 3L), return_counts = TRUE)
#> [[1]]
#> <tensor int32 (2)>
#> [1] 1 3
#>
#> [[2]]
#> <tensor int32 (2)>
#> [1] 1 2
#>
