# From a design to a fitted `deep_auto`: the search runs in the core, which R asks to go on.

# The class of the core's object.
core_auto_class <- "rdeep.auto.auto_model.AutoModel"

# Arguments as in `fit_tabular()`.
fit_auto <- function(x, y, source, settings, matched, .call) {
  settings <- checked_auto_settings(settings, .call)
  refuse_texts(x, source, .call)
  given <- with_text_as_classes(x, y)
  design <- new_design(
    x, given,
    na_action = settings$na_action, indicators = "none", .call = .call
  )
  rows <- training_rows(design, source, settings, .call)
  refuse_survival(rows$outcome, .call)
  parts <- core_parts(design$predictors, rows$offset)
  interrupted <- FALSE
  object <- uninterrupted({
    searched <- search_auto(settings, rows, parts, .call)
    found <- if (searched$any) {
      rows$outcome$family <- fetch(searched$pointer, "family_name", .call)
      object <- new_deep_tabular(searched$pointer, matched, settings, design$design, rows)
      object <- with_training_results(object, parts, .call)
      object <- with_rows_used(object, settings, design, rows, source)
      as_deep_auto(object, .call)
    }
    interrupted <- take_interrupt() || searched$interrupted
    found
  })
  if (interrupted) {
    raise_interrupt(object)
  }
  object
}

# The core's object after its search: `pointer`, whether it was `interrupted`, and whether `any`
# candidate was trained.
search_auto <- function(settings, rows, parts, .call) {
  chosen <- choose_backend(settings$backend, settings$device, .call)
  sync_seed(.call)
  family <- settings$family %||% if (rows$outcome$kind != "numeric") rows$outcome$family
  pointer <- call_core(
    "auto",
    family = family,
    time = as_number(settings$time),
    candidates = as_count(settings$candidates),
    architectures = settings$architectures,
    classes = if (identical(family, "multinomial")) length(rows$outcome$levels),
    impute = settings$na_action == "impute",
    backend = chosen$backend,
    device = chosen$device,
    .call = .call
  )
  prepare_core(pointer, parts, rows$target, rows$weights, .call)
  while (!is.null(event <- call_method(pointer, "advance", .call = .call))) {
    if (settings$verbose > 0 && nzchar(event$line)) say(event$line)
  }
  interrupted <- fetch(pointer, "interrupted", .call)
  any <- fetch(pointer, "has_candidate", .call)
  if (any || !interrupted) call_method(pointer, "finish_all", .call = .call)
  if (interrupted) {
    say(if (any) {
      "Interrupted: `rdeep_last_interrupted()` returns the model of what was tried."
    } else {
      "Interrupted in the first epoch: there is no model."
    })
  }
  list(pointer = pointer, interrupted = interrupted, any = any)
}

# The object of a search, with what the core knows of it.
as_deep_auto <- function(object, .call) {
  pointer <- tabular_pointer(object, .call)
  object$search <- list(
    trials = fetch(pointer, "trials_data", .call),
    performance = fetch(pointer, "performance", .call),
    families = fetch(pointer, "family_scores", .call),
    seconds = fetch(pointer, "seconds", .call),
    time = fetch(pointer, "time", .call)
  )
  object$architecture <- "auto"
  class(object) <- c("deep_auto", class(object))
  object
}

checked_auto_settings <- function(settings, .call) {
  actions <- eval(auto_arguments$na_action)
  settings$na_action <- one_of(settings$na_action, actions, "na_action", .call)
  settings["family"] <- list(as_family(settings$family, .call))
  if (!is.null(settings$family) && !settings$family %in% auto_families) {
    abort_rdeep(
      "argument",
      sprintf("`deep_auto()` does not search for models of the family '%s'.", settings$family),
      argument = "family", received = settings$family, expected = auto_families,
      hint = sprintf("`deep_tabular(family = \"%s\")` fits one.", settings$family), call = .call
    )
  }
  check_seconds(settings$time, .call)
  settings["architectures"] <- list(
    if (!is.null(settings$architectures)) as.list(settings$architectures)
  )
  # What `predict(type = "quantile")` gives where it is not asked for others.
  settings$quantile_levels <- c(0.05, 0.5, 0.95)
  settings$architecture <- "auto"
  settings$verbose <- verbosity(settings$verbose, .call)
  check_model_flag(settings, .call)
  settings
}

auto_families <- c("gaussian", "binomial", "multinomial", "poisson", "negative_binomial")

check_seconds <- function(time, .call) {
  if (is_single(time) && is.numeric(time) && is.finite(time) && time > 0) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf("'time' must be a number of seconds above 0, not %s.", describe(time)),
    argument = "time", received = time,
    hint = "Five minutes are `time = 300`; a search of a given length has 'candidates'.",
    call = .call
  )
}

refuse_survival <- function(outcome, .call) {
  if (outcome$kind == "survival") {
    abort_rdeep(
      "argument",
      sprintf("'%s' is a survival time, for which `deep_auto()` does not search.", outcome$name),
      argument = "y",
      hint = "`deep_tabular()` fits survival models.",
      call = .call
    )
  }
}

# Columns that no table's network reads: lists, and texts that are no categories.
refuse_texts <- function(x, source, .call) {
  if (!is.data.frame(source)) {
    return(invisible())
  }
  for (name in read_columns(x, source)) {
    column <- source[[name]]
    what <- if (is.list(column) && !is.data.frame(column)) {
      "is a list"
    } else if (is_prose(column)) {
      "holds texts of several words, different in most rows"
    }
    if (!is.null(what)) {
      abort_data(
        sprintf("Column '%s' %s, which is no category.", name, what), "data",
        received = column,
        hint = paste(
          "`deep_text()` is for texts, `deep_multimodal()` for tables with texts or images;",
          "or leave the column out."
        ),
        .call = .call
      )
    }
  }
}

read_columns <- function(x, source) {
  if (!rlang::is_formula(x)) {
    return(if (is.data.frame(x)) names(x))
  }
  known <- all.vars(x[[length(x)]])
  if (!"." %in% known) {
    return(intersect(known, names(source)))
  }
  setdiff(names(source), if (length(x) == 3) all.vars(x[[2]]))
}

is_prose <- function(column) {
  if (!is.character(column)) {
    return(FALSE)
  }
  texts <- column[!is.na(column)]
  words <- lengths(strsplit(trimws(texts), "[[:space:]]+"))
  length(texts) >= 10 && length(unique(texts)) > length(texts) / 2 && mean(words) >= 4
}
