# activation_linear ----

activation_linear(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_relu ----

activation_relu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_leaky_relu ----

activation_leaky_relu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_relu6 ----

activation_relu6(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_elu ----

activation_elu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_celu ----

activation_celu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_selu ----

activation_selu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_gelu ----

activation_gelu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_silu ----

activation_silu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_mish ----

activation_mish(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_hard_silu ----

activation_hard_silu(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_hard_swish ----

activation_hard_swish(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_sigmoid ----

activation_sigmoid(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_hard_sigmoid ----

activation_hard_sigmoid(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_log_sigmoid ----

activation_log_sigmoid(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_sparse_sigmoid ----

activation_sparse_sigmoid(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_tanh ----

activation_tanh(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_hard_tanh ----

activation_hard_tanh(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_tanh_shrink ----

activation_tanh_shrink(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_soft_shrink ----

activation_soft_shrink(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_hard_shrink ----

activation_hard_shrink(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_threshold ----

activation_threshold(c(-1, 0, 2), threshold = 0.5, default_value = 0)

# activation_softplus ----

activation_softplus(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_sparse_plus ----

activation_sparse_plus(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_squareplus ----

activation_squareplus(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_softsign ----

activation_softsign(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_exponential ----

activation_exponential(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_softmax ----

activation_softmax(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_log_softmax ----

activation_log_softmax(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_sparsemax ----

activation_sparsemax(array(c(-1, 0, 1, 2), dim = c(2, 2)))

# activation_glu ----

activation_glu(array(c(-1, 0, 1, 2), dim = c(2, 2)))
