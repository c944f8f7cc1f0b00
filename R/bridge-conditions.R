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
abort_core <- function(error, call = caller_env(), parent = NULL) {
  state$trace <- error$trace
  if (!is_on("traceback_filtering")) {
    message(error$trace)
  }
  abort_rdeep(
    error$kind,
    in_r_words(error$message, call),
    hint = if (!is.null(error$hint)) in_r_words(error$hint, call),
    argument = error$argument,
    received = error$received,
    expected = in_r_words(error$expected, call),
    layer = error$layer,
    trace_python = error$trace,
    call = call,
    parent = parent
  )
}

# Signals again what the core recorded while it worked.
signal_core <- function(messages, warnings) {
  for (text in messages) {
    inform(text, class = "rdeep_message")
  }
  for (text in warnings) {
    warn(text, class = "rdeep_warning", call = NULL)
  }
}

escape <- function(text) {
  if (is.null(text)) {
    return(NULL)
  }
  gsub("}", "}}", gsub("{", "{{", text, fixed = TRUE), fixed = TRUE)
}

# Python's lists and dictionaries in a text as R writes them: `c(1, 2)`, `list(c(0, 1),
# c(1, 0))`, `list(a = 1)`. What follows a word or a quote is no list: `x['a']`, '[2, 3]'.
literals_in_r <- function(text) {
  text <- gsub("(?<![\\w\\])'])[\\[{][^\u2026]*\u2026", "a long list", text, perl = TRUE)
  pattern <- "(?<![\\w\\])'])(\\[(?:[^\\[\\]]|(?1))*\\]|\\{[^{}]*\\})"
  found <- gregexpr(pattern, text, perl = TRUE)
  regmatches(text, found) <- list(
    vapply(regmatches(text, found)[[1]], literal_in_r, "", USE.NAMES = FALSE)
  )
  numbers <- "(?<![\\w.])(\\d+)\\.0(?=[,)])"
  vectors <- gregexpr("\\b(?:c|list)\\([^']*\\)", text, perl = TRUE)
  regmatches(text, vectors) <- list(
    gsub(numbers, "\\1", regmatches(text, vectors)[[1]], perl = TRUE)
  )
  text
}

literal_in_r <- function(text) {
  bare <- gsub("'[^']*'", "", text)
  words <- regmatches(bare, gregexpr("[A-Za-z_]\\w*", bare))[[1]]
  known <- c("None", "True", "False", "nan", "inf", "e")
  if (!all(words %in% known) || grepl("[^][{}(), :.+0-9A-Za-z-]", bare)) {
    return(text)
  }
  # Shapes in a list are vectors in one.
  pairs <- grepl("(", text, fixed = TRUE)
  text <- gsub("\\(([0-9NA, ]+)\\)", "c(\\1)", text)
  text <- gsub("'([^']*)': ", "\\1 = ", text)
  text <- gsub("'([^']*)'", "\"\\1\"", text)
  text <- gsub("\\bNone\\b", "NULL", text)
  text <- gsub("\\bTrue\\b", "TRUE", text)
  text <- gsub("\\bFalse\\b", "FALSE", text)
  text <- gsub("\\binf\\b", "Inf", gsub("\\bnan\\b", "NA", text))
  nested <- pairs || grepl("^\\[.*[[{]", text)
  outer <- if (nested || grepl("NULL", text)) "list(" else "c("
  text <- sub("^\\[", outer, text)
  text <- gsub("[]}]", ")", gsub("[", "c(", gsub("{", "list(", text, fixed = TRUE), fixed = TRUE))
  # A vector of one is the value itself.
  gsub("\\bc\\((\"[^\"]*\"|-?[0-9.]+|-?Inf|NA)\\)", "\\1", text)
}

# Turns Python's words into R's, outside quotes: `True`, `None`, shapes, and the
# record's class, which R users know by its function.
in_r_words <- function(text, call = NULL) {
  if (is.null(text)) {
    return(NULL)
  }
  text <- literals_in_r(text)
  pieces <- regmatches(text, gregexpr("'[^']*'", text), invert = NA)[[1]]
  quoted <- grepl("^'.*'$", pieces)
  plain <- pieces[!quoted]
  plain <- gsub("(?<=[(,]|, )None(?=[,)])", "NA", plain, perl = TRUE)
  plain <- gsub("\\bNone\\b", "NULL", plain)
  plain <- gsub("\\bTrue\\b", "TRUE", plain)
  plain <- gsub("\\bFalse\\b", "FALSE", plain)
  plain <- gsub("\\bnan\\b", "NA", plain)
  plain <- gsub("\\((\\w+),\\)", "(\\1)", plain)
  plain <- gsub("such as \\((\\d+(, \\d+)+)\\)", "such as c(\\1)", plain)
  plain <- gsub("\\bnot (-?\\d+)\\.0\\.$", "not \\1.", plain)
  plain <- gsub("\\bnot \\[([^]]*)\\]\\.$", "not c(\\1).", plain)
  plain <- gsub("\\bInput\\b(?! to\\b)(\\(\\))?", "layer_input()", plain, perl = TRUE)
  plain <- gsub("\\bops[.](\\w+)\\(\\)", "op_\\1()", plain)
  pieces[!quoted] <- plain
  name_function(paste(pieces, collapse = ""), call)
}

name_function <- function(text, call) {
  # The condition shows its call, so a message need not begin with it.
  text <- sub("^[A-Za-z]\\w*\\(\\): ", "", text)
  name <- if (is.environment(call)) error_call_name(call)
  if (is.null(name) || !grepl("^[A-Za-z]\\w*\\(\\)", text)) {
    return(text)
  }
  # A class goes by its function's name, an operation by that with `op_` before it.
  said <- sub("\\(\\).*$", "", text)
  if (grepl("^[A-Z]", said) || identical(name, paste0("op_", said))) {
    text <- sub("^\\w+", name, text)
  }
  text
}

error_call_name <- function(env) {
  for (i in seq_len(sys.nframe())) {
    if (identical(sys.frame(i), env)) {
      head <- sys.call(i)[[1]]
      return(if (is.symbol(head)) as.character(head))
    }
  }
  NULL
}

# Refuses what was given to the dots: with a name that is nearly an argument's it
# was a misspelling. `call` is the frame of the function whose dots they are.
check_dots <- function(..., .call = caller_env()) {
  if (...length() == 0) {
    return(invisible())
  }
  known <- setdiff(names(formals(frame_function(.call))), "...")
  # Not evaluated: `subset = age > 3` is about columns that are not there.
  given <- names(rlang::enquos(...))
  refuse_dots(given[nzchar(given)][1], known, .call)
}

# Values of the dots that have known names; others are refused before anything is evaluated.
known_dots <- function(..., .known, .call, .unnamed = FALSE) {
  given <- names(rlang::enquos(...))
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
  type = "activation", newdata = "x"
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
