# A model in R: an S3 object around an environment, so that a layer added to a
# sequential model changes it in place. The object is a function, so that a model can be
# applied to tensors; the environment is its attribute.
#
# In the environment: `pointer`, the Python object; `bytes`, the model as a file's
# content, made when it is saved (kept.R), from which a pointer that another session left
# dead is made again;
# `learned`, the columns and factor levels that the model was fitted with; `design`, what
# a formula or a recipe learned (design.R), or `lost`, which of them a file did not hold;
# `nobs`, the number of samples that it was trained on.

new_model <- function(pointer, learned = NULL, design = NULL, lost = NULL) {
  env <- new.env(parent = emptyenv())
  env$pointer <- pointer
  env$learned <- learned
  env$design <- design
  env$lost <- lost
  keep_model(env)
  structure(apply_model, env = env, class = "rdeep_model")
}

# A model is a function, so that it can be applied as a layer can: `base(inputs)`. Its
# environment is an attribute, which a copy of the function shares.
apply_model <- function(object, ...) {
  compose_model(sys.function(), object, list2(...), current_env())
}

compose_model <- function(model, object, options, .call) {
  if (inherits(object, "rdeep_model")) {
    add_layer(object, model, .call)
    return(invisible(object))
  }
  if (is_tensors(object)) {
    return(compose_layer(model, object, options, .call))
  }
  unknown <- setdiff(names2(options), "training")
  if (length(unknown)) refuse_dots(unknown[1], c("object", "training"), .call)
  training <- isTRUE(options$training)
  # Gradients flow through an engine's tensors.
  data <- if (are_engine_tensors(object)) {
    object
  } else {
    as_model_data(
      object, "object", input_names(model), model_env(model)$learned$x, text_inputs(model),
      .call = .call
    )$values
  }
  wrap_all(call_core("call_positional",
    target = model, name = "__call__", args = list(data),
    kwargs = list(training = training), .call = .call
  ))
}

are_engine_tensors <- function(x) {
  if (is_plain_list(x) && length(x)) {
    return(all(vapply(x, are_engine_tensors, NA)))
  }
  inherits(x, c("rdeep_array", "rdeep_variable")) ||
    inherits(x, "python.builtin.object") && is_engine_tensor(x)
}

model_env <- function(model) attr(model, "env")

model_pointer <- function(model, .call = caller_env()) {
  env <- model_env(model)
  if (reticulate::py_is_null_xptr(env$pointer)) {
    revive_model(env, .call)
  }
  release_bytes(env)
  env$pointer
}

#' Functional model, made of symbolic tensors
#'
#' Describes any network without loops: several inputs and outputs, branches,
#' layers used more than once.
#'
#' @param inputs One [layer_input()], or a list of them.
#' @param outputs The symbolic tensor to compute, or a list of them.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @inheritParams keras_model_sequential
#' @returns A model.
#' @family models
#' @examplesIf rdeep_available()
#' a <- layer_input(4)
#' b <- layer_input(2)
#' output <- layer_concatenate(a, b) |> layer_dense(1)
#' keras_model(list(a, b), output)
#' @export
keras_model <- function(inputs = NULL,
                        outputs = NULL,
                        ...,
                        name = NULL,
                        backend = NULL,
                        device = NULL) {
  check_dots(...)
  call <- current_env()
  chosen <- choose_backend(backend, device, call)
  sync_seed(call)
  model <- new_model(call_core(
    "functional",
    inputs = inputs,
    outputs = outputs,
    name = as_text(name),
    backend = chosen$backend,
    device = chosen$device,
    .call = call
  ))
  model
}

add_layer <- function(model, layer, .call) {
  call_method(model, "add", layer = layer, .call = .call)
}

# Reading and changing ------------------------------------------------------------

#' @export
`$.rdeep_model` <- function(x, name) {
  if (kept_by_class(x, name)) {
    return(model_env(x)$self[[name]])
  }
  switch(name,
    layers = model_layers(x),
    history = model_history(x),
    optimizer = model_optimizer(x, current_env()),
    weights = ,
    variables = ,
    trainable_weights = ,
    trainable_variables = ,
    non_trainable_weights = ,
    non_trainable_variables = engine_variables(x, name, current_env()),
    add = function(layer) invisible(compose(layer, x)),
    pop = function() pop_layer(x),
    get_weights = function() get_weights(x),
    set_weights = function(weights) set_weights(x, weights),
    get_layer = function(name = NULL, index = NULL) get_layer(x, name, index),
    get_config = function() get_config(x),
    own_member(x, name, current_env())
  )
}

# Whether the class of a model of the user's keeps something of its own under a name, such as a
# layer called `history`. Its methods are what they are of every model.
kept_by_class <- function(model, name) {
  self <- model_env(model)$self
  !is.null(self) && name != "name" && exists(name, self, inherits = FALSE) &&
    !bindingIsActive(name, self) && !is_plain_function(self[[name]])
}

# Weights as variables of the engine, in a list without names, as keras3 has it.
engine_variables <- function(x, name, .call) {
  unname(lapply(call_core("listed_weights", holder = x, name = name, .call = .call), wrap))
}

# What the class of a model of the user's keeps, and otherwise what the core has.
own_member <- function(model, name, .call) {
  self <- model_env(model)$self
  if (!is.null(self) && exists(name, self, inherits = FALSE) && name != "name") {
    return(get(name, self))
  }
  fetch_attribute(model, name, .call)
}

model_attributes <- c(
  "backend", "device", "history", "input", "input_names", "input_shapes", "inputs",
  "is_built", "is_compiled", "layers", "learning_rate", "name", "native",
  "non_trainable_weights", "optimizer", "output", "output_names", "output_shapes",
  "outputs", "stop_training", "trainable", "trainable_weights", "weights"
)

fetch_attribute <- function(x, name, .call) {
  keras_names <- c(
    "built", "compiled", "compute_dtype", "dtype", "input_shape", "loss", "losses",
    "metrics_names", "output_shape"
  )
  if (name %in% keras_names) {
    value <- call_core("model_attribute", model = x, name = name, .call = .call)
    if (endsWith(name, "_shape")) {
      nested <- any(lengths(value) > 1)
      return(if (nested) lapply(value, as_shape_list) else as_shape_list(value))
    }
    return(wrap_all(value))
  }
  if (!name %in% model_attributes && !reticulate::py_has_attr(model_pointer(x, .call), name)) {
    abort_rdeep(
      "argument",
      sprintf("A model has no '%s'.", name),
      argument = name,
      hint = suggestion(name, model_attributes),
      call = .call
    )
  }
  wrap_all(fetch(x, name, .call))
}

as_shape_list <- function(sizes) new_shape(sizes_of(as.list(sizes)))

model_layers <- function(model) {
  if (!fetch(model, "is_built")) {
    # A sequential model without its input: layers have no weights yet.
    return(lapply(fetch(model, "records"), wrap))
  }
  layers <- lapply(fetch(model, "layers"), wrap)
  names(layers) <- vapply(layers, fetch, "", name = "name")
  Map(of_model, layers, names(layers), MoreArgs = list(model = model))
}

#' @export
`$<-.rdeep_model` <- function(x, name, value) {
  # `model$optimizer$learning_rate <- rate` has changed the model already, and ends here.
  # So has `model$layers[[1]]$trainable <- FALSE`.
  self <- model_env(x)$self
  if (!is.null(self) && exists(name, self, inherits = FALSE) && !bindingIsActive(name, self)) {
    # What a class keeps, as `model$name` reads it.
    assign(name, value, envir = self)
  } else if (!inherits(value, "rdeep_model_part") && name != "layers") {
    assign_attribute(x, name, value)
  }
  x
}

# The optimizer of a model: its learning rate is the model's.
model_optimizer <- function(model, .call) {
  if (!isTRUE(fetch(model, "is_compiled", .call))) {
    return(NULL)
  }
  optimizer <- wrap(fetch(model, "optimizer", .call))
  structure(
    optimizer,
    model = model, class = c("rdeep_model_optimizer", "rdeep_model_part", class(optimizer))
  )
}

#' @export
`$.rdeep_model_optimizer` <- function(x, name) {
  model <- attr(x, "model")
  switch(name,
    learning_rate = ,
    lr = fetch(model, "learning_rate", current_env()),
    iterations = fetch(model, "steps_taken", current_env()),
    NextMethod()
  )
}

#' @export
`$<-.rdeep_model_optimizer` <- function(x, name, value) {
  if (!name %in% c("learning_rate", "lr")) {
    return(NextMethod())
  }
  assign_attribute(attr(x, "model"), "learning_rate", value, current_env())
  x
}

# Scripts ask whether an optimizer has a learning rate before they change it.
#' @export
names.rdeep_model_optimizer <- function(x) {
  union(c("learning_rate", "iterations"), names(get_config(x)))
}

#' @export
`[[.rdeep_model` <- function(x, i, ...) {
  if (is.character(i)) `$.rdeep_model`(x, i) else get_layer(x, index = i)
}

#' @rawNamespace S3method(utils::.DollarNames, rdeep_model)
.DollarNames.rdeep_model <- function(x, pattern = "") {
  grep(pattern, model_attributes, value = TRUE)
}

#' @rawNamespace S3method(utils::str, rdeep_model)
str.rdeep_model <- function(object, ...) {
  cat("", format(object), "\n")
  invisible(object)
}

#' Get or remove a layer of a model
#'
#' `get_layer()` finds a layer by name or place; `pop_layer()` takes the last one
#' off a sequential model, in place.
#'
#' @param object A model.
#' @param name The layer's name.
#' @param index The layer's place, from 1; negative places count from the end.
#' @param rebuild Has no effect: a model is built when it is used.
#' @returns `get_layer()`: the layer. `pop_layer()`: the model, invisibly.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, name = "hidden") |>
#'   layer_dense(1)
#' get_layer(model, "hidden")
#' pop_layer(model)
#' @export
get_layer <- function(object, name = NULL, index = NULL) {
  check_is_network(object)
  place <- if (is.null(name)) layer_place(index, length(fetch(object, "layers")), current_env())
  found <- call_method(object, "get_layer", name = as_text(name), index = place)
  of_model(wrap(found), model = object)
}

# A layer's place as Python counts.
layer_place <- function(index, n, .call) {
  if (!is_single(index) || !is_whole(index) || index == 0 || abs(index) > n) {
    abort_rdeep(
      "argument",
      sprintf(
        "'index' must be a layer's place, from 1 to %d or from the end as -1, -2, not %s.",
        n, describe(index)
      ),
      argument = "index",
      received = index,
      call = .call
    )
  }
  as.integer(if (index > 0) index - 1 else index)
}

#' @rdname get_layer
#' @export
pop_layer <- function(object, rebuild = TRUE) {
  check_is_network(object)
  check_flag(rebuild, "rebuild", current_env())
  call_method(object, "pop")
  invisible(object)
}

#' Copy a model
#'
#' `clone_model()` makes a model of the same layers with fresh weights.
#' `to_backend()` moves a model to another backend: a copy with the same weights,
#' which predicts the same. On `"numpy"` it can be predicted with and evaluated, not trained.
#'
#' @param model A model.
#' @param input_tensors,clone_function,call_function Refused: a copy is made of the layers
#'   as they are.
#' @param recursive Not needed: models within a model are copied as well.
#' @param backend `"torch"`, `"tensorflow"` or `"numpy"`.
#' @param device Where the copy runs, one of [rdeep_devices()].
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns A model.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' clone_model(model)
#' @export
clone_model <- function(model,
                        input_tensors = NULL,
                        clone_function = NULL,
                        call_function = NULL,
                        recursive = FALSE,
                        ...) {
  check_is_network(model)
  check_dots(...)
  refuse_cloning_by(
    input_tensors = input_tensors, clone_function = clone_function,
    call_function = call_function, .call = current_env()
  )
  sync_seed(current_env())
  clone <- new_model(call_method(model, "clone"))
  clone
}

refuse_cloning_by <- function(..., .call) {
  given <- names(Filter(Negate(is.null), list2(...)))
  if (length(given)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' cannot be given: a copy is made of the layers as they are.", given[1]),
      argument = given[1],
      hint = "Build the other model from `get_config()` of the layers.",
      call = .call
    )
  }
}

#' @rdname clone_model
#' @export
to_backend <- function(model, backend, device = NULL, ...) {
  check_is_network(model)
  check_dots(...)
  check_backend(backend, current_env())
  copy <- call_method(model, "to_backend", backend = backend, device = device)
  env <- model_env(model)
  moved <- new_model(copy, env$learned, env$design, env$lost)
  moved
}

check_is_network <- function(x, .call = caller_env()) {
  if (!inherits(x, "rdeep_model")) {
    abort_rdeep(
      "argument",
      sprintf("The first argument must be a model, not %s.", describe(x)),
      received = x,
      hint = "`keras_model_sequential()` and `keras_model()` make models.",
      call = .call
    )
  }
}
