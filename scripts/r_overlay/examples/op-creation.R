# op_array ----

op_array(c(1, 2, 3))

# op_copy ----

op_copy(c(1, 2, 3))

# op_full ----

op_full(c(2, 3), 7)

# op_zeros ----

op_zeros(c(2, 3))

# op_ones ----

op_ones(c(2, 3))

# op_empty ----

op_empty(c(2, 3))

# op_full_like ----

op_full_like(matrix(1:6, 2), 7L)

# op_zeros_like ----

op_zeros_like(matrix(1:6, 2))

# op_ones_like ----

op_ones_like(matrix(1:6, 2))

# op_eye ----

op_eye(3, k = 1)

# op_identity ----

op_identity(3)

# op_tri ----

op_tri(3)

# op_linspace ----

op_linspace(0, 1, num = 5)

# op_logspace ----

op_logspace(0, 3, num = 4)

# op_bartlett ----

op_bartlett(5)

# op_blackman ----

op_blackman(5)

# op_hamming ----

op_hamming(5)

# op_hanning ----

op_hanning(5)

# op_kaiser ----

op_kaiser(5, 14)
