# One rule for random numbers: whichever of `set.seed()` and `set_random_seed()` was
# called last governs.
#
# The core takes the seeds of models and trainings from a stream of its own, which
# `set_random_seed()` starts again, so that R and Python get the same numbers for
# the same seed, whatever R draws in between. To notice a later `set.seed()`, the
# state in which R's generator was left is remembered: as long as R has only drawn
# on from there, the stream governs. From a state that does not follow from it, R
# governs: it draws a seed for the core each time one is needed.

#' Set the random seed, for reproducible results
#'
#' Sets the seed of R's random numbers, and of weights, the order of samples and
#' dropout in rdeep: the same seed gives the same numbers in R and in Python.
#' [set.seed()] makes rdeep repeatable as well; the one that was called last governs.
#'
#' Each training draws other random numbers, and so does each prediction of a network that draws any
#' there: by `random_normal()` in a layer of your own, or by a layer that is called with
#' `training = TRUE`. After the same seed they are the same again. A layer with a `seed` of its own
#' draws the same in each prediction.
#'
#' `model$native`, trained by hand, draws anew at each call: on TensorFlow from this seed alone, on
#' torch from torch's random numbers, which this function starts too.
#'
#' @param seed A whole number, zero or more.
#' @returns `NULL`, invisibly.
#' @examplesIf rdeep_available()
#' set_random_seed(1)
#' @export
set_random_seed <- function(seed) {
  # R's own generator takes no larger ones.
  if (is_single(seed) && is.numeric(seed) && seed > .Machine$integer.max) {
    abort_rdeep(
      "argument",
      sprintf("'seed' must be at most %d, not %s.", .Machine$integer.max, describe(seed)),
      argument = "seed",
      received = seed,
      call = current_env()
    )
  }
  call_core("set_random_seed", seed = as_count(seed))
  # R's own seeds have 31 bits.
  set.seed(if (seed > .Machine$integer.max) seed %% .Machine$integer.max else seed)
  # After `set.seed()` R's state is not yet one that drawing leads to.
  stats::runif(1)
  state$random <- random_state()
  invisible()
}

# Called before a seed is taken from the core's stream.
sync_seed <- function(.call) {
  if (stream_governs()) {
    state$random <- random_state()
    return(invisible())
  }
  state$random <- NULL
  clean <- identical(state$undrawn, random_state())
  seed <- floor(stats::runif(1) * .Machine$integer.max)
  if (clean) state$undrawn <- random_state()
  call_core("follow_seed", seed = as.integer(seed), .call = .call)
}

# A model that is trained further draws on from its own seed, in any session. `set_random_seed()`
# or `set.seed()` after its last training, or after it was loaded, has the next one draw anew; what
# goes on where the last training ended (`initial_epoch`) is the same training whatever R draws.
sync_training_seed <- function(env, initial_epoch, .call) {
  anew <- initial_epoch == 0 && !follows(env$random, random_state())
  sync_seed(.call)
  if (anew) call_core("forget_seed", model = env$pointer, .call = .call)
  remember_random(env)
}

remember_random <- function(env) env$random <- random_state()

# Predictions take a seed where the network draws random numbers in them, and only there.
sync_draws <- function(object, .call) {
  if (isTRUE(fetch(object, "draws_in_prediction", .call))) sync_seed(.call)
}

random_state <- function() {
  get0(".Random.seed", envir = globalenv(), inherits = FALSE)
}

mersenne_twister <- 3L
block_size <- 624L
# More than a million numbers drawn between two models are taken for a new seed.
blocks_to_follow <- 2000L

# Whether R's state follows from the remembered one by drawing alone. The Mersenne
# Twister makes its numbers in blocks; within a block only the position moves.
stream_governs <- function() {
  now <- random_state()
  !is.null(state$random) && !is.null(now) && follows(state$random, now)
}

# Whether a state of R's generator follows from an earlier one by drawing alone. Where nothing had
# been drawn before, nobody knows.
follows <- function(remembered, now) {
  if (is.null(remembered)) {
    return(TRUE)
  }
  if (is.null(now) || now[1] != remembered[1]) {
    return(FALSE)
  }
  if (now[1] %% 100L != mersenne_twister) {
    return(FALSE)
  }
  if (identical(now[-2], remembered[-2])) {
    return(now[2] >= remembered[2])
  }
  on.exit(assign(".Random.seed", now, envir = globalenv()))
  assign(".Random.seed", remembered, envir = globalenv())
  for (i in seq_len(blocks_to_follow)) {
    stats::runif(block_size)
    if (identical(random_state()[-(1:2)], now[-(1:2)])) {
      return(TRUE)
    }
  }
  FALSE
}
