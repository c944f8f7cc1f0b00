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
  generator$bytes <- 0
  generator
}

# Makes batches for a while; `NULL` from the function ends the pass.
push_batches <- function(generator, .call) {
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
  generator$bytes <- generator$bytes + bytes
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
# `argument` is what the function came as, and `needed` what says how many.
collect_batches <- function(generator, steps, .call, argument = "x", needed = "steps") {
  refuse_endless(generator$f, steps, argument, needed, .call)
  generator$limit <- steps %||% Inf
  started <- proc.time()[["elapsed"]]
  said <- FALSE
  while (!generator$ended) {
    push_batches(generator, .call)
    if (is.null(steps)) {
      check_collected(generator, argument, needed, .call)
      late <- proc.time()[["elapsed"]] - started > seconds_to_wait
      if (late && !said) {
        inform_of_waiting(generator, argument, needed)
        said <- TRUE
      }
    }
  }
  call_method(generator$stream, "collected", .call = .call)
}

# A function of which all is to be kept, and nobody has said how much that is, is taken to go on
# for ever after so many batches or bytes; after some seconds it is said what is awaited.
most_batches <- 10000L
most_bytes <- 2^31
seconds_to_wait <- 5

check_collected <- function(generator, argument, needed, .call) {
  if (generator$count < most_batches && generator$bytes < most_bytes) {
    return(invisible())
  }
  abort_endless(
    sprintf(
      paste(
        "The function '%s' has returned %d batches and not yet `NULL`:",
        "'%s' must say how many to use."
      ),
      argument, generator$count, needed
    ),
    needed, .call
  )
}

inform_of_waiting <- function(generator, argument, needed) {
  inform(
    c(
      sprintf("Waiting for '%s': %d batches so far.", argument, generator$count),
      i = sprintf("If the function never returns `NULL`, give '%s'.", needed)
    ),
    class = "rdeep_message"
  )
}

# Refuses a function of which can be seen that it never ends, where nobody says how much of it to
# use.
refuse_endless <- function(f, steps, argument, needed, .call) {
  if (is.null(steps) && is_endless(f)) {
    abort_endless(
      sprintf(
        "The function '%s' never returns `NULL`: '%s' must say how many batches to use.",
        argument, needed
      ),
      needed, .call
    )
  }
}

abort_endless <- function(message, needed, .call) {
  abort_rdeep(
    "argument", message,
    argument = needed,
    hint = sprintf("Give '%s', or return `NULL` where the data ends.", needed),
    call = .call
  )
}

# Is all that a function can return a call of `list()`? Where that cannot be seen, it is taken to
# end some time.
is_endless <- function(f) {
  is_plain_function(f) && !is.primitive(f) && gives_list(body(f)) && all_returns_give(body(f))
}

gives_list <- function(code) {
  if (!is.call(code) || !is.symbol(code[[1]])) {
    return(FALSE)
  }
  last <- code[[length(code)]]
  switch(as.character(code[[1]]),
    list = TRUE,
    `{` = ,
    `(` = ,
    return = ,
    invisible = length(code) > 1 && gives_list(last),
    `<-` = ,
    `=` = gives_list(last),
    `if` = length(code) == 4 && gives_list(code[[3]]) && gives_list(last),
    FALSE
  )
}

all_returns_give <- function(code) {
  if (!is.call(code) || identical(code[[1]], quote(`function`))) {
    return(TRUE)
  }
  if (identical(code[[1]], quote(return)) && !gives_list(code)) {
    return(FALSE)
  }
  all(vapply(as.list(code), function(part) is_missing_arg(part) || all_returns_give(part), NA))
}

is_missing_arg <- function(x) identical(x, formals(function(x) NULL)$x)

# Does `data` come in batches: from a generator function, a dataset, a Python iterable?
is_batched <- function(data) {
  if (inherits(data, "python.builtin.object")) {
    # Only the core can tell an iterable of batches from an array of some package.
    return(call_core("is_stream", data = data))
  }
  is_plain_function(data) || inherits(data, "rdeep_dataset")
}

refuse_beside_batches <- function(..., .call) {
  given <- list2(...)
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
