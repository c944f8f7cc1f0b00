# One of each, by the function's name.
schedules <- function() {
  made <- list(
    cosine_decay = learning_rate_schedule_cosine_decay(
      0,
      decay_steps = 10, alpha = 0.1, warmup_target = 0.5, warmup_steps = 4
    ),
    cosine_decay_restarts = learning_rate_schedule_cosine_decay_restarts(0.5, 10, m_mul = 0.5),
    exponential_decay = learning_rate_schedule_exponential_decay(0.1, 10, 0.5, staircase = TRUE),
    exponential_range = learning_rate_schedule_exponential_range(0.01, 1, 3),
    inverse_time_decay = learning_rate_schedule_inverse_time_decay(0.1, 10, 1),
    one_cycle = learning_rate_schedule_one_cycle(0.5, total_steps = 20, warmup_share = 0.55),
    piecewise_constant_decay = learning_rate_schedule_piecewise_constant_decay(
      c(10, 20), c(0.1, 0.05, 0.01)
    ),
    polynomial_decay = learning_rate_schedule_polynomial_decay(0.5, 10, 0.1, power = 2)
  )
  stats::setNames(made, paste0("learning_rate_schedule_", names(made)))
}

test_that("each schedule gives the rates of its formula", {
  expected <- list(
    cosine_decay = c(0, 0.125, 0.5, 0.275, 0.05, 0.05),
    cosine_decay_restarts = c(0.5, 0.25, 0.25, 0.125, 0.125),
    exponential_decay = c(0.1, 0.1, 0.05, 0.025),
    exponential_range = c(0.01, 0.1, 1, 1),
    inverse_time_decay = c(0.1, 0.05, 0.025),
    one_cycle = c(0.02, 0.26, 0.5, 0.02 / 1e4, 0.02 / 1e4),
    piecewise_constant_decay = c(0.1, 0.1, 0.05, 0.01),
    polynomial_decay = c(0.5, 0.2, 0.1, 0.1)
  )
  steps <- list(
    c(0, 1, 4, 9, 14, 1e6), c(0, 5, 10, 20, 30), c(0, 9, 10, 20), 0:3, c(0, 10, 30),
    c(0, 5, 10, 19, 50), c(0, 10, 11, 21), c(0, 5, 10, 11)
  )
  made <- schedules()
  expect_setequal(names(made), names(constructors("learning_rate_schedule")))
  for (i in seq_along(made)) {
    expect_equal(schedule_rates(made[[i]], steps[[i]]), expected[[i]], info = names(made)[i])
  }
})

test_that("rates come as a plain vector, one for each step", {
  schedule <- learning_rate_schedule_exponential_decay(0.1, 10, 0.5)
  expect_identical(schedule_rates(schedule, 0), 0.1)
  expect_identical(schedule_rates(schedule, 10L), 0.05)
  expect_identical(schedule_rates(schedule, c(20, 0, 20)), c(0.025, 0.1, 0.025))
})

test_that("an optimizer takes a schedule as its learning rate", {
  for (schedule in schedules()) {
    for (make in optimizers_with_a_rate()) {
      optimizer <- make(learning_rate = schedule)
      expect_identical(format(optimizer$learning_rate), format(schedule))
      expect_match(format(optimizer), format(schedule), fixed = TRUE)
      expect_equal(optimizer$initial_rate, schedule_rates(schedule, 0))
    }
  }
  expect_null(optimizer_adam(0.5)$schedule)
  expect_identical(optimizer_adam(0.5)$learning_rate, 0.5)
})

test_that("whole numbers may be written without an L, and lists may stand for vectors", {
  one <- learning_rate_schedule_piecewise_constant_decay(list(10, 20), list(1, 0.5, 0.1))
  other <- learning_rate_schedule_piecewise_constant_decay(c(10L, 20L), c(1, 0.5, 0.1))
  expect_identical(format(one), format(other))
  expect_output(
    print(learning_rate_schedule_cosine_decay(0.1, 100)),
    "learning_rate_schedule_cosine_decay(initial_learning_rate = 0.1, decay_steps = 100)",
    fixed = TRUE
  )
})

test_that("mistakes are explained", {
  expect_error_snapshot(optimizer_adam(learning_rate = "fast"))
  expect_error_snapshot(learning_rate_schedule_cosine_decay(0.1, decay_steps = 0))
  expect_rdeep_error(optimizer_sgd(optimizer_sgd()), "argument", "schedule, not optimizer_sgd")
  expect_rdeep_error(
    learning_rate_schedule_piecewise_constant_decay(c(10, 20), c(1, 2)),
    "argument", "one more of 'values'"
  )
  expect_rdeep_error(learning_rate_schedule_exponential_decay(0.1, 10), "argument", "decay_rate")
  expect_rdeep_error(
    learning_rate_schedule_cosine_decay(0.1, 10, warm_steps = 5),
    "argument", "Did you mean 'warmup_steps'"
  )
  schedule <- schedules()[[1]]
  for (steps in list(-1, 0.5, NA, "a", NULL)) {
    expect_rdeep_error(schedule_rates(schedule, steps), "argument", "'steps' must be whole numbers")
  }
  for (other in list(0.1, optimizer_sgd(), NULL, learning_rate_schedule_cosine_decay)) {
    expect_rdeep_error(schedule_rates(other, 0), "argument", "'schedule' must be a learning-rate")
  }
})
