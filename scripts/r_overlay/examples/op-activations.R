# op_relu ----

op_relu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.0 0.0 0.5 2.0

# op_relu6 ----

op_relu6(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.0 0.0 0.5 2.0

# op_sigmoid ----

op_sigmoid(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.1192029 0.5000000 0.6224594 0.8807970

# op_sparse_sigmoid ----

op_sparse_sigmoid(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.00 0.50 0.75 1.00

# op_softplus ----

op_softplus(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.1269280 0.6931472 0.9740770 2.1269281

# op_softsign ----

op_softsign(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.6666667  0.0000000  0.3333333  0.6666667

# op_sparse_plus ----

op_sparse_plus(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.0000 0.2500 0.5625 2.0000

# op_silu ----

op_silu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.2384058  0.0000000  0.3112297  1.7615941

# op_log_sigmoid ----

op_log_sigmoid(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -2.1269281 -0.6931472 -0.4740770 -0.1269280

# op_hard_sigmoid ----

op_hard_sigmoid(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.1666667 0.5000000 0.5833333 0.8333333

# op_hard_silu ----

op_hard_silu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.3333333  0.0000000  0.2916667  1.6666666

# op_hard_tanh ----

op_hard_tanh(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -1.0  0.0  0.5  1.0

# op_tanh_shrink ----

op_tanh_shrink(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -1.03597236  0.00000000  0.03788283  1.03597236

# op_selu ----

op_selu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -1.5201665  0.0000000  0.5253505  2.1014020

# op_elu ----

op_elu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.8646647  0.0000000  0.5000000  2.0000000

# op_celu ----

op_celu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.8646647  0.0000000  0.5000000  2.0000000

# op_gelu ----

op_gelu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.04540229  0.00000000  0.34571400  1.95459771

# op_leaky_relu ----

op_leaky_relu(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -0.4  0.0  0.5  2.0

# op_squareplus ----

op_squareplus(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] 0.4142135 1.0000000 1.2807764 2.4142137

# op_soft_shrink ----

op_soft_shrink(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -1.5  0.0  0.0  1.5

# op_hard_shrink ----

op_hard_shrink(c(-2, 0, 0.5, 2))
#> <tensor float32 (4)>
#> [1] -2  0  0  2

# op_threshold ----

op_threshold(c(-2, 0, 0.5, 2), threshold = 0.2, default_value = -1)
#> <tensor float32 (4)>
#> [1] -1.0 -1.0  0.5  2.0

# op_glu ----

op_glu(c(1, 2, 3, 4))
#> <tensor float32 (2)>
#> [1] 0.9525741 1.9640275

# op_softmax ----

op_softmax(c(1, 2, 3))
#> <tensor float32 (3)>
#> [1] 0.09003057 0.24472848 0.66524094

# op_log_softmax ----

op_log_softmax(c(1, 2, 3))
#> <tensor float32 (3)>
#> [1] -2.4076059 -1.4076059 -0.4076059

# op_sparsemax ----

op_sparsemax(c(1, 2, 0.5))
#> <tensor float32 (3)>
#> [1] 0 1 0

# op_erf ----

op_erf(c(-1, 0, 1))
#> <tensor float32 (3)>
#> [1] -0.8427008  0.0000000  0.8427008

# op_erfinv ----

op_erfinv(c(-0.5, 0, 0.5))
#> <tensor float32 (3)>
#> [1] -0.4769363  0.0000000  0.4769363
