# op_relu ----

op_relu(c(-2, 0, 0.5, 2))
#> tensor(c(0.0000, 0.0000, 0.5000, 2.0000))

# op_relu6 ----

op_relu6(c(-2, 0, 0.5, 2))
#> tensor(c(0.0000, 0.0000, 0.5000, 2.0000))

# op_sigmoid ----

op_sigmoid(c(-2, 0, 0.5, 2))
#> tensor(c(0.1192, 0.5000, 0.6225, 0.8808))

# op_sparse_sigmoid ----

op_sparse_sigmoid(c(-2, 0, 0.5, 2))
#> tensor(c(0.0000, 0.5000, 0.7500, 1.0000))

# op_softplus ----

op_softplus(c(-2, 0, 0.5, 2))
#> tensor(c(0.1269, 0.6931, 0.9741, 2.1269))

# op_softsign ----

op_softsign(c(-2, 0, 0.5, 2))
#> tensor(c(-0.6667,  0.0000,  0.3333,  0.6667))

# op_sparse_plus ----

op_sparse_plus(c(-2, 0, 0.5, 2))
#> tensor(c(0.0000, 0.2500, 0.5625, 2.0000))

# op_silu ----

op_silu(c(-2, 0, 0.5, 2))
#> tensor(c(-0.2384,  0.0000,  0.3112,  1.7616))

# op_log_sigmoid ----

op_log_sigmoid(c(-2, 0, 0.5, 2))
#> tensor(c(-2.1269, -0.6931, -0.4741, -0.1269))

# op_hard_sigmoid ----

op_hard_sigmoid(c(-2, 0, 0.5, 2))
#> tensor(c(0.1667, 0.5000, 0.5833, 0.8333))

# op_hard_silu ----

op_hard_silu(c(-2, 0, 0.5, 2))
#> tensor(c(-0.3333,  0.0000,  0.2917,  1.6667))

# op_hard_tanh ----

op_hard_tanh(c(-2, 0, 0.5, 2))
#> tensor(c(-1.0000,  0.0000,  0.5000,  1.0000))

# op_tanh_shrink ----

op_tanh_shrink(c(-2, 0, 0.5, 2))
#> tensor(c(-1.0360,  0.0000,  0.0379,  1.0360))

# op_selu ----

op_selu(c(-2, 0, 0.5, 2))
#> tensor(c(-1.5202,  0.0000,  0.5254,  2.1014))

# op_elu ----

op_elu(c(-2, 0, 0.5, 2))
#> tensor(c(-0.8647,  0.0000,  0.5000,  2.0000))

# op_celu ----

op_celu(c(-2, 0, 0.5, 2))
#> tensor(c(-0.8647,  0.0000,  0.5000,  2.0000))

# op_gelu ----

op_gelu(c(-2, 0, 0.5, 2))
#> tensor(c(-0.0454,  0.0000,  0.3457,  1.9546))

# op_leaky_relu ----

op_leaky_relu(c(-2, 0, 0.5, 2))
#> tensor(c(-0.4000,  0.0000,  0.5000,  2.0000))

# op_squareplus ----

op_squareplus(c(-2, 0, 0.5, 2))
#> tensor(c(0.4142, 1.0000, 1.2808, 2.4142))

# op_soft_shrink ----

op_soft_shrink(c(-2, 0, 0.5, 2))
#> tensor(c(-1.5000,  0.0000,  0.0000,  1.5000))

# op_hard_shrink ----

op_hard_shrink(c(-2, 0, 0.5, 2))
#> tensor(c(-2.,  0.,  0.,  2.))

# op_threshold ----

op_threshold(c(-2, 0, 0.5, 2), threshold = 0.2, default_value = -1)
#> tensor(c(-1.0000, -1.0000,  0.5000,  2.0000))

# op_glu ----

op_glu(c(1, 2, 3, 4))
#> tensor(c(0.9526, 1.9640))

# op_softmax ----

op_softmax(c(1, 2, 3))
#> tensor(c(0.0900, 0.2447, 0.6652))

# op_log_softmax ----

op_log_softmax(c(1, 2, 3))
#> tensor(c(-2.4076, -1.4076, -0.4076))

# op_sparsemax ----

op_sparsemax(c(1, 2, 0.5))
#> tensor(c(0., 1., 0.))

# op_erf ----

op_erf(c(-1, 0, 1))
#> tensor(c(-0.8427,  0.0000,  0.8427))

# op_erfinv ----

op_erfinv(c(-0.5, 0, 0.5))
#> tensor(c(-0.4769,  0.0000,  0.4769))
