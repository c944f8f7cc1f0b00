# How R's values become the arguments of an operation; the generator names one of these
# for each type, as those of coercions.R.

# A number stays one; a vector becomes an array, so that it stays a vector in Python.
as_operand <- function(x, .call = caller_env()) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.factor(x)) {
    x <- as.integer(x) - 1L
  }
  if (is.data.frame(x)) {
    x <- data.matrix(x)
  }
  if (is_plain_list(x)) {
    return(lapply(x, as_operand))
  }
  if (!is.atomic(x) || is.null(x)) {
    return(x)
  }
  if (inherits(x, "integer64")) {
    x <- from_integer64(x, "x", .call)
  }
  if (anyNA(x) && !is.double(x)) {
    storage.mode(x) <- "double"
  }
  if (length(x) == 1 && is.null(dim(x))) {
    return(if (is.na(x)) NaN else as.vector(x))
  }
  if (is.null(dim(x))) array(x, length(x)) else unname(x)
}

as_operands <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (inherits(x, "rdeep_any_tensor") || is.atomic(x)) {
    x <- list(x)
  }
  unname(lapply(x, as_operand))
}

# Positions, which count from 1 unless `zero_indexed`, as those of Python. Those along an
# axis may count from the end, as -1, -2 in both; of numbers of classes and the like
# (`from_end = FALSE`) those below 1 are none of them. A factor has numbers of its own.
as_positions <- function(x, zero_indexed = FALSE, from_end = TRUE, .call = caller_env()) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) {
    return(unname(lapply(x, as_positions, zero_indexed, from_end, .call)))
  }
  if (inherits(x, "rdeep_any_tensor")) {
    return(if (isTRUE(zero_indexed)) x else shift_tensor(x, from_end))
  }
  if (inherits(x, "integer64")) {
    x <- from_integer64(x, "x", .call)
  }
  if (!is.numeric(x)) {
    return(as_operand(x))
  }
  check_positions(x, .call)
  if (from_end && !isTRUE(zero_indexed) && any(x == 0)) {
    abort_rdeep(
      "argument",
      "There is no position 0: positions count from 1, or from the end as -1, -2.",
      hint = "`zero_indexed = TRUE` counts from 0.",
      received = x,
      call = .call
    )
  }
  by <- if (isTRUE(zero_indexed)) 0 else if (from_end) x > 0 else 1
  x <- x - by
  storage.mode(x) <- "integer"
  as_operand(x)
}

check_positions <- function(x, .call) {
  wrong <- is.na(x) | x != round(x) | abs(x) > .Machine$integer.max
  if (any(wrong)) {
    abort_rdeep(
      "argument",
      sprintf(
        "Positions and class numbers must be whole numbers of R's integers, not %s.",
        format(x[which(wrong)[1]], digits = 17)
      ),
      received = x,
      call = .call
    )
  }
}

# One number says how many parts; several, or an array of one, are the positions at which
# the parts after the first begin.
as_splits <- function(x, .call = caller_env()) {
  if (missing(x) || !is.numeric(x) || (length(x) == 1 && is.null(dim(x)))) {
    return(as_wholes(x))
  }
  as_sizes(as.vector(x))
  if (any(x < 1)) {
    abort_rdeep(
      "argument",
      "`indices_or_sections` must be positions, which count from 1.",
      received = x,
      call = .call
    )
  }
  as.list(as.integer(x) - 1L)
}

shift_tensor <- function(x, from_end) {
  if (from_end) op_where(x > 0L, x - 1L, x) else x - 1L
}

as_op_function <- function(f, .call = caller_env()) {
  if (missing(f)) {
    return(not_given)
  }
  if (is.null(f) || inherits(f, "python.builtin.object")) {
    return(f)
  }
  core_function(as_user_function(f, "f", .call), "the function", .call)
}

# Calls an operation. `positions` says which parts of its result are positions, by their
# places from 0 (`""` is all of it): in R they count from 1, unless `zero_indexed`. `parts`
# names the parts.
call_op <- function(name,
                    arguments,
                    positions = character(),
                    zero_indexed = FALSE,
                    parts = NULL,
                    .call = caller_env()) {
  value <- run_op(name, arguments, .call)
  if (!isTRUE(zero_indexed)) {
    value <- shift_result(value, positions)
  }
  if (is.null(parts)) value else stats::setNames(value, parts)
}

run_op <- function(name, arguments, .call) {
  check_constants(arguments, .call)
  value <- wrap_all(call_core(
    "operation",
    name = name,
    arguments = as_dict(given(arguments)),
    backend = choose_backend(NULL, NULL, .call)$backend,
    .call = .call
  ))
  if (name == "shape") new_shape(as.list(value)) else value
}

# What becomes a constant of a graph: an NA or NaN there would be that of all that follows.
check_constants <- function(arguments, .call) {
  if (!has_symbolic(arguments)) {
    return(invisible())
  }
  if (any(rapply(arguments, is_missing_number, how = "unlist"))) {
    abort_rdeep(
      "argument",
      "NA or NaN became a constant of the network: everything computed from it would be NaN.",
      hint = paste(
        "Where a size is open, `dim()`, `nrow()` and `ncol()` are NA:",
        "`op_shape(x)[[1]]` and `length(x)` are tensors. What R cannot compute of a symbolic",
        "tensor, `op_*()` functions do."
      ),
      call = .call
    )
  }
}

is_missing_number <- function(x) is.double(x) && anyNA(x)

shift_result <- function(value, positions) {
  for (part in positions) {
    if (nzchar(part)) {
      place <- as.integer(part) + 1L
      value[[place]] <- value[[place]] + 1L
    } else {
      value <- if (is_plain_list(value)) lapply(value, `+`, 1L) else value + 1L
    }
  }
  value
}

# Positions along each axis as a tensor with a row for each, from 1, as `[` takes them; other
# results as they are.
as_rows <- function(value) {
  if (is_plain_list(value)) op_stack(value, axis = -1) + 1L else value
}
