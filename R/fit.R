#' Train a model
#'
#' Trains for a number of epochs. Ctrl-C (or Escape) ends training after the step
#' under way; the model and the history are then those of what was trained.
#'
#' Factors are coded as class numbers from 0 by their levels, which the model
#' remembers: new data is coded by label, and a label that the model has not seen
#' is an error. With the loss `categorical_crossentropy` a factor becomes one-hot.
#' Missing values are refused.
#'
#' @param object A model, compiled.
#' @param x The data, a sample in each row: an array, a matrix, a data frame of
#'   numbers and factors; for several inputs a list of these, by place or by name.
#' @param y The targets: an array, a vector, a factor; for several outputs a list.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param batch_size How many samples a step uses; 32 by default.
#' @param epochs The number of the last epoch; from the first, the number of epochs.
#' @param callbacks A callback or a list of them: see the `callback_*()` functions.
#' @param validation_split The share of the data, taken from its end before it is
#'   shuffled, to validate on.
#' @param validation_data `list(x, y)` or `list(x, y, sample_weight)` to validate on;
#'   goes before `validation_split`.
#' @param shuffle Whether to shuffle the samples in each epoch.
#' @param class_weight A named list or vector of weights by class: the levels of a
#'   factor, or numbers from 0.
#' @param sample_weight A weight for each sample.
#' @param initial_epoch The epoch to begin with, from 1.
#' @param steps_per_epoch How many steps make an epoch; by default all the data.
#' @param validation_batch_size How many samples at a time to validate on.
#' @param validation_freq Validate after every so many epochs.
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line an epoch;
#'   `"auto"` is 1 in a terminal and 2 elsewhere.
#' @param view_metrics Has no effect: [plot()][plot.rdeep_history()] shows the
#'   curves. It is there for scripts written for keras3.
#' @returns A history, invisibly: see [plot.rdeep_history()].
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(3, activation = "softmax")
#' model |> compile(loss = "sparse_categorical_crossentropy", metrics = "accuracy")
#' history <- model |>
#'   fit(iris[1:4], iris$Species, epochs = 2, verbose = 0)
#' history
#' @export
fit.rdeep_model <- function(object,
                            x = NULL,
                            y = NULL,
                            ...,
                            batch_size = NULL,
                            epochs = 1L,
                            callbacks = NULL,
                            validation_split = 0,
                            validation_data = NULL,
                            shuffle = TRUE,
                            class_weight = NULL,
                            sample_weight = NULL,
                            initial_epoch = 1L,
                            steps_per_epoch = NULL,
                            validation_batch_size = NULL,
                            validation_freq = 1L,
                            verbose = getOption("keras.fit_verbose", "auto"),
                            view_metrics = "auto") {
  check_dots(...)
  call <- current_env()
  level <- verbosity(verbose, call)
  callbacks <- split_callbacks(callbacks, call)
  data <- training_data(object, x, y, call)
  sync_seed(call)
  session <- call_method(
    object,
    "session",
    x = data$x$values,
    y = data$y$values,
    batch_size = as_count(batch_size),
    epochs = as_count(epochs),
    callbacks = callbacks$core,
    validation_split = as_number(validation_split),
    validation_data = held_out(object, validation_data, data, call),
    shuffle = as_flag(shuffle),
    class_weight = by_class(class_weight, data$y$learned, call),
    sample_weight = weights_data(object, sample_weight, call),
    initial_epoch = from_one(initial_epoch, "initial_epoch", call),
    steps_per_epoch = as_count(steps_per_epoch),
    validation_batch_size = as_count(validation_batch_size),
    validation_freq = as_count(validation_freq),
    listen = as.list(events_to_hear(callbacks$own, level))
  )
  env <- model_env(object)
  env$learned <- list(x = data$x$learned, y = data$y$learned)
  write_learned(object)
  run_session(session, object, callbacks$own, level, call)
  keep_bytes(object)
  invisible(new_history(call_method(session, "history_data")))
}

# Asks the session to advance until training is over. Progress and the user's R
# callbacks run here, between two calls of Python and never inside one.
run_session <- function(session, model, callbacks, level, .call) {
  progress <- new_progress(level)
  finished <- FALSE
  # However this ends, the model is given back.
  on.exit({
    end_progress(progress)
    if (!finished) call_method(session, "close")
  })
  tryCatch(
    repeat {
      event <- call_method(session, "advance", .call = .call)
      if (is.null(event)) {
        break
      }
      show_event(progress, event)
      run_callbacks(callbacks, event, model, .call)
      if (event$kind %in% c("train_end", "interrupted")) {
        finished <- TRUE
        if (event$kind == "interrupted") absorb_interrupt()
        break
      }
    },
    interrupt = function(condition) {
      absorb_interrupt()
      say("Interrupted: the model and the history are those of what was trained.")
    }
  )
}

# The data as the core takes it, and what the model is to remember of it.
training_data <- function(model, x, y, .call) {
  known <- model_env(model)$learned
  x <- as_model_data(x, "x", input_names(model), known$x, .call = .call)
  y <- as_model_data(y, "y", output_names(model), known$y, .call = .call)
  list(x = x, y = y_for_losses(model, x, y, .call))
}

# A cross-entropy on one-hot targets gets them from the codes of a factor.
y_for_losses <- function(model, x, y, .call) {
  levels <- lapply(y$learned, function(learned) learned$levels[[1]])
  if (!any(lengths(levels)) || !fetch(model, "is_compiled", .call)) {
    return(y)
  }
  if (!fetch(model, "is_built", .call)) {
    call_method(model, "build_for", x = x$values, .call = .call)
  }
  losses <- call_method(model, "losses", .call = .call)
  if (!is_plain_list(y$values)) {
    y$values <- codes_for_loss(y$values, levels[[1]], losses[[1]])
    return(y)
  }
  for (i in seq_along(y$values)) {
    y$values[[i]] <- codes_for_loss(y$values[[i]], levels[[i]], losses[[i]])
  }
  y
}

codes_for_loss <- function(values, levels, loss) {
  wants_one_hot <- any(grepl("[.]CategoricalCrossentropy$", class(loss)))
  if (length(levels) && wants_one_hot) one_hot(values, length(levels)) else values
}

held_out <- function(model, data, training, .call) {
  if (is.null(data)) {
    return(NULL)
  }
  if (!is_plain_list(data) || !length(data) %in% 2:3) {
    abort_rdeep(
      "argument",
      sprintf(
        "'validation_data' must be `list(x, y)` or `list(x, y, sample_weight)`, not %s.",
        if (is_plain_list(data)) paste("a list of", length(data)) else describe(data)
      ),
      argument = "validation_data",
      received = data,
      call = .call
    )
  }
  learned <- list(x = training$x$learned, y = training$y$learned)
  x <- as_model_data(data[[1]], "x", input_names(model), learned$x, .call = .call)
  y <- as_model_data(data[[2]], "y", output_names(model), learned$y, .call = .call)
  y <- y_for_losses(model, x, y, .call)
  weights <- if (length(data) == 3) list(weights_data(model, data[[3]], .call))
  c(list(x$values, y$values), weights)
}

weights_data <- function(model, weights, .call) {
  if (is.null(weights)) {
    return(NULL)
  }
  as_model_data(weights, "sample_weight", output_names(model), .call = .call)$values
}

input_names <- function(model) names_if_built(model, "input_names")

output_names <- function(model) names_if_built(model, "output_names")

names_if_built <- function(model, name) {
  if (fetch(model, "is_built")) fetch(model, name)
}

# Weights by class number; the names may be levels of the targets.
by_class <- function(weights, learned, .call) {
  if (is.null(weights)) {
    return(NULL)
  }
  classes <- names(weights)
  numbers <- all(vapply(weights, function(w) is_single(w) && is.numeric(w), NA))
  if (is.null(classes) || !numbers) {
    abort_rdeep(
      "argument",
      "'class_weight' must be numbers, each with the name of a class.",
      argument = "class_weight",
      received = weights,
      call = .call
    )
  }
  levels <- learned[[1]]$levels[[1]]
  is_number <- grepl("^[0-9]+$", classes)
  if (all(classes %in% levels)) {
    names(weights) <- match(classes, levels) - 1L
  } else if (!all(is_number)) {
    unknown <- setdiff(classes[!is_number], levels)
    abort_rdeep(
      "argument",
      sprintf("'class_weight' names %s, which is no class of 'y'.", listing(unknown, "and")),
      argument = "class_weight",
      received = classes,
      expected = levels,
      hint = if (length(levels)) {
        paste0("The classes are ", listing(levels, "and"), ".")
      } else {
        "Name the weights by class numbers from 0, or make 'y' a factor."
      },
      call = .call
    )
  }
  as.list(weights)
}

# Epochs count from 1 in R.
from_one <- function(x, argument, .call) {
  if (is_single(x) && is_whole(x) && x >= 1) {
    return(as.integer(x) - 1L)
  }
  abort_rdeep(
    "argument",
    sprintf("'%s' must be a positive whole number, not %s.", argument, describe(x)),
    argument = argument,
    received = x,
    call = .call
  )
}
