#' Destructuring assignment: several names at once
#'
#' `c(a, b) %<-% list(1, 2)` assigns the elements of a list to names, also nested:
#' `c(c(x_train, y_train), c(x_test, y_test)) %<-% dataset_mnist()`. A dot skips an element, and
#' `...rest` takes all that remain. `%<>%` is that of magrittr: `x %<>% sqrt()` says
#' `x <- x %>% sqrt()`.
#'
#' @param x A name, or `c()` of names.
#' @param value A list or a vector.
#' @param lhs,rhs A name, and a call of a function.
#' @returns The value, invisibly.
#' @name assignment
#' @examples
#' c(a, c(b, .), ...rest) %<-% list(1, list(2, 3), 4, 5)
#' rest
NULL

#' @rdname assignment
#' @export
`%<-%` <- function(x, value) {
  destructure(substitute(x), value, parent.frame(), current_env())
  invisible(value)
}

#' @name %<>%
#' @rdname assignment
#' @importFrom magrittr %<>%
#' @export %<>%
NULL

destructure <- function(pattern, value, env, .call) {
  if (!is.call(pattern) || !identical(pattern[[1]], quote(c))) {
    if (!identical(pattern, quote(.))) {
      eval(call("<-", pattern, call("quote", value)), env)
    }
    return(invisible())
  }
  parts <- as.list(pattern)[-1]
  rest <- vapply(parts, function(part) is.symbol(part) && grepl("^[.]{3}.", part), NA)
  values <- if (is.list(value)) unclass(value) else as.list(value)
  few <- length(values) < sum(!rest)
  if (few || (!any(rest) && length(values) > length(parts)) || sum(rest) > 1) {
    abort_rdeep(
      "argument",
      sprintf("%d names cannot take %d values.", length(parts), length(values)),
      argument = "x",
      received = value,
      call = .call
    )
  }
  taken <- if (any(rest)) {
    before <- which(rest) - 1
    extra <- length(values) - sum(!rest)
    c(
      values[seq_len(before)],
      list(values[before + seq_len(extra)]),
      utils::tail(values, length(parts) - before - 1)
    )
  } else {
    values
  }
  for (i in seq_along(parts)) {
    name <- if (rest[i]) as.name(sub("^[.]{3}", "", parts[[i]])) else parts[[i]]
    destructure(name, taken[[i]], env, .call)
  }
  invisible()
}

#' Lists by name, and lists of lists
#'
#' `named_list()` names its elements by how they were written: `named_list(x, y)` is
#' `list(x = x, y = y)`. `zip_lists()` turns lists of equal length inside out.
#'
#' @param ... Values; for `zip_lists()` lists of one length, with the same names if they have any.
#' @returns A list.
#' @family arrays
#' @examples
#' x <- 1
#' named_list(x, y = 2)
#' zip_lists(list(1, 2), list("a", "b"))
#' @export
named_list <- function(...) {
  values <- list2(...)
  written <- vapply(rlang::enexprs(...), function(x) paste(deparse(x), collapse = " "), "")
  own <- names(values) %||% rep("", length(values))
  stats::setNames(values, ifelse(nzchar(own), own, written))
}

#' @rdname named_list
#' @export
zip_lists <- function(...) {
  lists <- list2(...)
  sizes <- lengths(lists)
  names <- names(lists[[1]])
  same <- vapply(lists, function(x) setequal(names(x), names), NA)
  if (length(unique(sizes)) > 1 || !all(same)) {
    abort_rdeep(
      "argument",
      sprintf("Lists must have one length and the same names; they have %s elements.",
              paste(sizes, collapse = ", ")),
      argument = "...",
      call = current_env()
    )
  }
  places <- names %||% seq_len(sizes[1])
  out <- lapply(places, function(place) lapply(lists, `[[`, place))
  stats::setNames(out, names)
}

#' Shapes
#'
#' `shape()` writes a shape, with `NA` or `NULL` for a size that is open; of an array or a symbolic
#' tensor it returns the shape. `newaxis` and `all_dims()` stand in an index of a tensor for a new
#' dimension of size one, and for all dimensions that are not named.
#'
#' @param ... Sizes, or one array or symbolic tensor.
#' @returns `shape()`: whole numbers, `NA` where a size is open. The others: marks.
#' @family arrays
#' @examples
#' shape(28, 28, NA)
#' shape(matrix(0, 2, 3))
#' @export
shape <- function(...) {
  sizes <- list2(...)
  first <- if (length(sizes) == 1) sizes[[1]]
  if (inherits(first, "rdeep_tensor")) {
    return(shape_from(fetch(first, "shape")))
  }
  if (is.data.frame(first) || !is.null(dim(first))) {
    return(dim(first))
  }
  sizes <- unlist(lapply(sizes, function(size) {
    if (is.null(size)) NA else if (is.list(size)) lapply(size, `%||%`, NA) else size
  }))
  # Sizes that are computed, by `op_shape()`, stay tensors.
  if (any(vapply(sizes, inherits, NA, "rdeep_any_tensor"))) as.list(sizes) else shape_from(sizes)
}

shape_from <- function(sizes) {
  sizes <- vapply(as.list(sizes), function(size) {
    if (is.null(size) || is.na(size)) NA_integer_ else as.integer(size)
  }, 1L)
  unname(sizes)
}

#' @rdname shape
#' @export
newaxis <- structure(list(), class = "rdeep_newaxis")

#' @rdname shape
#' @export
all_dims <- function() structure(list(), class = "rdeep_all_dims")
