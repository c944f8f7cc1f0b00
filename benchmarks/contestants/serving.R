# The worker's side in R, as serving.py is in Python: commands on stdin, answers on stdout.

memory <- function(field) {
  line <- grep(paste0("^", field, ":"), readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}

cpu_seconds <- function() sum(proc.time()[c("user.self", "sys.self")])

uniform <- function(n) runif(n, -sqrt(3), sqrt(3))

# Random inputs, and targets that can partly be learned from them.
random_data <- function(work) {
  set.seed(1)
  shape <- unlist(work$input_shape)
  numeric <- array(uniform(work$rows * prod(shape)), c(work$rows, shape))
  if (work$shortest > 0) {
    lengths <- sample(work$shortest:shape[1], work$rows, replace = TRUE)
    numeric[slice.index(numeric, 2) > lengths[slice.index(numeric, 1)]] <- 0
  }
  factors <- lapply(work$cardinalities, function(levels) {
    factor(sample.int(levels, work$rows, replace = TRUE), levels = seq_len(levels))
  })
  classes <- if (work$loss == "sparse") 10 else 1
  weights <- matrix(rnorm(prod(shape) * classes), ncol = classes) / sqrt(prod(shape))
  scores <- matrix(numeric, work$rows) %*% weights
  for (column in factors) {
    scores <- scores + rnorm(nlevels(column))[column] / 2
  }
  target <- switch(work$loss,
    sparse = max.col(scores, "first") - 1,
    binary = as.numeric(scores > 0),
    mse = sin(2 * scores[, 1]) + 0.1 * rnorm(work$rows)
  )
  list(inputs = c(list(numeric), factors), target = target)
}

# Do a block of work, or a share of it, timed.
run_block <- function(contestant, state, work, share) {
  rows <- round(work$rows * share)
  invisible(gc())
  cpu <- cpu_seconds()
  wall <- Sys.time()
  result <- switch(work$kind,
    train = contestant$train(state, work),
    predict = check_predictions(contestant, state, work, rows),
    predict_one = for (row in seq_len(rows)) contestant$predict_one(state, row)
  )
  list(
    wall = as.numeric(difftime(Sys.time(), wall, units = "secs")),
    cpu = cpu_seconds() - cpu,
    loss = if (work$kind == "train") result,
    note = state$note
  )
}

# Predict the first rows, and see whether predictions have the form that they should.
check_predictions <- function(contestant, state, work, rows) {
  outputs <- work$layers[[length(work$layers)]][[2]]
  stopifnot(identical(dim(contestant$predict(state, rows)), as.integer(c(rows, outputs))))
}

serve <- function(contestant) {
  work <- state <- base <- NULL
  load <- function() {
    contestant$load()
    base <<- memory("VmRSS")
  }
  prepare <- function(command) {
    work <<- command$workload
    state <<- contestant$build(work, random_data(work))
  }
  actions <- list(
    load = function(command) {
      load()
      list(base = base)
    },
    setup = function(command) {
      prepare(command)
      if (length(work$cardinalities) == 0) {
        check_predictions(contestant, state, work, min(work$batch, work$rows))
      }
      run_block(contestant, state, work, if (work$kind == "train") 1 else 0.1)
    },
    run = function(command) run_block(contestant, state, work, command$share),
    peak = function(command) list(base = base, peak = memory("VmHWM")),
    start = function(command) {
      load()
      prepare(command)
      loss <- contestant$train(state, work)
      list(cpu = cpu_seconds(), loss = loss, base = base, peak = memory("VmHWM"))
    }
  )
  stdin <- file("stdin", open = "r")
  while (length(line <- readLines(stdin, 1)) > 0) {
    command <- jsonlite::fromJSON(line, simplifyVector = FALSE)
    answer <- tryCatch(
      actions[[command$do]](command),
      error = function(error) list(error = conditionMessage(error))
    )
    # On a line of its own, whatever else was printed.
    written <- jsonlite::toJSON(answer, auto_unbox = TRUE, digits = NA, null = "null")
    cat("\n", written, "\n", sep = "")
    flush(stdout())
  }
}
