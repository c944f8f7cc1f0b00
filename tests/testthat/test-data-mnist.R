test_that("the MNIST subset has its images and digits", {
  mnist <- dataset_mnist(subset = TRUE)
  expect_named(mnist, c("train", "test"))
  expect_equal(dim(mnist$train$x), c(4000, 28, 28))
  expect_equal(dim(mnist$test$x), c(1000, 28, 28))
  expect_length(mnist$train$y, 4000)
  expect_length(mnist$test$y, 1000)
  expect_type(mnist$train$x, "integer")
  expect_equal(range(mnist$train$x), c(0L, 255L))
  expect_setequal(unique(as.vector(mnist$test$y)), 0:9)
})

test_that("zeallot takes the data apart", {
  skip_if_not_installed("zeallot")
  mnist <- dataset_mnist(subset = TRUE)
  zeallot::`%<-%`(c(c(x_train, y_train), c(x_test, y_test)), mnist)
  expect_identical(x_train, mnist$train$x)
  expect_identical(y_test, mnist$test$y)
})
