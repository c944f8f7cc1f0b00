# The data that a tabular model was fitted to, as R's functions for models know it: the
# variables of the formula, its terms, and of a regression the matrix of its columns.

#' The design of a tabular model
#'
#' What [stats::model.frame()] and the like give for `lm()`, of the rows and the columns that
#' the model was fitted to.
#'
#' @param formula,object,x A [deep_tabular()].
#' @param ... Not used.
#' @returns `model.frame()`: a data frame with a column for each variable of the formula, such
#'   as `log(y)` or `factor(x)`, and `(weights)` and `(offset)` where there are; without a
#'   formula, the columns that were given. `terms()`: the terms of the formula.
#'   `model.matrix()`: the columns that the coefficients of a linear model belong to.
#'   `variable.names()`: their names; of a network the predictors'. `case.names()`: the numbers
#'   of the rows that were used. `na.action()`: the rows that were left out, as
#'   [stats::na.omit()] notes them, or `NULL`. `labels()`: the labels of the terms.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(mpg ~ poly(wt, 2) + factor(cyl), mtcars, hidden_units = 0, verbose = 0)
#' head(model.frame(line))
#' head(model.matrix(line))
#' @name model.frame.deep_tabular
NULL

# The data as it was given: predictors before the formula was applied.
own_data <- function(object, .call) {
  check_data_kept(object, .call)
  beside <- list(`(weights)` = object$weights, `(offset)` = object$offset)
  columns <- c(own_outcome(object), as.list(object$data$predictors), beside)
  new_frame(Filter(Negate(is.null), columns))
}

own_outcome <- function(object) {
  outcome <- object$data$outcome
  if (is.data.frame(outcome)) {
    return(as.list(outcome))
  }
  stats::setNames(list(outcome), object$outcome$name)
}

#' @rdname model.frame.deep_tabular
#' @export
model.frame.deep_tabular <- function(formula, ...) {
  check_dots(...)
  call <- current_env()
  if (is.null(formula$design$formula)) {
    return(own_data(formula, call))
  }
  check_data_kept(formula, call)
  frame <- frame_with_factors(formula, call)
  given <- formula$data$predictors
  # Text and logicals are factors to the model, and in the data what they were.
  for (name in intersect(names(frame), names(given))) {
    if (is.character(given[[name]]) || is.logical(given[[name]])) {
      frame[[name]] <- given[[name]]
    }
  }
  attr(attr(frame, "terms"), "dataClasses") <- vapply(frame, stats::.MFclass, "")
  frame
}

frame_with_factors <- function(object, .call) {
  variables <- table_variables(object, .call)
  columns <- c(variables$columns, extras_of(object, variables$columns))
  structure(
    columns,
    terms = known_terms(object, variables$predvars),
    row.names = row_names(object),
    class = "data.frame"
  )
}

# The variables of the formula for the rows that were used, and the calls by which they are
# found in new data. What was computed before hardhat saw it keeps the levels of the fit.
table_variables <- function(object, .call) {
  design <- object$design
  raw <- forge_design(design, object$data$predictors, .call = .call)$raw$predictors
  raw <- c(as.list(raw), missing_marks(object))
  home <- rlang::new_environment(written_functions(design), globalenv())
  calls <- as.list(attr(tabular_terms(object), "variables"))[-(1:2)]
  labels <- vapply(calls, function(call) paste(deparse(call, 500), collapse = " "), "")
  columns <- lapply(seq_along(calls), function(i) {
    raw[[name_or_text(calls[[i]], labels[i])]] %||% eval(calls[[i]], raw, home)
  })
  names(columns) <- labels
  outcome <- own_outcome(object)
  if (length(outcome) == 1) names(outcome) <- deparse1(design$expanded[[2]], "")
  predvars <- Map(stats::makepredictcall, columns, calls)
  list(
    columns = c(outcome, columns),
    predvars = as.call(c(list(quote(list), design$expanded[[2]]), unname(predvars)))
  )
}

name_or_text <- function(call, text) if (is.name(call)) as.character(call) else text

written_functions <- function(design) {
  own <- list()
  for (part in design$computed$predictors) {
    own[ls(part$env)] <- mget(ls(part$env), part$env)
  }
  own
}

# Where missing values were filled in, the columns that say where they were.
marked_columns <- function(design) {
  marked <- Filter(function(fill) isTRUE(fill$marked), design$fills)
  if (length(marked)) paste0(names(marked), "_missing")
}

missing_marks <- function(object) {
  marked <- marked_columns(object$design)
  if (length(marked)) {
    parts <- training_parts(object)
    lapply(stats::setNames(marked, marked), function(name) parts$numbers[, name])
  }
}

# Weights and offsets that were given beside the formula.
extras_of <- function(object, columns) {
  weights <- object$weights
  outcome <- object$data$outcome
  if (is.matrix(outcome) && object$outcome$kind == "proportion" && !is.null(weights)) {
    # The trials of `cbind(successes, failures)` are in the outcome.
    trials <- rowSums(outcome)
    weights <- ifelse(trials > 0, weights / trials, 1)
    if (all(weights == 1)) weights <- NULL
  }
  written <- attr(tabular_terms(object), "offset")
  within <- Reduce(`+`, columns[written], 0)
  offset <- object$offset
  beside <- if (!is.null(offset) && any(abs(offset - within) > 1e-12)) offset - within
  Filter(Negate(is.null), list(`(weights)` = weights, `(offset)` = beside))
}

#' @rdname model.frame.deep_tabular
#' @export
terms.deep_tabular <- function(x, ...) {
  check_dots(...)
  stats::formula(x)
  if (is.null(x$data)) {
    return(tabular_terms(x))
  }
  attr(stats::model.frame(x), "terms")
}

# With the dot spelt out, and with the columns that mark missing values.
tabular_terms <- function(object) {
  formula <- object$design$expanded
  marked <- marked_columns(object$design)
  if (length(marked)) {
    formula[[3]] <- add_up(c(list(formula[[3]]), lapply(marked, as.name)))
  }
  environment(formula) <- globalenv()
  stats::terms(formula)
}

known_terms <- function(object, predvars) {
  terms <- tabular_terms(object)
  attr(terms, "predvars") <- predvars
  own <- written_functions(object$design)
  if (length(own)) {
    attr(terms, ".Environment") <- rlang::new_environment(own, globalenv())
  }
  terms
}

#' @rdname model.frame.deep_tabular
#' @export
model.matrix.deep_tabular <- function(object, ...) {
  check_dots(...)
  call <- current_env()
  needs_no_layers(object, "matrix of columns", call)
  parts <- training_parts(object, call)
  columns <- cbind(`(Intercept)` = 1, parts$numbers)
  colnames(columns) <- c("(Intercept)", object$design$columns)
  rownames(columns) <- stats::case.names(object)
  if (is.null(object$design$formula)) {
    return(columns)
  }
  frame <- frame_with_factors(object, call)
  as_lm <- stats::model.matrix(stats::delete.response(attr(frame, "terms")), frame)
  places <- match(colnames(columns), colnames(as_lm))
  attr(columns, "assign") <- attr(as_lm, "assign")[places]
  attr(columns, "contrasts") <- attr(as_lm, "contrasts")
  columns
}

#' @rdname model.frame.deep_tabular
#' @export
variable.names.deep_tabular <- function(object, ...) {
  check_dots(...)
  if (!has_no_layers(object)) {
    return(object$design$columns)
  }
  estimate <- stats::coef(object)
  if (is.matrix(estimate)) {
    return(c("(Intercept)", object$design$columns))
  }
  names(estimate)[!is.na(estimate)]
}

#' @rdname model.frame.deep_tabular
#' @export
case.names.deep_tabular <- function(object, ...) {
  check_dots(...)
  check_data_kept(object, current_env())
  as.character(object$data$kept %||% seq_len(object$nobs))
}

# Numbers where there were no names.
row_names <- function(object) {
  names <- stats::case.names(object)
  numbers <- suppressWarnings(as.integer(names))
  if (anyNA(numbers)) names else numbers
}

#' @rdname model.frame.deep_tabular
#' @export
na.action.deep_tabular <- function(object, ...) {
  check_dots(...)
  omitted <- object$omitted
  # A file does not say which rows there were.
  if (is.null(omitted)) check_data_kept(object, current_env())
  if (length(omitted)) {
    structure(omitted, names = as.character(omitted), class = "omit")
  }
}

#' @rdname model.frame.deep_tabular
#' @export
labels.deep_tabular <- function(object, ...) {
  check_dots(...)
  if (is.null(object$design$formula)) {
    return(object$design$columns)
  }
  if (has_glm(object) && !is.null(object$data)) {
    # As for `lm()`, without terms that are aliased as a whole.
    return(labels(as_stats(object, "labels", current_env())))
  }
  attr(tabular_terms(object), "term.labels")
}
