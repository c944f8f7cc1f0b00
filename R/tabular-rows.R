# What belongs to rows beside predictors and outcome: weights, weights of classes, offsets.

# The values of an expression for the rows that are used; `NULL` if none was given.
row_values <- function(expression, argument, source, design, .call) {
  if (rlang::quo_is_null(expression)) {
    return(NULL)
  }
  values <- evaluated_rows(expression, argument, as_mask(source), .call)
  if (is.null(values)) {
    return(NULL)
  }
  check_rows(values, argument, nrow(source), .call)
  if (is.null(design$kept)) {
    abort_rdeep(
      "argument",
      sprintf("The recipe leaves rows out, and '%s' cannot tell which.", argument),
      argument = argument,
      hint = "Give the recipe a column with the role \"case_weights\" or \"offset\".",
      call = .call
    )
  }
  as.double(values)[design$kept]
}

as_mask <- function(source) if (is.data.frame(source)) source

evaluated_rows <- function(expression, argument, mask, .call) {
  values <- tryCatch(
    rlang::eval_tidy(expression, data = mask),
    error = function(error) {
      abort_rdeep(
        "argument",
        sprintf("'%s' could not be evaluated: %s.", argument, conditionMessage(error)),
        argument = argument,
        hint = "It is an expression of columns of the data, or numbers, one for each row.",
        call = .call
      )
    }
  )
  # tidymodels marks weights by a class.
  if (inherits(values, "hardhat_case_weights")) as.double(values) else values
}

check_rows <- function(values, argument, n, .call) {
  if (!is.numeric(values) || is.object(values)) {
    column <- is_single(values) && is.character(values)
    abort_rdeep(
      "argument",
      sprintf("'%s' must be numbers, one for each row, not %s.", argument, describe(values)),
      argument = argument,
      received = values,
      hint = if (column) "A column's name stands without quotes here.",
      call = .call
    )
  }
  if (length(values) != n) {
    abort_rdeep(
      "argument",
      sprintf("'%s' has %d values, but the data has %d rows.", argument, length(values), n),
      argument = argument,
      received = length(values),
      expected = n,
      call = .call
    )
  }
  wrong <- which(!is.finite(values))
  if (length(wrong)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'%s' must be finite; row %d has %s.", argument, wrong[1], format(values[wrong[1]])
      ),
      argument = argument,
      received = values[wrong],
      call = .call
    )
  }
}

check_weights <- function(weights, .call) {
  if (is.null(weights)) {
    return(invisible())
  }
  wrong <- which(weights < 0)
  if (length(wrong)) {
    abort_rdeep(
      "argument",
      sprintf(
        "Weights cannot be negative; '%s' has %s in row %d.",
        "weights", format(weights[wrong[1]]), wrong[1]
      ),
      argument = "weights",
      received = weights[wrong],
      call = .call
    )
  }
  if (all(weights == 0)) {
    abort_rdeep(
      "argument",
      "All 'weights' are zero: nothing is left to learn from.",
      argument = "weights",
      received = 0,
      call = .call
    )
  }
}

# The expression of a weight or an offset where it can be evaluated in other data too: when
# it is made of columns alone.
expression_in <- function(expression, source) {
  code <- rlang::quo_get_expr(expression)
  variables <- all.vars(code)
  if (length(variables) && is.data.frame(source) && all(variables %in% names(source))) code
}

# The same for new data: the columns' values there, `NULL` where nothing was asked for.
looked_up <- function(code, argument, new_data, .call) {
  if (is.null(code) || !all(all.vars(code) %in% names(new_data))) {
    return(NULL)
  }
  values <- evaluated_rows(
    rlang::new_quosure(code, baseenv()), argument, as.data.frame(new_data), .call
  )
  check_rows(values, argument, nrow(new_data), .call)
  as.double(values)
}

# A weight for each row by its class; the numbers are given by label, or balance the classes.
weights_of_classes <- function(weights, codes, outcome, .call) {
  if (is.null(weights)) {
    return(NULL)
  }
  if (outcome$kind != "class") {
    abort_class_weights(
      sprintf("'class_weights' is for classes; the outcome '%s' has none.", outcome$name),
      weights, NULL, .call
    )
  }
  levels <- outcome$levels
  place <- codes[, 1] + 1
  if (identical(weights, "balanced")) {
    counts <- tabulate(place, length(levels))
    return(length(place) / (sum(counts > 0) * counts[place]))
  }
  weights <- unlist(weights)
  if (!is.numeric(weights) || is.null(names(weights)) || anyNA(weights) || any(weights < 0)) {
    abort_class_weights(
      "'class_weights' must be \"balanced\", or numbers from 0 with the names of classes.",
      weights, levels, .call
    )
  }
  unknown <- setdiff(names(weights), levels)
  if (length(unknown)) {
    abort_class_weights(
      sprintf(
        "'class_weights' names %s, which is no class of '%s'.",
        listing(unknown, "and"), outcome$name
      ),
      weights, levels, .call
    )
  }
  absent <- setdiff(levels, names(weights))
  if (length(absent)) {
    abort_class_weights(
      sprintf("'class_weights' has no number for %s.", listing(absent, "and")),
      weights, levels, .call
    )
  }
  unname(weights[levels][place])
}

abort_class_weights <- function(message, received, levels, .call) {
  abort_rdeep(
    "argument",
    message,
    argument = "class_weights",
    received = received,
    expected = levels,
    hint = if (length(levels)) paste0("The classes are ", listing(levels, "and"), "."),
    call = .call
  )
}
