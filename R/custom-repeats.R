# Steps of the user's that the core may repeat without R: those whose code does nothing but ask the
# core for tensors. What a step asks for is noted while R runs it (`bridge/repeating.py`); whether
# it does anything besides is read from its code here. What is not known to be harmless is not
# repeated: a counter, something printed, an object of Python's, a function of another package.

# What repeats the steps of a training. `distrust()` is for whenever code of the user's has run,
# which may have changed what steps find: then R runs the next step, and the core compares.
new_repeats <- function(model) {
  repeaters <- new.env(parent = emptyenv())
  list(
    of = function(name, .call) {
      if (!exists(name, repeaters, inherits = FALSE)) {
        known <- asks_only(model_env(model)$self[[name]], model)
        repeaters[[name]] <- if (known) {
          call_core("repeater", model = model, name = name, .call = .call)
        }
      }
      repeaters[[name]]
    },
    distrust = function() rm(list = ls(repeaters), envir = repeaters)
  )
}

# Whether a function does nothing but compute, of its arguments and of what stays the same.
asks_only <- function(f, model) {
  seen <- new.env(parent = emptyenv())
  seen$functions <- list()
  seen$self <- model_env(model)$self
  seen$methods <- all_methods(model_definition(model))
  tryCatch(harmless_function(f, seen), error = function(error) FALSE)
}

harmless_function <- function(f, seen) {
  if (is.primitive(f) || inherits(f, "rdeep_class")) {
    return(FALSE)
  }
  if (any(vapply(seen$functions, identical, NA, f))) {
    return(TRUE)
  }
  seen$functions <- c(seen$functions, list(f))
  scope <- list(env = environment(f), locals = character(), outer = character(), seen = seen)
  harmless_literal(formals(f), body(f), scope)
}

# A function as it is written: its names are its own, those around it can be changed by `<<-`.
harmless_literal <- function(arguments, body, scope) {
  assigned <- assigned_names(body)
  # Before it is assigned to, a name may be that of something outside.
  if (any(vapply(assigned, is_object_outside, NA, scope))) {
    return(FALSE)
  }
  scope$outer <- c(scope$outer, scope$locals)
  scope$locals <- unique(c(scope$locals, names(arguments), assigned))
  empty <- vapply(as.list(arguments), identical, NA, rlang::missing_arg())
  defaults <- as.list(arguments)[!empty]
  all(vapply(defaults, harmless, NA, scope)) && harmless(body, scope)
}

is_object_outside <- function(name, scope) {
  value <- get0(name, scope$env)
  !name %in% scope$locals && (is.environment(value) || inherits(value, "python.builtin.object")) &&
    !inherits(value, "rdeep_object")
}

# The names that code assigns to, without those of functions within it.
assigned_names <- function(code) {
  if (!is.call(code) || identical(code[[1]], quote(`function`))) {
    return(character())
  }
  names <- unlist(lapply(as.list(code)[-1], function(part) {
    if (is.call(part)) assigned_names(part) else character()
  }))
  head <- if (is.name(code[[1]])) as.character(code[[1]]) else ""
  place <- if (length(code) > 1) code[[2]]
  own <- switch(head,
    "<-" = , "=" = , "for" = if (is.name(place)) as.character(place),
    "%<-%" = setdiff(all.vars(place), ".")
  )
  c(names, own)
}

harmless <- function(code, scope) {
  if (is.name(code)) {
    return(harmless_name(as.character(code), scope))
  }
  if (!is.call(code)) {
    return(is.null(code) || is.atomic(code))
  }
  head <- code[[1]]
  if (!is.name(head)) {
    return(harmless(head, scope) && harmless_arguments(code, scope))
  }
  name <- as.character(head)
  if (name %in% scope$locals) {
    # R passes over what is no function.
    outside <- get0(name, scope$env, mode = "function")
    harmless_outside <- is.null(outside) || harmless_value(outside, scope$seen, name)
    return(harmless_outside && harmless_arguments(code, scope))
  }
  switch(name,
    "function" = harmless_literal(code[[2]], code[[3]], scope),
    "<-" = ,
    "=" = harmless_assignment(code[[2]], code[[3]], scope),
    "<<-" = is.name(code[[2]]) && as.character(code[[2]]) %in% scope$outer &&
      harmless(code[[3]], scope),
    "%<-%" = harmless(code[[3]], scope),
    "for" = harmless(code[[3]], scope) && harmless(code[[4]], scope),
    "$" = harmless_member(code[[2]], as.character(code[[3]]), scope),
    "do.call" = ,
    "Reduce" = ,
    "Filter" = ,
    "Map" = ,
    "lapply" = ,
    "sapply" = ,
    "mapply" = ,
    "vapply" = calls_no_text(name, code) && harmless_head(name, scope) &&
      harmless_arguments(code, scope),
    "::" = identical(code[[2]], quote(rdeep)) &&
      harmless_value(getExportedValue("rdeep", as.character(code[[3]])), scope$seen),
    harmless_head(name, scope) && harmless_arguments(code, scope)
  )
}

# Functions are named by text, too: which they are nobody sees here.
calls_no_text <- function(name, code) {
  arguments <- as.list(code)[-1]
  texts <- vapply(arguments, is.character, NA)
  if (name == "do.call") {
    return(length(arguments) > 0 && is.call(arguments[[1]]) && !any(texts))
  }
  !any(texts[names2(arguments) %in% c("", "f", "FUN")])
}

harmless_arguments <- function(code, scope) {
  all(vapply(as.list(code)[-1], function(argument) {
    identical(argument, rlang::missing_arg()) || harmless(argument, scope)
  }, NA))
}

harmless_name <- function(name, scope) {
  if (name %in% c(scope$locals, "...", "T", "F")) {
    return(TRUE)
  }
  if (is_own_symbol(name, scope)) {
    return(FALSE)
  }
  holder <- holder_of(name, scope$env)
  !is.null(holder) && !bindingIsActive(name, holder) &&
    harmless_value(get(name, holder), scope$seen, name)
}

holder_of <- function(name, env) {
  while (!identical(env, emptyenv())) {
    if (exists(name, env, inherits = FALSE)) {
      return(env)
    }
    env <- parent.env(env)
  }
}

# `self` and `super`, which code may ask for members, and may call, but not hand on.
is_own_symbol <- function(name, scope) {
  name %in% c("self", "super", "private") && !name %in% scope$locals
}

harmless_head <- function(name, scope) {
  if (is_own_symbol(name, scope)) {
    return(TRUE)
  }
  f <- get0(name, scope$env, mode = "function")
  !is.null(f) && harmless_value(f, scope$seen, name)
}

harmless_member <- function(object, name, scope) {
  if (!is.name(object) || !is_own_symbol(as.character(object), scope)) {
    return(harmless(object, scope))
  }
  own <- identical(object, quote(self))
  holder <- if (own) scope$seen$self else get0(as.character(object), scope$env)
  if (inherits(holder, "rdeep_super")) {
    return(harmless_value(attr(holder, "methods")[[name]], scope$seen, name))
  }
  if (!is.environment(holder) || !exists(name, holder, inherits = FALSE)) {
    return(FALSE)
  }
  method <- scope$seen$methods[[name]]
  if (inherits(method, "rdeep_active")) {
    return(harmless_function(enclosed_method(unclass(method), scope$env), scope$seen))
  }
  bindingIsActive(name, holder) || harmless_value(holder[[name]], scope$seen, name)
}

# Parts of what is the step's own may be changed.
harmless_assignment <- function(place, value, scope) {
  while (is.call(place)) {
    known <- as.character(place[[1]]) %in% c("[[", "[", "$", "names")
    parts <- as.list(place)[-(1:2)]
    named <- identical(place[[1]], quote(`$`))
    if (!known || !(named || all(vapply(parts, harmless, NA, scope)))) {
      return(FALSE)
    }
    place <- place[[2]]
  }
  as.character(place) %in% scope$locals && harmless(value, scope)
}

# What a step finds outside: values that nobody can change from within it, and functions.
harmless_value <- function(value, seen, name = "") {
  if (inherits(value, c("rdeep_object", "rdeep_layer", "rdeep_model"))) {
    return(TRUE)
  }
  if (is.function(value)) {
    return(harmless_known(value, name) || !is_packaged(value) && harmless_function(value, seen))
  }
  if (is_plain_list(value)) {
    return(all(vapply(value, harmless_value, NA, seen)))
  }
  is.null(value) || is.atomic(value) && (!is.object(value) || is.factor(value))
}

is_packaged <- function(f) is.primitive(f) || isNamespace(environment(f))

harmless_known <- function(f, name) {
  if (!is.null(attr(f, "of_base"))) {
    return(TRUE)
  }
  base <- get0(name, baseenv(), inherits = FALSE)
  if (name %in% harmless_base && identical(f, base)) {
    return(TRUE)
  }
  if (identical(f, stats::setNames)) {
    return(TRUE)
  }
  own <- topenv()
  known <- name %in% harmless_own || grepl("^(op|random|loss|metric|activation)_", name)
  known && identical(f, get0(name, own, inherits = FALSE))
}

harmless_own <- c("gradients_of", "unpack_x_y_sample_weight", "as_tensor", "shape", "all_dims")

harmless_base <- c(
  "{", "(", "if", "while", "repeat", "break", "next", "return", "invisible", "[", "[[", "c", "list",
  "+", "-", "*", "/", "^", "%%", "%/%", "%*%", "==", "!=", "<", "<=", ">", ">=", "!", "&", "&&",
  "|", "||", ":", "%in%", "length", "lengths", "names", "nrow", "ncol", "NROW", "NCOL", "dim",
  "is.null", "is.list", "is.function", "is.numeric", "is.character", "inherits", "isTRUE",
  "isFALSE", "identical", "seq", "seq_len", "seq_along", "rep", "rev", "unlist", "unname",
  "append", "head", "tail", "paste", "paste0", "sprintf", "as.integer", "as.numeric",
  "as.character", "as.list", "integer", "numeric", "character", "logical", "vector", "matrix",
  "array", "max", "min", "sum", "prod", "mean", "abs", "sqrt", "exp", "log", "round", "floor",
  "ceiling", "sin", "cos", "tanh", "t", "lapply", "vapply", "sapply", "Map", "mapply", "Reduce",
  "Filter", "do.call", "identity", "nchar", "startsWith", "endsWith", "setdiff", "union",
  "intersect", "unique", "which", "any", "all", "is.na", "missing", "stopifnot", "is.environment"
)
