truth <- matrix(c(1, 0, 0, 1, 1, 0), 3)
guess <- matrix(c(0.9, 0.2, 0.3, 0.6, 0.5, 0.1), 3)
shares <- guess / rowSums(guess)
codes <- c(0, 1, 1)

# What has to be given to make one.
needed <- list(loss_discrete_time_likelihood = list(cuts = c(1, 2)))

test_that("every loss prints", {
  makers <- constructors("loss")
  for (name in names(makers)) {
    loss <- do.call(makers[[name]], as.list(needed[[name]]))
    expect_output(print(loss), "\\(")
    expect_s3_class(loss, "rdeep_record")
  }
})

test_that("losses of arrays are the formulas", {
  expect_equal(loss_mean_squared_error(truth, guess), mean((truth - guess)^2))
  expect_equal(loss_mean_absolute_error(truth, guess), mean(abs(truth - guess)))
  expect_equal(
    loss_binary_crossentropy(truth, guess),
    -mean(truth * log(guess) + (1 - truth) * log(1 - guess)),
    tolerance = 1e-6
  )
  picked <- shares[cbind(1:3, codes + 1)]
  expect_equal(
    loss_sparse_categorical_crossentropy(codes, shares), -mean(log(picked)),
    tolerance = 1e-6
  )
  expect_equal(
    loss_categorical_crossentropy(to_categorical(codes), shares), -mean(log(picked)),
    tolerance = 1e-6
  )
})

test_that("scores go in with from_logits", {
  scores <- matrix(c(2, -1, 0.5, 0, 1, -2), 3)
  expect_equal(
    loss_binary_crossentropy(truth, scores, from_logits = TRUE),
    loss_binary_crossentropy(truth, stats::plogis(scores)),
    tolerance = 1e-6
  )
})

test_that("a loss for each sample comes without a reduction", {
  expect_equal(
    as.vector(loss_mean_squared_error(truth, guess, reduction = "none")),
    rowMeans((truth - guess)^2)
  )
  expect_equal(
    loss_mean_squared_error(truth, guess, reduction = "sum"),
    sum(rowMeans((truth - guess)^2))
  )
})

test_that("vectors and factors are measured", {
  expect_equal(loss_mean_squared_error(c(1, 2), c(2, 4)), 2.5)
  expect_equal(
    loss_sparse_categorical_crossentropy(factor(c("a", "b", "b")), shares),
    loss_sparse_categorical_crossentropy(codes, shares)
  )
})

test_that("both arrays are needed, and must go together", {
  expect_rdeep_error(loss_mean_squared_error(1:3), "argument", "both 'y_true' and 'y_pred'")
  expect_rdeep_error(loss_mean_squared_error(1:3, 1:2), "argument", "y_true")
  expect_rdeep_error(loss_mean_squared_error(c(1, NA), 1:2), "data", "missing")
  expect_rdeep_error(loss_mean_squared_error("a", 1), "data", "text")
  expect_rdeep_error(loss_mean_squared_error(redution = "sum"), "argument", "'reduction'")
})
