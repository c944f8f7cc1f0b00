test_that("what fits is converted, and what does not passes through whole", {
  expect_identical(as_count(3), 3L)
  expect_identical(as_count(3.5), 3.5)
  expect_identical(as_count("a"), "a")
  expect_identical(as_number(2L), 2)
  expect_identical(as_flag(TRUE), TRUE)
  expect_identical(as_text("a"), "a")
  expect_null(as_count(NULL))
  expect_null(as_text(NULL))
})

test_that("missing values never become numbers", {
  expect_true(is.nan(as_count(NA)))
  expect_true(is.nan(as_number(NA_real_)))
  expect_true(is.nan(as_flag(NA)))
})

test_that("shapes have open sizes", {
  expect_identical(as_shape(c(NA, 3)), list(NULL, 3L))
  expect_identical(as_shape(list(NULL, 3)), list(NULL, 3L))
  expect_identical(as_shape(4), list(4L))
  expect_null(as_shape(NULL))
})

test_that("axes count from 1, or from the end", {
  expect_identical(as_axis(1), 0L)
  expect_identical(as_axis(-1), -1L)
  expect_error(as_axis(0), class = "rdeep_error_argument")
})

test_that("an argument that was left out is told from one that is NULL", {
  f <- function(x) as_count(x)
  expect_s3_class(f(), "rdeep_not_given")
  expect_null(f(NULL))
  expect_length(given(list(a = 1, b = f())), 1)
})

test_that("the package's own functions stand for their records", {
  expect_equal(as_record("activation", activation_relu), "relu")
  expect_equal(as_record("optimizer", optimizer_adam_w), "adam_w")
  expect_identical(as_record("loss", "mse"), "mse")
})

test_that("bin edges are a list of numbers for each column", {
  expect_identical(as_edges(list(a = c(0L, 1L), 2)), list(list(0, 1), list(2)))
  expect_identical(as_edges(c(0, 1)), c(0, 1))
  expect_identical(as_edges(list("a")), list("a"))
  expect_true(is.nan(as_edges(NA)))
})

test_that("what happens before and after is a number, numbers or pairs", {
  expect_identical(as_pairs(2), list(2L))
  expect_identical(as_pairs(c(1, 2)), list(1L, 2L))
  expect_identical(
    as_pairs(list(list(1, 2), c(0, 3), 4)),
    list(list(1L, 2L), list(0L, 3L), 4L)
  )
  expect_identical(as_pairs("a"), "a")
  expect_null(as_pairs(NULL))
})
