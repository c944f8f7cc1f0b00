# Signals are sent by the process to itself, at moments that are certain.

interrupt_now <- function() tools::pskill(Sys.getpid(), tools::SIGINT)

skip_on_os("windows")

caught <- function(code) {
  tryCatch(
    {
      code
      "the end"
    },
    interrupt = function(condition) "interrupted"
  )
}

small_network <- function(backend) {
  model <- keras_model_sequential(input_shape = 2, backend = backend) |> layer_dense(1)
  model |> compile(optimizer = "sgd", loss = "mse")
  model
}

rows <- matrix(c(1, 2, 3, 4, 5, 6, 7, 8) / 8, 4)
targets <- c(1, 2, 3, 4) / 4

# A callback of the core's presses in Python, while R waits for it.
presser <- function(method, at = 0L) {
  reticulate::py_run_string(paste(
    "def presser(method, at):",
    "    import os, signal",
    "    from rdeep.callbacks import Callback",
    "    def maybe(self, *position):",
    "        if len(position) == 1 or position[0] == at:",
    "            os.kill(os.getpid(), signal.SIGINT)",
    "    return type('Presser', (Callback,), {method: maybe})()",
    sep = "\n"
  ), local = TRUE, convert = FALSE)$presser(method, at)
}

# The second network of an ensemble gets a callback; returns what undoes it.
press_in_second_network <- function(callback) {
  reticulate::py_run_string(paste(
    "def press(callback):",
    "    from rdeep.tabular import Tabular",
    "    original = Tabular.session",
    "    def session(self, member, listen=()):",
    "        found = original(self, member, listen)",
    "        found.callbacks += [callback] * (member == 1)",
    "        return found",
    "    Tabular.session = session",
    "    return lambda: setattr(Tabular, 'session', original)",
    sep = "\n"
  ), local = TRUE)$press(callback)
}

for_each_backend("an interrupt ends fit() and the loop around it", {
  model <- small_network(backend)
  ended <- 0
  note <- callback_lambda(on_train_end = function(logs) ended <<- ended + 1)
  said <- capture.output(
    result <- caught(for (round in 1:3) {
      model |> fit(
        rows, targets,
        epochs = 5, verbose = 0, callbacks = list(presser("on_epoch_begin", 2L), note)
      )
    })
  )
  expect_match(said, "Interrupted: the model and its history are those", all = FALSE)
  expect_equal(result, "interrupted")
  expect_equal(round, 1L)
  expect_equal(ended, 1)
  expect_length(model$history$metrics$loss, 2)
  expect_equal(rdeep_last_interrupted(), model$history)
  expect_true(all(is.finite(predict(model, rows))))
  history <- model |> fit(rows, targets, epochs = 2, verbose = 0)
  expect_length(history$metrics$loss, 2)
})

for_each_backend("an interrupt in a function of R ends it, and then training", {
  model <- small_network(backend)
  reached <- character()
  press <- callback_lambda(
    on_epoch_end = function(epoch, logs) {
      reached <<- c(reached, paste("epoch", epoch))
      interrupt_now()
      Sys.sleep(5)
      reached <<- c(reached, "after")
    },
    on_train_end = function(logs) reached <<- c(reached, "end")
  )
  capture.output(
    result <- caught(fit(model, rows, targets, epochs = 5, verbose = 0, callbacks = press))
  )
  expect_equal(result, "interrupted")
  expect_equal(reached, c("epoch 1", "end"))
  expect_length(model$history$metrics$loss, 1)

  batches <- function() {
    interrupt_now()
    Sys.sleep(5)
  }
  count <- 0
  generator <- function() {
    count <<- count + 1
    if (count == 1) list(rows, targets) else batches()
  }
  capture.output(
    result <- caught(fit(model, generator, steps_per_epoch = 3, epochs = 2, verbose = 0))
  )
  expect_equal(result, "interrupted")
  expect_length(predict(model, rows), 4)
})

slow_on_tensorflow("evaluate(), predict() and lr_finder() end", {
  model <- small_network(backend)
  press <- presser("on_test_batch_end")
  expect_equal(caught(evaluate(model, rows, targets, callbacks = press)), "interrupted")
  press <- presser("on_predict_batch_end")
  expect_equal(caught(predict(model, rows, callbacks = press)), "interrupted")
  expect_null(rdeep_last_interrupted())
  expect_length(predict(model, rows), 4)
})

slow_on_tensorflow("deep_tabular() keeps the networks that were trained", {
  restore <- press_in_second_network(presser("on_epoch_end"))
  on.exit(restore())
  said <- capture.output(
    result <- caught(
      deep_tabular(
        mpg ~ wt + hp, mtcars,
        architecture = "mlp", members = 3, epochs = 4, backend = backend, verbose = 2
      )
    )
  )
  expect_equal(result, "interrupted")
  expect_match(said, "returns the model of 2 of 3 networks", all = FALSE)
  model <- rdeep_last_interrupted()
  expect_s3_class(model, "deep_tabular")
  expect_length(model$history, 2)
  expect_length(model$history[[2]]$metrics$loss, 1)
  expect_true(all(is.finite(predict(model, mtcars)$.pred)))
})

test_that("interrupts are R's own where no call of Python runs", {
  small_network("torch")
  expect_equal(
    caught({
      interrupt_now()
      Sys.sleep(5)
    }),
    "interrupted"
  )
  # One that R has answered does not come back in Python.
  expect_equal(caught(small_network("torch")), "the end")
})

test_that("a second interrupt does not wait", {
  code <- paste(
    "def twice():",
    "    import os, signal, time",
    "    for i in range(2):",
    "        os.kill(os.getpid(), signal.SIGINT)",
    "        time.sleep(0.01)",
    "    time.sleep(30)",
    sep = "\n"
  )
  twice <- reticulate::py_run_string(code, local = TRUE, convert = FALSE)$twice
  started <- proc.time()[["elapsed"]]
  expect_equal(
    caught(bound_method(twice)()),
    "interrupted"
  )
  expect_lt(proc.time()[["elapsed"]] - started, 10)
})

test_that("errors and nested calls leave interrupts as they were", {
  expect_error(layer_dense(units = "many"))
  layer <- layer_lambda(f = function(x) {
    interrupt_now()
    Sys.sleep(5)
    x
  })
  expect_equal(caught(keras_model_sequential(input_shape = 2) |> layer()), "interrupted")
  expect_equal(.Call(rdeep_pause_interrupts)[1], 0L)
  expect_equal(caught({
    interrupt_now()
    Sys.sleep(5)
  }), "interrupted")
})

test_that("an interrupt that R has answered is no error of Python's later on", {
  small_network("torch")
  expect_identical(caught({
    interrupt_now()
    Sys.sleep(1)
  }), "interrupted")
  small_network("torch")
  expect_error(reticulate::import("math")$nothing, "nothing")
})
