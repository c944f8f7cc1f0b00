# A fitted `deep_tabular`: a list of what R knows of it, around an environment that holds
# the core's object (`pointer`) and its file's content (`bytes`), from which a pointer that
# another session left dead is made again.

new_deep_tabular <- function(pointer, call, settings, design, rows) {
  env <- new.env(parent = emptyenv())
  env$pointer <- pointer
  keep_tabular(env)
  outcome <- rows$outcome
  linear <- is_linear(settings$hidden_units)
  object <- list(
    env = env,
    call = call,
    family = outcome$family,
    architecture = if (linear) "linear" else settings$architecture,
    # What was captured to be evaluated holds on to the caller's variables.
    settings = settings[setdiff(names(settings), masked_arguments)],
    design = design,
    outcome = outcome[c("name", "kind", "levels", "family")],
    lookup = rows$lookup,
    target = rows$target,
    weights = rows$prior,
    offset = rows$offset,
    nobs = nrow(rows$target)
  )
  structure(object, class = c("deep_tabular", "rdeep_fit"))
}

# What training gave: predictions for the rows that were seen, and what the core keeps.
with_training_results <- function(object, parts, .call) {
  object$fitted <- tabular_call(object, "predict", parts, kind = "response", .call = .call)
  with_training_records(object, .call)
}

# For each row that was seen the prediction of a network that had not seen it, and how the
# networks were trained.
with_training_records <- function(object, .call) {
  prediction <- call_method(object$env$pointer, "held_out", .call = .call)
  object$held_out <- list(
    prediction = prediction,
    member = held_out_members(object, prediction, .call)
  )
  histories <- fetch(object$env$pointer, "histories", .call)
  object$history <- lapply(histories, new_history)
  object
}

# The network, counted from 0, that had not seen a row; `NA` if all had, or if training was
# interrupted before that network's turn.
held_out_members <- function(object, prediction, .call) {
  member <- call_method(object$env$pointer, "held_out_members", .call = .call)
  member <- as.integer(member)
  member[member < 0 | is.na(prediction[, 1])] <- NA
  member
}

# The data as it was given, row by row of what was used: `predictors`, from which the
# design makes columns again, and `outcome`. A recipe that leaves out rows itself does not
# say which.
kept_data <- function(source, design, rows) {
  if (is.null(design$kept)) {
    return(NULL)
  }
  frame <- as_frame(source)
  list(
    predictors = frame[design$kept, names(design$design$inputs)],
    outcome = rows$given,
    kept = if (is.data.frame(source)) row.names(source)[design$kept] else design$kept,
    offset = rows$offset,
    weights = rows$prior
  )
}

# The core's object ---------------------------------------------------------------

tabular_pointer <- function(object, .call = caller_env()) {
  env <- object$env
  if (reticulate::py_is_null_xptr(env$pointer)) {
    revive_tabular(env, .call)
  }
  release_bytes(env)
  env$pointer
}

# A method of the core's object that takes columns.
tabular_call <- function(object, name, parts, ..., .call = caller_env()) {
  call_method(
    tabular_pointer(object, .call),
    name,
    numbers = parts$numbers,
    codes = parts$codes,
    offset = as_row_array(parts$offset),
    ...,
    .call = .call
  )
}

keep_tabular <- function(env) {
  env$bytes <- lazy_bytes(function(path) {
    invoke(env$pointer, "save", list(filepath = path, overwrite = TRUE), NULL)
  })
}

revive_tabular <- function(env, .call) {
  env$pointer <- from_bytes(env$bytes, "model", .call = .call, read = function(path) {
    call_core("load_model", path = path, .call = .call)
  })
  keep_tabular(env)
}
