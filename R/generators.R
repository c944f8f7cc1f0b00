# Generator functions written in R, as data for `fit()` and its kin. Python never calls
# them: training stops where it needs batches, they are made here, and it goes on.

# Batches are made until there are this many, they take this many bytes, or this many
# seconds have passed.
batches_ahead <- 64L
bytes_ahead <- 2^25
seconds_ahead <- 0.05

# `convert` turns what the function returns into a list for the core.
new_generator <- function(f, convert, .call) {
  generator <- new.env(parent = emptyenv())
  generator$f <- f
  generator$convert <- convert
  generator$stream <- call_core("pushed_stream", .call = .call)
  generator$count <- 0L
  generator$limit <- Inf
  generator$ended <- FALSE
  generator
}

# Makes batches for a while; `NULL` from the function ends the pass.
bring_batches <- function(generator, .call) {
  started <- proc.time()[["elapsed"]]
  batches <- list()
  bytes <- 0
  ended <- FALSE
  while (!ended && length(batches) < batches_ahead && bytes < bytes_ahead) {
    batch <- next_batch(generator, .call)
    ended <- is.null(batch)
    if (!ended) {
      batches[[length(batches) + 1]] <- batch
      bytes <- bytes + as.numeric(utils::object.size(batch))
    }
    if (proc.time()[["elapsed"]] - started > seconds_ahead) break
  }
  if (length(batches)) {
    call_method(generator$stream, "push", batches = batches, .call = .call)
  }
  if (ended) {
    call_method(generator$stream, "end", .call = .call)
  }
  generator$ended <- ended
  invisible()
}

# Where there is no `y`, a batch need not be a list.
batches_of_inputs <- function(f) {
  function() {
    value <- f()
    if (is.null(value) || is_plain_list(value)) value else list(value)
  }
}

next_batch <- function(generator, .call) {
  if (generator$count >= generator$limit) {
    return(NULL)
  }
  value <- tryCatch(
    generator$f(),
    error = function(error) {
      abort_rdeep("data", "The generator function failed.", parent = error, call = .call)
    }
  )
  if (is.null(value)) {
    return(NULL)
  }
  generator$count <- generator$count + 1L
  if (!is_plain_list(value) || !length(value) %in% 1:3) {
    abort_rdeep(
      "data",
      sprintf(
        paste(
          "A generator function must return `list(x, y)`, `list(x, y, sample_weight)`",
          "or `NULL`, not %s."
        ),
        describe(value)
      ),
      argument = "x",
      received = value,
      call = .call
    )
  }
  generator$convert(value)
}

# All batches of a generator function that is not to go on for ever, or its first `steps`.
collect_batches <- function(generator, steps, .call) {
  generator$limit <- steps %||% Inf
  while (!generator$ended) {
    bring_batches(generator, .call)
  }
  call_method(generator$stream, "collected", .call = .call)
}

# Does `data` come in batches: from a generator function, a dataset, a Python iterable?
is_batched <- function(data) {
  if (inherits(data, "python.builtin.object")) {
    # Only the core can tell an iterable of batches from an array of some package.
    return(call_core("is_stream", data = data))
  }
  is_plain_function(data) || inherits(data, "rdeep_dataset")
}

refuse_beside_batches <- function(..., .call) {
  given <- list(...)
  for (name in names(given)) {
    if (!is.null(given[[name]])) {
      abort_rdeep(
        "argument",
        sprintf("'%s' must be left out where 'x' gives batches: they hold it themselves.", name),
        argument = name,
        received = given[[name]],
        call = .call
      )
    }
  }
}
