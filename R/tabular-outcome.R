# An outcome as the numbers that the core takes, and the checks that are due before.
# `record` is what `describe_outcome()` made of the outcome when the model was fitted.

# A list: `values`, a matrix with a row for each row of the data, and `trials`, how many
# there were of a share of successes (`NULL` for other outcomes).
outcome_values <- function(y, record, .call) {
  check_no_gaps(y, record$name, .call)
  if (record$kind == "class") {
    return(list(values = class_numbers(y, record, .call)))
  }
  if (record$kind == "survival") {
    return(list(values = times_and_events(y, record$name, .call)))
  }
  if (record$kind == "proportion") {
    return(shares(y, record$name, .call))
  }
  if (is.factor(y) || !is.numeric(y)) {
    abort_data(
      sprintf("The outcome '%s' is %s, not numbers.", record$name, describe(y)), "y",
      received = y, .call = .call
    )
  }
  if (record$family %in% count_families) {
    check_counts(y, record, .call)
  }
  list(values = as_column(y))
}

as_column <- function(x) matrix(as.double(x), ncol = 1)

check_no_gaps <- function(y, name, .call) {
  wrong <- if (is.double(y)) !is.finite(y) else is.na(y)
  if (!any(wrong)) {
    return(invisible())
  }
  missing <- anyNA(y)
  bad <- if (missing) is.na(y) else wrong
  rows <- if (is.null(dim(bad))) bad else rowSums(bad) > 0
  hint <- if (missing) {
    paste(
      "`na_action = \"omit\"` leaves such rows out; \"impute\" fills predictors in,",
      "never an outcome."
    )
  }
  abort_data(
    sprintf(
      "The outcome '%s' has %d %s value%s, the first in row %d.",
      name, sum(rows), if (missing) "missing" else "infinite",
      if (sum(rows) == 1) "" else "s", which(rows)[1]
    ),
    "y",
    received = sum(rows), hint = hint, .call = .call
  )
}

class_numbers <- function(y, record, .call) {
  codes <- match(as.character(y), record$levels) - 1L
  if (anyNA(codes)) {
    match_levels(factor(y), "y", record$name, record$levels, .call)
  }
  as_column(codes)
}

times_and_events <- function(y, name, .call) {
  if (!is_surv(y) || attr(y, "type") != "right") {
    abort_data(
      if (is_surv(y)) {
        sprintf("The outcome '%s' is censored as '%s'.", name, attr(y, "type"))
      } else {
        sprintf("The outcome '%s' is %s, not a survival time.", name, describe(y))
      },
      "y",
      hint = "Times censored on the right are understood: `survival::Surv(time, event)`.",
      .call = .call
    )
  }
  values <- matrix(as.double(as.matrix(y)), ncol = 2)
  wrong <- which(values[, 1] <= 0)
  if (length(wrong)) {
    abort_data(
      sprintf(
        "Survival times must be positive; '%s' has %s in row %d.",
        name, format(values[wrong[1], 1]), wrong[1]
      ),
      "y",
      received = values[wrong, 1], .call = .call
    )
  }
  values
}

# Shares of successes and how many trials there were: of two columns, or of numbers from
# 0 to 1, whose trials are the weights, as `glm()` has it.
shares <- function(y, name, .call) {
  if (is.matrix(y) && ncol(y) == 2) {
    check_two_columns(y, name, .call)
    trials <- as.double(y[, 1] + y[, 2])
    return(list(
      values = as_column(ifelse(trials > 0, y[, 1] / pmax(trials, 1), 0.5)),
      trials = trials
    ))
  }
  wrong <- which(y < 0 | y > 1)
  if (length(wrong)) {
    abort_data(
      sprintf(
        "The outcome '%s' must lie between 0 and 1; row %d has %s.",
        name, wrong[1], format(y[wrong[1]])
      ),
      "y",
      received = y[wrong],
      hint = paste(
        "For the family 'binomial' a number is a share of successes, with the trials as",
        sprintf("'weights'; `factor(%s)` makes classes of numbers.", name)
      ),
      .call = .call
    )
  }
  list(values = as_column(y))
}

check_counts <- function(y, record, .call) {
  wrong <- which(y < 0 | y != round(y))
  if (length(wrong) == 0) {
    return(invisible())
  }
  abort_data(
    sprintf(
      "Counts are whole numbers from 0; '%s' has %s in row %d.",
      record$name, format(y[wrong[1]]), wrong[1]
    ),
    "y",
    received = y[wrong],
    hint = sprintf(
      "The family '%s' is for counts; 'gaussian' is for numbers of any kind.", record$family
    ),
    .call = .call
  )
}

# Is there anything to learn? For the outcomes that a model is to be fitted to.
check_variation <- function(values, record, .call) {
  first <- values[, 1]
  if (record$kind == "class") {
    check_classes(first, record, .call)
  } else if (record$kind == "survival") {
    if (!any(values[, 2] > 0)) {
      abort_data(
        sprintf("The outcome '%s' has no event: every time is censored.", record$name), "y",
        hint = "In `Surv(time, event)` the event is 1 or TRUE where it happened.",
        .call = .call
      )
    }
  } else if (all(first == first[1])) {
    abort_data(
      sprintf(
        "The outcome '%s' is %s in every row: there is nothing to predict.",
        record$name, format(first[1])
      ),
      "y",
      received = first[1], .call = .call
    )
  }
}

check_classes <- function(codes, record, .call) {
  present <- record$levels[sort(unique(codes)) + 1]
  if (length(present) < 2) {
    abort_data(
      sprintf(
        "The outcome '%s' has one class only, %s: there is nothing to tell apart.",
        record$name, listing(present)
      ),
      "y",
      received = present, expected = record$levels, .call = .call
    )
  }
  absent <- setdiff(record$levels, present)
  if (length(absent)) {
    warn(
      sprintf(
        "No row of '%s' is %s: such a class cannot be learned.", record$name, listing(absent)
      ),
      class = "rdeep_warning"
    )
  }
}
