# From a design to a fitted `deep_tabular`: columns as the core takes them, the training of
# each network, and what is kept of it.

# `x` and `y` are what `new_design()` takes: a formula or a recipe and data, or predictors
# and an outcome. In `source` the expressions of the masked arguments are looked up.
fit_tabular <- function(x, y, source, settings, matched, .call) {
  settings <- checked_settings(settings, .call)
  given <- with_text_as_classes(x, y)
  design <- new_design(
    x, given,
    na_action = settings$na_action,
    indicators = if (is_linear(settings$hidden_units)) "traditional" else "none",
    .call = .call
  )
  rows <- training_rows(design, source, settings, .call)
  parts <- core_parts(design$predictors, rows$offset)
  # An interrupt waits until there is a model of what was trained.
  interrupted <- FALSE
  object <- uninterrupted({
    trained <- train_and_doubt(settings, rows, parts, .call)
    found <- if (trained$any) {
      fitted_tabular(trained, matched, settings, design, rows, parts, source, .call)
    }
    interrupted <- take_interrupt() || trained$interrupted
    found
  })
  if (interrupted) {
    raise_interrupt(object)
  }
  object
}

# What training came to, with warnings about the likelihood's maximum for later.
train_and_doubt <- function(settings, rows, parts, .call) {
  doubts <- list()
  trained <- withCallingHandlers(
    train_tabular(settings, rows$outcome, parts, rows$target, rows$weights, .call),
    rdeep_warning = function(warning) {
      about <- "maximum of the likelihood|likelihood has no maximum"
      if (grepl(about, conditionMessage(warning))) {
        doubts <<- c(doubts, list(warning))
        tryInvokeRestart("muffleWarning")
      }
    }
  )
  c(trained, list(doubts = doubts))
}

fitted_tabular <- function(trained, matched, settings, design, rows, parts, source, .call) {
  object <- new_deep_tabular(trained$pointer, matched, settings, design$design, rows)
  object <- with_training_results(object, parts, .call)
  warn_of_divergence(object)
  object <- with_rows_used(object, settings, design, rows, source)
  # Predictors are needed, which the model may not be asked to keep.
  seen <- object
  seen$data <- object$data %||% kept_data(source, design, rows)
  # A likelihood without a maximum is said once, and that training has not come to it is not.
  extreme <- !is.null(seen$data) && warn_of_extremes(seen, .call)
  if (!extreme) lapply(trained$doubts, warning)
  object
}

# Notes which rows were left out, and keeps the data, if that is wanted.
with_rows_used <- function(object, settings, design, rows, source) {
  omitted <- if (!is.null(design$kept)) setdiff(seq_len(NROW(source)), design$kept)
  object$omitted <- if (length(omitted)) omitted
  if (settings$model) {
    object$data <- kept_data(source, design, rows)
  }
  object
}

warn_of_divergence <- function(object) {
  if (!any(is.nan(object$fitted))) {
    return(invisible())
  }
  warn(
    c(
      "Training diverged: the loss is no number, and predictions are not either.",
      i = "A smaller `learning_rate` helps, and columns without extreme values."
    ),
    class = "rdeep_warning"
  )
}

# The same model fitted to some of its rows, by number, a row as often as it is named:
# columns and levels stay as they were learned.
refit_rows <- function(object, rows, .call) {
  parts <- training_parts(object, .call)
  pick <- function(x) if (is.matrix(x)) x[rows, , drop = FALSE] else x[rows]
  fields <- c("numbers", "codes", "offset")
  parts[fields] <- lapply(parts[fields], pick)
  object[c("target", "weights", "offset")] <-
    lapply(object[c("target", "weights", "offset")], pick)
  settings <- object$settings
  settings$verbose <- 0L
  weights <- product(
    object$weights,
    weights_of_classes(settings$class_weights, object$target, object$outcome, .call)
  )
  object$env <- new.env(parent = emptyenv())
  trained <- uninterrupted(
    train_tabular(settings, object$outcome, parts, object$target, weights, .call)
  )
  if (trained$interrupted) {
    # One of many fits, of which nothing is left that could be used.
    raise_interrupt()
  }
  object$env$pointer <- trained$pointer
  keep_tabular(object$env)
  object$data <- lapply(object$data, function(x) {
    if (is.data.frame(x)) x[rows, , drop = FALSE] else if (!is.null(x)) pick(x)
  })
  object$nobs <- length(rows)
  # These were learned from the other fit's errors.
  object[c("conformal", "calibration")] <- NULL
  with_training_results(object, parts, .call)
}

# The core's object, trained: `pointer`, whether that was `interrupted`, and whether `any` network
# was trained.
train_tabular <- function(settings, outcome, parts, target, weights, .call) {
  pointer <- new_core_tabular(settings, outcome, .call)
  prepare_core(pointer, parts, target, weights, .call)
  trained <- train_networks(pointer, settings$verbose, .call)
  if (trained$any) {
    call_method(pointer, "finish_all", .call = .call)
  }
  c(trained, list(pointer = pointer))
}

# Hands the rows to a core's object.
prepare_core <- function(pointer, parts, target, weights, .call) {
  call_method(
    pointer,
    "prepare",
    numbers = parts$numbers,
    codes = parts$codes,
    cardinalities = as.list(parts$cardinalities),
    y = target,
    offset = as_row_array(parts$offset),
    weights = as_row_array(weights),
    names = as.list(setdiff(parts$names, names(parts$levels))),
    levels = parts$levels,
    .call = .call
  )
}

# What belongs to each row beside its predictors, and what is remembered of the outcome.
training_rows <- function(design, source, settings, .call) {
  y <- single_outcome(design$outcomes, .call)
  name <- outcome_name(design$outcomes)
  outcome <- describe_outcome(y, name, settings$family, .call)
  coded <- outcome_values(y, outcome, .call)
  check_variation(coded$values, outcome, .call)
  weights <- row_values(settings$weights, "weights", source, design, .call) %||% design$weights
  check_weights(weights, .call)
  offset <- row_values(settings$offset, "offset", source, design, .call)
  list(
    given = y,
    outcome = outcome,
    target = coded$values,
    prior = product(weights, coded$trials),
    weights = product(
      weights, coded$trials,
      weights_of_classes(settings$class_weights, coded$values, outcome, .call)
    ),
    offset = total(design$offset, offset),
    lookup = list(
      weights = expression_in(settings$weights, source),
      offset = expression_in(settings$offset, source)
    )
  )
}

product <- function(...) combined("*", ...)

total <- function(...) combined("+", ...)

combined <- function(operator, ...) Reduce(operator, Filter(Negate(is.null), list(...)))

new_core_tabular <- function(settings, outcome, .call) {
  chosen <- choose_backend(settings$backend, settings$device, .call)
  sync_seed(.call)
  call_core(
    "tabular",
    family = outcome$family,
    architecture = settings$architecture,
    hidden_units = settings$hidden_units,
    dropout = as_number(settings$dropout),
    epochs = as_count(settings$epochs),
    patience = as_count(settings$patience),
    batch_size = as_count(settings$batch_size),
    learning_rate = as_number(settings$learning_rate),
    weight_decay = as_number(settings$weight_decay),
    validation = as_number(settings$validation),
    members = as_count(settings$members),
    scaling = settings$scaling,
    quantile_levels = as.list(settings$quantile_levels),
    classes = if (outcome$family == "multinomial") length(outcome$levels),
    impute = settings$na_action == "impute",
    backend = chosen$backend,
    device = chosen$device,
    .call = .call
  )
}

# A vector without a dimension would become a list, or a single number.
as_row_array <- function(x) if (!is.null(x)) array(as.double(x))

# Predictors ----------------------------------------------------------------------

# The predictors as a matrix of numbers and one of codes from 0, -1 where a level is
# missing. Either may be `NULL`.
core_parts <- function(predictors, offset) {
  coded <- vapply(predictors, is.factor, NA)
  factors <- predictors[coded]
  list(
    numbers = if (any(!coded)) numeric_matrix(predictors[!coded]),
    codes = if (any(coded)) code_matrix(factors),
    cardinalities = vapply(factors, nlevels, 0L, USE.NAMES = FALSE),
    # With these the core takes data frames of Python's.
    levels = lapply(factors, function(x) as.list(levels(x))),
    names = c(names(predictors)[!coded], names(factors)),
    offset = offset
  )
}

numeric_matrix <- function(columns) {
  values <- as.double(unlist(columns, use.names = FALSE))
  matrix(values, nrow(columns), ncol(columns), dimnames = list(NULL, names(columns)))
}

code_matrix <- function(factors) {
  codes <- unlist(lapply(factors, as.integer), use.names = FALSE) - 1L
  codes[is.na(codes)] <- -1L
  matrix(as.integer(codes), nrow(factors), ncol(factors))
}

# Training ------------------------------------------------------------------------

# Trains each network of the ensemble. An interrupt ends the training of the one under
# way, and leaves those that would follow out.
train_networks <- function(pointer, level, .call) {
  members <- fetch(pointer, "members", .call)
  for (member in seq_len(members)) {
    session <- call_method(
      pointer,
      "session",
      member = member - 1L,
      listen = as.list(events_to_return_at(list(), level)),
      .call = .call
    )
    progress <- new_progress(level)
    progress$network <- if (members > 1) sprintf("Network %d/%d", member, members)
    interrupted <- run_session(
      session, NULL, list(), level, NULL, .call,
      progress = progress, show = show_network
    )
    has_trained <- call_method(pointer, "finish", member = member - 1L, .call = .call)
    if (level > 0 && has_trained) {
      report_network(progress)
    }
    if (interrupted) {
      report_interrupt(member - !has_trained, members)
      break
    }
  }
  list(interrupted = interrupted, any = has_trained || member > 1)
}

# What there is after an interrupt, and where.
report_interrupt <- function(trained, members) {
  if (trained == 0) {
    say("Interrupted in the first epoch: there is no model.")
    return(invisible())
  }
  what <- if (members == 1) {
    "`rdeep_last_interrupted()` returns the model of what was trained."
  } else {
    sprintf("`rdeep_last_interrupted()` returns the model of %d of %d networks.", trained, members)
  }
  say(paste("Interrupted:", what))
}

# Events of a network's training: a bar that runs over its epochs.
show_network <- function(progress, event) {
  say_messages(progress, event)
  if (event$kind == "epoch_end") {
    note_epoch(progress, event)
    if (progress$level == 1) {
      show_epochs(progress, event)
    }
  }
}

# Weights are those of the best epoch, so that is the one to tell of.
note_epoch <- function(progress, event) {
  progress$epochs <- event$epoch + 1L
  score <- event$logs$val_deviance %||% event$logs$deviance
  if (is.null(progress$score) || isTRUE(score < progress$score)) {
    progress$score <- score
    progress$best <- event$epoch + 1L
    progress$held_out <- !is.null(event$logs$val_deviance)
  }
}

show_epochs <- function(progress, event) {
  steps <- list(logs = event$logs, batch = event$epoch + 1L, batches = event$epochs)
  # It ends before the last epoch as a rule, and nobody knows when.
  show_bar(progress, steps, progress$network %||% epoch_title(event), open_end = TRUE)
}

report_network <- function(progress) {
  hide_bar(progress)
  seconds <- seconds_now() - progress$started
  parts <- c(
    progress$network,
    sprintf("%d epochs", progress$epochs %||% 0L),
    if (isTRUE(progress$held_out)) sprintf("best: %d", progress$best),
    if (!is.null(progress$score)) sprintf("deviance: %s", format(progress$score, digits = 4)),
    sprintf("(%.1f s)", seconds)
  )
  say(paste(parts, collapse = "  "))
}
