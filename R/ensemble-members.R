# What an ensemble asks of its members: predictions of one kind, classes in one order, the outcome.

member_predictors <- function(members, data, .call) {
  sample <- if (!is.null(data)) data
  Map(function(member, name) {
    as_predictor(member, sample, argument = name, .call = .call)
  }, members, names(members))
}

one_type <- function(predictors, .call) {
  types <- vapply(predictors, `[[`, "", "type")
  other <- match(FALSE, types == types[1])
  if (is.na(other)) {
    return(types[[1]])
  }
  words <- c(class = "classes", number = "numbers")
  abort_rdeep(
    "argument",
    sprintf(
      "Member '%s' predicts %s, and '%s' %s: they cannot be combined.",
      names(types)[1], words[[types[1]]], names(types)[other], words[[types[other]]]
    ),
    argument = names(types)[other],
    call = .call
  )
}

# The classes in the order of the first member that knows them by name; `NULL` if none does.
one_set_of_levels <- function(predictors, .call) {
  named <- Filter(function(p) !is.null(p$levels), predictors)
  if (length(named) == 0) {
    return(NULL)
  }
  levels <- named[[1]]$levels
  for (name in names(named)) {
    if (!setequal(named[[name]]$levels, levels)) {
      abort_rdeep(
        "argument",
        sprintf(
          "Members '%s' and '%s' were fitted to other classes: %s; and %s.",
          names(named)[1], name, listing(levels, "and"), listing(named[[name]]$levels, "and")
        ),
        argument = name,
        hint = "Fit all members to a factor with the same levels.",
        call = .call
      )
    }
  }
  levels
}

# An array: members, rows, and classes or numbers where there are several.
member_predictions <- function(predictors, levels, data, .call) {
  found <- Map(function(predictor, name) {
    values <- tryCatch(predictor$predict(data), error = function(error) {
      abort_rdeep(
        "data",
        sprintf("Member '%s' cannot predict these rows.", name),
        argument = name,
        parent = error,
        call = .call
      )
    })
    if (!is.null(predictor$levels) && !is.null(levels)) {
      values <- values[, match(levels, predictor$levels), drop = FALSE]
    }
    unname(values)
  }, predictors, names(predictors))
  check_alike(found, .call)
  shape <- dim(found[[1]]) %||% length(found[[1]])
  values <- array(unlist(found, use.names = FALSE), c(shape, length(found)))
  aperm(values, c(length(shape) + 1L, seq_along(shape)))
}

check_alike <- function(found, .call) {
  shape <- function(x) paste(dim(x) %||% length(x), collapse = " x ")
  shapes <- vapply(found, shape, "")
  other <- match(FALSE, shapes == shapes[1])
  if (!is.na(other)) {
    abort_rdeep(
      "data",
      sprintf(
        "Members '%s' and '%s' do not predict alike: of the same data they give %s and %s values.",
        names(found)[1], names(found)[other], shapes[1], shapes[other]
      ),
      argument = names(found)[other],
      hint = "A member that leaves rows with missing values out must be given none.",
      call = .call
    )
  }
}

# Without data: predictions of one row, which only say how many classes or numbers there are.
no_predictions <- function(members, predictors, type, levels, .call) {
  widths <- Map(member_width, members, predictors)
  width <- if (length(levels)) length(levels) else max(0L, unlist(widths))
  for (name in names(widths)) {
    wrong <- !is.null(widths[[name]]) && widths[[name]] != width
    if (wrong) {
      abort_rdeep(
        "argument",
        sprintf(
          "Member '%s' predicts %d %s, and others %d.", name, widths[[name]],
          if (type == "class") "classes" else "numbers", width
        ),
        argument = name,
        call = .call
      )
    }
  }
  if (type == "number" && width < 2) array(0, c(length(members), 1)) else {
    array(0, c(length(members), 1, width))
  }
}

# How many classes or numbers a member predicts; `NULL` where only its predictions show that.
member_width <- function(member, predictor) {
  if (!is.null(predictor$levels)) {
    return(length(predictor$levels))
  }
  if (inherits(member, "rdeep_ensemble")) {
    return(member$combination$outputs %||% 1L)
  }
  if (!inherits(member, "rdeep_model")) {
    return(if (predictor$type == "number") 1L)
  }
  units <- utils::tail(unlist(fetch(member, "output_shapes")[[1]]), 1)
  if (predictor$type == "class" && units == 1) 2L else as.integer(units)
}

# Outcomes --------------------------------------------------------------------------

# `y` as it was given, by the name of its column, or as a member's formula has it.
outcome_of_members <- function(members, data, y, .call) {
  if (is_single(y) && is.character(y) && is.data.frame(data) && y %in% names(data)) {
    return(data[[y]])
  }
  if (!is.null(y)) {
    return(y)
  }
  sides <- Filter(Negate(is.null), lapply(members, outcome_side))
  if (length(sides) && is.data.frame(data)) {
    side <- sides[[1]]
    found <- tryCatch(
      eval(side[[1]], data, side[[2]] %||% baseenv()),
      error = function(error) NULL
    )
    if (!is.null(found)) {
      return(found)
    }
  }
  abort_rdeep(
    "argument",
    if (length(sides)) {
      sprintf("The outcome `%s` is not among the data.", deparse1(sides[[1]][[1]]))
    } else {
      "'y' is missing: no member's formula says what the outcome is."
    },
    argument = "y",
    hint = "Give the outcome of the rows as `y`.",
    call = .call
  )
}

# The left side of the formula that a model was fitted by, with its environment.
outcome_side <- function(member) {
  formula <- if (inherits(member, "deep_tabular")) {
    member$design$formula
  } else if (inherits(member, "rdeep_model")) {
    model_env(member)$design$formula
  } else if (inherits(member, "rdeep_ready")) {
    name <- member$facts$y_name
    return(if (!is.null(name)) list(str2lang(name), NULL))
  } else if (inherits(member, "rdeep_ensemble")) {
    sides <- Filter(Negate(is.null), lapply(member$members, outcome_side))
    return(if (length(sides)) sides[[1]])
  } else if (!is.function(member)) {
    tryCatch(stats::formula(member), error = function(error) NULL)
  }
  if (rlang::is_formula(formula) && length(formula) == 3) {
    list(formula[[2]], environment(formula))
  }
}

# The outcome as the core takes it: classes from 0, or numbers.
codes_of_outcome <- function(type, levels, y, predictions, .call) {
  rows <- dim(predictions)[2]
  if (NROW(y) != rows) {
    abort_data(
      sprintf("'y' has %d values, and there are %d rows.", NROW(y), rows), "y",
      .call = .call
    )
  }
  if (anyNA(y)) {
    abort_data(
      sprintf("'y' is missing in row %d.", which(is.na(y))[1]), "y",
      hint = "Leave such rows out.", .call = .call
    )
  }
  known <- new_predictor(type, NULL, levels)
  if (is.logical(y) && !is.null(levels)) y <- as.character(y)
  codes <- outcome_codes(known, y, dim(predictions)[3], .call = .call)
  if (type == "class") codes <- codes - 1L
  if (is.null(dim(codes))) array(codes) else codes
}

# Rows that were fitted to ----------------------------------------------------------

# A member knows its own rows by heart: weights that were found on them favour who knows most.
warn_of_training_rows <- function(members, data) {
  for (name in names(members)) {
    known <- training_rows_of(members[[name]])
    share <- if (!is.null(known)) rows_in_common(data, known)
    if (!is.null(share) && share > 0.5) {
      warn(
        c(
          sprintf(
            "%.0f %% of the rows given are among those that member '%s' was fitted to.",
            100 * share, name
          ),
          i = "Weights are to be found on other rows: keep some aside before the members are fitted."
        ),
        class = c("rdeep_warning_rows", "rdeep_warning")
      )
      return(invisible())
    }
  }
}

training_rows_of <- function(member) {
  if (inherits(member, "deep_tabular")) {
    return(member$data$predictors)
  }
  if (inherits(member, "lm") && is.data.frame(member$model)) {
    return(member$model)
  }
  NULL
}

# The share of rows that are known, by the columns that both have; `NULL` where values repeat, as
# in tables of few categories.
rows_in_common <- function(data, known) {
  if (!is.data.frame(data)) {
    return(NULL)
  }
  plain <- function(x) is.atomic(x) && is.null(dim(x))
  shared <- intersect(names(data)[vapply(data, plain, NA)], names(known)[vapply(known, plain, NA)])
  if (length(shared) < 2 || nrow(data) < 10) {
    return(NULL)
  }
  keys <- function(frame) {
    do.call(paste, c(lapply(frame[shared], function(x) {
      if (is.numeric(x)) signif(as.double(x), 10) else as.character(x)
    }), sep = "\r"))
  }
  own <- keys(data)
  if (anyDuplicated(own) && length(unique(own)) < 0.8 * length(own)) {
    return(NULL)
  }
  mean(own %in% keys(known))
}

# The variance about what members predict, on rows that they have not seen: their mean.
own_variances <- function(members, predictions, type) {
  if (type == "class" || length(dim(predictions)) > 2) {
    return(NULL)
  }
  known <- unlist(lapply(members, own_variance))
  known <- known[is.finite(known)]
  if (length(known)) list(mean(known))
}

own_variance <- function(member) {
  if (inherits(member, "deep_tabular")) {
    errors <- member$held_out$prediction[, 1] - member$target[, 1]
    return(mean(errors^2, na.rm = TRUE))
  }
  if (inherits(member, "rdeep_ready")) {
    return(member$scores$rmse^2)
  }
  if (inherits(member, "rdeep_ensemble")) {
    return(member$combination$variance)
  }
  if (inherits(member, "ranger")) {
    return(member$prediction.error)
  }
  if (inherits(member, "lm")) stats::sigma(member)^2
}
