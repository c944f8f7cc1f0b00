# How good a tabular model is: scores of its predictions for rows that it had not seen.

# Named numbers, the first of them the mean loss; `NULL` where no row was held out.
held_out_scores <- function(object) {
  held <- held_out_predictions(object)
  if (is.null(held)) {
    return(NULL)
  }
  if (predicts_times(object)) {
    return(survival_scores(object, held))
  }
  target <- object$target[held$rows, , drop = FALSE]
  weights <- prior_weights(object)[held$rows]
  switch(object$family,
    gaussian = number_scores(target, held$prediction, weights),
    quantile = quantile_scores(object, target, held$prediction, weights),
    binomial = ,
    multinomial = class_scores(target, held$prediction, weights),
    count_scores(object, target, held$prediction, weights)
  )
}

# Which rows have predictions by a network that had not seen them, and by which.
held_out_predictions <- function(object, .call = caller_env()) {
  prediction <- object$held_out$prediction
  member <- object$held_out$member
  seen <- if (!is.null(prediction)) !is.na(prediction[, 1]) & !is.na(member)
  if (!any(seen)) {
    prediction <- leave_one_out(object, .call)
    if (is.null(prediction)) {
      return(NULL)
    }
    seen <- !is.na(prediction[, 1])
    member <- rep(0L, nrow(prediction))
  }
  rows <- which(seen & prior_weights(object) > 0)
  if (length(rows) == 0) {
    return(NULL)
  }
  list(
    rows = rows,
    prediction = prediction[rows, , drop = FALSE],
    member = as.integer(member[rows]) + 1L
  )
}

number_scores <- function(target, prediction, weights) {
  squared <- mean_squared(target, prediction, weights)
  spread <- spread_of(target, weights)
  explained <- if (spread > 0) 1 - squared / spread else NA_real_
  c(loss = squared, rmse = sqrt(squared), r_squared = explained)
}

quantile_scores <- function(object, target, prediction, weights) {
  levels <- object$settings$quantile_levels
  middle <- between_quantiles(prediction, levels, 0.5)
  c(
    loss = mean_pinball(target, prediction, levels, weights),
    mean_absolute_error = mean_absolute(target, middle, weights)
  )
}

class_scores <- function(target, prediction, weights) {
  y <- indicators(list(prob = prediction, target = target[, 1]))
  loss <- cross_entropy(prediction, y, weights)
  if (ncol(prediction) == 1) {
    said <- prediction[, 1] > 0.5
    right <- ifelse(said, target[, 1], 1 - target[, 1])
  } else {
    right <- max.col(prediction, ties.method = "first") == target[, 1] + 1
  }
  c(
    loss = loss,
    accuracy = stats::weighted.mean(right, weights),
    log_loss = loss,
    brier = brier_score(prediction, y, weights)
  )
}

count_scores <- function(object, target, prediction, weights) {
  deviance <- total_deviance(object, target, prediction, weights) / sum(weights)
  constant <- matrix(stats::weighted.mean(target[, 1], weights), nrow(target))
  none <- total_deviance(object, target, constant, weights) / sum(weights)
  squared <- mean_squared(target, prediction, weights)
  # Of rows that are alike there is nothing to explain.
  explained <- if (none > 0) 1 - deviance / none else NA_real_
  c(loss = deviance, rmse = sqrt(squared), deviance_explained = explained)
}

survival_scores <- function(object, held) {
  if (!requireNamespace("survival", quietly = TRUE)) {
    return(NULL)
  }
  weights <- prior_weights(object)[held$rows]
  concordance <- concordance_of(
    object$target[held$rows, , drop = FALSE], held$prediction[, 1], weights
  )
  c(loss = 1 - concordance, concordance = concordance)
}

spread_of <- function(target, weights) {
  middle <- stats::weighted.mean(target[, 1], weights)
  mean_squared(target, middle, weights)
}

score_labels <- c(
  rmse = "RMSE", r_squared = "R-squared", mean_absolute_error = "mean absolute error",
  accuracy = "accuracy", log_loss = "log loss", brier = "Brier score",
  deviance_explained = "deviance explained", concordance = "concordance"
)

# As words, such as "RMSE 3.21, R-squared 0.64".
format_scores <- function(scores, digits = 3) {
  shown <- scores[intersect(names(score_labels), names(scores))]
  values <- vapply(shown, format, "", digits = digits)
  paste(score_labels[names(shown)], values, collapse = ", ")
}
