#' @importFrom generics explain
#' @export
generics::explain

#' Explain predictions of single rows (Shapley values, integrated gradients)
#'
#' `method = "shapley"` divides the difference between a row's prediction and the mean
#' prediction among the columns, by Shapley values (Strumbelj and Kononenko 2014): a
#' column's contribution is the mean change of the prediction when the column takes its
#' value in the row, over orders in which the columns do so, from rows of the data drawn at
#' random. The contributions add up to the prediction minus the mean prediction.
#'
#' Half of the orders drawn are the other half reversed, and the rows of the data are gone
#' through evenly, which makes the values more exact. What sampling still leaves of the
#' difference is spread over the columns by their variance, so that the sum is exact. Columns
#' are taken to be unrelated: rows are made of values that may never occur together.
#'
#' `method = "integrated_gradients"` follows the prediction from a row of medians and most
#' frequent levels to the row, on the scale of the link (log odds, log mean) and without an
#' offset. The contributions then add up to the difference of these two predictions, but for
#' an error of the integration that shrinks with `samples`. They are those of the columns
#' that the network sees, such as `log(x)`, and computed as in [importance()].
#'
#' @inheritParams partial_dependence
#' @param x A fitted model: [deep_tabular()], or a network that was fitted on a data frame,
#'   by a formula or with a recipe.
#' @param new_data The rows to explain, a data frame.
#' @param method `"shapley"` or `"integrated_gradients"`.
#' @param rows How many rows of the data the mean is taken over, at most: they are drawn at
#'   random. `Inf` for all of them.
#' @param samples How many orders to draw, or into how many steps to cut the way: more is
#'   more exact and takes longer.
#' @returns A tibble with a row for each row of `new_data` and each column: `.row`,
#'   `variable`, its `value` as text, its `contribution`, the `std_error` of that (`NA` for
#'   integrated gradients), and the row's `baseline` and `prediction`, between which the
#'   contributions lie; `.class` where there are several classes, `.quantile` where there
#'   are several quantiles. `plot()` and `autoplot()` return a ggplot.
#' @family understanding
#' @examplesIf rdeep_available()
#' model <- deep_tabular(mpg ~ ., data = mtcars, epochs = 20, verbose = 0)
#' explanation <- explain(model, mtcars[1:2, ], samples = 50)
#' explanation
#' plot(explanation)
#' @export
#' @rawNamespace S3method(dplyr::explain, rdeep_fit)
explain.rdeep_fit <- function(x,
                              new_data = NULL,
                              data = NULL,
                              ...,
                              method = c("shapley", "integrated_gradients"),
                              samples = 200,
                              rows = 1000) {
  check_dots(...)
  explain_rows(x, new_data, data, method, samples, rows, current_env())
}

# dplyr, which many attach later, has a generic of this name for itself.
#' @rdname explain.rdeep_fit
#' @export
#' @rawNamespace S3method(dplyr::explain, rdeep_model)
explain.rdeep_model <- explain.rdeep_fit

explain_rows <- function(object, new_data, data, method, samples, rows, .call) {
  method <- one_of(method, c("shapley", "integrated_gradients"), "method", .call)
  samples <- check_whole(samples, "samples", 2, .call)
  if (is.null(new_data)) {
    abort_rdeep(
      "argument",
      "'new_data' is missing: which rows are to be explained?",
      argument = "new_data",
      call = .call
    )
  }
  view <- with_rows(explained(object, data, .call = .call), check_most_rows(rows, .call))
  target <- explained(object, new_data, argument = "new_data", .call = .call)
  found <- if (method == "shapley") {
    shapley_rows(view, target, samples)
  } else {
    column_gradients(target, view$frame, .call, samples)
  }
  type <- if (method == "shapley") "response" else "link"
  new_explanation(found, target, prediction_label(view, type), method)
}

# `values` and `errors`: rows, variables, outputs; `columns`, a data frame of what the
# variables hold; `baseline` and `prediction`: rows, outputs.
shapley_rows <- function(view, target, samples) {
  n <- nrow(target$frame)
  moves <- target$shifted || length(view$variables) < ncol(view$frame)
  baseline <- lapply(seq_len(if (moves) n else 1), mean_prediction, view, target)
  found <- lapply(seq_len(n), function(i) {
    shapley_row(view, target, i, samples, baseline[[if (moves) i else 1]])
  })
  join <- function(part) {
    values <- lapply(found, `[[`, part)
    together <- array(unlist(values), c(dim(as.array(values[[1]])), n))
    aperm(together, c(length(dim(together)), seq_len(length(dim(together)) - 1)))
  }
  parts <- c("values", "errors", "baseline", "prediction")
  c(stats::setNames(lapply(parts, join), parts), list(columns = target$frame[view$variables]))
}

shapley_row <- function(view, target, i, samples, baseline) {
  p <- length(view$variables)
  pairs <- ceiling(samples / 2)
  # Where each column comes in the order, and in the order reversed.
  place <- replicate(pairs, sample.int(p)) |> matrix(nrow = p)
  place <- cbind(place, p + 1L - place)
  background <- even_rows(nrow(view$frame), pairs, view$weights)
  paths <- predict_along_orders(view, target, i, place, c(background, background))
  # The change that each column makes, at its place in the order.
  steps <- paths[-1, , , drop = FALSE] - paths[-(p + 1), , , drop = FALSE]
  outputs <- dim(paths)[3]
  changes <- vapply(seq_len(outputs), function(k) {
    matrix(steps[cbind(c(place), c(col(place)), k)], nrow = p)
  }, matrix(0, p, 2 * pairs))
  # A pair is one observation: its two halves are not independent.
  first <- seq_len(pairs)
  draws <- (changes[, first, , drop = FALSE] + changes[, -first, , drop = FALSE]) / 2
  values <- apply(draws, c(1, 3), mean)
  variance <- apply(draws, c(1, 3), stats::var) / pairs
  prediction <- paths[p + 1, 1, ]
  list(
    values = close_sum(values, variance, prediction - baseline),
    errors = sqrt(variance),
    baseline = baseline,
    prediction = prediction
  )
}

# Predictions on the way from background rows to row i, for each order: before the first
# column has changed, after it, ..., after the last. An array: steps, orders, outputs.
predict_along_orders <- function(view, target, i, place, background) {
  p <- nrow(place)
  orders <- ncol(place)
  step <- rep(0:p, times = orders)
  from <- rep(background, each = p + 1)
  columns <- lapply(target$frame, function(column) rep(column[i], length(step)))
  columns[view$variables] <- lapply(seq_len(p), function(j) {
    name <- view$variables[j]
    column <- view$frame[[name]][from]
    column[step >= rep(place[j, ], each = p + 1)] <- target$frame[[name]][i]
    column
  })
  predicted <- predict_pieces(target, new_frame(columns), rep(i, length(step)))
  array(predicted, c(p + 1, orders, ncol(predicted)))
}

# A row is explained at its own offset.
mean_prediction <- function(i, view, target) {
  frame <- view$frame
  along <- setdiff(names(frame), view$variables)
  frame[along] <- lapply(target$frame[along], function(column) rep(column[i], nrow(frame)))
  predicted <- predict_pieces(target, frame, rep(i, nrow(frame)))
  colSums(predicted * view$weights) / sum(view$weights)
}

predict_pieces <- function(view, frame, rows) {
  n <- nrow(frame)
  if (n <= rows_at_once) {
    return(view$predict(frame, rows))
  }
  pieces <- split(seq_len(n), (seq_len(n) - 1) %/% rows_at_once)
  do.call(rbind, lapply(pieces, function(piece) {
    view$predict(frame[piece, , drop = FALSE], rows[piece])
  }))
}

# Rows drawn so that each comes as often as any other, as near as may be.
even_rows <- function(n, size, weights) {
  if (length(unique(weights)) > 1) {
    return(sample.int(n, size, replace = TRUE, prob = weights))
  }
  c(rep(seq_len(n), size %/% n), sample.int(n, size %% n))
}

# Spreads what the sum lacks over the columns, by how uncertain they are.
close_sum <- function(values, variance, total) {
  lacking <- total - colSums(values)
  certain <- colSums(variance) == 0
  share <- variance / rep(ifelse(certain, 1, colSums(variance)), each = nrow(values))
  share[, certain] <- 1 / nrow(values)
  values + share * rep(lacking, each = nrow(values))
}

new_explanation <- function(found, view, label, method) {
  n <- nrow(view$frame)
  variables <- names(found$columns)
  at <- expand.grid(
    variable = seq_along(variables), output = seq_len(dim(found$values)[3]), row = seq_len(n)
  )
  cell <- cbind(at$row, at$variable, at$output)
  shown <- vapply(found$columns, shown_values, character(n)) |> matrix(nrow = n)
  columns <- c(
    list(.row = at$row),
    output_column(view, at$output),
    list(
      variable = variables[at$variable],
      value = shown[cbind(at$row, at$variable)],
      contribution = found$values[cell],
      std_error = if (is.null(found$errors)) rep(NA_real_, nrow(at)) else found$errors[cell],
      baseline = found$baseline[cbind(at$row, at$output)],
      prediction = found$prediction[cbind(at$row, at$output)]
    )
  )
  way <- if (method == "shapley") "Shapley values" else "Integrated gradients"
  new_effects(columns, "rdeep_explanation", list(
    title = sprintf("%s: contributions to the %s", way, label),
    label = label
  ))
}

shown_values <- function(column) {
  if (is.numeric(column)) brief(column) else as.character(column)
}

#' @param x What `explain()` returned.
#' @param top How many columns to show at most in each row.
#' @rdname explain.rdeep_fit
#' @export
plot.rdeep_explanation <- function(x, ..., top = 12) {
  check_dots(...)
  about <- attr(x, "about")
  x$.panel <- explanation_panels(x)
  # A label is one of a panel: the same column has another place and value elsewhere.
  x <- x[order(x$.panel, abs(x$contribution)), ]
  shown <- x[stats::ave(-abs(x$contribution), x$.panel, FUN = rank) <= top, ]
  text <- sprintf("%s = %s", shown$variable, shown$value)
  shown$.label <- factor(paste(text, shown$.panel, sep = "\r"), levels = unique(
    paste(text, shown$.panel, sep = "\r")
  ))
  effects_plot(
    shown,
    ggplot2::aes(
      x = .data[["contribution"]], y = .data[[".label"]], fill = .data[["contribution"]] > 0
    ),
    "to plot contributions."
  ) +
    ggplot2::geom_col(width = 0.7, show.legend = FALSE) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey40") +
    ggplot2::facet_wrap(ggplot2::vars(.data[[".panel"]]), scales = "free_y") +
    ggplot2::scale_y_discrete(labels = function(labels) sub("\r.*$", "", labels)) +
    ggplot2::scale_fill_manual(values = c("FALSE" = "#b5533c", "TRUE" = accent)) +
    ggplot2::labs(x = sprintf("Contribution to the %s", about$label), y = NULL)
}

explanation_panels <- function(x) {
  output <- output_name(x)
  name <- if (length(output)) paste0(", ", x[[output]]) else ""
  text <- sprintf(
    "Row %d%s\n%s, from %s", x$.row, name,
    brief(x$prediction), brief(x$baseline)
  )
  factor(text, levels = unique(text))
}
