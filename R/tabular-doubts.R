# What is doubtful of a regression, said when it is fitted.

# As `glm()` warns, where the likelihood has no maximum or the fit leaves nothing over.
# Whether something was said.
warn_of_extremes <- function(object, .call) {
  if (!has_glm(object) || anyNA(object$fitted)) {
    return(FALSE)
  }
  if (object$family == "gaussian") {
    return(warn_of_perfection(object))
  }
  range <- range(object$fitted)
  far <- if (object$family == "binomial") {
    range[1] < 0.01 || range[2] > 0.99
  } else {
    range[1] < 0.05
  }
  far && warn_of_boundary(object, .call)
}

# Training goes towards an infinite coefficient step by step, and is not where `glm()` would
# say so: some of glm's steps on from there decide it.
warn_of_boundary <- function(object, .call) {
  fit <- linear_fit(object, .call)
  further <- steps_of_glm(object, fit)
  moved <- max(abs(further$linear.predictors - fit$eta))
  if (!further$boundary && moved < 2) {
    return(FALSE)
  }
  shares <- object$family == "binomial"
  what <- if (shares) "probabilities numerically 0 or 1" else "rates numerically 0"
  warn(
    c(
      sprintf("fitted %s occurred", what),
      i = paste(
        "The predictors tell some outcomes apart without an error: the likelihood has no",
        "maximum, coefficients grow as long as training lasts, and their standard errors",
        "say nothing."
      )
    ),
    class = "rdeep_warning"
  )
  TRUE
}

steps_of_glm <- function(object, fit) {
  boundary <- FALSE
  found <- withCallingHandlers(
    tryCatch(
      stats::glm.fit(
        fit$x, object$target[, 1],
        weights = prior_weights(object), etastart = fit$eta, mustart = fit$mean,
        offset = object$offset, family = stats_family(object)
      ),
      error = function(error) list(linear.predictors = fit$eta)
    ),
    warning = function(warning) {
      if (grepl("numerically 0", conditionMessage(warning))) boundary <<- TRUE
      tryInvokeRestart("muffleWarning")
    }
  )
  list(linear.predictors = found$linear.predictors, boundary = boundary)
}

# `summary.lm()` says so too; what is left over here is rounding in single precision.
warn_of_perfection <- function(object) {
  prior <- prior_weights(object)
  used <- prior > 0
  if (sum(used) <= sum(!is.na(stats::coef(object)))) {
    return(FALSE)
  }
  y <- object$target[used, 1]
  left <- mean((y - object$fitted[used, 1])^2)
  # Beside what varies, not beside the level: an outcome may lie far from zero.
  perfect <- left <= 1e-12 * stats::var(y)
  if (perfect) {
    warn(
      c(
        "The fit is essentially perfect: tests and standard errors may be unreliable.",
        i = "What is left over is rounding in single precision."
      ),
      class = "rdeep_warning"
    )
  }
  perfect
}
