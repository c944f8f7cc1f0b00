# op_add ----

op_add(1:3, 10)
#> <tensor float32 (3)>
#> [1] 11 12 13

# op_subtract ----

op_subtract(c(5, 7), c(1, 2))
#> <tensor float32 (2)>
#> [1] 4 5

# op_multiply ----

op_multiply(1:3, c(2, 4, 6))
#> <tensor float32 (3)>
#> [1]  2  8 18

# op_divide ----

op_divide(c(6, 9), 3)
#> <tensor float32 (2)>
#> [1] 2 3

# op_divide_no_nan ----

op_divide_no_nan(c(1, 2), c(0, 4))
#> <tensor float32 (2)>
#> [1] 0.0 0.5

# op_floor_divide ----

op_floor_divide(c(7, -7), 2)
#> <tensor float32 (2)>
#> [1]  3 -4

# op_mod ----

op_mod(c(7, -7), 3)
#> <tensor float32 (2)>
#> [1] 1 2

# op_power ----

op_power(1:4, 2)
#> <tensor float32 (4)>
#> [1]  1  4  9 16

# op_maximum ----

op_maximum(c(1, 5), c(3, 2))
#> <tensor float32 (2)>
#> [1] 3 5

# op_minimum ----

op_minimum(c(1, 5), c(3, 2))
#> <tensor float32 (2)>
#> [1] 1 2

# op_negative ----

op_negative(c(-1, 2))
#> <tensor float32 (2)>
#> [1]  1 -2

# op_abs ----

op_abs(c(-1, 2))
#> <tensor float32 (2)>
#> [1] 1 2

# op_sign ----

op_sign(c(-3, 0, 5))
#> <tensor float32 (3)>
#> [1] -1  0  1

# op_reciprocal ----

op_reciprocal(c(2, 4))
#> <tensor float32 (2)>
#> [1] 0.50 0.25

# op_square ----

op_square(1:3)
#> <tensor int32 (3)>
#> [1] 1 4 9

# op_sqrt ----

op_sqrt(c(4, 9))
#> <tensor float32 (2)>
#> [1] 2 3

# op_rsqrt ----

op_rsqrt(c(4, 16))
#> <tensor float32 (2)>
#> [1] 0.50 0.25

# op_cbrt ----

op_cbrt(c(-8, 27))
#> <tensor float32 (2)>
#> [1] -2  3

# op_clip ----

op_clip(c(-2, 0.5, 3), 0, 1)
#> <tensor float32 (3)>
#> [1] 0.0 0.5 1.0

# op_heaviside ----

op_heaviside(c(-1, 0, 2), 0.5)
#> <tensor float32 (3)>
#> [1] 0.0 0.5 1.0

# op_nan_to_num ----

op_nan_to_num(c(NaN, 1, Inf), posinf = 100)
#> <tensor float32 (3)>
#> [1]   0   1 100

# op_exp ----

op_exp(c(0, 1))
#> <tensor float32 (2)>
#> [1] 1.000000 2.718282

# op_exp2 ----

op_exp2(1:3)
#> <tensor float32 (3)>
#> [1] 2 4 8

# op_expm1 ----

op_expm1(c(0, 1e-5))
#> <tensor float32 (2)>
#> [1] 0.000000e+00 1.000005e-05

# op_log ----

op_log(c(1, exp(1)))
#> <tensor float32 (2)>
#> [1] 0 1

# op_log10 ----

op_log10(c(1, 100))
#> <tensor float32 (2)>
#> [1] 0 2

# op_log1p ----

op_log1p(c(0, 1))
#> <tensor float32 (2)>
#> [1] 0.0000000 0.6931472

# op_log2 ----

op_log2(c(1, 8))
#> <tensor float32 (2)>
#> [1] 0 3

# op_logaddexp ----

op_logaddexp(c(0, 1000), c(0, 1000))
#> <tensor float32 (2)>
#> [1]    0.6931472 1000.6931763

# op_ceil ----

op_ceil(c(1.2, -1.2))
#> <tensor float32 (2)>
#> [1]  2 -1

# op_floor ----

op_floor(c(1.2, -1.2))
#> <tensor float32 (2)>
#> [1]  1 -2

# op_trunc ----

op_trunc(c(1.7, -1.7))
#> <tensor float32 (2)>
#> [1]  1 -1

# op_round ----

op_round(c(0.5, 1.5, 2.345), decimals = 1)
#> <tensor float32 (3)>
#> [1] 0.5 1.5 2.3

# op_fmax ----

op_fmax(c(1, NaN), c(3, 2))
#> <tensor float32 (2)>
#> [1] 3 2

# op_fmin ----

op_fmin(c(1, NaN), c(3, 2))
#> <tensor float32 (2)>
#> [1] 1 2

# op_fmod ----

op_fmod(c(7, -7), 3)
#> <tensor float32 (2)>
#> [1]  1 -1

# op_hypot ----

op_hypot(c(3, 5), c(4, 12))
#> <tensor float32 (2)>
#> [1]  5 13

# op_gcd ----

op_gcd(c(12L, 18L), 8L)
#> <tensor int32 (2)>
#> [1] 4 2

# op_lcm ----

op_lcm(c(4L, 6L), 10L)
#> <tensor int32 (2)>
#> [1] 20 30

# op_ldexp ----

op_ldexp(c(1, 3), c(2L, -1L))
#> <tensor float32 (2)>
#> [1] 4.0 1.5

# op_nextafter ----

op_nextafter(1, 2) - 1
#> <tensor float32 ()>
#> [1] 1.192093e-07

# op_fabs ----

op_fabs(c(-1L, 2L))
#> <tensor float32 (2)>
#> [1] 1 2

# op_logaddexp2 ----

op_logaddexp2(c(0, 10), c(0, 10))
#> <tensor float32 (2)>
#> [1]  1 11

# op_erfc ----

op_erfc(c(0, 0.5, 3))
#> <tensor float32 (3)>
#> [1] 1.0000000000 0.4795001149 0.0000220905

# op_i0 ----

op_i0(c(0, 1, 2))
#> <tensor float32 (3)>
#> [1] 0.9999999 1.2660660 2.2795851
