# op_argmax ----

op_argmax(c(3, 9, 1))

# op_argmin ----

op_argmin(c(3, 9, 1))

# op_sort ----

op_sort(c(3, 9, 1))

# op_argsort ----

op_argsort(c(3, 9, 1))

# op_argpartition ----

op_argpartition(c(3, 9, 1, 7), 2)

# op_searchsorted ----

op_searchsorted(c(1, 3, 5), c(0, 3, 9))

# op_digitize ----

op_digitize(c(0.5, 2, 7), c(1, 5))

# op_nonzero ----

x <- matrix(c(0, 3, 0, 5), 2)
op_nonzero(x)

# op_unravel_index ----

op_unravel_index(c(1L, 6L), c(2, 3))

# op_where ----

op_where(c(TRUE, FALSE), 1, c(10, 20))

# op_select ----

x <- c(1, 5, 9)
op_select(list(x < 3, x < 7), list(x, -x), 100)
