# What the methods for tabular models ask of one, in one place.

check_tabular <- function(object, .call = caller_env()) {
  if (!inherits(object, "deep_tabular")) {
    abort_rdeep(
      "argument",
      sprintf("The first argument must be a tabular model, not %s.", describe(object)),
      received = object,
      hint = "`deep_tabular()` makes them.",
      call = .call
    )
  }
}

check_share <- function(x, argument, .call) {
  if (!is_single(x) || !is.numeric(x) || x <= 0 || x >= 1) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be a number between 0 and 1, not %s.", argument, describe(x)),
      argument = argument,
      received = x,
      hint = if (is_single(x) && is.numeric(x) && x >= 50 && x < 100) {
        sprintf("%s %% is %s.", format(x), format(x / 100))
      },
      call = .call
    )
  }
}

predicts_classes <- function(object) object$family %in% c("binomial", "multinomial")

predicts_counts <- function(object) object$family %in% count_families

predicts_times <- function(object) object$family %in% survival_families

has_no_layers <- function(object) is_linear(object$settings$hidden_units)

# Weights as the user gave them, without those of classes; trials included.
prior_weights <- function(object) {
  object$weights %||% rep(1, nrow(object$target))
}

# The dispersion of negative binomial counts: their variance is mean + mean^2 / theta.
tabular_theta <- function(object, .call = caller_env()) {
  object$theta %||% fetch(tabular_pointer(object, .call), "theta", .call)
}

# The family as stats has it, with variance and deviance, for outcomes of one mean.
stats_family <- function(object, .call = caller_env()) {
  switch(object$family,
    gaussian = stats::gaussian(),
    binomial = stats::binomial(),
    poisson = stats::poisson(),
    negative_binomial = negative_binomial_family(tabular_theta(object, .call))
  )
}

# MASS has one, but R works without MASS.
negative_binomial_family <- function(theta) {
  link <- stats::make.link("log")
  log_density <- function(y, mean) stats::dnbinom(y, size = theta, mu = mean, log = TRUE)
  structure(
    list(
      family = sprintf("Negative Binomial(%s)", format(theta, digits = 4)),
      link = "log",
      linkfun = link$linkfun,
      linkinv = link$linkinv,
      mu.eta = link$mu.eta,
      variance = function(mu) mu + mu^2 / theta,
      dev.resids = function(y, mu, wt) {
        both <- (y + theta) * log((y + theta) / (mu + theta))
        2 * wt * (y * log(pmax(1, y) / mu) - both)
      },
      aic = function(y, n, mu, wt, dev) -2 * sum(wt * log_density(y, mu)),
      validmu = function(mu) all(is.finite(mu)) && all(mu > 0),
      valideta = function(eta) TRUE,
      initialize = expression({
        n <- rep(1, nobs)
        mustart <- y + (y == 0) / 6
      }),
      simulate = function(object, nsim) {
        stats::rnbinom(nsim * length(object$fitted.values), theta, mu = object$fitted.values)
      }
    ),
    class = "family"
  )
}

# The predictors of the rows that the model was fitted to, as the core takes them.
training_parts <- function(object, .call = caller_env()) {
  check_data_kept(object, .call)
  tabular_parts(object, object$data$predictors, offset = object$offset, .call = .call)
}

check_data_kept <- function(object, .call) {
  if (is.null(object$data)) {
    abort_rdeep(
      "state",
      "The model did not keep the data that it was fitted to.",
      hint = if (is.null(object$fitted)) hint_of_files else "Fit it with `model = TRUE`.",
      call = .call
    )
  }
}

# A matrix of predictions for the rows that the model was fitted to.
fitted_matrix <- function(object, .call = caller_env()) {
  object$fitted %||% abort_rdeep(
    "state",
    "The model comes from a file, which does not hold its fitted values.",
    hint = hint_of_files,
    call = .call
  )
}

hint_of_files <- paste(
  "`saveRDS()` keeps all of a model; the file of `save_model()` holds neither predictors",
  "nor fitted values. `predict(model, new_data)` works."
)

# Refuses what needs an outcome that is a number; `also` says what else is refused.
refuse_intervals <- function(object, also = "classes", .call = caller_env()) {
  if (predicts_classes(object)) {
    abort_rdeep(
      "argument",
      "The model predicts classes, which have probabilities rather than intervals.",
      argument = "type",
      hint = "`predict(type = \"prob\")` gives them; `calibrate()` mends them.",
      call = .call
    )
  }
  if (also == "survival" && predicts_times(object)) {
    abort_rdeep(
      "argument",
      "Intervals of survival models come from their curves, which nothing measures again.",
      argument = "object",
      hint = "Censored times do not say how far off a prediction was.",
      call = .call
    )
  }
}

refuse_unless_classes <- function(object, .call) {
  if (!predicts_classes(object)) {
    abort_rdeep(
      "argument",
      sprintf("The family '%s' has no classes to calibrate.", object$family),
      argument = "object",
      hint = "`conformal()` calibrates intervals.",
      call = .call
    )
  }
}
