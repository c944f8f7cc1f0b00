# op_sum ----

op_sum(matrix(1:6, 2), axis = 1)
#> tensor(c( 3,  7, 11), dtype=torch.int32)

# op_mean ----

op_mean(matrix(1:6, 2), axis = 1)
#> tensor(c(1.5000, 3.5000, 5.5000))

# op_var ----

op_var(matrix(1:6, 2), axis = 1)
#> tensor(c(0.2500, 0.2500, 0.2500))

# op_std ----

op_std(matrix(1:6, 2), axis = 1)
#> tensor(c(0.5000, 0.5000, 0.5000))

# op_max ----

op_max(matrix(1:6, 2), axis = 1)
#> tensor(c(2, 4, 6), dtype=torch.int32)

# op_min ----

op_min(matrix(1:6, 2), axis = 1)
#> tensor(c(1, 3, 5), dtype=torch.int32)

# op_prod ----

op_prod(matrix(1:6, 2), axis = 1)
#> tensor(c( 2, 12, 30), dtype=torch.int32)

# op_all ----

op_all(c(TRUE, FALSE))
#> tensor(FALSE)

# op_any ----

op_any(c(TRUE, FALSE))
#> tensor(TRUE)

# op_logsumexp ----

op_logsumexp(c(1000, 1000))
#> tensor(1000.6932)

# op_count_nonzero ----

op_count_nonzero(c(0, 3, 0, 5))
#> tensor(2, dtype=torch.int32)

# op_average ----

op_average(c(1, 2, 4), weights = c(1, 1, 2))
#> tensor(2.7500)

# op_median ----

op_median(c(5, 1, 3))
#> tensor(3.)

# op_quantile ----

op_quantile(c(1, 2, 3, 10), c(0.25, 0.5))
#> tensor(c(1.7500, 2.5000))

# op_cumsum ----

op_cumsum(1:4)
#> tensor(c( 1,  3,  6, 10), dtype=torch.int32)

# op_cumprod ----

op_cumprod(1:4)
#> tensor(c( 1,  2,  6, 24), dtype=torch.int32)

# op_diff ----

op_diff(c(1, 4, 9, 16))
#> tensor(c(3., 5., 7.))
