# What a class of the user's may inherit from: another one, what all classes of its kind derive
# from, or a layer of this package.

# The names of Keras's base classes, with the kind of what they make.
base_classes <- c(
  Layer = "layer", KerasLayer = "layer", Wrapper = "layer", KerasWrapper = "layer",
  Model = "model", KerasModel = "model",
  Callback = "callback", KerasCallback = "callback",
  Constraint = "constraint", KerasConstraint = "constraint",
  Loss = "loss", Metric = "metric", LearningRateSchedule = "schedule"
)

is_base_of_keras <- function(expression, kind) {
  is.call(expression) && identical(expression[[1]], quote(`$`)) &&
    identical(all.vars(expression)[1], "keras") &&
    identical(unname(base_classes[as.character(expression[[3]])]), kind)
}

inherited_from <- function(inherit, kind, .call) {
  expression <- if (rlang::is_quosure(inherit)) rlang::quo_get_expr(inherit) else inherit
  value <- if (is_base_of_keras(expression, kind)) {
    # Python is not asked for what it need not have, such as `keras$layers$Wrapper`.
    simpleError("")
  } else {
    tryCatch(
      if (rlang::is_quosure(inherit)) rlang::eval_tidy(inherit) else inherit,
      error = function(condition) condition
    )
  }
  if (is.null(value)) {
    return(NULL)
  }
  name <- base_name(value, expression)
  if (identical(unname(base_classes[name]), kind) && is.null(attr(value, "definition"))) {
    return(list(base = if (grepl("Wrapper$", name)) wrapper_methods))
  }
  if (inherits(value, "error")) {
    abort_rdeep(
      "argument", "'inherit' could not be evaluated.",
      argument = "inherit", parent = value, call = .call
    )
  }
  if (inherits(value, "R6ClassGenerator")) {
    value <- class_of_r6(value, .call)
  }
  definition <- attr(value, "definition")
  if (!is.null(definition) && definition$kind == kind) {
    return(list(definition = definition))
  }
  builtin <- if (kind == "layer") layer_function(value, name)
  if (!is.null(builtin)) {
    return(list(base = function(self, base) builtin_methods(builtin, self, base)))
  }
  what <- if (is.null(definition)) describe(value) else paste("the class of a", definition$kind)
  makers <- c(
    layer = "Layer", model = "Model", callback = "Callback", constraint = "Constraint",
    loss = "Loss", metric = "Metric", schedule = "new_learning_rate_schedule_class"
  )
  abort_rdeep(
    "argument",
    sprintf("'inherit' must be the class of a %s, not %s.", kind, what),
    argument = "inherit",
    received = value,
    hint = paste0(
      "It is what `", if (kind %in% names(makers)) makers[[kind]] else "%py_class%",
      "()` returned",
      if (kind == "layer") ", or a layer function such as `layer_dense`", "."
    ),
    call = .call
  )
}

# What a base class is called: Python's name of a class, or what the user wrote last in
# `keras$layers$Layer`, should there be no `keras` here.
base_name <- function(value, expression) {
  if (inherits(value, "python.builtin.type")) {
    return(as.character(reticulate::py_to_r(reticulate::py_get_attr(value, "__name__"))))
  }
  if (is.function(value) && is.null(attr(value, "definition"))) {
    own <- Filter(
      function(name) identical(value, get0(name, topenv(), mode = "function")),
      intersect(names(base_classes), getNamespaceExports(topenv()))
    )
    if (length(own)) {
      return(own[[1]])
    }
  }
  if (inherits(value, "error")) last_name(expression) else ""
}

last_name <- function(expression) {
  if (is.symbol(expression)) {
    as.character(expression)
  } else if (is.call(expression) && length(expression) == 3) {
    last_name(expression[[3]])
  } else {
    ""
  }
}

# The function of this package that makes a layer, of the function itself or of Keras's class.
layer_function <- function(value, name) {
  if (inherits(value, "python.builtin.type")) {
    value <- get0(paste0("layer_", snake_case(name)), topenv(), mode = "function")
  }
  ours <- is.function(value) && identical(environment(value), topenv()) &&
    identical(names(formals(value))[1], "object")
  if (ours) value
}

# `self` of a class that inherits from a layer of this package: `super$initialize()` takes the
# layer's arguments, `super$call()` applies it.
builtin_methods <- function(builtin, self, base) {
  layer <- NULL
  below <- base$initialize
  base$initialize <- function(..., name = NULL, trainable = TRUE) {
    below(name = name, trainable = trainable)
    layer <<- builtin(NULL, ..., trainable = trainable)
  }
  needed <- function() {
    if (is.null(layer)) {
      abort_rdeep(
        "state",
        "`super$initialize()` of a class that inherits from a layer has not been called.",
        hint = "Call it in `initialize`, with the layer's arguments.",
        call = NULL
      )
    }
    layer
  }
  base$call <- function(inputs, ...) needed()(inputs, ...)
  base$get_config <- function() {
    config <- plain_config(get_config(needed()))
    utils::modifyList(config, list(name = self$name, trainable = self$trainable))
  }
  base
}

# `self` of a class that inherits from Keras's `Wrapper`, whose first argument is a layer.
wrapper_methods <- function(self, base) {
  below <- base$initialize
  base$initialize <- function(layer, ...) {
    below(...)
    # What is added to the layer that is wrapped is the wrapper's: a layer's own weights are fixed.
    self$layer <- structure(layer, wrapper = self)
  }
  base$call <- function(inputs, ...) self$layer(inputs, ...)
  base
}

# What is beside the classes of a kind for one class: its base's own `self`.
with_base <- function(definition, self, base) {
  while (!is.null(definition)) {
    if (!is.null(definition$base)) {
      return(definition$base(self, base))
    }
    definition <- definition$parent
  }
  base
}
