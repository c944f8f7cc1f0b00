# What R expects of a fitted model, for ensembles.

#' Print, summarize, plot and tidy an ensemble
#'
#' What members weigh, and how their loss on the rows given to [ensemble()] compares with the
#' ensemble's.
#'
#' @param x,object An [ensemble()].
#' @param digits How many digits to show.
#' @param data,newdata,new_data Rows to predict.
#' @param ... For `augment()`, `type` as for [predict()][predict.rdeep_ensemble()]; else not used.
#' @returns `tidy()`: a tibble with a row for each member: `member`, `model` (its class), `weight`,
#'   and the loss on the rows given, `log_loss` for classes or `mse` for numbers. `glance()`: a
#'   tibble of one row: `members`, `method`, `nobs` (rows given), the cross-fitted loss of the
#'   ensemble and `best_member`'s. `summary()`: a list with both. `augment()`: the rows with their
#'   predictions. `plot()` and `autoplot()`: a ggplot of the losses, or of the weights where no rows
#'   were given.
#' @family ensembles
#' @examplesIf rdeep_available()
#' fast <- lm(dist ~ speed, cars[1:30, ])
#' bent <- lm(dist ~ speed + I(speed^2), cars[1:30, ])
#' both <- ensemble(fast, bent, data = cars[31:50, ])
#' both
#' tidy(both)
#' glance(both)
#' @name print.rdeep_ensemble
NULL

ensemble_loss <- function(object) if (object$combination$type == "class") "log_loss" else "mse"

# A stack of several numbers has a weight for each: here is their mean.
member_weights <- function(object) {
  weights <- object$combination$weights
  count <- length(object$members)
  if (length(weights) == count) weights else colMeans(matrix(weights, ncol = count))
}

#' @rdname print.rdeep_ensemble
#' @export
print.rdeep_ensemble <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat(ensemble_heading(x), sep = "\n")
  cat("\n")
  table <- as.data.frame(tidy(x))
  table$weight <- formatC(table$weight, digits = digits, format = "fg")
  loss <- ensemble_loss(x)
  if (loss %in% names(table)) {
    best <- which.min(table[[loss]])
    table[[loss]] <- signif(table[[loss]], digits)
    names(table)[names(table) == loss] <- gsub("_", " ", loss)
    print(table, row.names = FALSE, right = TRUE)
    combination <- x$combination
    cat(sprintf(
      "\nEnsemble: %s %s on %d held-out rows (best member, %s: %s)\n",
      gsub("_", " ", loss), format(combination$loss, digits = digits), combination$rows,
      names(x$members)[best], format(min(combination$losses), digits = digits)
    ))
  } else {
    print(table, row.names = FALSE, right = TRUE)
  }
  invisible(x)
}

method_words <- c(
  average = "averaged", weights = "weighted by their loss", greedy = "chosen greedily",
  stack = "stacked"
)

ensemble_heading <- function(object) {
  combination <- object$combination
  levels <- ensemble_levels_shown(combination)
  call <- paste(trimws(deparse(object$call, width.cutoff = 80L)), collapse = " ")
  c(
    sprintf(
      "Ensemble of %d models, %s%s", length(object$members), method_words[[combination$method]],
      levels
    ),
    paste("Call:", call)
  )
}

ensemble_levels_shown <- function(combination) {
  if (combination$type != "class") {
    return("")
  }
  levels <- combination$levels
  named <- if (length(levels)) sprintf(" (%s)", listing_of_some(levels)) else ""
  sprintf("; %d classes%s", combination$outputs, named)
}

#' @rdname print.rdeep_ensemble
#' @export
tidy.rdeep_ensemble <- function(x, ...) {
  check_dots(...)
  table <- tibble::tibble(
    member = names(x$members),
    model = vapply(x$members, function(member) class(member)[1], "", USE.NAMES = FALSE),
    weight = member_weights(x)
  )
  if (length(x$combination$losses)) {
    table[[ensemble_loss(x)]] <- x$combination$losses
  }
  table
}

#' @rdname print.rdeep_ensemble
#' @export
glance.rdeep_ensemble <- function(x, ...) {
  check_dots(...)
  combination <- x$combination
  losses <- combination$losses
  table <- tibble::tibble(
    members = length(x$members),
    method = combination$method,
    nobs = combination$rows %||% NA_integer_
  )
  table[[ensemble_loss(x)]] <- combination$loss %||% NA_real_
  table$best_member <- if (length(losses)) names(x$members)[which.min(losses)] else NA_character_
  table[[paste0("best_", ensemble_loss(x))]] <- if (length(losses)) min(losses) else NA_real_
  table
}

#' @rdname print.rdeep_ensemble
#' @export
summary.rdeep_ensemble <- function(object, ...) {
  check_dots(...)
  structure(
    list(object = object, members = tidy(object), fit = glance(object)),
    class = "summary.rdeep_ensemble"
  )
}

#' @rdname print.rdeep_ensemble
#' @export
print.summary.rdeep_ensemble <- function(x, ...) {
  print(x$object)
  for (name in names(x$object$members)) {
    cat(sprintf("\n%s:\n", name))
    print(x$object$members[[name]])
  }
  invisible(x)
}

#' @rdname print.rdeep_ensemble
#' @export
augment.rdeep_ensemble <- function(x, data = NULL, ..., newdata = NULL, new_data = NULL) {
  rows <- new_data %||% newdata %||% data
  check_present(is.null(rows), "new_data", "rows to predict", current_env())
  tibble::as_tibble(c(stats::predict(x, rows, ...), tibble::as_tibble(rows)))
}

#' @rdname print.rdeep_ensemble
#' @export
nobs.rdeep_ensemble <- function(object, ...) object$combination$rows %||% NA_integer_

#' @rdname print.rdeep_ensemble
#' @export
plot.rdeep_ensemble <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw an ensemble.")
  table <- tidy(x)
  loss <- ensemble_loss(x)
  measured <- loss %in% names(table)
  order <- order(if (measured) -table[[loss]] else table$weight)
  table$member <- factor(table$member, levels = table$member[order])
  table$value <- if (measured) table[[loss]] else table$weight
  drawn <- ggplot2::ggplot(table, ggplot2::aes(.data[["value"]], .data[["member"]]))
  if (!measured) {
    return(
      drawn + ggplot2::geom_col(fill = accent, width = 0.6) + ggplot2::labs(x = "Weight", y = NULL)
    )
  }
  drawn +
    ggplot2::geom_vline(xintercept = x$combination$loss, linetype = 2, colour = accent) +
    ggplot2::geom_point(ggplot2::aes(size = .data[["weight"]]), colour = accent) +
    ggplot2::scale_size_area(max_size = 8) +
    ggplot2::labs(
      x = sprintf(
        "%s on %d held-out rows (dashed: the ensemble)",
        capitalized(gsub("_", " ", loss)), x$combination$rows
      ),
      y = NULL, size = "Weight"
    )
}

#' @rdname print.rdeep_ensemble
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_ensemble <- function(object, ...) plot(object, ...)
