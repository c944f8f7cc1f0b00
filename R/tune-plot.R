# Pictures of a search.

#' @rdname tuning_results
#' @export
plot.rdeep_tuning <- function(x, type = c("history", "importance", "slices", "parallel"), ...) {
  call <- current_env()
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw a search.")
  type <- one_of(type, c("history", "importance", "slices", "parallel"), "type", call)
  if (is.null(x$best)) {
    abort_rdeep("state", "No trial has come to its end: there is nothing to draw.", call = call)
  }
  switch(type,
    history = plot_search_history(x),
    importance = plot_search_importance(x, call),
    slices = plot_search_slices(x),
    parallel = plot_search_parallel(x)
  )
}

#' @rdname tuning_results
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_tuning <- function(object, ...) plot(object, ...)

score_title <- function(x) {
  paste0(
    toupper(substr(x$metric, 1, 1)), substring(x$metric, 2),
    if (x$direction == "min") " (small is good)" else " (large is good)"
  )
}

scored_trials <- function(x) {
  data <- x$trials[!is.na(x$trials$score), ]
  data$State <- factor(
    ifelse(data$state == "pruned", "ended early", data$state), c("finished", "ended early")
  )
  data
}

# Scores that are far off would leave no room for the others.
score_limits <- function(x, scores) {
  good <- if (x$direction == "min") min(scores) else max(scores)
  typical <- stats::quantile(abs(scores - good), 0.75, names = FALSE)
  far <- good + if (x$direction == "min") 2.5 * typical else -2.5 * typical
  reach <- range(scores)
  if (typical == 0) {
    return(reach)
  }
  if (x$direction == "min") c(reach[1], min(reach[2], far)) else c(max(reach[1], far), reach[2])
}

plot_search_history <- function(x) {
  data <- scored_trials(x)
  finished <- data$state == "finished"
  running <- if (x$direction == "min") cummin else cummax
  best <- data.frame(trial = data$trial[finished], score = running(data$score[finished]))
  ggplot2::ggplot(data, ggplot2::aes(.data[["trial"]], .data[["score"]])) +
    ggplot2::geom_step(data = best, colour = "grey50") +
    ggplot2::geom_point(ggplot2::aes(shape = .data[["State"]])) +
    ggplot2::scale_shape_manual(values = c(finished = 16, `ended early` = 1), drop = TRUE) +
    ggplot2::coord_cartesian(ylim = score_limits(x, data$score)) +
    ggplot2::labs(x = "Trial", y = score_title(x), shape = NULL)
}

plot_search_importance <- function(x, .call) {
  if (length(x$importance) == 0) {
    abort_rdeep(
      "state", "There are too few trials to say how much each hyperparameter matters.",
      hint = "Go on with more `trials`.", call = .call
    )
  }
  data <- data.frame(
    name = stats::reorder(axis_names(x$importance), x$importance), importance = x$importance
  )
  ggplot2::ggplot(data, ggplot2::aes(.data[["importance"]], .data[["name"]])) +
    ggplot2::geom_col() +
    ggplot2::labs(x = "Share of the scores' variation", y = NULL)
}

# A hyperparameter's values as numbers from 0 to 1, in the order and on the scale of its range.
relative_values <- function(values, parameter) {
  if (parameter$type == "choice") {
    place <- match(as.character(values), parameter$labels)
    return((place - 0.5) / length(parameter$labels))
  }
  if (parameter$type == "layers") {
    known <- unique(values[!is.na(values)])
    widths <- regmatches(known, gregexpr("[0-9]+", known))
    sorted <- known[order(lengths(widths), vapply(widths, function(w) as.integer(w[1]), 0L))]
    return((match(values, sorted) - 0.5) / length(sorted))
  }
  ends <- c(parameter$low, parameter$high)
  if (ends[1] == ends[2]) {
    return(values * 0 + 0.5)
  }
  if (isTRUE(parameter$log)) {
    values <- log(values)
    ends <- log(ends)
  }
  (values - ends[1]) / diff(ends)
}

plot_search_slices <- function(x) {
  data <- scored_trials(x)
  long <- do.call(rbind, lapply(names(x$space), function(name) {
    data.frame(
      name = name, place = relative_values(data[[name]], x$space[[name]]),
      score = data$score, State = data$State
    )
  }))
  long <- long[!is.na(long$place), ]
  long$name <- factor(
    slice_titles(x)[long$name], slice_titles(x)[names(x$space)]
  )
  ggplot2::ggplot(long, ggplot2::aes(.data[["place"]], .data[["score"]])) +
    ggplot2::geom_point(ggplot2::aes(shape = .data[["State"]])) +
    ggplot2::scale_shape_manual(values = c(finished = 16, `ended early` = 1), drop = TRUE) +
    ggplot2::facet_wrap(ggplot2::vars(.data[["name"]])) +
    ggplot2::coord_cartesian(xlim = c(0, 1), ylim = score_limits(x, data$score)) +
    ggplot2::scale_x_continuous(breaks = NULL) +
    ggplot2::labs(x = NULL, y = score_title(x), shape = NULL)
}

# A panel says what lies at its left and right.
slice_titles <- function(x) {
  titles <- vapply(names(x$space), function(name) {
    parameter <- x$space[[name]]
    reach <- switch(parameter$type,
      choice = paste(parameter$labels, collapse = ", "),
      layers = sprintf("%s x %s to %s x %s", parameter$fewest, parameter$low, parameter$most,
        parameter$high
      ),
      sprintf("%s to %s%s", format(parameter$low), format(parameter$high),
        if (isTRUE(parameter$log)) ", log" else ""
      )
    )
    sprintf("%s\n%s", name, paste(strwrap(reach, 30), collapse = "\n"))
  }, "")
  stats::setNames(titles, names(x$space))
}

plot_search_parallel <- function(x) {
  data <- scored_trials(x)
  long <- do.call(rbind, lapply(names(x$space), function(name) {
    data.frame(
      trial = data$trial, name = name, score = data$score,
      place = relative_values(data[[name]], x$space[[name]])
    )
  }))
  long <- long[!is.na(long$place), ]
  long$name <- factor(slice_titles(x)[long$name], slice_titles(x)[names(x$space)])
  # The best lines are drawn last, above the others.
  long <- long[order(long$score, decreasing = x$direction == "min"), ]
  long$trial <- factor(long$trial, unique(long$trial))
  # The rank, since scores that are far off would leave the others one colour.
  long$rank <- rank(if (x$direction == "min") long$score else -long$score) / nrow(long)
  lines <- ggplot2::aes(
    .data[["name"]], .data[["place"]], group = .data[["trial"]], colour = .data[["rank"]]
  )
  ggplot2::ggplot(long, lines) +
    ggplot2::geom_line() +
    ggplot2::geom_point(size = 1) +
    ggplot2::scale_colour_viridis_c(
      breaks = c(min(long$rank), max(long$rank)), labels = c("best", "worst"), direction = -1
    ) +
    ggplot2::scale_y_continuous(breaks = NULL, limits = c(0, 1)) +
    ggplot2::labs(x = NULL, y = NULL, colour = score_title(x))
}
