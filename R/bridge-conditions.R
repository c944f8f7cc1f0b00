# What goes wrong, said in the user's terms. Errors of the core arrive as lists of
# fields; errors found in R are raised by the same functions, so both look alike.

#' The Python side of the last error
#'
#' Errors show no Python traceback. This prints the one that belongs to the last
#' error of the core, which helps when you report a bug.
#'
#' @returns The traceback as a string, invisibly; `NULL` if there is none.
#' @examples
#' rdeep_last_trace()
#' @export
rdeep_last_trace <- function() {
  if (is.null(state$trace)) {
    cli::cli_inform("There has been no error in Python in this session.")
    return(invisible(NULL))
  }
  cat(state$trace, sep = "\n")
  invisible(state$trace)
}

# Raises an error of class `rdeep_error_<kind>`. `message` is shown as it stands:
# braces in it are the user's.
abort_rdeep <- function(kind,
                        message,
                        ...,
                        hint = NULL,
                        call = caller_env(),
                        parent = NULL) {
  bullets <- c(escape(message), i = escape(hint))
  cli::cli_abort(
    bullets,
    class = c(paste0("rdeep_error_", kind), "rdeep_error"),
    ...,
    call = call,
    parent = parent
  )
}

# Raises the error that the core returned.
abort_core <- function(error, call = caller_env(), parent = NULL, asked = NULL) {
  state$trace <- error$trace
  if (!is_on("traceback_filtering")) {
    message(error$trace)
  }
  abort_rdeep(
    error$kind,
    in_r_words(error$message, call, asked),
    hint = in_r_words(error$hint),
    argument = error$argument,
    received = in_r_words(error$received),
    expected = in_r_words(error$expected),
    layer = error$layer,
    trace_python = error$trace,
    call = call,
    parent = parent
  )
}

# Signals again what the core recorded while it worked.
signal_core <- function(messages, warnings) {
  for (pieces in messages) {
    inform(in_r_words(pieces), class = "rdeep_message")
  }
  for (warning in warnings) {
    signal_warning(warning)
  }
}

# What was found comes with a kind, and is a field each of the condition.
signal_warning <- function(warning) {
  found <- warning$found
  # R counts rows from 1.
  rows <- intersect(c("rows", "bad_rows"), names(found))
  found[rows] <- lapply(found[rows], function(rows) if (length(rows)) unlist(rows) + 1L)
  warn(
    in_r_words(warning$pieces),
    class = c(if (!is.null(warning$kind)) paste0("rdeep_warning_", warning$kind), "rdeep_warning"),
    !!!found[setdiff(names(found), c("message", "class", "call"))],
    call = NULL
  )
}

escape <- function(text) {
  if (is.null(text)) {
    return(NULL)
  }
  gsub("}", "}}", gsub("{", "{{", text, fixed = TRUE), fixed = TRUE)
}

# Refuses what was given to the dots: with a name that is nearly an argument's it
# was a misspelling. `call` is the frame of the function whose dots they are.
check_dots <- function(..., .call = caller_env()) {
  if (...length() == 0) {
    return(invisible())
  }
  known <- setdiff(names(formals(frame_function(.call))), "...")
  # Not evaluated: `subset = age > 3` is about columns that are not there. A comma at the end says
  # nothing.
  given <- names(rlang::enquos(..., .ignore_empty = "all"))
  if (length(given)) refuse_dots(given[nzchar(given)][1], known, .call)
}

# Values of the dots that have known names; others are refused before anything is evaluated.
known_dots <- function(..., .known, .call, .unnamed = FALSE) {
  given <- names(rlang::enquos(..., .ignore_empty = "all"))
  unknown <- !given %in% c(.known, if (.unnamed) "")
  if (any(unknown)) {
    arguments <- setdiff(names(formals(frame_function(.call))), "...")
    refuse_dots(given[unknown][order(!nzchar(given[unknown]))][1], arguments, .call)
  }
  list2(...)
}

# What other functions for models call what has another name here.
other_names <- c(
  weights = "sample_weight", case_weights = "sample_weight", class_weights = "class_weight",
  na.action = "na_action", validation = "validation_data", lr = "learning_rate",
  type = "activation", newdata = "x",
  init = "kernel_initializer", input_dim = "input_shape", nb_epoch = "epochs",
  nb_filter = "filters", border_mode = "padding", subsample = "strides", bias = "use_bias",
  p = "rate", W_regularizer = "kernel_regularizer", b_regularizer = "bias_regularizer",
  output_dim = "units", n = "units", size = "units", dropout_rate = "rate", maxit = "epochs",
  formula = "x", opt = "optimizer", metric = "metrics", learning.rate = "learning_rate",
  min_lr = "start_lr", max_lr = "end_lr", callback = "callbacks", units = "filters"
)

refuse_dots <- function(name, known, .call) {
  if (is.na(name) || !nzchar(name)) {
    abort_rdeep(
      "argument",
      "Arguments after the first ones must be given by name.",
      hint = paste0("The arguments are ", listing(known, "and"), "."),
      call = .call
    )
  }
  abort_rdeep(
    "argument",
    sprintf("There is no argument '%s'.", name),
    argument = name,
    hint = suggestion_for(name, known),
    call = .call
  )
}

suggestion_for <- function(name, known) {
  if (name %in% c("learning_rate", "lr") && "optimizer" %in% known) {
    return("It is the optimizer's: `optimizer = optimizer_adam(learning_rate = 0.01)`.")
  }
  if (name == "subset" && "data" %in% known) {
    return("Select the rows before: `data = subset(df, ...)`.")
  }
  other <- other_names[name]
  if (is.na(other) || !other %in% known) {
    return(suggestion(name, known))
  }
  hint <- sprintf("Here it is '%s'.", other)
  if (other == "sample_weight" && "data" %in% known) {
    hint <- paste(hint, "With a formula it may be a column of 'data'.")
  }
  hint
}

frame_function <- function(env) {
  for (i in seq_len(sys.nframe())) {
    if (identical(sys.frame(i), env)) {
      return(sys.function(i))
    }
  }
  function() NULL
}

# Says which known name was probably meant, or lists them.
suggestion <- function(name, known) {
  if (!length(known)) {
    return("There are none.")
  }
  distance <- utils::adist(name, known, ignore.case = TRUE)[1, ]
  nearest <- which.min(distance)
  contained <- grepl(name, known, fixed = TRUE) & nchar(name) > 2
  # As `lr` stands for `learning_rate`.
  initials <- gsub("([^_])[^_]*_?", "\\1", known) == name & nchar(name) > 1
  if (any(initials)) {
    return(sprintf("Did you mean '%s'?", known[initials][1]))
  }
  if (distance[nearest] <= max(2, nchar(name) / 3)) {
    return(sprintf("Did you mean '%s'?", known[nearest]))
  }
  if (any(contained)) {
    return(sprintf("Did you mean '%s'?", known[contained][1]))
  }
  paste0(if (length(known) == 1) "There is only " else "Choose one of ", listing(known), ".")
}

listing <- function(values, last = "or") {
  quoted <- paste0("'", values, "'")
  n <- length(quoted)
  if (n < 2) {
    return(paste(quoted, collapse = ""))
  }
  paste(paste(quoted[-n], collapse = ", "), last, quoted[n])
}
