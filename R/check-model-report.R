# What `check_model()` found, printed, summarized, as tibbles and as a picture.

#' @rdname check_model
#' @export
print.rdeep_model_check <- function(x, ...) {
  cat(sprintf("Check of a model on %d %s\n\n", x$rows, rows_word(x$rows)))
  marks <- c(fine = "fine    ", problem = "PROBLEM ", unsure = "unsure  ")
  for (i in seq_len(nrow(x$verdicts))) {
    first <- sprintf("%-12s %s ", x$verdicts$check[i], marks[[x$verdicts$verdict[i]]])
    text <- strwrap(x$verdicts$said[i], width = 80 - nchar(first))
    cat(paste0(c(first, rep(strrep(" ", nchar(first)), length(text) - 1)), text), sep = "\n")
  }
  invisible(x)
}

#' @rdname check_model
#' @export
summary.rdeep_model_check <- function(object, ...) {
  check_dots(...)
  structure(list(object = object), class = "summary.rdeep_model_check")
}

#' @rdname check_model
#' @export
print.summary.rdeep_model_check <- function(x, ...) {
  print(x$object)
  for (name in names(x$object$tables)) {
    cat(sprintf("\n%s\n", name))
    print(as.data.frame(x$object$tables[[name]]), digits = 3, row.names = FALSE, right = FALSE)
  }
  invisible(x)
}

#' @param check Which table: `"scores"`, `"slices"`, `"calibration"`, `"drift"` or `"robustness"`;
#'   by default the verdicts. For `plot()` which panels, by default all.
#' @rdname check_model
#' @export
tidy.rdeep_model_check <- function(x, check = NULL, ...) {
  call <- current_env()
  check_dots(...)
  if (is.null(check)) x$verdicts else x$tables[[one_of(check, names(x$tables), "check", call)]]
}

#' @rdname check_model
#' @export
plot.rdeep_model_check <- function(x, check = NULL, ...) {
  call <- current_env()
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw what was found of a model.")
  asked <- check %||% setdiff(names(x$tables), "scores")
  for (each in asked) one_of(each, names(x$tables), "check", call)
  panels <- lapply(asked, function(name) shown_items(check_panel(name, x), length(asked)))
  data <- do.call(rbind, panels)
  data$panel <- factor(data$panel, unique(data$panel))
  # An item is one of its panel: it has another place elsewhere.
  key <- paste(data$item, data$panel, sep = "\r")
  data$key <- factor(key, rev(unique(key)))
  colours <- c(fine = accent, problem = "#b5533c", unsure = "grey60")
  rules <- unique(data[c("panel", "rule")])
  ggplot2::ggplot(data, ggplot2::aes(x = .data[["value"]], y = .data[["key"]])) +
    ggplot2::geom_vline(
      ggplot2::aes(xintercept = .data[["rule"]]), rules,
      colour = "grey50", linetype = 2
    ) +
    ggplot2::geom_errorbar(
      ggplot2::aes(xmin = .data[["low"]], xmax = .data[["high"]], colour = .data[["verdict"]]),
      orientation = "y", width = 0, na.rm = TRUE
    ) +
    ggplot2::geom_point(ggplot2::aes(colour = .data[["verdict"]]), size = 2, na.rm = TRUE) +
    ggplot2::facet_wrap(ggplot2::vars(.data[["panel"]]), scales = "free") +
    ggplot2::scale_y_discrete(labels = function(labels) sub("\r.*$", "", labels)) +
    ggplot2::scale_colour_manual(values = colours) +
    ggplot2::labs(x = NULL, y = NULL, colour = NULL)
}

#' @rdname check_model
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_model_check <- function(object, ...) plot(object, ...)

# As many items of a panel as can be read: those that stand out most, in their order.
shown_items <- function(panel, panels) {
  most <- if (panels == 1) 40 else 14
  if (nrow(panel) <= most) {
    return(panel)
  }
  badness <- abs(panel$value - panel$rule)
  # Of drift and disturbances what is below the rule is fine.
  if (grepl("^(Drift|Robustness)", panel$panel[1])) badness <- panel$value
  first <- order(panel$verdict != "problem", -badness)[seq_len(most)]
  panel$panel <- sprintf("%s (%d of %d)", panel$panel[1], most, nrow(panel))
  panel[sort(first), ]
}

# Rows of a panel: an item, its value and interval, and where nothing would be wrong.
check_panel <- function(name, object) {
  table <- object$tables[[name]]
  row <- function(panel, item, value, low, high, rule, verdict) {
    data.frame(
      panel = panel, item = item, value = value, low = low, high = high, rule = rule,
      verdict = verdict
    )
  }
  none <- rep(NA_real_, nrow(table))
  overall <- object$verdicts$verdict[match(name, object$verdicts$check)]
  switch(name,
    scores = row(
      "Scores", table$metric, table$estimate, table$conf.low, table$conf.high, NA_real_, overall
    ),
    slices = row(
      sprintf("Slices: %s", table$metric[1]), paste(table$by, "=", table$slice),
      table$estimate, table$conf.low, table$conf.high, table$overall[1], table$verdict
    ),
    calibration = row(
      "Calibration: observed - predicted", format(table$predicted, digits = 2),
      table$observed - table$predicted, table$conf.low - table$predicted,
      table$conf.high - table$predicted, 0, overall
    ),
    drift = row(
      "Drift: stability index", table$column, table$psi, none, none, 0.1, table$verdict
    ),
    robustness = row(
      "Robustness: share lost",
      ifelse(
        table$kind == "permuted", paste(table$what, "permuted"),
        sprintf("%s %s %%", ifelse(table$kind == "noise", "noise", table$what), 100 * table$amount)
      ),
      table$loss, none, none, 0.1, table$verdict
    )
  )
}
