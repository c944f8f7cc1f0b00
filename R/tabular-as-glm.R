# A regression as an object of stats: what `lm()` and `glm()` would have returned had they
# come to the same coefficients. R's functions that look at single rows, take models apart or
# draw from them work on that.

#' Diagnostics of a linear tabular model
#'
#' With `hidden_units = 0` a [deep_tabular()] of the families `"gaussian"`, `"binomial"`,
#' `"poisson"` or `"negative_binomial"` is a regression, and these are what they are for `lm()`
#' and `glm()`, at the coefficients that training came to: leverages, residuals by leaving out
#' a row, an analysis of variance, draws. `as_glm()` gives the object of stats itself, for
#' functions of R that are no generics, such as [stats::dffits()], or for other packages.
#'
#' @param object,model,x,z A linear [deep_tabular()].
#' @param ... What the function of stats takes. `anova()`: further models to compare with.
#' @param nsim,seed As for [stats::simulate()].
#' @returns What the function of stats returns; `as_glm()`: an object of class `lm` or `glm`.
#'   `sigma()`: the residual standard deviation.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(dist ~ speed, cars, hidden_units = 0, verbose = 0)
#' head(hatvalues(line))
#' head(cooks.distance(line))
#' anova(line)
#' @name hatvalues.deep_tabular
NULL

#' @rdname hatvalues.deep_tabular
#' @export
as_glm <- function(object) {
  check_tabular(object)
  as_stats(object, "object of stats", current_env())
}

as_stats <- function(object, what, .call) {
  needs_glm(object, what, .call)
  check_data_kept(object, .call)
  parts <- stats_parts(object, .call)
  if (object$family == "gaussian") parts else with_glm_parts(parts, object, .call)
}

# An object of class `lm`, which all have in common.
stats_parts <- function(object, .call) {
  fit <- linear_fit(object, .call)
  frame <- if (is.null(object$design$formula)) plain_frame(object) else stats::model.frame(object)
  names <- stats::case.names(object)
  terms <- attr(frame, "terms")
  x <- stats::model.matrix(object)
  residuals <- (object$target[, 1] - fit$mean) / fit$slope
  # Rows without weight are predicted, and take no part.
  used <- fit$weights > 0
  root <- sqrt(fit$weights[used])
  gaussian <- object$family == "gaussian"
  qr <- qr(root * x[used, , drop = FALSE], tol = if (gaussian) 1e-7 else 1e-11)
  working <- fit$eta - (object$offset %||% 0) + residuals
  effects <- qr.qty(qr, root * working[used])
  first <- seq_len(qr$rank)
  names(effects) <- c(colnames(x)[qr$pivot[first]], rep("", length(effects) - qr$rank))
  parts <- list(
    coefficients = stats::coef(object),
    residuals = stats::setNames(residuals, names),
    fitted.values = stats::setNames(fit$mean, names),
    effects = effects,
    weights = if (!gaussian || !is.null(object$weights)) fit$weights,
    rank = qr$rank,
    assign = attr(x, "assign") %||% (seq_len(ncol(x)) - 1L),
    qr = qr,
    df.residual = sum(used) - qr$rank,
    offset = object$offset,
    contrasts = attr(x, "contrasts"),
    xlevels = stats::.getXlevels(terms, frame),
    call = object$call,
    terms = terms,
    model = frame
  )
  structure(Filter(Negate(is.null), parts), class = "lm")
}

with_glm_parts <- function(parts, object, .call) {
  fit <- linear_fit(object, .call)
  family <- stats_family(object)
  names <- names(parts$residuals)
  prior <- prior_weights(object)
  named <- function(x) stats::setNames(x, names)
  none <- suppressWarnings(stats::glm.fit(
    matrix(1, length(fit$mean)), object$target[, 1],
    weights = prior, offset = object$offset, family = family
  ))
  first <- seq_len(parts$rank)
  root <- qr.R(parts$qr)[first, first, drop = FALSE]
  dimnames(root) <- list(names(parts$effects)[first], names(parts$effects)[first])
  added <- list(
    R = root,
    family = family,
    linear.predictors = named(fit$eta),
    deviance = stats::deviance(object),
    aic = stats::AIC(object),
    null.deviance = none$deviance,
    iter = max(epochs_trained(object)),
    prior.weights = named(prior),
    df.null = sum(prior > 0) - 1L,
    y = named(object$target[, 1]),
    converged = TRUE,
    boundary = FALSE,
    formula = stats::formula(parts$terms),
    control = stats::glm.control(),
    method = "glm.fit"
  )
  parts$weights <- named(parts$weights)
  structure(c(unclass(parts), added), class = c("glm", "lm"))
}

# The columns of a model without a formula, as if it had one.
plain_frame <- function(object) {
  names <- object$design$columns
  numbers <- training_parts(object)$numbers
  columns <- lapply(seq_along(names), function(j) numbers[, j])
  left <- object$outcome$name
  formula <- rlang::new_formula(as.name(left), add_up(lapply(names, as.name)), env = globalenv())
  outcome <- stats::setNames(list(object$target[, 1]), left)
  beside <- Filter(Negate(is.null), list(`(weights)` = object$weights, `(offset)` = object$offset))
  structure(
    c(outcome, stats::setNames(columns, names), beside),
    terms = stats::terms(formula),
    row.names = row_names(object),
    class = "data.frame"
  )
}

# Methods -------------------------------------------------------------------------

#' @rdname hatvalues.deep_tabular
#' @export
hatvalues.deep_tabular <- function(model, ...) {
  stats::hatvalues(as_stats(model, "leverage", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
influence.deep_tabular <- function(model, ...) {
  stats::influence(as_stats(model, "influence of rows", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
cooks.distance.deep_tabular <- function(model, ...) {
  stats::cooks.distance(as_stats(model, "Cook's distance", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
rstandard.deep_tabular <- function(model, ...) {
  stats::rstandard(as_stats(model, "standardized residual", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
rstudent.deep_tabular <- function(model, ...) {
  stats::rstudent(as_stats(model, "studentized residual", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
dfbeta.deep_tabular <- function(model, ...) {
  stats::dfbeta(as_stats(model, "influence of rows on coefficients", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
dfbetas.deep_tabular <- function(model, ...) {
  stats::dfbetas(as_stats(model, "influence of rows on coefficients", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
effects.deep_tabular <- function(object, ...) {
  stats::effects(as_stats(object, "effects", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
alias.deep_tabular <- function(object, ...) {
  stats::alias(as_stats(object, "aliased columns", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
dummy.coef.deep_tabular <- function(object, ...) {
  stats::dummy.coef(as_stats(object, "coefficients by level", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
proj.deep_tabular <- function(object, ...) {
  stats::proj(as_stats(object, "projection", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
qr.deep_tabular <- function(x, ...) {
  check_dots(...)
  as_stats(x, "QR decomposition", current_env())$qr
}

#' @rdname hatvalues.deep_tabular
#' @export
kappa.deep_tabular <- function(z, ...) {
  kappa(as_stats(z, "condition number", current_env()), ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
sigma.deep_tabular <- function(object, ...) {
  check_dots(...)
  needs_glm(object, "residual standard deviation", current_env())
  # A newer R has the dispersion's root for `glm()`, which is 1 where there is none to estimate.
  for_glm <- utils::getS3method("sigma", "glm", optional = TRUE, envir = asNamespace("stats"))
  if (!is.null(for_glm) && object$family != "gaussian") {
    return(for_glm(as_glm(object)))
  }
  sqrt(stats::deviance(object) / stats::df.residual(object))
}

#' @rdname hatvalues.deep_tabular
#' @export
simulate.deep_tabular <- function(object, nsim = 1, seed = NULL, ...) {
  like <- as_stats(object, "distribution to draw from", current_env())
  stats::simulate(like, nsim = nsim, seed = seed, ...)
}

#' @rdname hatvalues.deep_tabular
#' @export
anova.deep_tabular <- function(object, ...) {
  call <- current_env()
  models <- lapply(list(object, ...), function(model) {
    if (inherits(model, "deep_tabular")) as_stats(model, "analysis of variance", call) else model
  })
  do.call(stats::anova, models)
}
