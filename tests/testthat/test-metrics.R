# What has to be given to make one.
needed <- list(metric_pooled_loss = list(loss = loss_poisson_likelihood()))

test_that("every metric prints", {
  makers <- constructors("metric")
  for (name in names(makers)) {
    metric <- do.call(makers[[name]], as.list(needed[[name]]))
    expect_output(print(metric), "\\(")
    expect_s3_class(metric, "rdeep_record")
  }
})

test_that("metrics of arrays are the formulas", {
  truth <- c(1, 0, 1, 1, 0)
  guess <- c(0.9, 0.6, 0.4, 0.8, 0.1)
  expect_equal(metric_mean_absolute_error(truth, guess), mean(abs(truth - guess)))
  expect_equal(metric_mean_squared_error(truth, guess), mean((truth - guess)^2))
  expect_equal(metric_binary_accuracy(truth, guess), 0.6)
  expect_equal(metric_binary_accuracy(truth, guess, threshold = 0.3), 0.8)
  expect_equal(metric_accuracy(c(1, 2, 3), c(1, 2, 4)), 2 / 3)
  expect_equal(metric_precision(truth, guess), 2 / 3)
  expect_equal(metric_recall(truth, guess), 2 / 3)
  # Of the six pairs of a positive and a negative five are in order.
  expect_equal(metric_auc(truth, guess), 5 / 6)
})

test_that("accuracies of classes are the formulas", {
  guess <- rbind(c(0.7, 0.2, 0.1), c(0.1, 0.3, 0.6), c(0.2, 0.5, 0.3))
  expect_equal(metric_sparse_categorical_accuracy(c(0, 2, 2), guess), 2 / 3)
  expect_equal(metric_categorical_accuracy(to_categorical(c(0, 2, 2)), guess), 2 / 3)
})

for_each_backend("metrics measured in training are those of the predictions", {
  y <- as.numeric(iris_y == 1)
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1, activation = "sigmoid")
  model |> compile(
    loss = "binary_crossentropy",
    metrics = list("accuracy", "auc", "precision", "recall", "mae")
  )
  fit_quietly(model, iris_x, y, epochs = 3)
  found <- evaluate(model, iris_x, y)
  guess <- as.vector(predict(model, iris_x))
  expect_equal(found$accuracy, metric_binary_accuracy(y, guess), tolerance = 1e-5)
  expect_equal(found$auc, metric_auc(y, guess), tolerance = 1e-4)
  expect_equal(found$precision, metric_precision(y, guess), tolerance = 1e-5)
  expect_equal(found$recall, metric_recall(y, guess), tolerance = 1e-5)
})

test_that("both arrays are needed", {
  expect_rdeep_error(metric_auc(c(0, 1)), "argument", "both 'y_true' and 'y_pred'")
  expect_rdeep_error(metric_auc(curves = "PR"), "argument", "'curve'")
})
