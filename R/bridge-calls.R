# The only file that calls the core or converts values for it.

# The core's door: one cached function object, because looking it up costs more
# than calling it. Starts Python the first time.
core <- function(.call = caller_env()) {
  if (is.null(state$invoke)) {
    start_python(.call)
  }
  state$invoke
}

# Calls a function of the core's bridge. The dots are the function's arguments, of
# which one may be called `name`.
call_core <- function(.name, ..., .call = caller_env()) {
  invoke(NULL, .name, list(...), .call)
}

# Calls a method of a Python object.
call_method <- function(.object, .name, ..., .call = caller_env()) {
  invoke(unwrap(.object), .name, list(...), .call)
}

# Predictions in one call, with as little to convert as can be: single rows take no longer than
# this. `NULL` where the core cannot answer before R has looked at more.
predict_array <- function(model, x, batch_size, .call) {
  pointer <- model_pointer(model, .call)
  settle(state$predict_array(pointer, x, as_count(batch_size)), .call)
}

# Reads an attribute of a Python object.
fetch <- function(object, name, .call = caller_env()) {
  core(.call)
  settle(state$fetch(unwrap(object), name), .call)
}

# Sets an attribute of a Python object.
assign_attribute <- function(object, name, value, .call = caller_env()) {
  core(.call)
  value <- to_python(value, .call)
  settle(state$assign(unwrap(object), name, value), .call)
  invisible(object)
}

invoke <- function(target, name, arguments, .call) {
  door <- core(.call)
  # An empty list would become a Python list.
  arguments <- if (length(arguments)) {
    lapply(arguments, to_python, .call = .call)
  } else {
    reticulate::dict()
  }
  settle(door(target, name, arguments), .call, asked_function(name, arguments))
}

# Turns the core's answer into a value, or raises its error with the user's call: most are values
# by themselves. `asked` is the catalogue's function that the core was asked for, if it was.
settle <- function(answer, .call, asked = NULL) {
  # `answer` is the call of Python, made when it is looked at.
  answer <- answered(answer)
  check_interrupt()
  said <- inherits(answer, "rdeep.bridge.answers.Said")
  if (!said && is.null(state$waiting)) {
    return(answer)
  }
  if (said) {
    answer <- reticulate::py_to_r(reticulate::py_get_attr(answer, "parts"))
  } else {
    answer <- list(TRUE, answer, NULL, NULL)
  }
  signal_core(answer[[3]], answer[[4]])
  signal_waiting()
  if (!isTRUE(answer[[1]])) {
    if (identical(answer[[2]]$kind, "interrupt")) {
      raise_interrupt()
    }
    abort_core(answer[[2]], .call, parent = take_failed(answer[[2]]$kind), asked = asked)
  }
  answer[[2]]
}

# One who presses twice may meet Python on its way into the core or out of it: that comes through
# reticulate, as an error without a name.
answered <- function(answer) {
  tryCatch(holding_interrupts(converted(answer)), error = function(error) {
    if (grepl("KeyboardInterrupt|\\(Unknown exception occurred\\)", conditionMessage(error))) {
      raise_interrupt()
    }
    stop(error)
  })
}

# Tensors stay as they are: what reticulate does to find that out takes as long as a call.
converted <- function(answer) {
  if (is_torch_tensor(answer)) answer else reticulate::py_to_r(answer)
}

is_torch_tensor <- function(x) {
  identical(class(x)[1], "torch.Tensor")
}

# What reticulate cannot send, or would send as something else.
to_python <- function(value, .call) {
  if (inherits(value, "rdeep_object") || inherits(value, "rdeep_layer")) {
    return(unwrap(value))
  }
  if (inherits(value, "rdeep_model")) {
    return(model_pointer(value, .call))
  }
  if (inherits(value, "python.builtin.object")) {
    return(value)
  }
  if (is.factor(value)) {
    return(as.character(value))
  }
  if (is.list(value)) {
    if (!is.null(names(value)) && length(value) == 0) {
      return(reticulate::dict())
    }
    return(lapply(unclass(value), to_python, .call = .call))
  }
  if (is.null(value) || is.atomic(value) || is.function(value)) {
    return(value)
  }
  abort_rdeep(
    "argument",
    sprintf("An object of class %s cannot be used here.", class(value)[1]),
    received = value,
    call = .call
  )
}

# Handles -----------------------------------------------------------------------

# A Python object in R's hands: a record, a symbolic tensor. Models have a class
# of their own (models.R). A record is a function, so that a loss can be called. A tensor is
# none: R would find a tensor named `mean` where `mean()` is called. It is an environment rather
# than a list, which `for`, `match()` and the like would go through without a word.
new_handle <- function(pointer, class) {
  class <- c(class, "rdeep_object")
  if ("rdeep_record" %in% class) {
    return(structure(call_handle, pointer = pointer, kept = new_kept(pointer), class = class))
  }
  kept <- if (!"rdeep_tensor" %in% class) new_kept(pointer)
  handle <- new.env(hash = FALSE, parent = emptyenv())
  structure(handle, pointer = pointer, kept = kept, class = class)
}

# A function of the user's, and none of this package's objects, which can be called too.
is_plain_function <- function(x) {
  is.function(x) && !inherits(x, c("rdeep_object", "rdeep_layer", "rdeep_model"))
}

call_handle <- function(...) apply_handle(sys.function(), list2(...), current_env())

# A layer is a function of what it is applied to, so that one layer can be used
# several times: `encode <- layer_dense(units = 8); encode(a); encode(b)`.
#
# A layer of a class of the user's has its `self` and its class.
new_layer <- function(pointer, self = NULL, definition = NULL, arguments = NULL) {
  # `layer` in the body is this variable, which has the class and the pointer.
  layer <- structure(
    function(...) apply_layer(layer, list2(...), current_env()),
    class = c(names_of_class(definition), "rdeep_layer"),
    pointer = pointer,
    kept = new_kept(pointer, definition),
    self = self,
    definition = definition,
    arguments = arguments
  )
  layer
}

unwrap <- function(object) {
  if (inherits(object, c("rdeep_layer", "rdeep_object"))) {
    handle_pointer(object)
  } else if (inherits(object, "rdeep_model")) {
    model_pointer(object)
  } else {
    object
  }
}

# Gives what the core returned its class in R. Objects of other packages of Python, such as the
# engines' own, stay reticulate's, which calls them and converts what they return.
wrap <- function(value) {
  if (!inherits(value, "python.builtin.object")) {
    return(value)
  }
  if (is_engine_tensor(value)) {
    return(new_handle(value, c("rdeep_array", "rdeep_any_tensor")))
  }
  kind <- sub("^.*[.]", "", class(value)[1])
  if (kind %in% c("method", "function")) {
    return(wrap_function(value, kind))
  }
  if (!is_of_core(class(value))) {
    return(as_itself(value))
  }
  if (kind == "SymbolicTensor") {
    return(new_handle(value, c("rdeep_tensor", "rdeep_any_tensor")))
  }
  variables <- c(
    "MetricVariable", "Variable", "WeightVariable", "SlotVariable", "StepsVariable", "RateVariable"
  )
  if (kind %in% variables) {
    return(new_handle(value, c("rdeep_variable", "rdeep_any_tensor")))
  }
  if (kind == "GraphLayer" || any(grepl("layers[.]base[.]Layer$", class(value)))) {
    return(layer_again(value))
  }
  new_handle(value, "rdeep_record")
}

# The core makes native networks of classes of its own, too, which are the engines' nevertheless.
is_of_core <- function(classes) {
  any(startsWith(classes, "rdeep.")) && !any(grepl("^(torch|keras|tensorflow)[.]", classes))
}

# What is asked of it from now on, the core does not see.
as_itself <- function(value) {
  state$left_core <- TRUE
  state$itself(value)
}

wrap_function <- function(value, kind) {
  module <- reticulate::py_to_r(reticulate::py_get_attr(value, "__module__", silent = TRUE))
  if (!is_single(module) || !grepl("^rdeep([.]|$)", module)) {
    return(as_itself(value))
  }
  if (kind == "method") bound_method(value) else core_closure(value)
}

is_engine_tensor <- function(value) {
  if (is_torch_tensor(value)) {
    return(TRUE)
  }
  kinds <- c("torch.Tensor", "tensorflow.python.types.core.Tensor", "tensorflow.tensor")
  any(kinds %in% class(value)) ||
    any(grepl("EagerTensor$", class(value)))
}

# A method of a Python object, to be called with R's values by place and by name.
bound_method <- function(method) {
  function(...) {
    arguments <- list2(...)
    named <- names2(arguments) != ""
    value <- wrap_all(call_core(
      "call_positional",
      target = method, name = "__call__",
      args = unname(arguments[!named]), kwargs = as_dict(arguments[named])
    ))
    if (is.null(value)) invisible(value) else value
  }
}

# A function that the core has made of one of the user's, as `op_vectorize()` does.
core_closure <- function(f) {
  call <- bound_method(f)
  function(...) do.call(call, lapply(list2(...), as_operand))
}

# What functions of an engine make of symbolic tensors comes back as one of them.
#' @rawNamespace S3method(reticulate::py_to_r, rdeep.graph.tensor.SymbolicTensor)
py_to_r.rdeep.graph.tensor.SymbolicTensor <- function(x) wrap(x)

# The user's own calls of reticulate see the Python object.
#' @rawNamespace S3method(reticulate::r_to_py, rdeep_object)
r_to_py.rdeep_object <- function(x, convert = FALSE) unwrap(x)

#' @rawNamespace S3method(reticulate::r_to_py, rdeep_layer)
r_to_py.rdeep_layer <- function(x, convert = FALSE) unwrap(x)

#' @rawNamespace S3method(reticulate::r_to_py, rdeep_model)
r_to_py.rdeep_model <- function(x, convert = FALSE) model_pointer(x)
