# Functions of the user that Python calls while it describes a network: never while it
# trains. A condition that jumped out of such a call would corrupt Python, so the function
# stands behind a fence: an error is kept here and its message goes to Python, which gives
# up in order; then it is raised with what was kept as its parent. An interrupt ends the function
# alone, and Python raises it. Warnings and messages wait until Python is done.
#
# With `constant = TRUE` what R draws in it is warned of: the network would keep it for ever.

without_conditions <- function(f, constant = FALSE) {
  force(f)
  force(constant)
  function(given) {
    given <- list(
      reticulate::py_to_r(reticulate::py_get_attr(given, "positional")),
      reticulate::py_to_r(reticulate::py_get_attr(given, "named"))
    )
    arguments <- lapply(c(given[[1]], given[[2]]), from_core)
    advice <- NULL
    depth <- sys.nframe()
    tryCatch(
      withCallingHandlers(
        {
          value <- interruptible(
            if (constant) {
              describing(noticing_draws(do.call(f, arguments, quote = TRUE)))
            } else {
              do.call(f, arguments, quote = TRUE)
            }
          )
          list(TRUE, to_core(value))
        },
        error = function(condition) advice <<- advice %||% advice_for(condition, depth),
        warning = function(condition) {
          state$waiting <- c(state$waiting, list(condition))
          tryInvokeRestart("muffleWarning")
        },
        message = function(condition) {
          state$waiting <- c(state$waiting, list(condition))
          tryInvokeRestart("muffleMessage")
        }
      ),
      error = function(condition) {
        state$failed <- condition
        list(FALSE, conditionMessage(condition), advice)
      },
      interrupt = function(condition) list(NULL, NULL)
    )
  }
}

# Runs code that describes what a network computes: open sizes are tensors there (`shape()`).
describing <- function(code) {
  outer <- state$describing
  on.exit(state$describing <- outer)
  state$describing <- TRUE
  code
}

# Runs code, and warns if it draws of R's random numbers. The state up to which this package has
# drawn by itself stands in `state$undrawn` (seeds.R).
noticing_draws <- function(code) {
  outer <- state$undrawn
  state$undrawn <- random_state()
  clean <- identical(outer, state$undrawn)
  value <- code
  if (!identical(state$undrawn, random_state())) {
    warn(
      c(
        "The function drew random numbers of R's: they are constants of the network.",
        i = paste(
          "It is called once, while it is described: each step computes with the same numbers.",
          "`random_normal()`, `random_uniform()` and their like draw anew in each step."
        )
      ),
      class = "rdeep_warning"
    )
  }
  state$undrawn <- if (clean) random_state() else outer
  value
}

# rlang asks how long the values in a traceback's calls are, and reticulate takes an object
# without a length for a condition, which a symbolic tensor cannot be.
#' @export
length.rdeep.graph.tensor.SymbolicTensor <- function(x) 1L

# A function of the user as the core takes it.
core_function <- function(f, name, .call = caller_env()) {
  call_core(
    "r_function",
    `function` = without_conditions(f, constant = TRUE), name = name, .call = .call
  )
}

# What the user's function is given: handles of tensors, shapes with `NA`.
from_core <- function(value) {
  if (inherits(value, "python.builtin.object")) {
    value <- reticulate::py_to_r(value)
  }
  if (is_plain_list(value)) {
    sizes <- vapply(value, function(each) is.null(each) || is_single(each), NA)
    if (length(value) && all(sizes)) {
      return(as_dims(value))
    }
    return(lapply(value, from_core))
  }
  wrap(value)
}

# What it returns. A vector goes as an array, so that it stays one.
to_core <- function(value) {
  if (is_plain_list(value)) {
    return(lapply(value, to_core))
  }
  if (is.atomic(value) && length(value) > 1 && is.null(dim(value))) {
    return(array(value, length(value)))
  }
  to_python(value, caller_env())
}

# Sizes as the core gives them, with `NA` where one is open.
as_dims <- function(sizes) {
  lapply(sizes, function(size) if (is.null(size)) NA_integer_ else size)
}

# The condition that a user's function failed with, if that is what went wrong.
take_failed <- function(kind) {
  failed <- if (identical(kind, "function")) state$failed
  state$failed <- NULL
  failed
}

signal_waiting <- function() {
  waiting <- state$waiting
  state$waiting <- NULL
  for (condition in waiting) {
    if (inherits(condition, "warning")) warning(condition) else message(condition)
  }
}
