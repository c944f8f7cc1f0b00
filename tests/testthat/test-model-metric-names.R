# What names of metrics mean, whatever R's data looks like and whatever the loss is.

# The network passes its input on, through an activation: predictions are known.
passing <- function(x, activation = NULL) {
  keras_model_sequential(input_shape = ncol(x)) |>
    layer_dense(
      ncol(x),
      activation = activation, use_bias = FALSE, kernel_initializer = "identity"
    )
}

scores_of <- function(truth) truth + 0.9 * matrix(sin(seq_along(truth) * 7), nrow(truth))

own_loss <- function(y_true, y_pred) op_mean(op_square(y_pred), axis = -1)
own_score_loss <- function(y_true, y_pred) {
  loss_binary_crossentropy(y_true, y_pred, from_logits = TRUE)
}
OwnLoss <- Loss("Own", call = own_loss)

code <- rep(0:2, 10)
class_x <- scores_of(to_categorical(code))
yes <- rep(c(TRUE, FALSE, TRUE, TRUE), length.out = 30)
yes_x <- scores_of(matrix(ifelse(yes, 1, -1)))

scored <- function(model, x, y, loss, metrics) {
  compile(model, loss = loss, metrics = metrics)
  unlist(evaluate(model, x, y, verbose = 0))
}

slow_on_tensorflow("classes may come in any coding, with any loss", {
  p <- exp(class_x) / rowSums(exp(class_x))
  right <- mean(max.col(p) - 1 == code)
  lost <- -mean(log(p[cbind(1:30, code + 1)]))
  model <- passing(class_x, "softmax")
  coded <- list(
    factor(code), code, as.numeric(code), matrix(code), to_categorical(code),
    to_categorical(code) == 1
  )
  for (y in coded) {
    found <- scored(model, class_x, y, own_loss, list("accuracy", "ce"))
    expect_equal(found[["accuracy"]], right, tolerance = 1e-5)
    expect_equal(found[["ce"]], lost, tolerance = 1e-5)
  }
  found <- scored(model, class_x, matrix(code), OwnLoss(), list("acc", metric_crossentropy()))
  expect_equal(found[["acc"]], right, tolerance = 1e-5)
  expect_equal(found[["crossentropy"]], lost, tolerance = 1e-5)
  compile(model, loss = own_loss, metrics = "accuracy")
  logs <- fit_quietly(model, class_x, factor(code), validation_split = 0.5)
  expect_equal(tail(logs$metrics$val_accuracy, 1), mean((max.col(p) - 1 == code)[16:30]))
})

slow_on_tensorflow("yes and no may come in any coding, and scores are cut at 0", {
  said <- yes_x[, 1] > 0
  wanted <- c(accuracy = mean(said == yes), precision = mean(yes[said]), recall = mean(said[yes]))
  metrics <- list("accuracy", "precision", "recall")
  model <- passing(yes_x)
  for (y in list(yes, as.integer(yes), factor(yes), ifelse(yes, 1, -1), matrix(yes))) {
    found <- scored(model, yes_x, y, "hinge", metrics)
    expect_equal(found[names(wanted)], wanted, tolerance = 1e-5)
  }
  logits <- loss_binary_crossentropy(from_logits = TRUE)
  for (loss in list(logits, own_score_loss)) {
    found <- scored(model, yes_x, yes, loss, c(metrics, metric_binary_accuracy(threshold = 0)))
    expect_equal(found[names(wanted)], wanted, tolerance = 1e-5)
    expect_equal(found[["binary_accuracy"]], wanted[["accuracy"]], tolerance = 1e-5)
  }
})

test_that("what cannot be decided is refused", {
  numbers <- passing(yes_x)
  classes <- passing(class_x, "softmax")
  expect_conditions_snapshot({
    scored(numbers, yes_x, seq(0.3, 9, length.out = 30), "mse", "accuracy")
    scored(numbers, yes_x, ifelse(yes, 1, -1), "hinge", "crossentropy")
    scored(classes, class_x, code, own_loss, "mse")
    scored(classes, class_x, code + 0.5, own_loss, "accuracy")
  })
})

test_that("an end that does not go with the loss is a warning", {
  linear <- passing(class_x)
  expect_conditions_snapshot({
    compile(linear, loss = "sparse_categorical_crossentropy")
    compile(linear, loss = "poisson")
    compile(passing(class_x, "softmax"), loss = loss_crossentropy(from_logits = TRUE))
    compile(passing(yes_x, "softmax"), loss = "mse")
  })
  expect_warning(compile(linear, loss = "kl_divergence"), class = "rdeep_warning")
  expect_no_warning(compile(linear, loss = loss_crossentropy(from_logits = TRUE)))
  later <- keras_model_sequential() |> layer_dense(3)
  expect_no_warning(compile(later, loss = "sparse_categorical_crossentropy"))
  expect_warning(fit_quietly(later, class_x, code, epochs = 1), "expects probabilities")
  expect_no_warning(fit_quietly(later, class_x, code, epochs = 1))
  copy <- unserialize(serialize(later, NULL))
  expect_no_warning(evaluate(copy, class_x, code, verbose = 0))
})

test_that("monitors go by the metric, and ask for what nobody knows", {
  furthest <- function(y_true, y_pred) op_max(op_abs(y_true - y_pred), axis = -1)
  open <- custom_metric("furthest", furthest)
  known <- custom_metric("furthest", furthest, direction = "min")
  Total <- Metric(
    "Total",
    direction = "max",
    initialize = function(...) {
      super$initialize(...)
      self$kept <- self$add_variable()
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) {
      self$kept$assign_add(op_sum(y_pred))
    },
    result = function() self$kept
  )
  model <- passing(yes_x)
  watched <- function(metrics, callback) {
    compile(model, loss = "mse", metrics = metrics)
    fit_quietly(model, yes_x, as.numeric(yes), epochs = 2, callbacks = list(callback))
  }
  expect_conditions_snapshot({
    watched(open, callback_early_stopping("furthest"))
    watched(open, callback_model_checkpoint("m.rdeep", "furthest", save_best_only = TRUE))
    watched(list(), callback_early_stopping("learning"))
    custom_metric("furthest", furthest, direction = "up")
  })
  expect_no_error(watched(open, callback_early_stopping("furthest", mode = "min")))
  expect_no_error(watched(known, callback_early_stopping("furthest")))
  expect_no_error(watched(Total(), callback_reduce_lr_on_plateau("total")))
  # It grows with each epoch, or it falls: the first epoch cannot be worse than what follows.
  path <- withr::local_tempfile(fileext = ".rdeep")
  watched(metric_r2_score(), callback_model_checkpoint(path, "r2_score", save_best_only = TRUE))
  best <- load_model(path)
  expect_equal(
    predict(best, yes_x), predict(model, yes_x),
    tolerance = 1e-5
  )
})
