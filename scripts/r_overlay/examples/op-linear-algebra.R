# op_cholesky ----

op_cholesky(matrix(c(4, 1, 1, 3), 2))

# op_det ----

op_det(matrix(c(4, 1, 1, 3), 2))

# op_logdet ----

op_logdet(matrix(c(4, 1, 1, 3), 2))

# op_slogdet ----

op_slogdet(matrix(c(4, 1, 1, 3), 2))

# op_eig ----

op_eig(matrix(c(4, 1, 1, 3), 2))

# op_eigh ----

op_eigh(matrix(c(4, 1, 1, 3), 2))

# op_inv ----

op_inv(matrix(c(4, 1, 1, 3), 2))

# op_lu_factor ----

op_lu_factor(matrix(c(4, 1, 1, 3), 2))

# op_lstsq ----

op_lstsq(cbind(1, c(1, 2, 3)), c(1, 2, 4))

# op_norm ----

op_norm(c(3, 4))

# op_qr ----

op_qr(matrix(c(4, 1, 1, 3), 2))

# op_solve ----

op_solve(matrix(c(4, 1, 1, 3), 2), c(1, 2))

# op_solve_triangular ----

op_solve_triangular(matrix(c(4, 1, 1, 3), 2), c(1, 2))

# op_svd ----

op_svd(matrix(c(4, 1, 1, 3), 2))
