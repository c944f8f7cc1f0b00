# What importance(), partial_dependence(), ale(), explain() and marginal_effects() know of
# a model: a view of it, which a method of explained() makes for each kind of model
# (explainable-models.R). They work on the view alone. It holds
#
#   frame     the data frame that is looked at, of numbers and categories
#   variables the names of its columns that are predictors; others only come along
#   predict   function(frame, rows, type): a matrix with a row for each row of a frame
#             like `frame`, of which row i was made from row rows[i] of it, and a column
#             for each output; `type` is "response" or "link"
#   outcome   list(name, kind, levels, values, link): what is predicted, `kind` being
#             "numeric", "count", "class", "proportion", "quantile" or "survival"; `values`
#             where known; what the link of classes is called
#   outputs   what the columns of a prediction are called, NULL for a single one
#   weights   a weight for each row
#   held_out  NULL, or a function as `predict`: by the network that has not seen the row
#   members   NULL, or a function as `predict`, to an array with a slice for each network
#   refit     NULL, or function(.call): a function as `predict`, of the model fitted again
#             to rows drawn with replacement
#   gradients NULL, or function(frame, rows, start, steps, .call): see column_gradients()
#   shifted   whether predictions depend on `rows`, by an offset
new_explainable <- function(frame,
                            predict,
                            outcome = list(name = "y", kind = "numeric"),
                            variables = names(frame),
                            outputs = NULL,
                            weights = NULL,
                            held_out = NULL,
                            members = NULL,
                            refit = NULL,
                            gradients = NULL,
                            shifted = FALSE) {
  structure(
    list(
      frame = frame, variables = variables, predict = predict, outcome = outcome,
      outputs = outputs, weights = weights %||% rep(1, nrow(frame)), held_out = held_out,
      members = members, refit = refit, gradients = gradients, shifted = shifted
    ),
    class = "rdeep_explainable"
  )
}

# A view of at most so many rows, drawn at random.
with_rows <- function(view, most) {
  n <- nrow(view$frame)
  if (n <= most) {
    return(view)
  }
  kept <- sort(sample.int(n, most))
  of_kept <- function(f) {
    if (!is.null(f)) function(frame, rows, ...) f(frame, kept[rows], ...)
  }
  parts <- c("predict", "held_out", "members", "gradients")
  view[parts] <- lapply(view[parts], of_kept)
  refit <- view$refit
  view["refit"] <- list(if (!is.null(refit)) function(.call) of_kept(refit(.call)))
  view$kept <- kept
  view$frame <- view$frame[kept, , drop = FALSE]
  view$weights <- view$weights[kept]
  values <- view$outcome$values
  if (!is.null(values)) {
    view$outcome$values <- if (is.matrix(values)) {
      values[kept, , drop = FALSE]
    } else {
      structure(values[kept], quantile_levels = attr(values, "quantile_levels"))
    }
  }
  view
}

# `data` is what the user gave to look at, NULL for the data that the model was fitted to;
# `y` the outcome where `data` does not hold it. With `scored`, the outcome is needed.
# `argument` is what the user calls `data`.
explained <- function(object,
                      data = NULL,
                      y = NULL,
                      scored = FALSE,
                      argument = "data",
                      .call = caller_env()) {
  UseMethod("explained")
}

#' @export
explained.rdeep_explainable <- function(object,
                                        data = NULL,
                                        y = NULL,
                                        scored = FALSE,
                                        argument = "data",
                                        .call = caller_env()) {
  object
}

#' @export
explained.default <- function(object,
                              data = NULL,
                              y = NULL,
                              scored = FALSE,
                              argument = "data",
                              .call = caller_env()) {
  abort_rdeep(
    "argument",
    sprintf("The first argument must be a fitted model of rdeep, not %s.", describe(object)),
    argument = "object",
    received = object,
    hint = paste(
      "`deep_tabular()` and `fit()` make one. For a model of another package, call that",
      "package's function by its full name, as `package::function()`."
    ),
    call = .call
  )
}

# Predicting ----------------------------------------------------------------------

# A bound on memory: with thirty columns of doubles some 50 MB.
rows_at_once <- 200000L

# Predictions for copies of the frame in which some columns are replaced: `copies` is a
# list of named lists of columns. An array: rows, then as `predict` gives them, then copies.
predict_copies <- function(view, copies, predict = view$predict, ...) {
  n <- nrow(view$frame)
  together <- max(1, rows_at_once %/% n)
  groups <- split(seq_along(copies), ceiling(seq_along(copies) / together))
  parts <- lapply(groups, function(group) {
    frame <- stack_copies(view$frame, copies[group])
    values <- predict(frame, rep(seq_len(n), length(group)), ...)
    dims <- dim(values)[-1]
    dim(values) <- c(n, length(group), dims)
    aperm(values, c(1, seq_along(dims) + 2, 2))
  })
  dims <- dim(parts[[1]])
  array(unlist(parts, use.names = FALSE), c(dims[-length(dims)], length(copies)))
}

stack_copies <- function(frame, copies) {
  n <- nrow(frame)
  columns <- lapply(names(frame), function(name) {
    column <- rep(frame[[name]], length(copies))
    for (i in seq_along(copies)) {
      replacement <- copies[[i]][[name]]
      if (!is.null(replacement)) column[(i - 1) * n + seq_len(n)] <- replacement
    }
    column
  })
  new_frame(stats::setNames(columns, names(frame)))
}

# data.frame() would change names and take its time.
new_frame <- function(columns) {
  attr(columns, "row.names") <- .set_row_names(length(columns[[1]]))
  class(columns) <- "data.frame"
  columns
}

# The weighted mean over an array's first dimension.
average_rows <- function(x, weights) {
  dims <- dim(x)
  array(weights %*% matrix(x, nrow = dims[1]) / sum(weights), dims[-1])
}

# Columns -------------------------------------------------------------------------

# The categories that a column has, in order, as values of its own type.
categories <- function(column) sort(unique(column[!is.na(column)]))

# Values at which to look at a column: quantiles, so that they are close together where
# the data is, and observed ones, so that whole numbers stay whole.
column_grid <- function(column, size) {
  if (is_classes(column)) {
    return(categories(column))
  }
  probabilities <- seq(0, 1, length.out = size)
  unique(stats::quantile(column, probabilities, type = 1, names = FALSE, na.rm = TRUE))
}

check_variables <- function(view, variables, most = Inf, argument = "variables", .call) {
  known <- view$variables
  if (!is.character(variables) || length(variables) == 0 || anyNA(variables)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'%s' must be %s of the data, not %s.", argument,
        if (most == 1) "the name of a column" else "names of columns", describe(variables)
      ),
      argument = argument,
      received = variables,
      hint = paste0("The columns are ", listing(known, "and"), "."),
      call = .call
    )
  }
  if (length(variables) > most || anyDuplicated(variables)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'%s' must name %s, not %s.", argument,
        c(`1` = "one column", `2` = "one column or two", `Inf` = "each column once")[[paste(most)]],
        listing(variables, "and")
      ),
      argument = argument,
      received = variables,
      call = .call
    )
  }
  unknown <- setdiff(variables, known)
  if (length(unknown)) {
    abort_rdeep(
      "argument",
      sprintf("The model has no predictor '%s'.", unknown[1]),
      argument = argument,
      received = variables,
      hint = suggestion(unknown[1], known),
      call = .call
    )
  }
  variables
}

# Arguments -----------------------------------------------------------------------

check_whole <- function(x, argument, least, .call) {
  if (!is_single(x) || !is_whole(x) || x < least) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be a whole number, %d or more, not %s.", argument, least, describe(x)),
      argument = argument,
      received = x,
      call = .call
    )
  }
  as.integer(x)
}

# `Inf` stands for all.
check_most_rows <- function(x, .call) {
  if (identical(x, Inf)) x else check_whole(x, "rows", 1, .call)
}

# Results -------------------------------------------------------------------------

# A tibble that knows what it shows: `about` is a list for print() and plot(), of which
# `title` is the line above the numbers.
new_effects <- function(columns, class, about) {
  tibble::new_tibble(
    columns,
    nrow = length(columns[[1]]),
    about = about,
    class = c(class, "rdeep_effects")
  )
}

#' @export
print.rdeep_effects <- function(x, ...) {
  cat(attr(x, "about")$title, "\n", sep = "")
  NextMethod()
}

#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_effects <- function(object, ...) plot(object, ...)

# The column that says which output a row is about; none for a single output.
output_column <- function(view, index) {
  if (is.null(view$outputs)) {
    return(NULL)
  }
  name <- switch(view$outcome$kind, class = ".class", quantile = ".quantile", ".output")
  stats::setNames(list(factor(view$outputs[index], levels = view$outputs)), name)
}

output_name <- function(x) intersect(c(".class", ".quantile", ".output"), names(x))

# What an axis of predictions is called.
prediction_label <- function(view, type = "response") {
  outcome <- view$outcome
  if (outcome$kind == "survival") {
    return("log risk")
  }
  if (outcome$kind %in% c("class", "proportion") && type == "link") {
    scale <- outcome$link %||% if (is.null(view$outputs)) "logit" else "log probability"
    return(sprintf("%s of %s", scale, predicted_event(view)))
  }
  if (outcome$kind == "class") {
    return(paste("probability of", predicted_event(view)))
  }
  if (outcome$kind == "proportion") {
    return("predicted share of successes")
  }
  paste0("predicted ", outcome$name, if (type == "link" && outcome$kind == "count") " (log)")
}

predicted_event <- function(view) {
  outcome <- view$outcome
  if (outcome$kind == "proportion") {
    return("success")
  }
  if (is.null(view$outputs)) sprintf("%s = %s", outcome$name, outcome$levels[2]) else outcome$name
}

# Drawing -------------------------------------------------------------------------

accent <- "#2a6f97"

# Three digits of each number, whatever the others need.
brief <- function(x) vapply(x, format, "", digits = 3)

effects_plot <- function(data, mapping, purpose, call = caller_env()) {
  rlang::check_installed("ggplot2", purpose)
  ggplot2::ggplot(data, mapping)
}

facet_outputs <- function(x, ...) {
  column <- output_name(x)
  if (length(column)) ggplot2::facet_wrap(ggplot2::vars(.data[[column]]), ...)
}

# The largest first on a horizontal plot, which is drawn from the bottom up.
top_first <- function(names) factor(names, levels = rev(unique(names)))
