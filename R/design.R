# From a formula, a recipe, or `x` and `y`, to columns for a model: what was learned of the
# data is kept as a design, which makes the same columns of new data.
#
# hardhat does the work (`mold()`, `forge()`). Around it: what it refuses is said in the
# user's call, text and `factor(x)` in a formula keep their levels, factors their
# contrasts, and missing values are a choice.

# `x` is a formula or a recipe beside its `data`, or predictors beside the outcome. With
# `indicators = "none"` factors stay columns; with "traditional" they become the columns
# that their contrasts say, and all predictors are numbers.
#
# Returns `predictors` and `outcomes` (tibbles), `offset` and `weights` (or NULL), `kept`
# (the numbers of the rows used; NULL where a recipe dropped some itself), and `design`.
new_design <- function(x,
                       data = NULL,
                       na_action = "fail",
                       indicators = "none",
                       intercept = FALSE,
                       .call = caller_env()) {
  rlang::check_installed("hardhat", "to make columns of a data frame.", call = .call)
  check_na_action(na_action, .call)
  source <- design_source(x, data, .call)
  source$predictors <- typed_columns(source$predictors, indicators, .call)
  source$outcomes <- typed_outcomes(source$outcomes, .call)
  rows <- rows_to_use(source, na_action, .call)
  source <- take_rows(source, rows)
  source$predictors <- without_unused_levels(source$predictors, indicators)
  check_one_level(source$predictors, .call)
  fills <- if (indicators == "traditional") learn_fills(source$predictors, na_action)
  filled <- fill_in(source$predictors, fills)
  molded <- mold_columns(source, filled$columns, indicators, intercept, .call)
  parts <- molded$parts
  parts$predictors <- add_columns(parts$predictors, filled$added)
  later <- rows_to_use(parts, na_action, .call, made = TRUE, impute = indicators == "none")
  parts <- take_rows(parts, later)
  check_parts(parts, .call)
  design <- list(
    kind = source$kind,
    formula = source$asked,
    expanded = source$expanded,
    na_action = na_action,
    indicators = indicators,
    intercept = intercept,
    recipe = source$recipe,
    blueprint = molded$blueprint,
    aliases = molded$aliases,
    computed = source$computed,
    fills = fills,
    inputs = source$inputs %||% ptype_of(source$predictors),
    ptypes = list(
      predictors = ptype_of(source$predictors),
      outcomes = ptype_of(source$outcomes)
    ),
    columns = names(parts$predictors),
    outcome = ptype_of(parts$outcomes)
  )
  kept <- if (!isTRUE(source$dropped)) rows[later]
  c(parts, list(kept = kept, design = structure(design, class = "rdeep_design")))
}

# The columns of new data. Rows keep their places; `missing` says which have a missing
# value: in a predictor, the offset, or an outcome that was asked for. `raw` is what the
# formula was applied to.
forge_design <- function(design, new_data, outcomes = FALSE, .call = caller_env()) {
  rlang::check_installed("hardhat", "to make columns of a data frame.", call = .call)
  new_data <- check_new_data(new_data, design, .call)
  baked <- bake_new(new_data, design, outcomes, .call)
  raw <- known_columns_of(baked$data, design, outcomes, .call)
  filled <- fill_in(raw$predictors, design$fills)
  parts <- forge_columns(design, filled$columns, raw$outcomes, .call)
  parts$predictors <- add_columns(parts$predictors, filled$added)
  parts$offset <- parts$offset %||% baked$offset
  parts$weights <- baked$weights
  if (outcomes) {
    parts$outcomes <- known_outcomes(parts$outcomes, design$outcome)
  }
  check_infinite(parts, .call)
  raw <- list(predictors = filled$columns, outcomes = raw$outcomes)
  c(parts, list(missing = missing_rows(parts), raw = raw))
}

# Sources -----------------------------------------------------------------------

# What the columns are made from: `predictors` and `outcomes` before formulas are
# applied, but after recipes are.
design_source <- function(x, data, .call) {
  if (rlang::is_formula(x)) {
    return(formula_source(x, check_data(data, "formula", .call), .call))
  }
  if (inherits(x, "recipe")) {
    return(recipe_source(x, check_data(data, "recipe", .call), .call))
  }
  xy_source(x, data, .call)
}

xy_source <- function(x, y, .call) {
  x <- check_data(x, "x", .call)
  if (is.null(y)) {
    abort_rdeep(
      "argument", "'y' is missing: there is nothing to learn.",
      argument = "y", call = .call
    )
  }
  frame <- is.data.frame(y) || (is.matrix(y) && !inherits(y, "Surv"))
  outcomes <- if (frame) as_frame(y) else tibble::tibble(.outcome = y)
  if (nrow(outcomes) != nrow(x)) {
    abort_rdeep(
      "data",
      sprintf(
        "'x' has %d %s and 'y' has %d %s.", nrow(x), rows_word(nrow(x)),
        nrow(outcomes), if (frame) rows_word(nrow(outcomes)) else "values"
      ),
      argument = "y",
      received = nrow(outcomes),
      expected = nrow(x),
      hint = "Each row of 'x' is a sample, which has one outcome.",
      call = .call
    )
  }
  list(kind = "xy", predictors = x, outcomes = outcomes)
}

recipe_source <- function(recipe, data, .call) {
  rlang::check_installed("recipes", "to use a recipe.", call = .call)
  molded <- guard_hardhat(hardhat::mold(recipe, data), .call)
  if (ncol(molded$outcomes) == 0) {
    abort_rdeep(
      "argument", "The recipe has no outcome.",
      argument = "recipe",
      hint = "Begin it with a formula: `recipe(y ~ ., data = df)`.", call = .call
    )
  }
  extras <- recipe_extras(molded$extras)
  roles <- molded$blueprint$extra_role_ptypes
  beside <- unlist(lapply(unname(roles), as.list), recursive = FALSE)
  beside <- beside[setdiff(names(beside), names(molded$blueprint$ptypes$predictors))]
  list(
    kind = "recipe",
    predictors = molded$predictors,
    outcomes = molded$outcomes,
    offset = extras$offset,
    weights = extras$weights,
    recipe = molded$blueprint,
    # New data must have columns of other roles as well.
    inputs = tibble::as_tibble(c(molded$blueprint$ptypes$predictors, beside)),
    dropped = nrow(molded$predictors) != nrow(data)
  )
}

# Roles of a recipe that are neither predictor nor outcome.
recipe_extras <- function(extras) {
  column <- function(role) {
    values <- extras$roles[[role]]
    # New data may do without case weights.
    if (length(values)) as.double(values[[1]])
  }
  list(offset = column("offset"), weights = column("case_weights"))
}

bake_new <- function(new_data, design, outcomes, .call) {
  if (is.null(design$recipe)) {
    return(list(data = new_data))
  }
  rlang::check_installed("recipes", "to use the model's recipe.", call = .call)
  forged <- guard_hardhat(
    hardhat::forge(new_data, design$recipe, outcomes = outcomes), .call
  )
  data <- forged$predictors
  if (outcomes) {
    data <- tibble::as_tibble(c(data, forged$outcomes))
  }
  c(list(data = data), recipe_extras(forged$extras))
}

# hardhat -----------------------------------------------------------------------

mold_columns <- function(source, predictors, indicators, intercept, .call) {
  formula <- source$formula
  outcomes <- if (!is.null(formula)) source$outcomes
  aliases <- aliases_of(c(names(predictors), names(outcomes)))
  data <- under_alias(c(predictors, outcomes), aliases)
  if (!is.null(formula) || indicators == "traditional") {
    # With an intercept factors get the columns that `lm()` would give them, without one
    # the first factor would get a column for each level.
    blueprint <- hardhat::default_formula_blueprint(
      intercept = indicators == "traditional" || intercept, indicators = indicators
    )
    formula <- flat_sum(formula_under_alias(formula %||% ~., aliases))
    molded <- guard_hardhat(hardhat::mold(formula, data, blueprint = blueprint), .call)
  } else {
    blueprint <- hardhat::default_xy_blueprint(intercept = intercept)
    molded <- guard_hardhat(hardhat::mold(data, NULL, blueprint = blueprint), .call)
  }
  parts <- parts_of(molded, intercept, aliases)
  if (source$kind != "formula") {
    parts$outcomes <- source$outcomes
    parts["offset"] <- list(source$offset)
  }
  parts["weights"] <- list(source$weights)
  list(parts = parts, blueprint = molded$blueprint, aliases = aliases)
}

forge_columns <- function(design, predictors, outcomes, .call) {
  own <- design$kind == "formula"
  wanted <- own && !is.null(outcomes)
  data <- under_alias(c(predictors, if (wanted) outcomes), design$aliases)
  forged <- guard_hardhat(
    hardhat::forge(data, design$blueprint, outcomes = wanted), .call
  )
  parts <- parts_of(forged, design$intercept, design$aliases)
  if (!own) {
    parts["outcomes"] <- list(outcomes)
  }
  parts
}

parts_of <- function(molded, intercept, aliases) {
  predictors <- molded$predictors
  if (!intercept) {
    predictors <- predictors[setdiff(names(predictors), "(Intercept)")]
  }
  names(predictors) <- without_alias(names(predictors), aliases)
  outcomes <- molded$outcomes
  if (!is.null(outcomes)) {
    # The columns of `cbind(a, b)` are called `cbind(a, b).a` by hardhat.
    names(outcomes) <- sub("^cbind\\(.*\\)[.]", "", without_alias(names(outcomes), aliases))
  }
  list(
    predictors = predictors,
    outcomes = outcomes,
    offset = molded$extras$offset[[1]]
  )
}

# hardhat does not know columns again whose names need backticks: it gets other names.
aliases_of <- function(names) {
  odd <- names[make.names(names) != names]
  stats::setNames(sprintf("column.%d.", seq_along(odd)), odd)
}

under_alias <- function(columns, aliases) {
  odd <- names(columns) %in% names(aliases)
  names(columns)[odd] <- aliases[names(columns)[odd]]
  tibble::as_tibble(columns)
}

formula_under_alias <- function(formula, aliases) {
  renamed <- do.call(substitute, list(formula, lapply(aliases, as.name)))
  stats::as.formula(renamed, env = environment(formula))
}

without_alias <- function(names, aliases) {
  for (name in names(aliases)) {
    names <- gsub(aliases[[name]], name, names, fixed = TRUE)
  }
  names
}

# Errors of hardhat, and of what it calls, are the user's: its words, the user's call.
guard_hardhat <- function(code, .call) {
  tryCatch(code, error = function(error) {
    if (inherits(error, "rdeep_error")) {
      stop(error)
    }
    text <- cli::ansi_strip(conditionMessage(error))
    if (grepl("Interaction terms involving factors", text, fixed = TRUE)) {
      abort_interaction(.call)
    }
    if (inherits(error, "vctrs_error_incompatible_type")) {
      abort_other_type(error, .call)
    }
    abort_rdeep(
      "data", sub("\\s+$", "", text),
      hint = hardhat_hint(text), parent = error, call = .call
    )
  })
}

hardhat_hint <- function(text) {
  if (grepl("could not find function \"Surv\"", text, fixed = TRUE)) {
    return("`library(survival)` has it.")
  }
  if (grepl("could not find function", text, fixed = TRUE)) {
    return("Is the package that has it attached?")
  }
  NULL
}

# A column of new data that is of another type than the one that the model was fitted to.
abort_other_type <- function(error, .call) {
  column <- sub("^.*[$]", "", error$x_arg %||% "")
  column <- gsub("`", "", column, fixed = TRUE)
  abort_rdeep(
    "data",
    sprintf(
      "Column '%s' is %s; the model was fitted to %s there.",
      column, type_in_words(error$x), type_in_words(error$to)
    ),
    argument = "new_data",
    column = column,
    hint = if (is.numeric(error$to) && (is.factor(error$x) || is.character(error$x))) {
      numbers_hint(column, error$x)
    },
    call = .call
  )
}

numbers_hint <- function(column, x) {
  if (anyNA(suppressWarnings(as.numeric(as.character(x[!is.na(x)]))))) {
    return("Give the column as it was when the model was fitted.")
  }
  value <- if (is.factor(x)) sprintf("as.character(%s)", column) else column
  sprintf("`as.numeric(%s)` turns it into the numbers that it shows.", value)
}

type_in_words <- function(x) {
  if (is.factor(x)) {
    "a factor"
  } else if (is.character(x)) {
    "text"
  } else if (is.numeric(x) && !is.object(x)) {
    "numbers"
  } else if (is.logical(x)) {
    "TRUE and FALSE"
  } else {
    describe(x)
  }
}

# In words of our own, since hardhat's differ from version to version.
abort_interaction <- function(.call) {
  abort_rdeep(
    "data",
    "The formula has an interaction with a factor, and factors go into this network whole.",
    hint = "Write `a + b`: the network finds interactions by itself.",
    call = .call
  )
}
