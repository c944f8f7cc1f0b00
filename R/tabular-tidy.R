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

#' Tidy a tabular model
#'
#' `tidy()` is about a model's parts, `glance()` about the model as a whole, `augment()`
#' about each row.
#'
#' @param x,object A [deep_tabular()].
#' @param conf.int Whether to add intervals of the coefficients.
#' @param conf.level Their level.
#' @param exponentiate Whether to give the exponentials of coefficients and intervals, which
#'   are odds ratios, rate ratios or hazard ratios; `std.error` stays that of the coefficient.
#' @param data,newdata,new_data Rows to predict; by default those that the model was fitted to.
#'   `data` and `newdata` are broom's names, `new_data` is tidymodels'.
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
#'   them, and `.resid` where the outcome is a number and there. Asked by broom's `data` or
#'   `newdata`, numbers are there by broom's name `.fitted` too.
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
tidy.deep_tabular <- function(x,
                              conf.int = FALSE,
                              conf.level = 0.95,
                              exponentiate = FALSE,
                              ...) {
  call <- current_env()
  check_dots(...)
  check_flag(conf.int, "conf.int", call)
  check_flag(exponentiate, "exponentiate", call)
  if (conf.int || exponentiate) needs_no_layers(x, "coefficients", call)
  if (!has_no_layers(x)) {
    return(tibble::as_tibble(network_layers(x)))
  }
  if (conf.int) needs_glm(x, "standard error", call)
  columns <- coefficient_columns(x)
  if (conf.int) {
    limits <- stats::confint(x, level = conf.level)
    columns$conf.low <- unname(limits[, 1])
    columns$conf.high <- unname(limits[, 2])
  }
  if (exponentiate) exponentiated(columns, x) else columns
}

coefficient_columns <- function(x) {
  estimate <- stats::coef(x)
  if (is.matrix(estimate)) {
    return(tidy_matrix(estimate, by_row = x$family == "multinomial"))
  }
  if (!x$family %in% glm_families) {
    return(tibble::tibble(term = names(estimate), estimate = unname(estimate)))
  }
  table <- coefficient_table(x)
  tibble::tibble(
    term = rownames(table),
    estimate = unname(table[, 1]),
    std.error = unname(table[, 2]),
    statistic = unname(table[, 3]),
    p.value = unname(table[, 4])
  )
}

# As broom does it, and warns.
exponentiated <- function(columns, object) {
  if (object$family %in% c("gaussian", "quantile")) {
    warn(
      c(
        sprintf(
          "The family '%s' has no logarithm in its link: exponentials of its coefficients %s",
          object$family, "have no meaning."
        ),
        i = "For other families they are ratios of odds, rates or hazards."
      ),
      class = "rdeep_warning"
    )
  }
  shown <- intersect(c("estimate", "conf.low", "conf.high"), names(columns))
  columns[shown] <- lapply(columns[shown], exp)
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
augment.deep_tabular <- function(x, data = NULL, newdata = NULL, ..., new_data = NULL) {
  call <- current_env()
  check_dots_of_models(..., .elsewhere = of_broom, .known = of_predict, .call = call)
  given <- one_of_data(data, newdata, new_data, call)
  shown <- if (is.null(given)) own_data(x, call) else as_frame(given)
  predicted <- augmenting_columns(x, given, ...)
  columns <- c(as.list(shown), as.list(predicted))
  actual <- shown[[x$outcome$name]]
  numbers <- x$outcome$kind == "numeric" && is.numeric(actual)
  if (".pred" %in% names(predicted)) {
    if (is.null(new_data) && !is.null(given) && x$outcome$kind == "numeric") {
      columns$.fitted <- predicted$.pred
    }
    if (numbers) columns$.resid <- actual - predicted$.pred
  }
  tibble::new_tibble(columns, nrow = nrow(predicted))
}

# What `augment()` of broom calls otherwise.
of_broom <- c(
  type.predict = "It is 'type' here, as for `predict()`.",
  type.residuals = "`residuals(model, type = )` gives residuals of other types.",
  se_fit = "`type = \"interval\"` says how certain predictions are.",
  interval = "Intervals are `type = \"interval\"`, with `level` and `method`."
)

of_predict <- c("type", "level", "method", "quantile_levels", "times", "offset")

# The data by one of its three names.
one_of_data <- function(data, newdata, new_data, .call) {
  given <- Filter(Negate(is.null), list(data = data, newdata = newdata, new_data = new_data))
  if (length(given) > 1) {
    abort_rdeep(
      "argument",
      sprintf("%s say the same: give one of them.", listing(names(given), "and")),
      argument = names(given)[2],
      call = .call
    )
  }
  if (length(given)) given[[1]]
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
      x = "Epoch", y = NULL, colour = "data",
      subtitle = if (several) sprintf("%d members", nlevels(data$member))
    ) +
    ggplot2::theme(legend.title = ggplot2::element_blank())
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
