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
  if (is.list(x) && !is.object(x)) {
    return(lapply(x, as_operand))
  }
  if (!is.atomic(x) || is.null(x)) {
    return(x)
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

as_axes <- function(x, .call = caller_env()) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.null(x) || length(x) == 1) {
    return(as_axis(if (is.list(x)) x[[1]] else x, .call))
  }
  unname(lapply(x, as_axis, .call = .call))
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

# Calls an operation. Positions among the arguments or in the result count from 1, unless
# `zero_indexed`.
call_op <- function(name,
                    arguments,
                    positions = character(),
                    zero_indexed = TRUE,
                    .call = caller_env()) {
  from_one <- if (isTRUE(zero_indexed)) character() else positions
  for (each in intersect(names(arguments), from_one)) {
    arguments[[each]] <- shift_positions(arguments[[each]], -1L)
  }
  value <- run_op(name, arguments, .call)
  shift_result(value, sub("^return[.]?", "", grep("^return", from_one, value = TRUE)))
}

run_op <- function(name, arguments, .call) {
  wrap_all(call_core(
    "operation",
    name = name,
    arguments = as_dict(given(arguments)),
    backend = choose_backend(NULL, NULL, .call)$backend,
    .call = .call
  ))
}

shift_positions <- function(x, by) {
  if (is.null(x) || inherits(x, "rdeep_not_given")) {
    return(x)
  }
  if (is.list(x) && !is.object(x)) {
    return(lapply(x, shift_positions, by = by))
  }
  if (is.numeric(x)) {
    return(x + by)
  }
  x + by
}

# Makes positions in a result count from 1: all of it, or the parts that are named by
# their places from 0.
shift_result <- function(value, parts) {
  for (part in parts) {
    if (!nzchar(part)) {
      value <- shift_positions(value, 1L)
    } else {
      place <- as.integer(part) + 1L
      value[[place]] <- shift_positions(value[[place]], 1L)
    }
  }
  value
}
