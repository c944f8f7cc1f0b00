# Where in an image a network sees a class; and images with their predictions.

#' Explain predictions of images (Grad-CAM)
#'
#' Which parts of an image speak for a class: the last feature map of the network, weighted by how
#' the class's logit changes with each feature, as far as it is above zero (Selvaraju et al. 2017).
#'
#' @param x A model of [deep_image()]; for `plot()` what `explain()` returned, or a model.
#' @param new_data Images, as for [predict()][predict.deep_image()].
#' @param class The class that is explained, one for each image or one for all; by default the one
#'   that is predicted. A model of numbers has none.
#' @param on_bad Whether images that cannot be read are an error, or left out with a warning.
#' @param alpha How strongly the heat map is drawn over the image.
#' @param n How many images to draw, at most.
#' @param y The outcome of the images, to be written beside the prediction.
#' @param metrics Which metrics of the training to draw, where there is no `new_data`.
#' @param ... Not used.
#' @returns `explain()`: a tibble with a row for each image: `.row`, `class`, `.pred` (its
#'   probability, or the number), `map`, a matrix from 0 to 1, and `image`, an array from 0 to 1, as
#'   the network is given it. `plot()` and `autoplot()`: a ggplot; of a model with `new_data` the
#'   images with their predictions, without it the training.
#' @references
#' Selvaraju, R. R. et al. (2017). Grad-CAM: visual explanations from deep networks via
#' gradient-based localization. ICCV.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' side <- factor(sample(c("left", "right"), 60, TRUE))
#' x <- array(runif(60 * 16 * 16, 0, 100), c(60, 16, 16))
#' x[side == "left", 4:8, 2:6] <- 200
#' model <- deep_image(x, side, epochs = 3, verbose = 0)
#' seen <- explain(model, x[1:4, , ])
#' seen
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(seen)
#' @export
#' @rawNamespace S3method(dplyr::explain, deep_image)
explain.deep_image <- function(x,
                               new_data = NULL,
                               class = NULL,
                               ...,
                               on_bad = c("fail", "drop")) {
  call <- current_env()
  check_dots(...)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  images <- new_images(x, new_data, call)
  found <- ready_method(
    x, "explain",
    x = images, classes = if (!is.null(class)) texts_for_core(class), on_bad = on_bad, .call = call
  )
  n <- length(found$rows)
  rows <- tibble::tibble(
    .row = as.integer(found$rows) + 1L,
    class = if (is_of_classes(x)) factor(unlist(found$classes), x$outcome$levels),
    .pred = as.vector(found$predictions),
    map = lapply(seq_len(n), function(i) as.matrix(found$maps[i, , ])),
    image = unit_images(found$images)
  )
  base::class(rows) <- c("rdeep_heat_maps", base::class(rows))
  rows
}

# Each image of an array, from 0 to 1.
unit_images <- function(images) {
  lapply(seq_len(dim(images)[1]), function(i) {
    array(images[i, , , , drop = FALSE] / 255, dim(images)[-1])
  })
}

#' @rdname explain.deep_image
#' @export
plot.rdeep_heat_maps <- function(x, ..., alpha = 0.5, n = 12) {
  check_dots(...)
  x <- x[seq_len(min(n, nrow(x))), ]
  said <- if (is.null(x[["class"]])) brief(x$.pred) else sprintf("%s (%.2f)", x$class, x$.pred)
  pictures <- Map(function(image, map) raster_of(image, map, alpha), x$image, x$map)
  plot_pictures(pictures, paste0("Row ", x$.row, ": ", said))
}

#' @rdname explain.deep_image
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_heat_maps <- function(object, ...) plot(object, ...)

#' @rdname explain.deep_image
#' @export
plot.deep_image <- function(x, new_data = NULL, y = NULL, ..., n = 12, metrics = NULL) {
  if (is.null(new_data)) {
    return(plot.rdeep_ready(x, metrics = metrics, ...))
  }
  call <- current_env()
  check_dots(...)
  images <- new_images(x, new_data, call)
  frame <- image_frame(x, new_data, images, call)
  y <- y %||% frame[[x$facts$y_name %||% "class"]]
  chosen <- seq_len(min(n, nrow(frame)))
  images <- some_images(images, frame, chosen)
  type <- if (is_of_classes(x)) "prob" else "response"
  found <- as.matrix(image_predictions(x, images, type, 0.95, "fail", call))
  said <- if (type == "prob") {
    best <- max.col(found, ties.method = "first")
    sprintf("%s (%.2f)", x$outcome$levels[best], found[cbind(chosen, best)])
  } else {
    brief(found[, 1])
  }
  shown <- ready_method(x, "shown", x = images, .call = call)
  true <- if (!is.null(y)) paste0("\ntruly ", format_outcome(y[chosen]))
  pictures <- lapply(unit_images(shown$images), raster_of)
  plot_pictures(pictures, paste0("Row ", chosen, ": ", said, true))
}

some_images <- function(images, frame, chosen) {
  if (is.list(images)) {
    return(images[chosen])
  }
  if (is.character(images)) {
    return(texts_for_core(frame$path[chosen]))
  }
  if (length(dim(images)) == 3) {
    images[chosen, , , drop = FALSE]
  } else {
    images[chosen, , , , drop = FALSE]
  }
}

format_outcome <- function(y) if (is.numeric(y)) brief(y) else as.character(y)

# Colours of an image from 0 to 1, with a heat map over it: a matrix.
raster_of <- function(image, map = NULL, alpha = 0.5) {
  size <- dim(image)
  channel <- if (size[3] >= 3) 1:3 else c(1, 1, 1)
  parts <- lapply(channel, function(k) pmin(pmax(as.vector(image[, , k]), 0), 1))
  if (!is.null(map)) {
    heat <- grDevices::colorRamp(c("#000083", "#0080ff", "#80ff80", "#ffc000", "#c00000"))(map)
    share <- alpha * (0.25 + 0.75 * as.vector(map))
    parts <- Map(function(part, k) part * (1 - share) + heat[, k] / 255 * share, parts, 1:3)
  }
  matrix(grDevices::rgb(parts[[1]], parts[[2]], parts[[3]]), size[1], size[2])
}

# A picture in each panel.
plot_pictures <- function(pictures, titles) {
  rlang::check_installed("ggplot2", "to draw images.")
  # Two images may have the same title.
  titles <- factor(seq_along(titles), labels = make.unique(titles, " "))
  pixels <- do.call(rbind, Map(function(picture, title) {
    data.frame(x = c(col(picture)), y = -c(row(picture)), fill = c(picture), panel = title)
  }, pictures, titles))
  at <- ggplot2::aes(x = .data[["x"]], y = .data[["y"]], fill = .data[["fill"]])
  ggplot2::ggplot(pixels, at) +
    ggplot2::geom_raster() +
    ggplot2::scale_fill_identity() +
    ggplot2::facet_wrap(ggplot2::vars(.data[["panel"]])) +
    ggplot2::coord_fixed(expand = FALSE) +
    ggplot2::theme_void() +
    ggplot2::theme(strip.text = ggplot2::element_text(margin = ggplot2::margin(b = 3, t = 3)))
}
