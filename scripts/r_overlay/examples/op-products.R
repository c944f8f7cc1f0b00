# op_matmul ----

op_matmul(matrix(1:4, 2), matrix(5:8, 2))

# op_dot ----

op_dot(matrix(1:4, 2), matrix(5:8, 2))

# op_inner ----

op_inner(matrix(1:4, 2), matrix(5:8, 2))

# op_vdot ----

op_vdot(1:3, 4:6)

# op_outer ----

op_outer(1:3, 4:6)

# op_tensordot ----

op_tensordot(matrix(1:4, 2), matrix(5:8, 2), axes = 1)

# op_einsum ----

op_einsum("ij,jk->ik", matrix(1:4, 2), matrix(5:8, 2))

# op_cross ----

op_cross(c(1, 0, 0), c(0, 1, 0))

# op_corrcoef ----

op_corrcoef(matrix(c(1, 2, 2, 4, 3, 7), 2))

# op_correlate ----

op_correlate(c(1, 2, 3, 4), c(1, -1))

# op_bincount ----

op_bincount(c(0L, 1L, 1L, 3L))

# op_histogram ----

op_histogram(c(1, 2, 2, 5), bins = 2)
