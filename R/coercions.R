# How R's values become an option's. The generator names one of these for each
# option (`r_coercion` in the core's options.py). `NULL` passes through. A value
# that does not fit passes through too, whole, so that the core's message can say
# what was wanted and what came.

# Stands for an argument that was not given, so that the core can say what it is.
not_given <- structure(list(), class = "rdeep_not_given")

given <- function(options) {
  Filter(function(value) !inherits(value, "rdeep_not_given"), options)
}

# A missing value must not reach Python, where it would be an ordinary number.
without_na <- function(x) {
  if (is.atomic(x) && length(x) == 1 && is.na(x)) NaN else x
}

is_single <- function(x) {
  is.atomic(x) && is.null(dim(x)) && length(x) == 1 && !is.na(x)
}

is_whole <- function(x) {
  is.numeric(x) && is.null(dim(x)) && length(x) > 0 && !anyNA(x) &&
    all(x == round(x)) && all(abs(x) <= .Machine$integer.max)
}

as_count <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_single(x) && is_whole(x)) as.integer(x) else without_na(x)
}

as_number <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_single(x) && is.numeric(x)) as.double(x) else without_na(x)
}

as_flag <- function(x) {
  if (missing(x)) not_given else without_na(x)
}

as_text <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_single(x) && is.character(x)) as.character(x) else without_na(x)
}

as_path <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_single(x) && is.character(x)) path.expand(x) else without_na(x)
}

# Axes count from 1 in R; those from the end are -1, -2 in both.
as_axis <- function(x, .call = caller_env()) {
  if (missing(x)) {
    return(not_given)
  }
  if (!is_single(x) || !is_whole(x)) {
    return(without_na(x))
  }
  if (x == 0) {
    abort_rdeep(
      "argument",
      "'axis' cannot be 0: axes count from 1, or from the end as -1, -2.",
      argument = "axis",
      received = x,
      call = .call
    )
  }
  as.integer(if (x > 0) x - 1 else x)
}

# Sizes that are open are `NA`, or `NULL` in a list.
as_shape <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.null(x) || !(is.list(x) || is.numeric(x) || is.logical(x))) {
    return(x)
  }
  lapply(as.list(x), function(size) {
    if (is.null(size) || (is.atomic(size) && length(size) == 1 && is.na(size))) {
      NULL
    } else {
      as_count(size)
    }
  })
}

as_sizes <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.list(x) && !is.object(x)) {
    return(lapply(x, as_count))
  }
  if (is_whole(x)) as.list(as.integer(x)) else without_na(x)
}

as_numbers <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.numeric(x) && !anyNA(x)) as.list(as.double(x)) else without_na(x)
}

# For each column its bin edges; one vector is not taken for one column, so that
# a list that was forgotten is noticed.
as_edges <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.list(x) && !is.object(x)) unname(lapply(x, as_numbers)) else without_na(x)
}

as_layer <- function(x) {
  if (missing(x)) not_given else x
}

# Arrays in a list; a vector is an array of one dimension, however short it is.
as_arrays <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.list(x) && !is.object(x)) unname(lapply(x, as.array)) else x
}

# A cell, or several in a list.
as_cells <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.list(x) && !is.object(x)) unname(x) else x
}

# A record, its name, or the exported function that makes one with its defaults:
# `activation = activation_relu` says the same as `activation = "relu"`.
as_record <- function(kind, x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.function(x) && !inherits(x, "rdeep_layer")) {
    name <- exported_name(kind, x)
    if (!is.null(name)) {
      return(name)
    }
  }
  as_text(x)
}

# The name by which the catalogue knows one of the package's own functions.
exported_name <- function(kind, f) {
  prefix <- paste0(kind, "_")
  namespace <- asNamespace("rdeep")
  for (name in ls(namespace, pattern = paste0("^", prefix))) {
    if (identical(namespace[[name]], f)) {
      return(substring(name, nchar(prefix) + 1))
    }
  }
  NULL
}
