# What R asks of a fitted model, as far as a network has an answer; what it has none for is
# refused (refused-generics.R).

#' What a network was fitted to
#'
#' A network that was fitted by a formula knows the formula and the columns that it makes; one
#' that was fitted to a data frame or a matrix knows its columns. The data itself is not kept.
#' Other generics of R's models, such as [stats::residuals()] or [stats::coef()], say what to
#' use instead.
#'
#' @param x,object,target A network.
#' @param data A data frame, of which to make columns.
#' @param current Another network.
#' @param tolerance How far weights may differ, relative to their size.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @returns `formula()` and `terms()`: those of a fit by a formula. `nobs()`: the number of
#'   samples that it was trained on last. `variable.names()`: the columns that it takes.
#'   `model.matrix()`: the columns that it makes of `data`, a row with missing values as `NA`.
#'   `all.equal()`: `TRUE`, or what differs: layers, or weights.
#' @family training
#' @examplesIf rdeep_available()
#' network <- keras_model_sequential() |> layer_dense(8, activation = "relu")
#' network |> fit(Species ~ ., data = iris, epochs = 2, verbose = 0)
#' formula(network)
#' nobs(network)
#' variable.names(network)
#' @name formula.rdeep_model
NULL

#' @rdname formula.rdeep_model
#' @export
formula.rdeep_model <- function(x, ...) {
  check_dots(...)
  fitted_formula(x, "formula", current_env())
}

fitted_formula <- function(model, field, .call) {
  env <- model_env(model)
  env$design[[field]] %||% abort_rdeep(
    "argument",
    if (identical(env$lost, "formula")) {
      "The network was fitted by a formula, which its file does not hold."
    } else {
      "The network was not fitted by a formula."
    },
    argument = "x",
    hint = "`variable.names(model)` names its columns, `summary(model)` shows its layers.",
    call = .call
  )
}

#' @rdname formula.rdeep_model
#' @export
terms.rdeep_model <- function(x, ...) {
  check_dots(...)
  fitted_formula(x, "formula", current_env())
  stats::terms(model_env(x)$design$expanded)
}

#' @rdname formula.rdeep_model
#' @export
nobs.rdeep_model <- function(object, ...) {
  check_dots(...)
  model_env(object)$nobs %||% abort_rdeep(
    "state",
    "How many samples the network was trained on is not known.",
    argument = "object",
    hint = paste(
      "It is after `fit()` on data in memory; batches that a function or a data set gives are",
      "not counted."
    ),
    call = current_env()
  )
}

#' @rdname formula.rdeep_model
#' @export
variable.names.rdeep_model <- function(object, ...) {
  check_dots(...)
  env <- model_env(object)
  columns <- lapply(env$learned$x, `[[`, "columns")
  found <- env$design$columns %||% if (length(columns) == 1) columns[[1]]
  found %||% abort_rdeep(
    "state",
    "The network knows no columns by name.",
    argument = "object",
    hint = "It does once it was fitted to a data frame, or to a matrix with names of columns.",
    call = current_env()
  )
}

#' @rdname formula.rdeep_model
#' @export
model.matrix.rdeep_model <- function(object, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  design <- model_env(object)$design
  if (is.null(design)) {
    abort_rdeep(
      "argument",
      "The network was not fitted by a formula or a recipe, and makes no columns.",
      argument = "object",
      hint = "It takes `x` as it is.",
      call = call
    )
  }
  if (is.null(data)) {
    abort_rdeep(
      "argument",
      "A network does not keep the data that it was fitted to.",
      argument = "data",
      hint = "`model.matrix(model, data = df)` gives the columns that it makes of `df`.",
      call = call
    )
  }
  columns <- forge_design(design, data, .call = call)
  x <- as_plain_matrix(columns$predictors)
  x[columns$missing, ] <- NA
  x
}

#' @rdname formula.rdeep_model
#' @method all.equal rdeep_model
#' @export
all.equal.rdeep_model <- function(target, current, ..., tolerance = 1e-6) {
  check_dots(...)
  if (!inherits(current, "rdeep_model")) {
    return("one is a network, the other is not")
  }
  if (identical(model_env(target), model_env(current))) {
    return(TRUE)
  }
  if (!fetch(target, "is_built") || !fetch(current, "is_built")) {
    return("the shape of a network's input is not known yet")
  }
  layers <- lapply(list(target, current), function(model) {
    unnamed_config(unclass(get_config(model))[c("graph", "layers")])
  })
  if (!isTRUE(all.equal(layers[[1]], layers[[2]]))) {
    return("the layers or their options differ")
  }
  weights <- all.equal(
    unname(get_weights(target)), unname(get_weights(current)),
    tolerance = tolerance
  )
  if (isTRUE(weights)) TRUE else paste("weights:", weights)
}

# Names of models and layers are given as they are made: two networks may differ in nothing else.
unnamed_config <- function(config) {
  if (!is.list(config)) {
    return(config)
  }
  config <- unclass(config)[names2(config) != "name"]
  lapply(config, unnamed_config)
}

# For tidymodels: which packages must be there before a model predicts.
#' @rawNamespace S3method(generics::required_pkgs, rdeep_model)
required_pkgs.rdeep_model <- function(x, ...) "rdeep"

#' @rawNamespace S3method(generics::required_pkgs, deep_tabular)
required_pkgs.deep_tabular <- required_pkgs.rdeep_model
