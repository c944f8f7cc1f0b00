# A search: trials are asked for, done, and told to the core, one after the other.

#' Whether hyperparameters can be searched here
#'
#' `tune()` and `deep_tune()` need the Python package Optuna.
#'
#' @returns `TRUE` or `FALSE`.
#' @family tuning
#' @examples
#' rdeep_tunes()
#' @export
rdeep_tunes <- function() rdeep_available() && isTRUE(call_core("can_tune"))

# Runs a search and returns what it came to. After an interrupt that is what
# `rdeep_last_interrupted()` returns.
run_tuning <- function(objective, space, options, refit, verbose, call, .call) {
  level <- verbosity(verbose, .call)
  if (!is.null(options$storage)) {
    options$storage <- needed_path(options$storage, .call, "storage")
  }
  sync_seed(.call)
  random <- random_state()
  workers <- options$workers
  if (isTRUE(workers > 1) && is.null(options$storage)) {
    options$storage <- tempfile("search-", fileext = ".sqlite")
    on.exit(unlink(options$storage), add = TRUE)
  }
  search <- open_search(space, options, .call)
  # Trials draw the same each time; what follows draws on from here.
  on.exit(put_random_state(random), add = TRUE)
  progress <- new_tuning_progress(search, level, .call)
  interrupted <- if (isTRUE(workers > 1)) {
    run_workers(search, objective, space, options, progress, .call)
  } else {
    run_trials(search, objective, space, progress, .call)
  }
  hide_bar(progress)
  result <- new_tuning(search, space, objective, call, .call)
  report_failures(result, progress)
  if (interrupted) {
    say_interrupted(result, options$storage)
    raise_interrupt(if (!is.null(result$best)) result)
  }
  check_any_finished(result, .call)
  if (refit) {
    if (level == 1 && progress$redraws) draw(progress, "The best settings are fitted again")
    set.seed(progress$seed)
    result$model <- objective$refit(result$best)
    hide_bar(progress)
  }
  result
}

open_search <- function(space, options, .call, first = TRUE) {
  start <- options$start
  if (!is.null(start)) {
    check_start(start, space, .call)
    start <- settings_for_core(start, space)
  }
  options$direction <- options$direction %||%
    call_core("metric_direction", metric = options$metric, .call = .call)
  given <- options[setdiff(names(options), c("metric", "start"))]
  rlang::exec(
    call_core, "search",
    space = space_for_core(space), !!!Filter(Negate(is.null), given),
    start = if (first) start, .call = .call
  )
}

check_start <- function(start, space, .call) {
  for (name in names(start)) {
    parameter <- space[[name]]
    if (!is.null(parameter) && !in_range(parameter, start[[name]])) {
      abort_rdeep(
        "argument",
        sprintf("'start' has %s for '%s', which is %s.", describe_numbers(start[[name]]), name,
          describe_hyperparameter(parameter)
        ),
        argument = "start", received = start[[name]], call = .call
      )
    }
  }
}

put_random_state <- function(random) {
  if (!is.null(random)) assign(".Random.seed", random, envir = globalenv())
}

# Does what trials ask for; returns whether an interrupt has ended that.
run_trials <- function(search, objective, space, progress, .call) {
  seed <- progress$seed
  under_way <- NULL
  tryCatch(
    {
      repeat {
        trial <- call_method(search, "ask", .call = .call)
        if (is.null(trial)) break
        under_way <- trial
        run_trial(search, trial, objective, space, seed, progress, .call)
        under_way <- NULL
        show_tuning(progress, search)
      }
      FALSE
    },
    interrupt = function(condition) {
      if (!is.null(under_way)) call_method(search, "interrupt", trial = under_way)
      TRUE
    }
  )
}

run_trial <- function(search, trial, objective, space, seed, progress, .call) {
  settings <- settings_from_core(fetch(trial, "settings"), space)
  if (fetch(trial, "is_default")) settings <- list()
  follow <- function(members = FALSE, needed = TRUE) {
    call_method(
      trial, "begin_watching",
      metric = objective$metric, members = members, needed = needed
    )
  }
  report <- function(score, step) {
    call_method(trial, "report", score = score, step = as.integer(step) - 1L)
  }
  # However this ends, other trainings are not followed.
  on.exit(call_method(trial, "end_watching"))
  set.seed(seed)
  outcome <- tryCatch(
    withCallingHandlers(
      list(score = objective$evaluate(settings, follow, report)),
      warning = function(warning) {
        progress$warnings <- c(progress$warnings, cli::ansi_strip(conditionMessage(warning)))
        tryInvokeRestart("muffleWarning")
      }
    ),
    rdeep_error_pruned = function(error) list(pruned = TRUE),
    error = function(error) list(message = message_of_error(error))
  )
  if (isTRUE(outcome$pruned)) {
    call_method(search, "prune", trial = trial)
  } else if (!is.null(outcome$message)) {
    call_method(search, "fail", trial = trial, message = outcome$message)
  } else {
    call_method(search, "tell", trial = trial, score = outcome$score)
  }
}

message_of_error <- function(error) {
  message <- cli::ansi_strip(conditionMessage(error))
  gsub("\\s*\n\\s*", " ", trimws(message))
}

# Progress -----------------------------------------------------------------------------

new_tuning_progress <- function(search, level, .call) {
  progress <- new_progress(level)
  progress$seed <- fetch(search, "trial_seed")
  resumed <- fetch(search, "resumed")
  if (level > 0 && resumed > 0) {
    say(sprintf(
      "The search goes on: %d trial%s there already.",
      resumed, if (resumed == 1) " is" else "s are"
    ))
  }
  progress
}

show_tuning <- function(progress, search) {
  if (progress$level == 0) {
    return(invisible())
  }
  line <- call_core("search_line", search = search)
  if (progress$level == 2 || !progress$redraws) {
    if (progress$level == 2) say(line)
  } else {
    draw(progress, strtrim(line, terminal_width() - 1L))
  }
}

say_interrupted <- function(result, storage) {
  said <- if (is.null(result$best)) {
    "Interrupted before the end of the first trial."
  } else {
    sprintf("Interrupted after %d trials: `rdeep_last_interrupted()` returns what there is.",
      nrow(result$trials)
    )
  }
  if (!is.null(storage)) said <- paste(said, "The same call goes on from here.")
  say(said)
}

# What was said in trials, once each, and which of them failed.
report_failures <- function(result, progress) {
  said <- table(progress$warnings)
  for (message in names(said)) {
    warn(
      c(message, i = sprintf("In the trials of a search, %d time%s.", said[[message]],
        if (said[[message]] == 1) "" else "s"
      )),
      class = "rdeep_warning", call = NULL
    )
  }
  failed <- which(result$trials$state == "failed")
  if (length(failed) && !is.null(result$best)) {
    warn(
      c(
        sprintf("%d of %d trials failed.", length(failed), nrow(result$trials)),
        i = sprintf(
          "The first one, with %s: %s",
          shown_settings(result, failed[1]), result$trials$message[failed[1]]
        )
      ),
      class = "rdeep_warning", call = NULL
    )
  }
}

check_any_finished <- function(result, .call) {
  if (!is.null(result$best)) {
    return(invisible())
  }
  failed <- which(result$trials$state == "failed")
  if (length(failed) == 0) {
    abort_rdeep(
      "state", "No trial has come to its end.", hint = "Give the search more `time`.",
      call = .call
    )
  }
  abort_rdeep(
    "state",
    sprintf(
      "%s, with %s: %s",
      if (length(failed) == 1) {
        "The only trial has failed"
      } else {
        sprintf("Each of the %d trials has failed. The first one", length(failed))
      },
      shown_settings(result, failed[1]), result$trials$message[failed[1]]
    ),
    trials = result$trials, call = .call
  )
}
