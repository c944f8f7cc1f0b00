#' One-hot encode class numbers
#'
#' @param x Class numbers from 0, also as a tensor, or a factor.
#' @param num_classes The number of classes; by default the largest number plus one,
#'   or the number of levels.
#' @returns A matrix with a column for each class; named by the levels of a factor. Of a tensor a
#'   tensor.
#' @family arrays
#' @examples
#' to_categorical(c(0, 2, 1))
#' to_categorical(iris$Species[c(1, 51, 101)])
#' @export
to_categorical <- function(x, num_classes = NULL) {
  if (inherits(x, "python.builtin.object")) {
    x <- as_tensor(x)
  }
  if (inherits(x, "rdeep_any_tensor")) {
    return(op_one_hot(
      op_cast(op_reshape(x, trailing_one_left_out(dim(x))), "int32"),
      num_classes = num_classes %||% (as.numeric(op_max(x)) + 1), zero_indexed = TRUE
    ))
  }
  labels <- if (is.factor(x)) levels(x)
  codes <- if (is.factor(x)) as.integer(x) - 1L else x
  codes <- as_values(codes, "x", current_env())
  if (any(codes != round(codes)) || any(codes < 0)) {
    abort_data(
      "'x' must hold class numbers: whole numbers from 0.",
      "x",
      received = x,
      .call = current_env()
    )
  }
  n <- as.integer(num_classes %||% max(length(labels), max(codes) + 1))
  if (max(codes) >= n) {
    abort_rdeep(
      "argument",
      sprintf("'x' holds the class %d, but 'num_classes' is %d.", as.integer(max(codes)), n),
      argument = "num_classes",
      received = num_classes,
      call = current_env()
    )
  }
  out <- one_hot(as.integer(codes), n)
  if (length(dim(x)) > 1) {
    dim(out) <- c(unlist(trailing_one_left_out(dim(x))), n)
  }
  if (length(labels) == n && length(dim(out)) == 2) {
    colnames(out) <- labels
  }
  out
}

# A column of codes is the same as a vector of them.
trailing_one_left_out <- function(sizes) {
  as.list(if (length(sizes) > 1 && utils::tail(sizes, 1) == 1) utils::head(sizes, -1) else sizes)
}

#' Reshape an array in row-major order, as Python does
#'
#' Fills the new shape in C order, the last dimension varying fastest, as Python's
#' libraries do; R's own `dim<-` varies the first fastest.
#'
#' @param x An array.
#' @param dim The new shape; one size may be -1: what is left.
#' @param order `"C"` for the last dimension varying fastest, `"F"` for the first.
#' @returns An array.
#' @family arrays
#' @examples
#' x <- matrix(1:6, nrow = 2, byrow = TRUE)
#' array_reshape(x, c(3, 2))
#' @export
array_reshape <- function(x, dim, order = c("C", "F")) {
  order <- rlang::arg_match(order)
  shape <- full_shape(unlist(dim), length(x), current_env())
  old <- base::dim(x) %||% length(x)
  if (order == "F") {
    return(array(x, shape))
  }
  # Reversed dimensions turn R's order into C's and back.
  flat <- if (length(old) > 1) aperm(array(x, old)) else x
  out <- array(flat, rev(shape))
  if (length(shape) > 1) aperm(out) else out
}

full_shape <- function(shape, n, .call) {
  free <- which(is.na(shape) | shape == -1)
  rest <- prod(shape[-free])
  if (length(free) == 0) {
    rest <- prod(shape)
  } else if (length(free) == 1) {
    shape[free] <- n / rest
  }
  if (length(free) > 1 || prod(shape) != n || any(shape != round(shape))) {
    abort_rdeep(
      "shape",
      sprintf("%d values do not fit the shape (%s).", n, paste(shape, collapse = ", ")),
      argument = "dim",
      received = shape,
      call = .call
    )
  }
  as.integer(shape)
}
