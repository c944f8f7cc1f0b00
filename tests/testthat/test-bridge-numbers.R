# Whole numbers beyond 24 and 31 bits, and predictions of tables in double precision.

test_that("ids keep their bits in models as outside of them", {
  ids <- c(5, 4294967301, 3000000001)
  layer <- layer_integer_lookup(vocabulary = c(5, 3000000001))
  expect_equal(as.vector(layer(ids)), c(1, 0, 2))
  input <- layer_input(1)
  model <- keras_model(input, layer(input))
  expect_equal(as.vector(predict(model, matrix(ids))), c(1, 0, 2))
})

test_that("numbers that float32 does not hold are refused by name", {
  model <- keras_model_sequential(input_shape = 1) |> layer_dense(1)
  compile(model, "sgd", "mse")
  x <- matrix(c(1, 1e300))
  expect_rdeep_error(predict(model, x), "data", "1.*e\\+300.*too large for float32")
  expect_rdeep_error(fit(model, x, c(1, 2), verbose = 0), "data", "too large for float32")
  expect_rdeep_error(fit(model, matrix(1:2), c(1, 1e300), verbose = 0), "data", "'y' holds")
})

test_that("whole numbers of bit64 are numbers", {
  bytes <- as.raw(c(5, 0, 0, 0, 1, 0, 0, 0, rep(255, 8)))
  wide <- structure(readBin(bytes, "double", 2), class = "integer64")
  expect_equal(as_values(wide, "x", NULL), array(c(4294967301, -1)))
  huge <- structure(readBin(as.raw(c(rep(255, 7), 126)), "double", 1), class = "integer64")
  expect_rdeep_error(as_values(huge, "x", NULL), "data", "beyond 2\\^53")
})

test_that("a split is made at positions that count from 1", {
  parts <- lapply(op_split(1:6, c(2L, 4L)), function(part) as.vector(as.array(part)))
  expect_equal(parts, list(1L, 2:3, 4:6))
  expect_length(op_split(1:6, 3), 3)
  expect_rdeep_error(op_split(1:6, c(0, 2)), "argument", "count from 1")
})

test_that("a linear model of large outcomes predicts what lm() does", {
  set.seed(1)
  data <- data.frame(a = rnorm(40), b = 1e8 + runif(40) * 50)
  data$y <- 1e8 + 3 * data$a + 0.2 * (data$b - 1e8) + rnorm(40)
  net <- deep_tabular(y ~ a + b, data, hidden_units = 0, verbose = 0)
  least <- lm(I(y - 1e8) ~ a + I(b - 1e8), data)
  wanted <- unname(fitted(least)) + 1e8
  expect_equal(predict(net, data)$.pred - 1e8, wanted - 1e8, tolerance = 1e-5)
  expect_equal(as.vector(residuals(net)), unname(residuals(least)), tolerance = 1e-4)
  expect_equal(augment(net, data)$.pred - 1e8, wanted - 1e8, tolerance = 1e-5)
})

test_that("operations and vocabularies keep long numbers, and positions are whole", {
  long <- c(5, 2^24 + 1, 2^31 + 5, 2^53 - 1)
  expect_identical(as.vector(as.array(op_cast(long, "int64"))), long)
  expect_identical(as.vector(as.array(op_cast(2^31 + 5, "uint32"))), 2^31 + 5)
  layer <- layer_integer_lookup(vocabulary = long)
  expect_identical(get_vocabulary(layer), c(-1, long))
  for (position in c(2^32 + 1, 1.5, NA)) {
    expect_error(op_one_hot(c(position, 1), 3), class = "rdeep_error_argument")
    expect_error(op_take(c(10, 20), position), class = "rdeep_error_argument")
  }
  expect_error(op_cast(3e9, "int32"), "cannot be cast", class = "rdeep_error_argument")
})
