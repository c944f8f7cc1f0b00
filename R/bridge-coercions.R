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

as_texts <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.character(x) && !anyNA(x)) as.list(unname(x)) else without_na(x)
}

as_texts_by_name <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.null(x) || is.null(names(x))) without_na(x) else as.list(x)
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

# One axis or several.
as_axes <- function(x, .call = caller_env()) {
  if (missing(x)) {
    return(not_given)
  }
  if (!is.atomic(x) && !is_plain_list(x)) {
    return(x)
  }
  if (length(x) > 1) lapply(unlist(x), as_axis, .call = .call) else as_axis(unlist(x), .call)
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

# A whole shape, the batch too: sizes may be tensors of one whole number, or -1.
as_extents <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.atomic(x) && length(x) > 1) {
    x <- as.list(x)
  }
  if (is_plain_list(x)) {
    return(lapply(unname(x), function(size) {
      if (is.null(size) || (is.atomic(size) && length(size) == 1 && is.na(size))) {
        -1L
      } else if (is.atomic(size)) {
        as_count(size)
      } else {
        size
      }
    }))
  }
  if (is_whole(x)) list(as.integer(x)) else without_na(x)
}

as_sizes <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) {
    return(lapply(x, as_count))
  }
  if (is_whole(x)) as.list(as.integer(x)) else without_na(x)
}

# What happens before and after each dimension: a number, one for each, or for
# each a vector or a list of two.
as_pairs <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) {
    return(unname(lapply(x, function(side) {
      if (is_single(side)) as_count(side) else as_sizes(side)
    })))
  }
  as_sizes(x)
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
  if (is_plain_list(x)) unname(lapply(x, as_numbers)) else without_na(x)
}

as_layer <- function(x) {
  if (missing(x)) not_given else x
}

# Arrays in a list; a vector is an array of one dimension, however short it is.
as_arrays <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) unname(lapply(x, as.array)) else x
}

# A cell, or several in a list.
as_cells <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) unname(x) else x
}

# A record, its name, or the exported function that makes one with its defaults:
# `activation = activation_relu` says the same as `activation = "relu"`.
as_record <- function(kind, x, .call = caller_env()) {
  if (missing(x)) {
    return(not_given)
  }
  x <- named_record(kind, x, .call)
  if (is.function(x) && !inherits(x, c("rdeep_layer", "rdeep_model", "rdeep_object"))) {
    name <- exported_name(kind, x)
    if (!is.null(name)) {
      return(name)
    }
    # A function of the user's own. Python's come as objects.
    if (!inherits(x, "python.builtin.object")) {
      check_arity(kind, x, .call)
      return(unwrap(custom_record(kind, x, attr(x, "py_function_name") %||% kind)))
    }
  }
  as_text(x)
}

# Names stand in quotes: `relu` alone is an object that is not there.
named_record <- function(kind, x, .call) {
  tryCatch(x, error = function(error) {
    name <- sub("^object '(.*)' not found$", "\\1", conditionMessage(error))
    if (name == conditionMessage(error) || !known_record(kind, name)) {
      stop(error)
    }
    abort_rdeep(
      "argument",
      sprintf("There is no object '%s'.", name),
      argument = kind,
      received = name,
      hint = sprintf("Write the name in quotes: \"%s\".", name),
      call = .call
    )
  })
}

known_record <- function(kind, name) {
  short <- c("mse", "mae", "mape", "msle", "rmse", "accuracy", "acc")
  ours <- exists(paste0(kind, "_", name), envir = asNamespace("rdeep"), inherits = FALSE)
  ours || kind %in% c("loss", "metric") && name %in% short
}

# Losses and metrics are called with targets and predictions, all else with one thing.
check_arity <- function(kind, f, .call) {
  wanted <- if (kind %in% c("loss", "metric")) c("y_true", "y_pred") else "x"
  arguments <- formals(args(f))
  known <- c("loss", "metric", "activation", "regularizer", "constraint")
  if (is.null(arguments) || !kind %in% known) {
    return(invisible())
  }
  needed <- vapply(arguments, function(value) is.symbol(value) && !nzchar(value), NA)
  needed <- sum(needed & names(arguments) != "...")
  most <- if ("..." %in% names(arguments)) Inf else length(arguments)
  if (needed <= length(wanted) && most >= length(wanted)) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf(
      "The function for '%s' must take %s, `function(%s)`; this one is `function(%s)`.",
      kind, if (length(wanted) == 1) "one argument" else "two arguments",
      paste(wanted, collapse = ", "), paste(names(arguments), collapse = ", ")
    ),
    argument = kind,
    received = names(arguments),
    call = .call
  )
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

# One whole number stays one; several, or a list of one, are a list.
as_wholes <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_single(x)) as_count(x) else as_sizes(x)
}

# How much is put around each axis: a number, a pair, or a list or a matrix (one
# row each) with a pair for each axis.
as_pad_width <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.matrix(x)) {
    x <- asplit(unname(x), 1)
  }
  if (is_plain_list(x)) {
    return(lapply(unname(x), function(pair) as_sizes(as.vector(pair))))
  }
  as_wholes(x)
}

# How many axes a product sums over, or which: a list of two, which count from 1.
as_contraction <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) {
    return(lapply(unname(x), function(side) lapply(as.list(side), as_axis)))
  }
  as_count(x)
}

# Positions along the first axis; in a list, along each axis.
as_key <- function(x, zero_indexed = FALSE, .call = caller_env()) {
  x <- as_positions(x, zero_indexed, .call = .call)
  if (!is_plain_list(x)) {
    return(x)
  }
  core(.call)
  do.call(reticulate::tuple, lapply(x, unwrap))
}

# A tensor or an array, or lists of them, with or without names.
as_tree <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_plain_list(x)) lapply(x, as_tree) else as_operand(x)
}

as_functions <- function(x) {
  if (missing(x)) not_given else lapply(unname(x), as_op_function)
}

# A whole number, or a generator of seeds, which is Python's. Without one, numbers follow
# `set.seed()`, as everything else does: a training has followed it when it began.
as_seed <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.null(x) && !isTRUE(state$in_step)) sync_seed(caller_env())
  if (is.numeric(x)) as_count(x) else x
}

# Which norm: a number, `Inf` too, or a name.
as_norm_order <- function(x) {
  if (missing(x)) not_given else if (is.numeric(x)) as_number(x) else as_text(x)
}

# A window by its name, or its values.
as_window <- function(x) {
  if (missing(x)) not_given else if (is.character(x)) as_text(x) else as_operand(x)
}

# Sizes with names: what came in `...`.
as_lengths <- function(x) {
  as_dict(lapply(x, as_count))
}

# Arguments by name, or by position, which counts from 1.
as_exclusions <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_whole(x)) as.list(as.integer(x) - 1L) else as.list(x)
}

# A number as it is, several as an array: a vector of one is a number.
as_array_option <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (!is.numeric(x) || is.object(x) || anyNA(x)) {
    return(without_na(x))
  }
  storage.mode(x) <- "double"
  if (is.null(dim(x)) && length(x) > 1) array(x) else x
}

# A string or a whole number.
as_token <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is_single(x) && is_whole(x)) as.integer(x) else without_na(x)
}

# Tokens as a list. One string is the path of a file; in a list it is a token.
as_tokens <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.factor(x)) {
    x <- as.character(x)
  }
  if (is_single(x) && is.character(x)) {
    return(if (file.exists(path.expand(x))) path.expand(x) else x)
  }
  if (is.atomic(x) && !is.null(x)) as.list(if (is_whole(x)) as.integer(x) else x) else x
}

# A name, or a function on character vectors, which Python calls with lists.
as_step <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (!is.function(x)) {
    return(as_text(x))
  }
  function(texts) {
    # Functions of an engine's own, such as `tf$strings$lower`, take and give its tensors.
    texts <- reticulate::py_to_r(texts)
    traced <- inherits(texts, "python.builtin.object")
    found <- x(if (traced) texts else as.character(unlist(texts)))
    if (inherits(found, "python.builtin.object")) found else as.list(found)
  }
}

# Features by name; a vector of names of kinds is a list of them.
as_features <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (is.character(x) && !is.null(names(x))) as.list(x) else x
}

# Each cross a record, or names of features.
as_crosses <- function(x) {
  if (missing(x)) {
    return(not_given)
  }
  if (inherits(x, "rdeep_object") || is.character(x)) {
    x <- list(x)
  }
  listed <- function(cross) if (is.atomic(cross)) as.list(cross) else cross
  if (is_plain_list(x)) lapply(x, listed) else x
}
