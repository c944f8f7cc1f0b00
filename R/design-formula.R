# Formulas for hardhat: what `lm()` would refuse is refused, and what hardhat would is
# made fit where there is a way. `factor(x)`, `x > 3`, a function of the user's own and the
# like are computed here, as columns that are called like the terms they stand for.

formula_source <- function(formula, data, .call) {
  check_two_sided(formula, .call)
  refuse_special_terms(formula, .call)
  terms <- expand_formula(formula, data, .call)
  used <- used_columns(terms, data, .call)
  check_response_alone(terms, used, .call)
  inputs <- ptype_of(data[used$predictors[used$predictors %in% names(data)]])
  terms <- fold_constants(terms, data)
  right <- find_computed(terms[[3]], data, environment(formula), .call)
  left <- find_computed(terms[[2]], data, environment(formula), .call, outcome = TRUE)
  predictors <- compute_columns(data, right, .call)
  outcomes <- compute_columns(data, left, .call)
  hardhat_formula <- rlang::new_formula(
    put_computed(terms[[2]], names(left)),
    put_computed(terms[[3]], names(right)),
    env = environment(formula)
  )
  list(
    kind = "formula",
    # Where the formula was written there may be large data, which would be saved with it.
    asked = rlang::new_formula(formula[[2]], formula[[3]], env = globalenv()),
    expanded = rlang::new_formula(terms[[2]], terms[[3]], env = globalenv()),
    formula = hardhat_formula,
    inputs = inputs,
    computed = list(predictors = right, outcomes = left),
    predictors = predictors[all.vars(hardhat_formula[[3]])],
    outcomes = outcomes[all.vars(hardhat_formula[[2]])]
  )
}

# Checks ------------------------------------------------------------------------

check_two_sided <- function(formula, .call) {
  if (length(formula) < 3) {
    abort_rdeep(
      "argument",
      sprintf("The formula `%s` has no outcome.", deparse1(formula)),
      argument = "formula", received = formula,
      hint = "Name it on the left: `y ~ x`, or `y ~ .` for all other columns.",
      call = .call
    )
  }
  left <- formula[[2]]
  if (is.call(left) && as.character(left[[1]])[1] %in% c("+", "-", "*", "/", "^", ":")) {
    text <- deparse1(left)
    abort_rdeep(
      "argument",
      sprintf("The outcome `%s` can be read in two ways.", text),
      argument = "formula", received = formula,
      hint = sprintf(
        "`I(%s)` is the result of the calculation, `cbind(a, b)` are several outcomes.", text
      ),
      call = .call
    )
  }
}

# What stands for more than a column in the formulas of survival, mgcv and lme4, and would be
# taken for one.
special_terms <- c(
  strata = "A network has no strata: name the column by itself, and hazards depend on it.",
  cluster = "Rows count as independent: leave it out.",
  frailty = "There are no random effects: name the column by itself.",
  tt = "There are no effects that change with time.",
  s = "Hidden layers find curves by themselves: name the column, or write `splines::ns(x)`.",
  te = "Hidden layers find interactions by themselves: name the columns.",
  ti = "Hidden layers find interactions by themselves: name the columns."
)

refuse_special_terms <- function(formula, .call) {
  for (call in calls_of(formula[[3]])) {
    grouped <- identical(call[[1]], quote(`|`)) && is.numeric(call[[2]])
    name <- if (grouped) "frailty" else sub("^.*::", "", deparse1(call[[1]]))
    own <- own_functions(call, environment(formula))
    if (name %in% setdiff(names(special_terms), names(own))) {
      abort_rdeep(
        "argument",
        sprintf("The formula has the term `%s`, which is not understood here.", deparse1(call)),
        argument = "formula", received = formula,
        hint = special_terms[[name]],
        call = .call
      )
    }
  }
}

# With the dot spelt out, and without what was taken away again: `. - x` has no `x`.
expand_formula <- function(formula, data, .call) {
  terms <- guard_hardhat(stats::terms(formula, data = data, keep.order = TRUE), .call)
  if (length(attr(terms, "term.labels")) == 0) {
    abort_rdeep(
      "argument",
      sprintf("The formula `%s` has no predictors.", deparse1(formula)),
      argument = "formula", received = formula,
      hint = "`y ~ .` takes all columns of the data but the outcome.",
      call = .call
    )
  }
  if (attr(terms, "intercept") == 0) {
    abort_rdeep(
      "argument",
      sprintf("The formula `%s` takes the intercept away.", deparse1(formula)),
      argument = "formula", received = formula,
      hint = "Leave that out: a network's layers have a bias of their own.",
      call = .call
    )
  }
  rlang::new_formula(formula[[2]], expanded_terms(terms), env = environment(formula))
}

expanded_terms <- function(terms) {
  expanded <- stats::formula(terms)[[3]]
  variables <- as.list(attr(terms, "variables"))[-1]
  factors <- attr(terms, "factors")
  kept <- lapply(seq_len(ncol(factors)), function(term) {
    Reduce(function(a, b) call(":", a, b), variables[factors[, term] > 0])
  })
  kept <- c(kept, variables[attr(terms, "offset")])
  removed <- setdiff(all.vars(expanded), unlist(lapply(kept, all.vars)))
  if (length(removed)) add_up(kept) else expanded
}

# The columns that each side names, all of which must be there.
used_columns <- function(terms, data, .call) {
  env <- environment(terms)
  sides <- list(outcomes = terms[[2]], predictors = terms[[3]])
  used <- lapply(sides, all.vars)
  for (side in names(sides)) {
    missing <- setdiff(used[[side]], names(data))
    missing <- missing[!vapply(missing, is_constant, NA, sides[[side]], env, nrow(data))]
    if (length(missing)) {
      refuse_unfound(missing, side, data, env, .call)
    }
  }
  used
}

refuse_unfound <- function(missing, side, data, env, .call) {
  elsewhere <- Filter(function(name) exists(name, env, mode = "numeric"), missing)
  abort_rdeep(
    "data",
    sprintf("The following %s were not found in `data`: %s.", side, listing(missing, "and")),
    argument = "data",
    received = missing,
    expected = names(data),
    hint = if (length(elsewhere)) {
      sprintf("%s is in your workspace: make it a column of the data.", listing(elsewhere[1]))
    } else {
      suggestion(missing[1], names(data))
    },
    call = .call
  )
}

check_response_alone <- function(terms, used, .call) {
  both <- intersect(used$outcomes, used$predictors)
  if (length(both) == 0) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf("%s is on both sides of the formula `%s`.", listing(both, "and"), deparse1(terms)),
    argument = "formula",
    received = both,
    hint = "An outcome that helps to predict itself teaches nothing: take it off the right.",
    call = .call
  )
}

# Constants of the workspace ----------------------------------------------------

# A number such as `k` in `poly(x, k)`: an argument of a function, found in the workspace.
is_constant <- function(name, side, env, rows) {
  if (identical(side, as.name(name)) || is_term(name, side)) {
    return(FALSE)
  }
  value <- get0(name, env)
  is.atomic(value) && !is.null(value) && length(value) <= 20 && length(value) != rows
}

operators <- c("+", "-", "*", "/", ":", "^", "%in%", "(")

is_operator <- function(call) {
  is.call(call) && is.symbol(call[[1]]) && as.character(call[[1]]) %in% operators
}

# Is `name` a term by itself, rather than inside a function's call?
is_term <- function(name, side) {
  any(vapply(joined_terms(side), identical, NA, as.name(name)))
}

# What operators join. A sum is nested as deep as it is long: a loop down its left side
# does not run out of stack.
joined_terms <- function(side, joins = is_operator) {
  found <- list()
  while (joins(side)) {
    parts <- as.list(side)[-1]
    found <- c(unlist(lapply(parts[-1], joined_terms, joins), recursive = FALSE), found)
    side <- parts[[1]]
  }
  c(list(side), found)
}

fold_constants <- function(terms, data) {
  names <- setdiff(all.vars(terms), names(data))
  values <- lapply(stats::setNames(names, names), function(name) {
    value <- get(name, environment(terms))
    str2lang(paste(deparse(unname(value)), collapse = ""))
  })
  folded <- do.call(substitute, list(rlang::new_formula(terms[[2]], terms[[3]]), values))
  rlang::new_formula(folded[[2]], folded[[3]], env = environment(terms))
}

# The same predictors, nested as little as can be: hardhat goes down a sum by calling itself,
# for which a few hundred terms were too many.
flat_sum <- function(formula) {
  side <- length(formula)
  formula[[side]] <- add_up(joined_terms(formula[[side]], is_sum))
  formula
}

is_sum <- function(call) rlang::is_call(call, "+", n = 2) || rlang::is_call(call, "(")

add_up <- function(terms) {
  half <- length(terms) %/% 2
  if (half == 0) {
    return(terms[[1]])
  }
  call("+", add_up(terms[seq_len(half)]), add_up(terms[-seq_len(half)]))
}

# Computed columns --------------------------------------------------------------

# The terms that are computed before hardhat sees the formula, by their text: `call`, the
# columns that it `uses`, and an `env` that holds functions of the user's own.
find_computed <- function(side, data, env, .call, outcome = FALSE) {
  found <- list()
  for (call in calls_of(side)) {
    own <- own_functions(call, env)
    if (!length(own) && !(!outcome && needs_computing(call, data, env, .call))) {
      next
    }
    label <- deparse1(call)
    home <- rlang::new_environment(own, parent = globalenv())
    found[[label]] <- list(
      call = call, uses = intersect(all.vars(call), names(data)), env = home
    )
  }
  found
}

# The calls of functions among the terms, without the formula's own operators.
calls_of <- function(side) Filter(is.call, joined_terms(side, holds_terms))

holds_terms <- function(call) is_operator(call) || rlang::is_call(call, "offset")

# Functions that are not in an attached package: hardhat does not see them.
own_functions <- function(call, env) {
  names <- setdiff(all.names(call), all.vars(call))
  found <- list()
  for (name in names) {
    value <- get0(name, env, mode = "function")
    packaged <- get0(name, parent.env(globalenv()), mode = "function")
    if (!is.null(value) && !identical(value, packaged)) {
      found[[name]] <- value
    }
  }
  found
}

# Does a call give classes, which hardhat would find anew in new data, or take a factor, or
# look to hardhat as if it took the intercept away?
needs_computing <- function(call, data, env, .call) {
  if (identical(call[[1]], quote(I)) || any(c("-", "+") %in% all.names(call))) {
    if (takes_intercept(call)) {
      return(TRUE)
    }
  }
  takes_factor <- any(vapply(data[intersect(all.vars(call), names(data))], is_classes, NA))
  # What it warns of it will warn of again.
  takes_factor || is_classes(suppressWarnings(evaluate_column(call, data, env, .call)))
}

is_classes <- function(x) is.factor(x) || is.character(x) || is.logical(x)

takes_intercept <- function(call) {
  if (!is.call(call)) {
    return(FALSE)
  }
  if (as.character(call[[1]])[1] %in% c("+", "-")) {
    numbers <- Filter(is.numeric, as.list(call)[-1])
    if (any(vapply(numbers, function(x) x %in% 0:1, NA))) {
      return(TRUE)
    }
  }
  any(vapply(as.list(call)[-1], takes_intercept, NA))
}

evaluate_column <- function(call, data, env, .call) {
  value <- guard_hardhat(eval(call, as.list(data), env), .call)
  if (NROW(value) != nrow(data)) {
    abort_rdeep(
      "data",
      sprintf(
        "`%s` gives %d values for %d rows of the data.",
        deparse1(call), NROW(value), nrow(data)
      ),
      argument = "formula", received = NROW(value), expected = nrow(data), call = .call
    )
  }
  value
}

compute_columns <- function(data, computed, .call) {
  for (label in names(computed)) {
    part <- computed[[label]]
    value <- evaluate_column(part$call, data[part$uses], part$env, .call)
    class(value) <- setdiff(oldClass(value), "AsIs")
    data[[label]] <- value
  }
  data
}

# The formula with the names of computed columns in place of their calls.
put_computed <- function(side, labels) {
  above <- list()
  while (holds_terms(side)) {
    above <- c(list(side), above)
    side <- side[[2]]
  }
  label <- if (is.call(side)) deparse1(side)
  if (any(label %in% labels)) {
    side <- as.name(label)
  }
  for (call in above) {
    call[[2]] <- side
    call[-(1:2)] <- lapply(as.list(call)[-(1:2)], put_computed, labels = labels)
    side <- call
  }
  side
}
