#' Pad or truncate sequences to one length
#'
#' Fills up and cuts sequences, so that they make an array.
#'
#' @param sequences A list of vectors.
#' @param maxlen The length; by default that of the longest.
#' @param dtype `"int32"` and other whole types give whole numbers, `"float32"` gives numbers.
#' @param padding,truncating `"pre"` or `"post"`: where sequences are filled up, and where they are
#'   cut.
#' @param value What they are filled up with.
#' @returns A matrix with a sequence in each row.
#' @family arrays
#' @examples
#' pad_sequences(list(1:2, 1:4), maxlen = 3)
#' @export
pad_sequences <- function(sequences,
                          maxlen = NULL,
                          dtype = "int32",
                          padding = "pre",
                          truncating = "pre",
                          value = 0) {
  call <- current_env()
  padding <- chosen_of(padding, c("pre", "post"), "padding", call)
  truncating <- chosen_of(truncating, c("pre", "post"), "truncating", call)
  if (!is.list(sequences) || !all(vapply(sequences, is_numbers, NA))) {
    abort_rdeep(
      "argument",
      sprintf("'sequences' must be a list of vectors of numbers, not %s.", describe(sequences)),
      argument = "sequences",
      received = sequences,
      call = call
    )
  }
  if (!is.null(maxlen) && !(is_single(maxlen) && is_whole(maxlen) && maxlen >= 0)) {
    abort_rdeep(
      "argument",
      sprintf("'maxlen' must be a whole number, zero or more, not %s.", describe(maxlen)),
      argument = "maxlen",
      received = maxlen,
      call = call
    )
  }
  width <- as.integer(maxlen %||% max(0L, lengths(sequences)))
  whole <- grepl("int", dtype)
  out <- matrix(as.double(value), nrow = length(sequences), ncol = width)
  for (i in seq_along(sequences)) {
    x <- as.vector(unlist(sequences[[i]]))
    x <- if (truncating == "pre") utils::tail(x, width) else utils::head(x, width)
    if (length(x)) {
      places <- if (padding == "pre") width - length(x) + seq_along(x) else seq_along(x)
      out[i, places] <- x
    }
  }
  if (whole) storage.mode(out) <- "integer"
  out
}

is_numbers <- function(x) is.null(x) || is.numeric(x) || is.logical(x) || is.list(x)

chosen_of <- function(x, choices, argument, .call) {
  if (is_single(x) && x %in% choices) {
    return(x)
  }
  abort_rdeep(
    "argument",
    sprintf("'%s' must be %s, not %s.", argument, listing(choices), describe(x)),
    argument = argument,
    received = x,
    call = .call
  )
}

#' Normalize an array to norm one
#'
#' @param x An array.
#' @param axis The axis along which norms are one; axes count from 1, or from the end as -1.
#' @param order The norm's order: 2 for the Euclidean norm, 1 for the sum of absolute values,
#'   `Inf` for the largest.
#' @returns An array of the same shape. Where the norm is zero it is unchanged.
#' @family arrays
#' @examples
#' normalize(matrix(c(3, 4, 6, 8), nrow = 2, byrow = TRUE))
#' @export
normalize <- function(x, axis = -1L, order = 2L) {
  call <- current_env()
  values <- as_values(x, "x", call)
  n <- length(dim(values))
  place <- as_axis(axis, call)
  place <- if (is_single(place)) (if (place < 0) place + n + 1 else place + 1) else 0
  if (place < 1 || place > n) {
    abort_rdeep(
      "argument",
      sprintf("'axis' must be from 1 to %d or from the end, not %s.", n, describe(axis)),
      argument = "axis",
      received = axis,
      call = call
    )
  }
  rest <- setdiff(seq_len(n), place)
  norm <- function(v) if (is.infinite(order)) max(abs(v)) else sum(abs(v)^order)^(1 / order)
  norms <- if (length(rest)) apply(values, rest, norm) else norm(values)
  norms[norms == 0] <- 1
  out <- if (length(rest)) sweep(values, rest, norms, "/") else values / norms
  if (is.null(dim(x))) as.vector(out) else out
}
