# Images as R has them: a folder, files, an array, a list of arrays.

images_for_core <- function(x, .call, argument = "x") {
  if (inherits(x, "python.builtin.object")) {
    return(x)
  }
  if (is.factor(x)) x <- as.character(x)
  if (is.character(x)) {
    if (length(x) == 1 && !is.na(x) && dir.exists(x)) {
      return(enc2utf8(path.expand(x)))
    }
    return(texts_for_core(ifelse(is.na(x), NA, path.expand(x))))
  }
  if (is.list(x) && !is.data.frame(x)) {
    return(unname(lapply(x, one_image, .call = .call)))
  }
  if ((is.numeric(x) || is.logical(x)) && length(dim(x)) %in% 3:4) {
    return(numbers_of_pixels(x))
  }
  abort_data(
    sprintf("'%s' must be images, not %s.", argument, describe(x)), argument,
    received = x,
    hint = paste(
      "Images are a folder, paths of files, an array (n, height, width) or (n, height, width,",
      "channels), or a list of arrays."
    ),
    .call = .call
  )
}

one_image <- function(image, .call) {
  if (is.null(image) || (is.atomic(image) && length(image) == 1 && is.na(image))) {
    return(NULL)
  }
  if (is.character(image) && length(image) == 1) {
    return(enc2utf8(path.expand(image)))
  }
  if (is.numeric(image) || is.logical(image)) {
    return(numbers_of_pixels(if (is.null(dim(image))) array(image) else image))
  }
  # The core says which one it is.
  if (is.character(image)) array(image) else array("", 1)
}

# A missing pixel is `NaN` there, of which the core names the row.
numbers_of_pixels <- function(x) {
  attributes(x) <- list(dim = dim(x))
  if (is.logical(x)) storage.mode(x) <- "integer"
  if (is.integer(x) && anyNA(x)) storage.mode(x) <- "double"
  if (is.double(x) && anyNA(x)) x[is.na(x)] <- NaN
  x
}

# New images, of a data frame by the column that the model was fitted to.
new_images <- function(object, new_data, .call, argument = "new_data") {
  if (is.null(new_data)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' is missing: a folder, files, or arrays of images.", argument),
      argument = argument,
      call = .call
    )
  }
  if (is.data.frame(new_data)) {
    new_data <- frame_column(new_data, object$facts$x_name, argument, .call)
  }
  images_for_core(new_data, .call, argument)
}

frame_column <- function(data, name, argument, .call) {
  if (is.null(name)) {
    abort_data(
      sprintf("'%s' is a data frame, and the model was fitted without one.", argument), argument,
      hint = "Give the column with the images.",
      .call = .call
    )
  }
  if (!name %in% names(data)) {
    abort_data(
      sprintf("'%s' has no column '%s', which the model was fitted with.", argument, name),
      argument,
      expected = name, hint = suggestion(name, names(data)), .call = .call
    )
  }
  data[[name]]
}
