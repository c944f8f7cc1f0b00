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
#' `as_tensor()` makes a tensor of R's values: numbers become float32, integers int32, text what
#' TensorFlow has for it.
#' In `[`, positions count from 1; negative ones count from the end, as in keras3, and
#' `newaxis` makes an axis.
#'
#' @param x Numbers, an array, or a tensor.
#' @param dtype The type, such as `"float32"`, `"int32"` or `"bool"`.
#' @param ... Not used.
#' @param name Not used: tensors have no names.
#' @returns A tensor.
#' @seealso [operations_creation] lists all operations that create tensors.
#' @examplesIf rdeep_available()
#' x <- as_tensor(matrix(1:6, nrow = 2), "float32")
#' x * 2 + 1
#' x[1, ]
#' as.array(sum(x))
#' @export
as_tensor <- function(x, dtype = NULL, ..., name = NULL) {
  check_dots(...)
  if (is.character(x)) {
    return(as_text_tensor(x, current_env()))
  }
  call_op("convert_to_tensor", list(x = as_operand(x), dtype = as_text(dtype)))
}

as_text_tensor <- function(x, .call) {
  alone <- length(x) == 1 && is.null(dim(x))
  wrap(call_core(
    "text_tensor",
    value = if (alone) as.vector(x) else array(x, dim(x) %||% length(x)),
    backend = choose_backend(NULL, NULL, .call)$backend, .call = .call
  ))
}

#' Numbers at equal distances
#'
#' @param start The first number; without `end`, the end of numbers from 1.
#' @param end The end.
#' @param step The distance.
#' @param dtype The type. Without one the numbers are whole if the arguments are integers.
#' @param include_end Whether the end belongs to them.
#' @returns A tensor.
#' @seealso [operations_creation] lists all operations that create tensors.
#' @examplesIf rdeep_available()
#' op_arange(5L)
#' op_arange(0, 1, step = 0.25)
#' @export
op_arange <- function(start, end, step = 1L, dtype = NULL, include_end = TRUE) {
  if (missing(end)) {
    end <- start
    whole <- is.integer(end) || inherits(end, "rdeep_any_tensor") && grepl("int", op_dtype(end))
    start <- if (whole) 1L else 1
  }
  call_op("arange", list(
    start = as_operand(start),
    stop = as_operand(end),
    step = as_operand(step),
    dtype = as_text(dtype),
    include_end = as_flag(include_end)
  ))
}

#' @export
`$.rdeep_tensor` <- function(x, name) {
  switch(name,
    shape = new_shape(sizes_of(list(dim(x)))),
    dtype = call_core("tensor_dtype", x = x),
    ndim = ,
    rank = length(dim(x)),
    assign = ,
    assign_add = ,
    assign_sub = function(value) {
      invisible(wrap(call_method(x, name, value = as_operand(value), .call = current_env())))
    },
    abort_rdeep(
      "argument",
      sprintf("A symbolic tensor has no '%s'.", name),
      argument = name,
      hint = "It has `shape`, `dtype` and `ndim`; a weight also `assign()`.",
      call = current_env()
    )
  )
}

#' @export
print.rdeep_any_tensor <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

# What a tensor is, and as many of its values as one looks at.
#' @export
format.rdeep_array <- function(x, ...) {
  paste(c(sprintf("<tensor %s>", kind_of_tensor(x)), printed_values(x)), collapse = "\n")
}

#' @export
format.rdeep_variable <- function(x, ...) {
  head <- sprintf("<variable %s %s>", fetch(x, "name"), kind_of_tensor(x))
  paste(c(head, printed_values(x)), collapse = "\n")
}

kind_of_tensor <- function(x) {
  sizes <- dim(x)
  sizes[is.na(sizes)] <- "NA"
  sprintf("%s (%s)", tensor_dtype(x), toString(sizes))
}

printed_values <- function(x) utils::capture.output(print(as.array(x), max = 1000L))

#' @export
as.array.rdeep_any_tensor <- function(x, ...) {
  if (inherits(x, "rdeep_tensor")) {
    abort_rdeep(
      "argument",
      "A symbolic tensor has no values: it stands for data that is to come.",
      argument = "x",
      hint = "Compute with `op_*()` functions; `predict()` gives a model's values.",
      call = call("as.array", substitute(x))
    )
  }
  value <- call_core("to_array", x = x)
  if (is.list(value) || is.character(value)) {
    value <- text_by_column(value, dim(x))
  }
  # A tensor of one axis is an array in R too, with a `dim`.
  if (is.null(dim(value)) && length(dim(x)) == 1) array(value, length(value)) else value
}

# Text comes in lists of lists, the last axis innermost; R's arrays run along the first.
text_by_column <- function(value, sizes) {
  values <- as.character(unlist(value))
  if (!length(sizes)) {
    return(values)
  }
  aperm(array(values, rev(sizes)), rev(seq_along(sizes)))
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
as.data.frame.rdeep_any_tensor <- function(x, ...) as.data.frame(as.array(x), ...)

#' @export
dim.rdeep_any_tensor <- function(x) {
  sizes <- call_core("tensor_sizes", x = x)
  vapply(as.list(sizes), function(size) if (is.null(size)) NA_integer_ else as.integer(size), 0L)
}

# Of open sizes the length is a tensor: NA would become a constant of the network.
#' @export
length.rdeep_any_tensor <- function(x) {
  sizes <- dim(x)
  # `seq_along()` asks for it by itself, and would take a tensor for any number.
  asking <- sys.nframe() - 1L
  if (anyNA(sizes) && asking > 0 && called_name(sys.call(asking)) == "seq_along") {
    refuse_tensor("seq_along", sys.call(asking))
  }
  if (anyNA(sizes)) op_size(x) else as.integer(prod(sizes))
}

# An operator beside an object of Python's, which has methods of reticulate's, is a tensor's.
#' @rawNamespace if (getRversion() >= "4.3.0") S3method(base::chooseOpsMethod, rdeep_any_tensor)
chooseOpsMethod.rdeep_any_tensor <- function(x, y, mx, my, cl, reverse) { # nolint: object_name.
  TRUE
}

#' @export
Ops.rdeep_any_tensor <- function(e1, e2) {
  name <- operator_names[.Generic]
  if (is.na(name)) {
    abort_rdeep("argument", sprintf("Tensors have no `%s`.", .Generic), call = current_env())
  }
  if (missing(e2)) {
    return(unary_operator(.Generic, e1))
  }
  # The call as it was written, since a method of an operator has a name that nobody wrote.
  .call <- as.call(list(as.name(.Generic), substitute(e1), substitute(e2)))
  run_op(name, list(x1 = as_operand(e1), x2 = as_operand(e2)), .call)
}

# As Python's object, from a module that was imported with `convert = FALSE`.
#' @export
Ops.rdeep.graph.tensor.SymbolicTensor <- Ops.rdeep_any_tensor

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
  .call <- as.call(list(as.name(.Generic), substitute(x)))
  if (is.null(f)) {
    abort_rdeep(
      "argument",
      sprintf("Tensors have no `%s()`.", .Generic),
      hint = instead_of(.Generic),
      call = .call
    )
  }
  along <- .Generic %in% c("cumsum", "cumprod")
  if (along && length(dim(x)) != 1 && !"axis" %in% names(list2(...))) {
    abort_rdeep(
      "argument",
      sprintf("`%s()` of a tensor with several axes needs one to go along.", .Generic),
      argument = "axis",
      hint = sprintf("Write `op_%s(x, axis = )`.", .Generic),
      call = .call
    )
  }
  f(x, ...)
}

#' @export
Summary.rdeep_any_tensor <- function(..., na.rm = FALSE) {
  f <- switch(.Generic,
    sum = op_sum, prod = op_prod, max = op_max, min = op_min, any = op_any, all = op_all,
    range = function(x) op_stack(list(op_min(x), op_max(x)))
  )
  refuse_na_rm(na.rm, .Generic)
  parts <- list2(...)
  options <- parts[names2(parts) != ""]
  parts <- parts[names2(parts) == ""]
  check_constants(lapply(parts, as_operand), as.call(list(as.name(.Generic), quote(...))))
  if (length(parts) == 1) {
    return(do.call(f, c(parts, options)))
  }
  f(op_stack(lapply(parts, f)))
}

#' @export
mean.rdeep_any_tensor <- function(x, ..., na.rm = FALSE) {
  refuse_na_rm(na.rm, "mean")
  op_mean(x, ...)
}
#' @export
t.rdeep_any_tensor <- function(x) op_transpose(x)
#' @export
aperm.rdeep_any_tensor <- function(a, perm = NULL, ...) op_transpose(a, axes = perm)
#' @export
sort.rdeep_any_tensor <- function(x, decreasing = FALSE, ...) {
  if (length(dim(x)) != 1) {
    abort_rdeep(
      "argument",
      "`sort()` of a tensor with several axes needs one to go along.",
      argument = "axis",
      hint = "Write `op_sort(x, axis = )`.",
      call = current_env()
    )
  }
  sorted <- op_sort(x)
  if (decreasing) op_flip(sorted, axis = -1) else sorted
}
#' @importFrom stats median
#' @export
median.rdeep_any_tensor <- function(x, na.rm = FALSE, ...) {
  refuse_na_rm(na.rm, "median")
  op_median(x)
}
#' @export
is.na.rdeep_any_tensor <- function(x) op_isnan(x)
#' @export
is.nan.rdeep_any_tensor <- function(x) op_isnan(x)
#' @export
is.finite.rdeep_any_tensor <- function(x) op_isfinite(x)
#' @export
is.infinite.rdeep_any_tensor <- function(x) op_isinf(x)
#' @export
`dim<-.rdeep_any_tensor` <- function(x, value) op_reshape(x, value)

#' @export
Complex.rdeep_any_tensor <- function(z) {
  switch(.Generic,
    Re = op_real(z), Im = op_imag(z), Mod = op_abs(z), Arg = op_angle(z), Conj = op_conj(z)
  )
}

# Generic from R 4.3 on: see `.onLoad()`.
matmul_tensors <- function(x, y) {
  # From R 4.4 on these come here too; before, R refuses them.
  if (.Generic %in% c("crossprod", "tcrossprod")) {
    abort_rdeep(
      "argument",
      sprintf("Tensors have no `%s()`.", .Generic),
      hint = "Write `op_matmul()` and `op_transpose()` instead.",
      call = call(.Generic)
    )
  }
  op_matmul(x, y)
}

#' @export
`$.rdeep_any_tensor` <- function(x, name) {
  if (name == "shape") {
    return(new_shape(sizes_of(list(dim(x)))))
  }
  if (name == "dtype") {
    return(tensor_dtype(x))
  }
  fetch_element(x, name, current_env())
}

#' @export
rev.rdeep_any_tensor <- function(x) op_flip(x)

#' @export
str.rdeep_any_tensor <- function(object, ...) {
  cat(sprintf(" <tensor %s>\n", kind_of_tensor(object)))
}

tensor_dtype <- function(x) call_core("tensor_dtype", x = x)
