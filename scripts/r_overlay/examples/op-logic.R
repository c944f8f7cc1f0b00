# op_equal ----

op_equal(1:3, c(1, 0, 3))
#> <tensor bool (3)>
#> [1]  TRUE FALSE  TRUE

# op_not_equal ----

op_not_equal(1:3, c(1, 0, 3))
#> <tensor bool (3)>
#> [1] FALSE  TRUE FALSE

# op_less ----

op_less(1:3, 2)
#> <tensor bool (3)>
#> [1]  TRUE FALSE FALSE

# op_less_equal ----

op_less_equal(1:3, 2)
#> <tensor bool (3)>
#> [1]  TRUE  TRUE FALSE

# op_greater ----

op_greater(1:3, 2)
#> <tensor bool (3)>
#> [1] FALSE FALSE  TRUE

# op_greater_equal ----

op_greater_equal(1:3, 2)
#> <tensor bool (3)>
#> [1] FALSE  TRUE  TRUE

# op_isclose ----

op_isclose(c(1, 2), c(1 + 1e-7, 2.1))
#> <tensor bool (2)>
#> [1]  TRUE FALSE

# op_logical_and ----

op_logical_and(c(TRUE, FALSE), TRUE)
#> <tensor bool (2)>
#> [1]  TRUE FALSE

# op_logical_or ----

op_logical_or(c(TRUE, FALSE), FALSE)
#> <tensor bool (2)>
#> [1]  TRUE FALSE

# op_logical_xor ----

op_logical_xor(c(TRUE, FALSE), TRUE)
#> <tensor bool (2)>
#> [1] FALSE  TRUE

# op_logical_not ----

op_logical_not(c(TRUE, FALSE))
#> <tensor bool (2)>
#> [1] FALSE  TRUE

# op_isfinite ----

op_isfinite(c(1, Inf, NaN))
#> <tensor bool (3)>
#> [1]  TRUE FALSE FALSE

# op_isinf ----

op_isinf(c(1, Inf, NaN))
#> <tensor bool (3)>
#> [1] FALSE  TRUE FALSE

# op_isnan ----

op_isnan(c(1, Inf, NaN))
#> <tensor bool (3)>
#> [1] FALSE FALSE  TRUE

# op_signbit ----

op_signbit(c(-1, 0, 2))
#> <tensor bool (3)>
#> [1]  TRUE FALSE FALSE

# op_bitwise_and ----

op_bitwise_and(12L, c(10L, 4L))
#> <tensor int32 (2)>
#> [1] 8 4

# op_bitwise_or ----

op_bitwise_or(12L, c(10L, 4L))
#> <tensor int32 (2)>
#> [1] 14 12

# op_bitwise_xor ----

op_bitwise_xor(12L, c(10L, 4L))
#> <tensor int32 (2)>
#> [1] 6 8

# op_bitwise_invert ----

op_bitwise_invert(c(0L, 5L))
#> <tensor int32 (2)>
#> [1] -1 -6

# op_bitwise_not ----

op_bitwise_not(c(0L, 5L))
#> <tensor int32 (2)>
#> [1] -1 -6

# op_bitwise_left_shift ----

op_bitwise_left_shift(c(1L, 5L), 2L)
#> <tensor int32 (2)>
#> [1]  4 20

# op_left_shift ----

op_left_shift(c(1L, 5L), 2L)
#> <tensor int32 (2)>
#> [1]  4 20

# op_bitwise_right_shift ----

op_bitwise_right_shift(c(4L, 21L), 2L)
#> <tensor int32 (2)>
#> [1] 1 5

# op_right_shift ----

op_right_shift(c(4L, 21L), 2L)
#> <tensor int32 (2)>
#> [1] 1 5

# op_allclose ----

op_allclose(c(1, 2), c(1 + 1e-7, 2))
#> <tensor bool ()>
#> [1] TRUE

# op_isin ----

op_isin(c(1L, 2L, 5L), c(5L, 1L))
#> <tensor bool (3)>
#> [1]  TRUE FALSE  TRUE

# op_isposinf ----

op_isposinf(c(1, Inf, -Inf))
#> <tensor bool (3)>
#> [1] FALSE  TRUE FALSE

# op_isneginf ----

op_isneginf(c(1, Inf, -Inf))
#> <tensor bool (3)>
#> [1] FALSE FALSE  TRUE

# op_isreal ----

op_isreal(c(1+0i, 2i))
#> <tensor bool (2)>
#> [1]  TRUE FALSE
