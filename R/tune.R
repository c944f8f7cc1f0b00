# `tune()`: networks, and anything else, as functions of hyperparameters.

#' Search for the best hyperparameters
#'
#' Tries settings of a function's arguments, on Optuna, and returns what it came to. The function
#' returns a compiled network, which is then trained on `x` and `y` and scored by rows that it has
#' not seen; or a number that scores the settings.
#'
#' `tune()` and `tune("id")` are what they are in tidymodels: a mark for an argument that
#' `tune_grid()` is to choose, as in `parsnip::mlp(epochs = tune())`.
#'
#' Each trial draws the same random numbers, so that all of them hold out the same rows and begin
#' alike; [set.seed()] makes the whole search repeatable. With several `workers` it is not, since
#' which trials are known when one begins is then a matter of time.
#'
#' @section What is drawn:
#' `"tpe"`, the tree-structured Parzen estimator (Bergstra et al., 2011), draws at random for ten
#' trials, and then where the better trials lie more densely than the others. `"random"` draws
#' evenly. `"grid"` tries all combinations, with `levels` values of each range.
#'
#' @section Trials that are ended early:
#' While a network trains, its score after each epoch is compared with those of other trials at
#' that epoch. `"hyperband"` (Li et al., 2018) ends it after a ninth or a third of the epochs that
#' the first trial had, unless it is among the better third there; which of these, and whether,
#' differs from trial to trial. `"median"` ends what is worse than half. What the function trains
#' itself is followed too. A model of several networks is ended between two of them.
#'
#' @section Searches that go on:
#' With `storage = "search.sqlite"` the same call goes on where an earlier one stopped: it was
#' interrupted, its process killed, or its `trials` fewer. Space, data, metric and the arguments of
#' training must be the same; the function is not compared. An interrupt (Ctrl-C) ends the search,
#' and [rdeep_last_interrupted()] returns what there is; the trial under way is tried again by
#' whoever goes on.
#'
#' @param object A function of hyperparameters, with their names as its arguments.
#' @param space What is searched: see [search_space()].
#' @param x,y Data as for [fit()][fit.rdeep_model()]; `x` may be a formula, for columns of `data`.
#' @param ... Other arguments of [fit()][fit.rdeep_model()], such as `batch_size` or `callbacks`.
#' @param data The data frame that a formula speaks of.
#' @param epochs How many epochs a network is trained for; the best of them counts.
#' @param validation_data What networks are scored by, as for [fit()][fit.rdeep_model()].
#' @param validation_split The share of the rows that is held out for that, drawn at random, where
#'   there is no `validation_data`.
#' @param metric The log that trials are scored by, such as `"val_accuracy"`; by default the
#'   loss on what is held out, `"val_loss"`.
#' @param direction Whether scores are to be small, `"min"`, or large, `"max"`. By default what the
#'   metric says; of a function that returns scores, `"min"`.
#' @param trials How many trials there are to be, those of an earlier call with that `storage`
#'   included.
#' @param time After how many seconds no trial is begun any more; by default there is no limit.
#' @param sampler How settings are drawn: see below.
#' @param levels Of a grid, how many values of each range.
#' @param pruner Which trials are ended early: see below.
#' @param start A named list of settings to begin with.
#' @param repeats How many of the best trials are repeated at the end, with other random numbers.
#'   The mean of both scores then says which is the best: the best of many scores is so by luck in
#'   part.
#' @param storage A file, of SQLite's, that the search is kept in.
#' @param name The name of the search there.
#' @param workers How many processes work on it. The function goes to them with what it uses; what
#'   it prints there is not seen.
#' @param refit Whether a network with the best settings is trained once more, on all rows, for as
#'   many epochs as were best. It is then `model` of what is returned.
#' @param verbose 0 for silence, 1 for a line that is drawn over, 2 for a line a trial; `"auto"` is
#'   1 in a terminal and 2 elsewhere.
#'
#' @returns An object of class `rdeep_tuning`: see [tuning_results]. Of `tune()` and `tune("id")`
#'   a call.
#' @references Akiba, T., Sano, S., Yanase, T., Ohta, T. and Koyama, M. (2019). Optuna: a
#'   next-generation hyperparameter optimization framework. *KDD*.
#'
#'   Bergstra, J., Bardenet, R., Bengio, Y. and Kegl, B. (2011). Algorithms for hyper-parameter
#'   optimization. *NeurIPS*.
#'
#'   Li, L., Jamieson, K., DeSalvo, G., Rostamizadeh, A. and Talwalkar, A. (2018). Hyperband: a
#'   novel bandit-based approach to hyperparameter optimization. *JMLR* 18.
#' @family tuning
#' @examplesIf rdeep_tunes()
#' # Any function of numbers
#' set.seed(1)
#' tune(function(x) (x - 1)^2, search_space(x = hp_real(-3, 3)), trials = 10, verbose = 0)
#'
#' # A network
#' network <- function(units, rate) {
#'   keras_model_sequential(input_shape = 4) |>
#'     layer_dense(units, activation = "relu") |>
#'     layer_dense(3, activation = "softmax") |>
#'     compile(optimizer_adam(rate), "sparse_categorical_crossentropy")
#' }
#' space <- search_space(units = hp_whole(2, 32), rate = hp_real(1e-3, 1e-1, log = TRUE))
#' found <- tune(network, space, iris[1:4], iris$Species, epochs = 5, trials = 4, verbose = 0)
#' found
#' tidy(found)
#' @export
tune <- function(object,
                 space,
                 x = NULL,
                 y = NULL,
                 ...,
                 data = NULL,
                 epochs = 30L,
                 validation_data = NULL,
                 validation_split = 0.2,
                 metric = NULL,
                 direction = NULL,
                 trials = 30L,
                 time = NULL,
                 sampler = c("tpe", "random", "grid"),
                 levels = 3L,
                 pruner = c("hyperband", "median", "none"),
                 start = NULL,
                 repeats = 0L,
                 storage = NULL,
                 name = "search",
                 workers = 1L,
                 refit = TRUE,
                 verbose = getOption("keras.fit_verbose", "auto")) {
  if (is_placeholder(match.call(expand.dots = FALSE))) {
    return(hardhat::tune(...))
  }
  call <- current_env()
  if (missing(object) || !is.function(object)) {
    if (!missing(object) && is.character(object) && missing(space)) {
      return(hardhat::tune(object))
    }
    refuse_untunable(if (!missing(object)) object, call)
  }
  if (missing(space)) {
    abort_rdeep(
      "argument", "'space' is missing: what is to be tried?", argument = "space",
      hint = "Such as `search_space(units = hp_whole(8, 64))`.", call = call
    )
  }
  fit <- known_dots(
    ..., .known = setdiff(names(formals(fit.rdeep_model)), c("object", names(formals(tune)))),
    .call = call
  )
  space <- as_search_space(space, call)
  check_function_of(object, space, call)
  objective <- network_objective(
    object, x, y, data, c(list(epochs = epochs), fit), validation_data, validation_split, metric,
    call
  )
  run_tuning(
    objective, space,
    list(
      trials = as_count(trials), timeout = as_number(time),
      sampler = one_of(sampler, c("tpe", "random", "grid"), "sampler", call),
      levels = as_count(levels),
      pruner = one_of(pruner, c("hyperband", "median", "none"), "pruner", call),
      direction = direction, metric = metric, start = start, repeats = as_count(repeats),
      storage = storage, name = name, workers = as_count(workers),
      about = list(
        "the data" = rlang::hash(list(x, y, data, validation_data, validation_split)),
        "the metric" = metric,
        "the training" = rlang::hash(list(epochs, fit[setdiff(names(fit), "callbacks")]))
      )
    ),
    refit = refit && !is.null(x), verbose = verbose, call = match.call(), .call = call
  )
}

# `tune()` and `tune(id = "a")`, which mark an argument.
is_placeholder <- function(matched) {
  given <- as.list(matched)[-1]
  length(given) == 0 || (identical(names(given), "...") && identical(names(given$...), "id"))
}

refuse_untunable <- function(object, .call) {
  fitted <- inherits(object, c("rdeep_model", "rdeep_fit"))
  abort_rdeep(
    "argument",
    sprintf("'object' must be a function of hyperparameters, not %s.", describe(object)),
    argument = "object", received = object,
    hint = if (fitted) {
      paste(
        "Write a function that makes such a model;",
        "`deep_tune()` searches the settings of a `deep_*()`."
      )
    } else {
      "Such as `function(units, rate) keras_model_sequential(...) |> ... |> compile(...)`."
    },
    call = .call
  )
}

# Names of the space that the function has not got, and arguments that nobody gives it.
check_function_of <- function(f, space, .call) {
  arguments <- formals(args(f))
  known <- names(arguments)
  if ("..." %in% known) {
    return(invisible())
  }
  unknown <- setdiff(names(space), known)
  if (length(unknown)) {
    abort_rdeep(
      "argument", sprintf("The function has no argument '%s'.", unknown[1]),
      argument = "space", received = unknown[1], hint = suggestion(unknown[1], known),
      call = .call
    )
  }
  open <- known[vapply(arguments, function(x) is.symbol(x) && !nzchar(as.character(x)), NA)]
  missing <- setdiff(open, names(space))
  if (length(missing)) {
    abort_rdeep(
      "argument",
      sprintf("The function needs '%s', which the space has not got.", missing[1]),
      argument = "space", received = missing[1],
      hint = "Add it to the space, or give the argument a default.", call = .call
    )
  }
  shared <- intersect(open, names(space))
  conditional <- Filter(function(name) length(space[[name]]$when) > 0, shared)
  if (length(conditional)) {
    abort_rdeep(
      "argument",
      sprintf(
        "The function needs '%s', which is asked for only with some values of others.",
        conditional[1]
      ),
      argument = "space", received = conditional[1],
      hint = "Give the argument a default.", call = .call
    )
  }
}

# An objective is a list of functions and data, which other processes can be sent:
# `evaluate(settings, follow, report)` does what a trial asks for, and returns its score, or `NULL`
# for that of the trainings that it had followed; `refit(best)` returns the best model.
network_objective <- function(f, x, y, data, fit, validation_data, validation_split, metric,
                              .call) {
  parts <- held_out_parts(x, y, data, validation_data, validation_split, .call)
  # Nothing is left that another process could not evaluate.
  list(f, x, y, data, fit, metric)
  rm(.call, validation_data, validation_split)
  train <- function(model, x, y, fit, ...) {
    # What is written here is for whoever reads what failed.
    do.call(rdeep::fit, c(list(model, x, y), fit, list(..., verbose = 0)), quote = TRUE)
  }
  list(
    metric = metric,
    title = if (!is.null(x)) "val_loss",
    # Rows that are held out are drawn by the seed of trials.
    evaluate = function(settings, follow, report) {
      follow(needed = FALSE)
      made <- do.call(f, settings, quote = TRUE)
      if (!inherits(made, "rdeep_model")) {
        return(as_trial_score(made))
      }
      if (is.null(x)) {
        abort_rdeep(
          "argument", "The function returns a network: 'x' is needed, the data to train it on.",
          argument = "x", call = NULL
        )
      }
      follow(needed = TRUE)
      part <- parts()
      train(made, part$x, part$y, fit, validation_data = part$validation_data)
      NULL
    },
    refit = function(best) {
      made <- do.call(f, best$settings, quote = TRUE)
      if (!inherits(made, "rdeep_model")) {
        return(NULL)
      }
      fit$epochs <- best$best_epoch
      fit$callbacks <- NULL
      train(made, x, if (is_described(x)) data %||% y else y, fit)
      made
    }
  )
}

as_trial_score <- function(value) {
  if (is.numeric(value) && length(value) == 1) {
    return(as.double(value))
  }
  abort_rdeep(
    "argument",
    sprintf(
      "The function must return a compiled network, or a number that scores the settings, not %s.",
      describe(value)
    ),
    argument = "object", received = value, call = NULL
  )
}

# A function that cuts the data into what is trained on and what is held out.
held_out_parts <- function(x, y, data, validation_data, share, .call) {
  list(x, y, data, validation_data, share)
  where <- .call
  rm(.call)
  if (!is.null(validation_data) || is.null(x)) {
    given <- if (is_described(x)) data %||% y else y
    rm(where)
    return(function() list(x = x, y = given, validation_data = validation_data))
  }
  if (is_batched(x)) {
    abort_rdeep(
      "argument", "Of data that comes in batches no rows can be held out.",
      argument = "validation_data", hint = "Give `validation_data`.", call = where
    )
  }
  share <- as_number(share)
  if (!is_single(share) || !is.numeric(share) || share <= 0 || share >= 1) {
    abort_rdeep(
      "argument",
      sprintf("'validation_split' must be a share between 0 and 1, not %s.", describe(share)),
      argument = "validation_split", received = share, call = where
    )
  }
  if (is_described(x)) {
    frame <- data_of_formula(y, data, where)
    rm(where)
    return(function() {
      held <- drawn_rows(NROW(frame), share)
      list(
        x = x, y = frame[-held, , drop = FALSE], validation_data = frame[held, , drop = FALSE]
      )
    })
  }
  rm(where)
  function() {
    held <- drawn_rows(sample_rows(x), share)
    list(
      x = rows_of(x, -held), y = rows_of(y, -held),
      validation_data = list(rows_of(x, held), rows_of(y, held))
    )
  }
}

drawn_rows <- function(n, share) sample.int(n, max(1L, min(n - 1L, round(n * share))))

# Some rows of a vector, a factor, a table, an array or a list of these.
rows_of <- function(x, rows) {
  if (is_plain_list(x)) {
    return(lapply(x, rows_of, rows))
  }
  rank <- length(dim(x))
  if (rank == 0) {
    return(x[rows])
  }
  if (is.data.frame(x)) {
    return(x[rows, , drop = FALSE])
  }
  index <- c(list(x, rows), rep(list(TRUE), rank - 1), list(drop = FALSE))
  do.call(`[`, index)
}
