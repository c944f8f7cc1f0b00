# What R expects of a report on data: printed, drawn, as a tibble, beside the data.

#' Print, draw and use a report on data
#'
#' What [deep_check_data()] returns is printed by severity, drawn, and taken apart.
#'
#' @param x,object A report.
#' @param n How many findings of a severity are shown; `Inf` for all.
#' @param type What is drawn: `"findings"` (how many rows each concerns), `"missing"` (where values
#'   are missing) or `"rows"` (where the rows are that findings concern).
#' @param data,new_data The data that was checked, or the new data, to put flags beside its rows.
#' @param ... Not used.
#' @returns `as_tibble()`: a row for each finding. `tidy()`: a row for each finding and column,
#'   without lists. `glance()`: one row of counts. `augment()`: the data with `.flagged` (whether a
#'   finding concerns the row), `.severity` (the worst) and `.findings` (all, separated by commas).
#'   `summary()`: the counts of each kind of finding, and what the columns are. `plot()` and
#'   `autoplot()`: a ggplot.
#' @family checks of data
#' @examplesIf rdeep_available()
#' report <- deep_check_data(airquality, Ozone ~ .)
#' summary(report)
#' glance(report)
#' augment(report, airquality)[1:5, ]
#' @name data_checks
NULL

#' @rdname data_checks
#' @export
print.rdeep_data_check <- function(x, n = 12, ...) {
  cat(data_check_heading(x), sep = "\n")
  for (severity in severities) {
    lines <- finding_lines(x$findings[x$findings$severity == severity, ], n)
    if (length(lines)) {
      cat("\n", severity_titles[[severity]], "\n", sep = "")
      cat(lines, sep = "\n")
    }
  }
  invisible(x)
}

severity_titles <- c(error = "Errors", warning = "Warnings", note = "Notes")

data_check_heading <- function(x) {
  counts <- table(x$findings$severity)
  said <- sprintf("%d %s", counts, ifelse(counts == 1, severities, paste0(severities, "s")))
  said <- if (sum(counts)) paste(said[counts > 0], collapse = ", ") else "nothing found"
  columns <- nrow(x$columns)
  new <- if (!is.null(x$new_rows)) sprintf(", %d %s of new data", x$new_rows, rows_word(x$new_rows))
  strwrap(
    sprintf(
      "Data of %d %s and %d %s%s: %s", x$rows, rows_word(x$rows), columns,
      if (columns == 1) "column" else "columns", new %||% "", said
    ),
    width = getOption("width"), exdent = 2
  )
}

# Findings of one kind are one line, once there are more than two.
finding_lines <- function(findings, n) {
  kinds <- unique(findings$finding)
  width <- max(30, getOption("width"))
  lines <- lapply(utils::head(kinds, n), function(kind) {
    some <- findings[findings$finding == kind, ]
    if (nrow(some) > 2) {
      said <- sprintf(
        "%s: %d columns, %s", gsub("_", " ", kind), nrow(some),
        listing_of_some(vapply(some$columns, function(x) paste(x, collapse = " and "), ""), 5)
      )
      action <- some$action[1]
    } else {
      said <- some$message
      action <- some$action
      # What is to be done alike is said once.
      if (length(unique(action)) == 1) action <- c(rep("", length(said) - 1), action[1])
    }
    unlist(Map(function(said, action) {
      c(
        strwrap(said, width, initial = "* ", prefix = "  "),
        if (nzchar(action)) strwrap(action, width, initial = "  > ", prefix = "    ")
      )
    }, said, action), use.names = FALSE)
  })
  more <- length(kinds) - n
  c(unlist(lines), if (more > 0) sprintf("  and %d more kinds: print(n = Inf)", more))
}

#' @rdname data_checks
#' @export
summary.rdeep_data_check <- function(object, ...) {
  check_dots(...)
  found <- object$findings
  kinds <- unique(found$finding)
  count <- function(of) vapply(kinds, of, 0L, USE.NAMES = FALSE)
  counts <- tibble::tibble(
    finding = kinds,
    severity = found$severity[match(kinds, found$finding)],
    findings = count(function(kind) sum(found$finding == kind)),
    rows = count(function(kind) length(unique(unlist(found$rows[found$finding == kind]))))
  )
  structure(
    list(heading = data_check_heading(object), findings = counts, columns = object$columns),
    class = "summary.rdeep_data_check"
  )
}

#' @rdname data_checks
#' @export
print.summary.rdeep_data_check <- function(x, ...) {
  cat(x$heading, sep = "\n")
  if (nrow(x$findings)) {
    cat("\nFindings:\n")
    print(as.data.frame(x$findings), row.names = FALSE, right = FALSE)
  }
  cat("\nColumns:\n")
  print(as.data.frame(x$columns), row.names = FALSE, right = FALSE)
  invisible(x)
}

#' @rdname data_checks
#' @exportS3Method tibble::as_tibble rdeep_data_check
as_tibble.rdeep_data_check <- function(x, ...) {
  x$findings
}

#' @export
as.data.frame.rdeep_data_check <- function(x, ...) as.data.frame(x$findings)

#' @rdname data_checks
#' @export
tidy.rdeep_data_check <- function(x, ...) {
  check_dots(...)
  findings <- x$findings
  columns <- lapply(findings$columns, function(x) if (length(x)) x else NA_character_)
  each <- rep(seq_len(nrow(findings)), lengths(columns))
  tibble::tibble(
    severity = findings$severity[each],
    finding = findings$finding[each],
    column = as.character(unlist(columns)),
    n = findings$n[each],
    data = findings$data[each],
    message = findings$message[each],
    action = findings$action[each]
  )
}

#' @rdname data_checks
#' @export
glance.rdeep_data_check <- function(x, ...) {
  check_dots(...)
  counts <- table(x$findings$severity)
  flagged <- unique(unlist(x$findings$rows[x$findings$data == "data"]))
  tibble::tibble(
    nobs = x$rows, columns = nrow(x$columns), errors = counts[["error"]],
    warnings = counts[["warning"]], notes = counts[["note"]], flagged = length(flagged)
  )
}

#' @rdname data_checks
#' @export
augment.rdeep_data_check <- function(x, data = NULL, new_data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  whose <- if (is.null(data)) "new_data" else "data"
  values <- data %||% new_data
  if (is.null(values)) {
    abort_data("'data' is missing: the data that was checked.", "data", .call = call)
  }
  rows <- if (whose == "data") x$rows else x$new_rows
  if (is.atomic(values) && is.null(dim(values))) values <- tibble::tibble(x = values)
  if (!is.data.frame(values) && !is.matrix(values)) {
    abort_data(
      sprintf("'%s' must be a data frame, not %s.", whose, describe(values)), whose,
      received = values, .call = call
    )
  }
  if (is.null(rows) || nrow(values) != rows) {
    abort_data(
      sprintf(
        "'%s' has %d %s, and the report is about %s.", whose, nrow(values),
        rows_word(nrow(values)), if (is.null(rows)) "none" else rows
      ),
      whose,
      hint = "Give what `deep_check_data()` was given.", .call = call
    )
  }
  found <- x$findings[x$findings$data == whose, ]
  said <- rep(list(character()), rows)
  worst <- rep(NA_integer_, rows)
  for (i in seq_len(nrow(found))) {
    at <- found$rows[[i]]
    said[at] <- lapply(said[at], c, found$finding[i])
    worst[at] <- pmin(worst[at], as.integer(found$severity[i]), na.rm = TRUE)
  }
  values <- as_frame(values)
  values$.flagged <- lengths(said) > 0
  values$.severity <- factor(severities[worst], severities)
  values$.findings <- vapply(said, function(x) toString(unique(x)), "")
  values
}

# Pictures ----------------------------------------------------------------------------

#' @rdname data_checks
#' @export
plot.rdeep_data_check <- function(x, type = c("findings", "missing", "rows"), ...) {
  call <- current_env()
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw a report.")
  type <- one_of(if (identical(type, c("findings", "missing", "rows"))) "findings" else type,
    c("findings", "missing", "rows"), "type", call
  )
  switch(type,
    findings = plot_findings(x),
    missing = plot_missing(x),
    rows = plot_rows(x)
  )
}

#' @rdname data_checks
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_data_check <- function(object, ...) plot(object, ...)

severity_colours <- c(error = "#b2182b", warning = "#e08214", note = "#6a8ab0")

plot_findings <- function(x) {
  findings <- x$findings
  findings$label <- finding_labels(findings)
  shown <- findings[order(findings$severity, -findings$n), ]
  shown <- utils::head(shown, 40)
  shown$label <- factor(shown$label, rev(unique(shown$label)))
  ggplot2::ggplot(shown, ggplot2::aes(.data[["n"]], .data[["label"]])) +
    ggplot2::geom_col(ggplot2::aes(fill = .data[["severity"]]), width = 0.7) +
    ggplot2::geom_text(ggplot2::aes(label = .data[["n"]]), hjust = -0.2, size = 3) +
    ggplot2::scale_fill_manual(values = severity_colours, drop = FALSE) +
    ggplot2::scale_x_continuous(trans = "log1p", breaks = count_breaks(shown$n),
      expand = ggplot2::expansion(c(0, 0.15))
    ) +
    ggplot2::labs(x = "Rows, columns or levels concerned", y = NULL, fill = NULL)
}

count_breaks <- function(n) {
  breaks <- c(0, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7)
  breaks[breaks <= max(1, n)]
}

finding_labels <- function(findings) {
  columns <- vapply(findings$columns, function(x) listing_of_some(x, 2), "")
  new <- ifelse(findings$data == "new_data", " (new data)", "")
  kind <- gsub("_", " ", findings$finding)
  make.unique(paste0(kind, ifelse(nzchar(columns), ": ", ""), columns, new), " #")
}

# Many rows are drawn as bands: how much of each is missing.
plot_missing <- function(x, most = 200) {
  bands <- min(most, x$rows)
  band <- function(rows) ceiling(rows / x$rows * bands)
  size <- tabulate(band(seq_len(x$rows)), bands)
  parts <- Map(function(name, rows) {
    data.frame(
      column = name, row = (seq_len(bands) - 0.5) * x$rows / bands + 0.5,
      missing = tabulate(band(rows), bands) / size
    )
  }, x$columns$column, x$missing_rows)
  data <- do.call(rbind, unname(parts))
  data$column <- factor(data$column, x$columns$column)
  ggplot2::ggplot(data, ggplot2::aes(.data[["column"]], .data[["row"]])) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data[["missing"]]), height = x$rows / bands) +
    ggplot2::scale_y_reverse(expand = c(0, 0)) +
    ggplot2::scale_fill_gradient(
      low = "grey92", high = "#b2182b", limits = c(0, 1),
      labels = function(share) paste0(100 * share, " %")
    ) +
    ggplot2::labs(x = NULL, y = "Row", fill = "Missing") +
    ggplot2::theme(axis.text.x = ggplot2::element_text(angle = 45, hjust = 1))
}

plot_rows <- function(x) {
  findings <- x$findings[lengths(x$findings$rows) > 0, ]
  findings$label <- finding_labels(findings)
  each <- rep(seq_len(nrow(findings)), lengths(findings$rows))
  data <- data.frame(
    row = as.integer(unlist(findings$rows)),
    label = factor(findings$label[each], rev(findings$label)),
    severity = findings$severity[each]
  )
  ggplot2::ggplot(data, ggplot2::aes(.data[["row"]], .data[["label"]])) +
    ggplot2::geom_point(ggplot2::aes(colour = .data[["severity"]]), shape = 124, size = 3) +
    ggplot2::scale_colour_manual(values = severity_colours, drop = FALSE) +
    ggplot2::labs(x = "Row", y = NULL, colour = NULL)
}
