# What R expects of a fitted model, for ready-made models of all kinds. A kind says what it is by
# `ready_title()`.

#' Ready-made models of images, series, text and speech
#'
#' What [deep_image()], [deep_segment()], [deep_detect()], [deep_series()], [deep_text()],
#' [deep_speech()] and [deep_multimodal()] return can be printed, summarized, plotted, saved and
#' scored in the same ways.
#'
#' `saveRDS()` and [save_model()] keep such a model, [readRDS()] and [load_model()] bring it back,
#' on either engine. `as_network()` takes the network out, to be used and trained as any other.
#'
#' @param x,object A fitted model.
#' @param digits How many digits to show.
#' @param metrics Which metrics to draw, such as `"loss"`; by default all.
#' @param ... Not used.
#' @returns `summary()`: a list with the `layers` of the network and the `scores` on held-out
#'   samples. `plot()` and `autoplot()`: a ggplot of the training. `glance()`: a tibble of one row
#'   with the scores on held-out samples. `as_network()`: an `rdeep_model`; its layers are the
#'   model's own, so that training it changes the model.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' side <- factor(sample(c("left", "right"), 60, TRUE))
#' x <- array(runif(60 * 8 * 8, 0, 100), c(60, 8, 8))
#' x[side == "left", , 1:4] <- 200
#' model <- deep_image(x, side, epochs = 3, verbose = 0)
#' glance(model)
#' as_network(model)
#' @name ready_models
NULL

# What a model is, in a line.
ready_title <- function(object) UseMethod("ready_title")

#' @export
ready_title.default <- function(object) {
  levels <- object$outcome$levels
  predicted <- if (identical(object$outcome$type, "class")) {
    sprintf(" of %d classes (%s)", length(levels), listing_of_some(levels))
  }
  paste0("Ready-made model", predicted)
}

listing_of_some <- function(names, most = 6) {
  shown <- if (length(names) > most) c(names[seq_len(most - 1)], "...") else names
  paste(shown, collapse = ", ")
}

ready_heading <- function(object) {
  call <- paste(trimws(deparse(object$call, width.cutoff = 80L)), collapse = " ")
  epochs <- vapply(object$history, function(history) length(history$epoch), 0L)
  c(
    ready_title(object),
    paste("Call:", call),
    sprintf(
      "%s; trained for %s %s",
      sample_words(object$facts$samples, object$facts$what),
      paste(epochs, collapse = " + "), if (identical(epochs, 1L)) "epoch" else "epochs"
    )
  )
}

sample_words <- function(count, what) sprintf("%s %s", format(count %||% NA), what %||% "samples")

ready_scores <- function(object, digits = 3) {
  if (length(object$scores) == 0) {
    return(NULL)
  }
  values <- vapply(object$scores, format, "", digits = digits)
  paste0(gsub("_", " ", names(object$scores)), " ", values, collapse = ", ")
}

#' @rdname ready_models
#' @export
print.rdeep_ready <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat(ready_heading(x), sep = "\n")
  scores <- ready_scores(x, digits)
  if (!is.null(scores)) {
    cat(sprintf("\nOn held-out %s: %s\n", x$facts$what %||% "samples", scores))
  }
  invisible(x)
}

#' @rdname ready_models
#' @export
summary.rdeep_ready <- function(object, ...) {
  check_dots(...)
  layers <- layer_rows(ready_method(object, "network_summary"))
  structure(
    list(object = object, layers = layers, scores = object$scores),
    class = "summary.rdeep_ready"
  )
}

#' @rdname ready_models
#' @export
print.summary.rdeep_ready <- function(x, ...) {
  print(x$object)
  cat("\nLayers:\n")
  print(x$layers[c("name", "kind", "output_shape", "params")], row.names = FALSE, right = FALSE)
  invisible(x)
}

#' @rdname ready_models
#' @export
plot.rdeep_ready <- function(x, metrics = NULL, ...) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw how a model was trained.")
  data <- plotted_metrics(stage_curves(x), metrics, current_env())
  curves <- ggplot2::aes(
    x = .data[["epoch"]], y = .data[["value"]], colour = .data[["data"]],
    group = interaction(.data[["stage"]], .data[["data"]])
  )
  ggplot2::ggplot(data, curves) +
    ggplot2::geom_line() +
    ggplot2::facet_wrap(ggplot2::vars(.data[["metric"]]), ncol = 1, scales = "free_y") +
    ggplot2::labs(x = "Epoch", y = NULL) +
    ggplot2::theme(legend.title = ggplot2::element_blank())
}

# The stages one after the other, their epochs counted on.
stage_curves <- function(object) {
  before <- 0L
  curves <- list()
  for (stage in seq_along(object$history)) {
    curve <- as.data.frame(object$history[[stage]])
    curve$epoch <- curve$epoch + before
    curve$stage <- factor(stage, levels = seq_along(object$history))
    before <- max(curve$epoch)
    curves[[stage]] <- curve
  }
  do.call(rbind, curves)
}

#' @rdname ready_models
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_ready <- function(object, ...) plot(object, ...)

#' @rdname ready_models
#' @export
glance.rdeep_ready <- function(x, ...) {
  check_dots(...)
  epochs <- sum(vapply(x$history, function(history) length(history$epoch), 0L))
  tibble::as_tibble(c(
    list(nobs = x$facts$samples %||% NA_integer_, epochs = epochs),
    lapply(x$scores, as.double)
  ))
}

#' @rdname ready_models
#' @export
nobs.rdeep_ready <- function(object, ...) object$facts$samples %||% NA_integer_

#' @rdname ready_models
#' @export
as_network <- function(object) UseMethod("as_network")

#' @rdname ready_models
#' @export
as_network.rdeep_ready <- function(object) new_model(ready_method(object, "as_network"))

#' @export
as_network.default <- function(object) {
  abort_rdeep(
    "argument",
    sprintf("There is no network in %s.", describe(object)),
    argument = "object",
    received = object,
    hint = "Ready-made models have one: those of `deep_image()`, `deep_text()` and their like.",
    call = current_env()
  )
}
