# What a fitted `deep_detect` says of new images.

#' Predict with a detection model
#'
#' @param object,x A model of [deep_detect()]; for `evaluate()` `x` are the images.
#' @param new_data,newdata A data frame with the column that the model was fitted to, a folder,
#'   paths, an array or a list of arrays; for `augment()` also `data`.
#' @param boxes The true boxes, as for [deep_detect()], where they are no column of the data frame;
#'   for `plot()` boxes to be drawn beside those that are found.
#' @param threshold The score, from 0 to 1, from which on a box counts.
#' @param overlap Of two boxes of a class that overlap more than that (intersection over union), the
#'   surer one stays.
#' @param most How many boxes of an image there are, at most.
#' @param box_format How boxes are written, as in [deep_detect()]; found ones as `"xyxy"` by
#'   default.
#' @param by_class Whether there is a row for each class, rather than one of all.
#' @param on_bad Whether images that cannot be read are an error, or have no boxes and a warning.
#' @param data As `new_data`.
#' @param n How many images to draw, at most.
#' @param metrics Which metrics of the training to draw, where there is no `new_data`.
#' @param ... Not used.
#' @returns `predict()`: a tibble with a row for each box that is found, by image, the surest first:
#'   `image` (its path, its name in a list, or its number from 1), `.pred_class`, `.score` from 0 to
#'   1, and `xmin`, `ymin`, `xmax`, `ymax` in the image's own pixels, as [deep_detect()] says. It
#'   can be given as `boxes` in its turn.
#'
#'   `augment()`: the images, a row each, with `.pred_boxes`, a tibble of those found in each.
#'
#'   `evaluate()`: a tibble with `map`, the mean average precision over classes and over overlaps
#'   from 0.5 to 0.95, and `map_50`, at an overlap of 0.5; with `by_class` a row for each class,
#'   with `ap` and `ap_50`. A found box is right if it overlaps a true one of its class as much,
#'   that no surer one has taken. Average precision is the mean over 101 recalls of the best
#'   precision reached there or beyond, as the COCO data set defines it. Boxes count from a score of
#'   0.01 on, 100 of an image at most.
#'
#'   `tidy()`: `ap` and `ap_50` of each class on held-out images. `plot()` and `autoplot()`: a
#'   ggplot of images with the boxes found in them, the true ones dashed; or of the training.
#' @references
#' Lin, T.-Y. et al. (2014). Microsoft COCO: common objects in context. ECCV.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' x <- array(runif(24 * 32 * 32, 0, 60), c(24, 32, 32))
#' boxes <- data.frame(image = 1:24, xmin = sample(20, 24, TRUE), ymin = sample(20, 24, TRUE))
#' boxes$xmax <- boxes$xmin + 10
#' boxes$ymax <- boxes$ymin + 8
#' for (i in 1:24) x[i, boxes$ymin[i] + 1:8, boxes$xmin[i] + 1:10] <- 220
#' model <- deep_detect(x, boxes, filters = 4, epochs = 10, verbose = 0)
#' predict(model, x[1:2, , ], threshold = 0.2)
#' evaluate(model, x, boxes)
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(model, x[1:4, , ])
#' @export
predict.deep_detect <- function(object,
                                new_data = NULL,
                                ...,
                                threshold = 0.3,
                                overlap = 0.5,
                                most = 100,
                                box_format = NULL,
                                on_bad = c("fail", "drop"),
                                newdata = NULL) {
  call <- current_env()
  check_dots(...)
  new_data <- one_new_data(new_data, newdata, call)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  images <- new_images(object, new_data, call)
  found <- predicted_boxes(object, images, threshold, overlap, most, box_format, on_bad, call)
  labels <- image_labels(object, new_data, images, call)
  found$image <- labels[found$image]
  found
}

# Found boxes, `image` being the number of the image.
predicted_boxes <- function(object, x, threshold, overlap, most, box_format, on_bad, .call) {
  found <- ready_method(
    object, "predict",
    x = x, threshold = as_number(threshold), overlap = as_number(overlap), most = as_count(most),
    box_format = box_format, on_bad = on_bad, .call = .call
  )
  levels <- object$outcome$levels
  places <- setdiff(names(found), c("image", "class", "score"))
  columns <- c(
    list(
      image = as.integer(unlist(found$image)) + 1L,
      .pred_class = factor(as.character(unlist(found$class)), levels = levels),
      .score = as.double(unlist(found$score))
    ),
    lapply(found[places], function(column) as.double(unlist(column)))
  )
  tibble::as_tibble(columns)
}

# What boxes say of their image: its path, its name, or its number.
image_labels <- function(object, new_data, images, .call) {
  column <- if (is.data.frame(new_data)) new_data[[object$facts$x_name]] else new_data
  if (is.factor(column)) column <- as.character(column)
  if (is.character(column) && length(column) == 1 && dir.exists(column)) {
    return(image_frame(object, new_data, images, .call)$path)
  }
  if (is.character(column)) {
    return(column)
  }
  if (is.list(column) && length(column) && all(vapply(column, is.character, NA))) {
    return(unlist(column))
  }
  if (is.list(column) && !is.null(names(column))) {
    return(names(column))
  }
  seq_len(if (is.list(images)) length(images) else dim(images)[1])
}

#' @rdname predict.deep_detect
#' @export
augment.deep_detect <- function(x,
                                new_data = NULL,
                                ...,
                                threshold = 0.3,
                                on_bad = c("fail", "drop"),
                                data = NULL,
                                newdata = NULL) {
  call <- current_env()
  check_dots(...)
  new_data <- one_of_data(data, newdata, new_data, call)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  images <- new_images(x, new_data, call)
  frame <- image_frame(x, new_data, images, call)
  found <- predicted_boxes(x, images, threshold, 0.5, 100, NULL, on_bad, call)
  rows <- split(seq_len(nrow(found)), factor(found$image, levels = seq_len(nrow(frame))))
  frame$.pred_boxes <- lapply(unname(rows), function(row) found[row, -1])
  frame
}

#' @rdname predict.deep_detect
#' @export
evaluate.deep_detect <- function(object,
                                 x = NULL,
                                 boxes = NULL,
                                 ...,
                                 by_class = FALSE,
                                 box_format = "auto",
                                 on_bad = c("fail", "drop")) {
  call <- current_env()
  check_dots(...)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  given <- x
  images <- new_images(object, x, call, "x")
  if (is.null(boxes) && is.data.frame(x)) boxes <- frame_column(x, object$facts$y_name, "x", call)
  if (is.data.frame(given)) given <- given[[object$facts$x_name]]
  scores <- ready_method(
    object, if (isTRUE(by_class)) "evaluate_classes" else "evaluate",
    x = images, boxes = boxes_for_core(boxes, call), ids = image_names(given, boxes),
    box_format = box_format, on_bad = on_bad, .call = call
  )
  if (isTRUE(by_class)) class_precisions(scores) else tibble::as_tibble(lapply(scores, as.double))
}

class_precisions <- function(scores) {
  levels <- as.character(unlist(scores$class))
  tibble::tibble(
    class = factor(levels, levels = levels),
    ap = as.double(unlist(scores$ap)),
    ap_50 = as.double(unlist(scores$ap_50))
  )
}

#' @rdname predict.deep_detect
#' @export
tidy.deep_detect <- function(x, ...) {
  check_dots(...)
  class_precisions(ready_method(x, "class_scores"))
}

#' @export
ready_title.deep_detect <- function(object) {
  levels <- object$outcome$levels
  classes <- if (length(levels) == 1) "class" else "classes"
  sprintf("Detection model of %d %s (%s)", length(levels), classes, listing_of_some(levels))
}

#' @export
print.deep_detect <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  NextMethod()
  cat(x$facts$images, sep = "\n")
  invisible(x)
}
