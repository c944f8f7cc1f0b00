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

# Nested lists of tensors stay lists.
as_tree <- function(x) {
  if (missing(x)) not_given else as_operand(x)
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

as_functions <- function(x) {
  if (missing(x)) not_given else lapply(x, as_op_function)
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

as_seed <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  # Without a seed of their own, numbers follow `set.seed()` as everything else does.
  if (is.null(x)) sync_seed(caller_env())
  if (inherits(x, "rdeep_object")) x else as_count(x)
}

as_norm_order <- function(x) {
  if (missing(x)) not_given else x
}

as_window <- function(x) as_operand(x)

as_lengths <- function(x) {
  as_dict(lapply(x, as_count))
}

as_exclusions <- function(x) {
  if (missing(x) || is.null(x)) {
    return(NULL)
  }
  if (is.numeric(x)) as.list(as.integer(x) - 1L) else as.list(x)
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
  if ("return" %in% from_one) {
    value <- shift_result(name, value)
  }
  value
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

# Of the operations that give values and positions, the positions come last.
shift_result <- function(name, value) {
  if (is.list(value) && !is.object(value)) {
    last <- length(value)
    if (name %in% c("top_k", "unique")) {
      value[[last]] <- shift_positions(value[[last]], 1L)
      return(value)
    }
  }
  shift_positions(value, 1L)
}
