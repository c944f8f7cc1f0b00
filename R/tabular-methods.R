# What R expects of a fitted model, for tabular models of any kind. Coefficients and the
# likelihood of linear ones are in deep-tabular-linear.R.

#' @export
print.deep_tabular <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat(tabular_heading(x), sep = "\n")
  if (has_no_layers(x)) {
    cat("\nCoefficients:\n")
    print(stats::coef(x), digits = digits, ...)
  }
  scores <- held_out_scores(x)
  if (!is.null(scores)) {
    cat(sprintf("\n%s: %s\n", capitalized(held_out_words(x)), format_scores(scores)))
  }
  if (!is.null(x$calibration)) {
    cat(sprintf(
      "Probabilities calibrated (%s) %s, %d of them\n",
      x$calibration$method, x$calibration$source, x$calibration$n
    ))
  }
  if (!is.null(x$conformal)) {
    cat(sprintf("Intervals measured on %d rows kept aside\n", length(x$conformal$target)))
  }
  invisible(x)
}

tabular_heading <- function(object) {
  columns <- length(object$design$columns)
  # What parsnip puts into a call are quosures, whose code alone is shown.
  shown <- rlang::quo_squash(object$call)
  call <- paste(trimws(deparse(shown, width.cutoff = 80L)), collapse = " ")
  c(
    model_words(object),
    paste("Call:", call),
    sprintf(
      "%d rows, %d predictor column%s; %s",
      object$nobs, columns, if (columns == 1) "" else "s", trained_words(object)
    )
  )
}

model_words <- function(object) {
  if (has_no_layers(object)) {
    return(sprintf("Linear model, family '%s'", object$family))
  }
  members <- trained_members(object)
  sprintf(
    "Tabular network, family '%s', architecture '%s'%s",
    object$family, object$architecture,
    if (members > 1) sprintf(", %d members", members) else ""
  )
}

trained_words <- function(object) {
  epochs <- epochs_trained(object)
  if (length(unique(epochs)) <= 1) {
    most <- max(0L, epochs)
    return(sprintf("trained for %d %s", most, if (most == 1) "epoch" else "epochs"))
  }
  sprintf("trained for %d to %d epochs", min(epochs), max(epochs))
}

held_out_words <- function(object) {
  if (any(!is.na(object$held_out$member))) "on held-out rows" else "leaving one row out"
}

capitalized <- function(text) {
  paste0(toupper(substring(text, 1, 1)), substring(text, 2))
}

trained_members <- function(object) max(1L, length(object$history))

epochs_trained <- function(object) {
  vapply(object$history, function(history) length(history$epoch), 0L)
}

#' Print, summarize and plot a tabular model
#'
#' `summary()` shows coefficients with their tests for a linear model, and for a network
#' its layers; `plot()` and `autoplot()` draw how the loss fell in training.
#'
#' @param object,x A [deep_tabular()], or its summary.
#' @param digits How many digits to show.
#' @param ... Not used.
#' @returns `summary()`: a list with `coefficients` or `layers`, the `residuals`' quantiles
#'   where there are residuals, and `scores` on held-out rows. `plot()` and `autoplot()`:
#'   a ggplot.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(dist ~ speed, cars, hidden_units = 0, verbose = 0)
#' summary(line)
#' @export
summary.deep_tabular <- function(object, ...) {
  check_dots(...)
  tested <- has_glm(object) && !is.null(object$data)
  centred <- object$outcome$kind == "numeric" && !is.null(object$fitted)
  structure(
    list(
      heading = tabular_heading(object),
      family = object$family,
      coefficients = if (tested) {
        coefficient_table(object)
      } else if (has_no_layers(object)) {
        stats::coef(object)
      },
      layers = if (!has_no_layers(object)) network_layers(object),
      members = trained_members(object),
      residuals = if (centred) stats::quantile(stats::residuals(object), names = FALSE),
      dispersion = if (tested) linear_fit(object, current_env())$dispersion,
      df.residual = if (tested) stats::df.residual(object),
      scores = held_out_scores(object),
      scored = held_out_words(object)
    ),
    class = "summary.deep_tabular"
  )
}

network_layers <- function(object) {
  rows <- fetch(tabular_pointer(object), "network_summary")
  layer_rows(rows)
}

#' @rdname summary.deep_tabular
#' @export
print.summary.deep_tabular <- function(x,
                                       digits = max(3L, getOption("digits") - 3L),
                                       ...) {
  cat(x$heading, sep = "\n")
  if (!is.null(x$residuals)) {
    cat("\nResiduals:\n")
    quantiles <- stats::setNames(x$residuals, c("Min", "1Q", "Median", "3Q", "Max"))
    print(zapsmall(quantiles, digits + 1L), digits = digits)
  }
  if (!is.null(x$coefficients)) {
    cat("\nCoefficients:\n")
    if (is.null(x$dispersion)) {
      print(x$coefficients, digits = digits)
    } else {
      stats::printCoefmat(x$coefficients, digits = digits, na.print = "NA", ...)
    }
  }
  if (!is.null(x$layers)) {
    cat(if (x$members > 1) "\nLayers of each member:\n" else "\nLayers:\n")
    shown <- c("name", "kind", "output_shape", "params")
    print(x$layers[shown], row.names = FALSE, right = FALSE)
  }
  if (identical(x$family, "gaussian") && !is.null(x$dispersion)) {
    cat(sprintf(
      "\nResidual standard error: %s on %d degrees of freedom\n",
      format(signif(sqrt(x$dispersion), digits)), as.integer(x$df.residual)
    ))
  }
  if (!is.null(x$scores)) {
    cat(sprintf("\n%s: %s\n", capitalized(x$scored), format_scores(x$scores)))
  }
  invisible(x)
}

# Values of the rows that it was fitted to --------------------------------------------

#' Fitted values and residuals of a tabular model
#'
#' @param object,x A [deep_tabular()].
#' @param type Residuals as they are (`"response"`), divided by the standard deviation that
#'   the family implies (`"pearson"`), or signed roots of what each row adds to the
#'   deviance.
#' @param ... Not used.
#' @returns `fitted()`: a vector, or a matrix with a column for each class or quantile.
#'   `residuals()`: a vector; a matrix for classes, except for `"deviance"`. `nobs()`: the
#'   number of rows with a weight. `weights()`: the weights that were given, or `NULL`.
#'   `family()`: as [stats::family()]. `formula()`: the formula.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(dist ~ speed, cars, hidden_units = 0, verbose = 0)
#' head(fitted(line))
#' head(residuals(line))
#' family(line)
#' @name fitted.deep_tabular
NULL

#' @rdname fitted.deep_tabular
#' @export
fitted.deep_tabular <- function(object, ...) {
  check_dots(...)
  values <- apply_calibration_to(object, fitted_matrix(object, current_env()))
  if (ncol(values) == 1) {
    return(values[, 1])
  }
  colnames(values) <- switch(object$family,
    multinomial = object$outcome$levels,
    quantile = paste0("q", object$settings$quantile_levels)
  )
  values
}

apply_calibration_to <- function(object, values) {
  if (predicts_classes(object)) apply_calibration(object, values) else values
}

#' @rdname fitted.deep_tabular
#' @export
residuals.deep_tabular <- function(object,
                                   type = c("response", "pearson", "deviance"),
                                   ...) {
  check_dots(...)
  type <- one_of(type, c("response", "pearson", "deviance"), "type", current_env())
  if (predicts_times(object)) {
    abort_rdeep(
      "argument",
      "Survival models have no residuals: a censored time is not off by a number.",
      argument = "object",
      hint = "`glance()` scores the model on held-out rows."
    )
  }
  fitted <- fitted_matrix(object, current_env())
  if (object$family == "quantile") {
    if (type != "response") {
      abort_rdeep(
        "argument",
        sprintf("The family 'quantile' implies no variance, and no '%s' residuals.", type),
        argument = "type",
        hint = "Use `type = \"response\"`."
      )
    }
    middle <- between_quantiles(fitted, object$settings$quantile_levels, 0.5)
    return(object$target[, 1] - middle)
  }
  if (object$family == "multinomial") {
    return(class_residuals(object, type))
  }
  y <- object$target[, 1]
  mean <- linear_means(object, current_env())
  weights <- prior_weights(object)
  family <- stats_family(object)
  # Single precision rounds probabilities to 0 and 1, which have no variance.
  variance <- pmax(family$variance(mean), .Machine$double.eps)
  switch(type,
    response = y - as.vector(stats::fitted(object)),
    pearson = (y - mean) * sqrt(weights / variance),
    deviance = sign(y - mean) * sqrt(pmax(family$dev.resids(y, mean, weights), 0))
  )
}

class_residuals <- function(object, type) {
  prob <- stats::fitted(object)
  y <- one_hot(as.integer(object$target[, 1]), ncol(prob))
  weights <- prior_weights(object)
  switch(type,
    response = y - prob,
    pearson = (y - prob) * sqrt(weights / pmax(prob * (1 - prob), .Machine$double.eps)),
    deviance = sqrt(-2 * weights * log(pmax(rowSums(y * prob), 1e-15)))
  )
}

#' @rdname fitted.deep_tabular
#' @export
nobs.deep_tabular <- function(object, ...) sum(prior_weights(object) > 0)

#' @rdname fitted.deep_tabular
#' @export
weights.deep_tabular <- function(object, ...) object$weights

#' @rdname fitted.deep_tabular
#' @export
family.deep_tabular <- function(object, ...) {
  link <- switch(object$family,
    multinomial = "softmax", quantile = "identity", cox = "log hazard",
    discrete_time = "logit hazard"
  )
  stats_family(object, current_env()) %||%
    structure(list(family = object$family, link = link), class = "family")
}

#' @rdname fitted.deep_tabular
#' @export
formula.deep_tabular <- function(x, ...) {
  if (is.null(x$design$formula)) {
    abort_rdeep(
      "argument",
      "The model was not fitted with a formula.",
      argument = "x",
      hint = "`model$design$columns` names the predictors.",
      call = current_env()
    )
  }
  x$design$formula
}

#' Fit a tabular model again, with changes
#'
#' Evaluates the call of a model again, as [stats::update()] does for others.
#'
#' @param object A [deep_tabular()].
#' @param formula. Changes of the formula, such as `. ~ . - speed`.
#' @param ... Arguments to add or change; `NULL` takes one out.
#' @param evaluate Whether to evaluate the new call, or return it.
#' @returns A [deep_tabular()], or its call.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(mpg ~ wt, mtcars, hidden_units = 0, verbose = 0)
#' update(line, . ~ . + hp)
#' @export
update.deep_tabular <- function(object, formula., ..., evaluate = TRUE) {
  call <- object$call
  changes <- match.call(expand.dots = FALSE)$...
  if (!missing(formula.)) {
    known <- stats::formula(object)
    # As for `lm()`, a dot stands for the columns that it stood for.
    if ("." %in% all.vars(known)) known <- object$design$expanded
    changed <- stats::update.formula(known, formula.)
    place <- formula_place(call, object)
    call[[place]] <- changed
  }
  for (name in names(changes)) {
    call[[name]] <- changes[[name]]
  }
  if (!evaluate) {
    return(call)
  }
  check_kept(call, current_env())
  eval(call, parent.frame())
}

# Where the call has the formula: beside the data it may stand first or second.
formula_place <- function(call, object) {
  named <- intersect(c("formula", "x", "y"), names(call))
  is_formula <- vapply(named, function(name) {
    rlang::is_formula(call[[name]]) || rlang::is_call(call[[name]], "~")
  }, NA)
  if (any(is_formula)) {
    return(named[is_formula][1])
  }
  if ("formula" %in% named) "formula" else 2L
}
