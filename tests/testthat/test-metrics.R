# What has to be given to make one.
needed <- list(
  metric_pooled_loss = list(loss = loss_poisson_likelihood()),
  metric_mean_wrapper = list(fn = function(y_true, y_pred) op_abs(y_true - y_pred)),
  metric_iou = list(num_classes = 3, target_class_ids = 1),
  metric_mean_iou = list(num_classes = 3),
  metric_one_hot_iou = list(num_classes = 3, target_class_ids = c(0, 2)),
  metric_one_hot_mean_iou = list(num_classes = 3),
  metric_sensitivity_at_specificity = list(specificity = 0.5),
  metric_specificity_at_sensitivity = list(sensitivity = 0.5),
  metric_precision_at_recall = list(recall = 0.5),
  metric_recall_at_precision = list(precision = 0.5)
)

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

slow_on_tensorflow("metrics measured in training are those of the predictions", {
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

test_that("a metric by itself keeps a state", {
  m <- metric_mean()
  m$update_state(c(1, 2, 6))
  m$update_state(3, sample_weight = 1)
  expect_equal(m$result(), 3)
  m$reset_state()
  expect_equal(m$result(), 0)
  a <- metric_auc()
  a$update_state(c(0, 1), c(0.1, 0.4))
  a$update_state(c(1, 0), c(0.3, 0.35), sample_weight = c(1, 1))
  expect_equal(a$result(), 3 / 4)
  expect_rdeep_error(a$update_state(c(0, 1, 1), c(0.1, 0.2)), "argument", "does not go with")
})

test_that("metrics and losses say in which type they compute", {
  expect_identical(metric_mean()$dtype, "float32")
  expect_identical(metric_auc(dtype = "float64")$dtype, "float64")
  expect_identical(loss_mean_squared_error()$dtype, "float32")
  counted <- Metric(
    "Counted",
    initialize = function(...) {
      super$initialize(...)
      self$seen <- self$dtype
      self$n <- self$add_weight(name = "n", initializer = "zeros")
    },
    update_state = function(y_true, y_pred) self$n$assign_add(1),
    result = function() if (self$dtype == self$seen) self$n else 0 * self$n
  )
  for (type in list("float32", "float64")) {
    metric <- counted(dtype = type)
    expect_identical(metric$dtype, type)
    metric$update_state(1, 2)
    expect_equal(metric$result(), 1)
  }
  expect_identical(counted()$dtype, "float32")
})

test_that("overlaps and rates at a threshold are the formulas", {
  expect_equal(
    metric_iou(c(0, 0, 1, 1), c(0, 1, 0, 1), num_classes = 2, target_class_ids = 0), 1 / 3,
    tolerance = 1e-6
  )
  expect_equal(
    metric_binary_iou(c(0, 1), c(0.2, 0.3), target_class_ids = list(0L, 1L)), 0.25,
    tolerance = 1e-6
  )
  truth <- c(0, 0, 1, 1)
  guess <- c(0, 0.5, 0.3, 0.9)
  expect_equal(metric_sensitivity_at_specificity(truth, guess, specificity = 0.5), 1)
  expect_equal(metric_precision_at_recall(truth, guess, recall = 1), 2 / 3)
})
