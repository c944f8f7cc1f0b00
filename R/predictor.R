# Any fitted model, asked for what all of them give: probabilities of classes, or numbers.
# What works on models of any kind (ensembles, teachers, checks of a model) asks for this alone.

# A list of `type` ("class" or "number"), `levels` (the classes in order; NULL where only their
# numbers are known), and `predict(newdata)`: a matrix with a column for each class, or numbers.
# `sample` are some rows, which show what a function returns.
as_predictor <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  UseMethod("as_predictor")
}

new_predictor <- function(type, predict, levels = NULL) {
  structure(list(type = type, levels = levels, predict = predict), class = "rdeep_predictor")
}

# Probabilities as a plain matrix with the classes as its columns.
class_predictor <- function(levels, predict) {
  new_predictor("class", levels = levels, predict = function(newdata) {
    prob <- unname(as.matrix(predict(newdata)))
    if (!is.null(levels)) colnames(prob) <- levels
    prob
  })
}

number_predictor <- function(predict) {
  new_predictor("number", predict = function(newdata) {
    found <- predict(newdata)
    if (is.data.frame(found)) found <- as.matrix(found)
    if (is.null(dim(found)) || NCOL(found) == 1) as.double(found) else unname(found)
  })
}

#' @export
as_predictor.rdeep_predictor <- function(model, sample = NULL, argument = "model",
                                         .call = caller_env()) {
  model
}

# Models of this package ------------------------------------------------------------

#' @export
as_predictor.rdeep_model <- function(model, sample = NULL, argument = "model",
                                     .call = caller_env()) {
  levels <- levels_of_outputs(model)
  if (length(levels) == 1 && !is.null(levels[[1]])) {
    return(class_predictor(levels[[1]], function(newdata) {
      stats::predict(model, newdata, type = "prob", verbose = 0)
    }))
  }
  scale <- call_core("prediction_scale", model = model, argument = argument, .call = .call)
  predicted <- function(newdata) stats::predict(model, newdata, verbose = 0)
  if (scale == "numbers") {
    return(number_predictor(predicted))
  }
  class_predictor(NULL, function(newdata) {
    values <- predicted(newdata)
    switch(scale,
      sigmoid = with_complement(stats::plogis(values)),
      softmax = softmax_rows(values),
      if (ncol(values) == 1) with_complement(values) else values
    )
  })
}

# Probabilities of two classes from those of the second.
with_complement <- function(prob) cbind(1 - prob, prob)

#' @export
as_predictor.deep_tabular <- function(model, sample = NULL, argument = "model",
                                      .call = caller_env()) {
  if (model$family %in% c("quantile", survival_families)) {
    abort_unpredictive(
      sprintf(
        "'%s' is a model of the family '%s', which predicts neither a class nor a mean.",
        argument, model$family
      ),
      model, argument, .call
    )
  }
  if (predicts_classes(model) && model$outcome$kind == "class") {
    return(class_predictor(model$outcome$levels, function(newdata) {
      stats::predict(model, newdata, type = "prob")
    }))
  }
  number_predictor(function(newdata) stats::predict(model, newdata, type = "response"))
}

#' @export
as_predictor.rdeep_ready <- function(model, sample = NULL, argument = "model",
                                     .call = caller_env()) {
  type <- model$outcome$type
  if (is.null(type)) {
    abort_unpredictive(
      sprintf(
        "'%s' is a model of `%s()`, which predicts no class or number for each row.",
        argument, class(model)[1]
      ),
      model, argument, .call
    )
  }
  if (type == "class") {
    return(class_predictor(model$outcome$levels, function(newdata) {
      stats::predict(model, newdata, type = "prob")
    }))
  }
  number_predictor(function(newdata) stats::predict(model, newdata, type = "response"))
}

# Models of others ------------------------------------------------------------------

#' @export
as_predictor.function <- function(model, sample = NULL, argument = "model",
                                  .call = caller_env()) {
  if (is.null(sample)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' is a function, and only data shows what it predicts: give data.", argument),
      argument = argument,
      call = .call
    )
  }
  found <- model(sample)
  matrix <- if (is.data.frame(found)) as.matrix(found) else found
  if (!is.numeric(matrix) || NROW(matrix) != sample_rows(sample)) {
    abort_rdeep(
      "argument",
      sprintf(
        "The function '%s' must return a number for each row, or a row of probabilities, not %s.",
        argument, describe(found)
      ),
      argument = argument,
      received = found,
      call = .call
    )
  }
  if (is_probabilities(matrix)) {
    return(class_predictor(colnames(matrix), model))
  }
  number_predictor(model)
}

sample_rows <- function(x) {
  if (is_plain_list(x)) NROW(x[[1]]) else NROW(x)
}

is_probabilities <- function(x) {
  is.matrix(x) && ncol(x) > 1 && all(x > -1e-6 & x < 1 + 1e-6) && all(abs(rowSums(x) - 1) < 1e-3)
}

#' @export
as_predictor.lm <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  number_predictor(function(newdata) stats::predict(model, newdata))
}

#' @export
as_predictor.glm <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  response <- function(newdata) stats::predict(model, newdata, type = "response")
  if (!model$family$family %in% c("binomial", "quasibinomial")) {
    return(number_predictor(response))
  }
  y <- stats::model.response(stats::model.frame(model))
  if (!is.null(dim(y))) {
    return(number_predictor(response))
  }
  # Of more than two levels, glm() sets the first against all others.
  levels <- if (is.factor(y)) {
    c(levels(y)[1], paste(levels(y)[-1], collapse = "/"))
  } else if (is.logical(y)) {
    c("FALSE", "TRUE")
  }
  class_predictor(levels, function(newdata) with_complement(response(newdata)))
}

#' @export
as_predictor.ranger <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  predicted <- function(newdata) stats::predict(model, data = newdata)$predictions
  switch(model$treetype,
    "Probability estimation" = class_predictor(colnames(model$predictions), function(newdata) {
      as_rows_of(predicted(newdata), colnames(model$predictions))
    }),
    Regression = number_predictor(predicted),
    abort_unpredictive(
      sprintf("'%s' is a forest of ranger's that predicts no probabilities.", argument),
      model, argument, .call,
      hint = "Fit it with `probability = TRUE`."
    )
  )
}

# One row comes as a vector.
as_rows_of <- function(values, levels) {
  if (is.matrix(values)) values[, levels, drop = FALSE] else matrix(values, nrow = 1)
}

#' @export
as_predictor.svm <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  if (model$type > 2) {
    return(number_predictor(function(newdata) stats::predict(model, newdata)))
  }
  if (!model$compprob) {
    abort_unpredictive(
      sprintf("'%s' is a model of e1071's that predicts no probabilities.", argument),
      model, argument, .call,
      hint = "Fit it with `probability = TRUE`."
    )
  }
  levels <- model$levels
  class_predictor(levels, function(newdata) {
    found <- stats::predict(model, newdata, probability = TRUE)
    attr(found, "probabilities")[, levels, drop = FALSE]
  })
}

#' @export
as_predictor.lda <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  class_predictor(model$lev, function(newdata) stats::predict(model, newdata)$posterior)
}

#' @export
as_predictor.qda <- as_predictor.lda

#' @export
as_predictor.multinom <- function(model, sample = NULL, argument = "model",
                                  .call = caller_env()) {
  levels <- model$lev
  class_predictor(levels, function(newdata) {
    found <- stats::predict(model, newdata, type = "probs")
    if (length(levels) == 2) with_complement(found) else as_rows_of(found, levels)
  })
}

#' @export
as_predictor.rpart <- function(model, sample = NULL, argument = "model", .call = caller_env()) {
  levels <- attr(model, "ylevels")
  if (is.null(levels)) {
    return(number_predictor(function(newdata) stats::predict(model, newdata)))
  }
  class_predictor(levels, function(newdata) stats::predict(model, newdata, type = "prob"))
}

#' @export
as_predictor.randomForest <- function(model, sample = NULL, argument = "model",
                                      .call = caller_env()) {
  if (model$type == "regression") {
    return(number_predictor(function(newdata) stats::predict(model, newdata)))
  }
  class_predictor(model$classes, function(newdata) {
    stats::predict(model, newdata, type = "prob")
  })
}

# tidymodels' fitted models and workflows, whose columns say the classes.
#' @export
as_predictor.model_fit <- function(model, sample = NULL, argument = "model",
                                   .call = caller_env()) {
  mode <- model$spec$mode %||% model$fit$actions$model$spec$mode
  if (!identical(mode, "classification")) {
    return(number_predictor(function(newdata) stats::predict(model, newdata)))
  }
  if (is.null(sample)) {
    abort_unpredictive(
      sprintf("Only data shows which classes '%s' predicts: give data.", argument),
      model, argument, .call
    )
  }
  levels <- sub("^[.]pred_", "", names(stats::predict(model, sample, type = "prob")))
  class_predictor(levels, function(newdata) stats::predict(model, newdata, type = "prob"))
}

#' @export
as_predictor.workflow <- as_predictor.model_fit

#' @export
as_predictor.default <- function(model, sample = NULL, argument = "model",
                                 .call = caller_env()) {
  abort_unpredictive(
    sprintf("'%s' must be a fitted model, not %s.", argument, describe(model)),
    model, argument, .call,
    hint = paste(
      "A model of a kind that is not known here is given as a function of new data, which",
      "returns numbers, or a matrix of probabilities with the classes as its columns."
    )
  )
}

abort_unpredictive <- function(message, model, argument, .call, hint = NULL) {
  abort_rdeep(
    "argument", message,
    argument = argument, received = model, hint = hint, call = .call
  )
}

# Outcomes --------------------------------------------------------------------------

# An outcome as a predictor's own: places of classes from 1, or numbers.
outcome_codes <- function(predictor, y, classes = length(predictor$levels), argument = "y",
                          .call = caller_env()) {
  if (predictor$type == "number") {
    if (!is.numeric(y)) {
      abort_data(sprintf("'%s' must be numbers, not %s.", argument, describe(y)), argument,
        .call = .call
      )
    }
    return(if (is.null(dim(y))) as.double(y) else unname(as.matrix(y)))
  }
  levels <- predictor$levels
  if (is.null(levels)) {
    if (is.factor(y)) {
      return(as.integer(y))
    }
    codes <- as.integer(y) + 1L
    if (!is.numeric(y) && !is.logical(y) || anyNA(codes) || any(codes < 1 | codes > classes)) {
      abort_data(
        sprintf(
          "'%s' must be a factor, or the numbers of %d classes from 0, not %s.",
          argument, classes, describe(y)
        ),
        argument,
        .call = .call
      )
    }
    return(codes)
  }
  codes <- match(as.character(y), levels)
  unknown <- unique(as.character(y)[is.na(codes)])
  if (length(unknown)) {
    abort_data(
      sprintf(
        "'%s' has %s, which the model does not predict.", argument,
        listing(utils::head(unknown, 5), "and")
      ),
      argument,
      hint = sprintf("It predicts %s.", listing(levels)),
      .call = .call
    )
  }
  codes
}

# The loss of each row: log loss of classes, squared error of numbers.
row_losses <- function(predictor, codes, predictions) {
  if (predictor$type == "number") {
    squares <- (predictions - codes)^2
    return(if (is.matrix(squares)) rowMeans(squares) else squares)
  }
  -log(pmin(pmax(predictions[cbind(seq_along(codes), codes)], 1e-15), 1))
}
