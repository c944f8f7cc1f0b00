#' Accumulated local effects (ALE) of a column on predictions
#'
#' Accumulated local effects (Apley and Zhu 2020). Within each of a number of bins, the
#' column of the bin's rows is moved from one end of the bin to the other, the changes of
#' the prediction are averaged, and these averages are added up along the column. Since no
#' row is moved far, strongly related columns do no harm, other than with
#' [partial_dependence()].
#'
#' The bins of a numeric column hold equally many rows; ties may make them fewer. The levels
#' of a factor are passed through in their order, as `levels()` gives it (text and logical
#' columns: sorted): rows of two neighbouring levels are moved from one to the other. For a
#' factor without an order of its own the effects of levels that are not neighbours depend on
#' that order; `factor(levels = )` sets it before the model is fitted. Effects are centred:
#' their mean over the rows is zero.
#'
#' @inheritParams partial_dependence
#' @param variable A column, by name.
#' @param bins Into how many bins to cut a numeric column at most.
#' @returns A tibble with a row for each end of a bin or each level: the variable, `.ale`,
#'   the effect, and `.n`, how many rows lie in the bin that ends there (0 at the first
#'   end), or have the level; `.class` where there are several classes, `.quantile` where
#'   there are several quantiles. `plot()` and `autoplot()` return a ggplot.
#' @family understanding
#' @examplesIf rdeep_available()
#' model <- deep_tabular(mpg ~ ., data = mtcars, epochs = 20, verbose = 0)
#' effects <- ale(model, "wt")
#' effects
#' plot(effects)
#' @export
ale <- function(object, variable = NULL, data = NULL, ..., bins = 20) {
  check_dots(...)
  call <- current_env()
  bins <- check_whole(bins, "bins", 1, call)
  view <- explained(object, data, .call = call)
  check_variables(view, variable, most = 1, argument = "variable", .call = call)
  column <- view$frame[[variable]]
  found <- if (is_classes(column)) {
    category_effects(view, variable)
  } else {
    numeric_effects(view, variable, bins, call)
  }
  several <- nrow(found$effects)
  columns <- c(
    stats::setNames(list(rep(found$points, each = several)), variable),
    output_column(view, rep(seq_len(several), times = length(found$points))),
    list(.ale = as.vector(found$effects), .n = rep(found$n, each = several))
  )
  label <- prediction_label(view)
  new_effects(columns, "rdeep_ale", list(
    title = sprintf("Accumulated local effects of %s on the %s", variable, label),
    label = label,
    variable = variable,
    observed = view$frame[variable]
  ))
}

# `effects` has a row for each output and a column for each end of a bin.
numeric_effects <- function(view, variable, bins, .call) {
  column <- view$frame[[variable]]
  kept <- !is.na(column)
  ends <- column_grid(column, bins + 1)
  if (length(ends) < 2) {
    abort_constant(variable, .call)
  }
  # The lowest value belongs to the first bin.
  bin <- pmax(findInterval(column, ends, left.open = TRUE), 1L)
  bin[!kept] <- 1L
  copies <- lapply(list(ends[bin], ends[bin + 1]), function(values) {
    stats::setNames(list(values), variable)
  })
  predicted <- predict_copies(view, copies)
  change <- matrix(predicted[, , 2] - predicted[, , 1], nrow = length(column))
  weights <- view$weights * kept
  n <- tabulate(bin[kept], length(ends) - 1)
  steps <- mean_by_group(change, weights, bin, length(ends) - 1)
  # Type-1 quantiles are observed values, the upper end of each bin among them: none is empty.
  reached <- rbind(0, apply(steps, 2, cumsum) |> matrix(nrow = nrow(steps)))
  # A row counts with the mean of its bin's ends.
  middle <- (reached[-1, , drop = FALSE] + reached[-nrow(reached), , drop = FALSE]) / 2
  share <- sums_by_group(weights, bin, length(ends) - 1) / sum(weights)
  list(points = ends, effects = t(reached) - colSums(middle * share), n = c(0L, n))
}

category_effects <- function(view, variable) {
  column <- view$frame[[variable]]
  levels <- categories(column)
  place <- match(column, levels)
  kept <- !is.na(place)
  last <- length(levels)
  moved <- function(to) stats::setNames(list(levels[ifelse(kept, to, 1L)]), variable)
  copies <- list(moved(pmax(place - 1L, 1L)), moved(place), moved(pmin(place + 1L, last)))
  predicted <- predict_copies(view, copies)
  difference <- function(i, j) {
    matrix(predicted[, , i] - predicted[, , j], nrow = length(column))
  }
  # The step from level k to k + 1, seen by the rows of either.
  lower <- kept & place < last
  upper <- kept & place > 1
  change <- rbind(
    difference(3, 2)[lower, , drop = FALSE],
    difference(2, 1)[upper, , drop = FALSE]
  )
  step <- c(place[lower], place[upper] - 1L)
  weights <- c(view$weights[lower], view$weights[upper])
  steps <- mean_by_group(change, weights, step, last - 1)
  reached <- rbind(0, apply(steps, 2, cumsum) |> matrix(nrow = nrow(steps)))
  share <- sums_by_group(view$weights[kept], place[kept], last) / sum(view$weights[kept])
  list(
    points = levels,
    effects = t(reached) - colSums(reached * share),
    n = tabulate(place[kept], last)
  )
}

# Weighted means of the rows of a matrix, a row for each group; 0 for one without rows,
# where nothing is known of a change.
mean_by_group <- function(values, weights, group, groups) {
  total <- sums_by_group(weights, group, groups)
  sums <- apply(values * weights, 2, sums_by_group, group = group, groups = groups)
  matrix(sums, nrow = groups) / ifelse(total > 0, total, 1)
}

sums_by_group <- function(values, group, groups) {
  sums <- rowsum(as.numeric(values), factor(group, levels = seq_len(groups)))
  out <- numeric(groups)
  out[as.integer(rownames(sums))] <- sums
  out
}

abort_constant <- function(variable, .call) {
  abort_rdeep(
    "data",
    sprintf("Column '%s' has one value only: there is no change to look at.", variable),
    argument = "variable",
    received = variable,
    call = .call
  )
}

#' @param x What `ale()` returned.
#' @rdname ale
#' @export
plot.rdeep_ale <- function(x, ...) {
  check_dots(...)
  about <- attr(x, "about")
  variable <- about$variable
  mapping <- ggplot2::aes(x = .data[[variable]], y = .data[[".ale"]])
  drawing <- effects_plot(x, mapping, "to plot accumulated local effects.") +
    ggplot2::geom_hline(yintercept = 0, colour = "grey60")
  drawing <- if (is_classes(x[[variable]])) {
    drawing + ggplot2::geom_col(fill = accent, width = 0.6)
  } else {
    drawing + ggplot2::geom_line(colour = accent, linewidth = 0.9) +
      data_rug(about$observed, variable)
  }
  drawing + facet_outputs(x) +
    ggplot2::labs(x = variable, y = sprintf("Effect on the %s", about$label))
}
