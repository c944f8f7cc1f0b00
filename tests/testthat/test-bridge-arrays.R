test_that("to_categorical() makes a column for each class", {
  expect_equal(
    to_categorical(c(0, 2, 1)),
    matrix(c(1, 0, 0, 0, 0, 1, 0, 1, 0), nrow = 3)
  )
  expect_equal(dim(to_categorical(c(0, 1), num_classes = 5)), c(2, 5))
})

test_that("to_categorical() names the columns by a factor's levels", {
  coded <- to_categorical(iris$Species[c(1, 51, 101)])
  expect_equal(colnames(coded), levels(iris$Species))
  expect_equal(unname(coded), diag(3))
})

test_that("to_categorical() takes a column and an array of codes", {
  expect_equal(to_categorical(matrix(c(0, 1, 1))), to_categorical(c(0, 1, 1)))
  expect_equal(dim(to_categorical(matrix(c(0, 1, 1, 0), 2))), c(2, 2, 2))
})

test_that("to_categorical() refuses what is no class number", {
  expect_rdeep_error(to_categorical(c(0.5, 1)), "data", "whole numbers from 0")
  expect_rdeep_error(to_categorical(c(-1, 1)), "data", "whole numbers from 0")
  expect_rdeep_error(to_categorical(c(0, 3), num_classes = 2), "argument", "num_classes")
  expect_rdeep_error(to_categorical(c(0, NA)), "data", "missing")
})

test_that("array_reshape() fills by row, as Python does", {
  x <- matrix(1:6, nrow = 2, byrow = TRUE)
  expect_equal(array_reshape(x, c(3, 2)), matrix(1:6, nrow = 3, byrow = TRUE))
  expect_equal(array_reshape(1:6, c(2, 3)), x)
  expect_equal(array_reshape(x, 6), array(1:6))
})

test_that("array_reshape() fills by column on demand", {
  x <- matrix(1:6, nrow = 2)
  expect_equal(array_reshape(x, c(3, 2), order = "F"), matrix(1:6, nrow = 3))
})

test_that("array_reshape() works out one size", {
  expect_equal(dim(array_reshape(1:12, c(-1, 4))), c(3L, 4L))
  expect_equal(dim(array_reshape(1:12, c(2, NA, 3))), c(2L, 2L, 3L))
  expect_equal(dim(array_reshape(1:12, list(3, 4))), c(3L, 4L))
})

test_that("array_reshape() agrees with NumPy", {
  x <- array(as.double(1:24), c(2, 3, 4))
  np <- reticulate::import("numpy", convert = TRUE)
  expect_equal(array_reshape(x, c(4, 6)), np$reshape(x, c(4L, 6L)))
})

test_that("array_reshape() refuses a shape that does not fit", {
  expect_rdeep_error(array_reshape(1:6, c(4, 2)), "shape", "6 values")
  expect_rdeep_error(array_reshape(1:6, c(-1, -1)), "shape")
  expect_rdeep_error(array_reshape(1:6, c(-1, 4)), "shape")
})
