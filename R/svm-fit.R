# `deep_svm()` and its arguments, and from a data frame to a fitted machine.

# The arguments that every method takes after the data, in one place.
svm_arguments <- formals(
  function(kernel = c("rbf", "linear", "polynomial"),
           cost = 1,
           gamma = NULL,
           loss = c("hinge", "squared_hinge"),
           epsilon = 0.1,
           degree = 3,
           coef0 = 0,
           scale = TRUE,
           features = 1024,
           map = c("nystroem", "fourier"),
           class_weights = NULL,
           weights = NULL,
           folds = 3,
           na_action = c("fail", "omit", "impute"),
           backend = NULL,
           device = NULL) {
    NULL
  }
)

with_svm_arguments <- function(method) {
  formals(method) <- c(formals(method), svm_arguments)
  method
}

#' Fit a support vector machine
#'
#' Classes are told apart by the widest margin, numbers are predicted within a tube: the convex
#' problem of LIBSVM and of `e1071::svm()`, solved to its optimum, as a network that predicts on
#' either engine.
#'
#' With the rows \eqn{x_i}, their classes \eqn{y_i = \pm 1} and a decision function
#' \eqn{f(x) = w'\phi(x) + b}{f(x) = w'phi(x) + b}, what is minimized is
#' \deqn{\tfrac12 \|w\|^2 + C \sum_i \max(0, 1 - y_i f(x_i)),}{
#' 1/2 |w|^2 + C sum(max(0, 1 - y f(x))),}
#' or the sum of the squares of these losses (`loss = "squared_hinge"`); for numbers the loss is
#' \eqn{\max(0, |y_i - f(x_i)| - \epsilon)}{max(0, |y - f(x)| - epsilon)}. The bias costs nothing.
#' An interior point method (Fine and Scheinberg 2001) solves it and knows a bound of the optimum; a
#' warning says so if the objective may be more than 0.01 % above it. Of more than two classes each
#' pair has a function (one against one, as in `e1071::svm()`), and the class with most votes wins.
#'
#' A kernel becomes features of the network, whose products are the kernel. `map = "nystroem"`
#' compares a row with `features` rows of the data (Williams and Seeger 2001): up to as many rows
#' the machine is exactly that of the kernel. `map = "fourier"` takes random waves instead (Rahimi
#' and Recht 2007), of orthogonal frequencies (Yu et al. 2016), which do not depend on the data but
#' need more features to be as near. Time grows with the rows and the square of the features, or
#' with the cube of the rows where they are fewer.
#'
#' [set.seed()] makes a fit repeatable, `saveRDS()` works, and Ctrl-C ends it.
#'
#' @section Columns:
#' Numbers get mean 0 and variance 1 (`scale`), factors a column of 0 and 1 for each level, which is
#' not scaled. A column of one value is left out, with a warning. A row with a level that the model
#' was not fitted to is predicted as `NA`, with a warning.
#'
#' @section Missing values:
#' `na_action = "fail"` refuses them, `"omit"` leaves such rows out, and `"impute"` puts the
#' column's median in their place beside a column that says where; a factor's missing level is none
#' of its levels. In new data, `"fail"` and `"omit"` predict `NA` for such a row.
#'
#' @section Probabilities and scores:
#' The rows are cut into `folds` parts, and each is predicted by a machine of the others. From these
#' decision values come the scores (`accuracy` and `log_loss`, or `rmse` and `r_squared`) and
#' Platt's scaling, which makes probabilities of decision values; those of pairs of classes are
#' brought together as Wu, Lin and Weng (2004) do. `folds = 0` has neither, and takes a fraction of
#' the time.
#'
#' @param x A data frame or a matrix of predictors, a recipe, or a formula.
#' @param y The outcome: a factor, text or logical values for classes, or numbers.
#' @param formula The outcome and the predictors, such as `Species ~ .`.
#' @param data A data frame. A formula may go without, for variables of its environment.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param kernel How alike two rows are: `"rbf"` (or `"radial"`) is `exp(-gamma * |u - v|^2)`,
#'   `"linear"` is `u'v`, `"polynomial"` is `(gamma * u'v + coef0)^degree`.
#' @param cost What losses are multiplied by, above 0: C.
#' @param gamma,degree,coef0 Numbers of the kernels. `gamma` is 1 by the number of columns by
#'   default; `"median"` takes 1 by the median squared distance of rows.
#' @param loss `"hinge"`, or `"squared_hinge"`.
#' @param epsilon How far a number may be off without loss, in standard deviations of the outcome
#'   (with `scale = FALSE` in its own unit).
#' @param scale Whether columns of numbers, and an outcome of numbers, are scaled.
#' @param features How many features stand for the kernel.
#' @param map What the features are, see above.
#' @param class_weights `"balanced"`, or a number for each class, by name: what their cost is
#'   multiplied by.
#' @param weights A weight for each row, which its cost is multiplied by: an expression evaluated in
#'   `data`, or numbers.
#' @param folds Into how many parts rows are cut for scores and probabilities; 0 for neither.
#' @param na_action What to do about missing values, see below.
#' @param backend The engine that predicts, `"torch"` or `"tensorflow"`; by default what
#'   [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @returns An object of class `deep_svm`. [predict()][predict.deep_svm()] and what stands there
#'   beside it work on it, and [ready_models] what else there is.
#' @references
#' Fine, S. and Scheinberg, K. (2001). Efficient SVM training using low-rank kernel representations.
#' *Journal of Machine Learning Research* 2, 243-264.
#'
#' Rahimi, A. and Recht, B. (2007). Random features for large-scale kernel machines. *NeurIPS* 20.
#'
#' Williams, C. and Seeger, M. (2001). Using the Nyström method to speed up kernel machines.
#' *NeurIPS* 13.
#'
#' Yu, F. X. et al. (2016). Orthogonal random features. *NeurIPS* 29.
#'
#' Platt, J. (1999). Probabilistic outputs for support vector machines. *Advances in Large Margin
#' Classifiers*, 61-74.
#'
#' Wu, T.-F., Lin, C.-J. and Weng, R. (2004). Probability estimates for multi-class classification
#' by pairwise coupling. *Journal of Machine Learning Research* 5, 975-1005.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' model <- deep_svm(Species ~ ., iris)
#' model
#' predict(model, iris[c(1, 51, 101), ], type = "prob")
#'
#' line <- deep_svm(am ~ wt + hp, transform(mtcars, am = factor(am)), kernel = "linear")
#' coef(line)
#' @export
deep_svm <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ .)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_svm", ...elt(formula))
  }
  UseMethod("deep_svm")
}

#' @rdname deep_svm
#' @export
deep_svm.formula <- with_svm_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_svm, .call = call)
  data <- data %||% formula_variables(formula, call)
  fit_svm(formula, data, data, svm_settings_in(call), match.call(), call)
})

#' @rdname deep_svm
#' @export
deep_svm.recipe <- with_svm_arguments(function(x, data = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_svm, .call = call)
  if (is.null(data)) {
    abort_data("'data' is missing: a recipe needs data.", "data", .call = call)
  }
  fit_svm(x, data, data, svm_settings_in(call), match.call(), call)
})

#' @rdname deep_svm
#' @export
deep_svm.data.frame <- with_svm_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_svm, .call = call)
  # As in `data |> deep_svm(outcome ~ .)`.
  if (inherits(y, c("formula", "recipe"))) {
    return(fit_svm(y, x, x, svm_settings_in(call), match.call(), call))
  }
  fit_svm(x, svm_y(y, call), x, svm_settings_in(call), match.call(), call)
})

#' @rdname deep_svm
#' @export
deep_svm.matrix <- with_svm_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_svm, .call = call)
  fit_svm(x, svm_y(y, call), x, svm_settings_in(call), match.call(), call)
})

#' @rdname deep_svm
#' @export
deep_svm.default <- function(x, ...) {
  abort_rdeep(
    "argument",
    if (missing(x)) {
      "There is no data to fit to."
    } else {
      sprintf("A machine cannot be fitted to %s.", describe(x))
    },
    argument = "x",
    hint = paste(
      "Give a formula and a data frame, a recipe and a data frame, or predictors `x`",
      "(a data frame or a matrix) and an outcome `y`."
    ),
    call = current_env()
  )
}

# What `e1071::svm()` and `lm()` call otherwise.
of_svm <- c(
  subset = "Give the rows that you want: `data = data[rows, ]`.",
  na.action = "It is 'na_action' here: \"fail\", \"omit\" or \"impute\".",
  class.weights = "It is 'class_weights' here.",
  probability = "Probabilities are there by default: `predict(type = \"prob\")`.",
  cross = "It is 'folds' here: scores on held-out rows are part of every fit.",
  type = "Classes or numbers: the outcome says it. A factor makes classes of numbers.",
  nu = "The machine is that of 'cost': a larger cost has fewer support vectors."
)

svm_y <- function(y, .call) {
  if (is.null(y)) {
    abort_data(
      "'y' is missing: the model needs an outcome.", "y",
      hint = "Give `y`, or a formula and the data: `deep_svm(outcome ~ ., data)`.",
      .call = .call
    )
  }
  y
}

# The arguments as they were given to the method whose frame this is; weights are evaluated in the
# data.
svm_settings_in <- function(env) {
  settings <- mget(setdiff(names(svm_arguments), "weights"), envir = env)
  settings$weights <- eval(quote(enquo(weights)), list(enquo = rlang::enquo), env)
  settings
}

# `x` and `y` are what `new_design()` takes; in `source` expressions of columns are looked up.
fit_svm <- function(x, y, source, settings, matched, .call) {
  matched[[1]] <- quote(deep_svm)
  settings <- checked_svm_settings(settings, .call)
  design <- new_design(
    x, with_text_as_classes(x, y),
    na_action = settings$na_action, indicators = "none", .call = .call
  )
  if (!is.null(design$offset)) {
    abort_rdeep(
      "argument", "A support vector machine takes no offset.",
      argument = "formula", hint = "Leave `offset()` out of the formula.", call = .call
    )
  }
  outcome <- svm_outcome(design$outcomes, .call)
  weights <- row_values(settings$weights, "weights", source, design, .call) %||% design$weights
  check_weights(weights, .call)
  by_class <- weights_of_classes(settings$class_weights, outcome$codes, outcome, .call)
  parts <- core_parts(design$predictors, NULL)
  core <- setdiff(names(settings), c("weights", "class_weights", "na_action"))
  pointer <- rlang::exec(
    new_core_ready, "svm", !!!settings[core],
    impute = settings$na_action == "impute", .call = .call
  )
  numbers <- names(design$predictors)[!vapply(design$predictors, is.factor, NA)]
  # An interrupt ends it between two steps, and nothing of it is left.
  call_method(
    pointer, "prepare",
    numbers = parts$numbers, codes = parts$codes,
    cardinalities = as.list(parts$cardinalities), y = outcome$values,
    levels = if (outcome$kind == "class") as.list(outcome$all),
    type = if (outcome$kind == "class") "class" else "number",
    weights = as_row_array(product(weights, by_class)),
    names = as.list(numbers), factors = parts$levels, .call = .call
  )
  call_method(pointer, "train", .call = .call)
  facts <- list(
    samples = nrow(design$predictors), what = "rows",
    y_name = if (outcome$name != "y" || rlang::is_formula(x)) outcome$name
  )
  facts <- Filter(Negate(is.null), facts)
  new_ready("deep_svm", pointer, matched, facts, design$design)
}

checked_svm_settings <- function(settings, .call) {
  if (is_single(settings$kernel) && settings$kernel %in% "radial") settings$kernel <- "rbf"
  for (name in c("kernel", "loss", "map", "na_action")) {
    settings[[name]] <- one_of(settings[[name]], eval(svm_arguments[[name]]), name, .call)
  }
  settings
}

# The outcome: what it is called, its kind and levels, and the values as the core takes them.
svm_outcome <- function(outcomes, .call) {
  y <- single_outcome(outcomes, .call)
  name <- outcome_name(outcomes)
  if (is.character(y) || is.logical(y)) y <- factor(y)
  if (!is.factor(y) && (!is.numeric(y) || is.object(y) || !is.null(dim(y)))) {
    abort_data(
      sprintf("The outcome '%s' must be classes or numbers, not %s.", name, describe(y)), "y",
      received = y,
      hint = "Survival times and counts of successes are for `deep_tabular()`.",
      .call = .call
    )
  }
  check_no_gaps(y, name, .call)
  if (!is.factor(y)) {
    return(list(name = name, kind = "numeric", values = array(as.double(y))))
  }
  # The core says which levels do not occur; weights are for those that do.
  found <- droplevels(y)
  list(
    name = name, kind = "class", values = texts_for_core(y), all = levels(y),
    levels = levels(found), codes = as_column(as.integer(found) - 1L)
  )
}
