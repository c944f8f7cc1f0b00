# `deep_tune()`: searches the settings of any `deep_*()`.

#' Search for the best settings of a ready-made model
#'
#' Tries settings of a `deep_*()` function, [deep_tabular()] if nothing else is said, on
#' Optuna, and fits the best ones again to all data. What is returned predicts as that model does.
#'
#' The first trial has the model's own defaults, so that the search ends with something better on
#' what was held out, or with these. Trials are scored by the loss on what the model itself
#' holds out (for several `members` or networks their mean), or with `folds` by cross-validation:
#' the log loss of classes, the root of the mean squared error of numbers. All trials hold out the
#' same rows. See [tune()] for how settings are drawn, which trials are ended early, and how a
#' search goes on.
#'
#' The three best of ten trials or more are repeated with other held-out rows, and the mean of both
#' scores decides: the best of many scores is so by luck in part. A little too good it is still. How
#' good the model is on new data, only data says that had no part in the search.
#'
#' @inheritParams tune
#' @param x,... What the model's function takes: a formula and data, or predictors and an outcome,
#'   and any other of its arguments, which are then the same in all trials.
#' @param model The function, such as [deep_image()], or its name without `deep_`.
#' @param space What is searched, see [search_space()]: by default [ready_space()] of the model.
#' @param folds How many parts the rows are cut into for cross-validation; by default none, and
#'   the model's own held-out loss counts.
#' @param metric The log that trials are scored by; by default the loss on what is held out.
#' @param repeats How many of the best trials are repeated at the end, with other held-out rows.
#' @param refit Whether the best model is fitted again, to all data.
#' @returns An object of class `deep_tune`: see [tuning_results]. `predict()`, [best_model()] and
#'   [best_settings()] work on it.
#' @family tuning
#' @examplesIf rdeep_tunes()
#' set.seed(1)
#' space <- search_space(
#'   hidden_units = hp_layers(8, 64, layers = c(1, 2)),
#'   learning_rate = hp_real(1e-3, 2e-2, log = TRUE)
#' )
#' found <- deep_tune(
#'   mpg ~ wt + hp, mtcars, space = space, trials = 3, members = 2, epochs = 10, verbose = 0
#' )
#' found
#' predict(found, head(mtcars))
#' @export
deep_tune <- function(x,
                      ...,
                      model = "tabular",
                      space = NULL,
                      trials = 30L,
                      time = NULL,
                      folds = NULL,
                      metric = NULL,
                      direction = NULL,
                      sampler = c("tpe", "random", "grid"),
                      levels = 3L,
                      pruner = c("hyperband", "median", "none"),
                      repeats = if (trials < 10) 0L else 3L,
                      storage = NULL,
                      name = "search",
                      workers = 1L,
                      refit = TRUE,
                      verbose = getOption("keras.fit_verbose", "auto")) {
  call <- current_env()
  matched <- match.call()
  first <- if (missing(x)) list() else list(x)
  fun <- deep_function(model, call)
  given <- captured_arguments(rlang::enquos(...), fun, caller_env(), call)
  given$values <- c(first, given$values)
  space <- if (is.null(space)) {
    ready_space_of(fun$kind, fun$arguments, call)
  } else {
    with_own_names(as_search_space(space, call), fun$arguments)
  }
  said <- rlang::names2(given$values)
  space <- space_without(space, said, is.null(matched$space), fun, call)
  objective <- if (is.null(folds)) {
    held_out_objective(fun, given, metric)
  } else {
    folds_objective(fun, given, folds, call)
  }
  objective$class <- "deep_tune"
  objective$refit <- function(best) {
    settings <- if (best$is_default) list() else best$settings
    found <- call_deep(fun, given, settings)
    with_call_of_user(found, fun, matched, settings)
  }
  run_tuning(
    objective, space,
    list(
      trials = as_count(trials), timeout = as_number(time),
      sampler = one_of(sampler, c("tpe", "random", "grid"), "sampler", call),
      levels = as_count(levels),
      pruner = one_of(pruner, c("hyperband", "median", "none"), "pruner", call),
      direction = direction, metric = metric, repeats = as_count(repeats),
      start = default_of(fun, given, space, call), has_defaults = TRUE,
      storage = storage, name = name, workers = as_count(workers),
      about = list(
        "the model" = fun$kind,
        "the data and arguments" = rlang::hash(hashable(given)),
        "the metric" = metric, "the number of folds" = as_count(folds)
      )
    ),
    refit = refit, verbose = verbose, call = matched, .call = call
  )
}

# A function of a ready-made model, what it is called, and the arguments that it has.
deep_function <- function(model, .call) {
  known <- deep_functions()
  if (is_single(model) && is.character(model)) {
    kind <- sub("^deep_", "", model)
    if (!kind %in% known) {
      abort_rdeep(
        "argument", sprintf("There is no ready-made model '%s'.", model),
        argument = "model", received = model, hint = suggestion(kind, known), call = .call
      )
    }
  } else {
    kind <- if (is.function(model)) {
      Filter(function(kind) identical(model, deep_of(kind)), known)
    }
    if (length(kind) != 1) {
      abort_rdeep(
        "argument",
        sprintf("'model' must be a function of a ready-made model, or its name, not %s.",
          describe(model)
        ),
        argument = "model", received = model,
        hint = "Such as `deep_tabular` or \"image\"; `tune()` searches other functions.",
        call = .call
      )
    }
  }
  list(kind = kind, name = paste0("deep_", kind), arguments = arguments_of(kind))
}

# The functions `deep_*()` that fit a model: generic ones whose models predict.
deep_functions <- function() {
  names <- grep("^deep_", getNamespaceExports("rdeep"), value = TRUE)
  predicts <- vapply(names, function(name) {
    !is.null(utils::getS3method("predict", name, TRUE, asNamespace("rdeep")))
  }, NA)
  kinds <- sort(sub("^deep_", "", names[predicts]))
  kinds[vapply(kinds, function(kind) length(methods_of(kind)) > 0, NA)]
}

deep_of <- function(kind) getExportedValue("rdeep", paste0("deep_", kind))

methods_of <- function(kind) {
  methods <- lapply(c("default", "formula", "data.frame"), function(class) {
    utils::getS3method(paste0("deep_", kind), class, TRUE, asNamespace("rdeep"))
  })
  Filter(Negate(is.null), methods)
}

arguments_of <- function(kind) {
  found <- c(list(deep_of(kind)), methods_of(kind))
  setdiff(unique(unlist(lapply(found, function(f) names(formals(f))))), "...")
}

# What is said for all trials is not searched: by default it is left out of the ready space.
space_without <- function(space, said, is_ready, fun, .call) {
  both <- intersect(names(space), said)
  if (length(both) && !is_ready) {
    abort_rdeep(
      "argument",
      sprintf("'%s' is given, and searched as well.", both[1]),
      argument = both[1], hint = "Take it out of the space, or leave the argument out.",
      call = .call
    )
  }
  unknown <- setdiff(names(space), fun$arguments)
  if (length(unknown)) {
    abort_rdeep(
      "argument", sprintf("`%s()` has no argument '%s'.", fun$name, unknown[1]),
      argument = "space", received = unknown[1],
      hint = suggestion(unknown[1], setdiff(fun$arguments, c("x", "y", "formula", "data"))),
      call = .call
    )
  }
  left <- unclass(space)[setdiff(names(space), both)]
  if (length(left) == 0) {
    abort_rdeep(
      "argument", "Nothing is left to be searched.", argument = "space",
      hint = "Give a `space`.", call = .call
    )
  }
  structure(left, class = "rdeep_search_space")
}

# Arguments ------------------------------------------------------------------------

# The arguments that a model's function is given: evaluated, but for those that are expressions of
# the data, with what these need besides.
captured_arguments <- function(quosures, fun, env, .call) {
  names <- rlang::names2(quosures)
  unknown <- setdiff(names[nzchar(names)], fun$arguments)
  if (length(unknown)) {
    abort_rdeep(
      "argument", sprintf("Neither `deep_tune()` nor `%s()` has an argument '%s'.",
        fun$name, unknown[1]
      ),
      argument = unknown[1],
      hint = suggestion(unknown[1], c(fun$arguments, names(formals(deep_tune)))), call = .call
    )
  }
  masked <- names %in% masked_arguments & fun$kind == "tabular"
  expressions <- lapply(quosures[masked], rlang::quo_get_expr)
  list(
    values = lapply(quosures[!masked], rlang::eval_tidy),
    expressions = expressions,
    variables = variables_of(expressions, env)
  )
}

# The variables around that expressions name.
variables_of <- function(expressions, env) {
  names <- unique(unlist(lapply(expressions, all.names)))
  found <- list()
  for (name in names) {
    where <- env
    while (!identical(where, emptyenv()) && !isNamespace(where) && !is_attached(where)) {
      if (exists(name, where, inherits = FALSE)) {
        found[[name]] <- get(name, where, inherits = FALSE)
        break
      }
      where <- parent.env(where)
    }
  }
  found
}

is_attached <- function(env) {
  !identical(env, globalenv()) && (identical(env, baseenv()) || !is.null(attr(env, "path")))
}

hashable <- function(given) {
  lapply(given, function(part) {
    lapply(part, function(x) if (inherits(x, "formula")) deparse1(x) else x)
  })
}

# Calls a model's function with settings. Data stands in the call by name: it would be part of every
# message otherwise.
call_deep <- function(fun, given, settings, values = given$values) {
  env <- list2env(given$variables, parent = globalenv())
  places <- sprintf(".argument%d", seq_along(values))
  for (i in seq_along(values)) env[[places[i]]] <- values[[i]]
  arguments <- stats::setNames(lapply(places, as.name), rlang::names2(values))
  quiet <- if ("verbose" %in% fun$arguments) list(verbose = 0)
  call <- as.call(c(
    call("::", quote(rdeep), as.name(fun$name)), arguments, given$expressions, settings, quiet
  ))
  eval(call, env)
}

# The model's call as a user would write it, with the settings that were found.
with_call_of_user <- function(object, fun, matched, settings) {
  own <- setdiff(names(formals(deep_tune)), c("x", "..."))
  arguments <- as.list(matched)[-1]
  arguments <- arguments[!rlang::names2(arguments) %in% own]
  names(arguments)[rlang::names2(arguments) == "x"] <- ""
  call <- as.call(c(as.name(fun$name), arguments, settings))
  object$call <- call
  if (inherits(object, "rdeep_ready")) {
    annotate_ready(ready_pointer(object), call, object$facts)
    keep_ready(object$env)
  }
  object
}

# The defaults as far as they are known, in the space's values; an empty list where they are not.
default_of <- function(fun, given, space, .call) {
  data <- Filter(function(x) is.data.frame(x) || is.matrix(x), given$values)
  rows <- if (length(data)) nrow(data[[1]])
  known <- call_core(
    "default_settings",
    kind = fun$kind, rows = rows,
    given = as_dict(said_for_core(given$values)), .call = .call
  )
  known <- known[intersect(names(space), names(known))]
  holds <- length(known) == length(space) && all(vapply(names(known), function(name) {
    in_range(space[[name]], known[[name]])
  }, NA))
  if (holds) lapply(known, function(x) if (is.list(x)) unlist(x) else x) else list()
}

# Settings of the core's that are given for all trials.
said_for_core <- function(values) {
  names <- c(
    "architecture", "hidden_units", "dropout", "epochs", "patience", "batch_size",
    "learning_rate", "weight_decay", "validation", "members", "scaling"
  )
  said <- values[rlang::names2(values) %in% names]
  lapply(said, function(x) if (length(x) > 1) as.list(x) else x)
}

in_range <- function(parameter, value) {
  if (parameter$type == "choice") {
    return(value_label(parameter, value) %in% parameter$labels)
  }
  value <- unlist(value)
  numbers <- is.numeric(value) && !anyNA(value) && length(value) > 0
  if (!numbers || any(value < parameter$low) || any(value > parameter$high)) {
    return(FALSE)
  }
  switch(parameter$type,
    layers = length(value) >= parameter$fewest && length(value) <= parameter$most &&
      length(unique(value)) == 1 && all(value == round(value)),
    whole = length(value) == 1 && (value - parameter$low) %% parameter$step == 0,
    length(value) == 1
  )
}

# Scores -----------------------------------------------------------------------------

# By the model's own held-out loss.
held_out_objective <- function(fun, given, metric) {
  list(given, metric)
  # Networks of equal rank, and not stages of one training.
  members <- "members" %in% fun$arguments
  trained <- "epochs" %in% fun$arguments
  evaluate <- function(settings, follow, report) {
    follow(members = members)
    object <- call_deep(fun, given, settings)
    if (trained) NULL else own_score(object, metric)
  }
  list(metric = metric, title = "held-out loss", evaluate = evaluate)
}

# What a model that is solved at once says of held-out samples: its loss, or the metric asked for.
own_score <- function(object, metric = NULL) {
  asked <- sub("^val_", "", metric %||% "loss")
  if (asked != "loss" && !asked %in% names(object$scores)) {
    abort_rdeep(
      "argument",
      sprintf(
        "There is no score '%s' to score trials by; there are %s.",
        asked, listing(names(object$scores), "and")
      ),
      argument = "metric", received = metric, call = NULL
    )
  }
  score <- if (asked == "loss") {
    object$scores$log_loss %||% object$scores$rmse
  } else {
    object$scores[[asked]]
  }
  if (is.null(score) || is.na(score)) {
    abort_rdeep(
      "state", "The model has no score on what it held out.",
      hint = "Score trials by cross-validation: `folds = 5`.", call = NULL
    )
  }
  score
}

# By cross-validation, a model for each fold.
folds_objective <- function(fun, given, folds, .call) {
  cut <- folded(fun, given, folds, .call)
  rm(.call)
  evaluate <- function(settings, follow, report) {
    losses <- numeric()
    fold <- cut$draw()
    for (i in seq_len(folds)) {
      object <- call_deep(fun, given, settings, cut$part(fold != i))
      losses[i] <- loss_on(object, cut$x(fold == i), cut$y(fold == i))
      report(mean(losses), i)
    }
    mean(losses)
  }
  list(metric = NULL, title = "loss by cross-validation", evaluate = evaluate)
}

# How rows are cut: `part(rows)` are the arguments with some of them, `x` and `y` what predictions
# are made from and compared with.
folded <- function(fun, given, folds, .call) {
  values <- given$values
  first <- values[[1]]
  is_frame <- vapply(values, is.data.frame, NA)
  refuse <- function(why, hint = NULL) {
    abort_rdeep("argument", why, argument = "folds", received = folds, hint = hint, call = .call)
  }
  if (fun$kind %in% c("series", "detect", "segment", "speech")) {
    refuse(
      sprintf("`%s()` cannot be scored by folds of rows.", fun$name),
      "Leave `folds` out: the model's own held-out loss counts then."
    )
  }
  if (length(given$expressions)) {
    refuse("With folds there can be no 'weights' and 'offset'.", "Leave `folds` out.")
  }
  described <- inherits(first, "formula") && any(is_frame)
  frame <- if (described) values[[which(is_frame)[1]]]
  y <- if (described) {
    eval(first[[2]], frame, environment(first))
  } else if (length(values) > 1) {
    values[[2]]
  }
  if (is.null(y) || !(is.atomic(y) || is.factor(y)) || !is.null(dim(y))) {
    refuse(
      "Folds need a formula and a data frame, or predictors and an outcome that is a vector.",
      "Leave `folds` out: the model's own held-out loss counts then."
    )
  }
  n <- length(y)
  if (!is_whole(folds) || length(folds) != 1 || folds < 2 || folds > n) {
    refuse(sprintf("'folds' must be a number from 2 to that of the rows, %d, not %s.", n,
      describe(folds)
    ))
  }
  # Nothing is left that another process could not evaluate.
  rm(.call, refuse)
  list(
    draw = function() sample(rep_len(seq_len(folds), n)),
    part = function(rows) {
      if (described) {
        values[[which(is_frame)[1]]] <- frame[rows, , drop = FALSE]
      } else {
        values[[1]] <- rows_of(first, rows)
        values[[2]] <- y[rows]
      }
      values
    },
    x = function(rows) if (described) frame[rows, , drop = FALSE] else rows_of(first, rows),
    y = function(rows) y[rows]
  )
}

loss_on <- function(object, x, y) {
  predictor <- as_predictor(object, x)
  found <- predictor$predict(x)
  if (predictor$type == "number") {
    return(sqrt(mean((as.double(y) - found)^2)))
  }
  place <- match(as.character(y), predictor$levels)
  if (anyNA(place)) {
    return(NA_real_)
  }
  -mean(log(pmax(found[cbind(seq_along(place), place)], 1e-15)))
}
