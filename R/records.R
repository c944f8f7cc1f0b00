# What the generated functions do: make a record of the catalogue, and use it.

create_record <- function(kind, class, options, ..., .call = caller_env()) {
  known <- if (kind == "optimizer") c("lr", "decay")
  dots <- known_dots(..., .known = known, .call = .call)
  wrap(record_pointer(kind, class, modern_options(options, dots), .call))
}

record_pointer <- function(kind, class, options, .call) {
  call_core(
    "record",
    kind = kind,
    name = class,
    options = as_dict(given(options)),
    .call = .call
  )
}

# A list without elements has no names that say it is one of options.
as_dict <- function(x) {
  if (length(x)) x else structure(list(), names = character())
}

create_layer <- function(class,
                         object,
                         options,
                         ...,
                         input_shape = NULL,
                         .call = caller_env()) {
  dots <- layer_dots(known_dots(..., .known = old_dots, .call = .call), input_shape, .call)
  options$dtype <- options$dtype %||% dots$computes_in
  alone <- missing(object) || is.null(object)
  if (alone && !is.null(dots$input_shape)) {
    # A chain that begins with the layer has that input.
    options$input_shape <- as_shape(dots$input_shape)
  }
  layer <- new_layer(record_pointer("layer", class, options, .call))
  if (alone) {
    check_no_weights(dots$weights, .call)
    return(layer)
  }
  if (!is.null(dots$input_shape)) {
    start_model(object, dots$input_shape, .call, dots$dtype, dots$batch_size)
  }
  out <- compose(layer, object, .call = .call)
  if (!is.null(dots$weights)) {
    start_weights(out, dots$weights, .call)
  }
  if (inherits(out, "rdeep_model")) invisible(out) else out
}

# The weights that a layer starts from are the model's: they are set once it has the layer.
start_weights <- function(model, weights, .call) {
  if (!inherits(model, "rdeep_model") || !fetch(model, "is_built", .call)) {
    check_no_weights(weights, .call)
  }
  names <- names(model_layers(model))
  weights <- lapply(weights, as_values, argument = "weights", .call = .call)
  last <- names[length(names)]
  call_method(model, "set_layer_weights", layer = last, weights = weights, .call = .call)
}

check_no_weights <- function(weights, .call) {
  if (!is.null(weights)) {
    abort_rdeep(
      "argument",
      "'weights' can only be given to a layer of a sequential model that knows its input.",
      argument = "weights",
      hint = "`set_weights(get_layer(model, name), weights)` sets them afterwards.",
      call = .call
    )
  }
}

# Adds a layer to a model, or applies it to tensors or to data. What follows goes along:
# further inputs, `initial_state`, and `training`, which says how the layer acts there.
compose <- function(layer, object, further = list(), .call = caller_env()) {
  object <- with_foreign_tensors(object)
  further <- with_foreign_tensors(further)
  if (inherits(object, "rdeep_model")) {
    inject(check_dots(!!!further, .call = .call))
    add_layer(object, layer, .call)
    # The model that was piped in has changed: it is not shown at each line that adds to it.
    return(invisible(object))
  }
  named <- nzchar(names2(further))
  if (has_symbolic(list(object, further))) {
    return(wrap_all(call_core(
      "apply",
      layer = layer,
      inputs = as_operand(object),
      more = unname(lapply(further[!named], as_operand)),
      options = as_dict(lapply(further[named], as_operand)),
      .call = .call
    )))
  }
  if (is_preprocessing(layer)) {
    return(apply_to_data(layer, object, .call, further[named]))
  }
  if (!is_layer_data(object)) {
    abort_rdeep(
      "argument",
      paste0(
        "A layer is added to a sequential model or applied to a symbolic ",
        "tensor or an array, not to ", describe(object), "."
      ),
      argument = "object",
      received = object,
      hint = paste(
        "Begin with `keras_model_sequential()` or `layer_input()`;",
        "give the layer's options by name if there is no object."
      ),
      call = .call
    )
  }
  states <- further$initial_state
  if (!is.null(states) && !is_plain_list(states)) {
    states <- list(states)
  }
  options <- further[names2(further) %in% options_of_calls]
  known <- c("training", "initial_state", "mask", options_of_calls)
  check_known_options(setdiff(names(further)[named], known), .call)
  inputs <- c(list(object), further[!named], states)
  wrap_all(call_core(
    "call_layer",
    layer = layer,
    inputs = as_operand(if (length(inputs) > 1) unname(inputs) else object),
    training = isTRUE(further$training),
    backend = choose_backend(NULL, NULL, .call)$backend,
    mask = if (!is.null(further$mask)) as_operand(further$mask),
    options = as_dict(lapply(options, as_operand)), .call = .call
  ))
}

# What calls of attention layers and of reversible embeddings take by name.
options_of_calls <- c(
  "query_mask", "value_mask", "key_mask", "attention_mask", "use_causal_mask",
  "return_attention_scores", "reverse"
)

# Numbers that a layer computes with by itself: tensors and arrays. A lone number is
# rather an option whose name was forgotten.
is_layer_data <- function(x) {
  if (is_plain_list(x)) {
    return(length(x) > 0 && all(vapply(x, is_layer_data, NA)))
  }
  inherits(x, c("rdeep_any_tensor", "numpy.ndarray")) ||
    ((is.numeric(x) || is.logical(x)) && !is.null(dim(x)))
}

# Tensors that come from reticulate as objects of Python, an engine's and symbolic ones, are
# tensors as those that are made here.
with_foreign_tensors <- function(x) {
  if (is_plain_list(x)) {
    x[] <- lapply(x, with_foreign_tensors)
    return(x)
  }
  symbolic <- inherits(x, "rdeep.graph.tensor.SymbolicTensor")
  foreign <- inherits(x, "python.builtin.object") && (symbolic || is_engine_tensor(x))
  if (foreign) wrap(x) else x
}

create_merge <- function(class, inputs, options, ..., .call = caller_env()) {
  dots <- known_dots(..., .known = NULL, .unnamed = TRUE, .call = .call)
  layer <- new_layer(record_pointer("layer", class, options, .call))
  if (missing(inputs)) {
    return(layer)
  }
  if (inherits(inputs, "rdeep_object")) {
    inputs <- list(inputs)
  }
  compose(layer, c(inputs, unname(dots)), .call = .call)
}

# Applies a layer that was made before. Tensors that follow the first are inputs too.
compose_layer <- function(layer, object, options, .call = caller_env()) {
  if (is.null(options$mask)) options$mask <- NULL
  if (!is.null(options$training)) {
    options$training <- as_flag(options$training)
  }
  compose(layer, object, options, .call = .call)
}

# A layer that is called as a function. Keras calls the input `inputs`, `query` or otherwise.
apply_layer <- function(layer, arguments, .call) {
  if (!length(arguments)) {
    return(layer)
  }
  arguments <- attended_in_order(layer, arguments)
  arguments[[1]] <- as_scalars(arguments[[1]])
  compose_layer(layer, arguments[[1]], arguments[-1], .call)
}

# A lone number that a layer is called on is data: its options have been given already.
as_scalars <- function(x) {
  lone <- is_single(x) && is.null(dim(x)) && (is.numeric(x) || is.logical(x))
  if (lone) as_tensor(x) else x
}

# What attention layers are given by name, in the order of their inputs.
attended_in_order <- function(layer, arguments) {
  sequences <- intersect(c("query", "value", "key"), names(arguments))
  if (!length(sequences) || !is.null(attr(layer, "self"))) {
    return(arguments)
  }
  others <- arguments[!names2(arguments) %in% sequences]
  c(unname(arguments[sequences]), others)
}

check_known_options <- function(unknown, .call) {
  if (length(unknown)) {
    abort_rdeep(
      "argument",
      sprintf("A layer that is applied takes no '%s'.", unknown[1]),
      argument = unknown[1],
      hint = "It takes tensors, and `training`; options are given when the layer is made.",
      call = .call
    )
  }
}

has_symbolic <- function(x) {
  inherits(x, "rdeep_tensor") || (is_plain_list(x) && any(vapply(x, has_symbolic, NA)))
}

is_tensors <- function(x) {
  inherits(x, "rdeep_tensor") ||
    (is_plain_list(x) && length(x) > 0 &&
      all(vapply(x, inherits, NA, "rdeep_tensor")))
}

wrap_all <- function(value) {
  if (is_plain_list(value)) lapply(value, wrap) else wrap(value)
}

create_activation <- function(class, x, options, ..., .call = caller_env()) {
  check_dots(..., .call = .call)
  if (missing(x)) {
    return(wrap(record_pointer("activation", class, options, .call)))
  }
  if (inherits(x, "rdeep_tensor")) {
    activation <- wrap(record_pointer("activation", class, options, .call))
    options <- list(activation = activation)
    layer <- new_layer(record_pointer("layer", "Activation", options, .call))
    return(compose(layer, x, .call = .call))
  }
  if (inherits(x, "rdeep_any_tensor") || is_engine_tensor(x)) {
    # A tensor stays one, and gradients flow through it.
    activation <- record_pointer("activation", class, options, .call)
    return(wrap_all(call_core(
      "call_positional",
      target = activation, name = "__call__", args = list(x), kwargs = as_dict(list()),
      .call = .call
    )))
  }
  shaped <- as_values(x, "x", .call)
  value <- call_core(
    "activation",
    name = class,
    options = as_dict(given(options)),
    x = shaped,
    .call = .call
  )
  if (is.null(dim(x))) as.vector(value) else value
}

create_loss <- function(class, y_true, y_pred, options, ..., .call = caller_env()) {
  check_dots(..., .call = .call)
  record <- wrap(record_pointer("loss", class, options, .call))
  if (missing(y_true) && missing(y_pred)) {
    return(record)
  }
  reduce <- "reduction" %in% names(sys.call(-1))
  measure("loss_value", record, y_true, y_pred, .call, reduce)
}

create_metric <- function(class, y_true, y_pred, options, ..., .call = caller_env()) {
  check_dots(..., .call = .call)
  record <- wrap(record_pointer("metric", class, options, .call))
  if (missing(y_true) && missing(y_pred)) {
    return(record)
  }
  measure("metric_value", record, y_true, y_pred, .call)
}

# Arrays are measured as a whole; tensors, which a user's own loss computes with, sample by
# sample, as Keras's functions do, unless a reduction is asked for.
measure <- function(name, record, y_true, y_pred, .call, reduce = FALSE, sample_weight = NULL) {
  if (missing(y_true) || missing(y_pred)) {
    abort_rdeep(
      "argument",
      "Give both 'y_true' and 'y_pred', or neither.",
      argument = if (missing(y_true)) "y_true" else "y_pred",
      call = .call
    )
  }
  data <- list(y_true = y_true, y_pred = y_pred)
  data$sample_weight <- sample_weight
  if (any(vapply(data, inherits, NA, "rdeep_any_tensor"))) {
    data <- lapply(data, as_operand)
    check_constants(data, .call)
    return(wrap(inject(call_core(
      "tensor_measure",
      record = record, !!!data, reduce = reduce, .call = .call
    ))))
  }
  wrap(call_core(
    name,
    record = record,
    y_true = as_values(y_true, "y_true", .call),
    y_pred = as_values(y_pred, "y_pred", .call),
    sample_weight = if (!is.null(sample_weight)) {
      as_values(sample_weight, "sample_weight", .call)
    },
    .call = .call
  ))
}

# The learning rates of steps, which a schedule counts from 0.
rates_of <- function(schedule, step, .call) {
  if (inherits(step, "rdeep_any_tensor")) {
    step <- as.array(step)
  }
  rates <- call_method(
    schedule, "rates",
    steps = as_values(step, "step", .call), .call = .call
  )
  if (is.null(dim(step))) as.vector(rates) else rates
}

# A loss, a metric, an activation or another record called as a function.
apply_handle <- function(handle, arguments, .call) {
  kind <- if (inherits(handle, "rdeep_record")) catalogue_kind(handle)
  f <- switch(kind %||% "none",
    loss = function(y_true, y_pred, sample_weight = NULL) {
      measure("loss_value", handle, y_true, y_pred, .call, TRUE, sample_weight)
    },
    metric = function(...) apply_metric(handle, list2(...), .call),
    initializer = function(shape, dtype = NULL) starting_value(handle, shape, .call),
    schedule = function(step) rates_of(handle, step, .call),
    abort_rdeep(
      "argument",
      sprintf("%s cannot be called as a function.", format(handle)),
      call = .call
    )
  )
  do.call(f, arguments)
}

catalogue_kind <- function(record) {
  pointer <- unwrap(record)
  if (reticulate::py_has_attr(pointer, "kind")) fetch(record, "kind")
}

# As in Keras, a metric that is called adds to its state and returns what it comes to. Symbolic
# tensors have nothing to add yet.
apply_metric <- function(metric, given, .call) {
  if (has_symbolic(given)) {
    f <- function(y_true, y_pred, sample_weight = NULL) {
      measure("metric_value", metric, y_true, y_pred, .call, FALSE, sample_weight)
    }
    return(do.call(f, given))
  }
  do.call(metric_method(metric, "update_state"), given)
  metric$result()
}

#' @export
c.rdeep_object <- function(...) {
  do.call(c, lapply(list2(...), function(x) if (is_plain_list(x)) x else list(x)))
}

# Printing ----------------------------------------------------------------------

#' @export
print.rdeep_object <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

#' @export
format.rdeep_object <- function(x, ...) describe_python(x)

#' @export
print.rdeep_layer <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

#' @export
format.rdeep_layer <- function(x, ...) describe_python(x)

describe_python <- function(x) {
  if (inherits(x, "rdeep_tensor") && reticulate::py_is_null_xptr(attr(x, "pointer"))) {
    return("<from another session: make it again>")
  }
  in_r_words(call_core("describe", value = x))
}

#' @export
`$.rdeep_object` <- function(x, name) fetch_element(x, name, current_env())

#' @export
`$<-.rdeep_object` <- function(x, name, value) {
  abort_rdeep(
    "argument",
    sprintf("'%s' of %s cannot be changed.", name, format(x)),
    argument = name,
    received = value,
    hint = "Make another one with other options.",
    call = current_env()
  )
}

# A layer of a model has its options in a record of its own.
fetch_element <- function(x, name, .call) {
  holder <- unwrap(x)
  if (!reticulate::py_has_attr(holder, name) && reticulate::py_has_attr(holder, "record")) {
    holder <- fetch(holder, "record", .call)
  }
  if (!reticulate::py_has_attr(holder, name)) {
    inside <- call_core("layer_inside", layer = holder, name = name, .call = .call)
    if (!is.null(inside)) {
      return(wrap(inside))
    }
    abort_rdeep("argument", sprintf("%s has no '%s'.", format(x), name), call = .call)
  }
  if (name %in% metric_methods && !inherits(x, "rdeep_variable")) {
    return(metric_method(x, name))
  }
  wrap_all(fetch(holder, name, .call))
}

# A metric by itself keeps a state: `m$update_state(y_true, y_pred)`, `m$result()`.
metric_methods <- c("update_state", "result", "reset_state")

metric_method <- function(metric, name) {
  switch(name,
    result = function() call_method(metric, name, .call = current_env()),
    reset_state = function() {
      call_method(metric, name, .call = current_env())
      invisible(metric)
    },
    update_state = if (isTRUE(metric$compares)) {
      function(y_true, y_pred, sample_weight = NULL) {
        given <- list(y_true = y_true, y_pred = y_pred, sample_weight = sample_weight)
        update_metric(metric, given, current_env())
      }
    } else {
      function(values, sample_weight = NULL) {
        given <- list(values = values, sample_weight = sample_weight)
        update_metric(metric, given, current_env())
      }
    }
  )
}

update_metric <- function(metric, given, .call) {
  given <- Map(
    function(value, name) {
      # Those of a step need have no values yet.
      if (are_engine_tensors(value) || inherits(value, "rdeep_tensor")) {
        return(value)
      }
      if (inherits(value, "rdeep_any_tensor")) value <- as.array(value)
      if (!is.null(value)) as_values(value, name, .call)
    },
    given, names(given)
  )
  inject(call_method(metric, "update_state", !!!given, .call = .call))
  invisible(metric)
}

# Names a value in a message, briefly.
describe <- function(x) {
  if (is.null(x)) {
    return("NULL")
  }
  if (is_single(x)) {
    return(encodeString(format(x), quote = if (is.character(x)) "'" else ""))
  }
  what <- class(x)[1]
  if (is.data.frame(x)) {
    what <- "data frame"
  }
  article <- if (grepl("^[aeiou]", what)) "an" else "a"
  if (is.atomic(x) && !is.object(x) && is.null(dim(x))) {
    what <- sprintf("%s vector of length %d", what, length(x))
  }
  paste(article, what)
}
