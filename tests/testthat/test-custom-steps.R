# Steps of a model class: `train_step`, `test_step`, `predict_step`.

x <- matrix(seq(-1, 1, length.out = 80), 20)
y <- rowSums(x)

step <- function(data) {
  c(x, y, weight) %<-% unpack_x_y_sample_weight(data)
  loss <- function() self$compute_loss(y = y, y_pred = self(x), sample_weight = weight)
  gradients <- gradients_of(loss, self$trainable_weights)
  self$optimizer$apply(gradients, self$trainable_weights)
  c(list(loss = loss()), self$compute_metrics(x, y, self(x), weight))
}

made <- function(..., parent_env = parent.frame()) {
  class <- Model("Own", ..., parent_env = parent_env)
  inputs <- keras_input(shape = 4)
  class(inputs, layer_dense(inputs, 1, kernel_initializer = "zeros"))
}


test_that("a step of R's trains, on both engines and called for each batch", {
  expected <- NULL
  for (backend in c("torch", "tensorflow")) {
    use_backend(backend)
    for (eagerly in c(FALSE, TRUE)) {
      model <- made(train_step = step)
      model |> compile(optimizer_sgd(0.1), "mse", metrics = "mae", run_eagerly = eagerly)
      history <- model |>
        fit(x, y, epochs = 2, batch_size = 10, shuffle = FALSE, verbose = 0)
      expected <- expected %||% history$metrics
      expect_named(history$metrics, c("loss", "mae"))
      expect_equal(history$metrics, expected, tolerance = 1e-4)
    }
  }
  use_backend("torch")
  plain <- keras_model_sequential(input_shape = 4) |>
    layer_dense(1, kernel_initializer = "zeros")
  plain |> compile(optimizer_sgd(0.1), "mse")
  plain |> fit(x, y, epochs = 2, batch_size = 10, shuffle = FALSE, verbose = 0)
  expect_equal(as.array(model$weights[[1]]), get_weights(plain)[[1]], tolerance = 1e-4)
})

test_that("the average of weights is asked for where a loop ends", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1, use_bias = FALSE)
  optimizer <- optimizer_sgd(1, use_ema = TRUE, ema_momentum = 0.5)
  before <- get_weights(model)[[1]]
  for (i in 1:2) optimizer$apply(list(matrix(1, 2, 1)), model$trainable_weights)
  expect_equal(get_weights(model)[[1]], before - 2, tolerance = 1e-6)
  optimizer$finalize_variable_values(model$trainable_weights)
  expect_equal(get_weights(model)[[1]], before - 1.5, tolerance = 1e-6)
})

test_that("evaluation and prediction go by steps", {
  model <- made(
    test_step = function(data) list(loss = op_mean(data[[1]]), rows = shape(data[[1]])[[1]]),
    predict_step = function(data) data * 2
  )
  model |> compile("sgd", "mse")
  expect_equal(
    evaluate(model, x, y, batch_size = 20), list(loss = mean(x), rows = 20),
    tolerance = 1e-5
  )
  expect_equal(as.vector(predict(model, x)), as.vector(2 * x), tolerance = 1e-6)
})

test_that("a class keeps networks and has a compile of its own", {
  pair <- Model("Pair",
    initialize = function(a, b, ...) {
      super$initialize(...)
      self$a <- a
      self$b <- b
      self$tracker <- metric_mean(name = "value")
    },
    compile = function(rate) {
      super$compile()
      self$rate <- rate
    },
    metrics = mark_active(function() list(self$tracker)),
    train_step = function(data) {
      self$tracker$update_state(op_mean(self$b(self$a(data))))
      list(value = self$tracker$result(), rate = self$rate)
    }
  )
  a <- keras_model_sequential(input_shape = 4) |> layer_dense(3)
  b <- keras_model_sequential(input_shape = 3) |> layer_dense(2)
  model <- pair(a, b)
  model |> compile(rate = 0.5)
  history <- model |> fit(x, batch_size = 10, epochs = 2, verbose = 0)
  expect_equal(history$metrics$rate, c(0.5, 0.5))
  expect_equal(history$metrics$value, rep(mean(predict(b, predict(a, x))), 2), tolerance = 1e-4)
  expect_length(get_weights(model), 4)
  expect_identical(model$a, a)
  expect_rdeep_error(predict(model, x), "state")
})

test_that("an optimizer that `initialize` makes is the steps'", {
  skip_if_no_backend("torch")
  own <- Model(
    "WithOptimizer",
    initialize = function(...) {
      super$initialize(...)
      self$optimizer <- optimizer_sgd(0.5)
    },
    train_step = function(data) {
      c(x, y) %<-% data
      weights <- self$trainable_weights
      found <- gradients_of(\() op_mean((self(x) - y)^2), weights, return_value = TRUE)
      self$optimizer$apply(found$gradients, weights)
      list(loss = found$value)
    }
  )
  input <- keras_input(1)
  model <- own(input, layer_dense(input, 1, kernel_initializer = "zeros", use_bias = FALSE))
  compile(model)
  fit(model, matrix(1), 1, verbose = 0)
  expect_equal(as.numeric(get_weights(model)[[1]]), 1, tolerance = 1e-6)
})

test_that("what is wrong with a step is said, and the model can be used", {
  fails <- TRUE
  model <- made(train_step = function(data) {
    if (fails) stop("an error of the user's")
    list(loss = 1)
  })
  model |> compile("sgd", "mse")
  expect_error(fit(model, x, y, verbose = 0), "an error of the user's")
  fails <- FALSE
  expect_equal(fit(model, x, y, verbose = 0)$metrics$loss, 1)
  model <- made(train_step = function(data) NULL)
  model |> compile("sgd", "mse")
  expect_error_snapshot(fit(model, x, y, verbose = 0))
  expect_error_snapshot(unpack_x_y_sample_weight(list(1, 2, 3, 4)))
  expect_equal(unpack_x_y_sample_weight(1), list(1, NULL, NULL))
})

test_that("compute_loss() and compute_metrics() take what they name", {
  losses <- list(
    function(x, y, y_pred, sample_weight) op_mean(op_square(y - y_pred)),
    function(y, y_pred, ...) op_mean(op_square(y - y_pred)),
    function(x, y, y_pred, sample_weight, training) op_mean(op_square(y - y_pred))
  )
  for (loss in losses) {
    model <- made(compute_loss = loss)
    model |> compile("sgd")
    history <- model |> fit(x, y, batch_size = 20, epochs = 1, verbose = 0)
    expect_equal(history$metrics$loss, mean(y^2), tolerance = 1e-5)
  }
  model <- made(compute_loss = function(x, target) 1)
  model |> compile("sgd")
  error <- expect_error(fit(model, x, y, verbose = 0))
  expect_no_match(conditionMessage(error), "do.call")
})

test_that("a layer that reads another one's weights is trained with it, on both engines", {
  layer_coder <- Layer("Coder",
    initialize = function(units, ...) {
      super$initialize(...)
      self$dense <- layer_dense(units = units, use_bias = FALSE)
    },
    call = function(x) op_matmul(self$dense(x), op_transpose(self$dense$kernel))
  )
  for (backend in c("torch", "tensorflow")) {
    use_backend(backend)
    inputs <- layer_input(4)
    coder <- layer_coder(units = 2)
    model <- keras_model(inputs, coder(inputs)) |> compile("adam", "mse")
    expect_length(model$weights, 1)
    before <- as.array(coder$dense$kernel)
    model |> fit(x, x, epochs = 2, verbose = 0)
    kernel <- as.array(coder$dense$kernel)
    expect_gt(max(abs(kernel - before)), 1e-4)
    expect_equal(predict(model, x, verbose = 0), x %*% kernel %*% t(kernel), tolerance = 1e-5)
  }
})

test_that("a step finds the loss that the model is compiled with", {
  use_backend("torch")
  found <- made(train_step = function(data) {
    c(x, y) %<-% data
    loss <- function() op_mean(self$loss(y, self(x)))
    self$optimizer$apply(gradients_of(loss, self$trainable_weights), self$trainable_weights)
    list(loss = loss())
  })
  compile(found, optimizer_sgd(0), loss_mean_squared_error())
  history <- fit(found, x, y, epochs = 1, batch_size = 20, verbose = 0)
  expect_equal(history$metrics$loss, mean(y^2), tolerance = 1e-5)
})

test_that("metrics of `self` begin anew, and a test step of one's own measures validation", {
  counted <- function(...) {
    class <- Model("Counted",
      initialize = function() {
        super$initialize()
        self$dense <- layer_dense(units = 1)
        self$told <- metric_mean(name = "told")
        self$count <- 0
      },
      call = function(x) self$dense(x),
      test_step = function(data) {
        self$told$update_state(self$count)
        self$count <- self$count + 1
        list(told = self$told$result())
      },
      ...
    )
    model <- class()
    model |> compile("sgd", "mse", run_eagerly = TRUE)
    model |> fit(x, y, validation_data = list(x, y), batch_size = 20, epochs = 3, verbose = 0)
  }
  use_backend("torch")
  expect_equal(counted()$metrics$val_told, c(0, 1, 2))
  both <- counted(train_step = function(data) {
    self$told$update_state(self$count)
    self$count <- self$count + 1
    list(told = self$told$result())
  })
  expect_equal(both$metrics$told, c(0, 2, 4))
  expect_equal(both$metrics$val_told, c(1, 3, 5))
})

test_that("compute_metrics() updates a metric of its own", {
  model <- Model("Sized",
    initialize = function() {
      super$initialize()
      self$dense <- layer_dense(units = 1)
      self$size <- metric_mean(name = "size")
    },
    call = function(x) self$dense(x),
    compute_metrics = function(x, y, y_pred, sample_weight) {
      found <- super$compute_metrics(x, y, y_pred, sample_weight)
      self$size$update_state(op_abs(y_pred))
      found$own <- self$size$result()
      found
    }
  )()
  model |> compile(optimizer_sgd(0), "mse", metrics = "mae")
  metrics <- fit(model, x, numeric(20), batch_size = 20, epochs = 1, verbose = 0)$metrics
  expect_equal(metrics$own, mean(abs(predict(model, x, verbose = 0))), tolerance = 1e-5)
  expect_equal(metrics$own, metrics$mae, tolerance = 1e-6)
})
