# What is shown while a model trains: a bar, a line an epoch, or nothing.

verbosity <- function(verbose, .call) {
  if (identical(verbose, "auto")) {
    knitting <- isTRUE(getOption("knitr.in.progress"))
    at_terminal <- rlang::is_interactive() && cli::is_dynamic_tty() && !knitting
    return(if (at_terminal && is_on("interactive_logging")) 1L else 2L)
  }
  if (!is_single(verbose) || !verbose %in% 0:2) {
    abort_rdeep(
      "argument",
      sprintf("'verbose' must be \"auto\", 0, 1 or 2, not %s.", describe(verbose)),
      argument = "verbose",
      received = verbose,
      call = .call
    )
  }
  as.integer(verbose)
}

new_progress <- function(level) {
  progress <- new.env(parent = emptyenv())
  progress$level <- level
  progress$started <- proc.time()[["elapsed"]]
  progress
}

show_event <- function(progress, event) {
  for (message in event$messages) {
    say(message)
  }
  if (event$kind == "interrupted") {
    end_progress(progress)
    say("Interrupted: the model and the history are those of what was trained.")
  } else if (event$kind == "tick" && progress$level == 1) {
    show_bar(progress, event)
  } else if (event$kind == "epoch_end") {
    end_progress(progress)
    if (progress$level > 0) {
      now <- proc.time()[["elapsed"]]
      say(epoch_line(event, now - progress$started))
      progress$started <- now
    }
  }
}

epoch_line <- function(event, seconds) {
  sprintf(
    "Epoch %d/%d  %s  (%.1f s)",
    event$epoch + 1L, event$epochs, format_logs(event$logs), seconds
  )
}

# The learning rate is in the logs as well; it is not news.
format_logs <- function(logs) {
  logs <- logs[names(logs) != "learning_rate"]
  values <- vapply(logs, function(value) {
    paste(format(unlist(value), digits = 4), collapse = " ")
  }, "")
  paste(names(logs), values, sep = ": ", collapse = "  ")
}

show_bar <- function(progress, event) {
  progress$status <- format_logs(event$logs)
  progress$title <- sprintf("Epoch %d/%d", event$epoch + 1L, event$epochs)
  if (is.null(progress$bar)) {
    progress$bar <- cli::cli_progress_bar(
      format = "{status$title} {cli::pb_bar} {cli::pb_percent}  {status$status}",
      total = event$batches,
      .auto_close = FALSE,
      .envir = list2env(list(status = progress), parent = baseenv())
    )
  }
  cli::cli_progress_update(set = event$batch, id = progress$bar)
}

end_progress <- function(progress) {
  if (!is.null(progress$bar)) {
    cli::cli_progress_done(id = progress$bar)
    progress$bar <- NULL
  }
}

# Progress is output, as in keras3, so that it stays in order with the user's own.
say <- function(text) cat(text, "\n", sep = "")
