# The history of a training: `metrics`, a named list with a value for each epoch
# trained; `params`; and `epoch`, the epochs' numbers from 1.

new_history <- function(data) {
  metrics <- one_number_each(data$metrics)
  structure(
    list(params = data$params, metrics = metrics, epoch = as.integer(data$epochs) + 1L),
    class = "rdeep_history"
  )
}

# A metric of several values, such as a score for each class, becomes several metrics.
one_number_each <- function(metrics) {
  parts <- lapply(names(metrics), function(name) {
    values <- lapply(metrics[[name]], function(value) as.double(unlist(value)))
    width <- max(1, lengths(values))
    columns <- lapply(seq_len(width), function(i) vapply(values, function(v) v[i], 0))
    stats::setNames(columns, if (width > 1) paste0(name, "_", seq_len(width)) else name)
  })
  unlist(parts, recursive = FALSE)
}

model_history <- function(model) {
  history <- fetch(model, "history")
  if (!is.null(history)) new_history(call_method(history, "data"))
}

#' Training history of a model
#'
#' What `fit()` returns: the loss and the metrics of each epoch.
#'
#' @param x,object A history.
#' @param y Not used.
#' @param metrics The metrics to plot, such as `c("loss", "accuracy")`; by default all of
#'   them, each in a panel of its own.
#' @param method `"ggplot2"` or `"base"` graphics; by default ggplot2 if it is installed.
#' @param smooth Whether to add a smooth curve, in ggplot2 and from ten epochs on.
#' @param theme_bw Whether to use [ggplot2::theme_bw()] and shades of grey.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns `plot()` and `autoplot()` return a ggplot; with base graphics `plot()` draws
#'   and returns the history, invisibly. `as.data.frame()` returns a data frame with
#'   `epoch`, `value`, `metric` and `data` (`training` or `validation`), `tidy()` a tibble
#'   of the same, without what was not measured.
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' model |> compile(loss = "mse")
#' history <- model |> fit(iris[1:4], as.integer(iris$Species), epochs = 3, verbose = 0)
#' history
#' as.data.frame(history)
#' plot(history)
#' @export
plot.rdeep_history <- function(x,
                               y,
                               metrics = NULL,
                               method = c("auto", "ggplot2", "base"),
                               smooth = getOption("keras.plot.history.smooth", FALSE),
                               theme_bw = getOption("keras.plot.history.theme_bw", FALSE),
                               ...) {
  call <- current_env()
  check_dots(...)
  method <- one_of(method, c("auto", "ggplot2", "base"), "method", call)
  check_flag(smooth, "smooth", call)
  check_flag(theme_bw, "theme_bw", call)
  data <- plotted_metrics(x, metrics, call)
  if (method == "auto") {
    method <- if (requireNamespace("ggplot2", quietly = TRUE)) "ggplot2" else "base"
  }
  if (method == "base") {
    history_base(data)
    return(invisible(x))
  }
  rlang::check_installed("ggplot2", "to draw a history by `method = \"ggplot2\"`.")
  history_ggplot(data, smooth, theme_bw)
}

# The rows to plot: of the metrics asked for, in that order, where they were measured.
plotted_metrics <- function(x, metrics, .call) {
  data <- as.data.frame(x)
  data <- data[!is.na(data$value), ]
  if (nrow(data) == 0) {
    abort_rdeep(
      "state",
      "The history has no epochs to plot.",
      hint = "`fit()` has to finish at least one epoch.",
      call = .call
    )
  }
  metrics <- metrics %||% worth_plotting(data)
  if (!is.character(metrics)) {
    abort_rdeep(
      "argument",
      sprintf("'metrics' must be names of metrics, not %s.", describe(metrics)),
      argument = "metrics",
      received = metrics,
      hint = paste0("There is ", listing(levels(data$metric), "and"), "."),
      call = .call
    )
  }
  unknown <- setdiff(metrics, levels(data$metric))
  if (length(unknown)) {
    abort_rdeep(
      "argument",
      sprintf("The history has no metric '%s'.", unknown[1]),
      argument = "metrics",
      received = metrics,
      hint = suggestion(unknown[1], levels(data$metric)),
      call = .call
    )
  }
  data <- data[data$metric %in% metrics, ]
  data$metric <- factor(data$metric, levels = metrics)
  data
}

# A learning rate that never changes is no curve.
worth_plotting <- function(data) {
  metrics <- unique(as.character(data$metric))
  rates <- data$value[data$metric == "learning_rate"]
  if (length(unique(rates)) > 1) metrics else setdiff(metrics, "learning_rate")
}

history_colours <- c(training = "#2a6f97", validation = "#d9730d")

history_ggplot <- function(data, smooth, theme_bw) {
  measured <- table(data$metric, data$data)
  epochs <- max(measured)
  colours <- if (theme_bw) c("grey20", "grey60") else unname(history_colours)
  curves <- ggplot2::ggplot(data, ggplot2::aes(
    x = .data[["epoch"]], y = .data[["value"]],
    colour = .data[["data"]], shape = .data[["data"]]
  ))
  smooth <- smooth && min(measured[measured > 0]) >= 10
  curves +
    # Behind a smooth curve, or where there are many, points and lines step back.
    (if (epochs > 1) ggplot2::geom_line(alpha = if (smooth) 0.35 else 1)) +
    (if (epochs <= 50) ggplot2::geom_point(size = 1.2, alpha = if (smooth) 0.5 else 1)) +
    (if (smooth) {
      ggplot2::geom_smooth(method = "loess", formula = y ~ x, se = FALSE, linewidth = 0.8)
    }) +
    ggplot2::facet_wrap(ggplot2::vars(.data[["metric"]]), ncol = 1, scales = "free_y") +
    ggplot2::scale_x_continuous(breaks = function(limits) {
      unique(round(pretty(limits)))
    }) +
    ggplot2::scale_colour_manual(values = colours, drop = TRUE) +
    ggplot2::scale_shape_manual(values = c(16, 17), drop = TRUE) +
    (if (theme_bw) ggplot2::theme_bw()) +
    ggplot2::labs(x = "Epoch", y = NULL, colour = "data", shape = "data") +
    # A title of NULL would be looked for as R's function `title()`, which is not always there.
    ggplot2::theme(legend.title = ggplot2::element_blank())
}

history_base <- function(data) {
  metrics <- levels(data$metric)
  old <- graphics::par(mfrow = c(length(metrics), 1), mar = c(4, 4, 1, 1))
  on.exit(graphics::par(old))
  colours <- history_colours
  for (metric in metrics) {
    rows <- data[data$metric == metric, ]
    plot(
      rows$epoch, rows$value,
      pch = c(19, 17)[rows$data], col = colours[rows$data], xlab = "epoch", ylab = metric
    )
    for (part in split(rows, rows$data, drop = TRUE)) {
      graphics::lines(part$epoch, part$value, col = colours[part$data[1]])
    }
    if (metric == metrics[1]) {
      shown <- names(colours) %in% data$data
      graphics::legend(
        "topright", names(colours)[shown],
        col = colours[shown], pch = c(19, 17)[shown], bty = "n"
      )
    }
  }
}

#' @rdname plot.rdeep_history
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_history <- function(object, ...) {
  plot.rdeep_history(object, method = "ggplot2", ...)
}

#' @rdname plot.rdeep_history
#' @export
tidy.rdeep_history <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("tibble", "to return a tibble.")
  data <- as.data.frame(x)
  data <- data[!was_left_out(data$value), c("epoch", "metric", "value", "data")]
  data[c("metric", "data")] <- lapply(data[c("metric", "data")], as.character)
  tibble::as_tibble(data)
}

#' @rdname plot.rdeep_history
#' @export
as.data.frame.rdeep_history <- function(x, ...) {
  names <- as.character(names(x$metrics))
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
  last <- vapply(x$metrics, function(values) last_value(values, x$epoch), "")
  c(
    sprintf("Trained for %d epoch%s; the last one:", n, if (n == 1) "" else "s"),
    paste0("  ", format(names(last), justify = "right"), ": ", last)
  )
}

# Epochs without a value. NaN is one: that of a training that diverged.
was_left_out <- function(values) is.na(values) & !is.nan(values)

# A log that the last epoch lacks is of another epoch, and says of which.
last_value <- function(values, epochs) {
  known <- which(!was_left_out(values))
  if (length(known) == 0) {
    return("NA")
  }
  last <- known[length(known)]
  value <- format(values[last], digits = 4)
  if (last == length(values)) value else sprintf("%s (epoch %d)", value, epochs[last])
}
