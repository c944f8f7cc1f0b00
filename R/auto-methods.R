# What a search says of itself: the leaderboard, how good the model is, and how sure that is.

#' Print, summarize and plot a search
#'
#' `tidy()` and `summary()` show what was tried, the best first; `glance()` how good the model is;
#' `plot()` and `autoplot()` the leaderboard, or what was tried when.
#'
#' @section How good it is:
#' The loss is that of rows by weights that were chosen on other rows: see [deep_auto()]. Its
#' interval is the normal one, of the rows' losses.
#'
#' @param object,x A [deep_auto()], or its summary.
#' @param type `"leaderboard"`: the held-out loss of each candidate with two standard errors, and
#'   their weights; `"time"`: the loss of each beside when it was trained, and the best until then.
#' @param digits How many digits to show.
#' @param ... Not used.
#' @returns `tidy()`: a tibble with a row for each candidate: `candidate`, `architecture`,
#'   `settings` (those that are no defaults, in words), `family`, `status` (`"trained"`,
#'   `"stopped"` by the time, `"failed"`, `"other family"`, `"no time"` to complete it), `estimate`
#'   and `std.error` of the held-out loss, `started` and `seconds`, `weight` in the ensemble,
#'   `message` of a failure. `glance()`: a tibble of one row: `family`, `candidates`, `combined`,
#'   `nobs`, `seconds`, the `loss` to expect with `std.error`, `conf.low` and `conf.high`,
#'   `accuracy` of classes, and beside the default of [deep_tabular()] `default_loss`, `gain` and
#'   `gain_std.error`. `summary()`: a list of both. `plot()`, `autoplot()`: a ggplot.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' set.seed(1)
#' model <- deep_auto(dist ~ speed, cars, time = 10, candidates = 1, verbose = 0)
#' tidy(model)
#' glance(model)
#' @name summary.deep_auto
NULL

#' @rdname summary.deep_auto
#' @export
tidy.deep_auto <- function(x, ...) {
  check_dots(...)
  trials <- x$search$trials
  number <- function(name) {
    vapply(trials, function(trial) as.double(trial[[name]] %||% NA), 0)
  }
  text <- function(name) vapply(trials, function(trial) as.character(trial[[name]]), "")
  found <- tibble::tibble(
    candidate = text("name"), architecture = text("architecture"), settings = text("settings"),
    family = text("family"), status = text("status"), estimate = number("loss"),
    std.error = number("std_error"), started = number("started"), seconds = number("seconds"),
    weight = number("weight"), message = text("message")
  )
  found[order(found$status == "other family", found$estimate), ]
}

#' @rdname summary.deep_auto
#' @export
glance.deep_auto <- function(x, ...) {
  check_dots(...)
  found <- x$search$performance
  value <- function(name) as.double(found[[name]] %||% NA)
  loss <- value("loss")
  half <- stats::qnorm(0.975) * value("std_error")
  columns <- list(
    family = x$family,
    candidates = length(x$search$trials),
    combined = sum(tidy(x)$weight > 0),
    nobs = stats::nobs(x),
    seconds = x$search$seconds,
    loss = loss, std.error = value("std_error"),
    conf.low = max(loss - half, 0), conf.high = loss + half
  )
  if (!is.null(found$accuracy)) columns$accuracy <- value("accuracy")
  columns$default_loss <- value("default_loss")
  columns$gain <- value("gain")
  columns$gain_std.error <- value("gain_std_error")
  tibble::as_tibble(columns)
}

#' @rdname summary.deep_auto
#' @export
print.deep_auto <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat(auto_heading(x), sep = "\n")
  cat("\n")
  print_candidates(x, digits, most = 5)
  cat(auto_words(x, digits), sep = "\n")
  if (!is.null(x$calibration)) {
    cat(sprintf("Probabilities calibrated (%s)\n", x$calibration$method))
  }
  invisible(x)
}

#' @rdname summary.deep_auto
#' @export
summary.deep_auto <- function(object, ...) {
  check_dots(...)
  structure(
    list(object = object, candidates = tidy(object), performance = glance(object)),
    class = "summary.deep_auto"
  )
}

#' @rdname summary.deep_auto
#' @export
print.summary.deep_auto <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  object <- x$object
  cat(auto_heading(object), sep = "\n")
  cat("\n")
  print_candidates(object, digits, most = Inf)
  cat(auto_words(object, digits), sep = "\n")
  invisible(x)
}

auto_heading <- function(object) {
  columns <- length(object$design$columns)
  call <- paste(trimws(deparse(object$call, width.cutoff = 80L)), collapse = " ")
  c(
    sprintf(
      "Searched model of a table, family '%s': %d of %d %s combined",
      object$family, sum(tidy(object)$weight > 0), length(object$search$trials),
      if (length(object$search$trials) == 1) "candidate" else "candidates"
    ),
    paste("Call:", call),
    sprintf(
      "%d rows, %d predictor column%s; %s of %s seconds used",
      object$nobs, columns, if (columns == 1) "" else "s",
      format(round(object$search$seconds, 1)), format(object$search$time)
    )
  )
}

loss_words <- function(object) {
  if (predicts_classes(object)) {
    "log loss"
  } else if (predicts_counts(object)) {
    "deviance"
  } else {
    "squared error"
  }
}

print_candidates <- function(object, digits, most) {
  shown <- tidy(object)
  more <- nrow(shown) - min(most, nrow(shown))
  # Those that make the model come first, whatever their loss is.
  first <- order(-(shown$weight > 0), seq_len(nrow(shown)))
  if (more > 0) shown <- shown[sort(first[seq_len(most)]), ]
  number <- function(x) ifelse(is.na(x), "", format(signif(x, digits)))
  table <- data.frame(
    candidate = shown$candidate,
    loss = number(shown$estimate), std.error = number(signif(shown$std.error, 2)),
    seconds = format(round(shown$seconds, 1)),
    weight = ifelse(shown$weight > 0, format(round(shown$weight, 2)), ""),
    settings = shortened(paste0(shown$settings, status_words(shown, object))),
    stringsAsFactors = FALSE
  )
  names(table)[2] <- loss_words(object)
  print(table, row.names = FALSE, right = FALSE)
  if (more > 0) cat(sprintf("... and %d more: `tidy()` shows them.\n", more))
  cat("\n")
}

# As much as fits beside the other columns.
shortened <- function(text) {
  room <- max(20L, getOption("width") - 55L)
  ifelse(nchar(text) > room, paste0(substring(text, 1, room - 3L), "..."), text)
}

status_words <- function(trials, object) {
  said <- c(
    trained = "", stopped = "stopped by the time", failed = "failed", `no time` = "no time"
  )[trials$status]
  other <- trials$status == "other family"
  said[other] <- sprintf("family '%s'", trials$family[other])
  ifelse(nzchar(said) & nzchar(trials$settings), paste0("; ", said), said)
}

auto_words <- function(object, digits) {
  found <- glance(object)
  number <- function(x) format(signif(x, digits))
  lines <- c(
    family_words(object, digits), expected_words(object, found, number),
    gain_words(object, found, digits)
  )
  strwrap(lines, exdent = 2)
}

expected_words <- function(object, found, number) {
  if (is.na(found$loss)) {
    return("Not all candidates came to an end: what to expect of new rows is not known.")
  }
  line <- sprintf(
    "To expect of new rows: %s %s (%s to %s)",
    loss_words(object), number(found$loss), number(found$conf.low), number(found$conf.high)
  )
  if (object$family == "gaussian") {
    roots <- vapply(sqrt(unlist(found[c("loss", "conf.low", "conf.high")])), number, "")
    line <- sprintf("%s, RMSE %s (%s to %s)", line, roots[1], roots[2], roots[3])
  }
  if ("accuracy" %in% names(found)) line <- sprintf("%s, accuracy %s", line, number(found$accuracy))
  line
}

gain_words <- function(object, found, digits) {
  best <- Filter(function(trial) trial$weight > 0, object$search$trials)
  if (length(best) == 1 && best[[1]]$architecture == "tabm" && !nzchar(best[[1]]$settings)) {
    return(if (best[[1]]$status == "trained") {
      "It is the default of deep_tabular(): nothing that was tried is better."
    } else {
      "It is the default of deep_tabular(), as far as there was time to train it."
    })
  }
  if (is.na(found$gain)) {
    return("The default of deep_tabular() was not trained, or not to its end, to be compared with.")
  }
  error <- found$gain_std.error
  sure <- isTRUE(abs(found$gain) > 2 * error)
  sprintf(
    "Beside the default of deep_tabular(): %s %s (standard error %s), %s",
    format(signif(abs(found$gain), digits)), if (found$gain >= 0) "lower" else "higher",
    format(signif(error, 2)),
    if (sure) "more than chance explains" else "which may be chance"
  )
}

family_words <- function(object, digits) {
  families <- object$search$families
  if (length(families) < 2) {
    return(NULL)
  }
  others <- vapply(families[-1], function(each) {
    sprintf(
      "'%s' by %s (standard error %s)", each$family,
      format(signif(each$difference, digits)), format(signif(each$difference_std_error, 2))
    )
  }, "")
  sprintf(
    "Family '%s': the log probability of held-out counts is above that of %s",
    families[[1]]$family, paste(others, collapse = " and ")
  )
}

# Pictures ----------------------------------------------------------------------------

#' @rdname summary.deep_auto
#' @export
plot.deep_auto <- function(x, type = c("leaderboard", "time"), ...) {
  check_dots(...)
  type <- one_of(type, c("leaderboard", "time"), "type", current_env())
  rlang::check_installed("ggplot2", "to draw a search.")
  shown <- tidy(x)
  shown <- shown[!is.na(shown$estimate) & shown$status != "other family", ]
  if (type == "time") draw_time(x, shown) else draw_leaderboard(x, shown)
}

draw_leaderboard <- function(object, shown) {
  shown$candidate <- factor(shown$candidate, levels = rev(shown$candidate))
  found <- glance(object)
  reach <- ggplot2::aes(
    y = .data[["candidate"]], x = .data[["estimate"]],
    xmin = .data[["estimate"]] - 2 * .data[["std.error"]],
    xmax = .data[["estimate"]] + 2 * .data[["std.error"]]
  )
  picture <- ggplot2::ggplot(shown, reach) +
    ggplot2::geom_linerange(colour = "grey60", na.rm = TRUE) +
    ggplot2::geom_point(ggplot2::aes(size = .data[["weight"]], colour = .data[["architecture"]])) +
    ggplot2::scale_size(range = c(1.5, 6)) +
    ggplot2::labs(
      x = sprintf("Held-out %s, with two standard errors", loss_words(object)), y = NULL,
      subtitle = if (!is.na(found$loss)) "Dashed: the ensemble, on rows that chose no weights"
    )
  if (is.na(found$loss)) {
    return(picture)
  }
  picture + ggplot2::geom_vline(xintercept = found$loss, linetype = "dashed")
}

draw_time <- function(object, shown) {
  shown <- shown[order(shown$started), ]
  shown$end <- shown$started + shown$seconds
  shown$best <- cummin(shown$estimate)
  ggplot2::ggplot(shown, ggplot2::aes(y = .data[["estimate"]])) +
    ggplot2::geom_step(ggplot2::aes(x = .data[["end"]], y = .data[["best"]]), colour = "grey60") +
    ggplot2::geom_segment(
      ggplot2::aes(
        x = .data[["started"]], xend = .data[["end"]], yend = .data[["estimate"]],
        colour = .data[["architecture"]]
      ),
      linewidth = 1.5
    ) +
    ggplot2::expand_limits(x = c(0, object$search$time)) +
    ggplot2::labs(
      x = "Seconds", y = sprintf("Held-out %s", loss_words(object)),
      subtitle = "Each bar a candidate; grey: the best until then"
    )
}

#' @rdname summary.deep_auto
#' @exportS3Method ggplot2::autoplot
autoplot.deep_auto <- function(object, ...) plot.deep_auto(object, ...)

# Others ------------------------------------------------------------------------------

# A search is not done again for each sample of a bootstrap, and its models differ in the columns
# that gradients could be of.
#' @export
explained.deep_auto <- function(object, ...) {
  view <- NextMethod()
  view["refit"] <- list(NULL)
  view["gradients"] <- list(NULL)
  view
}
