# What the core says, in R's words. A text comes as pieces: strings, and parts that stand for a
# value, a shape or a function (python/rdeep/errors/wording.py). A part is a list of `text`, as
# Python writes it, and `data`, which says by its name of what kind it is.

# Returns pieces as one string. `call` is the frame of the function that the condition is from,
# `asked` what that function asked the core for.
in_r_words <- function(pieces, call = NULL, asked = NULL) {
  if (is.null(pieces)) {
    return(NULL)
  }
  pieces <- without_place(as.list(pieces), call, asked)
  paste(vapply(pieces, piece_in_r, ""), collapse = "")
}

# The condition shows its call, so that a message need not begin with it: `layer_dense(): 'units'
# must be`.
without_place <- function(pieces, call, asked) {
  place <- if (length(pieces) > 1 && is.list(pieces[[1]])) pieces[[1]]$data
  name <- switch(names(place) %||% "none",
    call = function_in_r(place$call),
    `function` = function_in_r(place$`function`)
  )
  follows <- !is.null(name) && is.character(pieces[[2]]) && startsWith(pieces[[2]], ": ")
  called <- if (is.environment(call)) error_call_name(call)
  if (!follows || !name %in% c(asked, called)) {
    return(pieces)
  }
  pieces[[2]] <- substring(pieces[[2]], 3)
  pieces[-1]
}

error_call_name <- function(env) {
  for (i in seq_len(sys.nframe())) {
    if (identical(sys.frame(i), env)) {
      return(name_of_function(sys.call(i)[[1]]))
    }
  }
  NULL
}

name_of_function <- function(head) {
  if (rlang::is_call(head, c("::", ":::"))) {
    head <- head[[3]]
  }
  if (is.symbol(head)) as.character(head)
}

piece_in_r <- function(piece) {
  if (is.character(piece)) {
    return(piece)
  }
  data <- piece$data
  content <- data[[1]]
  switch(names(data),
    value = value_in_r(content),
    long = "a long list",
    shape = shape_in_r(content),
    axis = value_in_r(axis_in_r(content)),
    rows = toString(unlist(content) + 1L),
    `function` = named_in_r(content, piece$text),
    layer = layer_in_r(content, piece$text),
    call = call_in_r(content),
    setting = argument_in_r(content),
    install = install_in_r(content),
    phrase = phrases[[content]] %||% piece$text,
    together = sprintf("list(%s)", toString(content)),
    piece$text
  )
}

# Values ------------------------------------------------------------------------

# A scalar, or `items`, values by name (`named`), or what an object says of itself (`said`).
value_in_r <- function(x) {
  if (is.null(x)) {
    return("NULL")
  }
  if (!is.list(x)) {
    return(scalar_in_r(x))
  }
  switch(names(x),
    items = items_in_r(x$items),
    named = sprintf("list(%s)", toString(vapply(x$named, argument_in_r, ""))),
    said = in_r_words(x$said)
  )
}

# A vector of one is the value itself; a list holds what a vector cannot.
items_in_r <- function(items) {
  shown <- vapply(items, value_in_r, "", USE.NAMES = FALSE)
  plain <- !any(vapply(items, function(item) is.list(item) || is.null(item), NA))
  if (plain && length(shown) == 1) {
    return(shown)
  }
  # `c()` would be `NULL`.
  sprintf(if (plain && length(shown)) "c(%s)" else "list(%s)", toString(shown))
}

scalar_in_r <- function(x) {
  if (is.character(x)) {
    return(encodeString(x, quote = "\""))
  }
  if (is.logical(x)) {
    return(format(x))
  }
  # Missing values of R are Python's numbers that are none.
  if (is.na(x)) {
    return("NA")
  }
  small <- x != 0 && is.finite(x) && (abs(x) < 1e-4 || abs(x) >= 1e15)
  format(x, digits = 15, scientific = small)
}

# The batch and other open sizes are `NA`.
shape_in_r <- function(sizes) {
  shown <- vapply(sizes, function(size) if (is.null(size)) "NA" else scalar_in_r(size), "")
  sprintf("(%s)", toString(shown))
}

shapes_in_r <- function(shapes) toString(vapply(shapes, shape_in_r, ""))

# R counts axes from 1; those that count from the end are the same.
axis_in_r <- function(axes) {
  one <- function(axis) if (is.numeric(axis) && axis >= 0) axis + 1L else axis
  if (length(axes) == 1) one(axes[[1]]) else list(items = lapply(axes, one))
}

# Functions ---------------------------------------------------------------------

# The function of a record or an operation that the core is asked for through a door of its.
asked_function <- function(door, arguments) {
  switch(door,
    record = function_in_r(list(arguments$kind, arguments$name)),
    operation = function_in_r(list("operation", arguments$name))
  )
}

# What R calls that is none of the catalogue's.
function_names <- c(
  Input = "layer_input",
  Sequential = "keras_model_sequential",
  load_weights = "load_model_weights",
  ops = "`op_*()` functions",
  rdeep.random.normal = "random_normal",
  rdeep.tabular.load_tabular = "load_model",
  rdeep.load_ready = "load_model"
)

# The function of a record or an operation, which comes by its kind and its name in Python.
function_in_r <- function(which) {
  kind <- which[[1]]
  name <- which[[2]]
  if (is.null(kind)) {
    return(known_name(function_names, name))
  }
  if (kind == "operation") {
    return(if (startsWith(name, "random_")) name else paste0("op_", name))
  }
  known_name(record_functions[[kind]], name)
}

known_name <- function(names, name) if (name %in% names(names)) names[[name]] else name

# A class of the user's own goes by its name.
named_in_r <- function(which, text) {
  name <- function_in_r(which)
  if (name == text || grepl(" ", name, fixed = TRUE)) name else paste0(name, "()")
}

# A layer without a name of its own is what it was made by.
layer_in_r <- function(class, text) {
  name <- function_in_r(list("layer", class))
  if (name == class) text else paste0(name, "()")
}

call_in_r <- function(call) {
  sprintf("%s(%s)", function_in_r(call), toString(vapply(call[[3]], argument_in_r, "")))
}

argument_in_r <- function(pair) paste(pair[[1]], "=", value_in_r(pair[[2]]))

# Phrases -----------------------------------------------------------------------

# The Python that R starts has rdeep's packages from `install_rdeep()`.
install_in_r <- function(requirement) {
  if (startsWith(requirement, "rdeep[")) {
    return("`install_rdeep()`")
  }
  sprintf("`reticulate::py_install(\"%s\", pip = TRUE)`", requirement)
}

# What R says in the place of a phrase of Python's, by the phrase's name.
phrases <- list(
  exact_coefficients = "those of lm() or glm()",
  host_program = "R",
  instead_of_forks = paste(
    "Start processes by `parallel::makeCluster()`, callr or `future::multisession`, not by",
    "`mclapply()`; models go there by `saveRDS()`"
  ),
  logs_of_a_step = paste(
    "Return a named list, such as `list(loss = loss)`, or what `self$compute_metrics()` returns."
  ),
  subtract_1 = "subtract 1, or give a factor"
)
