# initializer_zeros ----

initializer_zeros()

# initializer_ones ----

initializer_ones()

# initializer_constant ----

initializer_constant()

# initializer_identity ----

initializer_identity()

# initializer_random_normal ----

initializer_random_normal()

# initializer_random_sign ----

initializer_random_sign()

# initializer_random_uniform ----

initializer_random_uniform()

# initializer_truncated_normal ----

initializer_truncated_normal()

# initializer_orthogonal ----

initializer_orthogonal()

# initializer_stft ----

initializer_stft("imag", window = "hamming")

# initializer_variance_scaling ----

initializer_variance_scaling()

# initializer_glorot_uniform ----

initializer_glorot_uniform()

# initializer_glorot_normal ----

initializer_glorot_normal()

# initializer_he_uniform ----

initializer_he_uniform()

# initializer_he_normal ----

initializer_he_normal()

# initializer_lecun_uniform ----

initializer_lecun_uniform()

# initializer_lecun_normal ----

initializer_lecun_normal()

# initializer_sectioned ----

initializer_sectioned(initializer_random_sign(), c(2, 3))
