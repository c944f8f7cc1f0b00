slow_on_tensorflow("early stopping ends training and restores the best weights", {
  model <- regressor()
  stop_early <- callback_early_stopping(
    monitor = "loss", patience = 1, restore_best_weights = TRUE
  )
  model$learning_rate <- 1
  history <- fit_quietly(model, iris_x * 3, iris_y, epochs = 20, callbacks = stop_early)
  expect_lt(length(history$epoch), 20)
})

slow_on_tensorflow("a checkpoint writes the model", {
  path <- withr::local_tempfile(fileext = ".rdeep")
  model <- classifier()
  fit_quietly(model, callbacks = callback_model_checkpoint(path, monitor = "loss"))
  expect_equal(predict(load_model(path), iris_x), predict(model, iris_x))
})

slow_on_tensorflow("the CSV logger writes a line an epoch", {
  path <- withr::local_tempfile(fileext = ".csv")
  history <- fit_quietly(classifier(), epochs = 3, callbacks = list(callback_csv_logger(path)))
  log <- utils::read.csv(path)
  expect_equal(nrow(log), 3)
  expect_equal(log$loss, history$metrics$loss, tolerance = 1e-6)
})

slow_on_tensorflow("the learning rate is lowered on a plateau", {
  model <- classifier()
  fit_quietly(
    model,
    epochs = 4,
    callbacks = callback_reduce_lr_on_plateau(
      monitor = "loss", factor = 0.5, patience = 1, min_delta = 10
    )
  )
  expect_lt(model$learning_rate, 0.1)
})

for_each_backend("functions hear all six events, counted from 1", {
  heard <- character()
  note <- function(event) {
    force(event)
    function(place, logs) {
      heard <<- c(heard, if (is.numeric(place)) paste(event, place) else event)
    }
  }
  watch <- callback_lambda(
    on_epoch_begin = note("epoch_begin"),
    on_epoch_end = note("epoch_end"),
    on_train_begin = function(logs) heard <<- c(heard, "train_begin"),
    on_train_end = function(logs) heard <<- c(heard, "train_end"),
    on_train_batch_begin = note("batch_begin"),
    on_train_batch_end = note("batch_end")
  )
  fit_quietly(classifier(), batch_size = 75, epochs = 2, callbacks = watch)
  epoch <- function(n) {
    c(
      paste("epoch_begin", n), "batch_begin 1", "batch_end 1", "batch_begin 2",
      "batch_end 2", paste("epoch_end", n)
    )
  }
  expect_equal(heard, c("train_begin", epoch(1), epoch(2), "train_end"))
})

slow_on_tensorflow("logs are a named list of what was measured", {
  seen <- list()
  history <- fit_quietly(
    classifier(), iris_x[taking_turns, ], iris_y[taking_turns],
    epochs = 2, validation_split = 0.2,
    callbacks = callback_lambda(on_epoch_end = function(epoch, logs) seen[[epoch]] <<- logs)
  )
  expect_type(seen[[1]], "list")
  expect_true(all(c("loss", "accuracy", "val_loss") %in% names(seen[[1]])))
  expect_equal(vapply(seen, function(logs) logs$loss, 0), history$metrics$loss)
})

slow_on_tensorflow("functions may take fewer arguments", {
  epochs <- integer()
  fit_quietly(
    classifier(),
    epochs = 2,
    callbacks = callback_lambda(
      on_epoch_end = function(epoch) epochs <<- c(epochs, epoch),
      on_train_end = function() NULL
    )
  )
  expect_equal(epochs, 1:2)
})

slow_on_tensorflow("the learning rate follows a function of R", {
  rates <- numeric()
  model <- classifier(rate = 0.1)
  history <- fit_quietly(
    model,
    epochs = 3,
    callbacks = list(
      callback_learning_rate_scheduler(function(epoch, lr) lr / epoch),
      callback_lambda(on_epoch_end = function(epoch, logs) {
        rates <<- c(rates, model$learning_rate)
      })
    )
  )
  expect_equal(rates, 0.1 / c(1, 2, 6), tolerance = 1e-6)
  expect_rdeep_error(
    fit_quietly(model, callbacks = callback_learning_rate_scheduler(function(epoch) "fast")),
    "callback"
  )
})

test_that("the scheduler says what it does on demand", {
  scheduler <- callback_learning_rate_scheduler(function(epoch) 0.5, verbose = 1)
  expect_output(fit_quietly(classifier(), callbacks = scheduler), "learning rate is 0.5")
})

slow_on_tensorflow("stop_training ends training after the epoch", {
  model <- classifier()
  history <- fit_quietly(
    model,
    epochs = 10,
    callbacks = callback_lambda(on_epoch_end = function(epoch, logs) {
      if (epoch == 2) model$stop_training <- TRUE
    })
  )
  expect_equal(history$epoch, 1:2)
  # The next training is not stopped.
  expect_equal(fit_quietly(model, epochs = 3)$epoch, 1:3)
})

slow_on_tensorflow("a learning rate of zero set from R stops learning at once", {
  model <- classifier()
  weights <- list()
  fit_quietly(
    model,
    epochs = 3,
    callbacks = callback_lambda(on_epoch_end = function(epoch, logs) {
      model$learning_rate <- 0
      weights[[epoch]] <<- get_weights(model)
    })
  )
  expect_equal(weights[[3]], weights[[1]])
})

slow_on_tensorflow("Callback() makes callbacks with a state of their own", {
  stop_after <- Callback(
    "StopAfter",
    initialize = function(n) {
      self$n <- n
      self$seen <- 0
    },
    on_epoch_end = function(epoch, logs) {
      self$seen <- self$seen + 1
      if (self$seen >= self$n) self$model$stop_training <- TRUE
    },
    public = list(label = "mine")
  )
  history <- fit_quietly(classifier(), epochs = 5, callbacks = list(stop_after(2), stop_after(4)))
  expect_equal(history$epoch, 1:2)
})

for_each_backend("an error in a callback keeps its class, and leaves the model usable", {
  model <- classifier()
  failing <- callback_lambda(on_train_batch_end = function(batch, logs) {
    if (batch == 2) rlang::abort("too bad", class = "my_error")
  })
  error <- expect_rdeep_error(fit_quietly(model, callbacks = failing), "callback")
  expect_s3_class(error$parent, "my_error")
  expect_equal(as.character(conditionCall(error)[[1]]), "fit")
  expect_equal(fit_quietly(model, epochs = 2)$epoch, 1:2)
  expect_false(anyNA(predict(model, iris_x)))
})

slow_on_tensorflow("a warning in a callback reaches the user", {
  expect_warning(
    fit_quietly(
      classifier(),
      callbacks = callback_lambda(on_epoch_end = function(epoch, logs) warning("look here"))
    ),
    "look here"
  )
})

for_each_backend("a jump out of a callback leaves the model usable", {
  model <- classifier()
  for (i in 1:3) {
    escaped <- withCallingHandlers(
      withRestarts(
        fit_quietly(
          model,
          epochs = 5,
          callbacks = callback_lambda(on_epoch_end = function(epoch, logs) {
            invokeRestart("away", epoch)
          })
        ),
        away = identity
      )
    )
    expect_equal(escaped, 1)
  }
  expect_equal(fit_quietly(model, epochs = 2)$epoch, 1:2)
})

test_that("a callback may use models itself", {
  model <- classifier()
  other <- classifier()
  shapes <- list()
  fit_quietly(model, callbacks = callback_lambda(on_epoch_end = function(epoch, logs) {
    fit_quietly(other)
    shapes <<- list(dim(predict(model, iris_x)), dim(predict(other, iris_x)))
  }))
  expect_equal(shapes, list(c(150L, 3L), c(150L, 3L)))
})

test_that("callbacks print", {
  expect_output(print(callback_lambda(on_epoch_end = print)), "<callback: on_epoch_end>")
  expect_output(print(callback_early_stopping()), "EarlyStopping|early_stopping")
})

test_that("what is no callback is refused", {
  expect_rdeep_error(callback_lambda(on_epoch_end = 3), "argument", "must be a function")
  expect_rdeep_error(callback_lambda(epoch_end = print), "argument", "Did you mean")
  expect_rdeep_error(callback_learning_rate_scheduler(0.1), "argument", "must be a function")
  expect_rdeep_error(callback_early_stopping(patiense = 2), "argument", "'patience'")
  expect_rdeep_error(fit_quietly(classifier(), callbacks = list(1)), "argument", "callbacks")
})

slow_on_tensorflow("functions hear of evaluations and predictions", {
  heard <- character()
  hears <- function(name) function(logs) heard <<- c(heard, name, names(logs))
  callback <- callback_lambda(
    on_test_begin = hears("test"), on_test_end = hears("tested"),
    on_predict_begin = hears("predict"), on_predict_end = hears("predicted")
  )
  x <- matrix(rnorm(40), 10)
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  model |> compile(loss = "mse")
  model |> fit(x, x[, 1], validation_split = 0.5, callbacks = callback, verbose = 0)
  expect_identical(heard, c("test", "tested", "loss"))
  heard <- character()
  model |> evaluate(x, x[, 1], callbacks = list(callback))
  model |> predict(x, callbacks = callback)
  expect_identical(heard, c("test", "tested", "loss", "predict", "predicted"))
})

test_that("lists of callbacks grow by `c()`", {
  model <- keras_model_sequential(input_shape = 1) |> layer_dense(1)
  model |> compile("sgd", "mse")
  seen <- integer()
  mine <- callback_lambda(on_epoch_end = function(epoch, logs) seen <<- c(seen, epoch))
  both <- c(list(callback_terminate_on_nan()), mine)
  expect_length(both, 2)
  expect_length(c(mine, callback_terminate_on_nan(), mine), 3)
  model |> fit(1:4, 1:4, epochs = 2, callbacks = both, verbose = 0)
  expect_identical(seen, 1:2)
})

for_each_backend("functions for single batches are called, in validation too", {
  model <- regressor()
  x <- iris_x[1:6, ]
  y <- iris_x[1:6, 1]
  seen <- character()
  own <- Callback(
    "Own",
    set_model = function(model) {
      super$set_model(model)
      seen <<- c(seen, "model")
    },
    set_params = function(params) seen <<- c(seen, "params"),
    on_test_begin = function(logs) seen <<- c(seen, "test"),
    on_test_batch_begin = function(batch, logs = NULL) seen <<- c(seen, paste("begin", batch)),
    on_test_batch_end = function(batch, logs) {
      stopifnot(inherits(self$model, "rdeep_model"))
      losses <<- c(losses, logs$loss)
      seen <<- c(seen, paste("end", batch))
    },
    on_predict_batch_end = function(batch, logs) outputs[[batch]] <<- logs$outputs
  )
  losses <- NULL
  outputs <- list()
  value <- evaluate(model, x, y, batch_size = 4, verbose = 0, callbacks = own())
  expect_equal(seen, c("model", "params", "test", "begin 1", "end 1", "begin 2", "end 2"))
  expect_equal(losses[2], value$loss)
  first <- evaluate(model, x[1:4, ], y[1:4], verbose = 0)
  expect_equal(losses[1], first$loss, tolerance = 1e-6)
  found <- predict(model, x, batch_size = 4, callbacks = list(own()))
  expect_equal(do.call(rbind, outputs), found)
  seen <- character()
  data <- list(x, y)
  fit(model, x, y, validation_data = data, batch_size = 4, verbose = 0, callbacks = own())
  expect_equal(seen[c(1, 3, 5)], c("model", "test", "end 1"))
  lambda <- callback_lambda(on_predict_batch_begin = function(batch, logs) seen <<- batch)
  predict(model, x, batch_size = 4, callbacks = lambda)
  expect_equal(seen, 2L)
  broken <- callback_lambda(on_test_batch_end = function(batch, logs) stop("broken"))
  failed <- expect_rdeep_error(
    evaluate(model, x, y, verbose = 0, callbacks = broken), "function", "on_test_batch_end.*broken"
  )
  expect_equal(conditionMessage(failed$parent), "broken")
})

test_that("numbers that a function returns are logs", {
  model <- regressor()
  later <- NULL
  one <- Callback(
    "One",
    on_test_end = function(logs) list(gap = 2),
    on_epoch_end = function(epoch, logs) {
      logs$tenfold <- 10 * epoch
      logs
    }
  )
  two <- callback_lambda(
    on_epoch_end = function(epoch, logs) {
      later <<- c(later, logs$tenfold, logs$val_gap)
      list(note = "no number", "unnamed")
    },
    on_train_end = function(logs) later <<- c(later, logs$tenfold)
  )
  history <- fit_quietly(
    model, iris_x, iris_x[, 1],
    epochs = 2, callbacks = list(one(), two), validation_split = 0.2
  )
  expect_equal(history$metrics$tenfold, c(10, 20))
  expect_equal(history$metrics$val_gap, c(2, 2))
  expect_false("note" %in% names(history$metrics))
  expect_equal(later, c(10, 2, 20, 2, 20))
  expect_equal(evaluate(model, iris_x, iris_x[, 1], verbose = 0, callbacks = one())$gap, 2)
})
