# New data as the core takes it.

# `numbers`, `codes`, `offset`, `target` and `weights` hold the rows that can be predicted;
# `missing` says of each row of `new_data` whether it cannot be. `offset` is a value for
# each row, for models that were fitted with one that new data does not hold, and `y` the
# outcome for those that were fitted to `x` and `y`.
tabular_parts <- function(object,
                          new_data,
                          outcomes = FALSE,
                          offset = NULL,
                          y = NULL,
                          .call = caller_env()) {
  apart <- outcomes && needs_y(object, new_data, y, .call)
  forged <- forge_design(
    object$design, new_data,
    outcomes = outcomes && !apart, .call = .call
  )
  if (apart) {
    forged$outcomes <- outcome_beside(y, forged, .call)
    forged$missing <- forged$missing | column_missing(forged$outcomes[[1]])
  }
  offset <- new_offset(object, forged, new_data, offset, .call)
  missing <- rows_to_miss(object, forged, offset)
  parts <- core_parts(forged$predictors[!missing, ], offset[!missing])
  parts$missing <- missing
  if (outcomes) {
    y <- single_outcome(forged$outcomes[!missing, ], .call)
    coded <- outcome_values(y, object$outcome, .call)
    weights <- forged$weights %||%
      looked_up(object$lookup$weights, "weights", new_data, .call)
    parts$target <- coded$values
    parts$weights <- product(weights[!missing], coded$trials)
  }
  parts
}

# Whether the outcome stands beside the new data rather than in it.
needs_y <- function(object, new_data, y, .call) {
  if (!is.null(y)) {
    return(TRUE)
  }
  if (object$design$kind == "xy") {
    abort_data(
      "'y' is missing: the model was fitted to `x` and `y`.", "y",
      .call = .call
    )
  }
  FALSE
}

outcome_beside <- function(y, forged, .call) {
  n <- nrow(forged$predictors)
  if (NROW(y) != n) {
    abort_data(
      sprintf("'y' has %d values, but the data has %d rows.", NROW(y), n), "y",
      received = NROW(y), expected = n, .call = .call
    )
  }
  tibble::tibble(y = if (is.data.frame(y)) as.matrix(y) else y)
}

new_offset <- function(object, forged, new_data, offset, .call) {
  if (!is.null(offset)) {
    return(given_offset(object, offset, nrow(forged$predictors), .call))
  }
  found <- total(forged$offset, looked_up(object$lookup$offset, "offset", new_data, .call))
  if (is.null(found) && !is.null(object$offset)) {
    code <- object$lookup$offset
    abort_data(
      "The model was fitted with an offset, which the new data does not have.",
      "new_data",
      hint = if (is.null(code)) {
        "Give one as `offset`, a number for each row; 0 leaves it out."
      } else {
        sprintf("It is `%s`; or give `offset`, a number for each row.", rlang::expr_text(code))
      },
      .call = .call
    )
  }
  found
}

given_offset <- function(object, offset, n, .call) {
  if (is.null(object$offset)) {
    abort_rdeep(
      "argument",
      "The model was fitted without an offset.",
      argument = "offset",
      call = .call
    )
  }
  check_rows(offset, "offset", n, .call)
  as.double(offset)
}

# Where missing values are filled in, only an outcome or an offset can be missing.
rows_to_miss <- function(object, forged, offset) {
  if (object$design$na_action != "impute") {
    return(forged$missing)
  }
  missing <- rep(FALSE, nrow(forged$predictors))
  for (column in c(forged$outcomes, list(offset))) {
    if (!is.null(column)) {
      gaps <- is.na(column)
      missing <- missing | (if (is.matrix(gaps)) rowSums(gaps) > 0 else gaps)
    }
  }
  missing
}
