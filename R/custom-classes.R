# Classes that users write with `Layer()`, `Loss()` and the like. A class is a list of
# methods; an object is an environment `self`, in which each method finds `self`, `super`
# (the methods of the class that it inherits from) and `private`.

new_definition <- function(classname,
                           methods,
                           public = list(),
                           private = list(),
                           inherit = NULL,
                           parent_env = caller_env(),
                           .call = caller_env()) {
  if (!is_single(classname) || !is.character(classname)) {
    abort_rdeep(
      "argument",
      sprintf("'classname' must be a string, not %s.", describe(classname)),
      argument = "classname",
      received = classname,
      call = .call
    )
  }
  methods <- c(Filter(Negate(is.null), methods), public)
  # Python's names for the two are known too, as in keras3.
  names(methods)[names(methods) == "__init__"] <- "initialize"
  names(methods)[names(methods) == "__call__"] <- "call"
  parent <- if (!is.null(inherit)) inherited_definition(inherit, .call)
  list(
    classname = classname, methods = methods, private = private,
    parent = parent, parent_env = parent_env
  )
}

inherited_definition <- function(inherit, .call) {
  definition <- attr(inherit, "definition")
  if (is.null(definition)) {
    abort_rdeep(
      "argument",
      sprintf("'inherit' must be a class of your own, not %s.", describe(inherit)),
      argument = "inherit",
      received = inherit,
      hint = "It is what `Layer()`, `Loss()` or a function of their kind returned.",
      call = .call
    )
  }
  definition
}

# A function that makes objects, which remembers its class for others to inherit from.
as_class <- function(make, definition) {
  structure(make, definition = definition, class = c("rdeep_class", "function"))
}

#' @export
print.rdeep_class <- function(x, ...) {
  cat("<class ", attr(x, "definition")$classname, ">\n", sep = "")
  invisible(x)
}

# Binds the methods of a class, and those that it inherits, to an object. `base` has what
# every object of the kind can do; it is the last `super`.
bind_methods <- function(definition, self, base, private = new.env(parent = emptyenv())) {
  above <- if (is.null(definition$parent)) {
    base
  } else {
    bind_methods(definition$parent, self, base, private)
  }
  bound <- new.env(parent = emptyenv())
  for (name in names(above)) {
    assign(name, above[[name]], envir = bound)
  }
  enclosing <- list2env(
    list(self = self, super = above, private = private),
    parent = definition$parent_env
  )
  for (name in names(definition$methods)) {
    place_member(name, definition$methods[[name]], enclosing, list(bound, self))
  }
  for (name in names(definition$private)) {
    place_member(name, definition$private[[name]], enclosing, list(private))
  }
  bound
}

place_member <- function(name, value, enclosing, places) {
  active <- inherits(value, "rdeep_active")
  if (is.function(value) && !is_own_object(value)) {
    environment(value) <- enclosing
  }
  for (place in places) {
    if (active) {
      if (exists(name, place, inherits = FALSE)) rm(list = name, envir = place)
      makeActiveBinding(name, unclass(value), place)
    } else {
      assign(name, value, envir = place)
    }
  }
}

is_own_object <- function(x) {
  inherits(
    x, c("rdeep_layer", "rdeep_model", "rdeep_object", "rdeep_class", "python.builtin.object")
  )
}

# An object of a class: `self` with the methods of `base` and of the class. `initialize`
# is called with the arguments, or with none if the class has none of its own.
instantiate <- function(definition, base, arguments, self = new.env(parent = emptyenv())) {
  for (name in names(base)) {
    assign(name, base[[name]], envir = self)
  }
  bound <- bind_methods(definition, self, base)
  do.call(bound[["initialize"]], arguments, quote = TRUE)
  self
}

#' Active bindings (computed members) of a class
#'
#' A function that is marked so stands in a class (such as `Layer()` makes) for a member
#' that is computed each time it is read: `self$width` rather than `self$width()`.
#'
#' @param fn A function without arguments.
#' @param sym A name.
#' @param value A function without arguments.
#' @returns The function, marked. `%<-active%` makes an active binding of that name where
#'   it is called, and returns the function, invisibly.
#' @family custom classes
#' @examples
#' now %<-active% function() Sys.time()
#' now
#' mark_active(function() 1 + 1)
#' @export
mark_active <- function(fn) {
  check_functions(list(fn = fn), current_env())
  structure(fn, class = "rdeep_active")
}

#' @rdname mark_active
#' @export
active_property <- function(fn) mark_active(fn)

#' @rdname mark_active
#' @export
`%<-active%` <- function(sym, value) {
  name <- as.character(substitute(sym))
  check_functions(list(value = value), current_env())
  frame <- parent.frame()
  if (exists(name, frame, inherits = FALSE)) rm(list = name, envir = frame)
  makeActiveBinding(name, value, frame)
  invisible(value)
}
