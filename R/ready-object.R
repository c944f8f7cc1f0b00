# A ready-made model of images, series, text or speech: a list of what R knows of it, around an
# environment that holds the core's object (`pointer`) and its file's content (`bytes`), from which
# a pointer that another session left dead is made again.

# `facts` are what R remembers beside the core, as plain data: names of columns, of the outcome;
# `design` is that of models whose rows are those of a data frame.
new_ready <- function(class, pointer, call, facts = list(), design = NULL) {
  env <- new.env(parent = emptyenv())
  env$pointer <- pointer
  object <- list(env = env, call = call, facts = facts)
  object$design <- design
  object$outcome <- fetch(pointer, "outcome_data")
  object$outcome$levels <- as.character(unlist(object$outcome$levels))
  object$history <- lapply(fetch(pointer, "history_data"), new_history)
  object$scores <- lapply(fetch(pointer, "scores"), function(x) if (is.null(x)) NA_real_ else x)
  annotate_ready(pointer, call, facts, design)
  keep_ready(env)
  structure(object, class = c(class, "rdeep_ready", "rdeep_fit"))
}

# The core's object of a kind, to be fitted.
new_core_ready <- function(kind, ..., backend = NULL, device = NULL, .call = caller_env()) {
  chosen <- choose_backend(backend, device, .call)
  sync_seed(.call)
  given <- Filter(Negate(is.null), list(...))
  rlang::exec(
    call_core, "ready",
    kind = kind, !!!given, backend = chosen$backend, device = chosen$device, .call = .call
  )
}

ready_pointer <- function(object, .call = caller_env()) {
  env <- object$env
  if (reticulate::py_is_null_xptr(env$pointer)) {
    env$pointer <- from_bytes(env$bytes, "model", .call = .call, read = function(path) {
      call_core("load_model", path = path, .call = .call)
    })
    keep_ready(env)
  }
  release_bytes(env)
  env$pointer
}

# A method of the core's object.
ready_method <- function(object, name, ..., .call = caller_env()) {
  call_method(ready_pointer(object, .call), name, ..., .call = .call)
}

# Trains all stages: `trained` says whether there is a model, `interrupted` whether Ctrl-C ended it.
train_ready <- function(pointer, verbose, .call, stage_names = NULL) {
  level <- verbosity(verbose, .call)
  stages <- fetch(pointer, "stages", .call)
  for (stage in seq_len(stages)) {
    session <- call_method(
      pointer, "session",
      stage = stage - 1L,
      listen = as.list(events_to_return_at(list(), level)),
      .call = .call
    )
    progress <- new_progress(level)
    progress$network <- stage_names[stage] %||%
      if (stages > 1) sprintf("Stage %d/%d", stage, stages)
    interrupted <- run_session(
      session, NULL, list(), level, NULL, .call,
      progress = progress, show = show_ready
    )
    has_trained <- call_method(pointer, "finish", stage = stage - 1L, .call = .call)
    if (level > 0 && has_trained) report_ready(progress)
    if (interrupted) break
  }
  trained <- has_trained || stage > 1
  if (trained) call_method(pointer, "finish_all", .call = .call)
  if (interrupted) {
    say(if (trained) {
      "Interrupted: `rdeep_last_interrupted()` returns the model of what was trained."
    } else {
      "Interrupted in the first epoch: there is no model."
    })
  }
  list(interrupted = interrupted, trained = trained)
}

# Trains a core's object that has its data, and returns what `make()` makes of it. After an
# interrupt that is what `rdeep_last_interrupted()` returns.
fit_ready <- function(pointer, verbose, make, .call, stage_names = NULL) {
  interrupted <- FALSE
  object <- uninterrupted({
    came_to <- train_ready(pointer, verbose, .call, stage_names)
    found <- if (came_to$trained) make()
    interrupted <- take_interrupt() || came_to$interrupted
    found
  })
  if (interrupted) raise_interrupt(object)
  object
}

# Events of a stage: a bar that runs over its epochs.
show_ready <- function(progress, event) {
  say_messages(progress, event)
  if (event$kind == "epoch_end") {
    progress$epochs <- event$epoch + 1L
    progress$logs <- event$logs
    if (progress$level == 1) show_epochs(progress, event)
  }
}

report_ready <- function(progress) {
  hide_bar(progress)
  shown <- Filter(function(x) is.numeric(x) && length(x) == 1, progress$logs)
  # What is left of a rate that has fallen to nothing says nothing.
  shown <- shown[!duplicated(names(shown)) & names(shown) != "learning_rate"]
  logs <- paste0(names(shown), ": ", vapply(shown, format, "", digits = 3), collapse = "  ")
  parts <- c(
    progress$network,
    sprintf("%d %s", progress$epochs, if (progress$epochs == 1L) "epoch" else "epochs"),
    logs,
    sprintf("(%.1f s)", seconds_now() - progress$started)
  )
  say(paste(parts, collapse = "  "))
}

# Files -----------------------------------------------------------------------------

annotate_ready <- function(pointer, call, facts, design = NULL) {
  said <- list(ready = list(call = call_to_data(call), facts = c(facts, list(.face = "R"))))
  said$design <- design_to_data(design)
  assign_attribute(pointer, "annotations", said)
}

keep_ready <- function(env) {
  env$bytes <- lazy_bytes(function(path) {
    invoke(env$pointer, "save", list(filepath = path, overwrite = TRUE), NULL)
  })
}

# The object of a file's content; Python may have written it, and remembers no call of R's.
ready_from_core <- function(pointer, .call) {
  kept <- fetch(pointer, "annotations", .call)
  said <- kept$ready
  class <- paste0("deep_", fetch(pointer, "kind", .call))
  facts <- lapply(said$facts, function(x) if (is.list(x)) unlist(x) else x)
  call <- call_from_data(said$call %||% sprintf("%s()", class), class)
  facts <- facts[setdiff(names(facts), ".face")]
  guard_file(
    new_ready(
      class, pointer, call, facts,
      design = if (!is.null(kept$design)) design_from_data(kept$design, .call)
    ),
    .call
  )
}
