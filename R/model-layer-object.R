# What can be read and changed of a layer in R's hands: its options, what the methods of a
# class of the user's keep, and its weights, which are those of the models that have it.

#' @export
`$.rdeep_layer` <- function(x, name) {
  call <- current_env()
  self <- attr(x, "self")
  if (!is.null(self) && exists(name, self, inherits = FALSE)) {
    own <- get(name, self)
    if (inherits(own, "rdeep_tensor")) {
      return(own_weight(x, own))
    }
    if (name != "name" || !is.null(own)) {
      return(own)
    }
  }
  switch(name,
    weights = ,
    variables = engine_variables(x, "variables", call),
    trainable_weights = ,
    trainable_variables = ,
    non_trainable_weights = ,
    non_trainable_variables = engine_variables(x, name, call),
    get_weights = function() get_weights(x),
    set_weights = function(weights) set_weights(x, weights),
    get_config = function() get_config(x),
    count_params = function() count_params(x),
    compute_mask = function(inputs, previous_mask = NULL) mask_of_layer(x, inputs, previous_mask),
    build = function(input_shape) build_layer(x, input_shape, current_env()),
    call = function(...) x(...),
    reset_state = ,
    reset_states = state_reset(x, name, call),
    add_weight = ,
    add_loss = of_wrapper(x, name, call),
    layer_member(x, name, call)
  )
}

# A weight that a class keeps is a tensor while `call` runs, and a variable for others.
own_weight <- function(layer, tensor) {
  variable <- call_core("variable_of", layer = layer, tensor = tensor)
  if (is.null(variable)) tensor else wrap(variable)
}

state_reset <- function(layer, name, .call) {
  if (!reticulate::py_has_attr(record_of(layer), name)) {
    return(layer_member(layer, name, .call))
  }
  function() reset_state(layer)
}

of_wrapper <- function(layer, name, .call) {
  wrapper <- attr(layer, "wrapper")
  if (is.null(wrapper)) layer_member(layer, name, .call) else get(name, wrapper)
}

# What Keras's layers say of themselves beside their options.
layer_member <- function(layer, name, .call) {
  known <- c(
    "built", "compute_dtype", "dtype", "dtype_policy", "input", "input_shape", "input_spec",
    "losses", "mean", "metrics", "output", "output_shape", "path", "supports_masking",
    "variable_dtype", "variance"
  )
  holder <- unwrap(layer)
  option <- name %in% c("mean", "variance")
  if (!name %in% known || (option && !reticulate::py_has_attr(record_of(layer), name))) {
    return(fetch_element(layer, name, .call))
  }
  value <- call_core("layer_attribute", layer = holder, name = name, .call = .call)
  if (endsWith(name, "_shape") && !is.null(value)) {
    several <- any(lengths(value) > 1)
    return(if (several) lapply(value, as_shape_list) else as_shape_list(value))
  }
  wrap_all(value)
}

#' @export
`$<-.rdeep_layer` <- function(x, name, value) {
  call <- current_env()
  self <- attr(x, "self")
  if (name %in% c("trainable", "name")) {
    assign_attribute(x, name, value, call)
  } else if (is.null(self)) {
    assign_member(x, name, value, call)
  }
  if (!is.null(self)) {
    assign(name, value, envir = self)
  }
  x
}

# A weight takes values; that a layer is built it says itself.
assign_member <- function(layer, name, value, .call) {
  if (name == "built" && isTRUE(value) && isTRUE(layer$built)) {
    return(invisible())
  }
  known <- reticulate::py_has_attr(unwrap(layer), name)
  variable <- if (known) fetch_element(layer, name, .call)
  if (inherits(variable, "rdeep_variable")) {
    call_method(variable, "assign", value = as_operand(value), .call = .call)
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf("'%s' of a layer cannot be changed: `trainable`, `name` and weights can.", name),
    argument = name,
    received = value,
    hint = if (name == "built") {
      "`build(input_shape)` makes a layer's weights, as its first use does."
    } else {
      "Make another layer with other options."
    },
    call = .call
  )
}

#' @export
`[[.rdeep_layer` <- function(x, i, ...) do.call(`$.rdeep_layer`, list(x, i))

build_layer <- function(layer, input_shape, .call) {
  sizes <- lapply(as.list(input_shape), function(size) {
    if (is.list(size) || length(size) > 1) as_open_sizes(size) else open_size(size)
  })
  call_core("build_layer", layer = layer, shape = sizes, .call = .call)
  invisible(layer)
}

mask_of_layer <- function(layer, inputs, previous_mask) {
  wrap_all(call_core(
    "compute_mask",
    layer = layer,
    inputs = as_operand(inputs),
    previous_mask = if (!is.null(previous_mask)) as_operand(previous_mask),
    .call = caller_env()
  ))
}

as_open_sizes <- function(x) lapply(as.list(x), open_size)

open_size <- function(size) if (!is.null(size) && !is.na(size)) as.integer(size)

weights_of <- function(layer, trainable, .call) {
  only <- if (is_single(trainable)) trainable
  model <- attr(layer, "model")
  if (is.null(model)) {
    alone <- call_core("layer_model", layer = layer, .call = .call)
    return(call_method(alone, "get_weights", trainable = only, .call = .call))
  }
  call_method(
    model, "get_weights",
    trainable = only, layer = fetch(layer, "name"), .call = .call
  )
}

set_weights_of <- function(layer, weights, .call) {
  model <- attr(layer, "model")
  if (is.null(model)) {
    alone <- call_core("layer_model", layer = layer, .call = .call)
    call_method(alone, "set_weights", weights = weights, .call = .call)
    return(invisible())
  }
  call_method(
    model, "set_layer_weights",
    layer = fetch(layer, "name"), weights = weights, .call = .call
  )
}
