# op_sin ----

op_sin(c(0, pi / 2))
#> tensor(c(0., 1.))

# op_cos ----

op_cos(c(0, pi))
#> tensor(c( 1., -1.))

# op_tan ----

op_tan(c(0, pi / 4))
#> tensor(c(0., 1.))

# op_arcsin ----

op_arcsin(c(0, 1))
#> tensor(c(0.0000, 1.5708))

# op_arccos ----

op_arccos(c(0, 1))
#> tensor(c(1.5708, 0.0000))

# op_arctan ----

op_arctan(c(0, 1))
#> tensor(c(0.0000, 0.7854))

# op_arctan2 ----

op_arctan2(c(1, -1), c(-1, 1))
#> tensor(c( 2.3562, -0.7854))

# op_sinh ----

op_sinh(c(0, 1))
#> tensor(c(0.0000, 1.1752))

# op_cosh ----

op_cosh(c(0, 1))
#> tensor(c(1.0000, 1.5431))

# op_tanh ----

op_tanh(c(0, 1))
#> tensor(c(0.0000, 0.7616))

# op_arcsinh ----

op_arcsinh(c(0, 1))
#> tensor(c(0.0000, 0.8814))

# op_arccosh ----

op_arccosh(c(1, 2))
#> tensor(c(0.0000, 1.3170))

# op_arctanh ----

op_arctanh(c(0, 0.5))
#> tensor(c(0.0000, 0.5493))

# op_deg2rad ----

op_deg2rad(c(90, 180))
#> tensor(c(1.5708, 3.1416))
