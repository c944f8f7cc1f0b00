# Interrupts (Ctrl-C) while Python works for R: `src/interrupts.c` notes them, the core looks
# between two steps whether one has come, and R raises its own once Python is done.

# Runs code that calls Python: an interrupt waits. The core answers it, or it is raised by R after
# this. Nothing can come between holding and its end: an interrupt would be noted already.
holding_interrupts <- function(code) {
  passed_on <- .Call(rdeep_hold_interrupts)
  on.exit(.Call(rdeep_release_interrupts))
  if (passed_on) forget_answered()
  code
}

# What was pressed while R ran code of its own, R has answered. reticulate has noted it besides, and
# would report the next error of Python's, whenever it comes, as an interrupt: it forgets with this.
forget_answered <- function() {
  ignore <- function(condition) NULL
  interruptible(tryCatch(reticulate::py_eval("0/0"), error = ignore, interrupt = ignore))
}

# The same for code that takes long, and for several calls that belong together.
uninterrupted <- function(code) {
  .Call(rdeep_take_signal)
  holding_interrupts(code)
}

# Runs code of the user's amid such code: an interrupt ends it, as elsewhere in R.
interruptible <- function(code) {
  before <- .Call(rdeep_pause_interrupts)
  on.exit(.Call(rdeep_resume_interrupts, before))
  code
}

# Has R look for interrupts that come without a signal, as from a button: they are noted too.
poll_interrupts <- function() .Call(rdeep_poll_interrupts)

# Answers an interrupt that was noted: returns whether there was one.
take_interrupt <- function() .Call(rdeep_take_interrupt)

# Raises R's interrupt, if one waits that nobody has answered.
check_interrupt <- function() {
  if (.Call(rdeep_interrupt_is_due)) raise_interrupt()
}

# Has the core see what is noted here. Python's handler of its own, which the core needs for whoever
# presses twice, must not take the signal from R's.
watch_interrupts <- function(bridge) {
  flags <- .Call(rdeep_interrupt_flags)
  wake <- reticulate::py_to_r(bridge$watch_interrupts(flags[1], as.list(flags[-1])))
  .Call(rdeep_keep_signal)
  if (!is.null(wake)) {
    .Call(rdeep_wake_python, wake)
  }
  invisible()
}

# Ends the user's call as an interrupt does, loops around it too. What there is of its value stays
# for `rdeep_last_interrupted()`.
raise_interrupt <- function(value = NULL) {
  state$interrupted <- value
  rlang::interrupt()
}

#' What an interrupted call has made
#'
#' An interrupt (Ctrl-C, Escape, a stop button) ends training after the step under way. Then R goes
#' on as after any interrupt: it ends a loop around the call too, and
#' `tryCatch(interrupt = )` gets it. So the call returns nothing. What there is of its value is
#' kept for this function: after [fit()][fit.rdeep_model()] the history, which the model has as
#' `model$history` too; after [deep_tabular()] the model of the networks trained so far.
#'
#' An interrupt within two seconds of another does not wait for the end of a step.
#'
#' @returns What the last interrupted call has made; `NULL` if there is nothing.
#' @family training
#' @examples
#' rdeep_last_interrupted()
#' \dontrun{
#' fitted <- tryCatch(
#'   deep_tabular(mpg ~ ., mtcars),
#'   interrupt = function(condition) rdeep_last_interrupted()
#' )
#' }
#' @export
rdeep_last_interrupted <- function() state$interrupted
