# What a fitted `deep_segment` says of new images.

#' Predict with a segmentation model
#'
#' @param object,x A model of [deep_segment()]; for `evaluate()` `x` are the images.
#' @param new_data,newdata A data frame with the column that the model was fitted to, paths, an
#'   array or a list of arrays; for `augment()` also `data`.
#' @param y Masks of the images, where they are no data frame with them.
#' @param type `"class"`: `.pred_mask`, for each image a matrix that holds what the masks of the fit
#'   held; `"prob"`: `.pred`, for each image an array `(height, width, classes)`. Both have the size
#'   of the image.
#' @param on_bad Whether images that cannot be read are an error, or predicted as `NULL` with a
#'   warning.
#' @param data As `new_data`.
#' @param alpha How far the mask covers the image in the plot, from 0 to 1.
#' @param ... Not used.
#' @returns `predict()`: a tibble with a row for each image, in order. `augment()`: the data frame
#'   with `.pred_mask`. `evaluate()`: a tibble of one row: `iou`, intersection over union, and
#'   `dice`, means over the classes that occur, and `accuracy`, the share of pixels. `tidy()`: a row
#'   for each class, with its `iou` and `dice` on held-out images. `plot()`: a ggplot of the images
#'   with what was found in them, or without `new_data` of the training.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' x <- array(runif(20 * 16 * 16, 0, 100), c(20, 16, 16))
#' mask <- array(0, dim(x))
#' for (i in 1:20) mask[i, sample(8, 1) + 0:6, sample(8, 1) + 0:6] <- 1
#' x[mask == 1] <- 220
#' model <- deep_segment(x, mask, epochs = 8, verbose = 0)
#' predict(model, x[1:2, , ])$.pred_mask[[1]][1:4, 1:4]
#' evaluate(model, x, mask)
#' tidy(model)
#' @export
predict.deep_segment <- function(object,
                                 new_data = NULL,
                                 type = NULL,
                                 ...,
                                 on_bad = c("fail", "drop"),
                                 newdata = NULL) {
  call <- current_env()
  check_dots(...)
  type <- ready_type(type, c("class", "prob"), call)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  x <- new_images(object, one_new_data(new_data, newdata, call), call)
  found <- predicted_masks(object, x, type, on_bad, call)
  if (type == "class") tibble::tibble(.pred_mask = found) else tibble::tibble(.pred = found)
}

predicted_masks <- function(object, x, type, on_bad, .call) {
  found <- ready_method(
    object, "predict_list",
    x = x, type = type, on_bad = on_bad, .call = .call
  )
  lapply(found, function(each) {
    if (is.null(each)) {
      return(NULL)
    }
    if (type == "prob") {
      dimnames(each) <- list(NULL, NULL, object$facts$levels)
      return(each)
    }
    storage.mode(each) <- "integer"
    each
  })
}

#' @rdname predict.deep_segment
#' @export
augment.deep_segment <- function(x,
                                 new_data = NULL,
                                 ...,
                                 on_bad = c("fail", "drop"),
                                 data = NULL,
                                 newdata = NULL) {
  call <- current_env()
  check_dots(...)
  new_data <- one_of_data(data, newdata, new_data, call)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  images <- new_images(x, new_data, call)
  frame <- image_frame(x, new_data, images, call)
  frame$.pred_mask <- predicted_masks(x, images, "class", on_bad, call)
  frame
}

#' @rdname predict.deep_segment
#' @export
evaluate.deep_segment <- function(object, x = NULL, y = NULL, ..., on_bad = c("fail", "drop")) {
  call <- current_env()
  check_dots(...)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  images <- new_images(object, x, call, "x")
  if (is.null(y) && is.data.frame(x)) y <- frame_column(x, object$facts$y_name, "x", call)
  scores <- ready_method(
    object, "evaluate",
    x = images, y = masks_for_core(y, call), on_bad = on_bad, .call = call
  )
  tibble::as_tibble(lapply(scores, as.double))
}

#' @rdname predict.deep_segment
#' @export
tidy.deep_segment <- function(x, ...) {
  check_dots(...)
  scores <- ready_method(x, "class_scores")
  tibble::tibble(
    class = factor(x$facts$levels, levels = x$facts$levels),
    value = x$facts$values,
    iou = as.double(unlist(scores$iou)),
    dice = as.double(unlist(scores$dice))
  )
}

#' @export
ready_title.deep_segment <- function(object) {
  levels <- object$facts$levels
  sprintf("Segmentation model of %d classes (%s)", length(levels), listing_of_some(levels))
}

# Pictures --------------------------------------------------------------------------

#' @rdname predict.deep_segment
#' @export
plot.deep_segment <- function(x, new_data = NULL, ..., alpha = 0.5, newdata = NULL) {
  call <- current_env()
  new_data <- one_new_data(new_data, newdata, call)
  if (is.null(new_data)) {
    return(NextMethod())
  }
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw masks.")
  images <- new_images(x, new_data, call)
  masks <- predicted_masks(x, images, "class", "fail", call)
  pixels <- ready_method(x, "pixels", x = images, .call = call)
  ggplot2::ggplot(do.call(rbind, lapply(seq_along(masks), function(i) {
    mask_tiles(masks[[i]], pixels[[i]], i, x$facts)
  }))) +
    ggplot2::geom_raster(ggplot2::aes(.data[["column"]], .data[["row"]]), fill = "black") +
    ggplot2::geom_raster(
      ggplot2::aes(.data[["column"]], .data[["row"]], alpha = .data[["brightness"]]),
      fill = "white"
    ) +
    ggplot2::geom_tile(
      ggplot2::aes(.data[["column"]], .data[["row"]], fill = .data[["class"]]),
      data = function(tiles) tiles[tiles$shown, ], alpha = alpha
    ) +
    ggplot2::scale_alpha_identity() +
    ggplot2::scale_y_reverse() +
    ggplot2::facet_wrap(ggplot2::vars(.data[["image"]])) +
    ggplot2::coord_equal(expand = FALSE) +
    ggplot2::labs(x = NULL, y = NULL, fill = NULL) +
    ggplot2::theme(axis.text = ggplot2::element_blank(), axis.ticks = ggplot2::element_blank())
}

# A row for each pixel: how bright it is, and its class; the first class lets the image be seen.
mask_tiles <- function(mask, pixels, number, facts) {
  data.frame(
    image = number,
    row = as.vector(row(mask)),
    column = as.vector(col(mask)),
    brightness = as.vector(pixels),
    class = factor(facts$levels[match(mask, facts$values)], levels = facts$levels),
    shown = as.vector(mask) != facts$values[1]
  )
}
