# How each kind of model is seen by what explains it: methods of explained().

#' @export
explained.deep_tabular <- function(object,
                                   data = NULL,
                                   y = NULL,
                                   scored = FALSE,
                                   argument = "data",
                                   .call = caller_env()) {
  given <- if (is.null(data)) {
    kept_rows(object, scored, .call)
  } else {
    rows_of_data(object, data, y, scored, argument, .call)
  }
  frame <- plain_columns(given$frame, .call)
  members <- function(frame, rows, type = "response") {
    each <- predict_frame(object, "predict_members", frame, given$offset[rows], .call)
    if (type == "link") link_of(object, each) else each
  }
  new_explainable(
    frame,
    predict = tabular_predictor(object, given$offset, .call),
    outcome = tabular_outcome(object, given$target),
    variables = setdiff(names(frame), other_columns(object$design)),
    outputs = switch(object$family,
      multinomial = object$outcome$levels,
      quantile = format(object$settings$quantile_levels)
    ),
    weights = given$weights,
    held_out = if (!is.null(given$member)) {
      function(frame, rows, type = "response") {
        predict_unseen(object, frame, given$member[rows], given$offset[rows], .call)
      }
    },
    members = if (trained_members(object) > 1) members,
    refit = if (!is.null(object$data)) {
      function(.call) {
        drawn <- sample.int(nrow(object$data$predictors), replace = TRUE)
        tabular_predictor(refit_rows(object, drawn, .call), given$offset, .call)
      }
    },
    gradients = function(frame, rows, start, steps, .call) {
      tabular_gradients(object, frame, given$offset[rows], start, steps, .call)
    },
    shifted = !is.null(given$offset)
  )
}

# The rows that the model was fitted to. To be scored, only those that some network has not
# seen, where there are such.
kept_rows <- function(object, scored, .call) {
  if (is.null(object$data)) {
    abort_rdeep(
      "state",
      "The model did not keep the data that it was fitted to.",
      argument = "data",
      hint = "Give 'data', or fit the model with `model = TRUE`.",
      call = .call
    )
  }
  member <- object$held_out$member
  unseen <- scored && any(!is.na(member))
  rows <- if (unseen) which(!is.na(member)) else seq_along(member)
  list(
    frame = object$data$predictors[rows, ],
    offset = object$offset[rows],
    weights = object$weights[rows],
    target = object$target[rows, , drop = FALSE],
    member = if (unseen) member[rows]
  )
}

rows_of_data <- function(object, data, y, scored, argument, .call) {
  parts <- tabular_parts(object, data, outcomes = scored, y = y, .call = .call)
  if (any(parts$missing)) {
    abort_missing_rows(parts$missing, data, object$design, argument, .call)
  }
  list(
    frame = as_inputs(data, object$design$inputs),
    offset = parts$offset,
    weights = parts$weights,
    target = parts$target
  )
}

# The columns of data that has passed the design's checks, with the types that were learned:
# values of rows can then be put into each other's places.
as_inputs <- function(data, inputs) {
  frame <- as_frame(data)
  if (!all(names(inputs) %in% names(frame))) {
    # A matrix without names has as many columns as there are inputs.
    names(frame) <- names(inputs)
  }
  new_frame(Map(like_input, frame[names(inputs)], inputs))
}

like_input <- function(x, input) {
  if (is.factor(input)) {
    factor(as.character(x), levels = levels(input), ordered = is.ordered(input))
  } else if (is.character(input)) {
    as.character(x)
  } else {
    x
  }
}

# Rows lack a value, or have a level that was not seen, which hardhat turns into `NA`.
abort_missing_rows <- function(missing, data, design, argument, .call) {
  columns <- intersect(names(design$inputs), colnames(data))
  lacking <- anyNA(as_frame(data)[missing, columns])
  abort_rdeep(
    "data",
    sprintf(
      "'%s' has %s in %d %s, the first in row %d.",
      argument, if (lacking) "missing values" else "values that the model has not seen",
      sum(missing), if (sum(missing) == 1) "row" else "rows", which(missing)[1]
    ),
    argument = argument,
    received = sum(missing),
    hint = if (lacking) {
      "Leave such rows out; a model fitted with `na_action = \"impute\"` takes them."
    } else {
      "Leave such rows out."
    },
    call = .call
  )
}

# Columns whose values can be moved about one by one.
plain_columns <- function(frame, .call) {
  for (name in names(frame)) {
    if (!is.null(dim(frame[[name]]))) {
      abort_rdeep(
        "data",
        sprintf("Column '%s' is %s, not a vector.", name, describe(frame[[name]])),
        argument = "data",
        column = name,
        hint = "Give each part a column of its own, and fit the model to these.",
        call = .call
      )
    }
  }
  new_frame(as.list(frame))
}

# Columns that a formula has in an offset alone: what is added is no effect of a predictor.
# A recipe's columns of other roles are none either.
other_columns <- function(design) {
  if (is.null(design$formula)) {
    predictors <- names(design$recipe$ptypes$predictors)
    return(if (!is.null(design$recipe)) setdiff(names(design$inputs), predictors))
  }
  terms <- stats::terms(design$formula, data = design$ptypes$predictors)
  offsets <- as.list(attr(terms, "variables"))[-1][attr(terms, "offset")]
  used <- unlist(lapply(attr(terms, "term.labels"), function(label) all.vars(str2lang(label))))
  setdiff(unlist(lapply(offsets, all.vars)), used)
}

tabular_predictor <- function(object, offset, .call) {
  survives <- predicts_times(object)
  function(frame, rows, type = "response") {
    kind <- if (survives) "link" else type
    predicted <- predict_frame(object, "predict", frame, offset[rows], kind = kind, .call)
    if (kind == "response") apply_calibration_to(object, predicted) else predicted
  }
}

# A row that moving values about has made impossible, as in `log(a - b)`, is predicted `NA`.
predict_frame <- function(object, name, frame, offset, .call, ...) {
  parts <- tabular_parts(object, frame, offset = offset, .call = .call)
  missing <- parts$missing
  predicted <- tabular_call(object, name, at_least_one_row(parts), ..., .call = .call)
  if (!any(missing)) {
    return(predicted)
  }
  dims <- dim(predicted)
  all <- matrix(NA_real_, length(missing), prod(dims[-1]))
  if (!all(missing)) all[!missing, ] <- predicted
  array(all, c(length(missing), dims[-1]))
}

# Predictions of single networks on the scale of the link; the log risk is there already.
link_of <- function(object, predicted) {
  switch(object$family,
    binomial = stats::qlogis(predicted),
    multinomial = log(predicted),
    poisson = log(predicted),
    negative_binomial = log(predicted),
    predicted
  )
}

# For each row the prediction of one network, counted from 0.
predict_unseen <- function(object, frame, member, offset, .call) {
  predicted <- matrix(NA_real_, nrow(frame), ncol(object$fitted))
  for (one in unique(member)) {
    rows <- which(member == one)
    found <- predict_frame(
      object, "predict_members", frame[rows, , drop = FALSE], offset[rows], .call,
      member = one
    )
    predicted[rows, ] <- found
  }
  predicted
}

tabular_outcome <- function(object, target) {
  outcome <- object$outcome
  kind <- if (object$family == "quantile") {
    "quantile"
  } else if (predicts_counts(object)) {
    "count"
  } else {
    outcome$kind
  }
  values <- if (!is.null(target)) {
    switch(kind,
      class = factor(outcome$levels[target[, 1] + 1], levels = outcome$levels),
      survival = target,
      quantile = structure(target[, 1], quantile_levels = object$settings$quantile_levels),
      target[, 1]
    )
  }
  list(name = outcome$name, kind = kind, levels = outcome$levels, values = values)
}

# Networks ------------------------------------------------------------------------

#' @export
explained.rdeep_model <- function(object,
                                  data = NULL,
                                  y = NULL,
                                  scored = FALSE,
                                  argument = "data",
                                  .call = caller_env()) {
  if (is.null(data)) {
    abort_rdeep(
      "argument",
      "'data' is missing: a network does not keep the data that it was fitted to.",
      argument = "data",
      call = .call
    )
  }
  frame <- network_frame(object, data, argument, .call)
  predict <- function(frame, rows, type = "response") {
    refuse_link(type, .call)
    check_prediction(predict.rdeep_model(object, frame), .call)
  }
  sample <- predict(frame[1, , drop = FALSE])
  outcome <- network_outcome(object, data, y, scored, .call)
  new_explainable(
    frame,
    predict = predict,
    outcome = outcome,
    variables = setdiff(names(frame), other_columns(model_env(object)$design)),
    outputs = if (ncol(sample) > 1) colnames(sample) %||% seq_len(ncol(sample)),
    gradients = function(frame, rows, start, steps, .call) {
      network_gradients(object, frame, start, steps, .call)
    }
  )
}

refuse_link <- function(type, .call) {
  if (type == "link") {
    abort_rdeep(
      "argument",
      "A network has no link: 'type' can only be 'response'.",
      argument = "type",
      received = type,
      call = .call
    )
  }
}

# The columns that a network was fitted to.
network_frame <- function(object, data, argument, .call) {
  design <- model_env(object)$design
  columns <- model_env(object)$learned$x[[1]]$columns
  if (is.null(design) && is.null(columns)) {
    abort_rdeep(
      "argument",
      "The network was not fitted on a data frame: it knows no columns.",
      argument = "object",
      hint = "Fit it by a formula, `fit(model, y ~ ., data = df)`, or with a data frame as `x`.",
      call = .call
    )
  }
  if (!is.null(design)) {
    missing <- forge_design(design, data, .call = .call)$missing
    if (any(missing)) {
      abort_missing_rows(missing, data, design, argument, .call)
    }
    return(plain_columns(as_inputs(data, design$inputs), .call))
  }
  frame <- known_columns(as_frame(data), argument, columns, .call)
  levels <- model_env(object)$learned$x[[1]]$levels
  for (name in names(levels)) {
    known <- match_levels(frame[[name]], argument, name, levels[[name]], .call)
    frame[[name]] <- factor(as.character(frame[[name]]), levels = known)
  }
  plain_columns(frame, .call)
}

check_prediction <- function(predicted, .call) {
  if (!is.matrix(predicted)) {
    abort_rdeep(
      "argument",
      "Only networks with one output, a number or a vector for each row, can be explained.",
      argument = "object",
      call = .call
    )
  }
  predicted
}

network_outcome <- function(object, data, y, scored, .call) {
  env <- model_env(object)
  design <- env$design
  levels <- env$learned$y[[1]]$levels[[1]]
  name <- if (is.null(design)) "y" else paste(names(design$outcome), collapse = ", ")
  if (name %in% c("", ".outcome")) {
    name <- "y"
  }
  if (scored && is.null(y)) {
    y <- outcome_in(design, data, .call)
  }
  check_outcome_of_rows(y, nrow(as_frame(data)), is.null(levels), .call)
  if (!is.null(levels) && !is.null(y)) {
    y <- factor(as.character(y), levels = levels)
  }
  kind <- if (is.null(levels)) "numeric" else "class"
  list(name = name, kind = kind, levels = levels, values = y, link = "score")
}

check_outcome_of_rows <- function(y, rows, numbers, .call) {
  if (is.null(y) || (NROW(y) == rows && (!numbers || is.numeric(y)))) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf(
      "'y' must be %s, one for each of the %d rows of 'data', not %s.",
      if (numbers) "numbers" else "classes", rows, describe(y)
    ),
    argument = "y",
    received = y,
    call = .call
  )
}

outcome_in <- function(design, data, .call) {
  if (is.null(design) || design$kind == "xy") {
    abort_rdeep(
      "argument",
      "'y' is missing: the network was fitted to `x` and `y`.",
      argument = "y",
      hint = "Give the outcome of the rows of 'data' as `y`.",
      call = .call
    )
  }
  single_outcome(forge_design(design, data, outcomes = TRUE, .call = .call)$outcomes, .call)
}
