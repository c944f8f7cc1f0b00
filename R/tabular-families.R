# Families: what kind of outcome there is, which distribution it is given, and the
# numbers that stand for it in the core.

family_names <- c(
  "gaussian", "binomial", "multinomial", "poisson", "negative_binomial", "quantile",
  "cox", "discrete_time"
)
family_aliases <- c(survival = "cox")

count_families <- c("poisson", "negative_binomial")
survival_families <- c("cox", "discrete_time")

# The links of stats' families that the networks have.
family_links <- c(
  gaussian = "identity", binomial = "logit", poisson = "log", negative_binomial = "log"
)

# The name of a family that was given as a name, as a family of stats, or as the
# function that makes one; `NULL` leaves the choice to the outcome.
as_family <- function(family, .call) {
  if (is.null(family)) {
    return(NULL)
  }
  if (is.function(family)) {
    family <- made_family(family)
  }
  if (inherits(family, "family")) {
    return(family_of_stats(family, .call))
  }
  if (!is_single(family) || !is.character(family)) {
    abort_family(
      sprintf("'family' must be the name of a family, not %s.", describe(family)),
      family, .call
    )
  }
  if (family %in% names(family_aliases)) {
    family <- family_aliases[[family]]
  }
  if (!family %in% family_names) {
    abort_family(
      sprintf("There is no family '%s'.", family),
      family, .call,
      hint = suggestion(family, c(family_names, names(family_aliases)))
    )
  }
  family
}

made_family <- function(f) {
  made <- tryCatch(f(), error = function(error) NULL)
  if (inherits(made, "family")) made else f
}

family_of_stats <- function(family, .call) {
  # MASS says "Negative Binomial(2.3)"; the networks estimate the number.
  name <- sub("^negative binomial.*$", "negative_binomial", tolower(family$family))
  if (!name %in% names(family_links)) {
    abort_family(
      sprintf("The family '%s' is not one that networks are trained for.", family$family),
      family, .call
    )
  }
  if (family$link != family_links[[name]]) {
    abort_family(
      sprintf(
        "The family '%s' goes with the link '%s' here, not '%s'.",
        name, family_links[[name]], family$link
      ),
      family, .call,
      hint = "Hidden layers bend the link as the data ask for; other links are not offered."
    )
  }
  name
}

abort_family <- function(message, received, .call, hint = NULL) {
  abort_rdeep(
    "argument",
    message,
    argument = "family",
    received = received,
    expected = family_names,
    hint = hint %||% paste0("The families are ", listing(family_names, "and"), "."),
    call = .call
  )
}

# Outcomes ------------------------------------------------------------------------

# A text outcome names classes. `x` and `y` are as in `fit_tabular()`; returns `y`.
with_text_as_classes <- function(x, y) {
  if (!is_described(x) && is.character(y) && is.null(dim(y))) {
    return(factor(y))
  }
  name <- if (rlang::is_formula(x, lhs = TRUE)) x[[2]]
  if (is.symbol(name) && is.data.frame(y) && is.character(y[[as.character(name)]])) {
    y[[as.character(name)]] <- factor(y[[as.character(name)]])
  }
  y
}

outcome_name <- function(outcomes) {
  names <- sub("^[.]outcome$", "y", names(outcomes))
  if (length(names) == 1) names else sprintf("cbind(%s)", paste(names, collapse = ", "))
}

# The outcome as one vector, factor, `Surv`, or matrix of two columns.
single_outcome <- function(outcomes, .call) {
  if (ncol(outcomes) == 1) {
    return(without_column(outcomes[[1]]))
  }
  if (ncol(outcomes) > 2) {
    abort_data(
      sprintf(
        "There are %d outcomes: %s.", ncol(outcomes), listing(names(outcomes), "and")
      ),
      "y",
      hint = "Fit one model for each; networks of several outputs are made by `keras_model()`.",
      .call = .call
    )
  }
  as.matrix(outcomes)
}

# A matrix of one column is a vector, and `I(y)` what it is without.
without_column <- function(y) {
  if (is.numeric(y) && inherits(y, c("AsIs", "haven_labelled"))) {
    y <- as.vector(unclass(y))
  }
  if (is.data.frame(y)) {
    y <- if (ncol(y) == 1) y[[1]] else as.matrix(y)
  }
  if (is.matrix(y) && !is.object(y) && ncol(y) == 1) y[, 1] else y
}

# What is to be remembered of an outcome: its name, family, kind and levels. The kind
# is "numeric", "class", "proportion" or "survival".
describe_outcome <- function(y, name, family, .call) {
  check_type(y, name, .call)
  if (is.null(family)) {
    family <- family_for(y, name, .call)
  } else {
    check_goes_with(y, name, family, .call)
  }
  levels <- class_levels(y)
  kind <- if (family %in% survival_families) {
    "survival"
  } else if (family %in% c("binomial", "multinomial")) {
    if (is.null(levels)) "proportion" else "class"
  } else {
    "numeric"
  }
  if (kind == "class" && is.ordered(y)) {
    inform(
      sprintf("'%s' is ordered; the order of its levels is not used.", name),
      class = "rdeep_message"
    )
  }
  list(name = name, kind = kind, family = family, levels = if (kind == "class") levels)
}

is_surv <- function(y) inherits(y, "Surv")

class_levels <- function(y) {
  if (is.factor(y)) {
    levels(y)
  } else if (is.logical(y)) {
    c("FALSE", "TRUE")
  } else if (is.character(y)) {
    sort(unique(y))
  }
}

check_type <- function(y, name, .call) {
  if (is.factor(y) && anyNA(levels(y))) {
    abort_data(
      sprintf("The outcome '%s' has NA among its levels: what is missing is no class.", name), "y",
      hint = "Leave such rows out, and the level: `droplevels()`; or give the level a name.",
      .call = .call
    )
  }
  plain <- is.numeric(y) && !is.object(y) && length(dim(y)) %in% c(0, 2)
  if (plain || is_classes(y) || is_surv(y)) {
    return(invisible())
  }
  hint <- if (is.numeric(y) || inherits(y, c("Date", "POSIXct", "difftime"))) {
    sprintf("`as.numeric(%s)` makes numbers of it.", name)
  } else {
    "Numbers, factors, text, TRUE and FALSE, and `survival::Surv()` can be outcomes."
  }
  abort_data(
    sprintf("The outcome '%s' is %s.", name, describe(y)), "y",
    received = y, hint = hint, .call = .call
  )
}

family_for <- function(y, name, .call) {
  if (is_surv(y)) {
    "cox"
  } else if (is_classes(y)) {
    if (length(class_levels(y)) > 2) "multinomial" else "binomial"
  } else if (is.matrix(y)) {
    check_two_columns(y, name, .call)
    "binomial"
  } else {
    "gaussian"
  }
}

check_two_columns <- function(y, name, .call) {
  counts <- all(is.na(y) | (y >= 0 & y == round(y)))
  if (ncol(y) == 2 && counts) {
    return(invisible())
  }
  abort_data(
    if (ncol(y) == 2) {
      sprintf("The two columns of the outcome '%s' are not counts.", name)
    } else {
      sprintf("The outcome '%s' has %d columns.", name, ncol(y))
    },
    "y",
    hint = paste(
      "An outcome of two columns is `cbind(successes, failures)`, whole numbers from 0;",
      "for several outcomes, fit a model for each."
    ),
    .call = .call
  )
}

# Refuses an outcome that a family has no use for, and names the family to use.
check_goes_with <- function(y, name, family, .call) {
  wanted <- outcome_kinds[[family]]
  have <- if (is_surv(y)) {
    "times"
  } else if (is_classes(y)) {
    if (length(class_levels(y)) > 2) "classes" else "two classes"
  } else if (is.matrix(y)) {
    check_two_columns(y, name, .call)
    "two columns"
  } else {
    "numbers"
  }
  if (have %in% wanted) {
    return(invisible())
  }
  better <- switch(have,
    times = "cox", classes = "multinomial", numbers = "gaussian", "binomial"
  )
  abort_data(
    sprintf(
      "The family '%s' is for %s; the outcome '%s' is %s.",
      family, family_purposes[[family]], name, describe_kind(y, have)
    ),
    "family",
    received = family,
    hint = goes_with_hint(family, have, better, name),
    .call = .call
  )
}

outcome_kinds <- list(
  gaussian = "numbers",
  binomial = c("two classes", "two columns", "numbers"),
  multinomial = c("classes", "two classes"),
  poisson = "numbers",
  negative_binomial = "numbers",
  quantile = "numbers",
  cox = "times",
  discrete_time = "times"
)

family_purposes <- list(
  gaussian = "numbers",
  binomial = "two classes, shares, or `cbind(successes, failures)`",
  multinomial = "classes",
  poisson = "counts",
  negative_binomial = "counts",
  quantile = "numbers",
  cox = "survival times",
  discrete_time = "survival times"
)

describe_kind <- function(y, have) {
  switch(have,
    times = "a survival time",
    "two columns" = "a matrix of two columns",
    numbers = "a number",
    if (is.factor(y)) {
      sprintf("a factor of %d levels", nlevels(y))
    } else if (is.logical(y)) {
      "TRUE or FALSE"
    } else {
      sprintf("text with %d different values", length(class_levels(y)))
    }
  )
}

goes_with_hint <- function(family, have, better, name) {
  if (family %in% survival_families) {
    return("`survival::Surv(time, event)` makes an outcome of times.")
  }
  if (family == "multinomial" && have == "numbers") {
    return(sprintf("`factor(%s)` makes classes of numbers.", name))
  }
  sprintf("Use the family '%s', or leave 'family' out.", better)
}
