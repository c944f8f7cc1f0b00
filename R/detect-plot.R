# Images with boxes in them.

#' @rdname predict.deep_detect
#' @export
plot.deep_detect <- function(x,
                             new_data = NULL,
                             boxes = NULL,
                             ...,
                             threshold = 0.3,
                             box_format = "auto",
                             n = 9,
                             metrics = NULL) {
  if (is.null(new_data)) {
    return(plot.rdeep_ready(x, metrics = metrics, ...))
  }
  call <- current_env()
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw images.")
  images <- new_images(x, new_data, call)
  frame <- image_frame(x, new_data, images, call)
  chosen <- seq_len(min(n, nrow(frame)))
  if (is.null(boxes)) boxes <- frame[[x$facts$y_name %||% ""]]
  labels <- image_labels(x, new_data, images, call)[chosen]
  images <- some_images(images, frame, chosen)
  found <- predicted_boxes(x, images, threshold, 0.5, 100, NULL, "fail", call)
  pixels <- ready_method(x, "pixels", x = images, .call = call)
  pixels <- lapply(pixels, function(image) array(image / 255, dim(image)))
  titles <- if (is.numeric(labels)) paste0("Row ", labels) else basename(labels)
  true <- if (!is.null(boxes)) drawn_boxes(boxes, labels, pixels, box_format, call)
  boxed_pictures(lapply(pixels, raster_of), titles, found, true)
}

#' @rdname predict.deep_detect
#' @exportS3Method ggplot2::autoplot
autoplot.deep_detect <- function(object, ...) plot(object, ...)

# True boxes of the images that are drawn, as corners, `image` being a number.
drawn_boxes <- function(boxes, labels, pixels, box_format, .call) {
  if (!is.data.frame(boxes)) {
    boxes <- boxes[seq_along(labels)]
    of_image <- rep(seq_along(boxes), vapply(boxes, NROW, 0L))
    boxes <- do.call(rbind, lapply(boxes, as.data.frame))
    boxes$image <- of_image
  } else {
    column <- intersect(c("image", "path", "file", "filename", "image_id"), names(boxes))[1]
    own <- boxes[[column]]
    if (is.numeric(own)) {
      boxes$image <- match(own, if (is.numeric(labels)) labels else seq_along(labels))
    } else {
      boxes$image <- match(basename(as.character(own)), basename(as.character(labels)))
    }
    boxes <- boxes[!is.na(boxes$image), ]
  }
  sizes <- vapply(pixels, function(image) dim(image)[1:2], c(0L, 0L))
  corners_of(as.data.frame(boxes), t(sizes)[boxes$image, , drop = FALSE], box_format, .call)
}

# Columns `xmin`, `ymin`, `xmax`, `ymax` of boxes, whatever they are written as.
corners_of <- function(boxes, sizes, box_format, .call) {
  take <- function(...) boxes[[intersect(c(...), names(boxes))[1]]]
  form <- sub("^rel_", "", box_format)
  if (form == "auto") {
    form <- if (any(c("xmin", "x1") %in% names(boxes))) "xyxy" else "xywh"
    if ("cx" %in% names(boxes)) form <- "center_xywh"
  }
  found <- if (form == "xyxy") {
    list(take("xmin", "x1"), take("ymin", "y1"), take("xmax", "x2"), take("ymax", "y2"))
  } else {
    wide <- take("width", "w")
    high <- take("height", "h")
    share <- if (form == "center_xywh") 0.5 else 0
    left <- take(if (form == "center_xywh") "cx", "x") - share * wide
    top <- take(if (form == "center_xywh") "cy", "y") - share * high
    list(left, top, left + wide, top + high)
  }
  if (startsWith(box_format, "rel_")) found <- Map(`*`, found, asplit(sizes[, c(2, 1, 2, 1)], 2))
  tibble::tibble(
    image = boxes$image, xmin = as.vector(found[[1]]), ymin = as.vector(found[[2]]),
    xmax = as.vector(found[[3]]), ymax = as.vector(found[[4]])
  )
}

boxed_pictures <- function(pictures, titles, found, true = NULL) {
  # A panel may be called as another one is.
  panels <- factor(seq_along(titles), labels = make.unique(titles, " "))
  placed <- function(boxes) {
    boxes$panel <- panels[boxes$image]
    boxes
  }
  # The middle of the first pixel is at 1 in the picture, and at 0.5 for boxes.
  edges <- ggplot2::aes(
    xmin = .data[["xmin"]] + 0.5, xmax = .data[["xmax"]] + 0.5,
    ymin = -.data[["ymin"]] - 0.5, ymax = -.data[["ymax"]] - 0.5
  )
  classed <- c(edges, ggplot2::aes(colour = .data[[".pred_class"]]))
  class(classed) <- class(edges)
  said <- ggplot2::aes(
    x = .data[["xmin"]] + 0.5, y = -.data[["ymin"]] - 0.5, colour = .data[[".pred_class"]],
    label = sprintf("%s %.2f", .data[[".pred_class"]], .data[[".score"]])
  )
  layers <- list(
    if (!is.null(true)) {
      ggplot2::geom_rect(
        edges,
        data = placed(true), fill = NA, colour = "white", linetype = "dashed", inherit.aes = FALSE
      )
    },
    ggplot2::geom_rect(classed, data = placed(found), fill = NA, inherit.aes = FALSE),
    ggplot2::geom_text(
      said,
      data = placed(found), hjust = 0, vjust = -0.2, size = 2.8, inherit.aes = FALSE
    ),
    ggplot2::scale_colour_hue(l = 75, c = 120, drop = FALSE, guide = "none")
  )
  plot_pictures(pictures, titles) + layers
}
