# Shapes as lists: `NULL` where a size is open, a tensor where it is computed.

#' Shapes
#'
#' `shape()` writes a shape, with `NA`, `NULL` or -1 for a size that is open; of an array or a
#' tensor it returns the shape. A shape is a list: `[[` takes a size, which is `NULL` where it is
#' open. Within the functions of [Layer()] and the like open sizes are tensors, as those of
#' [op_shape()], so that `random_normal(shape(x))` and `op_reshape(x, shape(shape(x)[[1]], 2, 2))`
#' say what they mean. `newaxis` and `all_dims()` stand in an index of a tensor for a new dimension
#' of size one, and for all dimensions that are not named.
#'
#' @param ... Sizes, or one array or tensor. What is in [I()] is taken as it is.
#' @returns `shape()`: a list of class `keras_shape`, of whole numbers, `NULL` and tensors.
#'   `as.integer()` makes whole numbers of it, with `NA` where a size is open; operators and
#'   functions such as `prod()` compute with these. The others: marks.
#' @family arrays
#' @examples
#' shape(28, 28, NA)
#' shape(matrix(0, 2, 3))[[2]]
#' prod(shape(2, 3))
#' @export
shape <- function(...) {
  sizes <- list2(...)
  if (length(sizes) == 1) {
    first <- sizes[[1]]
    if (is.data.frame(first) || (!is.null(dim(first)) && length(dim(first)))) {
      return(shape_of_tensor(first))
    }
  }
  new_shape(sizes_of(sizes))
}

new_shape <- function(sizes) structure(unname(sizes), class = "keras_shape")

# While a function of the user's is described, open sizes are tensors; before there is a batch they
# are not known at all.
shape_of_tensor <- function(x) {
  if (inherits(x, "rdeep_tensor") && isTRUE(state$describing)) {
    return(op_shape(x))
  }
  new_shape(sizes_of(list(dim(x))))
}

sizes_of <- function(sizes) {
  out <- lapply(sizes, function(size) {
    if (is.null(size)) {
      list(NULL)
    } else if (inherits(size, "AsIs")) {
      list(if (is.atomic(size)) as.integer(size) else size)
    } else if (is.list(size) && !inherits(size, "rdeep_object")) {
      sizes_of(size)
    } else if (inherits(size, "rdeep_any_tensor")) {
      if (length(dim(size))) unclass(shape_of_tensor(size)) else list(size)
    } else if (is.atomic(size)) {
      lapply(size, closed_size)
    } else {
      list(size)
    }
  })
  unlist_once(out)
}

closed_size <- function(size) if (!is.na(size) && size != -1) as.integer(size)

unlist_once <- function(x) if (length(x)) do.call(c, x) else list()

open_as_na <- function(x) {
  vapply(unclass(x), function(size) if (is.null(size)) NA_integer_ else as.integer(size), 1L)
}

#' @export
format.keras_shape <- function(x, ...) {
  sizes <- vapply(unclass(x), function(size) {
    if (is.null(size)) {
      "NA"
    } else if (is.atomic(size)) {
      format(size)
    } else {
      sub("\n.*", "", format(size)[1])
    }
  }, "")
  sprintf("shape(%s)", toString(sizes))
}

#' @export
print.keras_shape <- function(x, ...) {
  cat(format(x), "\n", sep = "")
  invisible(x)
}

#' @export
`[.keras_shape` <- function(x, i) new_shape(unclass(x)[i])

#' @export
c.keras_shape <- function(...) do.call(c, lapply(list(...), as.list))

#' @rawNamespace S3method(reticulate::r_to_py, keras_shape)
r_to_py.keras_shape <- function(x, convert = FALSE) reticulate::r_to_py(unclass(x), convert)

#' @export
as.list.keras_shape <- function(x, ...) unclass(x)

#' @export
as.integer.keras_shape <- function(x, ...) open_as_na(x)
#' @export
as.double.keras_shape <- function(x, ...) as.double(open_as_na(x))
#' @export
as.vector.keras_shape <- function(x, mode = "any") {
  if (mode == "list") unclass(x) else as.vector(open_as_na(x), mode)
}

#' @export
Ops.keras_shape <- function(e1, e2) {
  plain <- function(x) if (inherits(x, "keras_shape") || is.list(x)) open_as_na(x) else x
  if (.Generic %in% c("==", "!=")) {
    # Shapes are compared as a whole; open sizes are alike.
    same <- identical(as.integer(plain(e1)), as.integer(plain(e2)))
    return(if (.Generic == "==") same else !same)
  }
  if (missing(e2)) get(.Generic)(plain(e1)) else get(.Generic)(plain(e1), plain(e2))
}

#' @export
Summary.keras_shape <- function(..., na.rm = FALSE) {
  sizes <- unlist(lapply(list(...), function(x) if (is.list(x)) open_as_na(x) else x))
  get(.Generic)(sizes, na.rm = na.rm)
}

#' @rdname shape
#' @export
newaxis <- structure(list(), class = "rdeep_newaxis")

#' @rdname shape
#' @export
all_dims <- function() structure(list(), class = "rdeep_all_dims")
