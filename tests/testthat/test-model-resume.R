# Training that is stopped and resumed: the core's tests hold every bit of it, these what R adds.

x <- matrix(sin(seq_len(120)), 40, 3)
y <- as.numeric(x[, 1] > 0)

resumable <- function() {
  model <- keras_model_sequential(input_shape = 3) |>
    layer_dense(4, activation = "tanh") |>
    layer_dropout(0.3) |>
    layer_dense(1, activation = "sigmoid")
  compile(model, optimizer = "adam", loss = "binary_crossentropy")
  model
}

# Remembers how many epochs it has seen, and stops training in R at one of them.
callback_counts <- Callback(
  "Counts",
  initialize = function(fails_at = Inf) {
    self$fails_at <- fails_at
    self$seen <- 0
  },
  on_epoch_end = function(epoch, logs) {
    self$seen <- self$seen + 1
    if (epoch == self$fails_at) stop("the power is gone")
  },
  get_state = function() list(seen = self$seen, place = array(self$seen, 2)),
  set_state = function(state) self$seen <- state$seen
)

train <- function(folder, fails_at = Inf, data = x, targets = y, batch_size = 8) {
  model <- resumable()
  counts <- callback_counts(fails_at)
  history <- fit(
    model, data, targets,
    epochs = 4, batch_size = batch_size, verbose = 0,
    callbacks = list(
      counts, callback_backup_and_restore(folder, save_freq = 2L),
      callback_learning_rate_scheduler(function(epoch, lr) lr * 0.9),
      callback_reduce_lr_on_plateau(monitor = "loss", patience = 1)
    )
  )
  list(weights = get_weights(model), metrics = history$metrics, seen = counts$self$seen)
}

test_that("a training that failed in R goes on, with what R's callbacks remember", {
  set.seed(3)
  whole <- train(withr::local_tempdir())
  folder <- file.path(withr::local_tempdir(), "backup")
  set.seed(3)
  expect_error(train(folder, fails_at = 3), class = "rdeep_error_callback")
  expect_setequal(list.files(folder), c("state.rdeep", "state-previous.rdeep"))
  set.seed(99)
  again <- train(folder)
  expect_identical(again, whole)
  expect_identical(whole$seen, 4)
  expect_false(dir.exists(folder))
})

test_that("generator functions are called for what was seen, and it is passed over", {
  batches <- function() {
    at <- 0
    function() {
      at <<- at + 1
      if (at > 5) {
        at <<- 0
        return(NULL)
      }
      rows <- (at - 1) * 8 + 1:8
      list(x[rows, ], y[rows])
    }
  }
  set.seed(4)
  whole <- train(withr::local_tempdir(), data = batches(), targets = NULL, batch_size = NULL)
  folder <- withr::local_tempdir()
  set.seed(4)
  expect_error(train(folder, 3, data = batches(), targets = NULL, batch_size = NULL))
  expect_message(
    again <- train(folder, data = batches(), targets = NULL, batch_size = NULL), "are passed over"
  )
  expect_identical(again, whole)
})

test_that("a state that does not fit, or is not there, is refused", {
  folder <- withr::local_tempdir()
  expect_error(train(folder, fails_at = 2))
  withr::local_dir(dirname(folder))
  file.rename(folder, "backup")
  expect_error_snapshot(fit(resumable(), x, y, resume = "backup", batch_size = 4, verbose = 0))
  expect_error_snapshot(fit(resumable(), x * 2, y, resume = "backup", batch_size = 8, verbose = 0))
  expect_error_snapshot(fit(resumable(), x, y, resume = "nowhere", verbose = 0))
  expect_error_snapshot(fit(resumable(), x, y, resume = 3, verbose = 0))
  writeBin(raw(100), "backup/state.rdeep")
  writeBin(raw(100), "backup/state-previous.rdeep")
  expect_error_snapshot(fit(resumable(), x, y, resume = "backup", verbose = 0))
  expect_identical(file.size("backup/state.rdeep"), 100)
})

test_that("a model that was saved goes on as the one that was not, without a seed", {
  set.seed(5)
  model <- resumable()
  fit(model, x, y, epochs = 2, verbose = 0)
  path <- save_model(model, withr::local_tempfile(fileext = ".rdeep"))
  after <- function(model, seed, ...) {
    set.seed(seed)
    fit(model, x, y, verbose = 0, ...)
    get_weights(model)
  }
  set.seed(6)
  one <- after(load_model(path), 7, initial_epoch = 3, epochs = 4)
  expect_identical(after(load_model(path), 8, initial_epoch = 3, epochs = 4), one)
  expect_identical(after(model, 9, initial_epoch = 3, epochs = 4), one)
  # A whole training of all epochs comes to the same.
  set.seed(5)
  whole <- resumable()
  fit(whole, x, y, epochs = 4, verbose = 0)
  expect_identical(get_weights(whole), one)
  # A training that begins with the first epoch draws from a seed that is set for it.
  anew <- function(seed) {
    set.seed(1)
    again <- load_model(path)
    after(again, seed)
  }
  expect_identical(anew(7), anew(7))
  expect_false(identical(anew(7), anew(8)))
})
