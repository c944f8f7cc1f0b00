#' Configuration of a model, a layer or another object, as plain data
#'
#' `get_config()` returns the options of a layer, a loss, an optimizer and so on, or the layers of a
#' model without their weights. `from_config()` makes such an object again, after options were
#' changed if you like. `serialize_keras_object()` and `deserialize_keras_object()` do the same with
#' the class beside the options, so that lists can be written to a file as they stand.
#'
#' @param object,obj A layer, a model or another object of this package.
#' @param config What `get_config()` or `serialize_keras_object()` returned.
#' @param custom_objects A named list of classes of your own.
#' @param safe_mode Has no effect: configurations hold data, and no code.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns `get_config()`: a list of options. `serialize_keras_object()`: a list of `kind`,
#'   `class_name` and `config`, and `registered_name` for a class of your own that is registered.
#'   The others: the object; a model has new weights.
#' @family models
#' @examplesIf rdeep_available()
#' config <- get_config(layer_dense(units = 4))
#' config$units <- 8
#' from_config(config)
#' @export
get_config <- function(object) {
  found <- serialized(object, "object", current_env())
  structure(
    found$config,
    class = c("rdeep_config", "list"),
    kind = found$kind,
    class_name = found$class_name,
    # In an environment, which is not shown value by value.
    origin = list2env(list(definition = attr(object, "definition")))
  )
}

#' @rdname get_config
#' @export
from_config <- function(config, custom_objects = NULL) {
  call <- current_env()
  if (!inherits(config, "rdeep_config")) {
    abort_rdeep(
      "argument",
      sprintf("'config' must be what `get_config()` returned, not %s.", describe(config)),
      argument = "config",
      received = config,
      hint = "`deserialize_keras_object()` takes plain lists with a class.",
      call = call
    )
  }
  name <- attr(config, "class_name")
  plain <- as.list(config)
  attributes(plain) <- list(names = names(config))
  definition <- attr(config, "origin")$definition
  if (!is.null(definition)) {
    return(object_of_config(definition, plain))
  }
  known_objects(custom_objects, deserialize_object(attr(config, "kind"), name, plain, call))
}

#' @rdname get_config
#' @export
serialize_keras_object <- function(obj) {
  if (is.function(obj) && !is.null(registered_key(obj))) {
    return(as_plain_value(obj))
  }
  serialized(obj, "obj", current_env())
}

#' @rdname get_config
#' @export
deserialize_keras_object <- function(config, custom_objects = NULL, safe_mode = TRUE, ...) {
  check_dots(...)
  call <- current_env()
  if (is.null(config) || is.atomic(config) || is.function(config)) {
    return(config)
  }
  if (is_plain_list(config) && is.null(names(config))) {
    return(lapply(config, deserialize_keras_object, custom_objects = custom_objects))
  }
  if (identical(config$class_name, "function")) {
    return(known_objects(custom_objects, registered_function(config, call)))
  }
  if (!is.list(config) || is.null(config$kind) || is.null(config$class_name)) {
    abort_rdeep(
      "argument",
      sprintf("'config' must be a list of kind, class_name and config, not %s.", describe(config)),
      argument = "config",
      received = config,
      call = call
    )
  }
  known_objects(
    custom_objects,
    deserialize_object(
      config$kind, config$class_name, unclass(config$config), call, config$registered_name
    )
  )
}

# A function goes by its name, as Keras has it.
registered_function <- function(config, .call) {
  found <- get_registered_object(config$registered_name %||% config$config)
  if (is.null(found)) {
    abort_rdeep(
      "argument",
      sprintf("There is no function '%s' that is registered.", config$config),
      argument = "config",
      hint = "Enter it by `register_keras_serializable()`, or give it in 'custom_objects'.",
      call = .call
    )
  }
  found
}

serialized <- function(object, argument, .call) {
  ours <- inherits(object, c("rdeep_model", "rdeep_layer", "rdeep_object"))
  if (!ours) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be a layer, a model or another object, not %s.", argument,
              describe(object)),
      argument = argument,
      received = object,
      call = .call
    )
  }
  definition <- attr(object, "definition")
  if (inherits(object, "rdeep_layer") && !is.null(definition)) {
    # A layer of the user's own says itself what it is made of again.
    config <- attr(object, "self")$get_config()
    found <- list(kind = "layer", class_name = definition$classname, config = config)
    # Left out where there is none.
    found$registered_name <- name_of_class(definition)
    return(found)
  }
  found <- call_core("config_of", value = object, .call = .call)
  list(kind = found$kind, class_name = found$class, config = found$config)
}

deserialize_object <- function(kind, name, config, .call, registered = NULL) {
  own <- if (!is.null(registered)) get_registered_object(registered)
  own <- own %||% get_registered_object(name)
  if (inherits(own, "rdeep_class")) {
    return(object_of_config(attr(own, "definition"), config))
  }
  if (identical(kind, "model")) {
    sync_seed(.call)
  }
  pointer <- call_core(
    "from_config", config = as_dict(config), kind = kind, name = name,
    backend = if (identical(kind, "model")) default_backend(), .call = .call
  )
  if (!identical(kind, "model")) {
    return(wrap(pointer))
  }
  model <- new_model(pointer)
  model
}

# Runs code that may meet the user's own classes.
known_objects <- function(custom_objects, code) {
  if (is.null(custom_objects)) code else with_custom_object_scope(custom_objects, code)
}

#' @export
print.rdeep_config <- function(x, ...) {
  cat("<configuration of ", attr(x, "class_name"), ">\n", sep = "")
  attributes(x) <- list(names = names(x))
  utils::str(x, give.attr = FALSE, no.list = TRUE)
  invisible(x)
}

#' Save and load the layers of a model without weights
#'
#' A file of JSON. [save_model()] keeps the weights as well.
#'
#' @param model A model.
#' @param filepath The file. `save_model_config()` returns the JSON as a string if it is `NULL`.
#' @param overwrite Whether to replace a file that exists.
#' @param custom_objects A named list of classes of your own.
#' @returns `save_model_config()`: the path, invisibly, or a string. `load_model_config()`: a model
#'   with new weights.
#' @family saving
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' path <- save_model_config(model, tempfile(fileext = ".json"))
#' load_model_config(path)
#' @export
save_model_config <- function(model, filepath = NULL, overwrite = FALSE) {
  check_is_network(model)
  if (is.null(filepath)) {
    return(call_core("config_text", model = model))
  }
  path <- needed_path(filepath, current_env())
  call_core("save_config", model = model, path = path, overwrite = as_flag(overwrite))
  invisible(filepath)
}

#' @rdname save_model_config
#' @export
load_model_config <- function(filepath, custom_objects = NULL) {
  call <- current_env()
  is_text <- is_single(filepath) && is.character(filepath) && startsWith(trimws(filepath), "{")
  path <- if (!is_text) needed_path(filepath, call)
  sync_seed(call)
  known_objects(custom_objects, {
    model <- new_model(call_core(
      "load_config",
      path = path, text = if (is_text) filepath, backend = default_backend()
    ))
  })
  model
}
