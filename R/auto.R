# `deep_auto()` and its arguments. What they lead to is in auto-fit.R.

auto_arguments <- formals(
  function(time = 300,
           family = NULL,
           candidates = 50,
           architectures = NULL,
           class_weights = NULL,
           weights = NULL,
           offset = NULL,
           na_action = c("fail", "omit", "impute"),
           backend = NULL,
           device = NULL,
           model = TRUE,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_auto_arguments <- function(method) with_arguments(method, auto_arguments)

#' Choose and combine models of a table within a budget of time
#'
#' Tries what [deep_tabular()] can be: a linear model, its default, other architectures and
#' settings that are known to work, and then settings near the best ones; and combines those that
#' together predict held-out rows best. It says what it tried, how good the result is on rows that
#' had no part in it, and whether that is more than chance beside the default.
#'
#' @section How it searches:
#' All candidates are trained with the same rows held out, in five parts of up to 6,000 rows, else
#' one part of 15 %: so that each row has predictions by networks that have not seen it. Candidates
#' are compared and combined by the loss of these: squared error, log loss, or for counts Poisson's
#' deviance. The weights are those of greedy selection (Caruana et al. 2004): in each of 25 rounds
#' the candidate with which the mean is best. A portfolio comes first, in the order of what is
#' known to help; then, as long as there is time, changes at random of one of the three best.
#'
#' @section Time:
#' `time` is that of fitting, by the clock on the wall. What a candidate will take is told from
#' those before it; training is stopped when the time is over, and what was trained until then
#' counts. When the default of [deep_tabular()] could not be trained to its end, a warning says so.
#' Ctrl-C returns what there is, as for [deep_tabular()]. The clock decides how many candidates
#' there are, so that a search is repeatable ([set.seed()]) only with more time than
#' `candidates` need.
#'
#' @section How sure it is:
#' What is printed as expected of new rows is the loss of rows by weights that were chosen on other
#' rows: halves choose for each other, five times over. Beside the default it is the
#' difference, row by row, with its standard error; below two of these it is no more than chance.
#' Two things are not accounted for: training was stopped by the same held-out rows, as
#' [deep_tabular()] does it, and settings near the best were tried because those were the best. Both
#' make held-out losses look a little too good; rows that were kept aside tell.
#'
#' @section Families:
#' As for [deep_tabular()], but for numbers: where all are whole, from 0 and with zeros among them,
#' linear models of the families `"gaussian"`, `"poisson"` and `"negative_binomial"` are compared by
#' the probability that they give held-out counts, and the best one is the family. Survival times
#' and quantiles are not searched for.
#'
#' @inheritParams deep_tabular
#' @param time The seconds that fitting may take.
#' @param family What is predicted, see below: `"gaussian"`, `"binomial"`, `"multinomial"`,
#'   `"poisson"` or `"negative_binomial"`.
#' @param candidates How many settings to try at most.
#' @param architectures Which of `"linear"`, `"tabm"`, `"mlp"`, `"resnet"` and
#'   `"ft_transformer"` to try; by default all.
#' @param verbose 0 for silence, else a line for each candidate.
#'
#' @returns An object of class `deep_auto`, which is a `deep_tabular` too:
#'   [predict()][predict.deep_tabular()] has the same types, and [calibrate()], [conformal()],
#'   [augment()][augment.deep_tabular()], [importance()] and
#'   [partial_dependence()] work. Intervals come from held-out rows; those under dropout are
#'   refused. [tidy()][summary.deep_auto()] gives the leaderboard.
#' @references
#' Caruana R, Niculescu-Mizil A, Crew G, Ksikes A (2004). Ensemble selection from libraries of
#' models. *ICML*.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' set.seed(1)
#' model <- deep_auto(dist ~ speed, cars, time = 10, candidates = 1, verbose = 0)
#' model
#' predict(model, data.frame(speed = c(10, 20)), type = "interval", level = 0.8)
#' @export
deep_auto <- function(x, ...) {
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_auto", ...elt(formula))
  }
  UseMethod("deep_auto")
}

#' @rdname deep_auto
#' @export
deep_auto.formula <- with_auto_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_searches(), .call = call)
  matched <- as_called(match.call(), sys.call(-1), "deep_auto")
  data <- data %||% formula_variables(formula, call)
  fit_auto(formula, data, data, settings_in(call, auto_arguments), matched, call)
})

#' @rdname deep_auto
#' @export
deep_auto.recipe <- with_auto_arguments(function(x, data = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_searches(), .call = call)
  matched <- as_called(match.call(), sys.call(-1), "deep_auto")
  if (is.null(data)) {
    abort_data("'data' is missing: a recipe needs data.", "data", .call = call)
  }
  fit_auto(x, data, data, settings_in(call, auto_arguments), matched, call)
})

#' @rdname deep_auto
#' @export
deep_auto.data.frame <- with_auto_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_searches(), .call = call)
  matched <- as_called(match.call(), sys.call(-1), "deep_auto")
  settings <- settings_in(call, auto_arguments)
  if (inherits(y, c("formula", "recipe"))) {
    return(fit_auto(y, x, x, settings, matched, call))
  }
  fit_auto(x, checked_y(y, call, "deep_auto"), x, settings, matched, call)
})

#' @rdname deep_auto
#' @export
deep_auto.matrix <- with_auto_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_searches(), .call = call)
  matched <- as_called(match.call(), sys.call(-1), "deep_auto")
  settings <- settings_in(call, auto_arguments)
  fit_auto(x, checked_y(y, call, "deep_auto"), x, settings, matched, call)
})

#' @rdname deep_auto
#' @export
deep_auto.default <- function(x, ...) {
  refuse_data(if (!missing(x)) x, missing(x), current_env())
}

# What `lm()` or other searches call otherwise, and what this one chooses by itself.
of_searches <- function() c(of_lm, of_auto)

of_auto <- c(
  architecture = "A search tries several: they are 'architectures' here.",
  hidden_units = "A search chooses it; `deep_tabular()` takes it.",
  epochs = "A search chooses it; `deep_tabular()` takes it.",
  learning_rate = "A search chooses it; `deep_tabular()` takes it.",
  members = "A search has five networks of each candidate; `deep_tabular()` takes it.",
  quantile_levels = "Quantiles are not searched for; `deep_tabular()` fits them.",
  time_limit = "It is 'time' here, in seconds.",
  max_runtime_secs = "It is 'time' here, in seconds.",
  max_models = "It is 'candidates' here."
)
