# What functions and arguments of Keras 2 have in common: those that map cleanly work, and say once
# in a session what they are called now; the others are errors that say what to write instead.

# A function that says once what it is called now, and calls it.
renamed <- function(f) {
  code <- body(f)
  if (identical(code[[1]], quote(`{`))) {
    code <- code[[2]]
  }
  new <- as.character(code[[1]])
  body(f) <- call("{", bquote(note_renamed(sys.call(), .(new))), code)
  f
}

# A function that says what to write instead.
gone <- function(hint) {
  f <- function(...) NULL
  body(f) <- bquote(abort_gone(sys.call(), .(hint), current_env()))
  f
}

note_renamed <- function(call, new) {
  old <- sub("^.*::", "", paste(deparse(call[[1]]), collapse = ""))
  if (grepl("^[A-Za-z_.0-9]+$", old) && old != new) {
    note_once(sprintf("`%s()` is a name of Keras 2: here it is `%s()`.", old, new))
  }
}

note_once <- function(text) {
  inform(
    text,
    class = "rdeep_message",
    .frequency = "once",
    .frequency_id = paste0("rdeep: ", text)
  )
}

abort_gone <- function(call, hint, .call) {
  old <- sub("^.*::", "", paste(deparse(call[[1]]), collapse = ""))
  abort_rdeep(
    "argument",
    sprintf("There is no `%s()`, a function of Keras 2.", old),
    hint = hint,
    call = .call
  )
}

# Options ---------------------------------------------------------------------------

# Optimizers' options of Keras 2: `lr`, and `decay`, by which the rate shrank at each step.
modern_options <- function(options, dots) {
  if (!is.null(dots$lr)) {
    note_once("`lr` is a name of Keras 2: here it is `learning_rate`.")
    options$learning_rate <- as_number(dots$lr)
  }
  if (!is.null(dots$decay) && !identical(as.numeric(dots$decay), 0)) {
    note_once(paste(
      "`decay` is an argument of Keras 2: here it is",
      "`learning_rate = learning_rate_schedule_inverse_time_decay()`."
    ))
    options$learning_rate <- learning_rate_schedule_inverse_time_decay(
      options$learning_rate,
      decay_steps = 1, decay_rate = dots$decay
    )
  }
  options
}

# Layers' options that Keras takes in the dots: what a layer is told of the input, of its type and
# of its first weights.
old_dots <- c(
  "batch_input_shape", "batch_size", "dtype", "weights", "input_dtype", "input_length"
)

layer_dots <- function(taken, input_shape, .call) {
  if (!is.null(taken$batch_input_shape)) {
    input_shape <- sample_shape(input_shape, taken$batch_input_shape, "input_", .call)
  }
  if (!is.null(taken$input_length)) {
    note_once("`input_length` is an argument of Keras 2: here it is `input_shape`.")
    input_shape <- input_shape %||% taken$input_length
  }
  check_input_options(taken$batch_size, NULL, NULL, NULL, FALSE, "", .call)
  batch_size <- batch_size_of(taken$batch_size, taken$batch_input_shape, "", .call)
  beside <- Filter(Negate(is.null), list(batch_size = batch_size, input_dtype = taken$input_dtype))
  if (is.null(input_shape) && length(beside)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' of a layer goes with an 'input_shape'.", names(beside)[1]),
      argument = names(beside)[1],
      received = beside[[1]],
      hint = "Only the first layer of a sequential model says what goes in.",
      call = .call
    )
  }
  list(
    input_shape = input_shape,
    dtype = taken$input_dtype,
    computes_in = taken$dtype,
    batch_size = batch_size,
    weights = taken$weights
  )
}
