# Batches of the iris data, in the data's order; a pass ends with NULL.
iris_batches <- function(size = 25, weights = FALSE) {
  at <- 0
  function() {
    if (at >= nrow(iris_x)) {
      at <<- 0
      return(NULL)
    }
    rows <- at + seq_len(min(size, nrow(iris_x) - at))
    at <<- at + size
    c(list(iris_x[rows, ], iris_y[rows]), if (weights) list(rep(2, length(rows))))
  }
}

for_each_backend("a generator function trains as the same arrays do", {
  set_random_seed(1)
  by_batch <- classifier()
  streamed <- fit(by_batch, iris_batches(), epochs = 3, verbose = 0)
  set_random_seed(1)
  whole <- classifier()
  usual <- fit_quietly(whole, epochs = 3, batch_size = 25, shuffle = FALSE)
  expect_equal(streamed$metrics, usual$metrics, tolerance = 1e-6)

  expect_equal(
    evaluate(by_batch, iris_batches(40)),
    evaluate(whole, iris_x, iris_y),
    tolerance = 1e-5
  )
  expect_equal(predict(by_batch, iris_batches(40)), predict(whole, iris_x), tolerance = 1e-5)
  inputs <- iris_batches(40)
  expect_equal(
    predict(by_batch, function() inputs()[[1]], steps = 2),
    predict(whole, iris_x[1:80, ]),
    tolerance = 1e-5
  )
})

slow_on_tensorflow("a generator function without an end needs steps", {
  calls <- 0
  endless <- function() {
    calls <<- calls + 1
    rows <- sample(150, 20)
    list(iris_x[rows, ], iris_y[rows])
  }
  history <- fit(classifier(), endless, steps_per_epoch = 5, epochs = 3, verbose = 0)
  expect_length(history$metrics$loss, 3)
  expect_gte(calls, 15)
})

slow_on_tensorflow("an unbuilt model takes its shape from the first batch", {
  model <- keras_model_sequential() |> layer_dense(3, activation = "softmax")
  compile(model, loss = "sparse_categorical_crossentropy")
  fit(model, iris_batches(), verbose = 0)
  expect_equal(dim(predict(model, iris_x)), c(150, 3))
})

test_that("factors in batches keep the levels of the first", {
  at <- 0
  shuffled <- iris[c(1:150)[order((1:150) %% 50)], ]
  batches <- function() {
    if (at >= 150) {
      at <<- 0
      return(NULL)
    }
    rows <- at + 1:30
    at <<- at + 30
    list(shuffled[rows, 1:4], shuffled$Species[rows])
  }
  model <- classifier(metrics = NULL)
  fit(model, batches, epochs = 2, verbose = 0)
  expect_equal(colnames(predict(model, iris[1:4])), levels(iris$Species))
})

slow_on_tensorflow("a function validates, with weights in its batches", {
  model <- classifier()
  history <- fit(
    model, iris_batches(weights = TRUE),
    epochs = 2, verbose = 0, validation_data = iris_batches(50)
  )
  expect_equal(history$metrics$val_loss[2], evaluate(model, iris_x, iris_y)$loss, tolerance = 1e-5)
  few <- fit(
    model, iris_batches(),
    verbose = 0, validation_data = iris_batches(50), validation_steps = 1
  )
  expect_equal(
    few$metrics$val_loss, evaluate(model, iris_x[1:50, ], iris_y[1:50])$loss,
    tolerance = 1e-5
  )
})

test_that("R's callbacks hear of training from batches", {
  seen <- integer()
  hear <- callback_lambda(on_train_batch_end = function(batch, logs) seen <<- c(seen, batch))
  fit(classifier(), iris_batches(50), epochs = 2, verbose = 0, callbacks = hear)
  expect_equal(seen, c(1:3, 1:3))
})

slow_on_tensorflow("files train through fit()", {
  skip_if_not(reticulate::py_module_available("pyarrow"), "pyarrow is not installed")
  path <- withr::local_tempfile(fileext = ".csv")
  write.csv(data.frame(iris_x, class = iris_y), path, row.names = FALSE)
  columns <- colnames(data.frame(iris_x))
  table <- table_dataset_from_files(
    path,
    x = columns, y = "class", batch_size = 25, shuffle = FALSE
  )
  set_random_seed(1)
  from_file <- fit(classifier(), table, epochs = 2, verbose = 0)
  set_random_seed(1)
  usual <- fit_quietly(classifier(), epochs = 2, batch_size = 25, shuffle = FALSE)
  expect_equal(from_file$metrics, usual$metrics, tolerance = 1e-5)
})

test_that("an error in a generator function keeps its class", {
  failing <- function() rlang::abort("no connection", class = "my_error")
  error <- expect_error(fit(classifier(), failing, verbose = 0), class = "rdeep_error_data")
  expect_s3_class(error$parent, "my_error")
})

test_that("an array of a Python package is an array, though Python can iterate over it", {
  skip_if_no_backend("torch")
  x <- reticulate::import("torch", convert = FALSE)$ones(list(10L, 4L))
  model <- classifier("torch")
  history <- fit(model, x, rep(0L, 10), verbose = 0)
  expect_length(history$metrics$loss, 1)
  expect_equal(evaluate(model, x, rep(0L, 10)), evaluate(model, matrix(1, 10, 4), rep(0L, 10)))
  expect_equal(predict(model, x), predict(model, matrix(1, 10, 4)))
})
