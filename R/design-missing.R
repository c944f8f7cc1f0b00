# Missing values in a design: refused, left out, or filled in and marked.

na_actions <- c("fail", "omit", "impute")

check_na_action <- function(na_action, .call) {
  if (is_single(na_action) && is.character(na_action) && na_action %in% na_actions) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf("'na_action' must be %s, not %s.", listing(na_actions), describe(na_action)),
    argument = "na_action",
    received = na_action,
    expected = na_actions,
    hint = paste(
      "\"fail\" refuses missing values, \"omit\" leaves their rows out,",
      "\"impute\" fills them in and tells the network where."
    ),
    call = .call
  )
}

# The rows that go into the model. `made` says that the formula has been applied, so that
# what is missing now is its doing; `impute`, that the core fills in what is missing.
rows_to_use <- function(parts, na_action, .call, made = FALSE, impute = !made, new = FALSE) {
  fillable <- na_action == "impute" && impute
  columns <- c(
    if (!fillable) as.list(parts$predictors),
    as.list(parts$outcomes),
    list(offset = parts$offset)[!is.null(parts$offset)]
  )
  n <- nrow(parts$outcomes)
  missing <- lapply(columns, column_missing)
  missing <- missing[vapply(missing, any, NA)]
  if (length(missing) == 0) {
    return(seq_len(n))
  }
  if (na_action == "omit") {
    rows <- which(!Reduce(`|`, missing))
    if (length(rows) == 0) {
      abort_missing("Each row of the data has a missing value", missing, .call)
    }
    return(rows)
  }
  if (na_action == "impute") {
    refuse_filling(missing, made, .call)
  }
  if (new) {
    abort_missing(
      "The data has missing values", missing, .call,
      hint = "Leave such rows out: the model was fitted with `na_action = \"fail\"`."
    )
  }
  fills <- !made && all(names(missing) %in% names(parts$predictors))
  abort_missing(
    if (made) "The formula makes missing values" else "The data has missing values",
    missing, .call,
    hint = paste0(
      "Choose what to do: `na_action = \"omit\"` leaves such rows out",
      if (fills) "; `na_action = \"impute\"` fills them in and tells the network where", "."
    )
  )
}

# The rows of new data, as `forge_design()` gives it, that are not left out.
rows_of_forged <- function(forged, na_action, .call, new = FALSE) {
  rows <- rows_to_use(forged$raw, na_action, .call, new = new)
  rows[rows_to_use(take_rows(forged, rows), na_action, .call, made = TRUE)]
}

refuse_filling <- function(missing, made, .call) {
  abort_missing(
    if (made) "The formula makes missing values" else "The outcome has missing values",
    missing, .call,
    hint = paste(
      "`na_action = \"impute\"` fills in predictors of the data, nothing else:",
      "leave such rows out, as `na_action = \"omit\"` does."
    )
  )
}

abort_missing <- function(message, missing, .call, hint = NULL) {
  counts <- vapply(missing, sum, 0L)
  first <- vapply(missing, function(x) which(x)[1], 0L)
  shown <- utils::head(seq_along(missing), 5)
  more <- length(missing) - length(shown)
  places <- sprintf(
    "'%s' has %d, the first in row %d", names(missing)[shown], counts[shown], first[shown]
  )
  others <- sprintf(
    "%d more %s", more, if (more == 1) "column has some" else "columns have some"
  )
  places <- paste(c(places, if (more > 0) others), collapse = "; ")
  abort_rdeep(
    "data", sprintf("%s: %s.", message, places),
    argument = "data",
    received = counts,
    column = names(missing),
    hint = hint,
    call = .call
  )
}

column_missing <- function(x) {
  missing <- is.na(x)
  if (is.matrix(missing)) rowSums(missing) > 0 else as.vector(missing)
}

missing_rows <- function(parts) {
  columns <- c(parts$predictors, parts$outcomes, list(offset = parts$offset))
  columns <- columns[!vapply(columns, is.null, NA)]
  missing <- lapply(unname(columns), column_missing)
  Reduce(`|`, missing, logical(nrow(parts$predictors)))
}

take_rows <- function(parts, rows) {
  if (length(rows) == nrow(parts$predictors)) {
    return(parts)
  }
  parts$predictors <- parts$predictors[rows, , drop = FALSE]
  parts$outcomes <- parts$outcomes[rows, , drop = FALSE]
  parts["offset"] <- list(parts$offset[rows])
  parts["weights"] <- list(parts$weights[rows])
  parts
}

# Filling in --------------------------------------------------------------------

# For each predictor its median or most frequent level, and whether it gets a column that
# marks where it was missing: it does if it was while the model was fitted.
learn_fills <- function(predictors, na_action) {
  if (na_action != "impute") {
    return(NULL)
  }
  fills <- lapply(predictors, function(x) {
    list(value = typical(x), marked = anyNA(x))
  })
  # Nothing can stand for a column of several numbers.
  fills[!vapply(predictors, is.matrix, NA)]
}

typical <- function(x) {
  known <- x[!is.na(x)]
  if (length(known) == 0) {
    return(NULL)
  }
  if (is.factor(x)) {
    return(levels(x)[which.max(table(known))])
  }
  if (is.logical(x)) {
    return(mean(known) > 0.5)
  }
  stats::median(known)
}

fill_in <- function(columns, fills) {
  added <- list()
  for (name in names(fills)) {
    missing <- is.na(columns[[name]])
    if (any(missing) && !is.null(fills[[name]]$value)) {
      columns[[name]][missing] <- fills[[name]]$value
    }
    if (fills[[name]]$marked) {
      added[[paste0(name, "_missing")]] <- as.double(missing)
    }
  }
  list(columns = columns, added = added)
}

add_columns <- function(predictors, added) {
  predictors[names(added)] <- added
  predictors
}
