# Tensors in R's hands: those of an engine (`rdeep_array`), symbolic ones (`rdeep_tensor`)
# and what a metric keeps (`rdeep_variable`). All are `rdeep_any_tensor`: R's operators
# compute with them.

#' Tensors in R
#'
#' Tensors are what `op_*()` functions return, and what the functions of [Layer()] and
#' [Loss()] are given. R's operators, `[` and many of its functions take them:
#' arithmetic, comparison, `!`, `&`, `|`, `abs()`, `sqrt()`, `exp()`, `sum()`, `mean()`,
#' `max()`, `dim()`, `length()`, `t()`. `as.array()`, `as.numeric()` and their kin make
#' R's values of an engine's tensor; a symbolic tensor, which stands for data that is to
#' come, has none.
#'
#' `as_tensor()` makes a tensor of R's values: numbers become float32, integers int32.
#' In `[`, positions count from 1; negative ones count from the end, as in keras3, and
#' `newaxis` makes an axis.
#'
#' @param x Numbers, an array, or a tensor.
#' @param dtype The type, such as `"float32"`, `"int32"` or `"bool"`.
#' @param ... Not used.
#' @param name Not used: tensors have no names.
#' @returns A tensor.
#' @family operations
#' @examplesIf rdeep_available()
#' x <- as_tensor(matrix(1:6, nrow = 2), "float32")
#' x * 2 + 1
#' x[1, ]
#' as.array(sum(x))
#' @export
as_tensor <- function(x, dtype = NULL, ..., name = NULL) {
  check_dots(...)
  call_op("convert_to_tensor", list(x = as_operand(x), dtype = as_text(dtype)))
}

#' @export
`$.rdeep_tensor` <- function(x, name) {
  switch(name,
    shape = dim(x),
    dtype = call_core("tensor_dtype", x = x),
    ndim = ,
    rank = length(dim(x)),
    abort_rdeep(
      "argument",
      sprintf("A symbolic tensor has no '%s'.", name),
      argument = name,
      hint = if (startsWith(name, "assign")) {
        "Weights are changed by training alone: `call` cannot assign to them."
      } else {
        "It has `shape`, `dtype` and `ndim`."
      },
      call = current_env()
    )
  )
}

#' @export
print.rdeep_any_tensor <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

#' @export
as.array.rdeep_any_tensor <- function(x, ...) {
  if (inherits(x, "rdeep_tensor")) {
    abort_rdeep(
      "argument",
      "A symbolic tensor has no values: it stands for data that is to come.",
      argument = "x",
      hint = "Compute with `op_*()` functions; `predict()` gives a model's values.",
      call = caller_env()
    )
  }
  value <- call_core("to_array", x = x)
  # A tensor of one axis is an array in R too, with a `dim`.
  if (is.null(dim(value)) && length(dim(x)) == 1) array(value, length(value)) else value
}

as_plain_vector <- function(x) as.vector(as.array(x))

#' @export
as.double.rdeep_any_tensor <- function(x, ...) as.double(as_plain_vector(x))
#' @export
as.integer.rdeep_any_tensor <- function(x, ...) as.integer(as_plain_vector(x))
#' @export
as.logical.rdeep_any_tensor <- function(x, ...) as.logical(as_plain_vector(x))
#' @export
as.vector.rdeep_any_tensor <- function(x, mode = "any") as.vector(as_plain_vector(x), mode)
#' @export
as.matrix.rdeep_any_tensor <- function(x, ...) as.matrix(as.array(x))
#' @export
as.list.rdeep_any_tensor <- function(x, ...) op_unstack(x)

#' @export
dim.rdeep_any_tensor <- function(x) {
  sizes <- call_core("tensor_sizes", x = x)
  vapply(as.list(sizes), function(size) if (is.null(size)) NA_integer_ else as.integer(size), 0L)
}

#' @export
length.rdeep_any_tensor <- function(x) {
  sizes <- dim(x)
  if (anyNA(sizes)) NA_integer_ else as.integer(prod(sizes))
}

#' @export
Ops.rdeep_any_tensor <- function(e1, e2) {
  name <- operator_names[.Generic]
  if (is.na(name)) {
    abort_rdeep("argument", sprintf("Tensors have no `%s`.", .Generic), call = caller_env())
  }
  if (missing(e2)) {
    return(unary_operator(.Generic, e1))
  }
  run_op(name, list(x1 = as_operand(e1), x2 = as_operand(e2)), caller_env())
}

operator_names <- c(
  "+" = "add", "-" = "subtract", "*" = "multiply", "/" = "divide", "^" = "power",
  "%%" = "mod", "%/%" = "floor_divide", "==" = "equal", "!=" = "not_equal",
  "<" = "less", "<=" = "less_equal", ">" = "greater", ">=" = "greater_equal",
  "&" = "logical_and", "|" = "logical_or", "!" = "logical_not"
)

unary_operator <- function(operator, x) {
  switch(operator,
    "+" = x,
    "-" = op_negative(x),
    "!" = op_logical_not(x)
  )
}

#' @export
Math.rdeep_any_tensor <- function(x, ...) {
  f <- switch(.Generic,
    abs = op_abs, sign = op_sign, sqrt = op_sqrt, floor = op_floor, ceiling = op_ceil,
    trunc = op_trunc, round = function(x, digits = 0) op_round(x, as.integer(digits)),
    exp = op_exp, log = function(x, base) if (missing(base)) op_log(x) else op_log(x) / log(base),
    expm1 = op_expm1, log1p = op_log1p, log2 = op_log2, log10 = op_log10,
    cos = op_cos, sin = op_sin, tan = op_tan, acos = op_arccos, asin = op_arcsin,
    atan = op_arctan, cosh = op_cosh, sinh = op_sinh, tanh = op_tanh, acosh = op_arccosh,
    asinh = op_arcsinh, atanh = op_arctanh, cumsum = op_cumsum, cumprod = op_cumprod
  )
  if (is.null(f)) {
    abort_rdeep("argument", sprintf("Tensors have no `%s()`.", .Generic), call = caller_env())
  }
  f(x, ...)
}

#' @export
Summary.rdeep_any_tensor <- function(..., na.rm = FALSE) {
  f <- switch(.Generic,
    sum = op_sum, prod = op_prod, max = op_max, min = op_min, any = op_any, all = op_all,
    range = function(x) op_stack(list(op_min(x), op_max(x)))
  )
  parts <- list(...)
  if (length(parts) == 1) {
    return(f(parts[[1]]))
  }
  f(op_stack(lapply(parts, f)))
}

#' @export
mean.rdeep_any_tensor <- function(x, ...) op_mean(x)
#' @export
t.rdeep_any_tensor <- function(x) op_transpose(x)

# Parts ---------------------------------------------------------------------------

#' A part of a tensor
#'
#' `x[i, j]` and `op_subset(x, i, j)` are the same. Each axis takes a position from 1, a
#' range such as `2:4`, a vector of positions, nothing for all, or `newaxis` for a new
#' axis; `..` or `all_dims()` stands for all axes that are not mentioned. A negative
#' position counts from the end, as in keras3: `x[-1, ]` is the last row. A logical tensor
#' or array of the tensor's shape picks values.
#'
#' @param x A tensor.
#' @param ... What to take along each axis.
#' @param value What to put in its place.
#' @returns A tensor.
#' @family operations
#' @examplesIf rdeep_available()
#' x <- as_tensor(matrix(1:6, nrow = 2))
#' op_subset(x, 1, 2:3)
#' op_subset_set(x, 1, 2, value = 0L)
#' @export
op_subset <- function(x, ...) {
  take_part(x, index_of(x, substitute(list(...)), parent.frame()), caller_env())
}

#' @export
`[.rdeep_any_tensor` <- function(x, ..., drop = TRUE) {
  take_part(x, index_of(x, substitute(list(...)), parent.frame()), caller_env())
}

#' @rdname op_subset
#' @export
op_subset_set <- function(x, ..., value) {
  put_part(x, index_of(x, substitute(list(...)), parent.frame()), value)
}

#' @rdname op_subset
#' @export
`op_subset<-` <- function(x, ..., value) {
  put_part(x, index_of(x, substitute(list(...)), parent.frame()), value)
}

#' @export
`[<-.rdeep_any_tensor` <- function(x, ..., value) {
  put_part(x, index_of(x, substitute(list(...)), parent.frame()), value)
}

# What the brackets hold, an entry for each axis. An empty place is all of an axis.
index_of <- function(x, call, frame) {
  lapply(as.list(call)[-1], function(part) {
    if (identical(part, quote(expr = ))) {
      return(NULL)
    }
    if (identical(part, quote(newaxis))) {
      return("new")
    }
    if (identical(part, quote(..)) || identical(part, quote(all_dims()))) {
      return("rest")
    }
    if (is.call(part) && identical(part[[1]], quote(`:`))) {
      return(range_of(part, frame))
    }
    eval(part, frame)
  })
}

# `2:4`, and keras3's `2:NA` and `NA:3`, as a slice of Python's.
range_of <- function(part, frame) {
  ends <- lapply(as.list(part)[-1], eval, frame)
  from <- ends[[1]]
  to <- ends[[2]]
  if (!is_single_or_na(from) || !is_single_or_na(to)) {
    return(eval(part, frame))
  }
  start <- if (is.null(from) || is.na(from)) NULL else as.integer(if (from > 0) from - 1 else from)
  stop <- if (is.null(to) || is.na(to)) {
    NULL
  } else if (to < 0) {
    if (to == -1) NULL else as.integer(to + 1)
  } else {
    as.integer(to)
  }
  structure(list(start, stop, NULL), class = "rdeep_range")
}

is_single_or_na <- function(x) {
  is.null(x) || (is.atomic(x) && length(x) == 1)
}

take_part <- function(x, index, .call) {
  if (!inherits(x, "rdeep_any_tensor")) {
    x <- as_tensor(x)
  }
  masks <- vapply(index, function(each) is.logical(each) || is_bool_tensor(each), NA)
  if (any(masks)) {
    return(take_by_mask(x, index, .call))
  }
  several <- which(vapply(index, is_positions, NA))
  if (length(several)) {
    # One axis at a time: the others stay, so that places do not move.
    for (place in several) {
      x <- op_take(x, index[[place]], axis = place)
      index[place] <- list(NULL)
    }
    if (all(vapply(index, is.null, NA))) {
      return(x)
    }
  }
  key <- lapply(index, as_plain_key)
  wrap_all(call_core("tensor_item", x = x, key = unname(key), .call = .call))
}

is_bool_tensor <- function(x) {
  inherits(x, "rdeep_any_tensor") && identical(tensor_dtype(x), "bool")
}

is_positions <- function(x) {
  inherits(x, "rdeep_any_tensor") || (is.numeric(x) && length(x) > 1)
}

tensor_dtype <- function(x) call_core("tensor_dtype", x = x)

take_by_mask <- function(x, index, .call) {
  if (length(index) != 1) {
    abort_rdeep(
      "argument",
      "A logical index must be of the tensor's shape and stand alone.",
      call = .call
    )
  }
  flat <- op_reshape(x, list(-1))
  mask <- op_reshape(as_tensor(index[[1]]), list(-1))
  op_take(flat, op_nonzero(mask)[[1]], axis = 1)
}

# A position becomes Python's; from the end they are the same.
as_plain_key <- function(each) {
  if (is.null(each)) {
    return(list(slice = list(NULL, NULL, NULL)))
  }
  if (inherits(each, "rdeep_range")) {
    return(list(slice = unclass(each)))
  }
  if (is.character(each)) {
    return(each)
  }
  if (!is_single(each) || !is_whole(each) || each == 0) {
    abort_rdeep(
      "argument",
      sprintf("A tensor's axes take positions from 1 or ranges, not %s.", describe(each)),
      received = each,
      call = caller_env(3)
    )
  }
  as.integer(if (each > 0) each - 1 else each)
}

put_part <- function(x, index, value) {
  if (!inherits(x, "rdeep_any_tensor")) {
    x <- as_tensor(x)
  }
  sizes <- dim(x)
  if (length(index) == 1 && (is.logical(index[[1]]) || is_bool_tensor(index[[1]]))) {
    return(op_where(index[[1]], value, x))
  }
  places <- Map(function(each, size) chosen_places(each, size), index, sizes[seq_along(index)])
  places <- c(places, lapply(sizes[-seq_along(index)], seq_len))
  grid <- as.matrix(do.call(expand.grid, rev(places)))
  grid <- grid[, rev(seq_len(ncol(grid))), drop = FALSE] - 1L
  storage.mode(grid) <- "integer"
  dimnames(grid) <- NULL
  shape <- as.list(lengths(places))
  values <- op_broadcast_to(op_cast(as_tensor(value), tensor_dtype(x)), shape)
  run_op("scatter_update", list(
    inputs = x, indices = grid, updates = op_reshape(values, list(nrow(grid)))
  ), caller_env())
}

chosen_places <- function(each, size) {
  if (is.null(each)) {
    return(seq_len(size))
  }
  if (inherits(each, "rdeep_range")) {
    start <- each[[1]] %||% 0L
    stop <- each[[2]] %||% size
    return(seq.int((start %% size) + 1L, if (stop < 0) size + stop else min(stop, size)))
  }
  ifelse(each < 0, size + each + 1L, each)
}
