# What R knows of a `deep_tabular`, as plain data that travels in the file of the core's
# object, and the object made again of both. The core keeps the outcome and the held-out
# predictions; the predictors and the fitted values stay out of the file.

# The core's object, ready to be saved.
annotated_tabular <- function(object, .call) {
  pointer <- tabular_pointer(object, .call)
  annotations <- list(deep_tabular = tabular_to_data(object, .call))
  assign_attribute(pointer, "annotations", annotations)
}

tabular_from_core <- function(pointer, .call) {
  guard_file(tabular_again(pointer, .call), .call)
}

tabular_again <- function(pointer, .call) {
  searched <- inherits(pointer, core_auto_class)
  data <- fetch(pointer, "annotations", .call)$deep_tabular
  design <- design_from_data(data$design, .call)
  if (is.null(design)) {
    abort_rdeep(
      "file",
      "The file holds a tabular model that `deep_tabular()` did not make.",
      argument = "filepath",
      hint = if (searched) {
        "Python reads it: `rdeep.auto.load_auto(path)`."
      } else {
        "Python reads it: `rdeep.tabular.load_tabular(path)`."
      },
      call = .call
    )
  }
  rows <- list(
    outcome = outcome_from_data(data$outcome),
    lookup = lapply(data$lookup, code_from_data),
    target = call_method(pointer, "outcome", .call = .call),
    # That there was one is known, not what it was.
    offset = if (data$shifted) double()
  )
  settings <- settings_from_data(data$settings)
  rows$prior <- prior_from_core(pointer, data$mean_weight, settings, rows, .call)
  name <- if (searched) "deep_auto" else "deep_tabular"
  call <- call_from_data(data$call, name)
  object <- new_deep_tabular(pointer, call, settings, design, rows)
  object <- with_training_records(object, .call)
  if (searched) object <- as_deep_auto(object, .call)
  object$left_out <- if (!is.null(data$left_out)) matrix(data$left_out)
  object$calibration <- calibration_from_data(data$calibration)
  object$conformal <- conformal_from_data(data$conformal)
  object
}

tabular_to_data <- function(object, .call) {
  check_design_plain(object, .call)
  list(
    call = call_to_data(object$call),
    settings = settings_to_data(object$settings),
    outcome = outcome_to_data(object$outcome),
    lookup = lapply(object$lookup, code_to_data),
    shifted = !is.null(object$offset),
    mean_weight = if (!is.null(object$weights)) mean(training_weights(object, .call)),
    design = design_to_data(object$design),
    left_out = if (all(is.na(object$held_out$member))) as.vector(leave_one_out(object, .call)),
    calibration = calibration_to_data(object$calibration),
    conformal = conformal_to_data(object$conformal)
  )
}

# Without its design a tabular model could not be given new data.
check_design_plain <- function(object, .call) {
  design <- object$design
  plain <- is_plain_design(design)
  code <- Filter(Negate(is_plain_code), Filter(Negate(is.null), object$lookup))
  if (plain && length(code) == 0) {
    return(invisible())
  }
  what <- if (design$kind == "recipe") {
    "The model's recipe"
  } else if (!plain) {
    sprintf("The model's formula `%s`", deparse1(design$formula))
  } else {
    sprintf("The model's '%s', `%s`,", names(code)[1], deparse1(code[[1]]))
  }
  abort_rdeep(
    "file",
    paste(what, "cannot be kept in a file, which holds data and no code."),
    argument = "model",
    hint = paste(
      "`saveRDS()` keeps it. Files keep columns and formulas with functions such as",
      "`log()`, `factor()` and `I()`."
    ),
    call = .call
  )
}

# Calls ---------------------------------------------------------------------------

# `do.call()` puts whole data frames into a call: their arguments' names stand for them.
call_to_data <- function(call) {
  for (name in names(call)[-1]) {
    value <- call[[name]]
    short <- is.language(value) || (is.atomic(value) && length(value) <= 20)
    if (!short) {
      call[[name]] <- as.name(name)
    }
  }
  deparse1(call)
}

# It is shown, and `update()` evaluates it: so it is made anew of names, constants and calls
# of harmless functions. What is anything else was not kept, and `update()` asks for it.
call_from_data <- function(text, name = "deep_tabular") {
  call <- tryCatch(str2lang(text), error = function(error) NULL)
  ours <- rlang::is_call(call, name, ns = c("", "rdeep"))
  if (!ours) {
    return(call(name))
  }
  arguments <- lapply(as.list(call)[-1], function(argument) {
    if (is_plain_argument(argument)) argument else not_kept
  })
  head <- if (is.symbol(call[[1]])) as.name(name) else call("::", quote(rdeep), as.name(name))
  as.call(c(head, arguments))
}

not_kept <- as.name("<not kept>")

# Parts of the caller's objects may be named as well: `table$y`, `table[c("a", "b")]`.
is_plain_argument <- function(argument) {
  if (rlang::is_missing(argument)) {
    return(FALSE)
  }
  functions <- functions_of(argument)
  !anyNA(functions) && all(functions %in% c(plain_functions, "$", "[", "[[", "list"))
}

check_kept <- function(call, .call) {
  lost <- vapply(as.list(call)[-1], identical, NA, not_kept)
  if (any(lost)) {
    name <- names(lost)[lost][1]
    named <- length(name) && nzchar(name)
    abort_rdeep(
      "argument",
      sprintf(
        "The file of the model did not keep %s of its call: files hold no code.",
        if (named) sprintf("'%s'", name) else "all"
      ),
      argument = if (named) name,
      hint = sprintf(
        "Give it by its name: `update(model, %s = ...)`.", if (named) name else "data"
      ),
      call = .call
    )
  }
}

# Settings and the outcome --------------------------------------------------------

# Lists, because a vector of one string would come back as a string.
settings_to_data <- function(settings) {
  if (!is.null(names(settings$class_weights))) {
    settings$class_weights <- as.list(settings$class_weights)
  }
  settings
}

settings_from_data <- function(settings) {
  settings["hidden_units"] <- list(
    if (!is.null(settings$hidden_units)) as.list(settings$hidden_units)
  )
  settings["class_weights"] <- list(unlist(settings$class_weights))
  settings
}

outcome_to_data <- function(outcome) {
  outcome["levels"] <- list(if (!is.null(outcome$levels)) as.list(outcome$levels))
  outcome
}

outcome_from_data <- function(outcome) {
  outcome["levels"] <- list(if (!is.null(outcome$levels)) as.character(outcome$levels))
  outcome
}

# Weights -------------------------------------------------------------------------

# Those of training, which the core divides by their mean.
training_weights <- function(object, .call) {
  by_class <- weights_of_classes(
    object$settings$class_weights, object$target, object$outcome, .call
  )
  product(object$weights, by_class)
}

# The weights as the user gave them, of those of the core. Where those of classes are zero
# nothing is left of them.
prior_from_core <- function(pointer, mean_weight, settings, rows, .call) {
  if (is.null(mean_weight)) {
    return(NULL)
  }
  weights <- as.vector(call_method(pointer, "weights", .call = .call)) * mean_weight
  by_class <- weights_of_classes(settings$class_weights, rows$target, rows$outcome, .call)
  if (is.null(by_class)) weights else ifelse(by_class > 0, weights / by_class, 0)
}

# Calibration and intervals -------------------------------------------------------

calibration_to_data <- function(calibration) {
  if (identical(calibration$method, "platt")) {
    calibration$map <- lapply(calibration$map, as.list)
  }
  calibration
}

calibration_from_data <- function(calibration) {
  if (identical(calibration$method, "platt")) {
    calibration$map <- lapply(calibration$map, unlist)
  }
  calibration
}

conformal_to_data <- function(conformal) {
  if (!is.null(conformal)) {
    conformal$columns <- ncol(conformal$prediction)
    conformal$prediction <- as.vector(conformal$prediction)
  }
  conformal
}

conformal_from_data <- function(data) {
  if (is.null(data)) {
    return(NULL)
  }
  list(
    prediction = matrix(data$prediction, ncol = data$columns),
    target = data$target,
    member = data$member
  )
}
