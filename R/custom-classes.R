# Classes that users write with `Layer()`, `Loss()` and the like. A class is a list of
# methods; an object is an environment `self`, in which each method finds `self`, `super`
# (the methods of the class that it inherits from) and `private`.

# `kind` is what the class makes; `inherit` a quosure, as users may name a class of Python there.
new_definition <- function(classname,
                           methods,
                           public = list(),
                           private = list(),
                           inherit = NULL,
                           parent_env = caller_env(),
                           kind = "layer",
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
  if (is_plain_list(methods$active)) {
    methods <- c(methods[names(methods) != "active"], lapply(methods$active, mark_active))
  }
  names(methods) <- in_r_names(names2(methods))
  if (!all(nzchar(names(methods)))) {
    abort_rdeep(
      "argument",
      sprintf("A method or value of class '%s' has no name.", classname),
      argument = "public",
      call = .call
    )
  }
  inherited <- inherited_from(inherit, kind, .call)
  list(
    classname = classname, kind = kind, methods = methods, private = private,
    parent = inherited$definition, base = inherited$base, parent_env = parent_env,
    # What makes an object of arguments alone; methods find it as `cls`.
    class = new.env(parent = emptyenv())
  )
}

# Python's names for two methods are known too, as in keras3.
in_r_names <- function(names) {
  names[names == "__init__"] <- "initialize"
  names[names == "__call__"] <- "call"
  names
}

# The names of a class and of those that it inherits from, for `inherits()`; what this package makes
# of a user's function has none.
names_of_class <- function(definition) {
  if (is.null(definition$class$make)) {
    return(NULL)
  }
  c(definition$classname, names_of_class(definition$parent))
}

# A function that makes objects, which remembers its class for others to inherit from. `from`
# makes one of arguments alone, where `make` has another in front of them.
as_class <- function(make, definition, from = make) {
  definition$class$make <- from
  structure(make, definition = definition, class = c("rdeep_class", "function"))
}

#' @export
print.rdeep_class <- function(x, ...) {
  cat("<class ", attr(x, "definition")$classname, ">\n", sep = "")
  invisible(x)
}

# `inherits(layer, Class)`, in versions of R that have it.
#' @rawNamespace if (getRversion() >= "4.3.0") S3method(base::nameOfClass, rdeep_class)
nameOfClass.rdeep_class <- function(x) attr(x, "definition")$classname

# What a class can do without an object: make one of what another says of itself.
#' @export
`$.rdeep_class` <- function(x, name) {
  definition <- attr(x, "definition")
  switch(name,
    from_config = function(config) object_of_config(definition, config),
    `__name__` = ,
    classname = definition$classname
  )
}

object_of_config <- function(definition, config) {
  own <- definition
  while (!is.null(own)) {
    method <- own$methods$from_config
    if (is.function(method)) {
      enclosing <- list2env(class_symbols(definition), parent = own$parent_env)
      return(enclosed_method(method, enclosing)(plain_config(config)))
    }
    own <- own$parent
  }
  do.call(definition$class$make, plain_config(config), quote = TRUE)
}

plain_config <- function(config) {
  plain <- as.list(config)
  attributes(plain) <- list(names = names(config))
  plain
}

# A class goes by its name in its methods, and by `cls` as in Python.
class_symbols <- function(definition) {
  make <- definition$class$make
  symbols <- list(make, make, make)
  stats::setNames(symbols, c("cls", "__class__", definition$classname))
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
  super <- super_of(above, definition)
  enclosing <- list2env(
    c(class_symbols(definition), list(self = self, super = super, private = private)),
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

# The methods above a class: `super$call(x)`, and `super()$call(x)` as in Python.
super_of <- function(methods, definition) {
  super <- function(type = NULL, object = NULL) sys.function()
  structure(
    super,
    methods = methods, of = definition$classname, class = "rdeep_super"
  )
}

#' @export
`$.rdeep_super` <- function(x, name) {
  methods <- attr(x, "methods")
  name <- in_r_names(name)
  if (is.null(methods[[name]])) {
    abort_rdeep(
      "argument",
      sprintf("What class '%s' inherits from has no `%s`.", attr(x, "of"), name),
      argument = name,
      hint = paste0("It has ", listing(sort(names(methods)), "and"), "."),
      call = NULL
    )
  }
  methods[[name]]
}

#' @export
`[[.rdeep_super` <- function(x, i, ...) do.call(`$.rdeep_super`, list(x, i))

#' @export
print.rdeep_super <- function(x, ...) {
  cat("<what class ", attr(x, "of"), " inherits from>\n", sep = "")
  invisible(x)
}

place_member <- function(name, value, enclosing, places) {
  active <- inherits(value, "rdeep_active")
  if (is.function(value) && !is_own_object(value)) {
    value <- enclosed_method(value, enclosing)
  }
  for (place in places) {
    if (active) {
      if (exists(name, place, inherits = FALSE)) rm(list = name, envir = place)
      makeActiveBinding(name, active_binding(value, name), place)
    } else {
      assign(name, value, envir = place)
    }
  }
}

# A method finds `self` where it looks for its variables; written as in Python it also has it,
# or its class, as the first argument, which whoever calls it does not give.
enclosed_method <- function(method, enclosing) {
  environment(method) <- enclosing
  if (!is.primitive(method) && names2(formals(method))[1] %in% c("self", "cls")) {
    attributes <- attributes(method)
    formals(method) <- formals(method)[-1]
    attributes(method) <- attributes[names(attributes) != "srcref"]
  }
  method
}

active_binding <- function(value, name) {
  f <- unclass(value)
  if (length(formals(f))) {
    return(f)
  }
  function(value) {
    if (missing(value)) {
      return(f())
    }
    abort_rdeep(
      "argument",
      sprintf("'%s' is computed each time it is read: nothing can be assigned to it.", name),
      argument = name,
      hint = "Its function may take an argument, `value`, which is what is assigned.",
      call = NULL
    )
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
  base$from_config <- function(config) object_of_config(definition, config)
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
#' @param fn A function without arguments; one with an argument `value` is also called, with
#'   it, when something is assigned to the member.
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
