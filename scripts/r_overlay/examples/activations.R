# activation_linear ----

activation_linear(c(-1, 2))

# activation_relu ----

activation_relu(c(-1, 0.5, 2))
activation_relu(c(-1, 0.5, 2), max_value = 1)

# activation_leaky_relu ----

activation_leaky_relu(c(-1, 2), negative_slope = 0.1)

# activation_relu6 ----

activation_relu6(c(-1, 2, 7))

# activation_elu ----

activation_elu(c(-1, 2))

# activation_celu ----

activation_celu(c(-1, 2))

# activation_selu ----

activation_selu(c(-1, 2))

# activation_gelu ----

activation_gelu(c(-1, 2))

# activation_silu ----

activation_silu(c(-1, 2))

# activation_mish ----

activation_mish(c(-1, 2))

# activation_hard_silu ----

activation_hard_silu(c(-1, 2))

# activation_hard_swish ----

activation_hard_swish(c(-1, 2))

# activation_sigmoid ----

activation_sigmoid(c(-1, 2))

# activation_hard_sigmoid ----

activation_hard_sigmoid(c(-1, 4))

# activation_log_sigmoid ----

activation_log_sigmoid(c(-1, 2))

# activation_sparse_sigmoid ----

activation_sparse_sigmoid(c(-1, 0.5, 2))

# activation_tanh ----

activation_tanh(c(-1, 2))

# activation_hard_tanh ----

activation_hard_tanh(c(-2, 0.5))

# activation_tanh_shrink ----

activation_tanh_shrink(c(-1, 2))

# activation_soft_shrink ----

activation_soft_shrink(c(-1, 0.3, 2))

# activation_hard_shrink ----

activation_hard_shrink(c(-1, 0.3, 2))

# activation_threshold ----

activation_threshold(c(-1, 0, 2), threshold = 0.5, default_value = 0)

# activation_softplus ----

activation_softplus(c(-1, 2))

# activation_sparse_plus ----

activation_sparse_plus(c(-1, 0, 2))

# activation_squareplus ----

activation_squareplus(c(-1, 2))

# activation_softsign ----

activation_softsign(c(-1, 2))

# activation_exponential ----

activation_exponential(c(-1, 0))

# activation_softmax ----

activation_softmax(matrix(c(1, 2, 3), 1))

# activation_log_softmax ----

activation_log_softmax(matrix(c(1, 2, 3), 1))

# activation_sparsemax ----

activation_sparsemax(matrix(c(1, 1.5, 0.1), 1))

# activation_glu ----

activation_glu(matrix(c(1, 2, 0, 0), 1))
