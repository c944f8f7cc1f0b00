# Classes that are written in other ways: R6's generators, and `%py_class%`. They become classes
# as `Layer()` and its kin make them, by what they inherit from.

# The functions that make classes of a kind.
class_constructors <- function() {
  list(
    layer = Layer, model = Model, callback = Callback, constraint = Constraint,
    loss = Loss, metric = Metric, schedule = new_learning_rate_schedule_class
  )
}

class_of_r6 <- function(generator, .call, convert = FALSE) {
  inherit <- generator$inherit
  methods <- generator$public_methods
  if (convert) methods <- lapply(methods, with_converted_arguments)
  class_of(
    generator$classname %||% "R6",
    members = c(
      methods[setdiff(names(methods), "clone")], generator$public_fields,
      lapply(generator$active, mark_active)
    ),
    private = c(generator$private_methods, generator$private_fields),
    inherit = inherit,
    parent_env = generator$parent_env,
    .call = .call
  )
}

# The class of members whose kind is that of the expression that it inherits from.
class_of <- function(classname, members, private, inherit, parent_env, .call) {
  value <- tryCatch(eval(inherit, parent_env), error = function(condition) condition)
  if (inherits(value, "R6ClassGenerator")) {
    value <- class_of_r6(value, .call)
  }
  name <- base_name(value, inherit)
  kind <- attr(value, "definition")$kind %||%
    if (name %in% names(base_classes)) base_classes[[name]] else
      if (!is.null(layer_function(value, name))) "layer"
  if (is.null(kind) && inherits(value, "python.builtin.type")) {
    return(reticulate::PyClass(classname, with_self(c(members, private)), value))
  }
  if (is.null(value) || identical(kind, "plain")) {
    return(plain_class(classname, members, private, value, parent_env, .call))
  }
  if (is.null(kind)) {
    abort_rdeep(
      "argument",
      sprintf("Class '%s' inherits from what is no class here.", classname),
      argument = "inherit",
      hint = "`inherit` may be a class of your own, or one such as `keras$layers$Layer`.",
      parent = if (inherits(value, "error")) value,
      call = .call
    )
  }
  inherit <- if (inherits(value, "error")) rlang::new_quosure(inherit, parent_env) else value
  class_constructors()[[kind]](
    classname,
    public = members, private = private, inherit = !!inherit, parent_env = parent_env
  )
}

# Methods as Python has them, with the object as their first argument.
with_self <- function(members) {
  lapply(members, function(member) {
    if (is.function(member) && !identical(names(formals(member))[1], "self")) {
      formals(member) <- c(formals(function(self) NULL), formals(member))
    }
    member
  })
}

# A class that inherits from nothing: its objects are environments.
plain_class <- function(classname, members, private, inherit, parent_env, .call) {
  definition <- new_definition(
    classname, list(), members, private, inherit, parent_env, "plain", .call
  )
  make <- function(...) {
    self <- new.env(parent = emptyenv())
    instantiate(definition, list(initialize = function(...) NULL), list2(...), self)
    class(self) <- c(classname, "rdeep_instance")
    self
  }
  as_class(make, definition)
}

#' @export
print.rdeep_instance <- function(x, ...) {
  cat("<object of class ", class(x)[1], ">\n", sep = "")
  invisible(x)
}

# Scripts turn R6 classes into classes of Keras so.
#' @rawNamespace S3method(reticulate::r_to_py, R6ClassGenerator)
r_to_py.R6ClassGenerator <- function(x, convert = FALSE) {
  class_of_r6(x, current_env(), isTRUE(convert))
}

as_r_value <- function(x) if (inherits(x, "python.builtin.object")) py_to_r(x) else x

# A method whose arguments come as R's values, also where its caller has them in Python.
with_converted_arguments <- function(method) {
  arguments <- setdiff(names(formals(method)), c("self", "..."))
  convert <- lapply(arguments, function(name) {
    name <- as.name(name)
    bquote(if (!missing(.(name))) .(name) <- .(as_r_value)(.(name)))
  })
  if (length(arguments)) body(method) <- as.call(c(quote(`{`), convert, body(method)))
  method
}

#' Define a class by its body
#'
#' What is assigned in the body are the methods and values of a class, as given to [Layer()],
#' [Callback()] and their kin; `private$x <- ...` makes private ones. What it inherits from says
#' which kind it is: one of these, by Keras's name (`keras$layers$Layer`), or another class. A class
#' that inherits from nothing has plain objects. An [R6][R6::R6Class()] class becomes such a class
#' by `r_to_py()`.
#'
#' @param spec The class's name, or a call of it with what it inherits from.
#' @param body Assignments within braces.
#' @returns The function that makes objects, invisibly; it is also assigned to its name. That of a
#'   layer's class takes the arguments of `initialize` alone.
#' @family custom classes
#' @examples
#' Counter %py_class% {
#'   initialize <- function(from) self$count <- from
#'   up <- function() self$count <- self$count + 1
#' }
#' counter <- Counter(10)
#' counter$up()
#' counter$count
#' @export
`%py_class%` <- function(spec, body) {
  call <- current_env()
  spec <- substitute(spec)
  body <- substitute(body)
  frame <- parent.frame()
  inherit <- NULL
  if (is.call(spec)) {
    arguments <- as.list(spec)[-1]
    bases <- arguments[!names2(arguments) %in% c("convert", "delay_load")]
    inherit <- if (length(bases)) bases[[1]]
    spec <- spec[[1]]
  }
  if (!is.symbol(spec)) {
    abort_rdeep(
      "argument",
      "`%py_class%` takes a name, or a name with what it inherits from: `Name(Base)`.",
      argument = "spec",
      call = call
    )
  }
  members <- new.env(parent = frame)
  members$private <- new.env(parent = emptyenv())
  eval(body, members)
  private <- as.list(members$private, all.names = TRUE)
  rm(list = "private", envir = members)
  made <- class_of(
    as.character(spec), members_of(members), private, inherit, frame, call
  )
  definition <- attr(made, "definition")
  if (!is.null(definition)) made <- as_class(definition$class$make, definition)
  assign(as.character(spec), made, envir = frame)
  invisible(made)
}

# Values of an environment; active bindings are not read, but kept as such.
members_of <- function(env) {
  names <- ls(env, all.names = TRUE, sorted = FALSE)
  members <- lapply(names, function(name) {
    if (bindingIsActive(name, env)) mark_active(activeBindingFunction(name, env)) else env[[name]]
  })
  stats::setNames(members, names)
}
