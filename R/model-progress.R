# What is shown while a model trains: a bar, a line an epoch, or nothing.

verbosity <- function(verbose, .call) {
  if (identical(verbose, "auto")) {
    at_terminal <- rlang::is_interactive() && can_redraw()
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

# `started` is when the epoch under way began, or all that the bar is about; `drawn` is what
# stands on the terminal's last line.
new_progress <- function(level) {
  progress <- new.env(parent = emptyenv())
  progress$level <- level
  progress$started <- seconds_now()
  progress$redraws <- can_redraw()
  progress
}

seconds_now <- function() proc.time()[["elapsed"]]

# Whether a line of output can be drawn over: in a terminal, and not in a file, a pipe or a
# document.
can_redraw <- function() {
  sink.number() == 0 && cli::is_dynamic_tty(stdout()) && !isTRUE(getOption("knitr.in.progress"))
}

show_event <- function(progress, event) {
  say_messages(progress, event)
  if (event$kind == "interrupted") {
    hide_bar(progress)
    say("Interrupted: the model and its history are those of what was trained.")
  } else if (event$kind %in% c("tick", "batch_end") && progress$level == 1) {
    show_bar(progress, event)
  } else if (event$kind == "epoch_end") {
    hide_bar(progress)
    if (progress$level > 0) {
      now <- seconds_now()
      say(epoch_line(event, now - progress$started, progress$redraws))
      progress$started <- now
    }
  }
}

say_messages <- function(progress, event) {
  if (length(event$messages)) {
    hide_bar(progress)
    for (pieces in event$messages) {
      say(in_r_words(pieces))
    }
  }
}

# A log or a pipe gets one line; in a terminal, one that is too long is folded.
epoch_line <- function(event, seconds, fold = FALSE) {
  parts <- c(epoch_title(event), log_parts(event$logs), sprintf("(%.1f s)", seconds))
  if (fold) fold_parts(parts, terminal_width()) else paste(parts, collapse = "  ")
}

epoch_title <- function(event) sprintf("Epoch %d/%d", event$epoch + 1L, event$epochs)

# The learning rate is in the logs as well; it is not news.
log_parts <- function(logs) {
  logs <- logs[names(logs) != "learning_rate"]
  vapply(names(logs), function(name) {
    values <- format(unlist(logs[[name]]), digits = 4)
    paste0(name, ": ", paste(values, collapse = " "))
  }, "", USE.NAMES = FALSE)
}

# Breaks a line between its parts where the terminal would break it anywhere.
fold_parts <- function(parts, width) {
  lines <- parts[1]
  for (part in parts[-1]) {
    longer <- paste(lines[length(lines)], part, sep = "  ")
    if (shown_width(longer) <= width) {
      lines[length(lines)] <- longer
    } else {
      lines <- c(lines, paste0("  ", part))
    }
  }
  paste(lines, collapse = "\n")
}

# A terminal that does not tell its size may be named one.
terminal_width <- function() {
  named <- suppressWarnings(as.integer(Sys.getenv("COLUMNS")))
  min(cli::console_width(), if (isTRUE(named > 0)) named)
}

shown_width <- function(text) nchar(enc2native(text), "width")

# The bar -------------------------------------------------------------------------

# Shows how far it is, as `cli`'s bars do: after a while only, and earlier where there is
# much to come. `event` has `batch` of `batches`, and logs; what has an open end may be over
# before the last of them.
show_bar <- function(progress, event, title = epoch_title(event), open_end = FALSE) {
  if (!progress$redraws) {
    return(invisible())
  }
  now <- seconds_now()
  seconds <- now - progress$started
  share <- if (is.null(event$batches)) NA else event$batch / event$batches
  wait <- getOption("cli.progress_show_after", 2) * if (isTRUE(share <= 0.5)) 0.5 else 1
  recent <- !is.null(progress$drawn) && now - progress$drawn_at < 0.1
  if (seconds < wait || recent) {
    return(invisible())
  }
  parts <- c(
    if (is.na(share)) sprintf("%d steps", event$batch),
    if (isTRUE(share > 0) && !open_end) time_left(seconds * (1 / share - 1)),
    log_parts(event$logs)
  )
  progress$drawn_at <- now
  draw(progress, bar_line(title, share, parts, terminal_width() - 1L))
}

# One line of the width that there is: with less of it go the last parts, then the bar.
bar_line <- function(title, share, parts, width) {
  line <- title
  if (!is.na(share)) {
    percent <- sprintf("%3.0f%%", 100 * share)
    room <- width - shown_width(title) - nchar(percent) - 2L
    drawn <- if (room >= 4) bar(share, min(room, 20L))
    line <- paste(c(title, drawn, if (room >= -1) percent), collapse = " ")
  }
  for (part in parts) {
    longer <- paste(line, part, sep = "  ")
    if (shown_width(longer) > width) {
      break
    }
    line <- longer
  }
  strtrim(enc2native(line), max(width, 0L))
}

bar <- function(share, width) {
  symbols <- if (cli::is_utf8_output()) c("\u25a0", "\u25a1") else c("=", "-")
  done <- round(min(share, 1) * width)
  paste0(strrep(symbols[1], done), strrep(symbols[2], width - done))
}

time_left <- function(seconds) {
  seconds <- ceiling(seconds)
  if (seconds < 60) {
    sprintf("ETA %.0fs", seconds)
  } else if (seconds < 3600) {
    sprintf("ETA %.0fm%02.0fs", seconds %/% 60, seconds %% 60)
  } else {
    sprintf("ETA %.0fh%02.0fm", seconds %/% 3600, seconds %% 3600 %/% 60)
  }
}

draw <- function(progress, line) {
  left_over <- shown_width(progress$drawn %||% "") - shown_width(line)
  cat("\r", line, strrep(" ", max(left_over, 0L)), sep = "")
  utils::flush.console()
  progress$drawn <- line
}

hide_bar <- function(progress) {
  if (!is.null(progress$drawn)) {
    cat("\r", strrep(" ", shown_width(progress$drawn)), "\r", sep = "")
    utils::flush.console()
    progress$drawn <- NULL
  }
}

# Runs code that may print, which the bar makes room for.
beside_bar <- function(progress, code) {
  line <- progress$drawn
  hide_bar(progress)
  force(code)
  if (!is.null(line)) {
    draw(progress, line)
  }
}

# What R itself prints, of warnings and errors, begins on an empty line.
announcing <- function(progress, code) {
  hide <- function(condition) hide_bar(progress)
  withCallingHandlers(code, message = hide, warning = hide, error = hide)
}

# Progress is output, as in keras3, so that it stays in order with the user's own.
say <- function(text) cat(text, "\n", sep = "")
