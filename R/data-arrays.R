# What users pass as `x` and `y`, as arrays that the core takes: factors become
# codes, data frames matrices, and what cannot be used is refused by name.
# `known` holds what a model learned when it was fitted (columns, factor levels).

# One array, or a list of them for several inputs. Returns the values and what
# there is to learn from them.
# `text` says for each input whether it takes text.
as_model_data <- function(data, argument, names = NULL, known = NULL, text = FALSE, .call) {
  if (is.null(data) && argument == "x") {
    abort_data("'x' is missing: the model needs data.", "x", .call = .call)
  }
  data <- as_known_table(data)
  several <- length(names) > 1
  if (several && is.data.frame(data) && setequal(names(data), names)) {
    data <- as.list(data)
  }
  if (!is_plain_list(data)) {
    return(as_one_array(data, argument, known[[1]], .call, text = isTRUE(text[1])))
  }
  check_part_names(names2(data), names, argument, .call)
  # Where only some have names, as in `c(list(x), states)`, they come in order.
  if (!all(nzchar(names2(data)))) {
    names(data) <- NULL
  }
  places <- names2(data)
  parts <- lapply(seq_along(data), function(i) {
    key <- if (nzchar(places[i])) places[i] else names[i] %||% i
    label <- sprintf("%s[[%s]]", argument, encodeString(key, quote = '"'))
    place <- if (nzchar(places[i]) && places[i] %in% names) match(places[i], names) else i
    as_one_array(data[[i]], label, known_part(known, key, i), .call, text = isTRUE(text[place]))
  })
  keys <- ifelse(nzchar(places), places, names[seq_along(data)] %||% seq_along(data))
  list(
    values = stats::setNames(lapply(parts, `[[`, "values"), names(data)),
    learned = stats::setNames(lapply(parts, function(part) part$learned[[1]]), keys)
  )
}

# Shapes are lists with a class, and mean what lists mean.
is_plain_list <- function(x) is.list(x) && (!is.object(x) || inherits(x, "keras_shape"))

as_one_array <- function(data, argument, known, .call, text = FALSE) {
  if (is.null(data)) {
    return(list(values = NULL, learned = list(NULL)))
  }
  data <- as_known_table(data)
  if (text) {
    columns <- known$columns
    if (is.data.frame(data)) {
      data <- known_columns(data, argument, columns, .call)
      columns <- names(data)
    }
    learned <- if (!is.null(columns)) list(columns = columns)
    return(list(values = as_text_array(data, argument, .call), learned = list(learned)))
  }
  if (is.data.frame(data)) {
    return(frame_to_matrix(data, argument, known, .call))
  }
  unit <- known$units[[1]] %||% unit_of(data)
  data <- without_class(data, argument, unit, .call)
  if (is.factor(data)) {
    refuse_new_factor(argument, NULL, known, known$levels[[1]], .call)
    levels <- match_levels(data, argument, NULL, known$levels[[1]], .call)
    codes <- as_codes(data, levels)
    check_finite(codes, argument, .call = .call)
    codes <- array(codes, dim(data) %||% length(data))
    return(list(values = codes, learned = list(list(levels = list(levels)))))
  }
  data <- in_column_order(data, argument, known$columns, .call)
  learned <- list(columns = learned_names(data, known$columns))
  learned$units <- if (!is.null(unit)) list(unit)
  learned <- if (length(learned)) learned
  values <- if (is_sparse(data)) sparse_to_python(data, .call)
  list(values = values %||% as_values(data, argument, .call), learned = list(learned))
}

# An array of numbers without missing values. A vector gets a dimension: without
# one, reticulate would make a list of it, or a scalar.
as_values <- function(x, argument, .call) {
  if (inherits(x, "python.builtin.object") || inherits(x, "rdeep_object")) {
    return(x)
  }
  x <- without_class(x, argument, .call = .call)
  if (is.factor(x)) {
    x <- array(as.integer(x) - 1L, dim(x) %||% length(x))
  }
  if (is.data.frame(x)) {
    return(frame_to_matrix(x, argument, NULL, .call)$values)
  }
  if (is.character(x)) {
    abort_data(
      sprintf("'%s' is text; models take numbers.", argument),
      argument,
      hint = text_hint("x", x),
      .call = .call
    )
  }
  if (is.object(x) || !(is.numeric(x) || is.logical(x))) {
    abort_data(
      sprintf("'%s' is %s; models take numbers.", argument, describe(x)),
      argument,
      received = x,
      hint = class_hint(x, argument),
      .call = .call
    )
  }
  if (length(x) == 0) {
    abort_data(sprintf("'%s' is empty.", argument), argument, .call = .call)
  }
  check_finite(x, argument, .call = .call)
  if (is.logical(x)) {
    storage.mode(x) <- "integer"
  }
  # Names of rows and columns do no harm; taking them off would copy the matrix.
  if (is.null(dim(x))) array(x) else x
}

# Does the core take an array as it stands, with its columns in the order that is known?
is_plain_array <- function(x, columns) {
  plain <- is.numeric(x) && !is.object(x) && length(dim(x)) > 1
  if (!plain || length(x) == 0 || length(x) > checked_here) {
    return(FALSE)
  }
  names <- if (!is.null(columns)) feature_names(x)
  finite <- if (is.double(x)) is.finite(sum(x)) else !anyNA(x)
  finite && (is.null(names) || identical(names, columns))
}

checked_here <- 5e6

# Refuses missing and infinite values. The sum is finite if every value is (short
# of an overflow), and costs no copy.
check_finite <- function(x, argument, column = NULL, .call) {
  # The core looks at every value too, and faster, but knows no names of columns.
  if (is.double(x) && length(x) > checked_here) {
    return(invisible())
  }
  fine <- if (is.double(x)) is.finite(sum(x)) || all(is.finite(x)) else !anyNA(x)
  if (fine) {
    return(invisible())
  }
  wrong <- if (anyNA(x)) is.na(x) else !is.finite(x)
  kind <- if (anyNA(x)) "missing" else "infinite"
  if (is.null(column) && length(dim(x)) == 2) {
    j <- which(colSums(wrong) > 0)[1]
    column <- colnames(x)[j] %||% j
    wrong <- wrong[, j]
  }
  rows <- if (is.null(dim(wrong))) NROW(wrong) else dim(wrong)[1]
  first <- (which(wrong)[1] - 1) %% rows + 1
  where <- if (is.null(column)) "" else paste(" in column", name_column(column))
  count <- sum(wrong)
  abort_data(
    sprintf(
      "'%s' has %d %s %s%s, the first in row %d.",
      argument, count, kind, if (count == 1) "value" else "values", where, first
    ),
    argument,
    received = count,
    column = column,
    hint = "Leave such rows out, or fill the values in, before you use the data.",
    .call = .call
  )
}

name_column <- function(column) {
  if (is.numeric(column)) format(column) else paste0("'", column, "'")
}

# Data frames -------------------------------------------------------------------

frame_to_matrix <- function(data, argument, known, .call) {
  if (nrow(data) == 0 || ncol(data) == 0) {
    abort_data(
      sprintf("'%s' is empty: it has %d rows and %d columns.", argument, nrow(data), ncol(data)),
      argument,
      .call = .call
    )
  }
  data <- known_columns(data, argument, known$columns, .call)
  levels <- list()
  units <- known$units
  columns <- lapply(names(data), function(name) {
    units[[name]] <<- units[[name]] %||% unit_of(data[[name]])
    column <- without_class(data[[name]], name, units[[name]], .call)
    if (is.factor(column)) {
      refuse_new_factor(argument, name, known, known$levels[[name]], .call)
      levels[[name]] <<- match_levels(column, argument, name, known$levels[[name]], .call)
      column <- as_codes(column, levels[[name]])
    }
    check_column(column, argument, name, .call)
    check_finite(column, argument, name, .call = .call)
    as.vector(column, if (is.logical(column)) "integer" else "any")
  })
  values <- matrix(unlist(columns), nrow = nrow(data))
  learned <- list(columns = names(data), levels = if (length(levels)) levels)
  learned$units <- if (length(units)) units
  list(values = values, learned = list(learned))
}

known_columns <- function(data, argument, columns, .call) {
  check_repeated(names(data), argument, .call)
  if (is.null(columns)) {
    return(data)
  }
  missing <- setdiff(columns, names(data))
  if (length(missing)) {
    abort_data(
      sprintf(
        "'%s' has no column %s, which the model was fitted with.",
        argument, listing(missing, "and")
      ),
      argument,
      received = names(data),
      expected = columns,
      .call = .call
    )
  }
  data[columns]
}

# Text that is numbers is rather a slip in reading than categories.
text_hint <- function(name, values) {
  seen <- values[!is.na(values)]
  if (length(seen) && !anyNA(suppressWarnings(as.numeric(seen)))) {
    return(sprintf("`as.numeric(%s)` turns numbers that are kept as text into numbers.", name))
  }
  if (name == "x") {
    return("`factor()` turns categories into something a model can use.")
  }
  sprintf("`factor(%s)` turns categories into something a model can use.", name)
}

check_column <- function(column, argument, name, .call) {
  if (is.character(column)) {
    abort_data(
      sprintf("Column '%s' of '%s' is text; models take numbers.", name, argument),
      argument,
      column = name,
      hint = text_hint(name, column),
      .call = .call
    )
  }
  plain <- !is.object(column) && is.null(dim(column))
  if (!plain || !(is.numeric(column) || is.logical(column))) {
    abort_data(
      sprintf(
        "Column '%s' of '%s' is %s; models take numbers and factors.",
        name, argument, describe(column)
      ),
      argument,
      column = name,
      hint = class_hint(column, name),
      .call = .call
    )
  }
}

# Factors -----------------------------------------------------------------------

# A model that was fitted with numbers takes no codes of levels for them. Targets may be either.
refuse_new_factor <- function(argument, column, known, levels, .call) {
  predictors <- startsWith(argument, "x") || startsWith(argument, "validation_data[[1]]")
  if (is.null(known) || !is.null(levels) || !predictors) {
    return(invisible())
  }
  place <- if (is.null(column)) {
    sprintf("'%s'", argument)
  } else {
    sprintf("Column '%s' of '%s'", column, argument)
  }
  there <- if (!is.null(column)) " there"
  abort_data(
    sprintf("%s is a factor; the model was fitted to numbers%s.", place, there %||% ""),
    argument,
    expected = "numbers", column = column,
    hint = sprintf(
      "If its levels are numbers: `as.numeric(as.character(%s))`.", column %||% argument
    ),
    .call = .call
  )
}

# The levels to code by: those that the model knows, where it knows some. Codes go
# by label, so another order of the levels does no harm; a new label does.
match_levels <- function(x, argument, column, known, .call) {
  check_no_missing_level(x, argument, .call)
  if (is.null(known)) {
    return(levels(x))
  }
  unseen <- setdiff(as.character(unique(x[!is.na(x)])), known)
  if (length(unseen) == 0) {
    return(known)
  }
  place <- if (is.null(column)) {
    sprintf("'%s'", argument)
  } else {
    sprintf("Column '%s' of '%s'", column, argument)
  }
  abort_data(
    sprintf(
      "%s has %s %s, which the model has not seen.",
      place, if (length(unseen) == 1) "the level" else "the levels",
      listing(unseen, "and")
    ),
    argument,
    received = unseen,
    expected = known,
    column = column,
    hint = paste0("The model knows ", listing(known, "and"), "."),
    .call = .call
  )
}

# `addNA()` makes a level of what is missing: nothing to predict, though a category like others.
check_no_missing_level <- function(x, argument, .call) {
  if (!startsWith(argument, "y") || !anyNA(levels(x))) {
    return(invisible())
  }
  abort_data(
    sprintf("'%s' has NA among its levels: what is missing is no class.", argument),
    argument,
    hint = "Leave such rows out, and the level: `droplevels()`; or give the level a name.",
    .call = .call
  )
}

as_codes <- function(x, levels) match(as.character(x), levels) - 1L

# A row of zeros with a one for each code.
one_hot <- function(codes, n) {
  out <- matrix(0, nrow = length(codes), ncol = n)
  out[cbind(seq_along(codes), codes + 1L)] <- 1
  out
}

abort_data <- function(message, argument, ..., hint = NULL, .call) {
  argument <- sub("\\[.*$", "", argument)
  abort_rdeep("data", message, argument = argument, ..., hint = hint, call = .call)
}
