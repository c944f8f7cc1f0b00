# A session of R that is interrupted: reads cases from its input and says what it found.

suppressPackageStartupMessages(library(rdeep))

engine <- commandArgs(TRUE)[1]
input <- file("stdin", "r")
say <- function(...) {
  cat("\n", ..., "\n", sep = "")
  flush.console()
}

x <- matrix(rnorm(2000 * 8), 2000)
y <- rowSums(x)
big <- x[rep(1:2000, 100), ]

small <- function() {
  model <- keras_model_sequential(input_shape = 8, backend = engine) |>
    layer_dense(8, activation = "relu") |>
    layer_dense(1)
  model |> compile(optimizer = "adam", loss = "mse", jit_compile = FALSE)
  model
}

wide <- function() {
  model <- keras_model_sequential(input_shape = 8, backend = engine) |>
    layer_dense(1500, activation = "relu") |>
    layer_dense(1500, activation = "relu") |>
    layer_dense(1)
  model |> compile(optimizer = "adam", loss = "mse", jit_compile = FALSE)
  model
}

# Calls that last until they are interrupted. `seen$epochs` counts what callbacks saw.
seen <- new.env()
endless <- list(
  fast = function(model) fit(model, x, y, epochs = 1e6, verbose = 0),
  fast_bar = function(model) fit(model, x, y, epochs = 1e6, verbose = 1),
  slow = function(model) fit(model, big, rep(y, 100), epochs = 1e6, verbose = 0, batch_size = 256),
  slow_bar = function(model) {
    fit(model, big, rep(y, 100), epochs = 1e6, verbose = 1, batch_size = 256)
  },
  callback = function(model) {
    count <- callback_lambda(on_epoch_end = function(epoch, logs) seen$epochs <- epoch)
    fit(model, x, y, epochs = 1e6, verbose = 0, callbacks = count)
  },
  slow_callback = function(model) {
    wait <- callback_lambda(on_epoch_end = function(epoch, logs) for (i in 1:20) Sys.sleep(0.01))
    fit(model, x, y, epochs = 1e6, verbose = 0, callbacks = wait)
  },
  validation = function(model) {
    fit(model, x, y, epochs = 1e6, verbose = 0, validation_data = list(big, rep(y, 100)))
  },
  generator = function(model) {
    batches <- function() list(x[1:64, ], y[1:64])
    fit(model, batches, steps_per_epoch = 20, epochs = 1e6, verbose = 0)
  },
  loop = function(model) {
    for (round in 1:1e6) fit(model, x, y, epochs = 3, verbose = 0)
  },
  evaluate = function(model) repeat evaluate(model, big, rep(y, 100)),
  predict = function(model) repeat predict(model, big),
  lr_finder = function(model) repeat lr_finder(model, x, y),
  table = function(model) {
    data <- data.frame(y = y, x)
    deep_tabular(y ~ ., data, epochs = 1e5, patience = 1e5, backend = engine, verbose = 0)
  },
  compile = function(model) {
    model |> compile(optimizer = "adam", loss = "mse", jit_compile = engine == "tensorflow")
    fit(model, x, y, epochs = 1e6, verbose = 0)
  }
)
trains <- c("fast", "fast_bar", "slow", "slow_bar", "callback", "slow_callback", "validation",
            "generator", "compile")

seconds <- function() as.numeric(Sys.time())

trial <- function(case, model) {
  seen$epochs <- 0
  caught <- 0
  at <- NA
  tryCatch(
    endless[[case]](model),
    interrupt = function(condition) {
      at <<- seconds()
      caught <<- caught + 1
    }
  )
  # A second would come now.
  again <- tryCatch(
    {
      Sys.sleep(0.02)
      FALSE
    },
    interrupt = function(condition) TRUE
  )
  problems <- c(
    if (caught != 1) "not interrupted",
    if (again) "interrupted twice",
    what_is_wrong(case, model)
  )
  list(at = at, problems = problems)
}

what_is_wrong <- function(case, model) {
  history <- model$history
  lengths <- lengths(history$metrics)
  problems <- c(
    if (case %in% trains && is.null(history)) "no history",
    if (any(lengths != length(history$epoch))) "a history with holes",
    if (case %in% trains && !identical(rdeep_last_interrupted(), history)) "another history kept",
    if (case == "callback" && length(history$epoch) - seen$epochs > 1) "epochs without callback",
    if (case == "callback" && length(history$epoch) < seen$epochs) "epochs lost",
    if (!all(is.finite(predict(model, x[1:5, ])))) "no prediction"
  )
  after <- fit(model, x, y, epochs = 2, verbose = 0)
  problems <- c(problems, if (length(after$metrics$loss) != 2) "does not train on")
  if (case == "table") {
    kept <- rdeep_last_interrupted()
    if (!is.null(kept) && !all(is.finite(kept$fitted))) problems <- c(problems, "a broken table")
  }
  problems
}

say("@alive")
repeat {
  line <- readLines(input, 1)
  if (!length(line)) break
  case <- strsplit(line, " ")[[1]][1]
  # The first of a process imports the engine, amid which it may be interrupted.
  found <- tryCatch(
    {
      if (case == "warm") {
        models <- list(small = small(), wide = wide())
        list(at = 0, problems = what_is_wrong("none", models$small))
      } else if (!exists("models")) {
        first <- tryCatch(
          {
            models <- list(small = small(), wide = wide())
            trial(case, models$small)
          },
          interrupt = function(condition) NULL
        )
        if (is.null(first)) {
          models <- list(small = small(), wide = wide())
          list(at = seconds(), problems = what_is_wrong("none", models$small))
        } else {
          first
        }
      } else {
        model <- if (startsWith(case, "slow_") || case == "slow") models$wide else small()
        if (case == "slow_callback") model <- small()
        say("@ready")
        trial(case, model)
      }
    },
    error = function(error) {
      list(at = seconds(), problems = gsub("\\s+", " ", conditionMessage(error)))
    },
    interrupt = function(condition) list(at = seconds(), problems = "interrupted outside")
  )
  say(sprintf(
    "@found ok=%d at=%.4f %s", !length(found$problems), found$at,
    paste(found$problems, collapse = "; ")
  ))
}
