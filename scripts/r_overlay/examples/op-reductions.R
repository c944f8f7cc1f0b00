# op_sum ----

op_sum(matrix(1:6, 2), axis = 1)
#> <tensor int32 (3)>
#> [1]  3  7 11

# op_mean ----

op_mean(matrix(1:6, 2), axis = 1)
#> <tensor float32 (3)>
#> [1] 1.5 3.5 5.5

# op_var ----

op_var(matrix(1:6, 2), axis = 1)
#> <tensor float32 (3)>
#> [1] 0.25 0.25 0.25

# op_std ----

op_std(matrix(1:6, 2), axis = 1)
#> <tensor float32 (3)>
#> [1] 0.5 0.5 0.5

# op_max ----

op_max(matrix(1:6, 2), axis = 1)
#> <tensor int32 (3)>
#> [1] 2 4 6

# op_min ----

op_min(matrix(1:6, 2), axis = 1)
#> <tensor int32 (3)>
#> [1] 1 3 5

# op_prod ----

op_prod(matrix(1:6, 2), axis = 1)
#> <tensor int32 (3)>
#> [1]  2 12 30

# op_all ----

op_all(c(TRUE, FALSE))
#> <tensor bool ()>
#> [1] FALSE

# op_any ----

op_any(c(TRUE, FALSE))
#> <tensor bool ()>
#> [1] TRUE

# op_logsumexp ----

op_logsumexp(c(1000, 1000))
#> <tensor float32 ()>
#> [1] 1000.693

# op_count_nonzero ----

op_count_nonzero(c(0, 3, 0, 5))
#> <tensor int32 ()>
#> [1] 2

# op_average ----

op_average(c(1, 2, 4), weights = c(1, 1, 2))
#> <tensor float32 ()>
#> [1] 2.75

# op_median ----

op_median(c(5, 1, 3))
#> <tensor float32 ()>
#> [1] 3

# op_quantile ----

op_quantile(c(1, 2, 3, 10), c(0.25, 0.5))
#> <tensor float32 (2)>
#> [1] 1.75 2.50

# op_cumsum ----

op_cumsum(1:4)
#> <tensor int32 (4)>
#> [1]  1  3  6 10

# op_cumprod ----

op_cumprod(1:4)
#> <tensor int32 (4)>
#> [1]  1  2  6 24

# op_diff ----

op_diff(c(1, 4, 9, 16))
#> <tensor float32 (3)>
#> [1] 3 5 7

# op_percentile ----

op_percentile(c(1, 2, 3, 10), c(25, 50))
#> <tensor float32 (2)>
#> [1] 1.75 2.50

# op_ptp ----

op_ptp(matrix(1:6, 2), axis = 1)
#> <tensor int32 (3)>
#> [1] 1 1 1

# op_trapezoid ----

op_trapezoid(c(1, 2, 3), c(0, 1, 3))
#> <tensor float32 ()>
#> [1] 6.5
