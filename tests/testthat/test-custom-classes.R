# Layers, models, losses and metrics of the user's own.

layer_linear <- Layer(
  "Linear",
  initialize = function(units = 32, ...) {
    super$initialize(...)
    self$units <- units
  },
  build = function(input_shape) {
    self$w <- self$add_weight(shape = shape(tail(input_shape, 1), self$units), name = "w")
    self$b <- self$add_weight(shape = self$units, initializer = "zeros", name = "b")
  },
  call = function(inputs) op_matmul(inputs, self$w) + self$b,
  get_config = function() c(super$get_config(), list(units = self$units))
)

layer_block <- Layer(
  "Block",
  initialize = function(...) {
    super$initialize(...)
    self$parts <- list(layer_linear(units = 4), layer_linear(units = 1))
  },
  call = function(inputs) {
    for (part in self$parts) inputs <- activation_relu(part(inputs))
    inputs
  }
)

x <- matrix(seq(-1, 1, length.out = 24), 6)

for_each_backend("a layer is applied to data and then used in a model", {
  layer <- layer_block()
  expect_identical(layer$weights, list())
  y <- layer(x)
  expect_equal(dim(y), c(6L, 1L))
  expect_length(layer$weights, 4)
  expect_length(layer$trainable_weights, 4)
  expect_identical(layer$non_trainable_weights, list())
  model <- keras_model_sequential(input_shape = 4) |> layer()
  expect_equal(predict(model, x), as.array(y), tolerance = 1e-5)
  set_weights(layer, lapply(get_weights(layer), function(w) w * 0 + 1))
  expect_equal(get_weights(model)[[1]], matrix(1, 4, 4))
  expect_equal(count_params(layer), 25)
})

test_that("layers have weights once they are built", {
  layer <- layer_batch_normalization()
  layer$build(shape(NA, 4))
  expect_length(layer$weights, 4)
  expect_length(layer$trainable_weights, 2)
  expect_length(layer$non_trainable_weights, 2)
  layer$trainable <- FALSE
  expect_false(layer$trainable)
  expect_length(layer$trainable_weights, 0)
})

test_that("layers are made again of what they say of themselves", {
  layer <- layer_linear(units = 3, name = "mine")
  config <- get_config(layer)
  expect_equal(config$units, 3)
  again <- from_config(config)
  expect_equal(again$units, 3)
  expect_equal(again$name, "mine")
  saved <- serialize_keras_object(layer)
  expect_equal(saved$class_name, "Linear")
  again <- deserialize_keras_object(saved, custom_objects = list(Linear = layer_linear))
  expect_equal(again$units, 3)
})

test_that("a class inherits, and Python's names of methods are known", {
  layer_doubled <- Layer(
    "Doubled",
    inherit = layer_linear,
    `__init__` = function(...) super$initialize(units = 2, ...),
    call = function(inputs) 2 * super$call(inputs)
  )
  layer <- layer_doubled()
  y <- layer(x)
  weights <- get_weights(layer)
  expect_equal(as.array(y), 2 * x %*% weights[[1]], tolerance = 1e-5)
})

test_that("several inputs come as arguments or as a list", {
  layer_both <- Layer("Both", call = function(a, b) a - b)
  layer_list <- Layer("Listed", call = function(inputs) inputs[[1]] - inputs[[2]])
  expect_equal(as.array(layer_both()(x, 2 * x)), -x, tolerance = 1e-6)
  expect_equal(as.array(layer_list()(list(x, 2 * x))), -x, tolerance = 1e-6)
  a <- layer_input(4)
  b <- layer_input(4)
  model <- keras_model(list(a, b), layer_both()(a, b))
  expect_equal(predict(model, list(x, 2 * x)), -x, tolerance = 1e-6)
})

for_each_backend("what a layer does while training differs", {
  layer_drop <- Layer("Drop", call = function(inputs, training = FALSE) {
    if (training) random_dropout(inputs, 0.5, seed = random_seed_generator(1)) else inputs
  })
  layer <- layer_drop()
  ones <- matrix(1, 1, 64)
  expect_equal(as.array(layer(ones)), ones)
  expect_setequal(as.array(layer(ones, training = TRUE)), c(0, 2))
  expect_false(identical(
    as.array(layer(ones, training = TRUE)), as.array(layer(ones, training = TRUE))
  ))
})

test_that("a variational autoencoder adds to the loss, alike on both engines", {
  sampling <- Layer("Sampling", call = function(inputs) {
    c(mean, log_var) %<-% inputs
    sizes <- op_shape(mean)
    mean + op_exp(0.5 * log_var) * random_normal(shape = c(sizes[[1]], sizes[[2]]))
  })
  vae <- Model(
    "VAE",
    initialize = function(width, ...) {
      super$initialize(...)
      self$mean <- layer_dense(units = 2)
      self$log_var <- layer_dense(units = 2)
      self$sampling <- sampling()
      self$decoder <- layer_dense(units = width)
    },
    call = function(inputs) {
      mean <- self$mean(inputs)
      log_var <- self$log_var(inputs)
      self$add_loss(-0.5 * op_mean(log_var - mean^2 - op_exp(log_var) + 1))
      self$decoder(self$sampling(list(mean, log_var)))
    }
  )
  losses <- lapply(backends, function(backend) {
    skip_if_no_backend(backend)
    withr::local_options(rdeep.backend = backend)
    set_random_seed(1)
    model <- vae(4)
    compile(model, "sgd", "mse")
    fit(model, x, x, epochs = 2, batch_size = 3, verbose = 0)$metrics$loss
  })
  expect_equal(losses[[1]], losses[[2]], tolerance = 1e-5)
})

test_that("the object of a model's class is at hand", {
  made <- Model(
    "Made",
    initialize = function(...) {
      super$initialize(...)
      self$first <- layer_dense(units = 2)
    },
    call = function(inputs) self$first(inputs),
    describe = function() "a model"
  )
  model <- made()
  expect_equal(model$describe(), "a model")
  y <- model(x)
  expect_equal(as.array(model$first(x)), as.array(y), tolerance = 1e-6)
})

test_that("losses and metrics of one's own are functions, and stand in c()", {
  loss_own <- Loss("Own", call = function(y_true, y_pred) op_mean((y_true - y_pred)^2, axis = -1))
  expect_equal(loss_own()(x, x + 1), 1, tolerance = 1e-6)
  expect_equal(loss_mean_squared_error()(x, x + 2), 4, tolerance = 1e-6)
  metric_hits <- Metric(
    "Hits",
    initialize = function(...) {
      super$initialize(...)
      self$hits <- self$add_variable(shape = shape(), initializer = "zeros")
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) {
      found <- op_argmax(y_pred, axis = -1, zero_indexed = TRUE)
      same <- op_reshape(op_cast(y_true, "int32"), -1) == found
      self$hits$assign(self$hits + op_sum(op_cast(same, "float32")))
    },
    result = function() self$hits
  )
  model <- classifier(metrics = c(metric_hits(name = "hits"), metric_sparse_categorical_accuracy()))
  fit_quietly(model, epochs = 1)
  scores <- evaluate(model, iris_x, iris_y, verbose = 0)
  expect_equal(scores$hits, 150 * scores$sparse_categorical_accuracy, tolerance = 1e-6)
})

test_that("callbacks keep what they saw, and change the learning rate", {
  seen <- Callback(
    "Seen",
    initialize = function(factor) self$factor <- factor,
    on_train_begin = function(logs) self$rates <- numeric(),
    on_epoch_begin = function(epoch, logs) {
      optimizer <- self$model$optimizer
      optimizer$learning_rate <- optimizer$learning_rate * self$factor
      self$rates <- c(self$rates, self$model$optimizer$learning_rate)
    }
  )
  callback <- seen(0.5)
  model <- classifier(rate = 0.4)
  fit_quietly(model, epochs = 2, callbacks = callback)
  expect_equal(callback$rates, c(0.2, 0.1), tolerance = 1e-6)
  model$optimizer$learning_rate <- 0.3
  expect_equal(model$learning_rate, 0.3)
})

test_that("mistakes in classes are explained", {
  expect_error_snapshot(Layer("Bare")())
  wrong <- Layer("Wrong", call = function(inputs) 3)
  expect_error_snapshot(wrong()(x))
  failing <- Layer("Failing", call = function(inputs) stop("no such thing"))
  expect_error_snapshot(failing()(x))
  assigning <- Layer(
    "Assigning",
    build = function(input_shape) self$w <- self$add_weight(shape = 1),
    call = function(inputs) {
      self$w$assign_add(1)
      inputs
    }
  )
  expect_error_snapshot(assigning()(x))
  expect_error_snapshot(layer_linear(units = 2)(x, steps = 3))
  expect_error_snapshot(layer_dense(units = 2)("text"))
  expect_error_snapshot(layer_dense(3))
  expect_error_snapshot(get_weights(layer_dense(units = 2)))
  expect_error_snapshot(Layer("Child", inherit = "Linear"))
  loss <- loss_mean_squared_error()
  expect_error_snapshot(loss$reduction <- "sum")
  expect_error_snapshot(optimizer_adam()(1))
})

for_each_backend("a metric class counts the samples' weights, where it takes them", {
  metric_total <- Metric(
    "Total",
    initialize = function(...) {
      super$initialize(...)
      self$sum <- self$add_variable()
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) {
      error <- op_abs(y_true - y_pred)[, 1]
      self$sum$assign_add(op_sum(if (is.null(sample_weight)) error else error * sample_weight))
    },
    result = function() self$sum
  )
  model <- keras_model_sequential(input_shape = 1) |>
    layer_dense(1, kernel_initializer = "zeros")
  model |> compile(
    loss = "mse", metrics = metric_total(name = "plain"),
    weighted_metrics = metric_total(name = "weighted")
  )
  found <- evaluate(model, matrix(1:4), 1:4, sample_weight = c(1, 0, 0, 2))
  expect_equal(c(found$plain, found$weighted), c(10, 9))
})

for_each_backend("call() assigns to weights: training, predictions and calls change them", {
  layer_compute_sum <- Layer(
    "ComputeSum",
    initialize = function(input_dim) {
      super$initialize()
      self$total <- self$add_weight(
        initializer = "zeros", shape = shape(input_dim), trainable = FALSE
      )
    },
    call = function(inputs) {
      self$total$assign_add(op_sum(inputs, axis = 1))
      self$total
    }
  )
  layer <- layer_compute_sum(input_dim = 2)
  ones <- op_ones(c(2, 2))
  expect_equal(c(as.array(layer(ones))), c(2, 2))
  expect_equal(c(as.array(layer(ones))), c(4, 4))
  expect_length(layer$non_trainable_weights, 1)
  expect_length(layer$trainable_weights, 0)

  layer_counting <- Layer(
    "Counting",
    build = function(input_shape) {
      self$count <- self$add_weight(list(), "zeros", trainable = FALSE, name = "count")
    },
    call = function(inputs) {
      self$count$assign(self$count + 1)
      inputs * 1
    }
  )
  model <- keras_model_sequential(input_shape = 4) |> layer_counting() |> layer_dense(1)
  compile(model, "sgd", "mse")
  fit(model, x, x[, 1], batch_size = 3, epochs = 2, verbose = 0)
  predict(model, x, batch_size = 2)
  expect_equal(c(get_weights(model)[[1]]), 7)
  trained <- Layer(
    "Trained",
    build = function(input_shape) self$w <- self$add_weight(list(), "zeros", name = "w"),
    call = function(inputs) self$w$assign(self$w + 1)
  )
  expect_rdeep_error(trained()(layer_input(2)), "function", "is trained")
})

test_that("a layer is called on a number, and is listed by its class", {
  layer_times <- Layer(
    "TimesFactor",
    initialize = function(factor) {
      super()$`__init__`()
      self$factor <- factor
    },
    call = function(inputs, ...) inputs * self$factor
  )
  expect_equal(as.numeric(layer_times(factor = 3)(2)), 6)
  model <- keras_model_sequential(input_shape = 1, layers = layer_times(factor = 3))
  expect_equal(get_config(model)$layers[[2]]$class_name, "TimesFactor")
})

test_that("a layer with a state size is a cell", {
  Cell <- Layer(
    "Cell",
    initialize = function(units, ...) {
      super$initialize(...)
      self$units <- as.integer(units)
      self$state_size <- self$units
    },
    build = function(input_shape) {
      self$kernel <- self$add_weight(
        shape(input_shape[[length(input_shape)]], self$units), "ones", name = "kernel"
      )
    },
    call = function(inputs, states) {
      output <- op_matmul(inputs, self$kernel) + 2 * states[[1]]
      list(output, list(output))
    }
  )
  x <- array(1:12 / 12, c(2, 3, 2))
  for (backend in c("torch", "tensorflow")) {
    model <- keras_model_sequential(input_shape = c(NA, 2), backend = backend) |>
      layer_rnn(Cell(units = 1))
    sums <- apply(x, 1:2, sum)
    expect_equal(predict(model, x)[, 1], as.vector(sums %*% c(4, 2, 1)), tolerance = 1e-5)
  }
  stacked <- layer_rnn(keras_input(c(NA, 2)), list(Cell(units = 3), rnn_cell_gru(4)))
  expect_equal(dim(stacked), c(NA, 4L))
  expect_rdeep_error(layer_rnn(cell = layer_dense(units = 2)), "argument", "cell")
})

test_that("what a class of models keeps under a name of every model is its own", {
  Kept <- Model(
    "Kept",
    initialize = function(name, ...) {
      super$initialize(...)
      self$key <- name
      self[[name]] <- layer_dense(units = 2)
    },
    call = function(inputs) self[[self$key]](inputs)
  )
  for (name in c("history", "weights", "layers", "metrics", "optimizer", "learning_rate")) {
    model <- Kept(name)
    model |> compile(loss = "mse", optimizer = "sgd")
    history <- model |> fit(matrix(1, 4, 3), matrix(1, 4, 2), verbose = 0)
    expect_s3_class(history, "rdeep_history")
    expect_s3_class(model[[name]], "rdeep_layer")
  }
})
