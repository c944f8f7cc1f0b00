# `deep_tabular()` and its arguments. What they lead to is in deep-tabular-fit.R.

# The arguments that every method takes after the data, in one place.
tabular_arguments <- formals(
  function(family = NULL,
           architecture = c("tabm", "mlp", "resnet", "ft_transformer"),
           hidden_units = NULL,
           dropout = NULL,
           epochs = NULL,
           patience = NULL,
           batch_size = NULL,
           learning_rate = NULL,
           weight_decay = NULL,
           validation = NULL,
           members = NULL,
           scaling = c("robust", "quantile", "standard"),
           class_weights = NULL,
           weights = NULL,
           offset = NULL,
           quantile_levels = c(0.05, 0.5, 0.95),
           na_action = c("fail", "omit", "impute"),
           backend = NULL,
           device = NULL,
           model = TRUE,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

# These are evaluated in the data.
masked_arguments <- c("weights", "offset")

with_tabular_arguments <- function(method) with_arguments(method, tabular_arguments)

#' Fit a neural network to tabular data
#'
#' Fits a neural network to the columns of a data frame, as `lm()` and `glm()` fit linear
#' models: numbers are scaled, factors get embeddings, training stops when held-out data
#' get no better, and the best weights are kept. Without hidden layers
#' (`hidden_units = 0`) it is linear, logistic or Poisson regression, with `lm()`'s and
#' `glm()`'s coefficients.
#'
#' Ctrl-C (or Escape) ends training after the step under way, and R's interrupt is raised, which
#' ends a loop as well. The model of the networks trained so far is then what
#' [rdeep_last_interrupted()] returns; the one under way counts once an epoch of it is trained.
#' [set.seed()] makes a fit repeatable. `saveRDS()` works.
#'
#' @section Families:
#' The outcome says what is fitted where `family` is left out: numbers are `"gaussian"`
#' (counts as well, unless you say `"poisson"` or `"negative_binomial"`), a factor of two
#' levels, `TRUE` and `FALSE`, and `cbind(successes, failures)` are `"binomial"`, factors of
#' more levels `"multinomial"`, and `survival::Surv(time, event)` is `"cox"`. Text becomes a
#' factor. Of an ordered factor the order is not used. `"quantile"` predicts the quantiles
#' `quantile_levels`, and `"discrete_time"` is a survival model without proportional hazards.
#'
#' @section Missing values:
#' `na_action = "fail"` refuses them, `"omit"` leaves such rows out, and `"impute"` puts the
#' column's median in their place beside a column that says where, and gives factors a level
#' of their own. In new data, `"fail"` and `"omit"` predict `NA` for such a row.
#'
#' @section Ensembles:
#' With several `members` the rows are cut into as many parts. Each network is trained on all
#' but one, and stops when it gets no better on that one. The prediction is their mean, each
#' row has a prediction of a network that has not seen it, and intervals come from those.
#'
#' @param x A data frame or a matrix of predictors, a recipe, or a formula.
#' @param y The outcome: a vector, a factor, a `Surv`, or a matrix of successes and failures.
#' @param formula The outcome and the predictors, such as `Species ~ .`; with `offset()`
#'   terms if you like.
#' @param data A data frame, or a split of rsample ([data_split()]), whose training part is fitted.
#'   A formula may go without, for variables of its environment.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param family What is predicted, see below: a name, or one of [stats::family()]'s with the
#'   usual link; `"survival"` says `"cox"`.
#' @param architecture The network: `"tabm"`, a multilayer perceptron of many members that
#'   share most of their weights; `"mlp"`, a single one; `"resnet"`, with skip connections;
#'   `"ft_transformer"`, attention between columns.
#' @param hidden_units The width of each hidden layer, such as `c(128, 64)`; 0 for none.
#' @param dropout The share of units that are left out in a training step.
#' @param epochs How many times, at most, training sees the data.
#' @param patience After how many epochs without progress training stops.
#' @param batch_size How many rows a step uses.
#' @param learning_rate,weight_decay The size of a step, and how far weights are drawn to
#'   zero.
#' @param validation The share of the rows that is held out to stop by: 0.15 by default, and
#'   none without hidden layers. With several `members` each holds out its own part.
#' @param members How many networks to train.
#' @param scaling How numbers are scaled: by median and quartiles, with far values drawn in;
#'   to normal by their quantiles; or by mean and standard deviation.
#' @param class_weights `"balanced"`, or a number for each class, by name.
#' @param weights,offset A weight for each row, and a term that is added to the linear
#'   predictor: expressions evaluated in `data`, as for `lm()`, or numbers. For shares of
#'   successes the weights are the trials.
#' @param quantile_levels Which quantiles the family `"quantile"` predicts.
#' @param na_action What to do about missing values, see below.
#' @param backend The engine, `"torch"` or `"tensorflow"`; by default what [use_backend()]
#'   says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @param model Whether to keep the data in the model, which plots and intervals use.
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line for each network;
#'   `"auto"` is 1 in a terminal and 2 elsewhere.
#'
#' @returns An object of class `deep_tabular`. [predict()][predict.deep_tabular()] works on
#'   it, and what else R has for models.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' model <- deep_tabular(Species ~ ., data = iris, epochs = 5, verbose = 0)
#' predict(model, head(iris))
#' predict(model, head(iris), type = "prob")
#'
#' line <- deep_tabular(mpg ~ wt + hp, mtcars, hidden_units = 0, verbose = 0)
#' coef(line)
#' @export
deep_tabular <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ .)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_tabular", ...elt(formula))
  }
  UseMethod("deep_tabular")
}

#' @rdname deep_tabular
#' @export
deep_tabular.formula <- with_tabular_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_lm, .call = call)
  matched <- as_called(match.call(), sys.call(-1))
  data <- training_part(data, call) %||% formula_variables(formula, call)
  fit_tabular(formula, data, data, settings_in(call), matched, call)
})

#' @rdname deep_tabular
#' @export
deep_tabular.recipe <- with_tabular_arguments(function(x, data = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_lm, .call = call)
  matched <- as_called(match.call(), sys.call(-1))
  if (is.null(data)) {
    abort_data("'data' is missing: a recipe needs data.", "data", .call = call)
  }
  data <- training_part(data, call)
  fit_tabular(x, data, data, settings_in(call), matched, call)
})

#' @rdname deep_tabular
#' @export
deep_tabular.data.frame <- with_tabular_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_lm, .call = call)
  matched <- as_called(match.call(), sys.call(-1))
  settings <- settings_in(call)
  # As in `data |> deep_tabular(outcome ~ .)`.
  if (inherits(y, c("formula", "recipe"))) {
    return(fit_tabular(y, x, x, settings, matched, call))
  }
  fit_tabular(x, checked_y(y, call), x, settings, matched, call)
})

#' @rdname deep_tabular
#' @export
deep_tabular.matrix <- with_tabular_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_lm, .call = call)
  matched <- as_called(match.call(), sys.call(-1))
  fit_tabular(x, checked_y(y, call), x, settings_in(call), matched, call)
})

#' @rdname deep_tabular
#' @export
deep_tabular.default <- function(x, ...) {
  if (!missing(x) && inherits(x, "rsplit")) {
    return(deep_tabular(training_part(x, current_env()), ...))
  }
  refuse_data(if (!missing(x)) x, missing(x), current_env())
}

refuse_data <- function(x, missing, .call) {
  abort_rdeep(
    "argument",
    if (missing) {
      "There is no data to fit to."
    } else {
      sprintf("A model cannot be fitted to %s.", describe(x))
    },
    argument = "x",
    hint = paste(
      "Give a formula and a data frame, a recipe and a data frame, or predictors `x`",
      "(a data frame or a matrix) and an outcome `y`."
    ),
    call = .call
  )
}

# What `lm()` calls otherwise.
of_lm <- c(
  subset = "Give the rows that you want: `data = data[rows, ]`.",
  na.action = "It is 'na_action' here: \"fail\", \"omit\" or \"impute\".",
  contrasts = "Set them on the factors, by `contrasts(data$f) <- `."
)

# `check_dots()` with hints for arguments that other models' functions have.
# `.known` are arguments that the dots are passed on to.
check_dots_of_models <- function(..., .elsewhere, .known = character(), .call) {
  given <- names(rlang::enquos(...))
  name <- intersect(given, names(.elsewhere))[1]
  if (length(name) == 0 || is.na(name)) {
    unknown <- setdiff(given, .known)
    return(if (length(unknown)) check_dots(..., .call = .call))
  }
  abort_rdeep(
    "argument",
    sprintf("There is no argument '%s'.", name),
    argument = name,
    hint = .elsewhere[[name]],
    call = .call
  )
}

# A method's call with the name that the user called: the generic's, one frame further out.
as_called <- function(matched, outer, name = "deep_tabular") {
  full <- is.call(outer) && identical(outer[[1]], call("::", quote(rdeep), as.name(name)))
  matched[[1]] <- if (full) outer[[1]] else as.name(name)
  matched
}

checked_y <- function(y, .call, name = "deep_tabular") {
  if (is.null(y)) {
    abort_data(
      "'y' is missing: the model needs an outcome.", "y",
      hint = sprintf("Give `y`, or a formula and the data: `%s(outcome ~ ., data)`.", name),
      .call = .call
    )
  }
  y
}

# The data of a formula that was given without: the variables where it was written.
formula_variables <- function(formula, .call) {
  tryCatch(
    stats::get_all_vars(formula),
    error = function(error) {
      abort_data(
        sprintf(
          "'data' is missing, and the formula's variables are not found without it: %s.",
          conditionMessage(error)
        ),
        "data",
        hint = "Name the columns in the formula, and their data frame as `data`.",
        .call = .call
      )
    }
  )
}

# Settings ------------------------------------------------------------------------

# The arguments as they were given to the method whose frame this is.
settings_in <- function(env, arguments = tabular_arguments) {
  plain <- setdiff(names(arguments), masked_arguments)
  settings <- mget(plain, envir = env)
  masked <- lapply(masked_arguments, function(name) {
    eval(call("enquo", as.name(name)), list(enquo = rlang::enquo), env)
  })
  c(settings, stats::setNames(masked, masked_arguments))
}

# The arguments in the form that fitting needs; what the core checks is left as it is.
checked_settings <- function(settings, .call) {
  defaults <- tabular_arguments
  for (name in c("architecture", "scaling", "na_action")) {
    settings[[name]] <- one_of(settings[[name]], eval(defaults[[name]]), name, .call)
  }
  settings["family"] <- list(as_family(settings$family, .call))
  settings["hidden_units"] <- list(as_hidden_units(settings$hidden_units, .call))
  settings$quantile_levels <- as_shares(settings$quantile_levels, "quantile_levels", .call)
  settings$verbose <- verbosity(settings$verbose, .call)
  check_model_flag(settings, .call)
  settings
}

check_model_flag <- function(settings, .call) {
  if (!is_single(settings$model) || !is.logical(settings$model)) {
    abort_rdeep(
      "argument",
      sprintf("'model' must be TRUE or FALSE, not %s.", describe(settings$model)),
      argument = "model",
      received = settings$model,
      hint = "It says whether the data is kept; 'architecture' chooses the network.",
      call = .call
    )
  }
}

one_of <- function(value, choices, argument, .call) {
  if (identical(value, choices)) {
    return(choices[1])
  }
  if (is_single(value) && value %in% choices) {
    return(value)
  }
  named <- is_single(value) && is.character(value)
  abort_rdeep(
    "argument",
    sprintf("'%s' cannot be %s.", argument, describe(value)),
    argument = argument,
    received = value,
    expected = choices,
    hint = if (named) {
      suggestion(value, choices)
    } else {
      paste0("Choose one of ", listing(choices), ".")
    },
    call = .call
  )
}

# No hidden layer is an empty list in the core, and `NULL` its own choice.
as_hidden_units <- function(units, .call) {
  if (is.null(units)) {
    return(NULL)
  }
  none <- length(units) == 0 || (is_single(units) && units == 0)
  if (none && (is.numeric(units) || is.list(units))) {
    return(list())
  }
  # A model that is fitted again brings them as they were made here.
  units <- unlist(units)
  if (!is_whole(units) || any(units < 1)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'hidden_units' must be positive whole numbers, one for each hidden layer, not %s.",
        describe_numbers(units)
      ),
      argument = "hidden_units",
      received = units,
      hint = "0 alone says that there is no hidden layer.",
      call = .call
    )
  }
  as.list(as.integer(units))
}

is_linear <- function(hidden_units) {
  !is.null(hidden_units) && length(hidden_units) == 0
}

# Numbers between 0 and 1, in order, each once.
as_shares <- function(x, argument, .call) {
  fine <- is.numeric(x) && length(x) > 0 && !anyNA(x) && all(x > 0 & x < 1)
  if (!fine) {
    abort_rdeep(
      "argument",
      sprintf(
        "'%s' must be numbers between 0 and 1, not %s.", argument, describe_numbers(x)
      ),
      argument = argument,
      received = x,
      call = .call
    )
  }
  sort(unique(as.double(x)))
}

describe_numbers <- function(x) {
  if (!is.numeric(x) || length(x) < 2 || length(x) > 10) {
    return(describe(x))
  }
  sprintf("c(%s)", paste(vapply(x, format, ""), collapse = ", "))
}
