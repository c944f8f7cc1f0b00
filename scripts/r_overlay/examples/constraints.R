# constraint_nonneg ----

layer_dense(units = 8, kernel_constraint = constraint_nonneg())
#> Dense(units=8, kernel_constraint=NonNeg())

# constraint_maxnorm ----

layer_dense(units = 8, kernel_constraint = constraint_maxnorm(max_value = 2))
#> Dense(units=8, kernel_constraint=MaxNorm())

# constraint_minmaxnorm ----

layer_dense(
  units = 8,
  kernel_constraint = constraint_minmaxnorm(min_value = 0.5, max_value = 2)
)
#> Dense(units=8, kernel_constraint=MinMaxNorm(min_value=0.5, max_value=2.0))

# constraint_unitnorm ----

layer_dense(units = 8, kernel_constraint = constraint_unitnorm())
#> Dense(units=8, kernel_constraint=UnitNorm())
