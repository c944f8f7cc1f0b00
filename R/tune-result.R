# What a search came to: a list of plain data, and the best model.

#' What a search for hyperparameters came to
#'
#' [tune()] and [deep_tune()] return all trials, the best settings and the best model.
#'
#' The importance of a hyperparameter is the share of the scores' variation that it explains: by
#' functional ANOVA of a random forest (Hutter et al., 2014) where scikit-learn is installed in
#' Python, by PED-ANOVA (Watanabe et al., 2023) otherwise. Of few trials it says little.
#'
#' @param x,object What `tune()` or `deep_tune()` returned.
#' @param digits How many digits to show.
#' @param type `"history"`: the score of each trial, and the best so far; `"importance"`;
#'   `"slices"`: the scores over each hyperparameter; `"parallel"`: each trial as a line through
#'   the values of its hyperparameters.
#' @param ... For `predict()` and `augment()` what the best model's method takes, such as new data;
#'   otherwise not used.
#' @returns `best_settings()`: a named list, empty where a model's own defaults were the best.
#'   `best_model()`: the model. `tidy()`: a tibble with a row for each trial: `trial`, a column for
#'   each hyperparameter, `score`, `repeated` (the score of its repetition, if there was one),
#'   `state` (`"finished"`, `"pruned"` or `"failed"`), `seconds`, `epochs`, `default` (whether it
#'   had the model's defaults) and `message`. The score of a trial that was ended early is what it
#'   had come to. `glance()`: a tibble of one row. `summary()`: a list with the `best` settings, the
#'   best `trials` and the `importance`. `plot()` and `autoplot()`: a ggplot. `predict()` and
#'   `augment()`: what the best model's give.
#' @references Hutter, F., Hoos, H. and Leyton-Brown, K. (2014). An efficient approach for assessing
#'   hyperparameter importance. *ICML*.
#'
#'   Watanabe, S., Bansal, A. and Hutter, F. (2023). PED-ANOVA: efficiently quantifying
#'   hyperparameter importance in arbitrary subspaces. *IJCAI*.
#' @family tuning
#' @examplesIf rdeep_tunes()
#' set.seed(1)
#' space <- search_space(x = hp_real(-3, 3), y = hp_choice("a", "b"))
#' f <- function(x, y) (x - 1)^2 + (y == "a")
#' found <- tune(f, space, trials = 20, verbose = 0)
#' best_settings(found)
#' tidy(found)
#' @name tuning_results
NULL

new_tuning <- function(search, space, objective, call, .call) {
  rows <- call_method(search, "rows", .call = .call)
  best <- call_method(search, "best", .call = .call)
  if (!is.null(best)) {
    best <- list(
      trial = as.integer(best$trial),
      settings = settings_from_core(best$settings, space),
      score = best$score,
      is_default = best$default,
      best_epoch = utils::tail(as.integer(unlist(best$best_epochs)), 1)
    )
  }
  structure(
    list(
      call = call,
      space = space,
      trials = trials_table(rows, space),
      best = best,
      direction = fetch(search, "direction"),
      metric = objective$metric %||% objective$title %||% "score",
      importance = unlist(call_method(search, "importance", .call = .call)),
      model = NULL
    ),
    class = c(objective$class, "rdeep_tuning")
  )
}

trials_table <- function(rows, space) {
  pick <- function(name, empty) {
    vapply(rows, function(row) {
      value <- row[[name]]
      if (is.null(value)) empty else methods::as(value, typeof(empty))
    }, empty)
  }
  columns <- lapply(names(space), function(name) {
    values <- lapply(rows, function(row) row$settings[[name]])
    column_of_settings(values, space[[name]])
  })
  names(columns) <- names(space)
  tibble::new_tibble(
    c(
      list(trial = pick("trial", NA_integer_)),
      columns,
      list(
        score = pick("score", NA_real_), repeated = pick("repeated", NA_real_),
        state = pick("state", NA_character_),
        seconds = pick("seconds", NA_real_), epochs = pick("epochs", NA_integer_),
        default = pick("default", NA), message = pick("message", NA_character_)
      )
    ),
    nrow = length(rows)
  )
}

# Values of a hyperparameter as a column: numbers, or what they are called.
column_of_settings <- function(values, parameter) {
  none <- vapply(values, is.null, NA)
  if (parameter$type %in% c("real", "whole")) {
    values[none] <- NA_real_
    numbers <- as.double(unlist(values))
    return(if (parameter$type == "whole") as.integer(numbers) else numbers)
  }
  labels <- vapply(values, function(value) {
    if (is.null(value)) return(NA_character_)
    if (parameter$type == "layers") label_of(as.integer(unlist(value))) else value
  }, "")
  single <- vapply(parameter$values, function(value) length(value) == 1 && is.numeric(value), NA)
  if (parameter$type == "choice" && all(single)) {
    return(unlist(parameter$values)[match(labels, parameter$labels)])
  }
  labels
}

shown_settings <- function(x, trial) {
  row <- x$trials[trial, names(x$space)]
  said <- vapply(names(row), function(name) {
    value <- row[[name]]
    if (is.na(value)) "" else paste(name, "=", if (is.numeric(value)) signif(value, 4) else value)
  }, "")
  said <- said[nzchar(said)]
  if (length(said)) paste(said, collapse = ", ") else "the model's defaults"
}

counted_states <- function(trials) {
  counts <- table(factor(trials$state, c("finished", "pruned", "failed", "running")))
  words <- c(finished = "finished", pruned = "ended early", failed = "failed", running = "running")
  counts <- counts[counts > 0]
  paste(counts, words[names(counts)], collapse = ", ")
}

#' @rdname tuning_results
#' @export
print.rdeep_tuning <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  n <- nrow(x$trials)
  cat(sprintf("A search of %d trial%s: %s\n", n, if (n == 1) "" else "s",
    counted_states(x$trials)
  ))
  if (is.null(x$best)) {
    cat("No trial has come to its end.\n")
    return(invisible(x))
  }
  score <- format(x$best$score, digits = digits)
  default <- default_score(x)
  cat(sprintf(
    "Best: trial %d, %s %s%s\n", x$best$trial, x$metric, score,
    if (!is.na(default)) sprintf(" (the defaults: %s)", format(default, digits = digits)) else ""
  ))
  settings <- x$best$settings
  if (length(settings) == 0) {
    cat("  the model's defaults\n")
  }
  for (name in names(settings)) {
    value <- settings[[name]]
    shown <- if (is.double(value)) format(value, digits = digits) else shown_value(x, name)
    cat(sprintf("  %s = %s\n", name, shown))
  }
  if (!is.null(x$model) && inherits(x, "deep_tune")) {
    cat("\nFitted again with these:\n")
    print(x$model)
  }
  invisible(x)
}

# Of the model's own defaults, where they were tried: the mean, where that was repeated.
default_score <- function(x) {
  tried <- x$trials[x$trials$default & x$trials$state == "finished", ]
  if (nrow(tried)) mean_scores(tried)[1] else NA_real_
}

shown_value <- function(x, name) {
  parameter <- x$space[[name]]
  value <- x$best$settings[[name]]
  if (parameter$type == "choice") value_label(parameter, value) else label_of(value)
}

#' @rdname tuning_results
#' @export
best_settings <- function(x) {
  check_tuning(x, current_env())
  x$best$settings
}

#' @rdname tuning_results
#' @export
best_model <- function(x) {
  check_tuning(x, current_env())
  model_of_search(x, current_env())
}

check_tuning <- function(x, .call) {
  if (!inherits(x, "rdeep_tuning")) {
    abort_rdeep(
      "argument", sprintf("'x' must be what `tune()` or `deep_tune()` returned, not %s.",
        describe(x)
      ),
      argument = "x", received = x, call = .call
    )
  }
}

model_of_search <- function(x, .call) {
  if (is.null(x$model)) {
    abort_rdeep(
      "state", "The search has scores alone, and no model.",
      hint = paste(
        "With `refit = TRUE` a network or a ready-made model is fitted with the best settings."
      ),
      call = .call
    )
  }
  x$model
}

#' @rdname tuning_results
#' @export
predict.rdeep_tuning <- function(object, ...) {
  stats::predict(model_of_search(object, current_env()), ...)
}

#' @rdname tuning_results
#' @export
augment.rdeep_tuning <- function(x, ...) augment(model_of_search(x, current_env()), ...)

#' @export
as_predictor.rdeep_tuning <- function(model, sample = NULL, argument = "model",
                                      .call = caller_env()) {
  as_predictor(model_of_search(model, .call), sample, argument, .call)
}

#' @rdname tuning_results
#' @export
tidy.rdeep_tuning <- function(x, ...) {
  check_dots(...)
  x$trials
}

#' @rdname tuning_results
#' @export
glance.rdeep_tuning <- function(x, ...) {
  check_dots(...)
  default <- default_score(x)
  count <- function(state) sum(x$trials$state == state)
  tibble::tibble(
    trials = nrow(x$trials),
    finished = count("finished"), pruned = count("pruned"), failed = count("failed"),
    best_trial = x$best$trial %||% NA_integer_,
    best_score = x$best$score %||% NA_real_,
    default_score = default,
    seconds = sum(x$trials$seconds, na.rm = TRUE)
  )
}

#' @rdname tuning_results
#' @export
summary.rdeep_tuning <- function(object, ...) {
  check_dots(...)
  done <- object$trials[object$trials$state == "finished", ]
  if (sum(!is.na(done$repeated)) > 1) {
    # As the best is chosen.
    done <- done[!is.na(done$repeated), ]
  }
  done <- done[order(mean_scores(done), decreasing = object$direction == "max"), ]
  structure(
    list(
      object = object, best = object$best, trials = utils::head(done, 5),
      importance = object$importance
    ),
    class = "summary.rdeep_tuning"
  )
}

# The mean of a trial's score and of its repetition's.
mean_scores <- function(trials) {
  ifelse(is.na(trials$repeated), trials$score, (trials$score + trials$repeated) / 2)
}

#' @rdname tuning_results
#' @export
print.summary.rdeep_tuning <- function(x, ...) {
  object <- x$object
  object$model <- NULL
  print(object)
  cat("\nThe best trials:\n")
  left_out <- c("state", "default", "message", if (all(is.na(x$trials$repeated))) "repeated")
  shown <- x$trials[setdiff(names(x$trials), left_out)]
  print(as.data.frame(shown), row.names = FALSE, digits = 4)
  if (length(x$importance)) {
    cat("\nImportance:\n")
    cat(sprintf("  %s  %.2f\n", format(axis_names(x$importance)), x$importance), sep = "")
  }
  invisible(x)
}

# The two numbers that a list of layers is drawn by.
axis_names <- function(importance) gsub("[.](layers|width)$", " (\\1)", names(importance))
