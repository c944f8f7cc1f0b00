# op_sin ----

op_sin(c(0, pi / 2))

# op_cos ----

op_cos(c(0, pi))

# op_tan ----

op_tan(c(0, pi / 4))

# op_arcsin ----

op_arcsin(c(0, 1))

# op_arccos ----

op_arccos(c(0, 1))

# op_arctan ----

op_arctan(c(0, 1))

# op_arctan2 ----

op_arctan2(c(1, -1), c(-1, 1))

# op_sinh ----

op_sinh(c(0, 1))

# op_cosh ----

op_cosh(c(0, 1))

# op_tanh ----

op_tanh(c(0, 1))

# op_arcsinh ----

op_arcsinh(c(0, 1))

# op_arccosh ----

op_arccosh(c(1, 2))

# op_arctanh ----

op_arctanh(c(0, 0.5))

# op_deg2rad ----

op_deg2rad(c(90, 180))
