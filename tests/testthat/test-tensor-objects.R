m <- matrix(c(3, 9, 1, 7, 2, 8), 2)

plain <- function(x) {
  value <- as.array(x)
  if (length(dim(value)) == 1) as.vector(value) else value
}

for_each_backend("R's values become tensors, and come back", {
  expect_equal(op_dtype(1:2), "int32")
  expect_equal(op_dtype(c(1, 2)), "float32")
  expect_equal(op_dtype(c(TRUE, FALSE)), "bool")
  expect_equal(as_tensor(1:3, "float64")$dtype, "float64")
  x <- as_tensor(m)
  expect_equal(as.array(x), m)
  expect_equal(as.matrix(x), m)
  expect_equal(as.numeric(x), as.vector(m))
  expect_identical(as.integer(x), as.integer(m))
  expect_equal(as.logical(as_tensor(0:1)), c(FALSE, TRUE))
  expect_equal(as.data.frame(x), as.data.frame(m))
  expect_equal(dim(x), dim(m))
  expect_equal(as.integer(x$shape), dim(m))
  expect_length(x, 6)
  expect_equal(dim(as.array(as_tensor(1:3))), 3L)
  expect_match(format(as_tensor(TRUE)), "TRUE")
  expect_output(str(x), "<tensor float32 (2, 3)>", fixed = TRUE)
  expect_length(c(x, x), 2)
})

for_each_backend("operators take tensors and R's values on either side", {
  x <- as_tensor(m)
  expect_equal(plain(1 - x * 2), 1 - m * 2)
  expect_equal(plain(m / x), m / m)
  expect_equal(plain(2^x %% 3 + x %/% 2), 2^m %% 3 + m %/% 2)
  expect_equal(plain(!(x > 2) | m == 9), !(m > 2) | m == 9)
  expect_equal(plain(as_tensor(1:3) * 0.5), 1:3 * 0.5)
  expect_equal(plain(sqrt(x) + log(x, 2)), sqrt(m) + log(m, 2), tolerance = 1e-6)
  expect_equal(plain(round(x / 3)), round(m / 3))
  expect_equal(as.numeric(c(sum(x), max(x, 10), mean(x))[[2]]), 10)
  expect_equal(plain(range(x)), range(m))
  expect_equal(plain(sum(x, axis = 1)), colSums(m))
  expect_equal(plain(t(x)), t(m))
  expect_equal(plain(aperm(x)), t(m))
  expect_equal(plain(rev(as_tensor(1:3))), 3:1)
  expect_equal(plain(sort(as_tensor(c(3, 1, 2)), decreasing = TRUE)), 3:1)
  expect_equal(plain(is.na(as_tensor(c(1, NA)))), c(FALSE, TRUE))
  expect_equal(plain(Re(x)), m)
})

for_each_backend("brackets take parts, counted from 1", {
  # What is said of positions that R reads in another way is in test-tensor-advice.R.
  withr::local_options(rlib_warning_verbosity = "quiet")
  x <- as_tensor(m)
  expect_equal(plain(x[1, ]), m[1, ])
  expect_equal(plain(x[1]), m[1, ])
  expect_equal(plain(x[-1, ]), m[2, ])
  expect_equal(plain(x[, 2:NA]), m[, 2:3])
  expect_equal(plain(x[, 1:3:2]), m[, c(1, 3)])
  expect_equal(plain(x[, NA:NA:-1]), m[, 3:1])
  expect_equal(plain(x[, c(3, 1)]), m[, c(3, 1)])
  expect_equal(plain(x[, c(TRUE, FALSE, TRUE)]), m[, c(1, 3)])
  expect_equal(plain(x[x > 2]), t(m)[t(m) > 2])
  expect_equal(plain(x[m > 2]), t(m)[t(m) > 2])
  expect_equal(plain(x[rbind(c(1, 2), c(2, 3))]), m[rbind(c(1, 2), c(2, 3))])
  expect_equal(plain(x[op_nonzero(x > 2)]), t(m)[t(m) > 2])
  expect_equal(plain(x[as_tensor(2L), ]), m[2, ])
  expect_equal(dim(x[newaxis, .., NULL]), c(1L, 2L, 3L, 1L))
  expect_equal(plain(x[all_dims(), 1]), m[, 1])
  places <- 2:3
  expect_equal(plain(op_subset(x, 1, places)), m[1, places])
})

for_each_backend("brackets put values into parts", {
  withr::local_options(rlib_warning_verbosity = "quiet")
  changed <- function(change) {
    x <- as_tensor(m)
    expect_equal(plain(change(x)), change(m))
  }
  changed(function(x) {
    x[1, 2] <- 100
    x[2, ] <- 1:3
    x
  })
  changed(function(x) {
    x[, c(TRUE, FALSE, TRUE)] <- matrix(1:4, 2)
    x
  })
  changed(function(x) {
    x[m > 3] <- 0
    x
  })
  changed(function(x) {
    x[rbind(c(1, 2), c(2, 3))] <- c(50, 60)
    x
  })
  expect_equal(plain(op_subset_set(as_tensor(m), -1, .., value = 0)), rbind(m[1, ], 0))
})

test_that("parts that are not there are errors", {
  x <- as_tensor(m)
  expect_error_snapshot(x[5, ])
  expect_error_snapshot(x[0, ])
  expect_error_snapshot(x["a", ])
  expect_error_snapshot(x[1, 1, 1])
  expect_error_snapshot(x[c(TRUE, FALSE, TRUE), ])
  expect_error_snapshot(x[, 1] <- 1:3)
})

test_that("what cannot be computed is an error in R's words", {
  x <- as_tensor(m)
  expect_error_snapshot(x + "a")
  expect_error_snapshot(op_reshape(keras_input(3), list("a")))
  expect_error_snapshot(as.array(keras_input(3)))
  expect_error_snapshot(op_take(x, 0))
  expect_error_snapshot(op_sum(x, axis = 0))
  expect_error_snapshot(as_tensor(1:3, "flot32"))
  expect_error_snapshot(gamma(x))
})

test_that("messages hold nothing of TensorFlow's own names", {
  skip_if_no_backend("tensorflow")
  withr::local_options(rdeep.backend = "tensorflow")
  condition <- expect_rdeep_error(op_matmul(m, m), "argument")
  expect_false(grepl("function_node|device|\\[Op:", conditionMessage(condition)))
})

for_each_backend("variables change in place and keep type and shape", {
  v <- keras_variable(c(1, 2))
  same <- v
  v$assign(c(3, 4))
  v$assign_add(c(1, 1))
  v$assign_sub(1)
  expect_equal(plain(same), c(3, 4))
  expect_equal(plain(1 + v * 2), c(7, 9))
  v[1] <- 10
  expect_equal(plain(same), c(10, 4))
  expect_equal(v$dtype, "float32")
  expect_equal(dim(keras_variable("zeros", shape = c(2, 3))), 2:3)
  expect_rdeep_error(v$assign(1:3), "shape")
  expect_match(format(v), "<variable")
})

test_that("what methods of torch's tensors give is taken apart as tensors are", {
  use_backend("torch")
  x <- op_convert_to_tensor(matrix(1:6, 2))$detach()
  n <- 2
  expect_equal(as.array(x[, NA:n]), matrix(1:4, 2))
})
