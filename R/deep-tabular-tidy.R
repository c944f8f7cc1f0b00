# Tables of what a tabular model is, how good it is, and what it predicts, by the generics
# that broom and tidymodels use; and pictures of its training.

#' @importFrom generics tidy
#' @export
generics::tidy

#' @importFrom generics glance
#' @export
generics::glance

#' @importFrom generics augment
#' @export
generics::augment

#' Tables of a tabular model
#'
#' `tidy()` is about a model's parts, `glance()` about the model as a whole, `augment()`
#' about each row.
#'
#' @param x,object A [deep_tabular()].
#' @param conf.int Whether to add intervals of the coefficients.
#' @param conf.level Their level.
#' @param new_data Rows to predict; by default those that the model was fitted to.
#' @param ... For `augment()`, arguments of [predict()][predict.deep_tabular()], such as
#'   `type = "interval"` for intervals; else not used.
#' @returns `tidy()`: a tibble with a row for each coefficient of a linear model: `term`,
#'   `estimate`, and where there are standard errors `std.error`, `statistic`, `p.value`;
#'   `response` says which class or quantile. For a network, a row for each of its layers.
#'
#'   `glance()`: a tibble of one row: what was fitted, and scores on held-out rows
#'   (`loss`, then by family `rmse`, `r_squared`; `accuracy`, `log_loss`, `brier`;
#'   `deviance_explained`; `concordance`). A linear model without held-out rows is scored
#'   by leaving out one row at a time. Linear models also have `logLik`, `AIC`, `BIC`,
#'   `deviance` and `df.residual`.
#'
#'   `augment()`: the data with predictions as [predict()][predict.deep_tabular()] names
#'   them, and `.resid` where the outcome is a number and there.
#' @family tabular models
#' @examplesIf rdeep_available() && requireNamespace("hardhat", quietly = TRUE)
#' line <- deep_tabular(dist ~ speed, cars, hidden_units = 0, verbose = 0)
#' tidy(line, conf.int = TRUE)
#' glance(line)
#' augment(line, head(cars))
#' @name tidy.deep_tabular
NULL

#' @rdname tidy.deep_tabular
#' @export
tidy.deep_tabular <- function(x, conf.int = FALSE, conf.level = 0.95, ...) {
  check_dots(...)
  if (!has_no_layers(x)) {
    return(tibble::as_tibble(network_layers(x)))
  }
  estimate <- stats::coef(x)
  if (is.matrix(estimate)) {
    return(tidy_matrix(estimate, by_row = x$family == "multinomial"))
  }
  if (!x$family %in% glm_families) {
    return(tibble::tibble(term = names(estimate), estimate = unname(estimate)))
  }
  table <- coefficient_table(x)
  columns <- tibble::tibble(
    term = rownames(table),
    estimate = unname(table[, 1]),
    std.error = unname(table[, 2]),
    statistic = unname(table[, 3]),
    p.value = unname(table[, 4])
  )
  if (conf.int) {
    limits <- stats::confint(x, level = conf.level)
    columns$conf.low <- unname(limits[, 1])
    columns$conf.high <- unname(limits[, 2])
  }
  columns
}

# One row for each coefficient of each output.
tidy_matrix <- function(estimate, by_row) {
  if (by_row) {
    estimate <- t(estimate)
  }
  responses <- colnames(estimate) %||% as.character(seq_len(ncol(estimate)))
  tibble::tibble(
    response = rep(responses, each = nrow(estimate)),
    term = rep(rownames(estimate), times = ncol(estimate)),
    estimate = as.vector(estimate)
  )
}

#' @rdname tidy.deep_tabular
#' @export
glance.deep_tabular <- function(x, ...) {
  check_dots(...)
  epochs <- epochs_trained(x)
  columns <- list(
    family = x$family,
    architecture = x$architecture,
    members = trained_members(x),
    nobs = stats::nobs(x),
    epochs = if (length(epochs)) max(epochs) else 0L
  )
  tibble::as_tibble(c(columns, as.list(held_out_scores(x)), likelihood_columns(x)))
}

likelihood_columns <- function(object) {
  if (!has_glm(object) || is.null(object$fitted)) {
    return(NULL)
  }
  likelihood <- stats::logLik(object)
  list(
    logLik = as.double(likelihood),
    AIC = stats::AIC(likelihood),
    BIC = stats::BIC(likelihood),
    deviance = stats::deviance(object),
    df.residual = stats::df.residual(object)
  )
}

#' @rdname tidy.deep_tabular
#' @export
augment.deep_tabular <- function(x, new_data = NULL, ...) {
  if (is.null(new_data)) {
    data <- own_data(x, current_env())
  } else {
    data <- as_frame(new_data)
  }
  predicted <- augmenting_columns(x, new_data, ...)
  columns <- c(as.list(data), as.list(predicted))
  actual <- data[[x$outcome$name]]
  numbers <- x$outcome$kind == "numeric" && is.numeric(actual)
  if (numbers && ".pred" %in% names(predicted)) {
    columns$.resid <- actual - predicted$.pred
  }
  tibble::new_tibble(columns, nrow = nrow(predicted))
}

# tidymodels gives the class and the probabilities of classes, else the prediction.
augmenting_columns <- function(object, new_data, ...) {
  if ("type" %in% names(rlang::enquos(...))) {
    return(stats::predict(object, new_data, ...))
  }
  if (object$outcome$kind == "class") {
    class <- stats::predict(object, new_data, type = "class", ...)
    prob <- stats::predict(object, new_data, type = "prob", ...)
    return(tibble::as_tibble(c(class, prob)))
  }
  stats::predict(object, new_data, type = "response", ...)
}

# Pictures ------------------------------------------------------------------------

#' @param metrics The metrics to plot; by default all of them.
#' @rdname summary.deep_tabular
#' @export
plot.deep_tabular <- function(x, metrics = NULL, ...) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw how a model was trained.")
  data <- plotted_metrics(training_curves(x), metrics, current_env())
  curves <- ggplot2::aes(
    x = .data[["epoch"]], y = .data[["value"]], colour = .data[["data"]],
    group = interaction(.data[["member"]], .data[["data"]])
  )
  several <- nlevels(data$member) > 1
  ggplot2::ggplot(data, curves) +
    ggplot2::geom_line(alpha = if (several) 0.6 else 1) +
    ggplot2::facet_wrap(ggplot2::vars(.data[["metric"]]), ncol = 1, scales = "free_y") +
    ggplot2::labs(
      x = "Epoch", y = NULL, colour = NULL,
      subtitle = if (several) sprintf("%d members", nlevels(data$member))
    )
}

training_curves <- function(object) {
  curves <- lapply(seq_along(object$history), function(member) {
    curve <- as.data.frame(object$history[[member]])
    curve$member <- factor(member, levels = seq_along(object$history))
    curve
  })
  do.call(rbind, curves)
}

#' @rdname summary.deep_tabular
#' @exportS3Method ggplot2::autoplot
autoplot.deep_tabular <- function(object, ...) plot.deep_tabular(object, ...)
