# op_sin ----

op_sin(c(0, pi / 2))
#> <tensor float32 (2)>
#> [1] 0 1

# op_cos ----

op_cos(c(0, pi))
#> <tensor float32 (2)>
#> [1]  1 -1

# op_tan ----

op_tan(c(0, pi / 4))
#> <tensor float32 (2)>
#> [1] 0 1

# op_arcsin ----

op_arcsin(c(0, 1))
#> <tensor float32 (2)>
#> [1] 0.000000 1.570796

# op_arccos ----

op_arccos(c(0, 1))
#> <tensor float32 (2)>
#> [1] 1.570796 0.000000

# op_arctan ----

op_arctan(c(0, 1))
#> <tensor float32 (2)>
#> [1] 0.0000000 0.7853982

# op_arctan2 ----

op_arctan2(c(1, -1), c(-1, 1))
#> <tensor float32 (2)>
#> [1]  2.3561945 -0.7853982

# op_sinh ----

op_sinh(c(0, 1))
#> <tensor float32 (2)>
#> [1] 0.000000 1.175201

# op_cosh ----

op_cosh(c(0, 1))
#> <tensor float32 (2)>
#> [1] 1.000000 1.543081

# op_tanh ----

op_tanh(c(0, 1))
#> <tensor float32 (2)>
#> [1] 0.0000000 0.7615942

# op_arcsinh ----

op_arcsinh(c(0, 1))
#> <tensor float32 (2)>
#> [1] 0.0000000 0.8813736

# op_arccosh ----

op_arccosh(c(1, 2))
#> <tensor float32 (2)>
#> [1] 0.000000 1.316958

# op_arctanh ----

op_arctanh(c(0, 0.5))
#> <tensor float32 (2)>
#> [1] 0.0000000 0.5493062

# op_deg2rad ----

op_deg2rad(c(90, 180))
#> <tensor float32 (2)>
#> [1] 1.570796 3.141593

# op_rad2deg ----

op_rad2deg(c(0, pi))
#> <tensor float32 (2)>
#> [1]   0 180

# op_sinc ----

op_sinc(c(0, 0.5, 1.5))
#> <tensor float32 (3)>
#> [1]  1.0000000  0.6366197 -0.2122066
