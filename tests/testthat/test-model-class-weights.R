slow_on_tensorflow("a class for each time step has a weight for each time step", {
  set.seed(1)
  x <- array(rnorm(6 * 4 * 3), c(6, 4, 3))
  k <- matrix(sample(0:2, 24, TRUE), 6)
  share <- exp(x) / c(apply(exp(x), 1:2, sum))
  each <- -log(matrix(share[cbind(c(row(k)), c(col(k)), c(k) + 1)], 6))
  weight <- matrix(c(0.5, 1, 4)[k + 1], 6)
  rows <- 1:6 / 3
  model <- keras_model_sequential(input_shape = c(4, 3), backend = backend) |>
    layer_activation("softmax")
  fitted <- function(y, loss, ...) {
    compile(model, optimizer = "sgd", loss = loss)
    fit(model, x, y, epochs = 1, batch_size = 4, verbose = 0, ...)$metrics
  }
  for (classes in list(list("0" = 0.5, "2" = 4), c("0" = 0.5, "1" = 1, "2" = 4))) {
    for (y in list(k, array(k, c(6, 4, 1)))) {
      got <- fitted(y, "sparse_categorical_crossentropy", class_weight = classes)
      expect_equal(got$loss, mean(each * weight), tolerance = 1e-5)
    }
    got <- fitted(to_categorical(k, 3), "categorical_crossentropy", class_weight = classes)
    expect_equal(got$loss, mean(each * weight), tolerance = 1e-5)
  }
  got <- fitted(
    k, "sparse_categorical_crossentropy",
    class_weight = classes, sample_weight = rows, validation_split = 0.5
  )
  expect_equal(got$loss, mean((each * weight * rows)[1:3, ]), tolerance = 1e-5)
  expect_equal(got$val_loss, mean((each * rows)[4:6, ]), tolerance = 1e-5)
  expect_conditions_snapshot({
    fitted(array(1, c(6, 4, 3)), "binary_crossentropy", class_weight = list("0" = 1, "1" = 2))
    fitted(k, "sparse_categorical_crossentropy", sample_weight = matrix(1, 6, 3))
  })
})

test_that("weights by class may be parts of a table", {
  y <- c(0, 0, 0, 1)
  counts <- table(y)
  model <- keras_model_sequential(input_shape = 1) |> layer_dense(1, "sigmoid")
  compile(model, optimizer_sgd(0), "binary_crossentropy")
  losses <- lapply(
    list(list("0" = 1 / counts["0"], "1" = 1 / counts["1"]), c("0" = 1 / 3, "1" = 1)),
    \(weights) {
      fit(model, matrix(1, 4), y, class_weight = weights, epochs = 1, verbose = 0)$metrics$loss
    }
  )
  expect_identical(losses[[1]], losses[[2]])
})
