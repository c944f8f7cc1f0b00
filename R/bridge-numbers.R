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

# The whole numbers of bit64, which stand in the bits of doubles, as doubles. Those that
# doubles do not hold exactly are refused.
from_integer64 <- function(x, argument, .call) {
  bits <- writeBin(as.vector(unclass(x)), raw(), endian = "little")
  halves <- matrix(readBin(bits, "integer", 2 * length(x), endian = "little"), 2)
  # R has NA for the smallest of its integers.
  halves[is.na(halves)] <- -2^31
  low <- halves[1, ] + ifelse(halves[1, ] < 0, 2^32, 0)
  value <- halves[2, ] * 2^32 + low
  missing <- halves[2, ] == -2^31 & low == 0
  value[missing] <- NA
  if (any(abs(value) > 2^53, na.rm = TRUE)) {
    abort_data(
      sprintf(
        "'%s' has a whole number beyond 2^53 (the first in row %d), which R's numbers do not hold.",
        argument, which(abs(value) > 2^53)[1]
      ),
      argument,
      hint = "Take ids as text: `as.character()`.",
      .call = .call
    )
  }
  if (is.null(dim(x))) value else array(value, dim(x))
}

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
