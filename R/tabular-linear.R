# Tabular models without hidden layers are regressions, with all that R knows of these:
# coefficients with standard errors, a likelihood, degrees of freedom.

# Families whose coefficients have standard errors by the usual formula.
glm_families <- c("gaussian", "binomial", "poisson", "negative_binomial")

# Those that have a likelihood.
likely_families <- c(glm_families, "multinomial")

has_glm <- function(object) has_no_layers(object) && object$family %in% glm_families

#' Coefficients of a linear tabular model
#'
#' With `hidden_units = 0` a [deep_tabular()] is a regression, and its coefficients, their
#' variances and its likelihood are those of `lm()` and `glm()`, as far as it was trained.
#' With hidden layers there are none, and these functions say so.
#'
#' @param object,fit A [deep_tabular()].
#' @param parm Which coefficients, by name or number; by default all.
#' @param level The level of the intervals.
#' @param complete Whether coefficients that the data cannot tell apart are shown, as `NA`.
#' @param scope Terms to add or to leave out, as for [stats::add1()].
#' @param scale Not used.
#' @param k What a parameter costs: 2 for AIC, `log(n)` for BIC.
#' @param ... Not used: what is misspelt is an error, except where stats hands on what it knows.
#' @returns `coef()`: a named vector; a matrix for several outputs: for classes with a row
#'   for each level but the first, as `nnet::multinom()` has it, for quantiles a column
#'   for each level. `vcov()`: a matrix. `confint()`: a matrix with a row for each
#'   coefficient, by the t distribution for `"gaussian"` and the normal one else.
#'   `logLik()`: as [stats::logLik()], so that `AIC()` and `BIC()` work. `extractAIC()`:
#'   what `step()` asks for, the criterion as `AIC()` has it. `add1()` and `drop1()`: as those
#'   of stats; they fit a model for each term.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(dist ~ speed, cars, hidden_units = 0, verbose = 0)
#' coef(line)
#' confint(line)
#' AIC(line)
#' @name coef.deep_tabular
NULL

#' @rdname coef.deep_tabular
#' @export
coef.deep_tabular <- function(object, complete = TRUE, ...) {
  check_dots(...)
  check_flag(complete, "complete", current_env())
  needs_no_layers(object, "coefficients", current_env())
  values <- coefficient_matrix(object, current_env())
  if (object$family == "multinomial") {
    # All classes have coefficients in the network; only their differences matter.
    differences <- t(values[, -1, drop = FALSE] - values[, 1])
    rownames(differences) <- object$outcome$levels[-1]
    return(differences)
  }
  if (object$family == "quantile") {
    colnames(values) <- paste("tau =", format(object$settings$quantile_levels))
    return(values)
  }
  if (object$family == "cox") {
    # The baseline hazard has the intercept in it.
    values <- values[-1, , drop = FALSE]
  }
  if (ncol(values) > 1) {
    return(values)
  }
  if (complete) values[, 1] else values[!is.na(values[, 1]), 1]
}

coefficient_matrix <- function(object, .call) {
  values <- call_method(tabular_pointer(object, .call), "coefficients", .call = .call)
  values <- as.matrix(values)
  values[is.nan(values)] <- NA
  rownames(values) <- c("(Intercept)", object$design$columns)
  values
}

needs_no_layers <- function(object, what, .call) {
  if (!has_no_layers(object)) {
    abort_rdeep(
      "argument",
      sprintf("A network with hidden layers has no %s.", what),
      argument = "object",
      hint = paste(
        "With `hidden_units = 0` the model is a regression, which has them;",
        "`importance()` and `marginal_effects()` say what a network makes of predictors."
      ),
      call = .call
    )
  }
}

needs_glm <- function(object, what, .call, families = glm_families) {
  needs_no_layers(object, what, .call)
  if (!object$family %in% families) {
    several <- grepl("(?<!si)s( of .*)?$", what, perl = TRUE) && !startsWith(what, "analysis")
    abort_rdeep(
      "argument",
      sprintf(
        "There %s no %s for the family '%s'.", if (several) "are" else "is", what, object$family
      ),
      argument = "object",
      hint = paste0("There is for ", listing(families, "and"), "."),
      call = .call
    )
  }
}

# Variances -----------------------------------------------------------------------

#' @rdname coef.deep_tabular
#' @export
vcov.deep_tabular <- function(object, complete = TRUE, ...) {
  check_dots(...)
  check_flag(complete, "complete", current_env())
  needs_glm(object, "covariance matrix", current_env())
  estimate <- stats::coef(object)
  fit <- linear_fit(object, current_env())
  out <- matrix(NA_real_, length(estimate), length(estimate))
  dimnames(out) <- list(names(estimate), names(estimate))
  known <- !is.na(estimate)
  out[known, known] <- fit$dispersion * unscaled_covariance(fit$qr)
  if (complete) out else out[known, known, drop = FALSE]
}

# What the formulas of regression are made of: the columns without aliased ones, with the
# weight that each row has at the solution, and the decomposition of what they make together.
#
# Means come from the coefficients by the link, in double precision: those of the network
# are single, in which a probability of 1e-9 less than 1 is 1, and has no variance.
linear_fit <- function(object, .call) {
  estimate <- stats::coef(object)
  known <- !is.na(estimate)
  parts <- training_parts(object, .call)
  x <- cbind(`(Intercept)` = 1, parts$numbers)
  colnames(x) <- names(estimate)
  x <- x[, known, drop = FALSE]
  family <- stats_family(object)
  eta <- as.vector(x %*% estimate[known]) + (object$offset %||% 0)
  mean <- family$linkinv(eta)
  prior <- prior_weights(object)
  # The link is the canonical one, or the logarithm.
  slope <- family$mu.eta(eta)
  weights <- prior * slope^2 / family$variance(mean)
  squared <- sum(prior * (object$target[, 1] - mean)^2)
  # Of a fit through every point, rounding is all that is left.
  left <- sum(prior > 0) - ncol(x)
  gaussian <- object$family == "gaussian"
  list(
    x = x,
    eta = eta,
    mean = mean,
    weights = weights,
    slope = slope,
    # The tolerance of `glm()`: columns that depend on others are out already, but where
    # probabilities are all 0 or 1 the weights of rows can make columns dependent.
    qr = qr(sqrt(weights) * x, tol = 1e-11),
    dispersion = if (!gaussian) 1 else if (left > 0) squared / left else NaN
  )
}

# The unscaled covariance of the coefficients; `NA` for those that cannot be told apart.
unscaled_covariance <- function(qr) {
  n <- ncol(qr$qr)
  out <- matrix(NA_real_, n, n)
  told <- seq_len(qr$rank)
  place <- qr$pivot[told]
  out[place, place] <- chol2inv(qr$qr[told, told, drop = FALSE])
  out
}

# The means of a regression in double precision, of other models those that were predicted.
linear_means <- function(object, .call) {
  if (has_glm(object) && !is.null(object$data) && is.null(object$calibration)) {
    return(linear_fit(object, .call)$mean)
  }
  as.vector(stats::fitted(object))
}

#' @rdname coef.deep_tabular
#' @export
confint.deep_tabular <- function(object, parm, level = 0.95, ...) {
  check_dots(...)
  check_share(level, "level", current_env())
  needs_glm(object, "standard error", current_env())
  estimate <- stats::coef(object)
  error <- sqrt(diag(stats::vcov(object)))
  tails <- c(1 - level, 1 + level) / 2
  z <- coefficient_quantile(object, tails)
  out <- estimate + outer(error, z)
  colnames(out) <- paste(format(100 * tails, trim = TRUE, digits = 3), "%")
  if (missing(parm)) out else out[coefficients_asked(parm, rownames(out)), , drop = FALSE]
}

# Coefficients by name or by number; what there is not is refused, as it has no interval.
coefficients_asked <- function(parm, names, .call = caller_env()) {
  unknown <- if (is.character(parm)) setdiff(parm, names) else setdiff(abs(parm), seq_along(names))
  if (length(unknown) == 0) {
    return(parm)
  }
  abort_rdeep(
    "argument",
    sprintf("There is no coefficient %s.", listing(unknown, "and")),
    argument = "parm",
    received = parm,
    hint = paste0("The coefficients are ", listing(names, "and"), "."),
    call = .call
  )
}

coefficient_quantile <- function(object, p) {
  if (object$family != "gaussian") {
    return(stats::qnorm(p))
  }
  left <- stats::df.residual(object)
  if (left > 0) stats::qt(p, left) else rep(NaN, length(p))
}

# Estimates with errors and tests, as `summary(lm)` and `summary(glm)` have them.
coefficient_table <- function(object) {
  estimate <- stats::coef(object)
  error <- sqrt(diag(stats::vcov(object)))
  statistic <- estimate / error
  gaussian <- object$family == "gaussian"
  left <- if (gaussian) stats::df.residual(object)
  p <- if (gaussian) {
    if (left > 0) 2 * stats::pt(-abs(statistic), left) else rep(NaN, length(estimate))
  } else {
    2 * stats::pnorm(-abs(statistic))
  }
  letter <- if (gaussian) "t" else "z"
  table <- cbind(estimate, error, statistic, p)
  colnames(table) <- c(
    "Estimate", "Std. Error", paste(letter, "value"), sprintf("Pr(>|%s|)", letter)
  )
  table
}

# Likelihood ----------------------------------------------------------------------

#' @rdname coef.deep_tabular
#' @export
logLik.deep_tabular <- function(object, ...) {
  needs_glm(object, "likelihood", current_env(), likely_families)
  if (object$family == "multinomial") {
    return(new_likelihood(object, -stats::deviance(object) / 2))
  }
  fitted_matrix(object, current_env())
  means <- linear_means(object, current_env())
  family <- stats_family(object)
  prior <- prior_weights(object)
  # Rows without weight say nothing, but the logarithm of nought.
  used <- prior > 0
  ones <- rep(1, sum(used))
  twice <- family$aic(
    object$target[used, 1], ones, means[used], prior[used],
    stats::deviance(object)
  )
  # stats counts the variance of "gaussian" into the criterion, as two.
  new_likelihood(object, (object$family == "gaussian") - twice / 2)
}

new_likelihood <- function(object, value) {
  parameters <- sum(!is.na(stats::coef(object)))
  spread <- object$family %in% c("gaussian", "negative_binomial")
  structure(
    value,
    df = parameters + spread,
    nobs = stats::nobs(object),
    class = "logLik"
  )
}

#' @rdname coef.deep_tabular
#' @export
extractAIC.deep_tabular <- function(fit, scale = 0, k = 2, ...) {
  needs_glm(fit, "likelihood", current_env(), likely_families)
  likelihood <- stats::logLik(fit)
  # As for `glm()`, the variance is counted into the criterion, and not among the parameters.
  parameters <- sum(!is.na(stats::coef(fit)))
  c(parameters, stats::AIC(likelihood) + (k - 2) * parameters)
}

#' @rdname coef.deep_tabular
#' @export
add1.deep_tabular <- function(object, scope = NULL, ...) {
  call <- current_env()
  needs_glm(object, "likelihood", call, likely_families)
  stats::formula(object)
  if (is.null(scope)) {
    abort_rdeep(
      "argument",
      "'scope' is missing: which terms to try is not known.",
      argument = "scope",
      hint = "Give them as a formula or by name: `add1(model, ~ . + x)`.",
      call = call
    )
  }
  object <- fitted_in(object, parent.frame())
  utils::getS3method("add1", "default")(object, scope, ...)
}

#' @rdname coef.deep_tabular
#' @export
drop1.deep_tabular <- function(object, scope, ...) {
  needs_glm(object, "likelihood", current_env(), likely_families)
  if (length(labels(stats::terms(object))) < 2) {
    abort_rdeep(
      "argument",
      "The model has one term only, and a network without predictors learns nothing.",
      argument = "object",
      hint = "`anova(model)` compares it with the model of the intercept alone.",
      call = current_env()
    )
  }
  object <- fitted_in(object, parent.frame())
  default <- utils::getS3method("drop1", "default")
  if (missing(scope)) default(object, ...) else default(object, scope, ...)
}

# stats evaluates calls where the formula was written; a model's formula does not hold on to
# that, so as not to be saved with all that lies there.
fitted_in <- function(object, env) {
  environment(object$design$formula) <- env
  object
}

#' @rdname coef.deep_tabular
#' @export
df.residual.deep_tabular <- function(object, ...) {
  needs_glm(object, "degrees of freedom", current_env(), likely_families)
  sum(prior_weights(object) > 0) - sum(!is.na(stats::coef(object)))
}

#' @rdname coef.deep_tabular
#' @export
deviance.deep_tabular <- function(object, ...) {
  if (!object$family %in% likely_families) {
    abort_rdeep(
      "argument",
      sprintf("The family '%s' has no deviance.", object$family),
      argument = "object",
      hint = "`glance()` and `summary()` score a model of any family.",
      call = current_env()
    )
  }
  fitted <- fitted_matrix(object, current_env())
  if (has_glm(object)) {
    fitted <- as.matrix(linear_means(object, current_env()))
  }
  total_deviance(object, object$target, fitted, prior_weights(object))
}

total_deviance <- function(object, target, prediction, weights) {
  if (object$family == "binomial") {
    # Single precision rounds probabilities to 0 and 1, which nothing may contradict.
    prediction <- pmin(pmax(prediction, 1e-15), 1 - 1e-15)
  }
  if (object$family == "multinomial") {
    said <- prediction[cbind(seq_along(target[, 1]), target[, 1] + 1)]
    return(-2 * sum(weights * log(pmax(said, 1e-15))))
  }
  sum(stats_family(object)$dev.resids(target[, 1], prediction[, 1], weights))
}

# Leaving one out -----------------------------------------------------------------

# A regression need not hold rows out: what it would have predicted for a row without
# having seen it follows from the row's leverage, exactly for "gaussian" and to first
# order for the others. `NULL` where there is no such formula. Files hold what it gave.
leave_one_out <- function(object, .call) {
  if (!has_glm(object) || is.null(object$data)) {
    return(object$left_out)
  }
  fit <- linear_fit(object, .call)
  family <- stats_family(object)
  # What rounding leaves of the root belongs to columns that are told apart.
  q <- qr.qy(fit$qr, diag(1, nrow(fit$x), fit$qr$rank))
  leverage <- rowSums(q^2)
  # Without such a row something could not be estimated.
  leverage[leverage > 1 - 1e-8] <- NA
  change <- leverage / (1 - leverage) * (object$target[, 1] - fit$mean) / fit$slope
  matrix(family$linkinv(fit$eta - change))
}
