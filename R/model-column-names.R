# Columns go by their names: data is put in the order that a model has learned, and other
# names are refused.

# The names of the last dimension, where there are several and all have one.
feature_names <- function(x) {
  if (length(dim(x)) < 2) {
    return(NULL)
  }
  names <- if (is_sparse(x)) colnames(x) else dimnames(x)[[length(dim(x))]]
  if (!is.null(names) && any(nzchar(names) & !is.na(names))) names
}

# What there is to learn: names of which some are missing, or that come twice, say nothing.
learned_names <- function(x, known = NULL) {
  names <- feature_names(x)
  says_nothing <- is.null(names) || anyNA(names) || !all(nzchar(names)) || anyDuplicated(names)
  if (says_nothing) known else names
}

# An array whose columns have the known names in another order is put in order; one without
# names is taken as it stands.
in_column_order <- function(x, argument, columns, .call) {
  given <- feature_names(x)
  if (is.null(given)) {
    return(x)
  }
  named <- !is.na(given) & nzchar(given)
  # Targets that nothing is known of go by place.
  if (!is.null(columns) || startsWith(argument, "x")) {
    check_repeated(given[named], argument, .call)
  }
  # A single column can only be that one, as in `cbind(y_test)`.
  if (is.null(columns) || (length(given) == 1 && length(columns) == 1)) {
    return(x)
  }
  if (!all(named)) {
    in_place <- length(given) == length(columns) && all(given[named] == columns[named])
    if (!in_place) refuse_columns(given[named], columns, argument, .call)
    return(x)
  }
  if (identical(as.character(given), as.character(columns))) {
    return(x)
  }
  if (!all(columns %in% given)) {
    refuse_columns(given, columns, argument, .call)
  }
  if (length(dim(x)) == 2) {
    return(x[, columns, drop = FALSE])
  }
  everything <- rep(list(TRUE), length(dim(x)) - 1)
  do.call(`[`, c(list(x), everything, list(columns, drop = FALSE)))
}

check_repeated <- function(names, argument, .call) {
  if (!anyDuplicated(names)) {
    return(invisible())
  }
  abort_data(
    sprintf(
      "'%s' has several columns with the name '%s'.", argument, names[anyDuplicated(names)]
    ),
    argument,
    received = names,
    hint = "Give each column a name of its own; a matrix may have none, and goes by place.",
    .call = .call
  )
}

refuse_columns <- function(given, columns, argument, .call) {
  missing <- setdiff(columns, given)
  beside <- setdiff(given, columns)
  abort_data(
    sprintf(
      "'%s' has no column %s, which the model was fitted with%s.",
      argument, few_names(if (length(missing)) missing else columns),
      if (length(beside)) sprintf("; it has %s instead", few_names(beside)) else ""
    ),
    argument,
    received = given,
    expected = columns,
    hint = sprintf(
      "The model takes the columns %s; `unname()` has a matrix go by place.", few_names(columns)
    ),
    .call = .call
  )
}

few_names <- function(names, shown = 12) {
  if (length(names) <= shown) {
    return(listing(names, "and"))
  }
  first <- paste0("'", names[seq_len(shown)], "'", collapse = ", ")
  sprintf("%s and %d others", first, length(names) - shown)
}

# Data for several inputs or outputs in a list: names go before places, and must be once each.
check_part_names <- function(given, known, argument, .call) {
  named <- given[nzchar(given)]
  if (anyDuplicated(named)) {
    abort_data(
      sprintf("'%s' names '%s' twice.", argument, named[anyDuplicated(named)]),
      argument,
      received = given, .call = .call
    )
  }
  places <- match(given, known)
  elsewhere <- which(!is.na(places) & places != seq_along(given))
  if (length(named) < length(given) && length(elsewhere)) {
    first <- elsewhere[1]
    abort_data(
      sprintf(
        "'%s' gives '%s' at place %d, but it is number %d, and not all parts have names.",
        argument, given[first], first, places[first]
      ),
      argument,
      received = given,
      expected = known,
      hint = "Name all parts, or none.",
      .call = .call
    )
  }
}

# What was learned of a part, by its name or by its place.
known_part <- function(known, key, place) {
  if (is.null(names(known)) || !(as.character(key) %in% names(known))) {
    return(if (place <= length(known)) known[[place]])
  }
  known[[as.character(key)]]
}
