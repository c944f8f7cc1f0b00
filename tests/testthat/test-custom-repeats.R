# Steps that the core repeats without R, and those that it must not.

x <- matrix(seq(-1, 1, length.out = 240), 60)
y <- rowSums(x)

usual <- function(data) {
  c(x, y) %<-% data
  y_pred <- NULL
  loss <- function() {
    y_pred <<- self(x, training = TRUE)
    self$compute_loss(y = y, y_pred = y_pred)
  }
  weights <- self$trainable_weights
  found <- gradients_of(loss, weights, return_value = TRUE)
  self$optimizer$apply(found$gradients, weights)
  self$compute_metrics(x, y, y_pred)
  logs <- list(loss = found$value)
  for (m in self$metrics) logs[[m$name]] <- m$result()
  logs
}

stepped <- function(step, ..., parent_env = parent.frame()) {
  set_random_seed(1)
  inputs <- keras_input(shape = 4)
  model <- Model("Own", train_step = step, ..., parent_env = parent_env)(
    inputs, layer_dense(inputs, 1, kernel_initializer = "zeros")
  )
  model |> compile(optimizer_sgd(0.05), "mse", metrics = "mae")
  model
}

repeats <- function(step, ..., parent_env = parent.frame()) {
  model <- stepped(step, ..., parent_env = parent_env)
  asks_only(model_env(model)$self$train_step, model)
}

train <- function(model, ...) {
  fit(model, x, y, batch_size = 10, epochs = 3, shuffle = FALSE, verbose = 0, ...)
}

test_that("a repeated step gives what R's step gives", {
  skip_if_no_backend("torch")
  use_backend("torch")
  expect_true(repeats(usual))
  model <- stepped(usual)
  by_r <- stepped(usual)
  by_r |> compile(optimizer_sgd(0.05), "mse", metrics = "mae", run_eagerly = TRUE)
  expect_equal(train(model)$metrics, train(by_r)$metrics, tolerance = 1e-6)
  expect_equal(get_weights(model), get_weights(by_r), tolerance = 1e-6)
  runs <- reticulate::py_to_r(unwrap(model)$`_repeaters`)$train_step
  expect_length(runs$`_trusted`, 1)
})

test_that("batches of other sizes are steps of their own", {
  skip_if_no_backend("torch")
  model <- stepped(usual)
  by_r <- stepped(usual)
  by_r |> compile(optimizer_sgd(0.05), "mse", metrics = "mae", run_eagerly = TRUE)
  fits <- lapply(list(model, by_r), function(m) {
    fit(m, x, y, batch_size = 7, epochs = 4, shuffle = FALSE, verbose = 0)$metrics
  })
  expect_equal(fits[[1]], fits[[2]], tolerance = 1e-6)
})

test_that("what a step does besides happens in each step", {
  skip_if_no_backend("torch")
  count <- 0
  counting <- function(data) {
    count <<- count + 1
    list(loss = count)
  }
  expect_equal(train(stepped(counting))$metrics$loss, c(6, 12, 18))
  printing <- function(data) {
    cat("step\n")
    list(loss = 1)
  }
  expect_length(capture.output(train(stepped(printing))), 18)
  kept <- function(data) {
    self$n <- self$n + 1
    list(loss = self$n)
  }
  expect_equal(train(stepped(kept, n = 0))$metrics$loss, c(6, 12, 18))
  looking <- function(data) {
    first <- as.array(data[[1]])[1]
    list(loss = if (first < 0) 0 else first)
  }
  expect_equal(train(stepped(looking))$metrics$loss, rep(max(0, x[51, 1]), 3), tolerance = 1e-6)
  drawing <- function(data) list(loss = runif(1))
  expect_length(unique(train(stepped(drawing))$metrics$loss), 3)
})

test_that("random numbers of the core are drawn anew in each step", {
  skip_if_no_backend("torch")
  tracker <- metric_mean(name = "loss")
  drawing <- function(data) {
    value <- sum(random_normal(c(3L, 2L)))
    tracker$update_state(value)
    list(loss = value)
  }
  expect_true(repeats(drawing))
  model <- stepped(drawing)
  found <- train(model)$metrics$loss
  expect_length(unique(found), 3)
  expect_equal(train(stepped(drawing))$metrics$loss, found)
})

test_that("random numbers without a seed follow set.seed()", {
  skip_if_no_backend("torch")
  drawing <- function(data) list(loss = sum(random_normal(c(3L, 2L))))
  model <- stepped(drawing)
  drawn <- function(seed) {
    set.seed(seed)
    train(model)$metrics$loss
  }
  first <- drawn(1)
  expect_false(isTRUE(all.equal(drawn(2), first)))
  expect_equal(drawn(1), first)
})

test_that("what a callback changes counts from the next step on", {
  skip_if_no_backend("torch")
  rated <- function(data) list(loss = self$rate)
  model <- stepped(rated, rate = 1)
  self <- model_env(model)$self
  change <- callback_lambda(on_epoch_end = function(epoch, logs) self$rate <- self$rate + 1)
  expect_equal(train(model, callbacks = change)$metrics$loss, c(1, 2, 3))
})

test_that("only code that is known is repeated", {
  skip_if_no_backend("torch")
  os <- reticulate::import("os", delay_load = FALSE)
  shared <- new.env()
  now %<-active% function() Sys.time()
  helper <- function(x) x * 2
  teller <- function(x) message("told")
  harmful <- list(
    function(data) list(loss = os$getpid()),
    function(data) list(loss = shared$n),
    function(data) list(loss = as.numeric(now)),
    function(data) teller(data),
    function(data) do.call("cat", list("a")),
    function(data) lapply(1, "cat"),
    function(data) with(data, 1),
    function(data) self,
    function(data) self$missing,
    function(data) base::cat("a"),
    function(data) stats::runif(1),
    function(data) eval(quote(cat("a"))),
    function(data) {
      cat <- 1
      cat("a")
    },
    function(data) {
      shared <- shared
      shared$n <- 1
    }
  )
  for (f in harmful) expect_false(repeats(f))
  harmless <- list(
    function(data) list(loss = helper(data[[1]])),
    function(data) vapply(1:3, helper, 1),
    function(data) lapply(self$metrics, function(m) m$result()),
    function(data) self$own(data),
    function(data) super$train_step(data)
  )
  for (f in harmless) expect_true(repeats(f, own = function(x) op_mean(x[[1]])))
})
