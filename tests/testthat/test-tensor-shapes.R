test_that("a shape is a list of sizes, NULL where one is open", {
  expect_identical(shape(NULL, 28)[[1]], NULL)
  expect_identical(shape(NA, -1, 28)[[3]], 28L)
  expect_identical(unclass(shape(c(NA, 2), list(3, NULL))), list(NULL, 2L, 3L, NULL))
  expect_identical(format(shape(NULL, 28, 28)), "shape(NA, 28, 28)")
  expect_output(print(shape(1, 2)), "shape(1, 2)", fixed = TRUE)
  expect_true(shape(NA, 2) == shape(NULL, 2))
  expect_true(shape(1, 2) != c(1, 3))
  expect_identical(as.integer(shape(NULL, 2)), c(NA, 2L))
  expect_identical(format(shape(NULL, 2, 3)[2:3]), "shape(2, 3)")
  expect_equal(prod(shape(2, 3)), 6)
  expect_equal(shape(2, 3) * 2, c(4, 6))
  expect_identical(c(shape(2, 3), 4L), list(2L, 3L, 4L))
})

test_that("arrays and tensors have shapes, with the batch where it is declared", {
  skip_if_no_backend("torch")
  expect_identical(format(shape(matrix(0, 2, 3))), "shape(2, 3)")
  tensor <- as_tensor(matrix(0, 2, 3))
  expect_identical(shape(tensor)[[1]], 2L)
  expect_identical(op_shape(tensor)[[2]], 3L)
  expect_null(shape(layer_input(c(4, 3)))[[1]])
  expect_identical(layer_input(4)$shape[[2]], 4L)
  expect_identical(shape(layer_input(4, batch_size = 7))[[1]], 7L)
  hidden <- layer_dense(layer_input(4, batch_size = 7), 2)
  expect_identical(format(shape(hidden)), "shape(7, 2)")
})

for_each_backend("sizes are computed with while a network runs", {
  x <- matrix(as.numeric(1:20), 5)
  applied <- function(call) {
    input <- layer_input(4)
    layer <- Layer("Sized", call = call)()
    predict(keras_model(input, layer(input)), x, verbose = 0)
  }
  noise <- applied(function(z) z + random_normal(shape(z)))
  expect_identical(dim(noise), dim(x))
  expect_false(isTRUE(all.equal(noise, x)))
  expect_gt(stats::sd(noise - x), 0.1)
  by_sizes <- function(z) {
    c(batch, width) %<-% shape(z)
    op_reshape(z + op_zeros(shape(batch, width)), shape(batch * 2L, width / 2))
  }
  expect_equal(applied(by_sizes), array_reshape(x, c(10, 2)))
  by_rows <- applied(function(z) z / op_cast(op_shape(z)[[1]], "float32"))
  expect_equal(by_rows, x / 5, tolerance = 1e-6)
  expect_equal(applied(function(z) op_broadcast_to(z[, 1, newaxis], shape(z)))[, 4], x[, 1])
})

test_that("a name of several may have a default", {
  c(x, y = NULL, sample_weight = NULL) %<-% list(1)
  expect_identical(list(x, y, sample_weight), list(1, NULL, NULL))
  c(x, y = NULL, sample_weight = 3) %<-% list(1, 2)
  expect_identical(list(x, y, sample_weight), list(1, 2, 3))
  c(x, c(y, z = x + 1)) %<-% list(1, list(2))
  expect_identical(list(x, y, z), list(1, 2, 2))
  c(x, ...rest, y) %<-% list(1, 2, 3, 4)
  expect_identical(list(x, rest, y), list(1, list(2, 3), 4))
  c(x, d = 5, ...rest) %<-% list(1)
  expect_identical(list(x, d, rest), list(1, 5, list()))
  c(x, ...) %<-% list(7, 2, 3)
  expect_identical(x, 7)
  expect_rdeep_error(c(x, y, z = 1) %<-% list(1), "argument", "3 names cannot take 1 value")
})

test_that("a shape is of one class, as in keras3", {
  expect_identical(shape(NULL, 28), structure(list(NULL, 28L), class = "keras_shape"))
})
