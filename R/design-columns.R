# The columns of a design: what types they may have, and how new data gets the types and
# the levels that were learned.

# The data ----------------------------------------------------------------------

# The data beside a formula or a recipe, or `x`, as a tibble.
check_data <- function(data, beside, .call) {
  data <- training_part(data, .call)
  argument <- if (beside == "x") "x" else "data"
  if (is.null(data)) {
    hint <- sprintf("Name it: `data = df`, the data frame that the %s speaks of.", beside)
    abort_rdeep(
      "argument", sprintf("'%s' is missing.", argument),
      argument = argument, hint = if (beside != "x") hint, call = .call
    )
  }
  if (!is.data.frame(data) && !is.matrix(data)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be a data frame or a matrix, not %s.", argument, describe(data)),
      argument = argument, received = data, call = .call
    )
  }
  data <- as_frame(data)
  refuse_twice(data, sprintf("'%s'", argument), argument, .call)
  if (nrow(data) == 0 || ncol(data) == 0) {
    abort_rdeep(
      "data",
      sprintf("'%s' is empty: it has %d rows and %d columns.", argument, nrow(data), ncol(data)),
      argument = argument, received = dim(data), call = .call
    )
  }
  data
}

refuse_twice <- function(data, what, argument, .call) {
  twice <- unique(names(data)[duplicated(names(data))])
  if (length(twice)) {
    abort_rdeep(
      "data", sprintf("%s has several columns called %s.", what, listing(twice, "and")),
      argument = argument, received = twice, call = .call
    )
  }
}

check_new_data <- function(new_data, design, .call) {
  if (is.matrix(new_data) && is.null(colnames(new_data))) {
    known <- names(design$ptypes$predictors)
    if (ncol(new_data) == length(known)) colnames(new_data) <- known
  }
  if (!is.data.frame(new_data) && !is.matrix(new_data)) {
    abort_rdeep(
      "argument",
      sprintf("New data must be a data frame or a matrix, not %s.", describe(new_data)),
      received = new_data,
      hint = paste0(
        "The model knows the columns ", listing(names(design$ptypes$predictors), "and"), "."
      ),
      call = .call
    )
  }
  if (nrow(new_data) == 0) {
    abort_rdeep("data", "The new data has no rows.", received = dim(new_data), call = .call)
  }
  new_data <- as_frame(new_data)
  refuse_twice(new_data, "The new data", "new_data", .call)
  new_data
}

# A grouped tibble would keep its groups, row names would do harm in none.
as_frame <- function(x) {
  if (is.matrix(x) && is.null(colnames(x))) {
    colnames(x) <- paste0("V", seq_len(ncol(x)))
  }
  x <- as.data.frame(x, stringsAsFactors = FALSE, optional = TRUE)
  tibble::as_tibble(x, .name_repair = "minimal")
}

# hardhat's name for the outcome that has none.
outcome_label <- function(name) if (identical(name, ".outcome")) "y" else name

rows_word <- function(n) if (n == 1) "row" else "rows"

ptype_of <- function(frame) frame[0, , drop = FALSE]

# Types -------------------------------------------------------------------------

# Predictors with the types that a design knows: numbers, factors, logicals.
typed_columns <- function(frame, indicators, .call) {
  frame[] <- Map(function(x, name) typed_column(x, name, indicators, .call), frame, names(frame))
  frame
}

typed_column <- function(x, name, indicators, .call) {
  if (is.character(x)) {
    return(with_contrasts(factor(x), indicators))
  }
  if (is.factor(x)) {
    return(with_contrasts(x, indicators))
  }
  if (is.logical(x) && !is.matrix(x)) {
    return(with_contrasts(factor(x, levels = c(FALSE, TRUE)), indicators))
  }
  if (is.numeric(x) && !is.object(x)) {
    # As whole numbers, a new value of 1.5 would be refused.
    storage.mode(x) <- "double"
    return(x)
  }
  if (inherits(x, c("Date", "POSIXct", "difftime"))) {
    refuse_time(x, name, .call)
  }
  if (is.numeric(x) && !is.null(dim(x))) {
    return(matrix(as.double(x), nrow(x), dimnames = list(NULL, colnames(x))))
  }
  if (is.numeric(x) || is.logical(x)) {
    return(plain_numbers(x))
  }
  abort_rdeep(
    "data",
    sprintf(
      "Column '%s' is %s; predictors are numbers, factors, text or logicals.",
      name, if (is.list(x)) "a list" else describe(x)
    ),
    argument = "data",
    column = name,
    received = x,
    hint = if (is.list(x)) "Give each part a column of its own, as `tidyr::unnest_wider()` does.",
    call = .call
  )
}

# Numbers without their class. Those of bit64 are whole numbers in the bits of doubles.
plain_numbers <- function(x) {
  if (inherits(x, "integer64")) {
    return(from_integer64(x, "data", caller_env()))
  }
  as.vector(unclass(x)) + 0
}

# The contrasts that hold now, since those of the session may be others later.
with_contrasts <- function(x, indicators) {
  if (indicators == "traditional" && nlevels(x) > 1) {
    stats::contrasts(x) <- stats::contrasts(x)
  }
  x
}

# As `lm()` does: of a level that no row has nothing can be learned, so that in new data it
# is as new as any other.
without_unused_levels <- function(predictors, indicators) {
  predictors[] <- lapply(predictors, function(x) {
    unused <- is.factor(x) && !is_flags(x) && !all(levels(x) %in% x)
    if (unused) with_contrasts(droplevels(x), indicators) else x
  })
  predictors
}

# TRUE and FALSE as a factor: where only one of them occurs there is no harm.
is_flags <- function(x) is.factor(x) && identical(levels(x), c("FALSE", "TRUE"))

check_one_level <- function(predictors, .call) {
  for (name in names(predictors)) {
    x <- predictors[[name]]
    if (!is.factor(x) || is_flags(x)) next
    used <- unique(as.character(x[!is.na(x)]))
    if (length(used) < 2) {
      refuse_one_level(sprintf("The predictor '%s'", name), used, name, .call)
    }
  }
}

refuse_one_level <- function(what, used, column, .call) {
  abort_rdeep(
    "data",
    if (length(used)) {
      sprintf("%s has one level only, '%s': there is nothing to learn from it.", what, used)
    } else {
      sprintf("%s has no values.", what)
    },
    argument = "data",
    column = column,
    received = used,
    hint = "Leave it out, or look at the rows that were selected.",
    call = .call
  )
}

# Outcomes ----------------------------------------------------------------------

typed_outcomes <- function(frame, .call) {
  for (name in names(frame)) {
    frame[[name]] <- typed_outcome(frame[[name]], name, .call)
  }
  frame
}

typed_outcome <- function(x, name, .call) {
  label <- outcome_label(name)
  if (is.character(x)) {
    refuse_outcome(
      x, label, "is text",
      sprintf("Classes are factors: `factor(%s)`. Is it a number that was read as text?", label),
      .call
    )
  }
  if (inherits(x, c("Date", "POSIXt", "difftime"))) {
    refuse_outcome(
      x, label, sprintf("is of class %s", class(x)[1]),
      sprintf("Say in which unit it is a number, as `as.numeric(%s)`.", label), .call
    )
  }
  if (inherits(x, "Surv") || is.factor(x)) {
    return(x)
  }
  if (is.integer(x) && !is.object(x)) {
    storage.mode(x) <- "double"
  }
  if (is.logical(x) || is.numeric(x)) {
    return(x)
  }
  what <- if (is.list(x)) "is a list" else paste("is", describe(x))
  refuse_outcome(x, label, what, NULL, .call)
}

refuse_outcome <- function(x, name, what, hint, .call) {
  abort_rdeep(
    "data",
    sprintf("The outcome '%s' %s; an outcome is numbers, a factor, or TRUE and FALSE.", name, what),
    argument = "data", column = name, received = x, hint = hint, call = .call
  )
}

# What a formula made of the data is looked at once more: `factor(y)` has one level too.
check_parts <- function(parts, .call) {
  check_one_level(parts$predictors, .call)
  for (name in names(parts$outcomes)) {
    y <- typed_outcome(parts$outcomes[[name]], name, .call)
    used <- if (is.factor(y)) unique(as.character(y))
    if (is.factor(y) && length(used) < 2) {
      label <- outcome_label(name)
      refuse_one_level(sprintf("The outcome '%s'", label), used, label, .call)
    }
  }
  if (ncol(parts$predictors) == 0) {
    abort_rdeep(
      "data", "There are no predictors.",
      argument = "data",
      hint = "`y ~ .` takes all columns of the data but the outcome.",
      call = .call
    )
  }
  check_infinite(parts, .call)
}

check_infinite <- function(parts, .call) {
  columns <- c(parts$predictors, parts$outcomes, list(offset = parts$offset))
  for (name in names(columns)) {
    x <- columns[[name]]
    if (!is.numeric(x)) next
    wrong <- is.infinite(unclass(x))
    if (is.matrix(wrong)) wrong <- rowSums(wrong) > 0
    if (any(wrong)) refuse_infinite(name, wrong, .call)
  }
}

refuse_infinite <- function(name, wrong, .call) {
  n <- sum(wrong)
  abort_rdeep(
    "data",
    sprintf(
      "'%s' has %d infinite %s, the first in row %d.",
      outcome_label(name), n, if (n == 1) "value" else "values", which(wrong)[1]
    ),
    argument = "data",
    column = name,
    received = n,
    hint = if (grepl("log(", name, fixed = TRUE)) {
      "The logarithm of zero is infinite: `log1p()` is not."
    } else {
      "Leave such rows out, or put a number in their place, before you use the data."
    },
    call = .call
  )
}

# New data ----------------------------------------------------------------------

# The raw columns of new data, with the types and the levels of those learned from.
known_columns_of <- function(data, design, outcomes, .call) {
  predictors <- known_side(data, design, "predictors", .call)
  outcomes <- if (outcomes) known_side(data, design, "outcomes", .call)
  list(predictors = predictors, outcomes = outcomes)
}

known_side <- function(data, design, side, .call) {
  ptype <- design$ptypes[[side]]
  computed <- design$computed[[side]]
  raw <- ptype[setdiff(names(ptype), names(computed))]
  needed <- c(names(raw), unlist(lapply(computed, `[[`, "uses")))
  require_columns(data, unique(needed), .call)
  data <- compute_columns(data, computed, .call)
  as_ptype(data[names(ptype)], ptype, .call)
}

as_ptype <- function(data, ptype, .call) {
  plain <- ptype
  for (name in names(ptype)) {
    data[[name]] <- towards(data[[name]], ptype[[name]])
    if (is.factor(ptype[[name]])) {
      plain[[name]] <- factor(character(), levels(ptype[[name]]))
    }
  }
  data <- guard_hardhat(hardhat::scream(data, plain), .call)
  for (name in names(ptype)) {
    if (is.factor(ptype[[name]])) {
      data[[name]] <- like_factor(data[[name]], ptype[[name]])
    }
  }
  data
}

require_columns <- function(data, needed, .call) {
  missing <- setdiff(needed, names(data))
  if (length(missing) == 0) {
    return(invisible())
  }
  abort_rdeep(
    "data",
    sprintf("The following required columns are missing: %s.", listing(missing, "and")),
    received = names(data),
    expected = needed,
    call = .call
  )
}

# Times count from some day and in some unit, which new data need not share.
refuse_time <- function(x, name, .call) {
  hint <- if (inherits(x, "difftime")) {
    "Say in which unit it counts: `as.numeric(%s, units = \"days\")`."
  } else {
    "Say what counts: `as.numeric(%s)`, the weekday, or the time since some day."
  }
  abort_rdeep(
    "data",
    sprintf(
      "Column '%s' is of class %s; predictors are numbers, factors, text or logicals.",
      name, class(x)[1]
    ),
    argument = "data",
    column = name,
    received = class(x),
    hint = sprintf(hint, name),
    call = .call
  )
}

# What stands for the same value in another type; hardhat refuses what is left.
towards <- function(x, ptype) {
  if (is_flags(ptype) && is.numeric(x) && all(x %in% c(0, 1, NA))) {
    x <- as.logical(x)
  }
  if (is.factor(ptype) && (is.factor(x) || is.character(x) || is.logical(x))) {
    labels <- as.character(x)
    new <- setdiff(unique(labels[!is.na(labels)]), levels(ptype))
    return(factor(labels, levels = c(levels(ptype), new)))
  }
  if (is.double(ptype) && !is.object(ptype)) {
    if (is.numeric(x) && is.null(dim(x)) && !inherits(x, c("factor", "difftime"))) {
      return(plain_numbers(x))
    }
    # A column of NA alone is logical to R.
    if (is.logical(x) && all(is.na(x))) {
      return(as.double(x))
    }
  }
  x
}

# Classes, order and contrasts as they were learned.
like_factor <- function(x, ptype) {
  attributes(x) <- attributes(ptype)[c("levels", "class", "contrasts")]
  x
}

# `factor(y)` in a formula finds its levels anew in new data: they are those learned.
known_outcomes <- function(outcomes, ptype) {
  for (name in names(ptype)) {
    if (is.factor(ptype[[name]])) {
      outcomes[[name]] <- factor(as.character(outcomes[[name]]), levels(ptype[[name]]))
    }
  }
  outcomes
}
