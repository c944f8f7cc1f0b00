# op_sum ----

op_sum(matrix(1:6, 2), axis = 1)

# op_mean ----

op_mean(matrix(1:6, 2), axis = 1)

# op_var ----

op_var(matrix(1:6, 2), axis = 1)

# op_std ----

op_std(matrix(1:6, 2), axis = 1)

# op_max ----

op_max(matrix(1:6, 2), axis = 1)

# op_min ----

op_min(matrix(1:6, 2), axis = 1)

# op_prod ----

op_prod(matrix(1:6, 2), axis = 1)

# op_all ----

op_all(c(TRUE, FALSE))

# op_any ----

op_any(c(TRUE, FALSE))

# op_logsumexp ----

op_logsumexp(c(1000, 1000))

# op_count_nonzero ----

op_count_nonzero(c(0, 3, 0, 5))

# op_average ----

op_average(c(1, 2, 4), weights = c(1, 1, 2))

# op_median ----

op_median(c(5, 1, 3))

# op_quantile ----

op_quantile(c(1, 2, 3, 10), c(0.25, 0.5))

# op_cumsum ----

op_cumsum(1:4)

# op_cumprod ----

op_cumprod(1:4)

# op_diff ----

op_diff(c(1, 4, 9, 16))
