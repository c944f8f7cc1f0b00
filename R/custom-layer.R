#' Define a layer
#'
#' `call` says what the layer computes, with `op_*()` functions, R's arithmetic and other
#' layers; `build` makes its weights. `call` is run when the layer is applied, not while
#' the model trains or predicts: what it does with the symbolic tensors that it is given
#' becomes part of the network, which runs on both engines without calling R again. So
#' what depends on the values of tensors is said with [op_where()] rather than `if`. A
#' saved model holds what the layer computes, and is read again without this definition.
#' Random numbers (`random_normal()` and its kin) differ in each step; their shape is made of
#' `op_shape()` of the input.
#'
#' A layer can also be applied to arrays, to see what it does: `layer(x)`, or
#' `layer(x, training = TRUE)`.
#'
#' A weight that was made with `trainable = FALSE` may be changed by `call`:
#' `self$count$assign(self$count + 1)`, `assign_add()`, `assign_sub()`. It changes each time the
#' layer computes: in training, in predictions, and in calls on data.
#'
#' With an argument `mask`, `call` gets the mask of its input, or `NULL`. The output carries the
#' mask on if `self$supports_masking` is `TRUE`, or the one that a method `compute_mask` of
#' `(inputs, mask)` returns; otherwise it carries none.
#'
#' In the functions, `self` is the layer: `self$add_weight()` makes a weight,
#' `self$add_loss()` adds what `call` computed to what training minimises, `self$name` is
#' its name, and anything can be kept in it. A layer with a `state_size` whose `call` takes a step's
#' input and a list of states, and returns the output and the list of new states, is a cell for
#' [layer_rnn()]. `super$initialize()`
#' takes `name` and `trainable`; `super` has the methods of the class that is inherited
#' from (`super()$call()` is the same), and `private` what is in `private`. Written as in Python,
#' with `self` as its first argument, a method is called without it too. `cls`, or the class's name,
#' makes another object: `from_config = function(cls, config)` returns one.
#'
#' @param classname The class's name, from which layers take theirs.
#' @param initialize A function that is called when a layer is made, with its arguments.
#' @param call A function of `(inputs)`; with an argument `training`, which is `TRUE` or
#'   `FALSE`, it is run for both cases. Several inputs come as a list, or as an argument
#'   each where it has several without defaults.
#' @param build A function of `(input_shape)`: the sizes with the batch first, `NA` where
#'   open, in a list.
#' @param get_config A function that returns the layer's arguments as a list.
#' @param ...,public More methods and values, by name: yours to call. `compute_output_shape` is not
#'   needed, and checked where it is there; a few methods of Keras's that rdeep never calls, such as
#'   `quantize`, are refused with what to do.
#' @param private A named list of what methods find as `private`.
#' @param inherit A class made by `Layer()` or its kin to inherit from, as Keras's base class by
#'   name (`keras$layers$Layer`) or an R6 class; a layer's class may inherit from a layer function,
#'   such as [layer_dense()], whose arguments `super$initialize()` takes then.
#' @param parent_env Where the functions look for what is not theirs.
#' @returns A function that makes layers: its first argument is `object`, as for any
#'   `layer_*()`, the others are those of `initialize`.
#' @family custom classes
#' @examplesIf rdeep_available()
#' layer_scale <- Layer(
#'   "Scale",
#'   initialize = function(start = 1, ...) {
#'     super$initialize(...)
#'     self$start <- start
#'   },
#'   build = function(input_shape) {
#'     self$factor <- self$add_weight(
#'       shape = input_shape[[length(input_shape)]],
#'       initializer = initializer_constant(self$start)
#'     )
#'   },
#'   call = function(inputs) inputs * self$factor
#' )
#' keras_model_sequential(input_shape = 3) |>
#'   layer_scale(start = 2) |>
#'   layer_dense(1)
#' @export
Layer <- function(classname,
                  initialize = NULL,
                  call = NULL,
                  build = NULL,
                  get_config = NULL,
                  ...,
                  public = list(),
                  private = list(),
                  inherit = NULL,
                  parent_env = parent.frame()) {
  methods <- list(
    initialize = initialize, call = call, build = build, get_config = get_config
  )
  definition <- new_definition(
    classname, c(methods, list2(...)), public, private, rlang::enquo(inherit), parent_env, "layer"
  )
  refuse_overrides(definition, "layer", current_env())
  as_class(layer_maker(definition), definition, from = function(...) {
    make_custom_layer(definition, list2(...), current_env())
  })
}

#' @rdname Layer
#' @export
new_layer_class <- Layer

# The function that makes layers of a class.
layer_maker <- function(definition) {
  function(object, ...) {
    call <- current_env()
    layer <- make_custom_layer(definition, list2(...), call)
    if (missing(object) || is.null(object)) layer else compose(layer, object, .call = call)
  }
}

# `more` are methods that every object of the kind has besides.
make_custom_layer <- function(definition, arguments, .call = caller_env(), more = list()) {
  arguments <- without_input_shape(arguments)
  self <- new.env(parent = emptyenv())
  pointer <- call_core(
    "r_layer",
    title = snake_case(definition$classname),
    functions = reticulate::dict(),
    uses_training = FALSE,
    .call = .call
  )
  self$pointer <- pointer
  methods <- c(layer_methods(self, pointer, .call), file_methods(self, pointer), more)
  base <- with_base(definition, self, methods)
  instantiate(definition, base, arguments, self)
  define_functions(self, pointer, .call)
  layer <- new_layer(pointer, self, definition, arguments)
  by_hand(layer, self, pointer, is.null(all_methods(definition)$build), .call)
  show_weights(self, pointer)
  remember_self(pointer, self, definition)
  layer
}

# Methods find the layer's weights in `self`, as others do in the layer.
show_weights <- function(self, pointer) {
  names <- c(
    "weights", "variables", "trainable_weights", "trainable_variables", "non_trainable_weights",
    "non_trainable_variables"
  )
  for (name in setdiff(names, ls(self, all.names = TRUE))) {
    local({
      name <- name
      read <- function() engine_variables(new_layer(pointer), name, caller_env())
      makeActiveBinding(name, active_binding(read, name), self)
    })
  }
}

# A model gives its layers back as what they are in Python: what their class keeps is found
# again by that. It is known for as long as Python has the layer, whose functions have `self`.
remember_self <- function(pointer, self, definition) {
  known <- rlang::new_weakref(self, definition)
  assign(reticulate::py_id(pointer), known, envir = own_layers)
}

own_layers <- new.env(parent = emptyenv())

# A layer that Python gives, with its `self` and its class where a class of the user's made it.
layer_again <- function(pointer) {
  if (!length(own_layers)) {
    return(new_layer(pointer))
  }
  graph_layer <- reticulate::py_has_attr(pointer, "record")
  record <- if (graph_layer) reticulate::py_get_attr(pointer, "record") else pointer
  known <- own_layers[[reticulate::py_id(record)]]
  self <- if (!is.null(known)) rlang::wref_key(known)
  new_layer(pointer, self, if (!is.null(self)) rlang::wref_value(known))
}

# `build` as it is called by hand, with arguments of its own if it has some: it is not called
# again then. Without one of the class's own the layers inside make their weights.
by_hand <- function(layer, self, pointer, inherited, .call) {
  build <- self$build
  self$build <- if (inherited) {
    function(input_shape) build_layer(layer, input_shape, .call)
  } else {
    function(...) {
      value <- build(...)
      call_method(pointer, "mark_built", .call = .call)
      invisible(value)
    }
  }
}

# What every layer's `self` can do.
layer_methods <- function(self, pointer, .call) {
  add_weight <- function(shape = NULL,
                         initializer = NULL,
                         dtype = NULL,
                         trainable = TRUE,
                         autocast = TRUE,
                         regularizer = NULL,
                         constraint = NULL,
                         aggregation = "mean",
                         name = NULL,
                         ...) {
    wrap(call_method(
      pointer, "add_weight",
      shape = as_extents(shape %||% list()),
      initializer = as_record("initializer", initializer %||% "glorot_uniform"),
      trainable = as_flag(trainable),
      regularizer = as_record("regularizer", regularizer),
      constraint = as_record("constraint", constraint),
      name = as_text(name)
    ))
  }
  list(
    initialize = function(name = NULL,
                          trainable = TRUE,
                          dtype = NULL,
                          autocast = TRUE,
                          activity_regularizer = NULL,
                          ...) {
      check_dots(..., .call = .call)
      call_core(
        "set_layer",
        layer = pointer, name = as_text(name), trainable = as_flag(trainable),
        activity_regularizer = as_record("regularizer", activity_regularizer, .call)
      )
      self$name <- name
      self$trainable <- trainable
    },
    add_weight = add_weight,
    add_variable = add_weight,
    add_loss = function(loss) {
      invisible(call_method(pointer, "add_loss", loss = loss))
    },
    build = function(input_shape) invisible(NULL),
    get_config = function() list(name = self$name, trainable = self$trainable)
  )
}

define_functions <- function(self, pointer, .call) {
  if (is.null(self$call)) {
    abort_rdeep(
      "argument",
      "The class has no `call`: it says what a layer computes.",
      argument = "call",
      call = .call
    )
  }
  call_method(pointer, "define", name = "build", `function` = without_conditions(self$build))
  is_cell <- !is.null(self$state_size)
  called <- if (is_cell) of_step(self$call) else of_inputs(self$call)
  call_method(
    pointer, "define",
    name = "call", `function` = without_conditions(called, TRUE)
  )
  for (name in if (is_cell) c("state_size", "output_size")) {
    sizes <- self[[name]]
    if (!is.null(sizes)) assign_attribute(pointer, name, as.list(as_extents(sizes)), .call)
  }
  for (name in c("compute_output_shape", "compute_mask")) {
    if (is.function(self[[name]])) {
      call_method(pointer, "define", name = name, `function` = without_conditions(self[[name]]))
    }
  }
  reads_mask <- "mask" %in% names(formals(self$call))
  assign_attribute(pointer, "reads_mask", reads_mask, .call)
  assign_attribute(pointer, "supports_masking", isTRUE(self$supports_masking), .call)
  takes_training <- "training" %in% names(formals(self$call))
  assign_attribute(pointer, "uses_training", takes_training, .call)
}

# `call` as a function of all inputs: one of several arguments without defaults takes an
# input each.
of_inputs <- function(call) {
  parameters <- formals(call)
  required <- vapply(parameters, function(x) is.symbol(x) && !nzchar(as.character(x)), NA)
  wanted <- setdiff(names(parameters)[required], c("training", "mask", "..."))
  if (length(wanted) < 2) {
    return(call)
  }
  function(inputs, ...) do.call(call, c(inputs, list2(...)))
}

# `call` of a cell, for `layer_rnn()`: a function of a list of the step's input and its states,
# which gives a list of the output and the list of the new states.
of_step <- function(call) {
  function(inputs, ...) call(inputs[[1]], unname(inputs[-1]), ...)
}

# `input_shape` among the arguments is for the model that the layer is added to.
without_input_shape <- function(arguments) {
  arguments[names2(arguments) != "input_shape"]
}

snake_case <- function(name) {
  tolower(gsub("(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name, perl = TRUE))
}

#' Lambda layer: a function as a layer
#'
#' @param object What the layer is added to: a sequential model, or a symbolic tensor or
#'   a list of them, which it is applied to. Without it the layer itself is returned.
#' @param f A function of a symbolic tensor (or a list of them), written with `op_*()`
#'   functions, R's arithmetic and `[`. With an argument `training` it is run for both
#'   cases. A formula such as `~ .x + 1` will do.
#' @param output_shape,mask Not needed: the shape is found by applying the function.
#' @param arguments A named list of more arguments for the function.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param input_shape The shape of one sample, if this is the first layer of a
#'   sequential model without one.
#' @param name The layer's name in its model.
#' @param trainable Whether training changes the layer's weights: it has none.
#' @returns The model, a symbolic tensor, or the layer: see `object`.
#' @family custom classes
#' @seealso [layers_core] lists all core layers, [rdeep_index] all families.
#' @examplesIf rdeep_available()
#' keras_model_sequential(input_shape = 4) |>
#'   layer_lambda(function(x) x * 2 + 1) |>
#'   layer_dense(1)
#' @export
layer_lambda <- function(object,
                         f,
                         output_shape = NULL,
                         mask = NULL,
                         arguments = NULL,
                         ...,
                         input_shape = NULL,
                         name = NULL,
                         trainable = TRUE) {
  check_dots(...)
  call <- current_env()
  f <- as_user_function(f, "f", call)
  more <- as.list(arguments)
  computed <- if ("training" %in% names(formals(args(f)))) {
    function(inputs, training) do.call(f, c(list(inputs), more, list(training = training)))
  } else {
    function(inputs) do.call(f, c(list(inputs), more))
  }
  definition <- new_definition("Lambda", list(call = computed), parent_env = environment())
  layer <- make_custom_layer(definition, list(name = name, trainable = trainable), call)
  if (missing(object) || is.null(object)) {
    return(layer)
  }
  if (!is.null(input_shape)) {
    start_model(object, input_shape, call)
  }
  compose(layer, object, .call = call)
}

as_user_function <- function(f, argument, .call) {
  if (missing(f) || !(is.function(f) || inherits(f, "formula"))) {
    abort_rdeep(
      "argument",
      paste0(
        sprintf("'%s' must be a function", argument),
        if (!missing(f)) paste0(", not ", describe(f)), "."
      ),
      argument = argument,
      call = .call
    )
  }
  rlang::as_function(f)
}
