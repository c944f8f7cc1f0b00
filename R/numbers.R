# What counts as numbers: whatever base R and packages keep as numbers under a class.

# Numbers without a class, with their dimensions and the names of these; anything else as it
# is. `unit` is that of a difference of times, should one be known from before.
without_class <- function(x, argument, unit = NULL, .call) {
  if (is.raw(x)) {
    return(bare(x, as.integer))
  }
  kept <- c("factor", "data.frame", "Surv")
  if (!is.object(x) || inherits(x, kept) || is_elsewhere(x)) {
    return(x)
  }
  if (inherits(x, "AsIs")) {
    class(x) <- setdiff(oldClass(x), "AsIs")
    return(without_class(x, argument, unit, .call))
  }
  if (inherits(x, "difftime")) {
    return(bare(x, function(x) as.double(x, units = unit %||% units(x))))
  }
  if (inherits(x, "integer64")) {
    return(bare(x, function(x) as.vector(from_integer64(x, argument, .call))))
  }
  if (inherits(x, "dist") || (isS4(x) && inherits(x, "Matrix") && !is_sparse(x))) {
    return(as.matrix(x))
  }
  if (is.numeric(x) || is.logical(x)) bare(x) else x
}

is_elsewhere <- function(x) {
  inherits(x, "python.builtin.object") || inherits(x, "rdeep_object") || is_sparse(x)
}

bare <- function(x, values = as.vector) {
  size <- dim(x)
  names <- dimnames(x)
  out <- values(if (is.object(x) && identical(values, as.vector)) unclass(x) else x)
  attributes(out) <- NULL
  if (!is.null(size)) {
    dim(out) <- size
    dimnames(out) <- unname(names)
  }
  out
}

# The unit of a difference of times; `NULL` for anything else.
unit_of <- function(x) if (inherits(x, "difftime")) units(x)

# What to do about what is no number, but could be made one.
class_hint <- function(x, name) {
  if (inherits(x, c("Date", "POSIXt"))) {
    return(sprintf(
      "Say what counts: `as.numeric(%s)`, or the time since some day, by `difftime()`.", name
    ))
  }
  if (is.complex(x)) sprintf("Take `Re(%1$s)` and `Im(%1$s)`, or `Mod(%1$s)`.", name)
}

# Tables of other packages and of Python, as a data frame.
as_known_table <- function(x) {
  ours <- c("ArrowTabular", "polars_data_frame", "RPolarsDataFrame", "DFrame")
  if (inherits(x, ours)) {
    return(as.data.frame(x))
  }
  pandas <- inherits(x, "python.builtin.object") &&
    any(grepl("^pandas\\..*(DataFrame|Series)$", class(x)))
  if (pandas) reticulate::py_to_r(x) else x
}
