# Fitted models of any kind as one: `ensemble()` and what it is made of.

#' Ensembles: combine the predictions of fitted models
#'
#' `ensemble()` averages models of any kind: networks, [deep_tabular()], [deep_image()] and their
#' like, other ensembles, models of other packages, functions. Given rows that no member was
#' fitted to, it finds weights by the members' loss on them, or a small model of their
#' predictions.
#'
#' @section Methods:
#' * `"average"`: equal weights, or those of `weights`. The default without data.
#' * `"stack"`: classes: a softmax of \eqn{b_k + \sum_m a_m \log p_{mk}}{b_k + sum a_m log p_mk},
#'   which for two classes is a logistic regression on the members' log-odds; numbers: a linear
#'   regression on their predictions. A penalty, chosen by cross-validation, draws the weights
#'   \eqn{a_m} to equal ones. So it can also make members that are too cautious more certain, or
#'   others less. The default with data.
#' * `"weights"`: the weights \eqn{w_m \ge 0}{w_m >= 0}, \eqn{\sum_m w_m = 1}{sum w_m = 1}, under
#'   which the mean prediction \eqn{\sum_m w_m p_m}{sum w_m p_m} has the least log loss, or squared
#'   error, on the rows given, and for classes on one more row for each member, in which it alone
#'   was right: this keeps a member from all the weight that has not been wrong and certain yet. The
#'   problem is convex and solved exactly.
#' * `"greedy"`: in each of 100 rounds the member with which the mean has the least loss is added,
#'   again if it was chosen before (Caruana et al. 2004).
#'
#' The loss that is noted of the ensemble is cross-fitted: each row is predicted by weights that
#' were found without it. A few hundred rows do for a handful of members.
#'
#' @section Uncertainty:
#' `predict(type = "uncertainty")` splits what an ensemble is not sure of. Classes: the entropy of
#' the mean prediction, in nats, is the members' mean entropy (`.aleatoric`: what the data leaves
#' open) and the mutual information of class and member (`.epistemic`: what members disagree on,
#' which falls with more data). Numbers: the variance of the members' predictions is `.epistemic`;
#' the mean squared error of the ensemble on the rows given, or else the members' own on held-out
#' rows, is `.aleatoric`, and `NA` where none is known. `.total` is their sum. Members of a
#' `"stack"` count equally.
#'
#' @param ... The fitted models, two or more, with or without names; or one list of them. A function
#'   takes new data and returns a number for each row, or a matrix of probabilities with the
#'   classes as its columns.
#' @param data,x Rows that no member was fitted to, as `predict()` of all members takes them: a data
#'   frame, a matrix, an array. Give one of the two.
#' @param y The outcome of these rows; by default the column of `data` that a member's formula says.
#' @param method How to combine: `"average"`, `"stack"`, `"weights"` or `"greedy"`, see below. By
#'   default `"stack"` with data and `"average"` without.
#' @param weights A weight for each member, in the place of equal ones.
#' @returns An object of class `rdeep_ensemble`: see [predict][predict.rdeep_ensemble()] and
#'   [print][print.rdeep_ensemble()]. [save_model()] keeps it in one file where all members are
#'   models of this package, `saveRDS()` in any case.
#' @section Errors:
#' Members must predict the same: classes with the same levels (their order does not matter), or
#' numbers. Models of quantiles and survival times cannot be members. A member that predicts `NA`
#' for some of the rows given is an error; in `predict()` such rows are `NA`, with a warning. Rows
#' that a member keeps as those that it was fitted to are warned of: on them, the member that
#' learned them by heart looks best.
#' @references
#' Caruana, R., Niculescu-Mizil, A., Crew, G. and Ksikes, A. (2004). Ensemble selection from
#' libraries of models. ICML.
#'
#' Wolpert, D. H. (1992). Stacked generalization. Neural Networks 5, 241-259.
#' @family ensembles
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' set.seed(1)
#' rows <- sample(nrow(mtcars), 20)
#' line <- lm(mpg ~ wt, mtcars[rows, ])
#' curve <- lm(mpg ~ poly(hp, 2), mtcars[rows, ])
#' net <- deep_tabular(mpg ~ wt + hp + qsec, mtcars[rows, ], epochs = 20, verbose = 0)
#' both <- ensemble(line, curve, net, data = mtcars[-rows, ])
#' both
#' predict(both, head(mtcars[-rows, ]))
#' predict(both, head(mtcars[-rows, ]), type = "uncertainty")
#' @export
ensemble <- function(...,
                     data = NULL,
                     x = NULL,
                     y = NULL,
                     method = NULL,
                     weights = NULL) {
  call <- current_env()
  members <- named_members(list2(...), rlang::enexprs(..., .ignore_empty = "trailing"), call)
  data <- one_of_data_and_x(data, x, call)
  if (is.null(data) && !is.null(y)) {
    abort_rdeep(
      "argument", "'y' is the outcome of rows that are missing.",
      argument = "y", hint = "Give them as `data` or `x`.", call = call
    )
  }
  matched <- match.call()
  new_ensemble(members, data, y, method, weights, matched, call)
}

# Members with their names: those given, or the expressions where these are names.
named_members <- function(given, expressions, .call) {
  if (length(given) == 1 && is_plain_list(given[[1]])) {
    given <- given[[1]]
    expressions <- rep(list(NULL), length(given))
  }
  if (length(given) < 2) {
    abort_rdeep(
      "argument",
      sprintf("An ensemble is of two fitted models or more, not %d.", length(given)),
      argument = "...",
      hint = "`ensemble_seeds()` fits a model several times, from a seed each.",
      call = .call
    )
  }
  names <- names(given) %||% rep("", length(given))
  symbols <- vapply(expressions, is.symbol, NA) & names == ""
  names[symbols] <- vapply(expressions[symbols], as.character, "")
  blank <- names == ""
  names[blank] <- paste0("member_", which(blank))
  misspelt <- names[!symbols & vapply(given, function(x) !is_perhaps_model(x), NA)]
  if (length(misspelt)) {
    place <- match(misspelt[1], names)
    abort_rdeep(
      "argument",
      sprintf("'%s' must be a fitted model, not %s.", misspelt[1], describe(given[[place]])),
      argument = misspelt[1],
      received = given[[place]],
      hint = suggestion(misspelt[1], c("data", "x", "y", "method", "weights")),
      call = .call
    )
  }
  stats::setNames(given, make.unique(names, "_"))
}

# What no model is made of: numbers, text, data frames.
is_perhaps_model <- function(x) {
  is.function(x) || is.environment(x) || (is.list(x) && !is.data.frame(x)) || isS4(x)
}

one_of_data_and_x <- function(data, x, .call) {
  if (!is.null(data) && !is.null(x)) {
    abort_rdeep(
      "argument", "'data' and 'x' say the same: give one of them.",
      argument = "x", call = .call
    )
  }
  data %||% x
}

new_ensemble <- function(members, data, y, method, weights, matched, .call) {
  predictors <- member_predictors(members, data, .call)
  type <- one_type(predictors, .call)
  levels <- one_set_of_levels(predictors, .call)
  if (!is.null(data)) {
    y <- outcome_of_members(members, data, y, .call)
    warn_of_training_rows(members, data)
    predictions <- member_predictions(predictors, levels, data, .call)
    codes <- codes_of_outcome(type, levels, y, predictions, .call)
    sync_seed(.call)
  } else {
    predictions <- no_predictions(members, predictors, type, levels, .call)
    codes <- NULL
  }
  combination <- call_core(
    "combination",
    type = type,
    predictions = predictions,
    y = codes,
    members = as.list(names(members)),
    levels = as.list(levels),
    method = method,
    weights = if (!is.null(weights)) as.list(weights_in_order(weights, members, .call)),
    variance = own_variances(members, predictions, type),
    .call = .call
  )
  as_ensemble(members, combination, matched)
}

# An ensemble is a list: `members`, and `combination`, what the core says of how they are combined.
as_ensemble <- function(members, combination, call) {
  numbers <- c("weights", "losses", "variance")
  combination[numbers] <- lapply(combination[numbers], function(x) as.double(unlist(x)))
  combination["levels"] <- list(as.character(unlist(combination$levels)))
  structure(
    list(members = members, combination = combination, call = call),
    class = c("rdeep_ensemble", "rdeep_fit")
  )
}

# Weights that have names go by them.
weights_in_order <- function(weights, members, .call) {
  if (!is.numeric(weights)) {
    abort_rdeep(
      "argument",
      sprintf("'weights' must be numbers, one for each member, not %s.", describe(weights)),
      argument = "weights", received = weights, call = .call
    )
  }
  if (is.null(names(weights))) {
    return(weights)
  }
  if (!setequal(names(weights), names(members))) {
    abort_rdeep(
      "argument",
      sprintf(
        "'weights' names %s, and the members are %s.",
        listing(names(weights), "and"), listing(names(members), "and")
      ),
      argument = "weights", received = weights, call = .call
    )
  }
  unname(weights[names(members)])
}
