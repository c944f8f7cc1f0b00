# learning_rate_schedule_exponential_decay ----

learning_rate_schedule_exponential_decay(0.1, decay_steps = 1000, decay_rate = 0.96)
#> learning_rate_schedule_exponential_decay(initial_learning_rate = 0.1, decay_steps = 1000, decay_rate = 0.96)

# learning_rate_schedule_inverse_time_decay ----

learning_rate_schedule_inverse_time_decay(0.1, decay_steps = 1000, decay_rate = 0.5)
#> learning_rate_schedule_inverse_time_decay(initial_learning_rate = 0.1, decay_steps = 1000, decay_rate = 0.5)

# learning_rate_schedule_piecewise_constant_decay ----

learning_rate_schedule_piecewise_constant_decay(
  boundaries = c(100, 200), values = c(0.1, 0.05, 0.01)
)
#> learning_rate_schedule_piecewise_constant_decay(boundaries = c(100, 200), values = c(0.1, 0.05, 0.01))

# learning_rate_schedule_polynomial_decay ----

learning_rate_schedule_polynomial_decay(0.1, decay_steps = 1000, power = 2)
#> learning_rate_schedule_polynomial_decay(initial_learning_rate = 0.1, decay_steps = 1000, power = 2)

# learning_rate_schedule_cosine_decay ----

schedule <- learning_rate_schedule_cosine_decay(0.01, decay_steps = 1000)
optimizer_adam(learning_rate = schedule)
#> optimizer_adam(learning_rate = learning_rate_schedule_cosine_decay(initial_learning_rate = 0.01, decay_steps = 1000))
# From 0 up to 0.01 in 100 steps, then down
learning_rate_schedule_cosine_decay(0, 1000, warmup_target = 0.01, warmup_steps = 100)
#> learning_rate_schedule_cosine_decay(initial_learning_rate = 0, decay_steps = 1000, warmup_target = 0.01, warmup_steps = 100)

# learning_rate_schedule_cosine_decay_restarts ----

learning_rate_schedule_cosine_decay_restarts(0.01, first_decay_steps = 1000)
#> learning_rate_schedule_cosine_decay_restarts(initial_learning_rate = 0.01, first_decay_steps = 1000)

# learning_rate_schedule_one_cycle ----

learning_rate_schedule_one_cycle(0.1, total_steps = 1000)
#> learning_rate_schedule_one_cycle(max_learning_rate = 0.1, total_steps = 1000)

# learning_rate_schedule_exponential_range ----

learning_rate_schedule_exponential_range(1e-6, 1, total_steps = 100)
#> learning_rate_schedule_exponential_range(low = 1e-06, high = 1, total_steps = 100)
