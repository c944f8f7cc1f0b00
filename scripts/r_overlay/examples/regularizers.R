# regularizer_l1 ----

regularizer_l1()

# regularizer_l2 ----

regularizer_l2()

# regularizer_l1_l2 ----

regularizer_l1_l2()

# regularizer_orthogonal ----

regularizer_orthogonal()
