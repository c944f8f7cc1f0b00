# Callbacks written in R. They run between two strides of training: Python never
# calls them, because a condition that jumps out of such a call would corrupt it.

callback_events <- c(
  train_begin = "on_train_begin",
  train_end = "on_train_end",
  epoch_begin = "on_epoch_begin",
  epoch_end = "on_epoch_end",
  batch_begin = "on_train_batch_begin",
  batch_end = "on_train_batch_end",
  test_begin = "on_test_begin",
  test_end = "on_test_end"
)

# Those of single batches of an evaluation or a prediction: Python calls them, between two batches,
# behind a fence as other functions of the user.
batch_functions <- list(
  test = c("on_test_batch_begin", "on_test_batch_end"),
  predict = c("on_predict_batch_begin", "on_predict_batch_end")
)

# All that are called: predictions are no events of a training.
callback_functions <- c(
  unname(callback_events), "on_predict_begin", "on_predict_end", unlist(batch_functions)
)

new_callback <- function(functions, self = new.env(parent = emptyenv())) {
  # An environment, as `c()` takes a list to pieces.
  callback <- list2env(list(functions = functions, self = self), parent = emptyenv())
  structure(callback, class = "rdeep_callback")
}

#' A callback made of functions
#'
#' Epochs and batches count from 1. `logs` is a named list of what was measured.
#' A function may set `model$stop_training <- TRUE` or `model$learning_rate`, where
#' `model` is the model that is trained. If it returns a named list of numbers, these become part of
#' the logs: later functions see them, and those of an epoch's end go into the history.
#'
#' @param on_epoch_begin,on_epoch_end Functions of `(epoch, logs)`.
#' @param on_train_begin,on_train_end Functions of `(logs)`.
#' @param on_train_batch_begin,on_train_batch_end Functions of `(batch, logs)`.
#'   Training stops at every batch for them, which costs some speed.
#' @param on_test_begin,on_test_end Functions of `(logs)`, called before and after
#'   [evaluate()] and validation.
#' @param on_test_batch_begin,on_test_batch_end Functions of `(batch, logs)`, called for each batch
#'   of these, which are computed one by one then.
#' @param on_predict_begin,on_predict_end Functions of `(logs)`, called before and after
#'   [predict()][predict.rdeep_model()].
#' @param on_predict_batch_begin,on_predict_batch_end Functions of `(batch, logs)`, called for each
#'   batch of a prediction; `logs$outputs` is what it came to.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns A callback for `fit()`, `evaluate()` and `predict()`.
#' @seealso [callbacks] lists all callbacks.
#' @examples
#' callback_lambda(on_epoch_end = function(epoch, logs) {
#'   message("epoch ", epoch, ": ", logs$loss)
#' })
#' @export
callback_lambda <- function(on_epoch_begin = NULL,
                            on_epoch_end = NULL,
                            on_train_begin = NULL,
                            on_train_end = NULL,
                            on_train_batch_begin = NULL,
                            on_train_batch_end = NULL,
                            ...,
                            on_test_begin = NULL,
                            on_test_end = NULL,
                            on_test_batch_begin = NULL,
                            on_test_batch_end = NULL,
                            on_predict_begin = NULL,
                            on_predict_end = NULL,
                            on_predict_batch_begin = NULL,
                            on_predict_batch_end = NULL) {
  check_dots(...)
  functions <- list(
    on_train_begin = on_train_begin,
    on_train_end = on_train_end,
    on_epoch_begin = on_epoch_begin,
    on_epoch_end = on_epoch_end,
    on_train_batch_begin = on_train_batch_begin,
    on_train_batch_end = on_train_batch_end,
    on_test_begin = on_test_begin,
    on_test_end = on_test_end,
    on_test_batch_begin = on_test_batch_begin,
    on_test_batch_end = on_test_batch_end,
    on_predict_begin = on_predict_begin,
    on_predict_end = on_predict_end,
    on_predict_batch_begin = on_predict_batch_begin,
    on_predict_batch_end = on_predict_batch_end
  )
  new_callback(check_functions(functions, current_env()))
}

#' Define a callback
#'
#' Makes a function that makes callbacks. In the functions given here `self` is an
#' environment that belongs to the callback: `self$model` is the model,
#' `self$params` the parameters of the training, and anything can be kept in it.
#'
#' A training may be stopped and resumed ([callback_backup_and_restore()]). What a callback has to
#' remember for that is what a function `get_state()` of the class returns, a named list of
#' numbers, text and arrays; `set_state(state)` gets it after `on_train_begin()`.
#'
#' @param classname A name.
#' @param on_epoch_begin,on_epoch_end,on_train_begin,on_train_end Functions, as for
#'   [callback_lambda()].
#' @param on_train_batch_begin,on_train_batch_end Functions, as for
#'   [callback_lambda()].
#' @param on_test_begin,on_test_end,on_predict_begin,on_predict_end Functions, as for
#'   [callback_lambda()].
#' @param on_test_batch_begin,on_test_batch_end Functions, as for [callback_lambda()].
#' @param on_predict_batch_begin,on_predict_batch_end Functions, as for [callback_lambda()].
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param initialize A function that is called when a callback is made, with its
#'   arguments.
#' @param public A named list of what else `self` is to hold.
#' @param private A named list of what methods find as `private`.
#' @param inherit A class made by `Callback()`, to inherit from.
#' @param parent_env Where the functions look for what is not theirs.
#' @returns A function that makes callbacks.
#' @seealso [callbacks] lists all callbacks.
#' @examples
#' callback_stop_below <- Callback(
#'   "StopBelow",
#'   initialize = function(loss) self$loss <- loss,
#'   on_epoch_end = function(epoch, logs) {
#'     if (logs$loss < self$loss) self$model$stop_training <- TRUE
#'   }
#' )
#' callback_stop_below(0.1)
#' @export
Callback <- function(classname,
                     on_epoch_begin = NULL,
                     on_epoch_end = NULL,
                     on_train_begin = NULL,
                     on_train_end = NULL,
                     on_train_batch_begin = NULL,
                     on_train_batch_end = NULL,
                     on_test_begin = NULL,
                     on_test_end = NULL,
                     on_test_batch_begin = NULL,
                     on_test_batch_end = NULL,
                     on_predict_begin = NULL,
                     on_predict_end = NULL,
                     on_predict_batch_begin = NULL,
                     on_predict_batch_end = NULL,
                     ...,
                     initialize = NULL,
                     public = list(),
                     private = list(),
                     inherit = NULL,
                     parent_env = parent.frame()) {
  functions <- check_functions(list(
    on_train_begin = on_train_begin,
    on_train_end = on_train_end,
    on_epoch_begin = on_epoch_begin,
    on_epoch_end = on_epoch_end,
    on_train_batch_begin = on_train_batch_begin,
    on_train_batch_end = on_train_batch_end,
    on_test_begin = on_test_begin,
    on_test_end = on_test_end,
    on_test_batch_begin = on_test_batch_begin,
    on_test_batch_end = on_test_batch_end,
    on_predict_begin = on_predict_begin,
    on_predict_end = on_predict_end,
    on_predict_batch_begin = on_predict_batch_begin,
    on_predict_batch_end = on_predict_batch_end
  ), current_env())
  methods <- c(functions, in_newer_names(list2(initialize = initialize, ...)))
  definition <- new_definition(
    classname, methods, in_newer_names(public), private, rlang::enquo(inherit), parent_env,
    "callback"
  )
  refuse_misspelt_events(definition, current_env())
  make <- function(...) {
    self <- new.env(parent = emptyenv())
    instantiate(definition, callback_methods(self), list2(...), self)
    events <- intersect(callback_functions, names(self))
    new_callback(mget(events, envir = self), self)
  }
  as_class(make, definition)
}

#' @rdname Callback
#' @export
new_callback_class <- Callback

callback_methods <- function(self) {
  list(
    initialize = function(...) NULL,
    set_model = function(model) self$model <- model,
    set_params = function(params) self$params <- params
  )
}

#' Learning rate scheduler callback: sets the rate by a function
#'
#' @param schedule A function of the epoch, from 1, and the current learning rate,
#'   which returns the new one.
#' @param verbose 1 to print a line at each epoch, 0 for silence.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns A callback for `fit()`.
#' @seealso [callbacks] lists all callbacks.
#' @examples
#' callback_learning_rate_scheduler(function(epoch, lr) lr * 0.9)
#' @export
callback_learning_rate_scheduler <- function(schedule, verbose = 0L, ...) {
  check_dots(...)
  call <- current_env()
  check_functions(list(schedule = schedule), call)
  self <- new.env(parent = emptyenv())
  new_callback(list(on_epoch_begin = function(epoch, logs) {
    arguments <- list(epoch, self$model$learning_rate)
    rate <- do.call(schedule, arguments[seq_len(min(2, n_arguments(schedule)))])
    if (!is_single(rate) || !is.numeric(rate) || rate < 0) {
      abort_rdeep(
        "argument",
        sprintf("'schedule' must return a number, not %s.", describe(rate)),
        argument = "schedule",
        received = rate,
        call = call
      )
    }
    self$model$learning_rate <- as.double(rate)
    if (verbose > 0) {
      say(sprintf("Epoch %d: learning rate is %g", epoch, rate))
    }
  }), self)
}

n_arguments <- function(f) {
  names <- names(formals(args(f)))
  if ("..." %in% names) Inf else length(names)
}

check_functions <- function(functions, .call) {
  functions <- Filter(Negate(is.null), functions)
  for (name in names(functions)) {
    if (!is.function(functions[[name]])) {
      abort_rdeep(
        "argument",
        sprintf("'%s' must be a function, not %s.", name, describe(functions[[name]])),
        argument = name,
        received = functions[[name]],
        call = .call
      )
    }
  }
  functions
}

# What a callback of a class keeps.
#' @export
`$.rdeep_callback` <- function(x, name) {
  self <- get("self", x)
  own <- name %in% c("functions", "self") || !exists(name, self, inherits = FALSE)
  get0(name, if (own) x else self, inherits = FALSE)
}

#' @export
print.rdeep_callback <- function(x, ...) {
  cat("<callback: ", paste(names(x$functions), collapse = ", "), ">\n", sep = "")
  invisible(x)
}

# Running -------------------------------------------------------------------------

# The core's callbacks go to Python; those written in R stay.
split_callbacks <- function(callbacks, .call) {
  if (is.null(callbacks)) {
    return(list(own = list(), core = list()))
  }
  if (!is_plain_list(callbacks)) {
    callbacks <- list(callbacks)
  }
  r6 <- vapply(callbacks, inherits, NA, "R6")
  callbacks[r6] <- lapply(callbacks[r6], callback_of_r6)
  own <- vapply(callbacks, inherits, NA, "rdeep_callback")
  core <- vapply(callbacks, inherits, NA, c("rdeep_record", "python.builtin.object"))
  if (!all(own | core)) {
    wrong <- callbacks[!(own | core)][[1]]
    abort_rdeep(
      "argument",
      sprintf("'callbacks' must be callbacks, not %s.", describe(wrong)),
      argument = "callbacks",
      received = wrong,
      hint = "Make one with a `callback_*()` function.",
      call = .call
    )
  }
  list(own = callbacks[own], core = callbacks[core])
}

# An object of R6 that has functions of a callback.
callback_of_r6 <- function(object) {
  functions <- Filter(is.function, mget(ls(object, pattern = "^on_"), envir = object))
  functions <- in_newer_names(functions)
  functions <- functions[names(functions) %in% callback_functions]
  if (length(functions)) new_callback(functions, object) else object
}

# The kinds of events at which training must come back to R.
events_to_return_at <- function(callbacks, level) {
  used <- unlist(lapply(callbacks, function(callback) names(callback$functions)))
  kinds <- names(callback_events)[callback_events %in% used]
  # Where a callback may have something to remember.
  kinds <- c(kinds, if (length(callbacks)) "train_begin")
  unique(c(kinds, "look", if (level > 0) "epoch_end", if (level == 1) "tick"))
}

run_callbacks <- function(callbacks, event, model, session, .call) {
  kind <- if (event$kind == "interrupted") "train_end" else event$kind
  name <- callback_events[kind]
  if (is.na(name)) {
    return(invisible())
  }
  place <- switch(kind,
    epoch_begin = ,
    epoch_end = event$epoch + 1L,
    batch_begin = event$batch + 1L,
    batch_end = event$batch
  )
  params <- list(epochs = event$epochs, steps = event$batches)
  if (kind == "train_begin") {
    introduce(callbacks, model, params, .call)
  }
  logs <- call_callbacks(callbacks, name, model, params, place, event$logs, .call)
  if (kind %in% c("epoch_end", "test_end") && !identical(logs, event$logs)) {
    call_method(session, "record", kind = kind, logs = logs, .call = .call)
  }
}

# Calls the functions for one event; returns the logs with what they add to them.
call_callbacks <- function(callbacks,
                           name,
                           model,
                           params,
                           place,
                           logs,
                           .call,
                           run = call_callback) {
  for (callback in callbacks) {
    f <- callback$functions[[name]]
    if (!is.null(f)) {
      tell(callback$self, "model", model)
      tell(callback$self, "params", params)
      arguments <- c(list(place)[!is.null(place)], list(logs))
      found <- measured(run(f, name, arguments, .call))
      logs[names(found)] <- found
    }
  }
  logs
}

# The numbers of a named list that a function returned: it may return anything.
measured <- function(value) {
  if (is_plain_list(value)) {
    Filter(function(x) is.numeric(x) && length(x), value[nzchar(names2(value))])
  }
}

# Tells callbacks at the beginning what they belong to.
introduce <- function(callbacks, model, params, .call) {
  for (callback in callbacks) {
    for (name in c("set_model", "set_params")) {
      f <- get0(name, callback$self, mode = "function", inherits = FALSE)
      if (!is.null(f)) {
        call_callback(f, name, list(if (name == "set_model") model else params), .call)
      }
    }
  }
}

# The functions for single batches as a callback of the core; none where there are none.
by_batch <- function(callbacks, work, model, params, .call) {
  names <- batch_functions[[work]]
  used <- unlist(lapply(callbacks, function(callback) names(callback$functions)))
  functions <- lapply(intersect(names, used), function(name) {
    force(name)
    title <- sprintf("A callback's %s()", name)
    core_function(name = title, .call = .call, f = function(batch, logs) {
      logs <- as.list(logs)
      call_callbacks(callbacks, name, model, params, batch + 1L, logs, .call, run_function)
      NULL
    })
  })
  functions <- stats::setNames(functions, intersect(names, used))
  if (length(functions)) {
    list(call_core("batch_callback", functions = as_dict(functions), .call = .call))
  }
}

# An object of R6 takes what it has a field for.
tell <- function(self, name, value) {
  if (!environmentIsLocked(self) || exists(name, self, inherits = FALSE)) {
    assign(name, value, envir = self)
  }
}

# What the callbacks of a class remember, where a state of training is kept: `keep()` hands it to
# the session, and `recall()` gives it back when a training is resumed.
callback_memory <- function(callbacks, session) {
  method <- function(callback, name) get0(name, callback$self, mode = "function", inherits = FALSE)
  asked <- length(callbacks) && any(vapply(
    callbacks, function(callback) !is.null(method(callback, "get_state")), NA
  ))
  kept <- asked && isTRUE(fetch(session, "keeps_states"))
  list(
    keep = function(session, .call) {
      if (kept) {
        memory <- lapply(callbacks, function(callback) {
          f <- method(callback, "get_state")
          if (!is.null(f)) call_callback(f, "get_state", list(), .call)
        })
        call_method(session, "remember", memory = memory, .call = .call)
      }
    },
    recall = function(session, .call) {
      memory <- if (asked) fetch(session, "host_memory", .call)
      for (i in seq_len(min(length(callbacks), length(memory)))) {
        f <- method(callbacks[[i]], "set_state")
        if (!is.null(f) && !is.null(memory[[i]])) {
          call_callback(f, "set_state", list(memory[[i]]), .call)
        }
      }
    }
  )
}

# The fence says what failed.
run_function <- function(f, name, arguments, .call) {
  do.call(f, arguments[seq_len(min(length(arguments), n_arguments(f)))])
}

# An error in the user's function keeps its class and its own call, as parent.
call_callback <- function(f, name, arguments, .call) {
  tryCatch(
    run_function(f, name, arguments, .call),
    error = function(error) {
      abort_rdeep(
        "callback",
        sprintf("A callback failed in its `%s()`.", name),
        parent = error,
        call = .call
      )
    }
  )
}
