slow_on_tensorflow("rates grow and the model stays as it is", {
  model <- classifier()
  before <- get_weights(model)
  found <- lr_finder(model, iris_x, iris_y, steps = 40, start_lr = 1e-4, end_lr = 10)
  expect_s3_class(found, c("rdeep_lr_records", "data.frame"), exact = TRUE)
  expect_named(found, c("lr", "loss", "smoothed_loss"))
  expect_lte(nrow(found), 40)
  steps <- diff(log(found$lr))
  expect_equal(steps, rep(log(1e5) / 39, length(steps)), tolerance = 1e-6)
  expect_equal(get_weights(model), before)
  expect_equal(model$learning_rate, 0.1)
  suggestion <- attr(found, "suggestion")
  expect_true(is.na(suggestion) || suggestion %in% found$lr)
})

test_that("the search prints and plots", {
  found <- new_lr_records(list(
    rates = list(0.1, 0.2), losses = list(1, 0.5), smoothed = list(1, 0.75), suggestion = 0.2
  ))
  expect_output(print(found), "falls fastest at 0.2")
  expect_s3_class(plot(found), "ggplot")
  expect_s3_class(ggplot2::autoplot(found), "ggplot")
  found <- new_lr_records(list(rates = list(0.1), losses = list(1), smoothed = list(1)))
  expect_output(print(found), "did not fall")
  expect_s3_class(plot(found), "ggplot")
})

test_that("a generator function can be searched with", {
  at <- 0
  batches <- function() {
    at <<- at + 1
    rows <- (at * 10) %% 140 + 1:10
    list(iris_x[rows, ], iris_y[rows])
  }
  found <- lr_finder(classifier(), batches, steps = 15)
  expect_lte(nrow(found), 15)
})
