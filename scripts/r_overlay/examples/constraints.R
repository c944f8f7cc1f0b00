# constraint_nonneg ----

constraint_nonneg()

# constraint_maxnorm ----

constraint_maxnorm()

# constraint_minmaxnorm ----

constraint_minmaxnorm()

# constraint_unitnorm ----

constraint_unitnorm()
