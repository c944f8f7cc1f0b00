# Probabilities that mean what they say: measuring how far they are off is in
# reliability.R, mending them is here.

#' Calibrate the probabilities of a classifier
#'
#' A network that says 0.9 should be right nine times in ten. `calibrate()` learns, from
#' predictions for rows that the network had not seen, how its probabilities have to be
#' changed for that; `predict(type = "prob")` and `"class"` then use the changed ones.
#' [reliability()] shows how well calibrated a model is.
#'
#' @section Methods:
#' `"temperature"` divides the log-odds (the logarithms of the probabilities, for more
#' classes) by one number: it mends networks that are too sure of themselves and leaves
#' the order of predictions and the class as they are. `"platt"` gives the log-odds of
#' each class a slope and an intercept, by logistic regression. `"isotonic"` takes the
#' rising step function that fits best, which needs a thousand rows or so. With more than
#' two classes the last two treat each class against the others, and scale the results to
#' sum to one.
#'
#' @param object A [deep_tabular()] for classes.
#' @param data Rows that were not used in fitting, with the outcome. By default the
#'   predictions for rows held out in fitting are used: each is that of one member, which
#'   is a little less sure of itself than all members together.
#' @param method How, see below.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param y The outcome, if the model was fitted with `x` and `y`; `data` is then `x`.
#' @returns The model with a calibration, in place of one that it may have had.
#' @family uncertainty
#' @examplesIf rdeep_available()
#' model <- deep_tabular(Species ~ ., data = iris, epochs = 5, members = 2)
#' calibrated <- calibrate(model)
#' predict(calibrated, head(iris), type = "prob")
#' @export
calibrate <- function(object,
                      data = NULL,
                      method = c("temperature", "isotonic", "platt"),
                      ...,
                      y = NULL) {
  check_tabular(object)
  check_dots(...)
  method <- one_of(method, c("temperature", "isotonic", "platt"), "method", current_env())
  set <- classified_rows(object, data, y, current_env())
  if (length(unique(set$target)) < 2) {
    abort_data(
      "All rows to calibrate on have the same outcome: there is nothing to learn.",
      "data",
      .call = current_env()
    )
  }
  fit <- switch(method,
    temperature = fit_temperature,
    isotonic = fit_isotonic,
    platt = fit_platt
  )
  object$calibration <- list(
    method = method,
    map = fit(set$prob, indicators(set), set$weights),
    n = nrow(set$prob),
    source = if (is.null(data)) held_out_words(object) else "on rows kept aside"
  )
  object
}

# What predict() does with the core's probabilities: a column for the second level of two,
# or one for each class.
apply_calibration <- function(object, prob) {
  if (is.null(object$calibration)) {
    return(prob)
  }
  move <- switch(object$calibration$method,
    temperature = apply_temperature,
    isotonic = apply_isotonic,
    platt = apply_platt
  )
  moved <- move(prob, object$calibration$map)
  if (ncol(prob) > 1) {
    moved <- moved / rowSums(moved)
  }
  dimnames(moved) <- dimnames(prob)
  moved
}

# Rows with their probabilities before calibration, what came, and weights: those held out
# in fitting, or new ones.
classified_rows <- function(object, data, y, .call) {
  refuse_unless_classes(object, .call)
  if (is.null(data)) {
    held <- needed_held_out(object, .call)
    return(list(
      prob = held$prediction,
      target = object$target[held$rows, 1],
      weights = prior_weights(object)[held$rows]
    ))
  }
  parts <- tabular_parts(object, data, outcomes = TRUE, y = y, .call = .call)
  check_rows_left(parts, .call)
  list(
    prob = tabular_call(object, "predict", parts, kind = "response", .call = .call),
    target = parts$target[, 1],
    weights = parts$weights %||% rep(1, nrow(parts$target))
  )
}

# The outcome as a matrix like the probabilities': shares of the second level, or an
# indicator of each class.
indicators <- function(set) {
  if (ncol(set$prob) == 1) {
    return(matrix(set$target, ncol = 1))
  }
  one_hot(as.integer(set$target), ncol(set$prob))
}

# Temperature ---------------------------------------------------------------------

# Log-odds of a probability of two classes; log-probabilities of several.
scores_of <- function(prob) {
  prob <- pmin(pmax(prob, 1e-12), 1 - 1e-12)
  if (ncol(prob) == 1) stats::qlogis(prob) else log(prob)
}

fit_temperature <- function(prob, y, weights) {
  scores <- scores_of(prob)
  loss <- function(log_temperature) {
    moved <- probabilities_of(scores / exp(log_temperature))
    cross_entropy(moved, y, weights)
  }
  # From a fiftieth to fifty.
  exp(stats::optimize(loss, c(-4, 4), tol = 1e-6)$minimum)
}

apply_temperature <- function(prob, map) probabilities_of(scores_of(prob) / map)

probabilities_of <- function(scores) {
  if (ncol(scores) == 1) {
    return(stats::plogis(scores))
  }
  powers <- exp(scores - do.call(pmax, columns_of(scores)))
  powers / rowSums(powers)
}

# Platt ---------------------------------------------------------------------------

fit_platt <- function(prob, y, weights) {
  each_class(prob, function(k) {
    score <- log_odds(prob[, k])
    # Platt's targets, a little inside 0 and 1, keep the slope finite when the classes
    # are told apart without error.
    yes <- sum(weights * y[, k])
    no <- sum(weights) - yes
    target <- y[, k] * (yes + 1) / (yes + 2) + (1 - y[, k]) / (no + 2)
    fit <- stats::glm.fit(
      cbind(1, score), target,
      weights = weights, family = stats::quasibinomial()
    )
    stats::setNames(fit$coefficients, c("intercept", "slope"))
  })
}

apply_platt <- function(prob, map) {
  moved <- lapply(seq_along(map), function(k) {
    stats::plogis(map[[k]][["intercept"]] + map[[k]][["slope"]] * log_odds(prob[, k]))
  })
  do.call(cbind, moved)
}

log_odds <- function(p) stats::qlogis(pmin(pmax(p, 1e-12), 1 - 1e-12))

each_class <- function(prob, fit) lapply(seq_len(ncol(prob)), fit)

# Isotonic ------------------------------------------------------------------------

fit_isotonic <- function(prob, y, weights) {
  # A probability of nought or one from so many rows would claim too much.
  edge <- 1 / (nrow(prob) + 2)
  each_class(prob, function(k) {
    steps <- rising_steps(prob[, k], y[, k], weights)
    steps$y <- pmin(pmax(steps$y, edge), 1 - edge)
    steps
  })
}

# Between two steps the function rises in a straight line.
apply_isotonic <- function(prob, map) {
  moved <- lapply(seq_along(map), function(k) {
    steps <- map[[k]]
    if (length(steps$x) == 1) {
      return(rep(steps$y, nrow(prob)))
    }
    stats::approx(steps$x, steps$y, prob[, k], rule = 2)$y
  })
  do.call(cbind, moved)
}

# The rising function of x nearest to y, at the ends of its steps. `isoreg()` knows no
# weights: neighbours in the wrong order are pooled until there are none.
rising_steps <- function(x, y, weights) {
  weight <- tapply(weights, x, sum)
  value <- tapply(weights * y, x, sum) / weight
  x <- sort(unique(x))[weight > 0]
  value <- as.vector(value)[weight > 0]
  weight <- as.vector(weight)[weight > 0]
  level <- size <- last <- numeric(length(x))
  blocks <- 0
  for (i in seq_along(x)) {
    blocks <- blocks + 1
    level[blocks] <- value[i]
    size[blocks] <- weight[i]
    last[blocks] <- i
    while (blocks > 1 && level[blocks - 1] >= level[blocks]) {
      total <- size[blocks - 1] + size[blocks]
      level[blocks - 1] <-
        (size[blocks - 1] * level[blocks - 1] + size[blocks] * level[blocks]) / total
      size[blocks - 1] <- total
      last[blocks - 1] <- i
      blocks <- blocks - 1
    }
  }
  last <- last[seq_len(blocks)]
  first <- c(0, last[-blocks]) + 1
  ends <- unique(as.vector(rbind(first, last)))
  block <- findInterval(ends, first)
  list(x = x[ends], y = level[block])
}
