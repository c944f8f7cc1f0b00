# constraint_nonneg ----

layer_dense(units = 8, kernel_constraint = constraint_nonneg())
#> layer_dense(units = 8, kernel_constraint = constraint_nonneg())

# constraint_maxnorm ----

layer_dense(units = 8, kernel_constraint = constraint_maxnorm(max_value = 2))
#> layer_dense(units = 8, kernel_constraint = constraint_maxnorm())

# constraint_minmaxnorm ----

layer_dense(
  units = 8,
  kernel_constraint = constraint_minmaxnorm(min_value = 0.5, max_value = 2)
)
#> layer_dense(units = 8, kernel_constraint = constraint_minmaxnorm(min_value = 0.5, max_value = 2))

# constraint_unitnorm ----

layer_dense(units = 8, kernel_constraint = constraint_unitnorm())
#> layer_dense(units = 8, kernel_constraint = constraint_unitnorm())
