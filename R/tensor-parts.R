# `[` for tensors: what the brackets hold becomes an entry for each axis, a list with a
# `kind` ("all", "new", "rest", "one", "range", "several" or "mask") and what it needs.

#' A part of a tensor
#'
#' `x[i, j]` and `op_subset(x, i, j)` are the same. Each axis takes
#'
#' * a position from 1, which takes the axis away unless `drop = FALSE`; a negative one counts
#'   from the end, as in keras3: `x[-1, ]` is the last row. Since R would leave that row out,
#'   the first one of a session is warned of;
#' * a range such as `2:4`, `3:1`, `2:NA` or, with a step, `1:NA:2`; all but the last are
#'   `1:-2`, all but the first `2:NA`;
#' * a vector of positions, or of as many truths as the axis has places;
#' * nothing for all, or `newaxis` or `NULL` for a new axis; `..` or `all_dims()` stands
#'   for all axes that are not mentioned.
#'
#' Alone in the brackets, truths of the tensor's shape pick values, and so does a matrix
#' with a row for each value and a column for each axis.
#'
#' @param x A tensor.
#' @param ... What to take along each axis.
#' @param value What to put in its place.
#' @returns A tensor.
#' @seealso [operations_indexing] lists all indexing operations.
#' @examplesIf rdeep_available()
#' x <- as_tensor(matrix(1:6, nrow = 2))
#' op_subset(x, 1, 2:3)
#' x[, c(TRUE, FALSE, TRUE)]
#' x[x > 2]
#' op_subset_set(x, 1, 2, value = 0L)
#' @export
op_subset <- function(x, ...) {
  take_part(x, index_of(substitute(list(...)), parent.frame()), current_env())
}

#' @export
`[.rdeep_any_tensor` <- function(x, ..., drop = TRUE) {
  index <- index_of(substitute(list(...)), parent.frame())
  if (!isTRUE(drop)) {
    # A vector of one position keeps the axis.
    index <- lapply(index, function(entry) {
      if (entry$kind == "one") list(kind = "several", positions = entry$position) else entry
    })
  }
  warn_of_rows(index, x)
  take_part(x, index, current_env())
}

# What a method of a tensor gives, as `x$detach()` does, is torch's own.
#' @exportS3Method "[" torch.Tensor
`[.torch.Tensor` <- function(x, ..., drop = TRUE) {
  of_ours <- sys.call()
  of_ours[[1]] <- quote(`[`)
  of_ours[[2]] <- wrap(x)
  eval(of_ours, parent.frame())
}

#' @export
`[[.rdeep_any_tensor` <- function(x, ...) {
  index <- index_of(substitute(list(...)), parent.frame())
  warn_of_rows(index, x)
  take_part(x, index, current_env())
}

#' @rdname op_subset
#' @export
op_subset_set <- function(x, ..., value) {
  put_part(x, index_of(substitute(list(...)), parent.frame()), value, current_env())
}

#' @rdname op_subset
#' @export
`op_subset<-` <- function(x, ..., value) {
  put_part(x, index_of(substitute(list(...)), parent.frame()), value, current_env())
}

#' @export
`[<-.rdeep_any_tensor` <- function(x, ..., value) {
  put_part(x, index_of(substitute(list(...)), parent.frame()), value, current_env())
}

# A variable stays the same one.
#' @export
`[<-.rdeep_variable` <- function(x, ..., value) {
  index <- index_of(substitute(list(...)), parent.frame())
  x$assign(put_part(x, index, value, current_env()))
  x
}

# What the brackets hold ----------------------------------------------------------

index_of <- function(call, frame) {
  lapply(as.list(call)[-1], function(part) {
    if (identical(part, rlang::missing_arg())) {
      return(list(kind = "all"))
    }
    if (identical(part, quote(..))) {
      return(list(kind = "rest"))
    }
    if (is.call(part) && identical(part[[1]], quote(`:`))) {
      return(range_of(part, frame))
    }
    value <- eval(part, frame)
    warn_of_ends(value)
    entry_of(value)
  })
}

# Those who think of R's vectors mean something else by these two.
warn_of_ends <- function(value) {
  if (is.numeric(value) && length(value) && !anyNA(value) && all(value < 0)) {
    warn(
      c(
        "Negative positions of tensors count from the end: `x[-1, ]` is the last row.",
        i = "All but the first are `x[2:NA, ]`, all but the last `x[1:-2, ]`."
      ),
      class = "rdeep_warning", .frequency = "once", .frequency_id = "rdeep_negative_positions"
    )
  }
}

warn_of_rows <- function(index, x) {
  positions <- length(index) == 1 && index[[1]]$kind %in% c("one", "range")
  if (positions && length(dim(x)) > 1) {
    warn(
      c(
        "A single position of a tensor with several axes takes a row, not a value.",
        i = "Write `x[1, ]` for a row, `op_ravel(x)[1]` for a value."
      ),
      class = "rdeep_warning", .frequency = "once", .frequency_id = "rdeep_single_positions"
    )
  }
}

entry_of <- function(value) {
  # What `as.array()` gives for a vector, and what an operation gives: positions as any others.
  if (is.atomic(value) && length(dim(value)) == 1) value <- as.vector(value)
  if (is.null(value) || inherits(value, "rdeep_newaxis")) {
    return(list(kind = "new"))
  }
  if (inherits(value, "rdeep_all_dims")) {
    return(list(kind = "rest"))
  }
  if (is.logical(value) && !identical(value, NA) || is_bool_tensor(value)) {
    return(list(kind = "mask", mask = value))
  }
  if (is_single(value) && is_whole(value) && value != 0) {
    return(list(kind = "one", position = as.integer(value)))
  }
  list(kind = "several", positions = value)
}

# `2:4`, `2:NA` and `1:NA:2`, with ends that count as Python's do. Anything else with a
# colon is R's.
range_of <- function(part, frame) {
  ends <- as.list(part)[-1]
  step <- NULL
  if (is.call(ends[[1]]) && identical(ends[[1]][[1]], quote(`:`))) {
    step <- eval(ends[[2]], frame)
    ends <- as.list(ends[[1]])[-1]
  }
  written <- ends
  ends <- c(lapply(ends, eval, frame), list(step))
  check_ends(ends, written)
  plain <- vapply(ends, function(end) is.null(end) || (is.atomic(end) && length(end) == 1), NA)
  if (!all(plain)) {
    return(entry_of(eval(part, frame)))
  }
  ends <- lapply(ends, function(end) if (is.null(end) || is.na(end)) NULL else as.integer(end))
  positive <- vapply(ends[1:2], function(end) !is.null(end) && end > 0, NA)
  if (is.null(step) && all(positive) && ends[[1]] > ends[[2]]) {
    # Downwards, as in R: a range of Python's would be empty.
    return(entry_of(ends[[1]]:ends[[2]]))
  }
  list(
    kind = "range",
    start = if (!is.null(ends[[1]])) ends[[1]] - (ends[[1]] > 0),
    stop = if (!is.null(ends[[2]]) && ends[[2]] != -1) ends[[2]] + (ends[[2]] < 0),
    step = ends[[3]]
  )
}

# `NA` is an open end; a size that nobody knows yet is NA too, and what is computed of it. Only
# as the end of `1:nrow(x)` are they the same.
check_ends <- function(ends, written, .call = caller_env(3)) {
  sizes <- c("nrow", "ncol", "NROW", "NCOL")
  unknown <- vapply(seq_along(written), function(i) {
    plain <- is.atomic(written[[i]]) || i == 2 && called_name_of(written[[i]]) %in% sizes
    is.atomic(ends[[i]]) && identical(length(ends[[i]]), 1L) && is.na(ends[[i]]) &&
      !is.logical(ends[[i]]) && !plain
  }, NA)
  if (any(unknown)) {
    abort_rdeep(
      "argument",
      sprintf("An end of the range is NA: `%s` of an open size.", deparse1(written[unknown][[1]])),
      hint = paste(
        "Ends count from the end where they are negative: `x[1:-2, ]` is all but the last row,",
        "`x[2:NA, ]` all but the first; `op_flip(x, axis = 1)` turns the rows round."
      ),
      call = .call
    )
  }
}

called_name_of <- function(expr) if (is.call(expr)) called_name(expr) else ""

is_bool_tensor <- function(x) {
  inherits(x, "rdeep_any_tensor") && identical(tensor_dtype(x), "bool")
}

# An entry for each axis, and those of new axes; positions are checked.
complete_index <- function(index, sizes, .call) {
  kinds <- vapply(index, `[[`, "", "kind")
  used <- sum(!kinds %in% c("new", "rest"))
  if (used > length(sizes)) {
    abort_rdeep(
      "argument",
      sprintf("The tensor has %d axes, not the %d of the index.", length(sizes), used),
      call = .call
    )
  }
  others <- rep(list(list(kind = "all")), length(sizes) - used)
  place <- match("rest", kinds, nomatch = length(index) + 1L)
  index <- c(index[seq_len(place - 1)], others, index[-seq_len(place)])
  axis <- 0
  for (i in seq_along(index)) {
    if (index[[i]]$kind != "new") {
      axis <- axis + 1
      index[[i]] <- check_entry(index[[i]], sizes[[axis]], axis, .call)
    }
  }
  index
}

check_entry <- function(entry, size, axis, .call) {
  switch(entry$kind,
    one = check_within(entry$position, size, axis, .call),
    several = {
      positions <- entry$positions
      if (!inherits(positions, "rdeep_any_tensor")) {
        if (is.numeric(positions) && anyNA(positions)) {
          abort_rdeep(
            "argument",
            "A position is NA: the size that it was computed of is open.",
            received = positions,
            hint = "`x[-1, ]` is the last row, `x[1:-2, ]` all but the last.",
            call = .call
          )
        }
        if (!is_whole(positions) || any(positions == 0)) {
          abort_rdeep(
            "argument",
            sprintf("Axes take positions from 1 or ranges, not %s.", describe(positions)),
            received = positions,
            call = .call
          )
        }
        check_within(positions, size, axis, .call)
      }
    },
    mask = entry <- list(kind = "several", positions = true_places(entry$mask, size, axis, .call)),
    range = if (!is.null(entry$step) && entry$step < 0) {
      entry <- list(kind = "several", positions = places_of(entry, size, .call))
    }
  )
  entry
}

check_within <- function(positions, size, axis, .call) {
  outside <- positions[abs(positions) > size]
  if (!is.na(size) && length(outside)) {
    abort_rdeep(
      "argument",
      sprintf("There is no position %d along axis %d, which has %d.", outside[1], axis, size),
      received = outside[1],
      call = .call
    )
  }
}

true_places <- function(mask, size, axis, .call) {
  if (inherits(mask, "rdeep_any_tensor")) {
    return(op_nonzero(mask)[, 1])
  }
  if (length(mask) != size || anyNA(mask)) {
    abort_rdeep(
      "argument",
      sprintf("Axis %d has %d places: give a truth for each, not %d.", axis, size, length(mask)),
      call = .call
    )
  }
  which(mask)
}

# Which positions an entry stands for, from 1.
places_of <- function(entry, size, .call) {
  if (is.na(size)) {
    abort_rdeep(
      "argument",
      "An axis whose size is open cannot be picked from in this way.",
      hint = "`op_where()` and `op_take()` do what depends on values.",
      call = .call
    )
  }
  switch(entry$kind,
    all = seq_len(size),
    one = from_start(entry$position, size),
    several = from_start(as.integer(as.vector(entry$positions)), size),
    range = {
      step <- entry$step %||% 1L
      start <- entry$start %||% if (step > 0) 0L else size - 1L
      start <- if (start < 0) start + size else start
      stop <- entry$stop %||% if (step > 0) size else -1L
      stop <- if (stop < 0 && !is.null(entry$stop)) stop + size else min(stop, size)
      start + 1L + step * (seq_len(max(0, ceiling((stop - start) / step))) - 1L)
    }
  )
}

from_start <- function(positions, size) {
  ifelse(positions < 0, size + positions + 1L, positions)
}

# Taking --------------------------------------------------------------------------

take_part <- function(x, index, .call) {
  if (!inherits(x, "rdeep_any_tensor")) {
    x <- as_tensor(x)
  }
  sizes <- dim(x)
  rows <- value_rows(index, sizes)
  if (!is.null(rows)) {
    return(take_values(x, rows))
  }
  index <- complete_index(index, sizes, .call)
  # One axis at a time: the others stay, so that places do not move.
  axis <- 0
  for (i in seq_along(index)) {
    axis <- axis + (index[[i]]$kind != "new")
    if (index[[i]]$kind == "several") {
      x <- op_take(x, as_row(index[[i]]$positions), axis = axis)
      index[[i]] <- list(kind = "all")
    }
  }
  if (all(vapply(index, function(entry) entry$kind == "all", NA))) {
    return(x)
  }
  wrap_all(call_core("tensor_item", x = x, key = lapply(index, plain_key), .call = .call))
}

# A vector of one position is a vector still.
as_row <- function(positions) {
  if (is.atomic(positions)) array(as.integer(positions), length(positions)) else positions
}

plain_key <- function(entry) {
  switch(entry$kind,
    all = list(slice = list(NULL, NULL, NULL)),
    new = "new",
    one = entry$position - (entry$position > 0L),
    range = list(slice = list(entry$start, entry$stop, entry$step))
  )
}

# Positions of single values, a row for each: truths of the tensor's shape, or a matrix.
# `NULL` where the index is of another kind.
value_rows <- function(index, sizes) {
  if (length(index) != 1) {
    return(NULL)
  }
  entry <- index[[1]]
  if (entry$kind == "mask" && (length(sizes) > 1 || inherits(entry$mask, "rdeep_any_tensor"))) {
    given <- if (inherits(entry$mask, "rdeep_any_tensor")) dim(entry$mask) else dim_of(entry$mask)
    if (length(given) == length(sizes)) {
      return(op_nonzero(entry$mask))
    }
  }
  if (entry$kind == "several" && length(dim(entry$positions)) == 2 &&
    identical(dim(entry$positions)[2], length(sizes))) {
    return(entry$positions)
  }
  NULL
}

dim_of <- function(x) if (is.null(dim(x))) length(x) else dim(x)

# All values in a row, and where the wanted ones are in it.
take_values <- function(x, rows) {
  rows <- as_positions(rows)
  sizes <- op_shape(x)
  places <- 0L
  for (axis in seq_along(sizes)) {
    places <- places * sizes[[axis]] + column(rows, axis)
  }
  op_take(op_reshape(x, list(-1L)), places, zero_indexed = TRUE)
}

column <- function(rows, axis) {
  if (is.atomic(rows)) {
    return(as_row(rows[, axis]))
  }
  wrap_all(call_core(
    "tensor_item",
    x = rows, key = list(list(slice = list(NULL, NULL, NULL)), axis - 1L)
  ))
}

# Putting -------------------------------------------------------------------------

put_part <- function(x, index, value, .call) {
  if (!inherits(x, "rdeep_any_tensor")) {
    x <- as_tensor(x)
  }
  sizes <- dim(x)
  value <- op_cast(value, tensor_dtype(x))
  rows <- value_rows(index, sizes)
  if (!is.null(rows) && index[[1]]$kind == "mask" && identical(length(value), 1L)) {
    return(op_where(index[[1]]$mask, value, x))
  }
  if (!is.null(rows)) {
    count <- op_shape(rows)[[1]]
    values <- op_broadcast_to(value, list(count))
    return(op_scatter_update(x, rows, values))
  }
  if (any(vapply(index, function(entry) entry$kind == "new", NA))) {
    abort_rdeep("argument", "Values cannot be put along a new axis.", call = .call)
  }
  index <- complete_index(index, sizes, .call)
  if (anyNA(sizes)) {
    return(put_open(x, index, sizes, value, .call))
  }
  places <- Map(places_of, index, sizes, MoreArgs = list(.call = .call))
  stay <- vapply(index, function(entry) entry$kind != "one", NA)
  values <- fitted_value(value, lengths(places)[stay], .call)
  run_op("scatter_update", list(
    inputs = x, indices = all_rows(places) - 1L,
    updates = op_reshape(values, list(prod(lengths(places))))
  ), .call)
}

# Where sizes are open, truths along the others say what is replaced, by one value.
put_open <- function(x, index, sizes, value, .call) {
  if (!identical(length(value), 1L)) {
    abort_rdeep(
      "argument",
      "Only one value can be put into a tensor whose sizes are open.",
      hint = "`op_where()` and `op_concatenate()` make tensors of several parts.",
      call = .call
    )
  }
  mask <- TRUE
  for (axis in seq_along(index)) {
    if (index[[axis]]$kind != "all") {
      along <- seq_len(sizes[[axis]]) %in% places_of(index[[axis]], sizes[[axis]], .call)
      shape <- replace(rep(1L, length(sizes)), axis, length(along))
      mask <- op_logical_and(mask, array(along, shape))
    }
  }
  op_where(mask, value, x)
}

# Values of the shape of what is chosen.
fitted_value <- function(value, shape, .call) {
  given <- dim(value)
  trailing <- utils::tail(shape, length(given))
  if (length(given) > length(shape) || !all(given == trailing | given == 1)) {
    abort_rdeep(
      "argument",
      sprintf(
        "Values of shape (%s) do not fit a part of shape (%s).",
        toString(given), toString(shape)
      ),
      argument = "value",
      call = .call
    )
  }
  op_broadcast_to(value, as.list(shape))
}

# Every combination of places along the axes, a row for each, the last axis first.
all_rows <- function(places) {
  grid <- as.matrix(do.call(expand.grid, rev(places)))
  grid <- grid[, rev(seq_len(ncol(grid))), drop = FALSE]
  storage.mode(grid) <- "integer"
  unname(grid)
}
