#' Train (fit) a model
#'
#' Trains for a number of epochs.
#'
#' Factors are coded as class numbers from 0 by their levels, which the model
#' remembers: new data is coded by label, and a label that the model has not seen
#' is an error. With the loss `categorical_crossentropy` a factor becomes one-hot.
#' Missing values are refused.
#'
#' Columns that have names go by them, in data frames and in matrices: new data may have
#' them in another order, and other names are an error. What has no names goes by place.
#' What R keeps as numbers, such as a time series or a table, is numbers; differences of
#' times count in the unit that the model has learned.
#'
#' @param object A model; compiled, unless it is fitted by a formula or a recipe.
#' @section Formulas and recipes:
#' `x` may be a formula or a recipe, with `data` beside it (or in the place of `y`). The
#' model remembers what it learned of the columns: their types and levels, contrasts, bases
#' of polynomials and splines. `evaluate()`, `predict()` and `validation_data` then take
#' data frames, which are checked and coded by what was learned. A missing column is an
#' error; a level that was not there is a warning, and gives `NA` in its row.
#'
#' Factors and text become columns by their contrasts, as in [lm()]. Numbers stay as they
#' are: a recipe can scale them, or a normalization layer.
#'
#' A model that is not compiled with a loss gets what goes with the outcome: Adam, and
#'
#' | outcome | loss | last layer | metric |
#' | --- | --- | --- | --- |
#' | a factor | sparse categorical cross-entropy | a softmax unit for each level | accuracy |
#' | TRUE and FALSE | binary cross-entropy | one sigmoid unit | accuracy |
#' | numbers | mean squared error | one linear unit | |
#' | `cbind(a, b)` | mean squared error | two linear units | |
#'
#' The last layer is added to a sequential model, with a message, if the model's own can
#' not be the output. The levels of an ordered factor are classes without order. Counts are
#' numbers, unless `compile()` has a loss for them, such as
#' `"poisson_likelihood"`, which takes the logarithm of the mean. A formula's
#' `offset()` and survival times are for `deep_tabular()`.
#'
#' Fitted once more by the same formula, a model keeps the coding that it learned first.
#'
#' `saveRDS()` keeps formulas and recipes with the model. [save_model()]'s files, which hold
#' no code, keep a formula of plain arithmetic, `log()`, `exp()`, `sqrt()`, `factor()` and
#' the like; with others and with recipes, the loaded model takes the columns they made.
#'
#' @section Interrupts:
#' Ctrl-C (Escape, RStudio's stop button) ends training after the step under way. Weights,
#' optimizer and history are then those of what was trained, `on_train_end` of callbacks has
#' run, and the model can be used, saved and trained on. After that R's interrupt is raised as
#' it always is: a loop around `fit()` ends too, and `tryCatch(interrupt = )` gets it. The history
#' so far is `model$history`, and what [rdeep_last_interrupted()] returns. An epoch that was not
#' finished is not in it. An interrupt in a callback or a generator function that is written in R
#' ends that function, and then training likewise. `evaluate()` and `predict()` end between two
#' batches.
#'
#' While packages of Python are imported and networks are compiled, an interrupt waits. A second
#' one within two seconds of the first ends what Python does wherever it is, perhaps in the middle
#' of a step.
#'
#' @section Data larger than memory:
#' `x` may give batches instead of being an array: a function without arguments that
#' returns the next batch as `list(x, y)` or `list(x, y, sample_weight)`, and `NULL` at
#' the end of an epoch; a dataset of files, as [table_dataset_from_files()] and
#' [image_dataset_from_directory()] make them; or an iterable of Python. Training reads a
#' few megabytes ahead. With `steps_per_epoch` an epoch goes on where the last one ended,
#' and a function may return batches for ever.
#'
#' @section NaN and infinite values:
#' A step of training whose loss or gradient is `NaN` or infinite, or that would make weights,
#' moving means or the optimizer's state so, is not taken: weights, state and history are those of
#' before. By default training ends there; `on_nan = "skip"` leaves such steps out and goes on, and
#' `"ignore"` takes them. A warning of class `rdeep_warning_nan` says which step it was, which
#' layer gave the first such value, how large inputs and gradients were, and what may help. It has
#' fields with the same: `step`, `epoch`, `batch`, `rows` (the rows of the batch in the data),
#' `bad_rows` (those that show it), `cause`, `layer`, `gradient_norm`, `largest_input` and
#' `learning_rate`. What the scaling of losses in `"mixed_float16"` leaves out by itself does not
#' count. The epoch under way is not in the history.
#'
#' @param x The data, a sample in each row: an array, a matrix (also a sparse one of the
#'   package Matrix, which is not made dense as a whole), a data frame of numbers and
#'   factors; for several inputs a list of these, by place or by name. Or what gives
#'   batches, see below.
#' @param y The targets: an array, a vector, a factor; for several outputs a list.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param batch_size How many samples a step uses; 32 by default. `"auto"` is the largest
#'   power of two from 32 to 1024 of which an epoch has at least 50 steps; and of that only
#'   as much as lets a step take an eighth of the memory there is, by an estimate from the
#'   network's shapes. Nothing is timed, so that it is always the same on a machine. Should a
#'   step not fit after all, training goes on from it in batches of half the size, and says
#'   so (not where `callback_backup_and_restore()` keeps the training's state).
#' @param epochs The number of the last epoch; from the first, the number of epochs.
#' @param callbacks A callback or a list of them: see the `callback_*()` functions.
#' @param validation_split The share of the data, taken from its end before it is
#'   shuffled, to validate on.
#' @param validation_data `list(x, y)` or `list(x, y, sample_weight)` to validate on, or
#'   what gives batches; goes before `validation_split`. A function is called
#'   `validation_steps` times, or until it returns `NULL`, once, before training; one that
#'   never returns `NULL` needs `validation_steps`.
#' @param shuffle Whether to shuffle the samples in each epoch.
#' @param class_weight A named list or vector of weights by class: the levels of a
#'   factor, or numbers from 0. For several outputs a list of such by output. Targets with
#'   a class for each time step, or each place of a picture, are weighed place by place. A
#'   class that is not named counts once; data to validate on is not weighed.
#' @param sample_weight A weight for each sample, or an array with one for each time step,
#'   place or number of the targets; with a formula or a recipe it may be an expression of
#'   columns of `data`.
#' @param initial_epoch The epoch to begin with, from 1.
#' @param steps_per_epoch How many steps make an epoch; by default all the data.
#' @param validation_steps How many batches to validate on; by default all.
#' @param validation_batch_size How many samples at a time to validate on.
#' @param validation_freq Validate after every so many epochs.
#' @param on_nan What to do about a step that comes to no number: `"stop"` training before it,
#'   `"skip"` it, or `"ignore"` that. See the section on NaN.
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line an epoch;
#'   `"auto"` is 1 in a terminal and 2 elsewhere. A bar is drawn where a line can be drawn
#'   over, not in a file or a document, and once an epoch has taken two seconds:
#'   `options(cli.progress_show_after = )` changes that.
#' @param view_metrics Has no effect: [plot()][plot.rdeep_history()] shows the
#'   curves. It is there for scripts written for keras3.
#' @param data The data frame that a formula or a recipe speaks of.
#' @param na_action With a formula or a recipe, what to do about missing values: `"fail"`
#'   refuses them, `"omit"` leaves their rows out, `"impute"` fills predictors in by the
#'   median or the most frequent level, with a column for each that says where.
#' @param resume The folder of a [callback_backup_and_restore()], or a file in it: training
#'   goes on from the state there, see below.
#' @section Training that goes on:
#' With `resume`, or with [callback_backup_and_restore()] once more among the callbacks, a training
#' that was stopped goes on at the step of the state that was kept last, and comes to the same
#' numbers, bit by bit, as if it had never stopped; the history is that of all epochs. Model, data
#' and callbacks must be those of that training, which is checked; no seed need be set. Callbacks of
#' your own keep what they have to remember by `get_state` and `set_state`, see [Callback()]. A
#' generator function is called for the batches that were seen, and these are passed over; random
#' numbers that it draws itself are not kept.
#'
#' A model that was trained, saved and loaded, or not, draws on from the seed of its last
#' training. With `initial_epoch` where that ended, what comes out is what one training of all the
#' epochs would have given. [set_random_seed()] after it, or [set.seed()] before a training that
#' begins with the first epoch, has it draw anew.
#'
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
#'
#' # A formula says the same, and more
#' network <- keras_model_sequential() |> layer_dense(8, activation = "relu")
#' network |> fit(Species ~ ., data = iris, epochs = 2, verbose = 0)
#' network |> predict(head(iris))
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
                            validation_steps = NULL,
                            validation_batch_size = NULL,
                            validation_freq = 1L,
                            on_nan = c("stop", "skip", "ignore"),
                            verbose = getOption("keras.fit_verbose", "auto"),
                            view_metrics = "auto",
                            data = NULL,
                            na_action = "fail",
                            resume = NULL) {
  call <- current_env()
  check_fit_dots(..., .call = call)
  level <- verbosity(verbose, call)
  callbacks <- split_callbacks(callbacks, call)
  weights <- evaluate_weights(rlang::enquo(sample_weight), x, data %||% y, call)
  given <- fit_input(object, x, y, data, na_action, weights, validation_data, call)
  refuse_batch_size(given$x, batch_size, call)
  refuse_endless(given$x, steps_per_epoch, "x", "steps_per_epoch", call)
  env <- model_env(object)
  if (!is.null(env$design) && is.null(given$design)) {
    # What a formula made of its columns says nothing of data of another kind.
    env$learned["x"] <- list(NULL)
  }
  keep_parts(object, call)
  data <- training_source(object, given$x, given$y, given$sample_weight, call)
  classes <- class_names(data$y$learned)
  warn_of_empty_levels(data$y, classes)
  initial_epoch <- from_one(initial_epoch, "initial_epoch", call)
  sync_training_seed(env, initial_epoch, call)
  arguments <- list(
    x = data$x$values,
    y = data$y$values,
    batch_size = as_count(batch_size),
    epochs = as_count(epochs),
    callbacks = c(callbacks$core, by_batch(callbacks$own, "test", object, list(), call)),
    validation_split = as_number(validation_split),
    validation_data = held_out(object, given$validation_data, data, validation_steps, call),
    shuffle = as_flag(shuffle),
    class_weight = by_class(class_weight, data$y$learned, call),
    sample_weight = weights_data(object, given$sample_weight, call),
    initial_epoch = initial_epoch,
    steps_per_epoch = as_count(steps_per_epoch),
    validation_steps = as_count(validation_steps),
    validation_batch_size = as_count(validation_batch_size),
    validation_freq = as_count(validation_freq),
    on_nan = if (length(on_nan) > 1) on_nan[[1]] else on_nan,
    resume = if (!is.null(resume)) needed_path(resume, call, "resume"),
    class_names = if (length(classes)) classes,
    listen = as.list(events_to_return_at(callbacks$own, level))
  )
  # From here on the model changes: an interrupt waits until it and its history are whole.
  interrupted <- FALSE
  history <- NULL
  uninterrupted({
    session <- invoke(unwrap(object), "session", arguments, call)
    env$learned <- list(x = data$x$learned, y = data$y$learned)
    env$design <- given$design
    env$lost <- NULL
    env$nobs <- trained_samples(given$x, validation_split, given$validation_data)
    write_learned(object)
    # Should training fail, what was kept is of weights that are no more.
    interrupted <- run_session(session, object, callbacks$own, level, data$generator, call)
    history <- new_history(call_method(session, "history_data"))
    interrupted <- take_interrupt() || interrupted
  })
  if (interrupted) {
    raise_interrupt(history)
  }
  invisible(history)
}

# Asks the session to advance until training is over. Progress and the user's R
# callbacks run here, between two calls of Python and never inside one. `show` is what
# shows an event. Returns whether the user has interrupted; the caller holds interrupts, and
# raises one when all is in order.
run_session <- function(session,
                        model,
                        callbacks,
                        level,
                        generator,
                        .call,
                        progress = new_progress(level),
                        show = show_event) {
  finished <- FALSE
  memory <- callback_memory(callbacks, session)
  repeats <- new_repeats(model)
  # Its clock starts now.
  force(progress)
  # However this ends, the model is given back.
  on.exit({
    hide_bar(progress)
    if (!finished) call_method(session, "close")
  })
  announcing(progress, repeat {
    poll_interrupts()
    event <- call_method(session, "advance", .call = .call)
    if (is.null(event)) {
      break
    }
    if (!event$kind %in% c("data", "train_step", "test_step")) {
      show(progress, event)
    }
    if (event$kind == "train_begin") memory$recall(session, .call)
    completed <- act_on(event, callbacks, generator, model, session, progress, repeats, .call)
    if (!completed && event$kind != "interrupted") {
      event <- call_method(session, "interrupt", .call = .call)
      show(progress, event)
      act_on(event, callbacks, generator, model, session, progress, repeats, .call)
    }
    if (event$kind %in% c("train_end", "interrupted")) {
      finished <- TRUE
      break
    }
    memory$keep(session, .call)
  })
  identical(event$kind, "interrupted")
}

# Runs what R has to do at an event: the user's generator function, or callbacks. Returns
# whether that came to its end, and was not interrupted.
act_on <- function(event, callbacks, generator, model, session, progress, repeats, .call) {
  steps <- c("train_step", "test_step")
  if (!event$kind %in% c("data", steps) && !length(callbacks)) {
    return(TRUE)
  }
  act <- function() {
    if (event$kind == "data") {
      repeats$distrust()
      push_batches(generator, .call)
    } else if (event$kind %in% steps) {
      run_steps(session, model, event$kind, .call, repeats)
    } else {
      repeats$distrust()
      run_callbacks(callbacks, event, model, session, .call)
    }
  }
  tryCatch(
    {
      interruptible(beside_bar(progress, act()))
      TRUE
    },
    interrupt = function(condition) FALSE
  )
}

# How many samples are trained on; `NULL` where they come in batches, which nobody counts.
trained_samples <- function(x, validation_split, validation_data) {
  if (is_batched(x)) {
    return(NULL)
  }
  if (is_plain_list(x)) x <- x[[1]]
  n <- if (inherits(x, "python.builtin.object")) rows_of_python(x) else dim(x)[1]
  if (is.null(n)) n <- length(x)
  held <- if (is.null(validation_data)) as_number(validation_split) else 0
  as.integer(n * (1 - held))
}

# Tensors of engines need have no length.
rows_of_python <- function(x) {
  rows <- reticulate::py_eval("lambda x: x.shape[0] if hasattr(x, 'shape') else len(x)")(x)
  as.integer(rows)
}

# The data as the core takes it, or what gives it in batches.
training_source <- function(model, x, y, weights, .call) {
  if (!is_batched(x)) {
    return(training_data(model, x, y, .call))
  }
  refuse_beside_batches(y = y, sample_weight = weights, .call = .call)
  known <- model_env(model)$learned
  if (!is.function(x)) {
    return(list(
      x = list(values = x, learned = known$x %||% columns_of_files(x, .call)),
      y = list(values = NULL, learned = known$y)
    ))
  }
  converter <- batch_converter(model, known, .call)
  generator <- new_generator(x, converter$convert, .call)
  push_batches(generator, .call)
  list(
    x = list(values = generator$stream, learned = converter$learned$x),
    y = list(values = NULL, learned = converter$learned$y),
    generator = generator
  )
}

# A dataset of TensorFlow's has batches already, which no argument can make larger.
refuse_batch_size <- function(x, batch_size, .call) {
  if (!is.null(batch_size) && inherits(x, "tensorflow.python.types.data.DatasetV2")) {
    abort_rdeep(
      "argument",
      "'batch_size' cannot be given beside a dataset: it gives batches of its own.",
      argument = "batch_size",
      received = batch_size,
      hint = "`dataset$batch()` says how large they are.",
      call = .call
    )
  }
}

# What the first batch shows of columns and levels holds for all that follow.
batch_converter <- function(model, known, .call) {
  learned <- new.env(parent = emptyenv())
  learned$x <- known$x
  learned$y <- known$y
  convert <- function(batch) {
    data <- training_data(
      model, batch[[1]], if (length(batch) > 1) batch[[2]], .call,
      known = list(x = learned$x, y = learned$y)
    )
    learned$x <- learned$x %||% data$x$learned
    learned$y <- learned$y %||% data$y$learned
    weights <- if (length(batch) > 2) list(weights_data(model, batch[[3]], .call))
    c(list(data$x$values), if (length(batch) > 1) list(data$y$values), weights)
  }
  list(convert = convert, learned = learned)
}

# What gives batches to look at: all that a function returns is fetched at once, since
# Python cannot call it.
scored_source <- function(model, data, steps, .call, argument = "x", needed = "steps") {
  if (!is.function(data)) {
    return(data)
  }
  converter <- batch_converter(model, model_env(model)$learned, .call)
  generator <- new_generator(data, converter$convert, .call)
  collect_batches(generator, steps, .call, argument, needed)
}

# For each output the names of its classes.
class_names <- function(learned) {
  names <- lapply(unname(learned), function(part) as.list(part$levels[[1]]))
  if (any(lengths(names))) names
}

# As other packages say it too: a class without a row is one that nothing is learned of.
warn_of_empty_levels <- function(y, classes) {
  if (length(classes) != 1 || !is.numeric(y$values)) {
    return(invisible())
  }
  levels <- unlist(classes)
  codes <- if (NCOL(y$values) == length(levels)) max.col(y$values) else y$values + 1L
  empty <- setdiff(levels, levels[unique(as.vector(codes))])
  if (length(empty)) {
    several <- length(empty) > 1
    warn(
      c(
        sprintf(
          "No row of 'y' has the %s %s: nothing is learned of %s.",
          if (several) "levels" else "level", few_names(empty), if (several) "them" else "it"
        ),
        i = "`droplevels()` takes levels away that no row has."
      ),
      class = "rdeep_warning", call = NULL
    )
  }
}

# With a formula or a recipe, weights may be a column of the data, as for `lm()`.
evaluate_weights <- function(weights, x, data, .call) {
  if (!is_described(x) || !is.data.frame(data) || rlang::quo_is_null(weights)) {
    return(rlang::eval_tidy(weights))
  }
  evaluated_rows(weights, "sample_weight", data, .call)
}

# The data as the core takes it, and what the model is to remember of it.
training_data <- function(model, x, y, .call, known = model_env(model)$learned) {
  x <- as_model_data(x, "x", input_names(model), known$x, text_inputs(model), .call = .call)
  y <- as_model_data(y, "y", output_names(model), known$y, .call = .call)
  list(x = x, y = y_for_losses(model, x, y, .call))
}

# A cross-entropy on one-hot targets gets them from the codes of a factor.
y_for_losses <- function(model, x, y, .call) {
  levels <- lapply(y$learned, function(learned) learned$levels[[1]])
  if (!any(lengths(levels)) || !fetch(model, "is_compiled", .call) || has_phases(model)) {
    return(y)
  }
  if (!fetch(model, "is_built", .call)) {
    call_method(model, "build_for", x = x$values, .call = .call)
  }
  losses <- call_method(model, "output_losses", .call = .call)
  if (!is_plain_list(y$values)) {
    y$values <- codes_for_loss(y$values, levels[[1]], losses[[1]], .call)
    return(y)
  }
  for (i in seq_along(y$values)) {
    y$values[[i]] <- codes_for_loss(y$values[[i]], levels[[i]], losses[[i]], .call)
  }
  y
}

codes_for_loss <- function(values, levels, loss, .call) {
  # Two levels are 0 and 1, which a loss for numbers may be asked for.
  if (length(levels) > 2 && loss_name(loss) %in% c(losses_of_numbers, other_losses_of_numbers)) {
    what <- sprintf("the %d levels of the factor 'y'", length(levels))
    refuse_classes_as_numbers(what, loss, .call)
  }
  wants_one_hot <- any(grepl("[.]CategoricalCrossentropy$", class(loss)))
  if (length(levels) && wants_one_hot) one_hot(values, length(levels)) else values
}

held_out <- function(model, data, training, steps, .call) {
  if (is.null(data)) {
    return(NULL)
  }
  if (is_batched(data)) {
    return(scored_source(model, data, steps, .call, "validation_data", "validation_steps"))
  }
  phased <- has_phases(model)
  if (phased && is_plain_list(data) && length(data) == 1) data <- list(data[[1]], NULL)
  if (phased && !is_plain_list(data)) data <- list(data, NULL)
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
  x <- as_model_data(
    data[[1]], "validation_data[[1]]", input_names(model), learned$x, text_inputs(model),
    .call = .call
  )
  y <- as_model_data(
    data[[2]], "validation_data[[2]]", output_names(model), learned$y,
    .call = .call
  )
  y <- y_for_losses(model, x, y, .call)
  weights <- if (length(data) == 3) list(weights_data(model, data[[3]], .call))
  c(list(x$values, y$values), weights)
}

weights_data <- function(model, weights, .call) {
  if (is.null(weights)) {
    return(NULL)
  }
  refuse_categories(weights, "sample_weight", .call)
  as_model_data(weights, "sample_weight", output_names(model), .call = .call)$values
}

input_names <- function(model) names_if_built(model, "input_names")

text_inputs <- function(model) if (!has_phases(model)) unlist(fetch(model, "text_inputs"))

output_names <- function(model) names_if_built(model, "output_names")

names_if_built <- function(model, name) {
  if (!has_phases(model) && fetch(model, "is_built")) fetch(model, name)
}

# Losses of phases say what data they take, and not the model's inputs and outputs.
has_phases <- function(model) isTRUE(fetch(model, "has_phases"))

# Weights by class number; the names may be levels of the targets. For several outputs a
# list of such by output.
by_class <- function(weights, learned, .call) {
  if (is.null(weights)) {
    return(NULL)
  }
  if (!is_plain_list(weights)) {
    classes <- names(weights)
    weights <- as.vector(without_class(weights, "class_weight", .call = .call))
    names(weights) <- classes
  }
  if (is_plain_list(weights)) {
    # Of a table: `list("0" = 1 / counts["0"])` names each class twice.
    twice <- vapply(seq_along(weights), function(i) {
      w <- weights[[i]]
      is.numeric(w) && length(w) == 1 && identical(names(w), names(weights)[i])
    }, NA)
    weights[twice] <- lapply(weights[twice], as.vector)
  }
  nested <- is_plain_list(weights) && !is.null(names(weights)) &&
    all(vapply(weights, function(w) !is.null(names(w)), NA))
  if (nested) {
    outputs <- names(weights)
    weights <- lapply(outputs, function(output) {
      by_class(weights[[output]], learned[output], .call)
    })
    return(stats::setNames(weights, outputs))
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
  is_number <- grepl("^-?[0-9]+$", classes)
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
