#' Learning rates of a schedule, by step
#'
#' @description Shows what a schedule does, without training: the learning rate
#' that it gives to each of some steps. A step is a batch, or what is gathered
#' from several before the weights change.
#'
#' @param schedule A schedule, such as
#' [learning_rate_schedule_cosine_decay()] makes.
#' @param steps The numbers of steps, from 0 for the first of the training.
#' @returns A numeric vector as long as `steps`.
#' @seealso [schedules] lists all learning-rate schedules.
#' @examplesIf rdeep_available()
#' schedule <- learning_rate_schedule_cosine_decay(0.01, decay_steps = 100)
#' schedule_rates(schedule, c(0, 50, 100))
#' plot(0:150, schedule_rates(schedule, 0:150), type = "l")
#' @export
schedule_rates <- function(schedule, steps) {
  if (!is_schedule(schedule)) {
    abort_rdeep(
      "argument",
      sprintf("'schedule' must be a learning-rate schedule, not %s.", describe(schedule)),
      argument = "schedule",
      received = schedule,
      hint = "Make one, as with `learning_rate_schedule_cosine_decay()`."
    )
  }
  if (!is_whole(steps) || any(steps < 0)) {
    abort_rdeep(
      "argument",
      sprintf("'steps' must be whole numbers, zero or more, not %s.", describe(steps)),
      argument = "steps",
      received = steps
    )
  }
  # An array, because a single number would not come back as a vector.
  as.vector(call_method(schedule, "rates", steps = as.array(as.double(steps))))
}

is_schedule <- function(x) {
  inherits(x, "rdeep_record") &&
    identical(fetch_element(x, "kind", caller_env()), "schedule")
}
