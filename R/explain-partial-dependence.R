#' Partial dependence of predictions on a column
#'
#' Sets a column to each value of a grid in all rows, and averages the predictions (Friedman
#' 2001). Where columns are strongly related, this asks the model for combinations that
#' never occur: [ale()] does not.
#'
#' @inheritParams importance
#' @param variables One or two columns, by name.
#' @param data The data to average over, a data frame with the predictors; by default the
#'   data that a [deep_tabular()] model was fitted to. Networks keep no data.
#' @param grid_size How many values of a numeric column to look at: its quantiles. Of a
#'   factor it is all levels.
#' @param ice Whether to return a curve for each row (individual conditional expectation)
#'   beside their average.
#' @returns A tibble with a row for each point: the variables, and `.pred`, the mean
#'   prediction; `.class` where there are several classes, `.quantile` where there are
#'   several quantiles. With `ice = TRUE` also `.row`, the row of the data, `NA` for the
#'   average. For survival the predictions are log risks. `plot()` and `autoplot()` return a
#'   ggplot.
#' @family understanding
#' @examplesIf rdeep_available()
#' model <- deep_tabular(mpg ~ ., data = mtcars, epochs = 20, verbose = 0)
#' dependence <- partial_dependence(model, "wt")
#' dependence
#' plot(dependence)
#' @export
partial_dependence <- function(object,
                               variables = NULL,
                               data = NULL,
                               ...,
                               grid_size = 20,
                               ice = FALSE,
                               rows = 1000) {
  check_dots(...)
  call <- current_env()
  grid_size <- check_whole(grid_size, "grid_size", 2, call)
  view <- explained(object, data, .call = call)
  check_variables(view, variables, most = 2, .call = call)
  if (ice && length(variables) > 1) {
    abort_rdeep(
      "argument",
      "'ice' shows curves, which one variable gives; there are two.",
      argument = "ice",
      call = call
    )
  }
  dependence_on(with_rows(view, check_most_rows(rows, call)), variables, grid_size, ice)
}

dependence_on <- function(view, variables, grid_size, ice) {
  grids <- lapply(view$frame[variables], column_grid, size = grid_size)
  index <- as.list(expand.grid(lapply(grids, seq_along)))
  points <- Map(function(grid, i) grid[i], grids, index)
  copies <- lapply(seq_along(points[[1]]), function(i) {
    lapply(points, function(values) rep(values[i], nrow(view$frame)))
  })
  predicted <- predict_copies(view, copies)
  average <- average_rows(predicted, view$weights)
  columns <- dependence_columns(view, points, average)
  if (ice) {
    numbers <- view$kept %||% seq_len(nrow(view$frame))
    rows <- lapply(seq_along(numbers), function(i) {
      of_row <- array(predicted[i, , ], dim(predicted)[-1])
      c(list(.row = numbers[i]), dependence_columns(view, points, of_row))
    })
    columns <- bind_columns(c(rows, list(c(list(.row = NA_integer_), columns))))
  }
  kind <- if (ice) "Individual and partial dependence" else "Partial dependence"
  label <- prediction_label(view)
  new_effects(columns, "rdeep_partial_dependence", list(
    title = sprintf("%s of the %s on %s", kind, label, paste(variables, collapse = " and ")),
    label = label,
    variables = variables,
    observed = view$frame[variables]
  ))
}

# `predicted` has a row for each output and a column for each point.
dependence_columns <- function(view, points, predicted) {
  several <- nrow(predicted)
  columns <- lapply(points, rep, each = several)
  output <- output_column(view, rep(seq_len(several), times = ncol(predicted)))
  c(columns, output, list(.pred = as.vector(predicted)))
}

# Lists of columns, one below the other.
bind_columns <- function(parts) {
  names <- names(parts[[1]])
  lengths <- vapply(parts, function(part) length(part$.pred), 0L)
  columns <- lapply(names, function(name) {
    values <- lapply(parts, `[[`, name)
    if (name == ".row") rep(unlist(values), lengths) else do.call(c, values)
  })
  stats::setNames(columns, names)
}

#' @param x What `partial_dependence()` returned.
#' @rdname partial_dependence
#' @export
plot.rdeep_partial_dependence <- function(x, ...) {
  check_dots(...)
  about <- attr(x, "about")
  variables <- about$variables
  categorical <- vapply(x[variables], is_classes, NA)
  label <- capitalized(about$label)
  if (length(variables) == 1) {
    return(dependence_curve(x, variables, categorical, about$observed, label))
  }
  if (any(categorical)) {
    # Lines along the numeric variable, if one is, with a colour for each level.
    order <- if (categorical[1]) rev(variables) else variables
    return(dependence_lines(x, order, all(categorical), label))
  }
  dependence_map(x, variables, label)
}

dependence_curve <- function(x, variable, categorical, observed, label) {
  average <- if (".row" %in% names(x)) x[is.na(x$.row), ] else x
  single <- if (".row" %in% names(x)) x[!is.na(x$.row), ]
  mapping <- ggplot2::aes(x = .data[[variable]], y = .data[[".pred"]])
  rows <- ggplot2::aes(group = .data[[".row"]])
  drawing <- effects_plot(average, mapping, "to plot partial dependence.")
  if (!is.null(single)) {
    faint <- max(0.05, min(0.5, 15 / length(unique(single$.row))))
    drawing <- drawing +
      ggplot2::geom_line(rows, data = single, colour = "grey40", alpha = faint)
  }
  drawing <- if (categorical) {
    drawing + ggplot2::geom_line(group = 1, colour = accent, linetype = "dotted") +
      ggplot2::geom_point(colour = accent, size = 2.5)
  } else {
    drawing + ggplot2::geom_line(colour = accent, linewidth = 0.9) +
      data_rug(observed, variable)
  }
  drawing + facet_outputs(x) + ggplot2::labs(x = variable, y = label)
}

# Where the data is: a prediction far from it means little.
data_rug <- function(observed, variable) {
  ggplot2::geom_rug(
    ggplot2::aes(x = .data[[variable]]),
    data = new_frame(lapply(observed, column_grid, size = 500)),
    inherit.aes = FALSE, sides = "b", alpha = 0.25, length = ggplot2::unit(1.5, "mm")
  )
}

dependence_lines <- function(x, variables, points, label) {
  mapping <- ggplot2::aes(
    x = .data[[variables[1]]], y = .data[[".pred"]],
    colour = .data[[variables[2]]], group = .data[[variables[2]]]
  )
  effects_plot(x, mapping, "to plot partial dependence.") +
    ggplot2::geom_line(linetype = if (points) "dotted" else "solid") +
    (if (points) ggplot2::geom_point(size = 2.5)) +
    ggplot2::scale_colour_viridis_d(end = 0.9) +
    facet_outputs(x) +
    ggplot2::labs(x = variables[1], y = label, colour = variables[2])
}

# Cells between the grid's values, which are not evenly spaced.
dependence_map <- function(x, variables, label) {
  across <- cell_edges(x[[variables[1]]])
  upward <- cell_edges(x[[variables[2]]])
  x$.left <- across$low
  x$.right <- across$high
  x$.bottom <- upward$low
  x$.top <- upward$high
  mapping <- ggplot2::aes(
    xmin = .data[[".left"]], xmax = .data[[".right"]],
    ymin = .data[[".bottom"]], ymax = .data[[".top"]], fill = .data[[".pred"]]
  )
  effects_plot(x, mapping, "to plot partial dependence.") +
    ggplot2::geom_rect() +
    ggplot2::scale_fill_viridis_c() +
    ggplot2::coord_cartesian(expand = FALSE) +
    facet_outputs(x) +
    ggplot2::labs(x = variables[1], y = variables[2], fill = label)
}

cell_edges <- function(values) {
  grid <- sort(unique(values))
  between <- (grid[-1] + grid[-length(grid)]) / 2
  place <- match(values, grid)
  list(low = c(grid[1], between)[place], high = c(between, grid[length(grid)])[place])
}
