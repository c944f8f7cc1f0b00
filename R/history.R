# The history of a training: `metrics`, a named list with a value for each epoch
# trained; `params`; and `epoch`, the epochs' numbers from 1.

new_history <- function(data) {
  metrics <- lapply(data$metrics, function(values) {
    vapply(values, function(value) {
      if (length(value) == 1) as.double(value) else NA_real_
    }, 0)
  })
  structure(
    list(params = data$params, metrics = metrics, epoch = as.integer(data$epochs) + 1L),
    class = "rdeep_history"
  )
}

model_history <- function(model) {
  history <- fetch(model, "history")
  if (!is.null(history)) new_history(call_method(history, "data"))
}

#' The history of a training
#'
#' What `fit()` returns: the loss and the metrics of each epoch.
#'
#' @param x,object A history.
#' @param y Not used.
#' @param metrics The metrics to plot; by default all of them.
#' @param ... Not used.
#' @returns `plot()` and `autoplot()` return a ggplot; without ggplot2 `plot()` draws
#'   with base graphics. `as.data.frame()` returns a data frame with `epoch`,
#'   `value`, `metric` and `data` (`training` or `validation`).
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' model |> compile(loss = "mse")
#' history <- model |> fit(iris[1:4], as.integer(iris$Species), epochs = 3, verbose = 0)
#' history
#' as.data.frame(history)
#' plot(history)
#' @export
plot.rdeep_history <- function(x, y, metrics = NULL, ...) {
  data <- as.data.frame(x)
  data <- data[!is.na(data$value), ]
  metrics <- metrics %||% worth_plotting(data)
  unknown <- setdiff(metrics, levels(data$metric))
  if (length(unknown)) {
    abort_rdeep(
      "argument",
      sprintf("The history has no metric '%s'.", unknown[1]),
      argument = "metrics",
      received = metrics,
      hint = suggestion(unknown[1], levels(data$metric)),
      call = current_env()
    )
  }
  data <- data[data$metric %in% metrics, ]
  if (requireNamespace("ggplot2", quietly = TRUE)) {
    history_ggplot(data)
  } else {
    history_base(data, metrics)
    invisible(x)
  }
}

# A learning rate that never changes is no curve.
worth_plotting <- function(data) {
  metrics <- unique(as.character(data$metric))
  rates <- data$value[data$metric == "learning_rate"]
  if (length(unique(rates)) > 1) metrics else setdiff(metrics, "learning_rate")
}

history_ggplot <- function(data) {
  lines <- if (max(table(data$metric, data$data)) > 1) ggplot2::geom_line()
  ggplot2::ggplot(
    data,
    ggplot2::aes(x = .data[["epoch"]], y = .data[["value"]], colour = .data[["data"]])
  ) +
    lines +
    ggplot2::geom_point(size = 1) +
    ggplot2::facet_wrap(ggplot2::vars(.data[["metric"]]), ncol = 1, scales = "free_y") +
    ggplot2::scale_x_continuous(breaks = function(limits) {
      unique(round(pretty(limits)))
    }) +
    ggplot2::labs(x = "Epoch", y = NULL, colour = NULL)
}

history_base <- function(data, metrics) {
  old <- graphics::par(mfrow = c(length(metrics), 1), mar = c(4, 4, 1, 1))
  on.exit(graphics::par(old))
  for (metric in metrics) {
    rows <- data[data$metric == metric, ]
    plot(
      rows$epoch, rows$value,
      pch = c(19, 1)[rows$data], xlab = "epoch", ylab = metric
    )
  }
}

#' @rdname plot.rdeep_history
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_history <- function(object, metrics = NULL, ...) {
  plot.rdeep_history(object, metrics = metrics)
}

#' @rdname plot.rdeep_history
#' @export
as.data.frame.rdeep_history <- function(x, ...) {
  names <- names(x$metrics)
  plain <- sub("^val_", "", names)
  validation <- startsWith(names, "val_")
  n <- length(x$epoch)
  data.frame(
    epoch = rep(x$epoch, times = length(names)),
    value = unlist(x$metrics, use.names = FALSE) %||% numeric(),
    metric = factor(rep(plain, each = n), levels = unique(plain)),
    data = factor(
      rep(ifelse(validation, "validation", "training"), each = n),
      levels = c("training", "validation")
    )
  )
}

#' @export
print.rdeep_history <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

#' @export
format.rdeep_history <- function(x, ...) {
  n <- length(x$epoch)
  if (n == 0) {
    return("A history of no epochs.")
  }
  last <- vapply(x$metrics, function(values) {
    format(utils::tail(values[!is.na(values)], 1), digits = 4)
  }, "")
  c(
    sprintf("Trained for %d epoch%s; the last one:", n, if (n == 1) "" else "s"),
    paste0("  ", format(names(last), justify = "right"), ": ", last)
  )
}
