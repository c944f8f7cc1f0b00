# Rows split in two, through rsample.

#' Split the rows of a data frame
#'
#' Splits in a part to train on and a part to test on, by rsample: with the same shares of classes
#' in both, by groups that stay together, or in time.
#'
#' A split goes where the data would: `deep_tabular(y ~ ., split)`, and the like of [deep_image()],
#' [deep_text()] and others with a formula, are fitted to its training part alone. What they hold
#' out to stop by is taken from that part, so that the test part stays unseen; it is
#' `rsample::testing(split)`, for `predict()` and for a score. [deep_check_data()] of a split says
#' what is in both parts.
#'
#' @param data A data frame.
#' @param prop The share to train on.
#' @param strata The column whose values both parts have the same shares of: classes, or numbers,
#'   cut at their quartiles. A name, as text or bare; so are the others.
#' @param group The column that says which rows belong together: no group is in both parts, and the
#'   share is that of rows, as nearly as groups allow.
#' @param time The column of times: the later rows are tested on, and rows of one time stay
#'   together.
#' @returns An object of class `rsplit`, with rsample's `training()` and `testing()`.
#' @family checks of data
#' @examplesIf rdeep_available() && requireNamespace("rsample", quietly = TRUE)
#' set.seed(1)
#' split <- data_split(iris, 0.8, strata = Species)
#' table(rsample::testing(split)$Species)
#'
#' # Measurements of one plant belong together.
#' split <- data_split(as.data.frame(CO2), group = Plant)
#' unique(rsample::testing(split)$Plant)
#' @export
data_split <- function(data, prop = 3 / 4, strata = NULL, group = NULL, time = NULL) {
  call <- current_env()
  if (missing(data) || !is.data.frame(data)) {
    abort_data(
      if (missing(data)) {
        "'data' is missing: there is nothing to split."
      } else {
        sprintf("'data' must be a data frame, not %s.", describe(data))
      },
      "data",
      .call = call
    )
  }
  if (!is_single(prop) || !is.numeric(prop) || is.na(prop) || prop <= 0 || prop >= 1) {
    abort_rdeep(
      "argument", sprintf("'prop' must be a number between 0 and 1, not %s.", describe(prop)),
      argument = "prop", received = prop, call = call
    )
  }
  if (nrow(data) < 2) {
    abort_data(
      sprintf("'data' has %d %s: there is nothing to split.", nrow(data), rows_word(nrow(data))),
      "data",
      received = dim(data), .call = call
    )
  }
  rlang::check_installed("rsample", "to split data.", call = call)
  strata <- column_asked(rlang::enquo(strata), names(data), "strata", call)
  group <- column_asked(rlang::enquo(group), names(data), "group", call)
  time <- column_asked(rlang::enquo(time), names(data), "time", call)
  if (!is.null(time)) {
    if (!is.null(group) || !is.null(strata)) {
      abort_rdeep(
        "argument",
        "'time' goes with neither 'group' nor 'strata': rows are split where it is later.",
        argument = "time", call = call
      )
    }
    return(split_in_time(data, prop, time, call))
  }
  if (!is.null(group)) {
    return(split_by_group(data, prop, strata, group, call))
  }
  if (is.null(strata)) {
    return(rsample::initial_split(data, prop))
  }
  tryCatch(
    rsample::initial_split(data, prop, strata = !!strata),
    error = function(error) refuse_split(error, "strata", call)
  )
}

split_by_group <- function(data, prop, strata, group, .call) {
  values <- data[[group]]
  refuse_missing_in(values, group, "group", .call)
  if (length(unique(values)) < 2) {
    abort_data(
      sprintf("'%s' is one group only: it cannot be split.", group), "group",
      received = unique(values), .call = .call
    )
  }
  if (!is.null(strata)) {
    classes <- split(data[[strata]], values, drop = TRUE)
    mixed <- vapply(classes, function(x) length(unique(x)) > 1, NA)
    if (any(mixed)) {
      abort_data(
        sprintf(
          "'%s' is not the same within each group of '%s' (%s): groups cannot be drawn by it.",
          strata, group, listing_of_some(names(mixed)[mixed], 3)
        ),
        "strata",
        hint = "Leave 'strata' out, or make one of the groups' most frequent values.", .call = .call
      )
    }
  }
  train <- drawn_groups(values, if (!is.null(strata)) data[[strata]], prop)
  made_split(data, train)
}

# Groups in random order, until their rows are the share that was asked for; by class, if there are.
drawn_groups <- function(values, classes, prop) {
  group <- match(values, unique(values))
  class <- if (is.null(classes)) rep(1L, length(group)) else match(classes, unique(classes))
  first <- !duplicated(group)
  size <- tabulate(group)
  chosen <- logical(length(size))
  for (each in unique(class)) {
    members <- group[first][class[first] == each]
    members <- members[sample.int(length(members))]
    reached <- cumsum(size[members]) - size[members] / 2
    chosen[members] <- reached <= prop * sum(size[members])
  }
  # Each part has a group at least.
  if (all(chosen)) chosen[which.min(size)] <- FALSE
  if (!any(chosen)) chosen[which.min(size)] <- TRUE
  which(chosen[group])
}

split_in_time <- function(data, prop, time, .call) {
  values <- data[[time]]
  refuse_missing_in(values, time, "time", .call)
  if (is.character(values) || is.factor(values) || is.list(values)) {
    abort_data(
      sprintf("'%s' must hold times, dates or numbers, not %s.", time, describe(values)), "time",
      received = values, hint = "Make it a time first: `as.Date()`, `as.POSIXct()`.", .call = .call
    )
  }
  order <- order(values)
  last <- values[order][max(1, round(prop * length(values)))]
  train <- order[values[order] <= last]
  if (length(train) == length(values)) {
    abort_data(
      sprintf("No row is later than %s: the part to test on would be empty.", format(last)), "prop",
      hint = "A smaller `prop` leaves later rows.", .call = .call
    )
  }
  made_split(data, train, order[values[order] > last])
}

made_split <- function(data, train, test = setdiff(seq_len(nrow(data)), train)) {
  rsample::make_splits(list(analysis = as.integer(train), assessment = as.integer(test)), data)
}

refuse_missing_in <- function(values, name, argument, .call) {
  if (anyNA(values)) {
    abort_data(
      sprintf(
        "'%s' has %d missing %s, the first in row %d.", name, sum(is.na(values)),
        if (sum(is.na(values)) == 1) "value" else "values", which(is.na(values))[1]
      ),
      argument,
      column = name, hint = "Give them a value, or leave these rows out.", .call = .call
    )
  }
}

refuse_split <- function(error, argument, .call) {
  abort_data(
    sprintf("rsample cannot split so: %s", conditionMessage(error)), argument,
    parent = error, .call = .call
  )
}

# What a model is fitted to: of a split its training part.
training_part <- function(data, .call) {
  if (!inherits(data, "rsplit")) {
    return(data)
  }
  rlang::check_installed("rsample", "to use a split.", call = .call)
  rsample::analysis(data)
}
