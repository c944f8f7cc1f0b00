# What a fitted `deep_image` says of new images.

#' Predict with an image model
#'
#' @param object,x A model of [deep_image()]; for `evaluate()` `x` are the images.
#' @param new_data,newdata A data frame with the column that the model was fitted to, a folder,
#'   paths, an array or a list of arrays; for `augment()` also `data`.
#' @param y The outcome of the images, where they are no folder of folders or data frame with it.
#' @param type `"class"`: `.pred_class`; `"prob"`: a column `.pred_<level>` for each class;
#'   `"response"`: `.pred`, a number; `"interval"`: `.pred`, `.pred_lower` and `.pred_upper`, by the
#'   errors on held-out images (split conformal prediction, so that `level` holds).
#' @param level The share of numbers that an interval is to hold.
#' @param on_bad Whether images that cannot be read are an error, or predicted as `NA` with a
#'   warning.
#' @param data As `new_data`.
#' @param ... Not used.
#' @returns `predict()`: a tibble with a row for each image, in order. `augment()`: the data frame,
#'   or the files of a folder (`path`, and their `class`), with predictions beside them:
#'   `.pred_class` and all probabilities, or `.pred`, and `.resid` where the outcome is there.
#'   yardstick takes it: `augment(model, data) |> yardstick::conf_mat(label, .pred_class)`.
#'   `evaluate()`: a tibble of one row, with `accuracy` and `log_loss`, or `rmse` and `r_squared`.
#'   `tidy()`: a row for each layer of the network.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' size <- runif(60, 1, 8)
#' x <- array(0, c(60, 8, 8))
#' for (i in 1:60) x[i, seq_len(size[i]), ] <- 1
#' model <- deep_image(x, size, epochs = 5, augment = "none", verbose = 0)
#' predict(model, x[1:3, , ], type = "interval", level = 0.5)
#' evaluate(model, x, size)
#' @export
predict.deep_image <- function(object,
                               new_data = NULL,
                               type = NULL,
                               ...,
                               level = 0.95,
                               on_bad = c("fail", "drop"),
                               newdata = NULL) {
  call <- current_env()
  check_dots(...)
  types <- if (is_of_classes(object)) c("class", "prob") else c("response", "interval")
  type <- ready_type(type, types, call)
  check_level(level, call)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  x <- new_images(object, one_new_data(new_data, newdata, call), call)
  image_predictions(object, x, type, level, on_bad, call)
}

is_of_classes <- function(object) identical(object$outcome$type, "class")

image_predictions <- function(object, x, type, level, on_bad, .call) {
  found <- ready_method(
    object, "predict", x = x, type = if (type == "class") "prob" else type,
    level = level, on_bad = on_bad, .call = .call
  )
  as_predictions(object, found, type)
}

# Predictions as the core gives them, as a tibble: of probabilities also the class.
as_predictions <- function(object, found, type) {
  if (type == "interval") {
    return(named_columns(found, c(".pred", ".pred_lower", ".pred_upper")))
  }
  if (type == "response") {
    return(tibble::tibble(.pred = as.vector(found)))
  }
  # What could not be read has no class.
  known <- !is.nan(found[, 1])
  columns <- outcome_columns(object, found[known, , drop = FALSE], type)
  columns[match(seq_len(nrow(found)), which(known)), ]
}

#' @rdname predict.deep_image
#' @export
augment.deep_image <- function(x,
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
  of_classes <- is_of_classes(x)
  type <- if (of_classes) "prob" else "response"
  found <- image_predictions(x, images, type, 0.95, on_bad, call)
  if (of_classes) {
    classes <- tibble::tibble(.pred_class = most_probable(x, found))
    return(tibble::as_tibble(cbind(frame, classes, found)))
  }
  y_name <- x$facts$y_name
  if (is.numeric(frame[[y_name %||% ""]])) found$.resid <- frame[[y_name]] - found$.pred
  tibble::as_tibble(cbind(frame, found))
}

# The class of each row of probabilities; missing where they are.
most_probable <- function(object, found) {
  levels <- object$outcome$levels
  best <- rep(NA_integer_, nrow(found))
  known <- !is.na(found[[1]])
  best[known] <- max.col(as.matrix(found[known, ]), ties.method = "first")
  factor(levels[best], levels = levels)
}

# A row for each image: those of the data frame, the files of a folder, or their numbers.
image_frame <- function(object, new_data, images, .call) {
  if (is.data.frame(new_data)) {
    return(tibble::as_tibble(new_data))
  }
  if (is_single(images) && is.character(images)) {
    found <- ready_method(object, "files", x = images, .call = .call)
    frame <- tibble::tibble(path = as.character(unlist(found$paths)))
    if (!is.null(found$labels)) {
      frame$class <- factor(unlist(found$labels), levels = object$outcome$levels)
    }
    return(frame)
  }
  if (is.character(new_data)) {
    return(tibble::tibble(path = new_data))
  }
  tibble::tibble(.row = seq_len(if (is.list(images)) length(images) else dim(images)[1]))
}

#' @rdname predict.deep_image
#' @export
evaluate.deep_image <- function(object, x = NULL, y = NULL, ..., on_bad = c("fail", "drop")) {
  call <- current_env()
  check_dots(...)
  on_bad <- one_of(on_bad, c("fail", "drop"), "on_bad", call)
  images <- new_images(object, x, call, "x")
  if (is.null(y) && is.data.frame(x)) y <- frame_column(x, object$facts$y_name, "x", call)
  scores <- ready_method(
    object, "evaluate",
    x = images, y = if (!is.null(y)) ready_outcome(y, call)$values, on_bad = on_bad, .call = call
  )
  tibble::as_tibble(lapply(scores, as.double))
}

#' @rdname predict.deep_image
#' @export
tidy.deep_image <- function(x, ...) {
  check_dots(...)
  tibble::as_tibble(layer_rows(ready_method(x, "network_summary")))
}

#' @export
ready_title.deep_image <- function(object) {
  if (!is_of_classes(object)) {
    return("Image model of a number")
  }
  levels <- object$outcome$levels
  sprintf("Image model of %d classes (%s)", length(levels), listing_of_some(levels))
}

#' @export
print.deep_image <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  NextMethod()
  cat(x$facts$images, sep = "\n")
  invisible(x)
}
