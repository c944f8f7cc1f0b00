# Series as the core takes them: values, times as numbers, keys as text, covariates as numbers.

# Data of a call: a list of `y`, `index`, `key`, `known`, `past`, `static` for the core, and the
# facts that bring its answers back into the user's form.

series_of_ts <- function(x, name, .call) {
  check_series_values(x, .call)
  several <- is.matrix(x)
  count <- if (several) nrow(x) else length(x)
  names <- if (several) colnames(x) %||% paste0("series", seq_len(ncol(x)))
  times <- as.double(stats::time(x))
  facts <- list(
    outcome = if (several) "value" else name, index = "index", index_kind = "ts",
    index_frequency = stats::frequency(x)
  )
  rows <- list(y = as.double(x), index = index_part("number", rep(times, max(1, length(names)))))
  if (several) {
    facts <- c(facts, key_facts(data.frame(series = names)))
    rows$key <- rep(names, each = count)
  }
  list(rows = rows, facts = facts)
}

series_of_numbers <- function(x, name, .call) {
  check_series_values(x, .call)
  list(
    rows = list(y = as.double(x), index = index_part("number", seq_along(x))),
    facts = list(outcome = name, index = "index", index_kind = "number", index_whole = TRUE)
  )
}

check_series_values <- function(x, .call) {
  if (is.numeric(x) && length(x) > 0) {
    return(invisible())
  }
  abort_data(
    sprintf("A series must be numbers, not %s.", describe(x)), "x",
    received = x, .call = .call
  )
}

# Of a data frame: `columns` says which are which, as `series_columns()` returns it.
series_of_frame <- function(data, columns, .call) {
  index <- times_part(data[[columns$index]], columns$index, .call)
  facts <- c(list(outcome = columns$outcome, index = columns$index), index$facts)
  rows <- list(y = outcome_numbers(data, columns$outcome, .call), index = index$part)
  if (length(columns$key)) {
    labels <- key_labels(data[columns$key])
    facts <- c(facts, key_facts(data[columns$key][!duplicated(labels), , drop = FALSE]))
    rows$key <- labels
  }
  coded <- lapply(columns[c("known", "past", "static")], function(names) {
    coded_columns(data, names, NULL, .call)
  })
  for (part in names(coded)) rows[[part]] <- coded[[part]]$values
  levels <- unlist(lapply(unname(coded), `[[`, "levels"), recursive = FALSE)
  facts <- c(facts, columns[c("known", "past", "static")], list(
    level_of = rep(names(levels), lengths(levels)), levels = as.character(unlist(levels))
  ))
  list(rows = rows, facts = facts)
}

outcome_numbers <- function(data, name, .call) {
  values <- data[[name]]
  if (is.numeric(values) || is.logical(values)) {
    return(as.double(values))
  }
  abort_data(
    sprintf("The outcome '%s' must be numbers, not %s.", name, describe(values)), "data",
    received = values, .call = .call
  )
}

# Covariates as numbers: a factor or text becomes a column for each level but the first.
coded_columns <- function(data, names, levels, .call) {
  values <- list()
  found <- list()
  for (name in names) {
    column <- data[[name]]
    if (is.factor(column) || is.character(column)) {
      known <- levels[[name]] %||% levels(factor(column))
      unknown <- setdiff(as.character(stats::na.omit(column)), known)
      if (length(unknown)) {
        abort_data(
          sprintf("'%s' has %s, which the model was not fitted to.", name, listing(unknown)),
          "new_data",
          .call = .call
        )
      }
      found[[name]] <- known
      for (level in known[-1]) {
        values[[paste0(name, level)]] <- array(as.double(as.character(column) == level))
      }
    } else if (is.numeric(column) || is.logical(column)) {
      values[[name]] <- array(as.double(column))
    } else {
      abort_data(
        sprintf("The covariate '%s' must be numbers or a factor, not %s.", name, describe(column)),
        "data",
        .call = .call
      )
    }
  }
  list(values = if (length(values)) values, levels = found)
}

# Times -----------------------------------------------------------------------------

index_part <- function(unit, values) list(unit = unit, values = array(as.double(values)))

# Times as numbers, with what is needed to make them times again.
times_part <- function(x, name, .call) {
  facts <- list(index_class = class(x))
  if (inherits(x, c("yearmon", "yearqtr")) || is.numeric(x) && is.null(attributes(x)$class)) {
    steps <- if (inherits(x, "yearmon")) 12 else if (inherits(x, "yearqtr")) 4 else 1
    facts$index_kind <- if (steps > 1) "year" else "number"
    facts$index_frequency <- steps
    facts$index_whole <- is.integer(x)
    return(list(part = index_part("number", x), facts = facts))
  }
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (inherits(x, "POSIXct")) {
    facts$index_class <- class(x)
    facts$index_tz <- attr(x, "tzone")[1] %||% ""
    # Midnights are days: with summer time they are not as many seconds apart.
    clock <- format(x[!is.na(x)], "%H%M%S")
    if (all(clock == "000000")) {
      facts$index_kind <- "midnight"
      return(list(part = index_part("day", as.Date(format(x))), facts = facts))
    }
    facts$index_kind <- "second"
    return(list(part = index_part("second", x), facts = facts))
  }
  # Also tsibble's months, quarters and weeks, which are dates underneath.
  if (inherits(x, c("Date", "yearmonth", "yearquarter", "yearweek"))) {
    facts$index_kind <- "day"
    return(list(part = index_part("day", unclass(x)), facts = facts))
  }
  abort_data(
    sprintf("'%s' must be dates, clock times or numbers, not %s.", name, describe(x)), "index",
    received = x,
    hint = if (is.character(x)) "as.Date() makes dates of text.",
    .call = .call
  )
}

# Times of numbers as the core gives them, in the user's class.
times_back <- function(values, facts) {
  values <- as.double(values)
  class <- facts$index_class
  switch(facts$index_kind,
    ts = round(values * facts$index_frequency) / facts$index_frequency,
    year = structure(round(values * facts$index_frequency) / facts$index_frequency, class = class),
    number = if (isTRUE(facts$index_whole) && all(values == round(values))) {
      as.integer(values)
    } else {
      values
    },
    second = .POSIXct(values, tz = facts$index_tz),
    midnight = as.POSIXct(format(as.Date(values, origin = "1970-01-01")), tz = facts$index_tz),
    structure(values, class = class)
  )
}

# Keys ------------------------------------------------------------------------------

key_labels <- function(columns) do.call(paste, c(lapply(columns, as.character), sep = " / "))

# Keys as plain vectors, so that a file can keep them.
key_facts <- function(columns) {
  kinds <- vapply(columns, function(x) if (is.factor(x)) "factor" else typeof(x), "")
  list(
    key = names(columns), key_kind = unname(kinds),
    key_values = unname(unlist(lapply(columns, as.character)))
  )
}

key_columns <- function(labels, facts, new = NULL) {
  names <- facts$key
  if (is.null(names)) {
    return(list())
  }
  values <- matrix(as.character(facts$key_values), ncol = length(names))
  table <- stats::setNames(as.data.frame(values), names)
  if (!is.null(new)) {
    added <- as.data.frame(lapply(new[names], as.character))
    table <- rbind(table, stats::setNames(added, names))
  }
  table <- table[match(labels, key_labels(table)), , drop = FALSE]
  columns <- lapply(seq_along(names), function(i) {
    switch(facts$key_kind[i],
      factor = factor(table[[i]], levels = unique(c(values[, i], table[[i]]))),
      integer = as.integer(table[[i]]),
      double = as.double(table[[i]]),
      logical = as.logical(table[[i]]),
      table[[i]]
    )
  })
  stats::setNames(columns, names)
}

# Columns ---------------------------------------------------------------------------

# Which columns of a data frame are which. `quos` are the arguments `index`, `key`, `past`, `static`
# as they were given: names, `c()` of names, or text.
series_columns <- function(formula, data, quos, .call) {
  outcome <- plain_names(formula[[2]])
  if (length(outcome) != 1 || !is.name(formula[[2]])) {
    abort_rdeep(
      "argument",
      sprintf("The left side must be a column, not `%s`.", deparse1(formula[[2]])),
      argument = "formula",
      hint = "'transform' says on which scale a series is regular.",
      call = .call
    )
  }
  given <- lapply(stats::setNames(names(quos), names(quos)), function(argument) {
    chosen_columns(quos[[argument]], argument, .call)
  })
  given$index <- given$index %||% attr(data, "index2") %||% found_index(data)
  key <- attr(data, "key")
  if (is.null(given$key) && is.data.frame(key)) given$key <- setdiff(names(key), ".rows")
  if (length(given$index) != 1) {
    abort_data(
      "'index' is missing: the column of times must be known.", "index",
      hint = "Such as `index = date`.", .call = .call
    )
  }
  others <- setdiff(names(data), c(outcome, unlist(given)))
  given$known <- formula_covariates(formula[[3]], others, .call)
  given$past <- setdiff(given$past, given$known)
  columns <- c(list(outcome = outcome), given)
  absent <- setdiff(unlist(columns), names(data))
  if (length(absent)) {
    abort_data(
      sprintf("The data has no column %s.", listing(absent, "and")), "data",
      expected = names(data), hint = suggestion(absent[1], names(data)), .call = .call
    )
  }
  columns
}

# A tsibble says which column has its times; else the only column of times is it.
found_index <- function(data) {
  said <- attr(data, "index")
  if (!is.null(said)) {
    return(as.character(said))
  }
  classes <- c("Date", "POSIXct", "yearmon", "yearqtr", "yearmonth", "yearquarter", "yearweek")
  times <- names(data)[vapply(data, inherits, NA, classes)]
  if (length(times) == 1) times
}

formula_covariates <- function(side, others, .call) {
  if (identical(side, quote(.))) {
    return(others)
  }
  if (is.numeric(side)) {
    return(character())
  }
  names <- plain_names(side)
  if (is.null(names)) {
    abort_rdeep(
      "argument",
      sprintf("The right side must be columns, added up, not `%s`.", deparse1(side)),
      argument = "formula",
      hint = "Such as `y ~ price + holiday`; `y ~ 1` for none.",
      call = .call
    )
  }
  names
}

# The names of `a + b + c`; `NULL` of anything else.
plain_names <- function(side) {
  if (is.name(side)) {
    return(as.character(side))
  }
  if (is.call(side) && identical(side[[1]], quote(`+`)) && length(side) == 3) {
    parts <- lapply(as.list(side)[-1], plain_names)
    if (!any(vapply(parts, is.null, NA))) {
      return(unlist(parts))
    }
  }
  NULL
}

chosen_columns <- function(quo, argument, .call) {
  if (rlang::quo_is_null(quo) || rlang::quo_is_missing(quo)) {
    return(NULL)
  }
  code <- rlang::quo_get_expr(quo)
  if (is.name(code)) {
    return(as.character(code))
  }
  if (is.call(code) && identical(code[[1]], quote(c))) {
    parts <- as.list(code)[-1]
    if (all(vapply(parts, function(x) is.name(x) || is.character(x), NA))) {
      return(vapply(parts, as.character, ""))
    }
  }
  value <- rlang::eval_tidy(quo)
  if (is.character(value)) {
    return(value)
  }
  abort_rdeep(
    "argument",
    sprintf("'%s' must be names of columns, not %s.", argument, describe(value)),
    argument = argument,
    received = value,
    call = .call
  )
}
