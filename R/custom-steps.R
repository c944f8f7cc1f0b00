# Models whose class says how a step is done: `train_step`, `test_step`, `predict_step`. On
# torch, and on TensorFlow with `run_eagerly`, R runs a step between two strides of the core, which
# hands it a batch and takes what it returned. On TensorFlow the core calls the function while it
# makes a graph of it, as it calls those of layers, and runs the graph.

step_names <- c("train_step", "test_step", "predict_step")

# What the core calls of a class, or R in its place.
hosted_names <- c(step_names, "compute_loss", "compute_metrics")

# The methods of a class and of those that it inherits from, by name.
all_methods <- function(definition) {
  if (is.null(definition)) {
    return(list())
  }
  utils::modifyList(all_methods(definition$parent), definition$methods)
}

# `self` is an environment, and what `self(x)` calls: R looks for a function of that name, and
# passes over what is none.
callable_self <- function(definition, call) {
  if (!is.null(definition$parent)) {
    definition$parent <- callable_self(definition$parent, call)
  }
  definition$parent_env <- list2env(list(self = call), parent = definition$parent_env)
  definition
}

# A model of a class without `call`: of inputs and outputs that `super$initialize()` is given, or
# of none, where the class keeps networks and its steps say what is done with them.
make_stepped_model <- function(definition, arguments, .call) {
  self <- new.env(parent = emptyenv())
  made <- new.env(parent = emptyenv())
  make <- function(inputs = NULL, outputs = NULL, ..., name = NULL, trainable = TRUE) {
    check_dots(..., .call = .call)
    chosen <- choose_backend(NULL, NULL, .call)
    sync_seed(.call)
    made$model <- new_model(call_core(
      "stepped_model",
      steps = fenced_methods(self), inputs = inputs, outputs = outputs,
      name = as_text(name) %||% snake_case(definition$classname),
      backend = chosen$backend, device = chosen$device, .call = .call
    ))
    self$trainable <- trainable
    made$model <- of_class(made$model, definition)
    join_self(made$model, self, definition)
  }
  get <- function() {
    if (is.null(made$model)) make()
    made$model
  }
  base <- c(list(initialize = make), model_methods(get, .call))
  instantiate(callable_self(definition, self_function(get)), base, arguments, self)
  get()
}

# A model of a class with `call` is a chain of the layer that it says.
make_called_model <- function(definition, arguments, .call) {
  made <- new.env(parent = emptyenv())
  get <- function() {
    if (is.null(made$model)) {
      abort_rdeep("state", "The model is not made yet.", call = .call)
    }
    made$model
  }
  base <- model_methods(get, .call)
  layer <- make_custom_layer(
    callable_self(definition, self_function(get)), arguments, .call,
    more = base
  )
  name <- fetch(layer, "name") %||% snake_case(definition$classname)
  self <- attr(layer, "self")
  steps <- fenced_methods(self)
  made$model <- if (any(c("compute_loss", "compute_metrics") %in% names(steps))) {
    # A loss of one's own may be of several outputs.
    chosen <- choose_backend(NULL, NULL, .call)
    sync_seed(.call)
    new_model(call_core(
      "called_model",
      layer = layer, name = name, backend = chosen$backend, device = chosen$device, .call = .call
    ))
  } else {
    keras_model_sequential(name = name, layers = list(layer))
  }
  if (length(steps)) call_core("set_steps", model = made$model, steps = steps, .call = .call)
  made$model <- of_class(made$model, definition)
  env <- model_env(made$model)
  env$layer <- layer
  join_self(made$model, self, definition)
  made$model
}

self_function <- function(get) {
  function(...) do.call(get(), list(...), quote = TRUE)
}

fenced_methods <- function(self) {
  found <- Filter(function(name) is_own_method(self[[name]]), hosted_names)
  steps <- lapply(found, function(name) without_conditions(taking(self[[name]]), constant = TRUE))
  stats::setNames(steps, found)
}

# A method that is given more by name than it takes, as `training` by older scripts.
taking <- function(f) {
  taken <- names(formals(args(f)))
  if ("..." %in% taken) {
    return(f)
  }
  function(...) {
    given <- list(...)
    do.call(f, given[names2(given) %in% c("", taken)], quote = TRUE)
  }
}

# The base's methods carry a mark: what has none is of the user's class.
is_own_method <- function(f) is.function(f) && is.null(attr(f, "of_base"))

# What steps find in `self` and `super` of every model.
model_methods <- function(get, .call) {
  of_core <- function(name) {
    f <- function(...) {
      wrap_all(call_core("call_base",
        model = get(), name = name, arguments = named_arguments(name, list(...)), .call = .call
      ))
    }
    structure(f, of_base = TRUE)
  }
  names <- c(
    hosted_names, "get_metrics_result", "reset_metrics", "zero_grad", "parameters",
    "named_parameters"
  )
  methods <- stats::setNames(lapply(names, of_core), names)
  methods$compile <- structure(
    function(...) compile_in_core(get(), ...),
    of_base = TRUE
  )
  methods
}

# Positions as Keras has them.
named_arguments <- function(name, arguments) {
  order <- switch(name,
    compute_loss = c("x", "y", "y_pred", "sample_weight", "training"),
    compute_metrics = c("x", "y", "y_pred", "sample_weight"),
    "data"
  )
  unnamed <- names2(arguments) == ""
  names(arguments)[unnamed] <- setdiff(order, names2(arguments))[seq_len(sum(unnamed))]
  # A named list without elements is a dictionary for Python; one without names is none.
  stats::setNames(arguments, names2(arguments))
}

of_class <- function(model, definition) {
  class(model) <- c(names_of_class(definition), class(model))
  model
}

# Has `self` show what the model has, and the model what `self` keeps.
join_self <- function(model, self, definition) {
  env <- model_env(model)
  env$self <- self
  env$definition <- definition
  shown <- c(
    "optimizer", "weights", "variables", "trainable_weights", "trainable_variables",
    "non_trainable_weights", "non_trainable_variables", "metrics", "layers", "history",
    "stop_training", "learning_rate", "loss"
  )
  for (name in setdiff(shown, names(all_methods(definition)))) {
    show_in_self(model, self, name)
  }
}

show_in_self <- function(model, self, name) {
  if (exists(name, self, inherits = FALSE) && bindingIsActive(name, self)) {
    rm(list = name, envir = self)
  } else if (exists(name, self, inherits = FALSE)) {
    # What the class keeps under the name, a layer called `history` or its steps' optimizer, is what
    # its methods look for there. What says that training ends is the model's.
    if (name != "stop_training") {
      return(invisible())
    }
    rm(list = name, envir = self)
  }
  makeActiveBinding(name, function(value) {
    if (!missing(value) && name %in% c("optimizer", "loss")) {
      rm(list = name, envir = self)
      return(assign(name, value, envir = self))
    }
    if (!missing(value)) {
      return(assign_attribute(model, name, value))
    }
    switch(name,
      metrics = metrics_of(model),
      stop_training = ,
      learning_rate = fetch(model, name),
      loss = fetch_attribute(model, name, current_env()),
      `$.rdeep_model`(model, name)
    )
  }, self)
}

metrics_of <- function(model) {
  keep_parts(model, current_env())
  lapply(fetch(model, "metrics"), wrap)
}

# Networks, layers and metrics that `self` keeps, for the core: the weights are theirs, and the
# metrics start again at each epoch.
keep_parts <- function(model, .call) {
  self <- model_env(model)$self
  if (is.null(self) || !has_steps(model)) {
    return(invisible())
  }
  parts <- list()
  for (name in ls(self, all.names = TRUE)) {
    if (!bindingIsActive(name, self) && is_part(self[[name]])) parts[[name]] <- self[[name]]
  }
  metrics <- if ("metrics" %in% names(all_methods(model_definition(model)))) {
    found <- self$metrics
    if (is.function(found)) found() else found
  }
  call_core("keep_parts", model = model, parts = parts, metrics = metrics, .call = .call)
  invisible()
}

is_part <- function(x) {
  inherits(x, c("rdeep_model", "rdeep_layer")) ||
    inherits(x, "rdeep_record") && identical(fetch(x, "kind"), "metric")
}

has_steps <- function(model) {
  self <- model_env(model)$self
  !is.null(self) && any(vapply(hosted_names, function(name) is_own_method(self[[name]]), NA))
}

model_definition <- function(model) model_env(model)$definition

# The names of the steps that R runs itself.
hosted_steps <- function(model, .call) {
  if (!has_steps(model)) {
    return(character())
  }
  keep_parts(model, .call)
  as.character(unlist(call_core("hosted_steps", model = model, .call = .call)))
}

# Runs steps of the user's until the core has no batch for another. A step that does nothing but
# what it asks of the core is repeated there, once it is known (`R/custom-repeats.R`).
run_steps <- function(handed, model, name, .call, repeats = new_repeats(model)) {
  step <- model_env(model)$self[[name]]
  repeater <- repeats$of(name, .call)
  outer <- state$in_step
  on.exit(state$in_step <- outer)
  # In a training random numbers go on from its own seed.
  state$in_step <- !inherits(handed, "rdeep.training.hosted.Handed")
  returned <- NULL
  clean <- FALSE
  repeat {
    data <- call_method(
      handed, "exchange",
      returned = returned, clean = clean, repeater = repeater, .call = .call
    )
    if (is.null(data)) {
      break
    }
    data <- from_core(data)
    if (is.null(repeater)) {
      returned <- step(data)
    } else {
      before <- random_state()
      state$left_core <- FALSE
      returned <- step(data)
      clean <- !state$left_core && identical(before, random_state())
    }
  }
  invisible()
}

# An evaluation or a prediction whose steps R runs: `value` is what they are exchanged by.
finished <- function(value, model, name, .call) {
  if (!inherits(value, "rdeep.training.hosted.Handed")) {
    return(value)
  }
  done <- FALSE
  on.exit(if (!done) call_method(value, "close"))
  run_steps(value, model, name, .call)
  done <- TRUE
  call_method(value, "result", .call = .call)
}

#' The parts of what a step is given
#'
#' What [fit()][fit.rdeep_model()] hands to `train_step` and its kin of a [Model()] is `x` by
#' itself, `list(x, y)` or `list(x, y, sample_weight)`.
#'
#' @param data What a step is given.
#' @returns A list of three: `x`, `y` and `sample_weight`, `NULL` for what there is not.
#' @family custom classes
#' @examples
#' unpack_x_y_sample_weight(list(1, 2))
#' @export
unpack_x_y_sample_weight <- function(data) {
  parts <- if (is_plain_list(data)) unname(data) else list(data)
  if (!length(parts) %in% 1:3) {
    abort_rdeep(
      "argument",
      sprintf("'data' must be x, targets and weights, not a list of %d.", length(parts)),
      argument = "data",
      received = data,
      call = current_env()
    )
  }
  c(parts, vector("list", 3 - length(parts)))
}
