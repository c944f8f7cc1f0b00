test_that("compile() changes the model in place and returns it unseen", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  expect_false(model$is_compiled)
  expect_invisible(compile(model, loss = "mse"))
  expect_true(model$is_compiled)
})

slow_on_tensorflow("names, records and functions all choose optimizer, loss and metrics", {
  x <- iris_x
  y <- iris_y
  losses <- lapply(
    list(
      list("sgd", "mse", "mae"),
      list(optimizer_sgd(), loss_mean_squared_error(), metric_mean_absolute_error()),
      list(optimizer_sgd, loss_mean_squared_error, metric_mean_absolute_error)
    ),
    function(parts) {
      set_random_seed(1)
      model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
      compile(model, optimizer = parts[[1]], loss = parts[[2]], metrics = parts[[3]])
      unname(fit_quietly(model, x, y)$metrics)
    }
  )
  expect_equal(losses[[2]], losses[[1]])
  expect_equal(losses[[3]], losses[[1]])
})

test_that("accuracy stands for the kind that fits the loss", {
  model <- classifier()
  expect_named(evaluate(model, iris_x, iris_y), c("loss", "accuracy"))
})

test_that("several metrics are measured", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1, activation = "sigmoid")
  compile(
    model,
    loss = "binary_crossentropy",
    metrics = list("accuracy", metric_auc(), metric_precision(name = "precise"), "recall")
  )
  result <- evaluate(model, iris_x, as.numeric(iris_y == 0))
  expect_named(result, c("loss", "accuracy", "auc", "precise", "recall"))
  expect_true(all(unlist(result) >= 0))

  compile(model, loss = "binary_crossentropy", metrics = c("accuracy", "auc"))
  expect_named(evaluate(model, iris_x, as.numeric(iris_y == 0)), c("loss", "accuracy", "auc"))
})

for_each_backend("the learning rate is read and set", {
  model <- classifier(rate = 0.25)
  expect_equal(model$learning_rate, 0.25)
  model$learning_rate <- 0.125
  expect_equal(model$learning_rate, 0.125)
  expect_rdeep_error(model$learning_rate <- "fast", "argument", "learning_rate")
})

test_that("a model without steps of its own trains the same whether run_eagerly or not", {
  losses <- lapply(c(FALSE, TRUE), function(eagerly) {
    model <- keras_model_sequential(input_shape = 4) |>
      layer_dense(1, kernel_initializer = "ones")
    expect_no_warning_at_all(compile(model, "sgd", "mse", run_eagerly = eagerly))
    fit_quietly(model, shuffle = FALSE)$metrics$loss
  })
  expect_equal(losses[[2]], losses[[1]])
})

test_that("unknown names and misspelt arguments are refused with a hint", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  expect_rdeep_error(compile(model, loss = "mean_squared_eror"), "argument", "mean_squared_error")
  expect_rdeep_error(compile(model, "adm", "mse"), "argument", "Did you mean 'adam'")
  expect_rdeep_error(
    compile(model, loss = "mse", metrics = "acuracy"),
    "argument", "Did you mean 'accuracy'"
  )
  expect_rdeep_error(compile(model, lss = "mse"), "argument", "Did you mean 'loss'")
  expect_rdeep_error(compile(model, loss = c("mse", "mae")), "argument", "'loss'")
})
