# initializer_zeros ----

initializer_zeros()(c(2, 2))
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    0    0
#> [2,]    0    0

# initializer_ones ----

initializer_ones()(c(2, 2))
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    1    1
#> [2,]    1    1

# initializer_constant ----

initializer_constant(0.5)(c(2, 2))
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]  0.5  0.5
#> [2,]  0.5  0.5

# initializer_identity ----

initializer_identity(gain = 2)(c(2, 2))
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    2    0
#> [2,]    0    2

# initializer_random_normal ----

dim(initializer_random_normal(stddev = 0.1)(c(2, 2)))
#> [1] 2 2

# initializer_random_sign ----

abs(as.array(initializer_random_sign()(c(2, 2))))
#>      [,1] [,2]
#> [1,]    1    1
#> [2,]    1    1

# initializer_random_uniform ----

dim(initializer_random_uniform(minval = -1, maxval = 1)(c(2, 2)))
#> [1] 2 2

# initializer_truncated_normal ----

dim(initializer_truncated_normal()(c(2, 2)))
#> [1] 2 2

# initializer_orthogonal ----

q <- as.array(initializer_orthogonal()(c(2, 2)))
all.equal(q %*% t(q), diag(2), tolerance = 1e-5)
#> [1] TRUE

# initializer_stft ----

dim(initializer_stft("imag", window = "hamming")(c(4, 1, 3)))
#> [1] 4 1 3

# initializer_variance_scaling ----

dim(initializer_variance_scaling(scale = 2)(c(2, 2)))
#> [1] 2 2

# initializer_glorot_uniform ----

w <- as.array(initializer_glorot_uniform()(c(2, 4)))
max(abs(w)) <= 1
#> [1] TRUE

# initializer_glorot_normal ----

dim(initializer_glorot_normal()(c(2, 4)))
#> [1] 2 4

# initializer_he_uniform ----

w <- as.array(initializer_he_uniform()(c(6, 4)))
max(abs(w)) <= 1
#> [1] TRUE

# initializer_he_normal ----

dim(initializer_he_normal()(c(2, 4)))
#> [1] 2 4

# initializer_lecun_uniform ----

w <- as.array(initializer_lecun_uniform()(c(3, 4)))
max(abs(w)) <= 1
#> [1] TRUE

# initializer_lecun_normal ----

dim(initializer_lecun_normal()(c(2, 4)))
#> [1] 2 4

# initializer_sectioned ----

initializer <- initializer_sectioned(initializer_ones(), c(2, 3))
initializer(c(1, 5))
#> <tensor float32 (1, 5)>
#>      [,1] [,2] [,3] [,4] [,5]
#> [1,]    1    1    1    1    1
