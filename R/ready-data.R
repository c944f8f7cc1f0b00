# How ready-made models are given their data: by a formula of two columns, or as `x` and `y`.

# The two sides of a formula `outcome ~ input` in a data frame, with what they are called.
formula_sides <- function(formula, data, what, .call) {
  data <- training_part(data, .call)
  if (length(formula) != 3) {
    abort_rdeep(
      "argument",
      "The formula must have two sides: the outcome, and the column that it is predicted from.",
      argument = "formula",
      received = formula,
      hint = sprintf("Such as `%s`.", what),
      call = .call
    )
  }
  if (!is.null(data) && !is.data.frame(data)) {
    abort_data(
      sprintf("'data' must be a data frame, not %s.", describe(data)), "data",
      received = data, .call = .call
    )
  }
  input <- formula[[3]]
  if (identical(input, quote(.))) {
    others <- setdiff(names(data), all.vars(formula[[2]]))
    input <- if (length(others) == 1) as.name(others) else input
  }
  if (is.name(input) && !identical(input, quote(.))) {
    return(list(
      x = side_value(input, data, formula, .call), x_name = as.character(input),
      y = side_value(formula[[2]], data, formula, .call), y_name = deparse1(formula[[2]])
    ))
  }
  abort_rdeep(
    "argument",
    sprintf(
      "The right side of the formula must be one column, not `%s`: other columns are not used.",
      deparse1(formula[[3]])
    ),
    argument = "formula",
    received = formula,
    hint = sprintf("Such as `%s`.", what),
    call = .call
  )
}

side_value <- function(side, data, formula, .call) {
  tryCatch(
    eval(side, data, environment(formula)),
    error = function(error) {
      abort_data(
        sprintf("`%s` is not found in the data: %s.", deparse1(side), conditionMessage(error)),
        "data",
        expected = names(data),
        hint = if (is.name(side)) suggestion(as.character(side), names(data)),
        .call = .call
      )
    }
  )
}

# An outcome as the core takes it: values with `NULL` where one is missing, the levels of a factor
# in order, and whether it is a class or a number.
ready_outcome <- function(y, .call) {
  if (is.factor(y)) {
    return(list(values = texts_for_core(y), levels = as.list(levels(y)), type = "class"))
  }
  if (is.character(y) || is.logical(y)) {
    return(list(values = texts_for_core(y), levels = NULL, type = "class"))
  }
  if (is.numeric(y) && is.null(dim(y))) {
    return(list(values = array(as.double(y)), levels = NULL, type = "number"))
  }
  abort_data(
    sprintf("'y' must be a factor, text or numbers, not %s.", describe(y)), "y",
    received = y, .call = .call
  )
}

# Text as the core takes it, in UTF-8, with `NULL` for what is missing.
texts_for_core <- function(x) {
  texts <- as.list(enc2utf8(as.character(x)))
  texts[is.na(x)] <- list(NULL)
  texts
}

# Predictions of classes or numbers, as the core gives them, as a tibble.
outcome_columns <- function(object, response, type) {
  levels <- object$outcome$levels
  if (object$outcome$type == "number") {
    return(tibble::tibble(.pred = as.vector(response)))
  }
  if (type == "class") {
    place <- max.col(response, ties.method = "first")
    return(tibble::tibble(.pred_class = factor(levels[place], levels = levels)))
  }
  named_columns(response, paste0(".pred_", levels))
}

# The type of prediction that was asked for; `types` are those that there are, the default first.
ready_type <- function(type, types, .call) {
  known <- c(numeric = "response", pred_int = "interval")
  if (is_single(type) && type %in% names(known)) type <- known[[type]]
  one_of(type %||% types[1], types, "type", .call)
}

# The layers that a user brings: a function of a tensor is one of the core's.
network_for_core <- function(network, .call) {
  if (is_plain_function(network)) core_function(network, "network", .call) else network
}
