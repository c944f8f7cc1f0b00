# Spaces of hyperparameters. They are plain lists, and need no Python: the core gets them as data
# (`space_for_core()`), and gives settings back by names (`settings_from_core()`).

#' Spaces of hyperparameters
#'
#' What [tune()] and [deep_tune()] search: a range or a choice for each hyperparameter, by name.
#'
#' A hyperparameter with `when` is asked for with some values of others alone, such as a momentum
#' with one optimizer: `hp_real(0, 0.99, when = list(optimizer = "sgd"))`. It comes after those in
#' the space, and the function has a default for it.
#'
#' Parameters of the package dials, as `dials::learn_rate()`, are taken as well, and so is what
#' `dials::parameters()` returns.
#'
#' @param ... For `search_space()` hyperparameters by name; for `hp_choice()` the values: text,
#'   numbers, or with names any objects, such as `adam = optimizer_adam(0.01)`.
#' @param low,high The ends of a range, which are part of it. For `hp_layers()` those of the layers'
#'   width.
#' @param log Whether values are drawn evenly on a logarithmic scale, as for learning rates.
#' @param step How far whole numbers are apart.
#' @param layers The smallest and the largest number of layers.
#' @param when A named list of the values of other hyperparameters that it is asked for with.
#' @param model The name of a ready-made model, such as `"tabular"`, or its function.
#' @param x A space.
#' @returns `search_space()` and `ready_space()`: a space, which is a list of hyperparameters. The
#'   others: a hyperparameter. The values of `hp_layers()` are vectors with a width for each layer,
#'   all of them equal: `hidden_units` of [deep_tabular()].
#' @family tuning
#' @examples
#' search_space(
#'   learning_rate = hp_real(1e-4, 1e-1, log = TRUE),
#'   units = hp_whole(8, 256, log = TRUE),
#'   activation = hp_choice("relu", "gelu")
#' )
#' @export
search_space <- function(...) as_search_space(list2(...), current_env())

#' @rdname search_space
#' @export
hp_real <- function(low, high, log = FALSE, when = NULL) {
  call <- current_env()
  check_range(low, high, log, FALSE, call)
  new_hyperparameter("real", list(low = low, high = high, log = log), when, call)
}

#' @rdname search_space
#' @export
hp_whole <- function(low, high, log = FALSE, step = 1, when = NULL) {
  call <- current_env()
  check_range(low, high, log, TRUE, call)
  if (!is_whole(step) || length(step) != 1 || step < 1 || (log && step != 1)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'step' must be a whole number%s, not %s.",
        if (log) ": 1 on a logarithmic scale" else ", 1 or more", describe(step)
      ),
      argument = "step", received = step, call = call
    )
  }
  new_hyperparameter("whole", list(low = low, high = high, log = log, step = step), when, call)
}

#' @rdname search_space
#' @export
hp_choice <- function(..., when = NULL) {
  call <- current_env()
  values <- list2(...)
  if (length(values) == 1 && is.null(names(values)) && length(values[[1]]) > 1 &&
    is.atomic(values[[1]])) {
    # As a vector of values.
    values <- as.list(values[[1]])
  }
  if (length(values) == 0) {
    abort_rdeep("argument", "There is nothing to choose from.", argument = "...", call = call)
  }
  labels <- labels_of_values(values, call)
  if (anyDuplicated(labels)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' is among the values more than once.", labels[anyDuplicated(labels)]),
      argument = "...", call = call
    )
  }
  new_hyperparameter("choice", list(values = unname(values), labels = labels), when, call)
}

#' @rdname search_space
#' @export
hp_layers <- function(low, high, layers = c(1, 3), when = NULL) {
  call <- current_env()
  check_range(low, high, TRUE, TRUE, call)
  if (!is_whole(layers) || length(layers) > 2 || any(layers < 1) || layers[1] > rev(layers)[1]) {
    abort_rdeep(
      "argument",
      sprintf(
        "'layers' must be the smallest and the largest number of layers, not %s.",
        describe_numbers(layers)
      ),
      argument = "layers", received = layers, call = call
    )
  }
  options <- list(low = low, high = high, fewest = layers[1], most = rev(layers)[1])
  new_hyperparameter("layers", options, when, call)
}

new_hyperparameter <- function(type, options, when, .call) {
  if (!is.null(when) && !(is_plain_list(when) && rlang::is_named(when))) {
    abort_rdeep(
      "argument",
      sprintf("'when' must be a named list of other hyperparameters' values, not %s.",
        describe(when)
      ),
      argument = "when", received = when,
      hint = "Such as `when = list(optimizer = \"sgd\")`.", call = .call
    )
  }
  structure(c(list(type = type), options, list(when = when)), class = "rdeep_hyperparameter")
}

check_range <- function(low, high, log, whole, .call) {
  for (end in c("low", "high")) {
    value <- get(end)
    fine <- is.numeric(value) && length(value) == 1 && is.finite(value)
    if (!fine || (whole && value != round(value))) {
      abort_rdeep(
        "argument",
        sprintf("'%s' must be a %snumber, not %s.", end, if (whole) "whole " else "",
          describe(value)
        ),
        argument = end, received = value, call = .call
      )
    }
  }
  if (low > high) {
    abort_rdeep(
      "argument", sprintf("The range from %s to %s is empty.", format(low), format(high)),
      argument = "high", received = high, hint = "The smaller end comes first.", call = .call
    )
  }
  if (isTRUE(log) && low <= 0) {
    abort_rdeep(
      "argument",
      sprintf("A range on a logarithmic scale must begin above 0, not at %s.", format(low)),
      argument = "low", received = low,
      hint = "Begin at a small number, such as 1e-6, or leave `log` at FALSE.", call = .call
    )
  }
}

# What values are called: in tables, in plots, and where a search is stored.
labels_of_values <- function(values, .call) {
  given <- rlang::names2(values)
  vapply(seq_along(values), function(i) {
    value <- values[[i]]
    if (nzchar(given[i])) {
      return(given[i])
    }
    if (!is.null(value) && !is.atomic(value)) {
      abort_rdeep(
        "argument",
        sprintf("A value to choose has no name: it is %s.", describe(value)),
        argument = "...", received = value,
        hint = "Text and numbers are their own name; others get one: `adam = optimizer_adam()`.",
        call = .call
      )
    }
    label_of(value)
  }, "")
}

label_of <- function(value) {
  if (is.null(value)) {
    return("NULL")
  }
  if (length(value) != 1) {
    return(sprintf("c(%s)", paste(vapply(value, label_of, ""), collapse = ", ")))
  }
  if (is.numeric(value)) format(value, digits = 15) else as.character(value)
}

# Whatever is a space -----------------------------------------------------------------

as_search_space <- function(space, .call, arguments = NULL) {
  if (inherits(space, "rdeep_search_space")) {
    return(space)
  }
  if (is.data.frame(space) && all(c("id", "object") %in% names(space))) {
    space <- stats::setNames(space$object, space$id)
  }
  if (inherits(space, c("rdeep_hyperparameter", "param")) || !is.list(space)) {
    abort_rdeep(
      "argument",
      sprintf("'space' must be a space, or a named list of hyperparameters, not %s.",
        describe(space)
      ),
      argument = "space", received = space,
      hint = "Such as `search_space(units = hp_whole(8, 64))`.", call = .call
    )
  }
  if (length(space) == 0) {
    abort_rdeep("argument", "The space has no hyperparameters.", argument = "space", call = .call)
  }
  names <- rlang::names2(space)
  if (any(!nzchar(names)) || anyDuplicated(names)) {
    abort_rdeep(
      "argument", "Each hyperparameter of a space needs a name of its own.",
      argument = "space", hint = "Such as `units = hp_whole(8, 64)`.", call = .call
    )
  }
  found <- lapply(names, function(name) as_hyperparameter(space[[name]], name, .call))
  names(found) <- names
  structure(found, class = "rdeep_search_space")
}

as_hyperparameter <- function(x, name, .call) {
  if (inherits(x, "rdeep_hyperparameter")) {
    return(x)
  }
  if (inherits(x, "param") && is.list(x)) {
    return(from_dials(x, name, .call))
  }
  abort_rdeep(
    "argument",
    sprintf("The hyperparameter '%s' must be a range or a choice, not %s.", name, describe(x)),
    argument = name, received = x,
    hint = "Use `hp_real()`, `hp_whole()`, `hp_choice()` or `hp_layers()`.", call = .call
  )
}

# A parameter of dials, by its fields alone. Its range is on the transformed scale.
from_dials <- function(x, name, .call) {
  if (!is.null(x$values)) {
    return(new_hyperparameter(
      "choice", list(values = as.list(x$values), labels = as.character(x$values)), NULL, .call
    ))
  }
  ends <- list(x$range$lower, x$range$upper)
  if (!all(vapply(ends, is.numeric, NA))) {
    abort_rdeep(
      "argument",
      sprintf("The range of the hyperparameter '%s' is not known yet.", name),
      argument = name, received = x,
      hint = "`dials::finalize()` settles it by data; or say it: `dials::mtry(c(1, 10))`.",
      call = .call
    )
  }
  ends <- unlist(ends)
  log <- !is.null(x$trans)
  if (log) ends <- x$trans$inverse(ends)
  whole <- identical(x$type, "integer") || (log && all(ends == round(ends)) && all(ends >= 1))
  if (whole) {
    return(new_hyperparameter(
      "whole", list(low = round(ends[1]), high = round(ends[2]), log = log, step = 1), NULL, .call
    ))
  }
  new_hyperparameter("real", list(low = ends[1], high = ends[2], log = log), NULL, .call)
}

# What dials calls otherwise, where a function has our name and not its.
with_own_names <- function(space, arguments) {
  own <- vapply(tunable_arguments, function(argument) argument$parsnip, "")
  dials <- vapply(tunable_arguments, function(argument) argument$fun, "")
  names(space) <- vapply(names(space), function(name) {
    ours <- names(own)[match(name, own, nomatch = 0)]
    if (!length(ours)) ours <- names(dials)[match(name, dials, nomatch = 0)]
    if (!name %in% arguments && length(ours) && ours %in% arguments) ours else name
  }, "", USE.NAMES = FALSE)
  space
}

#' @rdname search_space
#' @export
ready_space <- function(model = "tabular") {
  call <- current_env()
  found <- deep_function(model, call)
  ready_space_of(found$kind, found$arguments, call)
}

ready_space_of <- function(kind, arguments, .call) {
  data <- call_core("ready_space", kind = kind, arguments = as.list(arguments), .call = .call)
  space <- lapply(data, function(each) {
    if (each$type == "choice") {
      values <- as.list(each$values)
      options <- list(values = values, labels = vapply(values, label_of, ""))
    } else {
      options <- each[names(each) != "type"]
    }
    new_hyperparameter(each$type, options, NULL, .call)
  })
  structure(space, class = "rdeep_search_space")
}

# To the core and back --------------------------------------------------------------------

space_for_core <- function(space) {
  lapply(unclass(space), function(each) {
    options <- unclass(each)
    if (each$type == "choice") {
      options <- list(type = "choice", values = as.list(each$labels))
    }
    options$when <- if (length(each$when)) {
      conditions <- lapply(names(each$when), function(name) {
        as.list(to_labels(space[[name]], each$when[[name]]))
      })
      stats::setNames(conditions, names(each$when))
    }
    options[!vapply(options, is.null, NA)]
  })
}

to_labels <- function(parameter, values) {
  if (!identical(parameter$type, "choice")) {
    return(as.list(values))
  }
  lapply(as.list(values), function(value) if (is.atomic(value)) label_of(value) else value)
}

settings_for_core <- function(settings, space) {
  found <- lapply(names(settings), function(name) {
    parameter <- space[[name]]
    if (is.null(parameter)) return(settings[[name]])
    switch(parameter$type,
      choice = value_label(parameter, settings[[name]]),
      layers = as.list(as.integer(unlist(settings[[name]]))),
      settings[[name]]
    )
  })
  stats::setNames(found, names(settings))
}

value_label <- function(parameter, value) {
  same <- vapply(parameter$values, identical, NA, value)
  # By its name too, and a number of another type.
  if (any(same)) parameter$labels[same][1] else label_of(if (is.list(value)) NULL else value)
}

# Values as a function takes them.
settings_from_core <- function(settings, space) {
  found <- lapply(names(settings), function(name) {
    parameter <- space[[name]]
    value <- settings[[name]]
    switch(parameter$type,
      choice = parameter$values[[match(value, parameter$labels)]],
      layers = as.integer(unlist(value)),
      whole = as.integer(value),
      as.double(value)
    )
  })
  stats::setNames(found, names(settings))
}

#' @rdname search_space
#' @export
print.rdeep_search_space <- function(x, ...) {
  cat(sprintf("A space of %d hyperparameter%s\n", length(x), if (length(x) == 1) "" else "s"))
  names <- format(names(x))
  cat(paste0("  ", names, "  ", vapply(x, describe_hyperparameter, ""), "\n"), sep = "")
  invisible(x)
}

#' @export
print.rdeep_hyperparameter <- function(x, ...) {
  cat(describe_hyperparameter(x), "\n", sep = "")
  invisible(x)
}

describe_hyperparameter <- function(x) {
  log <- if (isTRUE(x$log) || x$type == "layers") ", on a logarithmic scale"
  range <- sprintf("from %s to %s", format(x$low), format(x$high))
  said <- switch(x$type,
    real = paste0("a number ", range, log),
    whole = paste0(
      "a whole number ", range, log, if (x$step != 1) sprintf(", in steps of %s", x$step)
    ),
    choice = paste("one of", paste(x$labels, collapse = ", ")),
    layers = sprintf("%s to %s layers of a width %s%s", x$fewest, x$most, range, log)
  )
  when <- vapply(names(x$when), function(name) {
    sprintf("%s is %s", name, paste(unlist(x$when[[name]]), collapse = " or "))
  }, "")
  paste0(said, if (length(when)) paste0(", when ", paste(when, collapse = " and ")))
}
