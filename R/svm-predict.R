# What a `deep_svm` predicts, what it is made of, and its pictures.

#' Predict with a support vector machine
#'
#' @param object,x A model of [deep_svm()].
#' @param new_data,newdata,data A data frame with the columns that the model was fitted to. For
#'   `plot()` the rows to draw; without them it shows how the optimum was found.
#' @param type What to predict, see below; by default the class, or the number.
#' @param ... For `augment()`, arguments of `predict()`; else not used: anything here is an error.
#'
#' @section Types:
#' * `"class"`: `.pred_class`, the class that most decision functions speak for.
#' * `"decision"`: decision values: of two classes `.pred_decision`, above zero for the second, else
#'   for each pair a column `.pred_decision_<level>/<level>`, above zero for the class named first.
#'   Within -1 and 1 a row is inside the margin.
#' * `"prob"`: a column `.pred_<level>` for each class, by Platt's scaling of decision values. Near
#'   a boundary the most probable class may be another than the one that is decided for.
#' * `"response"`: for numbers `.pred`; for classes as `"prob"`.
#' @returns `predict()`: a tibble with a row for each row, `NA` where a predictor is missing and not
#'   filled in. `augment()`: the data and the predictions. `tidy()`: of a linear machine its
#'   coefficients, `term` and `estimate` (of several classes with `response`); of others a row for
#'   each decision function (`response` says for which class against which): its `support` vectors,
#'   `norm` (1 by it is the margin), `objective` and `gap`, the share by which that may be above its
#'   optimum. `coef()`: the coefficients of a linear machine, a matrix where there are several
#'   classes. `glance()`: a tibble of one row with the share of support vectors, the largest gap,
#'   and scores on held-out rows. `model.matrix()`: the columns that the network of [as_network()]
#'   reads. `plot()` and `autoplot()`: a ggplot.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' model <- deep_svm(Species ~ Petal.Length + Petal.Width, iris)
#' predict(model, iris[c(1, 51, 101), ], type = "decision")
#' glance(model)
#' tidy(model)
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(model, iris)
#' @export
predict.deep_svm <- function(object, new_data = NULL, type = NULL, ..., newdata = NULL) {
  call <- current_env()
  check_dots(...)
  classes <- object$outcome$type == "class"
  types <- if (classes) c("class", "prob", "response", "decision") else "response"
  type <- ready_type(type, types, call)
  parts <- svm_parts(object, one_new_data(new_data, newdata, call), call)
  missing <- parts$missing
  found <- svm_values(
    object, at_least_one_row(parts), if (type == "prob") "response" else type, call
  )
  columns <- if (type == "class") {
    tibble::tibble(.pred_class = factor(as.character(found), levels = object$outcome$levels))
  } else if (type == "decision") {
    name <- ".pred_decision"
    several <- ncol(found) > 1
    named_columns(found, if (several) paste0(name, "_", svm_about(object)$response) else name)
  } else {
    outcome_columns(object, found, "response")
  }
  in_their_rows(columns, missing)
}

svm_values <- function(object, parts, type, .call) {
  ready_method(
    object, "predict_columns",
    numbers = parts$numbers, codes = parts$codes, type = type, .call = .call
  )
}

# New data as the core takes it; `missing` says which rows cannot be predicted.
svm_parts <- function(object, new_data, .call) {
  if (is.null(new_data)) {
    abort_rdeep(
      "argument", "'new_data' is missing: the model keeps no rows.",
      argument = "new_data", hint = "Give a data frame with the columns of the model.",
      call = .call
    )
  }
  if (is.null(object$design)) {
    return(parts_by_name(object, new_data, .call))
  }
  forged <- forge_design(object$design, new_data, .call = .call)
  impute <- object$design$na_action == "impute"
  missing <- if (impute) rep(FALSE, nrow(forged$predictors)) else forged$missing
  c(core_parts(forged$predictors[!missing, ], NULL), list(missing = missing))
}

# A machine that Python fitted has columns by name, but no design.
parts_by_name <- function(object, new_data, .call) {
  named <- ready_method(object, "columns_data", .call = .call)
  wanted <- c(unlist(named$numbers), names(named$levels))
  known <- list(ptypes = list(predictors = stats::setNames(nm = wanted)))
  data <- check_new_data(new_data, known, .call)
  absent <- setdiff(wanted, names(data))
  if (length(absent) && ncol(data) != length(wanted)) {
    abort_data(
      sprintf("The new data has no column %s.", listing(absent, "and")), "new_data",
      expected = wanted, .call = .call
    )
  }
  if (length(absent)) names(data) <- wanted
  numbers <- unlist(named$numbers)
  coded <- function(x, levels) factor(as.character(x), unlist(levels))
  factors <- Map(coded, data[names(named$levels)], named$levels)
  parts <- core_parts(tibble::as_tibble(c(lapply(data[numbers], as.double), factors)), NULL)
  c(parts, list(missing = rep(FALSE, nrow(data))))
}

#' @rdname predict.deep_svm
#' @export
augment.deep_svm <- function(x, data = NULL, newdata = NULL, ..., new_data = NULL) {
  call <- current_env()
  given <- one_of_data(data, newdata, new_data, call)
  asked <- "type" %in% names(rlang::enquos(...))
  predicted <- if (asked || x$outcome$type == "number") {
    stats::predict(x, given, ...)
  } else {
    tibble::as_tibble(c(
      stats::predict(x, given, type = "class", ...),
      if (has_probabilities(x)) stats::predict(x, given, type = "prob", ...)
    ))
  }
  columns <- c(as.list(as_frame(given)), as.list(predicted))
  actual <- if (!is.null(x$facts$y_name)) columns[[x$facts$y_name]]
  if (x$outcome$type == "number" && is.numeric(actual) && !is.null(columns$.pred)) {
    columns$.resid <- actual - columns$.pred
  }
  tibble::new_tibble(columns, nrow = nrow(predicted))
}

has_probabilities <- function(object) length(object$scores) > 0

# What it is made of ----------------------------------------------------------------

svm_about <- function(object, .call = caller_env()) {
  about <- ready_method(object, "about", .call = .call)
  for (name in c("support", "norm", "objective", "bound")) {
    about[[name]] <- as.double(unlist(about[[name]]))
  }
  about$response <- as.character(unlist(about$response))
  about$gap <- (about$objective - about$bound) / abs(about$objective)
  about
}

#' @param scaled Whether coefficients are for columns, and an outcome of numbers, as they were
#'   scaled, which is what `e1071::svm()` gives; by default they are for the columns as they are.
#' @rdname predict.deep_svm
#' @export
coef.deep_svm <- function(object, scaled = FALSE, ...) {
  call <- current_env()
  check_dots(...)
  check_flag(scaled, "scaled", call)
  found <- ready_method(object, "coefficients", scaled = scaled, .call = call)
  terms <- c("(Intercept)", unlist(ready_method(object, "column_names_data", .call = call)))
  if (ncol(found) == 1) {
    return(stats::setNames(found[, 1], terms))
  }
  dimnames(found) <- list(terms, svm_about(object, call)$response)
  found
}

#' @rdname predict.deep_svm
#' @export
tidy.deep_svm <- function(x, scaled = FALSE, ...) {
  call <- current_env()
  check_dots(...)
  about <- svm_about(x, call)
  if (about$kernel == "linear") {
    found <- stats::coef(x, scaled = scaled)
    if (is.matrix(found)) {
      return(tidy_matrix(found, by_row = FALSE))
    }
    return(tibble::tibble(term = names(found), estimate = unname(found)))
  }
  columns <- list(
    response = if (x$outcome$type == "class") about$response,
    support = as.integer(about$support), norm = about$norm,
    objective = about$objective, gap = about$gap
  )
  tibble::as_tibble(Filter(Negate(is.null), columns))
}

#' @rdname predict.deep_svm
#' @export
glance.deep_svm <- function(x, ...) {
  check_dots(...)
  about <- svm_about(x)
  columns <- list(
    nobs = as.integer(about$rows), kernel = about$kernel, cost = about$cost,
    gamma = if (about$kernel != "linear") about$gamma, features = as.integer(about$features),
    support = about$held / about$rows, gap = max(about$gap)
  )
  tibble::as_tibble(c(Filter(Negate(is.null), columns), lapply(x$scores, as.double)))
}

#' @rdname predict.deep_svm
#' @export
model.matrix.deep_svm <- function(object, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  parts <- svm_parts(object, data, call)
  if (all(parts$missing)) {
    abort_data("All rows have missing values.", "data", .call = call)
  }
  found <- ready_method(
    object, "columns_of_codes",
    numbers = parts$numbers, codes = parts$codes, .call = call
  )
  names <- unlist(ready_method(object, "column_names_data", .call = call))
  out <- matrix(NA_real_, length(parts$missing), length(names), dimnames = list(NULL, names))
  out[!parts$missing, ] <- found
  out
}

#' @export
ready_title.deep_svm <- function(object) {
  outcome <- object$outcome
  about <- svm_about(object)
  predicted <- if (outcome$type == "class") {
    sprintf("of %d classes (%s)", length(outcome$levels), listing_of_some(outcome$levels))
  } else {
    "of a number"
  }
  sprintf("Support vector machine %s, %s", predicted, kernel_words(about))
}

kernel_words <- function(about) {
  loss <- if (about$loss == "squared_hinge") ", squared losses" else ""
  kernel <- switch(about$kernel,
    linear = "linear",
    rbf = sprintf("Gaussian kernel, gamma = %s", format(about$gamma, digits = 3)),
    sprintf("polynomial kernel of degree %d", about$degree)
  )
  sprintf("%s, cost = %s%s", kernel, format(about$cost, digits = 3), loss)
}

#' @export
print.deep_svm <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  about <- svm_about(x)
  call <- paste(trimws(deparse(x$call, width.cutoff = 80L)), collapse = " ")
  cat(
    ready_title(x),
    paste("Call:", call),
    sprintf(
      "%s; support vectors: %d (%.0f %%)",
      sample_words(about$rows, "rows"), about$held, 100 * about$held / about$rows
    ),
    sep = "\n"
  )
  scores <- ready_scores(x, digits)
  if (!is.null(scores)) cat(sprintf("\nOn held-out rows: %s\n", scores))
  invisible(x)
}

# Pictures --------------------------------------------------------------------------

#' @param formula Which two columns of numbers to draw, such as `Petal.Width ~ Petal.Length`; by
#'   default the first two. All other columns are held at their median, or most frequent level.
#' @rdname predict.deep_svm
#' @export
plot.deep_svm <- function(x, data = NULL, formula = NULL, ...) {
  call <- current_env()
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw a support vector machine.")
  if (is.null(data)) {
    return(solving_plot(x))
  }
  data <- as_frame(data)
  axes <- plotted_axes(x, data, formula, call)
  if (x$outcome$type == "class") boundary_plot(x, data, axes) else surface_plot(x, data, axes)
}

#' @rdname predict.deep_svm
#' @exportS3Method ggplot2::autoplot
autoplot.deep_svm <- function(object, ...) plot(object, ...)

# How far the objective was above its lower bound after each step.
solving_plot <- function(object) {
  names <- svm_about(object)$response
  curves <- lapply(seq_along(object$history), function(number) {
    history <- as.data.frame(object$history[[number]])
    wide <- split(history$value, history$metric)
    gap <- (wide$objective - wide$bound) / abs(wide$objective)
    data.frame(
      step = seq_along(gap) - 1L, gap = pmax(gap, 1e-12),
      response = if (length(names)) names[number] else ""
    )
  })
  curves <- do.call(rbind, curves)
  several <- length(object$history) > 1
  lines <- ggplot2::aes(x = .data[["step"]], y = .data[["gap"]])
  if (several) lines$colour <- ggplot2::aes(colour = .data[["response"]])$colour
  ggplot2::ggplot(curves, lines) +
    ggplot2::geom_line() +
    ggplot2::geom_point() +
    ggplot2::scale_y_log10() +
    ggplot2::labs(
      x = "Step", y = "Objective above its lower bound, as a share", colour = NULL
    )
}

plotted_axes <- function(object, data, formula, .call) {
  known <- names(object$design$ptypes$predictors) %||% names(data)
  numeric <- Filter(function(name) is.numeric(data[[name]]), intersect(known, names(data)))
  asked <- if (is.null(formula)) {
    numeric[1:2]
  } else if (rlang::is_formula(formula, lhs = TRUE)) {
    rev(all.vars(formula))
  }
  if (length(asked) != 2 || anyNA(asked) || !all(asked %in% numeric)) {
    abort_rdeep(
      "argument",
      "The picture needs two columns of numbers that the model knows.",
      argument = "formula", received = formula, expected = numeric,
      hint = "Name them: `plot(model, data, vertical ~ horizontal)`.", call = .call
    )
  }
  asked
}

# Predictions on a grid of two columns, the others held where most rows are.
svm_grid <- function(object, data, axes, type, n = 100) {
  along <- lapply(data[axes], function(x) {
    ends <- range(x, na.rm = TRUE)
    seq(ends[1], ends[2], length.out = n)
  })
  grid <- expand.grid(along)
  others <- setdiff(names(object$design$inputs) %||% names(data), axes)
  for (name in others) grid[[name]] <- rep(typical_value(data[[name]]), nrow(grid))
  cbind(grid[axes], as.data.frame(stats::predict(object, grid, type = type)))
}

typical_value <- function(x) {
  if (is.factor(x)) {
    return(factor(typical(x), levels(x), ordered = is.ordered(x)))
  }
  if (is.character(x)) names(which.max(table(x))) else typical(x)
}

boundary_plot <- function(object, data, axes) {
  grid <- svm_grid(object, data, axes, "class")
  decision <- svm_grid(object, data, axes, "decision")
  values <- decision[grepl("^[.]pred_decision", names(decision))]
  at <- ggplot2::aes(x = .data[[axes[1]]], y = .data[[axes[2]]])
  picture <- ggplot2::ggplot(grid, at) +
    ggplot2::geom_raster(ggplot2::aes(fill = .data[[".pred_class"]]), alpha = 0.35)
  if (ncol(values) == 1) {
    # The boundary, and the margins beside it.
    grid$.value <- values[[1]]
    picture <- picture +
      ggplot2::geom_contour(
        ggplot2::aes(z = .data[[".value"]]), grid,
        breaks = c(-1, 0, 1), colour = "grey30", linewidth = 0.4
      )
  }
  y_name <- object$facts$y_name
  points <- if (!is.null(y_name) && !is.null(data[[y_name]])) {
    data$.class <- factor(as.character(data[[y_name]]), object$outcome$levels)
    ggplot2::geom_point(
      ggplot2::aes(fill = .data[[".class"]]), data,
      shape = 21, colour = "grey20", na.rm = TRUE
    )
  } else {
    ggplot2::geom_point(data = data, colour = "grey20", size = 0.7)
  }
  picture + points + ggplot2::labs(fill = y_name %||% "class")
}

surface_plot <- function(object, data, axes) {
  grid <- svm_grid(object, data, axes, "response")
  ggplot2::ggplot(grid, ggplot2::aes(x = .data[[axes[1]]], y = .data[[axes[2]]])) +
    ggplot2::geom_raster(ggplot2::aes(fill = .data[[".pred"]])) +
    ggplot2::geom_point(data = data, colour = "white", size = 0.7) +
    ggplot2::labs(fill = object$facts$y_name %||% "prediction")
}
