# activation_linear ----

activation_linear(c(-1, 2))
#> [1] -1  2

# activation_relu ----

activation_relu(c(-1, 0.5, 2))
#> [1] 0.0 0.5 2.0
activation_relu(c(-1, 0.5, 2), max_value = 1)
#> [1] 0.0 0.5 1.0

# activation_leaky_relu ----

activation_leaky_relu(c(-1, 2), negative_slope = 0.1)
#> [1] -0.1  2.0

# activation_relu6 ----

activation_relu6(c(-1, 2, 7))
#> [1] 0 2 6

# activation_elu ----

activation_elu(c(-1, 2))
#> [1] -0.6321206  2.0000000

# activation_celu ----

activation_celu(c(-1, 2))
#> [1] -0.6321206  2.0000000

# activation_selu ----

activation_selu(c(-1, 2))
#> [1] -1.111331  2.101402

# activation_gelu ----

activation_gelu(c(-1, 2))
#> [1] -0.1586553  1.9544997

# activation_silu ----

activation_silu(c(-1, 2))
#> [1] -0.2689414  1.7615942

# activation_mish ----

activation_mish(c(-1, 2))
#> [1] -0.3034015  1.9439590

# activation_hard_silu ----

activation_hard_silu(c(-1, 2))
#> [1] -0.3333333  1.6666667

# activation_hard_swish ----

activation_hard_swish(c(-1, 2))
#> [1] -0.3333333  1.6666667

# activation_sigmoid ----

activation_sigmoid(c(-1, 2))
#> [1] 0.2689414 0.8807971

# activation_hard_sigmoid ----

activation_hard_sigmoid(c(-1, 4))
#> [1] 0.3333333 1.0000000

# activation_log_sigmoid ----

activation_log_sigmoid(c(-1, 2))
#> [1] -1.313262 -0.126928

# activation_sparse_sigmoid ----

activation_sparse_sigmoid(c(-1, 0.5, 2))
#> [1] 0.00 0.75 1.00

# activation_tanh ----

activation_tanh(c(-1, 2))
#> [1] -0.7615942  0.9640276

# activation_hard_tanh ----

activation_hard_tanh(c(-2, 0.5))
#> [1] -1.0  0.5

# activation_tanh_shrink ----

activation_tanh_shrink(c(-1, 2))
#> [1] -0.2384058  1.0359724

# activation_soft_shrink ----

activation_soft_shrink(c(-1, 0.3, 2))
#> [1] -0.5  0.0  1.5

# activation_hard_shrink ----

activation_hard_shrink(c(-1, 0.3, 2))
#> [1] -1  0  2

# activation_threshold ----

activation_threshold(c(-1, 0, 2), threshold = 0.5, default_value = 0)
#> [1] 0 0 2

# activation_softplus ----

activation_softplus(c(-1, 2))
#> [1] 0.3132617 2.1269280

# activation_sparse_plus ----

activation_sparse_plus(c(-1, 0, 2))
#> [1] 0.00 0.25 2.00

# activation_squareplus ----

activation_squareplus(c(-1, 2))
#> [1] 0.618034 2.414214

# activation_softsign ----

activation_softsign(c(-1, 2))
#> [1] -0.5000000  0.6666667

# activation_exponential ----

activation_exponential(c(-1, 0))
#> [1] 0.3678794 1.0000000

# activation_softmax ----

activation_softmax(matrix(c(1, 2, 3), 1))
#>            [,1]      [,2]     [,3]
#> [1,] 0.09003057 0.2447285 0.665241

# activation_log_softmax ----

activation_log_softmax(matrix(c(1, 2, 3), 1))
#>           [,1]      [,2]      [,3]
#> [1,] -2.407606 -1.407606 -0.407606

# activation_sparsemax ----

activation_sparsemax(matrix(c(1, 1.5, 0.1), 1))
#>      [,1] [,2] [,3]
#> [1,] 0.25 0.75    0

# activation_glu ----

activation_glu(matrix(c(1, 2, 0, 0), 1))
#>      [,1] [,2]
#> [1,]  0.5    1
