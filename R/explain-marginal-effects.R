#' Average marginal effects
#'
#' By how much predictions change with a column, averaged over the rows: for a number the
#' slope between neighbouring values on either side, for a factor, text or a logical the
#' difference between each level and the first, with the whole data set to either. For a
#' linear model (`hidden_units = 0`) these are the coefficients.
#'
#' @section Standard errors:
#' `se = "ensemble"` uses the networks of an ensemble, each of which was trained without one
#' part of the rows: that is a jackknife over the parts (deleting a group), with Student's t
#' on one degree of freedom less than there are networks. It costs no training. Since
#' networks also differ by where their training started, the errors are too large rather
#' than too small, up to twice. `se = "bootstrap"` fits the model again to rows drawn with
#' replacement, `replicates` times. Both hold the rows fixed over which effects are averaged.
#'
#' @inheritParams partial_dependence
#' @param variables The columns, by name; by default all.
#' @param type `"response"`, or `"link"` for effects on the scale of the linear predictor
#'   (log odds, log mean).
#' @param eps How far a number is moved up and down, at the least, as a share of the
#'   column's standard deviation: to the nearest values that occur in the data.
#' @param se `"ensemble"` (the default; for a single network then `"none"`), `"bootstrap"`
#'   or `"none"`: see below.
#' @param replicates How often the bootstrap fits the model.
#' @param rows How many rows to average over, at most: they are drawn at random.
#' @param level The level of confidence.
#' @returns A tibble with a row for each effect: `term`, `contrast` (`"dY/dX"`, or the
#'   levels as `"b - a"`), `estimate`, `std.error`, `conf.low` and `conf.high`; `.class`
#'   where there are several classes, `.quantile` where there are several quantiles.
#'   `plot()` and `autoplot()` return a ggplot.
#' @family understanding
#' @examplesIf rdeep_available()
#' model <- deep_tabular(mpg ~ wt + hp, data = mtcars, hidden_units = 0, verbose = 0)
#' marginal_effects(model, se = "none")
#' coef(model)
#' @export
marginal_effects <- function(object,
                             variables = NULL,
                             data = NULL,
                             ...,
                             type = c("response", "link"),
                             eps = 0.1,
                             se = c("ensemble", "bootstrap", "none"),
                             replicates = 50,
                             rows = Inf,
                             level = 0.95) {
  check_dots(...)
  call <- current_env()
  type <- one_of(type, c("response", "link"), "type", call)
  asked <- !missing(se)
  se <- one_of(se, c("ensemble", "bootstrap", "none"), "se", call)
  check_share(level, "level", call)
  check_step(eps, call)
  replicates <- check_whole(replicates, "replicates", 2, call)
  view <- with_rows(explained(object, data, .call = call), check_most_rows(rows, call))
  variables <- check_variables(view, variables %||% view$variables, .call = call)
  plans <- lapply(variables, contrast_plan, view = view, eps = eps, .call = call)
  estimate <- effects_by_plan(view, plans, view$predict, type)
  se <- available_errors(view, se, asked, call)
  spread <- switch(se,
    ensemble = jackknife_errors(effects_by_plan(view, plans, view$members, type)),
    bootstrap = bootstrap_errors(view, plans, type, replicates, call),
    none = list(error = NA_real_, df = Inf)
  )
  new_marginal_effects(view, plans, estimate, spread, list(level = level, type = type, se = se))
}

# Effects --------------------------------------------------------------------------

# What to predict for a variable's effects: copies of the data, and for each contrast which
# copy is compared with which, and what the difference is divided by.
contrast_plan <- function(variable, view, eps, .call) {
  column <- view$frame[[variable]]
  if (is_classes(column)) {
    return(category_plan(variable, column, .call))
  }
  spread <- stats::sd(column, na.rm = TRUE)
  if (is.na(spread) || spread == 0) {
    abort_constant(variable, .call)
  }
  ends <- neighbours(column, eps * spread)
  known <- !is.na(column)
  list(
    term = variable,
    contrast = "dY/dX",
    copies = lapply(ends, function(end) stats::setNames(list(end), variable)),
    from = 1L,
    to = 2L,
    width = ifelse(known, as.numeric(ends[[2]] - ends[[1]]), 1),
    known = known
  )
}

# For each value the nearest ones that occur, below and above, at least a step away where
# there are such. Others need not mean anything: between whole numbers, or below 0 in
# `log(x)`, and a network that has seen 1 and 2 alone may do anything at 1.1.
neighbours <- function(column, step) {
  values <- sort(unique(column))
  below <- findInterval(as.numeric(column - step), as.numeric(values))
  above <- findInterval(as.numeric(column + step), as.numeric(values), left.open = TRUE) + 1
  list(values[pmax(below, 1)], values[pmin(above, length(values))])
}

category_plan <- function(variable, column, .call) {
  levels <- categories(column)
  others <- seq_along(levels)[-1]
  if (length(others) == 0) {
    abort_constant(variable, .call)
  }
  list(
    term = variable,
    contrast = sprintf("%s - %s", levels[others], levels[1]),
    copies = lapply(seq_along(levels), function(i) {
      stats::setNames(list(rep(levels[i], length(column))), variable)
    }),
    from = rep(1L, length(others)),
    to = others,
    width = 1,
    known = TRUE
  )
}

# A matrix with a row for each contrast of each plan and a column for each output; of
# members an array, with a slice for each.
effects_by_plan <- function(view, plans, predict, type) {
  effects <- lapply(plans, function(plan) {
    predicted <- predict_copies(view, plan$copies, predict, type = type)
    dims <- dim(predicted)
    each <- matrix(predicted, ncol = dims[length(dims)])
    averages <- lapply(seq_along(plan$to), function(i) {
      change <- (each[, plan$to[i]] - each[, plan$from[i]]) / plan$width
      dim(change) <- dims[-length(dims)]
      average_rows(change, view$weights * plan$known)
    })
    together <- array(unlist(averages), c(dim(averages[[1]]), length(averages)))
    aperm(together, c(length(dim(together)), seq_len(length(dim(together)) - 1)))
  })
  dims <- dim(effects[[1]])[-1]
  flat <- do.call(rbind, lapply(effects, function(part) matrix(part, nrow = dim(part)[1])))
  array(flat, c(nrow(flat), dims))
}

# Standard errors ------------------------------------------------------------------

available_errors <- function(view, se, asked, .call) {
  if (se == "ensemble" && is.null(view$members)) {
    if (!asked) {
      return("none")
    }
    abort_rdeep(
      "argument",
      "There is one network only, which says nothing of standard errors.",
      argument = "se",
      hint = "Fit with `members = 5` or more, or use `se = \"bootstrap\"`.",
      call = .call
    )
  }
  if (se == "bootstrap" && is.null(view$refit)) {
    abort_rdeep(
      "argument",
      "The bootstrap fits the model again, which `deep_tabular()` models alone can do.",
      argument = "se",
      hint = "Fit with `model = TRUE`, the default, so that the data is kept.",
      call = .call
    )
  }
  se
}

# Each network lacks one part of the rows: the jackknife that deletes groups.
jackknife_errors <- function(effects) {
  members <- dim(effects)[3]
  variance <- apply(effects, c(1, 2), stats::var)
  list(error = sqrt(variance) * (members - 1) / sqrt(members), df = members - 1)
}

bootstrap_errors <- function(view, plans, type, replicates, .call) {
  progress <- new_progress(1L)
  progress$redraws <- progress$redraws && rlang::is_interactive()
  on.exit(hide_bar(progress))
  drawn <- announcing(progress, lapply(seq_len(replicates), function(i) {
    effects <- effects_by_plan(view, plans, view$refit(.call), type)
    steps <- list(batch = i, batches = replicates)
    show_bar(progress, steps, sprintf("Resample %d/%d", i, as.integer(replicates)))
    effects
  }))
  together <- array(unlist(drawn), c(dim(drawn[[1]]), replicates))
  list(error = apply(together, c(1, 2), stats::sd), df = Inf)
}

check_step <- function(eps, .call) {
  if (!is_single(eps) || !is.numeric(eps) || eps <= 0) {
    abort_rdeep(
      "argument",
      sprintf("'eps' must be a positive number, not %s.", describe(eps)),
      argument = "eps",
      received = eps,
      hint = "It is a share of each column's standard deviation, such as 0.1.",
      call = .call
    )
  }
}

# Results --------------------------------------------------------------------------

new_marginal_effects <- function(view, plans, estimate, spread, how) {
  outputs <- ncol(estimate)
  contrasts <- nrow(estimate)
  reach <- stats::qt((1 + how$level) / 2, spread$df) * spread$error
  across <- function(x) as.vector(t(matrix(x, contrasts, outputs)))
  term <- unlist(lapply(plans, function(plan) rep(plan$term, length(plan$contrast))))
  columns <- c(
    list(
      term = rep(term, each = outputs),
      contrast = rep(unlist(lapply(plans, `[[`, "contrast")), each = outputs)
    ),
    output_column(view, rep(seq_len(outputs), times = contrasts)),
    list(
      estimate = across(estimate),
      std.error = across(spread$error),
      conf.low = across(estimate - reach),
      conf.high = across(estimate + reach)
    )
  )
  label <- prediction_label(view, how$type)
  from <- c(ensemble = ", errors from the ensemble", bootstrap = ", errors by bootstrap", none = "")
  new_effects(columns, "rdeep_marginal_effects", list(
    title = sprintf("Average marginal effects on the %s%s", label, from[[how$se]]),
    label = label,
    level = how$level
  ))
}

#' @param x What `marginal_effects()` returned.
#' @rdname marginal_effects
#' @export
plot.rdeep_marginal_effects <- function(x, ...) {
  check_dots(...)
  about <- attr(x, "about")
  name <- ifelse(x$contrast == "dY/dX", x$term, sprintf("%s: %s", x$term, x$contrast))
  x$.label <- top_first(name)
  effects_plot(
    x,
    ggplot2::aes(x = .data[["estimate"]], y = .data[[".label"]]),
    "to plot marginal effects."
  ) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey60") +
    marginal_points(x) +
    facet_outputs(x) +
    ggplot2::labs(
      x = sprintf("Average marginal effect on the %s", about$label), y = NULL,
      caption = if (!anyNA(x$std.error)) {
        sprintf("Lines: %s %% confidence", format(100 * about$level))
      }
    )
}

marginal_points <- function(x) {
  if (anyNA(x$std.error)) {
    return(ggplot2::geom_point(colour = accent, size = 2))
  }
  ggplot2::geom_pointrange(
    ggplot2::aes(xmin = .data[["conf.low"]], xmax = .data[["conf.high"]]),
    colour = accent, size = 0.4
  )
}
