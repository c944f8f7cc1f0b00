# Networks that are fitted by a formula or a recipe: the design (design.R) gives the matrix
# and the targets, and from here on they are what `fit(model, x, y)` takes.

is_described <- function(x) rlang::is_formula(x) || inherits(x, "recipe")

# What `fit()` was given, with a formula or a recipe and its data turned into arrays. `y`
# may be the data, as in `fit(model, y ~ x, df)`.
fit_input <- function(model, x, y, data, na_action, weights, validation, .call) {
  given <- list(x = x, y = y, sample_weight = weights, validation_data = validation)
  if (!is_described(x)) {
    refuse_misplaced(x, y, data, na_action, .call)
    return(given)
  }
  data <- data_of_formula(y, data, .call)
  columns <- training_columns(model, x, data, na_action, .call)
  design <- columns$design
  refuse_offset(columns, design, .call)
  target <- target_of(columns$outcomes, .call)
  check_model_inputs(model, columns$predictors, design, .call)
  prepare_output(model, target, .call)
  weights <- weights_of_rows(weights, columns$kept, nrow(data), .call) %||% columns$weights
  if (is.data.frame(validation)) {
    validation <- columns_to_score(design, validation, NULL, .call)
    validation <- list(validation$x, validation$y)
  } else {
    refuse_frame_in_list(validation, design, .call)
  }
  list(
    x = as_plain_matrix(columns$predictors),
    y = target$values,
    sample_weight = weights,
    validation_data = validation,
    design = design
  )
}

# A data frame of what the formula reads is no matrix of what it makes.
refuse_frame_in_list <- function(validation, design, .call) {
  first <- if (is_plain_list(validation) && length(validation)) validation[[1]]
  if (!is.data.frame(first) || all(design$columns %in% names(first))) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    "With a formula, 'validation_data' is one data frame, with the outcome in it.",
    argument = "validation_data", received = validation,
    hint = "Write `validation_data = df`, with a column for each variable of the formula.",
    call = .call
  )
}

# `lm()` calls it 'formula', and so may users.
check_fit_dots <- function(..., .call) {
  if ("formula" %in% names(rlang::enquos(...))) {
    abort_rdeep(
      "argument", "There is no argument 'formula': the formula is 'x'.",
      argument = "formula",
      hint = "Write `fit(model, y ~ x, data = df)`.", call = .call
    )
  }
  check_dots(..., .call = .call)
}

data_of_formula <- function(y, data, .call) {
  if (is.null(y) || is.null(data)) {
    return(data %||% y)
  }
  abort_rdeep(
    "argument", "With a formula, the outcome is in the data: 'y' must be left out.",
    argument = "y", received = y,
    hint = "Write `fit(model, y ~ x, data = df)`.", call = .call
  )
}

refuse_misplaced <- function(x, y, data, na_action, .call) {
  if (is_described(y)) {
    what <- if (inherits(y, "recipe")) "recipe" else "formula"
    example <- if (what == "recipe") "recipe" else deparse1(y)
    abort_rdeep(
      "argument", sprintf("The %s comes before the data.", what),
      argument = "x", received = y,
      hint = sprintf("Write `fit(model, %s, data = df)`.", example), call = .call
    )
  }
  if (!is.null(data)) {
    abort_rdeep(
      "argument",
      sprintf("'data' goes with a formula or a recipe, but 'x' is %s.", describe(x)),
      argument = "data", received = x,
      hint = "Write `fit(model, y ~ ., data = df)`, or give `x` and `y`.", call = .call
    )
  }
  if (!identical(na_action, "fail")) {
    abort_rdeep(
      "argument", "'na_action' goes with a formula or a recipe.",
      argument = "na_action", received = na_action,
      hint = "Missing values in `x` and `y` are refused.", call = .call
    )
  }
}

# A model that is fitted on by the formula that it knows keeps its coding: levels, bases of
# polynomials, what stands for missing values.
training_columns <- function(model, x, data, na_action, .call) {
  known <- model_env(model)$design
  same <- rlang::is_formula(x) && !is.null(known$formula) &&
    identical(deparse1(known$formula), deparse1(x))
  if (!same || is.null(data)) {
    return(new_design(x, data, na_action, "traditional", .call = .call))
  }
  check_na_action(na_action, .call)
  known$na_action <- na_action
  columns <- forge_design(known, check_data(data, "formula", .call), TRUE, .call)
  rows <- rows_of_forged(columns, na_action, .call)
  c(take_rows(columns, rows), list(kept = rows, design = known))
}

refuse_offset <- function(columns, design, .call) {
  if (is.null(columns$offset)) {
    return(invisible())
  }
  abort_rdeep(
    "argument", "A network that you build has no place for an offset.",
    argument = "formula", received = design$formula,
    hint = paste(
      "`deep_tabular()` takes offsets; here, use a functional model",
      "with the offset as a second input."
    ),
    call = .call
  )
}

weights_of_rows <- function(weights, kept, rows, .call) {
  if (is.null(weights) || length(weights) != rows) {
    return(weights)
  }
  if (is.null(kept)) {
    abort_rdeep(
      "argument",
      "The recipe takes rows away, so that it is not known which weights stay.",
      argument = "sample_weight",
      hint = "Let `na_action = \"omit\"` take rows away, or do it before.", call = .call
    )
  }
  weights[kept]
}

as_plain_matrix <- function(frame) {
  matrix <- as.matrix(frame)
  dimnames(matrix) <- list(NULL, colnames(matrix))
  matrix
}

check_model_inputs <- function(model, predictors, design, .call) {
  if (!fetch(model, "is_built")) {
    return(invisible())
  }
  shapes <- fetch(model, "input_shapes")
  if (length(shapes) > 1) {
    abort_rdeep(
      "shape",
      sprintf("A %s gives one matrix; the model has %d inputs.", design$kind, length(shapes)),
      argument = "x", received = length(shapes),
      hint = "Give `x` as a list with data for each input.", call = .call
    )
  }
  wanted <- shapes[[1]][-1]
  n <- ncol(predictors)
  if (length(wanted) == 1 && (is.null(wanted[[1]]) || wanted[[1]] == n)) {
    return(invisible())
  }
  shape <- vapply(wanted, function(size) size %||% NA_integer_, 0L)
  shown <- utils::head(names(predictors), 12)
  abort_rdeep(
    "shape",
    sprintf(
      "The %s makes %d %s; the model takes samples of shape (%s).",
      design$kind, n, if (n == 1) "column" else "columns", paste(shape, collapse = ", ")
    ),
    argument = "x", received = n, expected = shape,
    hint = paste0(
      "The columns are ", listing(shown, "and"), if (n > length(shown)) " and others",
      ". Without an `input_shape`, `fit()` finds it."
    ),
    call = .call
  )
}

# New data ----------------------------------------------------------------------

# Is `x` something that the model's design must look at? Matrices of its own columns, as
# somebody may have made by hand, are taken as they are.
needs_design <- function(model, x) {
  design <- model_env(model)$design
  if (is.null(design) || !(is.data.frame(x) || is.matrix(x))) {
    return(FALSE)
  }
  is.data.frame(x) || !(is.null(colnames(x)) || all(design$columns %in% colnames(x)))
}

# A file holds no code: where it could not keep the recipe or the formula, `x` must hold
# the columns that they made.
check_design_kept <- function(model, x, .call) {
  lost <- model_env(model)$lost
  columns <- model_env(model)$learned$x[[1]]$columns
  if (is.null(lost) || !is.data.frame(x) || all(columns %in% names(x))) {
    return(invisible())
  }
  abort_rdeep(
    "data",
    sprintf("The model was fitted by a %s, which its file does not hold.", lost),
    argument = "x", received = names(x), expected = columns,
    hint = paste0(
      "Give the columns that it made, ", listing(columns, "and"),
      "; or keep the model by `saveRDS()`, which keeps the ", lost, "."
    ),
    call = .call
  )
}

# The matrix for predictions, and which of its rows are only there to keep their place.
columns_to_predict <- function(design, data, .call) {
  columns <- forge_design(design, data, .call = .call)
  x <- as_plain_matrix(columns$predictors)
  x[columns$missing, ] <- 0
  list(x = x, missing = columns$missing)
}

# Data to score on: `na_action` is that of the fit.
columns_to_score <- function(design, data, y, .call) {
  columns <- forge_design(design, data, is.null(y), .call)
  if (is.null(y)) {
    rows <- rows_of_forged(columns, design$na_action, .call, new = TRUE)
    columns <- take_rows(columns, rows)
    y <- target_of(columns$outcomes, .call)$values
  } else {
    columns["outcomes"] <- list(columns$predictors[0])
    rows <- seq_len(nrow(columns$predictors))
  }
  list(x = as_plain_matrix(columns$predictors), y = y, rows = rows)
}

blank_rows <- function(values, missing) {
  if (!any(missing)) {
    return(values)
  }
  shape <- dim(values)
  names <- dimnames(values)
  dim(values) <- c(shape[1], prod(shape[-1]))
  values[missing, ] <- NA
  array(values, shape, names)
}
