# A design as plain data, for a model's file, and back. Nothing in a file is run but
# functions of this list, which give for a row what they gave for it before, whatever the
# other rows are; a formula with others is not kept.

plain_functions <- c(
  "~", "+", "-", "*", "/", "^", ":", "%in%", "(", "%%", "%/%", "c", "cbind", "offset",
  "<", ">", "<=", ">=", "==", "!=", "!", "&", "|",
  "I", "log", "log2", "log10", "log1p", "exp", "expm1", "sqrt", "abs", "round", "floor",
  "ceiling", "sin", "cos", "tan", "tanh", "pmin", "pmax", "is.na",
  "factor", "as.factor", "ordered", "as.ordered", "as.numeric", "as.integer",
  "as.character", "as.logical", "Surv", "survival::Surv"
)

# `NULL` if there is no design; only its `kind` if it cannot be kept.
design_to_data <- function(design) {
  if (is.null(design)) {
    return(NULL)
  }
  if (!is_plain_design(design)) {
    return(list(kind = design$kind))
  }
  list(
    kind = design$kind,
    formula = code_to_data(design$expanded),
    asked = code_to_data(design$formula),
    na_action = design$na_action,
    indicators = design$indicators,
    intercept = design$intercept,
    inputs = lapply(as.list(design$inputs), column_to_data),
    outputs = lapply(as.list(design$ptypes$outcomes), column_to_data),
    predictors = lapply(as.list(design$ptypes$predictors), column_to_data),
    outcome = lapply(as.list(design$outcome), column_to_data),
    fills = design$fills
  )
}

is_plain_design <- function(design) {
  if (design$kind == "xy") {
    return(TRUE)
  }
  # By a function of the user's own, `log(x)` may be anything.
  computed <- unlist(unname(design$computed), recursive = FALSE)
  shared <- vapply(computed, function(part) length(ls(part$env)) == 0, NA)
  is_plain_formula(design$expanded) && all(shared)
}

is_plain_formula <- function(formula) !is.null(formula) && is_plain_code(formula)

is_plain_code <- function(code) {
  functions <- functions_of(code)
  !anyNA(functions) && all(functions %in% plain_functions)
}

# The names of the functions that an expression calls; `NA` for a call of anything else.
functions_of <- function(expression) {
  found <- character()
  # A loop down the left side, for long sums (see `joined_terms()`).
  while (is.call(expression) && length(expression) > 1) {
    parts <- as.list(expression)
    found <- c(found, function_of(parts[[1]]), unlist(lapply(parts[-(1:2)], functions_of)))
    expression <- parts[[2]]
  }
  if (is.call(expression)) {
    return(c(found, function_of(expression[[1]])))
  }
  plain <- is.symbol(expression) || is.atomic(expression) || is.null(expression)
  c(found, if (!plain) NA_character_)
}

function_of <- function(head) {
  named <- is.symbol(head) || rlang::is_call(head, "::")
  if (named) deparse1(head, backtick = FALSE) else NA_character_
}

code_to_data <- function(code) {
  if (!is.null(code)) deparse1(code, control = c("keepNA", "keepInteger", "digits17"))
}

# What somebody may have written into a file instead is not taken.
code_from_data <- function(text) {
  code <- if (is_single(text)) tryCatch(str2lang(text), error = function(error) NULL)
  if (is_plain_code(code)) code
}

# What R makes of a file's data fails in as many ways as there are wrong data: all of them
# are the file's error, but for what is said by this package or asks for another one.
guard_file <- function(expression, .call) {
  tryCatch(
    expression,
    error = function(error) {
      if (inherits(error, c("rdeep_error", "rlib_error_package_not_found"))) {
        stop(error)
      }
      abort_rdeep(
        "file",
        "What the file holds of the data that the model was fitted to is damaged.",
        argument = "filepath",
        parent = error,
        call = .call
      )
    }
  )
}

# Columns -------------------------------------------------------------------------

column_to_data <- function(x) {
  if (inherits(x, "Surv")) {
    return(list(type = "survival"))
  }
  if (is.factor(x)) {
    return(factor_to_data(x))
  }
  list(
    type = if (is.logical(x)) "logical" else if (is.character(x)) "text" else "number",
    width = if (is.matrix(x)) ncol(x),
    names = if (is.matrix(x)) as.list(colnames(x))
  )
}

column_from_data <- function(data) {
  switch(data$type,
    number = numbers_from_data(data, 0),
    logical = logical(),
    text = character(),
    factor = factor_from_data(data),
    survival = survival_times(double(), double())
  )
}

# A column of a data frame may be a matrix.
numbers_from_data <- function(data, rows) {
  if (is.null(data$width)) {
    return(double(rows))
  }
  names <- as.character(data$names)
  matrix(0, rows, data$width, dimnames = list(NULL, if (length(names)) names))
}

# As `survival::Surv()` makes them, which may not be installed.
survival_times <- function(time, status) {
  structure(cbind(time = time, status = status), type = "right", class = "Surv")
}

factor_to_data <- function(x) {
  contrasts <- attr(x, "contrasts")
  list(
    type = "factor",
    levels = as.list(levels(x)),
    ordered = is.ordered(x),
    contrasts = if (is.matrix(contrasts)) as.list(as.vector(contrasts)),
    contrast_names = as.list(colnames(contrasts))
  )
}

factor_from_data <- function(data) {
  levels <- as.character(data$levels)
  x <- factor(character(), levels, ordered = isTRUE(data$ordered))
  if (length(data$contrasts)) {
    names <- as.character(data$contrast_names)
    attr(x, "contrasts") <- matrix(
      as.double(data$contrasts),
      nrow = length(levels),
      dimnames = list(levels, if (length(names)) names)
    )
  }
  x
}

frame_from_data <- function(data) {
  tibble::as_tibble(lapply(data, column_from_data), .name_repair = "minimal")
}

# Some rows of columns of these types: a formula without functions that look at other rows
# makes the same columns of any.
sample_of <- function(ptype) {
  tibble::as_tibble(lapply(ptype, sample_column), .name_repair = "minimal")
}

sample_column <- function(x) {
  if (inherits(x, "Surv")) {
    return(survival_times(c(1, 2, 1), c(1, 0, 1)))
  }
  if (is.factor(x)) {
    return(like_factor(factor(rep_len(levels(x), 3), levels(x)), x))
  }
  if (is.matrix(x)) {
    return(matrix(c(1, 2, 1), 3, ncol(x), dimnames = dimnames(x)))
  }
  # 1 and 2 may also say whether an event was seen.
  if (is.logical(x)) c(TRUE, FALSE, TRUE) else c(1, 2, 1)
}

# Designs -------------------------------------------------------------------------

# `NULL` where there was no design, or it is not one that a file can keep.
design_from_data <- function(data, .call) {
  formula <- code_from_data(data$formula)
  known <- identical(data$kind, "xy") || rlang::is_call(formula, "~", n = 2)
  if (!known || is.null(data$na_action)) {
    return(NULL)
  }
  rlang::check_installed("hardhat", "to use the model's columns.", call = .call)
  ptypes <- list(
    predictors = frame_from_data(data$predictors),
    outcomes = frame_from_data(data$outputs)
  )
  computed <- computed_again(formula, names(ptypes$predictors))
  molded <- mold_columns(
    list(
      kind = data$kind,
      formula = formula_to_mold(formula, names(computed), .call),
      outcomes = sample_of(ptypes$outcomes)
    ),
    sample_of(ptypes$predictors), data$indicators, data$intercept, .call
  )
  structure(
    list(
      kind = data$kind,
      formula = formula_of(asked_again(data$asked, formula)),
      expanded = formula_of(formula),
      na_action = data$na_action,
      indicators = data$indicators,
      intercept = data$intercept,
      blueprint = molded$blueprint,
      aliases = molded$aliases,
      computed = list(predictors = computed, outcomes = list()),
      fills = data$fills,
      inputs = frame_from_data(data$inputs),
      ptypes = ptypes,
      columns = c(names(molded$parts$predictors), names(fill_in(list(), data$fills)$added)),
      outcome = frame_from_data(data$outcome)
    ),
    class = "rdeep_design"
  )
}

# As it was written, if that can be a formula of these functions as well.
asked_again <- function(text, formula) {
  asked <- code_from_data(text)
  if (rlang::is_call(asked, "~", n = 2)) asked else formula
}

formula_of <- function(code) {
  if (!is.null(code)) rlang::new_formula(code[[2]], code[[3]], env = globalenv())
}

# The computed columns are those that are called like a call.
computed_again <- function(formula, names) {
  calls <- if (!is.null(formula)) as.list(calls_of(formula[[3]]))
  calls <- Filter(function(call) deparse1(call) %in% names, calls)
  if (length(calls)) {
    names(calls) <- vapply(calls, deparse1, "")
  }
  home <- rlang::new_environment(parent = globalenv())
  lapply(calls, function(call) list(call = call, uses = all.vars(call), env = home))
}

# `Surv()` is found where survival is not attached as well.
formula_to_mold <- function(formula, computed, .call) {
  if (is.null(formula)) {
    return(NULL)
  }
  if (rlang::is_call(formula[[2]], "Surv")) {
    rlang::check_installed("survival", "to use the model's formula.", call = .call)
    formula[[2]][[1]] <- quote(survival::Surv)
  }
  formula[[3]] <- put_computed(formula[[3]], computed)
  formula_of(formula)
}
