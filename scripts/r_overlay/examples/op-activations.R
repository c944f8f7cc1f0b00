# op_relu ----

op_relu(c(-2, 0, 0.5, 2))

# op_relu6 ----

op_relu6(c(-2, 0, 0.5, 2))

# op_sigmoid ----

op_sigmoid(c(-2, 0, 0.5, 2))

# op_sparse_sigmoid ----

op_sparse_sigmoid(c(-2, 0, 0.5, 2))

# op_softplus ----

op_softplus(c(-2, 0, 0.5, 2))

# op_softsign ----

op_softsign(c(-2, 0, 0.5, 2))

# op_sparse_plus ----

op_sparse_plus(c(-2, 0, 0.5, 2))

# op_silu ----

op_silu(c(-2, 0, 0.5, 2))

# op_log_sigmoid ----

op_log_sigmoid(c(-2, 0, 0.5, 2))

# op_hard_sigmoid ----

op_hard_sigmoid(c(-2, 0, 0.5, 2))

# op_hard_silu ----

op_hard_silu(c(-2, 0, 0.5, 2))

# op_hard_tanh ----

op_hard_tanh(c(-2, 0, 0.5, 2))

# op_tanh_shrink ----

op_tanh_shrink(c(-2, 0, 0.5, 2))

# op_selu ----

op_selu(c(-2, 0, 0.5, 2))

# op_elu ----

op_elu(c(-2, 0, 0.5, 2))

# op_celu ----

op_celu(c(-2, 0, 0.5, 2))

# op_gelu ----

op_gelu(c(-2, 0, 0.5, 2))

# op_leaky_relu ----

op_leaky_relu(c(-2, 0, 0.5, 2))

# op_squareplus ----

op_squareplus(c(-2, 0, 0.5, 2))

# op_soft_shrink ----

op_soft_shrink(c(-2, 0, 0.5, 2))

# op_hard_shrink ----

op_hard_shrink(c(-2, 0, 0.5, 2))

# op_threshold ----

op_threshold(c(-2, 0, 0.5, 2), threshold = 0.2, default_value = -1)

# op_glu ----

op_glu(c(1, 2, 3, 4))

# op_softmax ----

op_softmax(c(1, 2, 3))

# op_log_softmax ----

op_log_softmax(c(1, 2, 3))

# op_sparsemax ----

op_sparsemax(c(1, 2, 0.5))

# op_erf ----

op_erf(c(-1, 0, 1))

# op_erfinv ----

op_erfinv(c(-0.5, 0, 0.5))
