#' Draw a model
#'
#' Draws each layer as a box, from the input down to the output.
#'
#' @param x A model.
#' @param ... Not used.
#' @returns A ggplot.
#' @family models
#' @examplesIf rdeep_available() && requireNamespace("ggplot2", quietly = TRUE)
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8) |>
#'   layer_dense(1)
#' plot(model)
#' @export
plot.rdeep_model <- function(x, ...) {
  rlang::check_installed("ggplot2", "to draw a model.")
  summary <- summary(x)
  if (!summary$built) {
    abort_rdeep(
      "state",
      "The shape of the model's input is not known yet.",
      hint = "Give `keras_model_sequential()` an `input_shape`, or fit the model first."
    )
  }
  boxes <- place_layers(summary$layers)
  ggplot2::ggplot(boxes, ggplot2::aes(x = .data[["x"]], y = .data[["y"]])) +
    ggplot2::geom_segment(
      data = arrows_between(boxes),
      ggplot2::aes(xend = .data[["xend"]], yend = .data[["yend"]]),
      arrow = ggplot2::arrow(length = ggplot2::unit(2, "mm"), type = "closed"),
      colour = "grey40"
    ) +
    ggplot2::geom_tile(width = 0.9, height = 0.6, fill = "white", colour = "grey30") +
    ggplot2::geom_text(ggplot2::aes(label = .data[["label"]]), size = 3, lineheight = 1) +
    ggplot2::labs(title = summary$name) +
    ggplot2::theme_void()
}

# A layer stands one row below the lowest layer that it reads; rows are centred.
place_layers <- function(layers) {
  reads <- strsplit(layers$reads, ", ", fixed = TRUE)
  depth <- stats::setNames(numeric(nrow(layers)), layers$name)
  for (i in seq_along(reads)) {
    depth[i] <- max(0, depth[reads[[i]]] + 1)
  }
  place <- stats::ave(depth, depth, FUN = seq_along)
  width <- stats::ave(depth, depth, FUN = length)
  data.frame(
    name = layers$name,
    x = place - (width + 1) / 2,
    y = -depth,
    label = sprintf("%s\n%s  %s", layers$name, layers$kind, layers$output_shape),
    reads = I(reads)
  )
}

arrows_between <- function(boxes) {
  to <- rep(seq_len(nrow(boxes)), lengths(boxes$reads))
  from <- match(unlist(boxes$reads), boxes$name)
  data.frame(
    x = boxes$x[from],
    y = boxes$y[from] - 0.3,
    xend = boxes$x[to],
    yend = boxes$y[to] + 0.3
  )
}
