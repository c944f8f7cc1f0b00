# Classes of the user's in files. A file holds what a layer computes, and is read without its class;
# where the class is registered, or given as one of `custom_objects`, it makes the layer again, with
# the methods and values of the class.
#
# A class may say in Keras's way what is kept of it: `get_config` and `from_config` its arguments,
# `get_build_config` and `build_from_config` those of `build`, `save_own_variables` and
# `load_own_variables` values beside its weights, `save_assets` and `load_assets` files,
# `get_compile_config` and `compile_from_config` how a model is compiled.

# What such methods do where a class has none of its own.
file_methods <- function(self, pointer) {
  layer <- function() new_layer(pointer)
  list(
    get_build_config = function() {
      input <- `$.rdeep_layer`(layer(), "input_shape")
      list(input_shape = if (!is.null(input)) as.list(input))
    },
    build_from_config = function(config) {
      if (!is.null(config$input_shape)) self$build(config$input_shape)
    },
    save_own_variables = function(store) {
      weights <- get_weights(layer())
      for (i in seq_along(weights)) store[[as.character(i - 1L)]] <- weights[[i]]
      store
    },
    load_own_variables = function(store) invisible(NULL),
    save_assets = function(dir_path, ...) invisible(NULL),
    load_assets = function(dir_path, ...) invisible(NULL)
  )
}

# Saving ---------------------------------------------------------------------------

# Has the layers of a model know how their classes make them again.
note_classes <- function(model, .call) {
  if (!fetch(model, "is_built", .call)) {
    return(invisible())
  }
  for (layer in model_layers(model)) {
    definition <- attr(layer, "definition")
    if (!is.null(definition$class$make)) note_layer_class(layer, definition, model, .call)
  }
}

note_layer_class <- function(layer, definition, model, .call) {
  self <- attr(layer, "self")
  methods <- names(all_methods(definition))
  config <- plain_value(self$get_config())
  if (is.null(config)) {
    return(invisible())
  }
  host <- list(kind = definition$kind)
  if (any(c("get_build_config", "build_from_config") %in% methods)) {
    host$build <- plain_value(self$get_build_config())
  }
  if ("save_own_variables" %in% methods) host$variables <- own_variables(self)
  if ("save_assets" %in% methods) host$assets <- own_assets(self)
  if ("get_compile_config" %in% methods) host$compile <- plain_value(self$get_compile_config())
  call_core(
    "note_class",
    layer = layer, name = name_of_class(definition) %||% definition$classname,
    config = as_dict(config), host = host, .call = .call
  )
}

# A value as data that a file holds; `NULL` where it is none.
plain_value <- function(x) {
  tryCatch(as_plain_value(x), rdeep_no_data = function(condition) NULL)
}

as_plain_value <- function(x) {
  if (inherits(x, c("rdeep_model", "rdeep_layer", "rdeep_object"))) {
    return(as_plain_value(serialize_keras_object(x)))
  }
  if (inherits(x, "rdeep_shape")) {
    x <- as.list(x)
  }
  if (is.list(x)) {
    attributes(x) <- list(names = names(x))
    return(as_dict_of(lapply(x, as_plain_value)))
  }
  if (is.null(x) || (is.atomic(x) && !is.factor(x))) {
    return(if (is.null(names(x))) as.vector(x) else as_plain_value(as.list(x)))
  }
  key <- if (is.function(x)) registered_key(x)
  if (is.null(key)) {
    rlang::abort("no data", class = "rdeep_no_data")
  }
  list(
    kind = "function", class_name = "function", config = sub("^.*>", "", key),
    registered_name = key
  )
}

# A list without elements has names where it stands for options.
as_dict_of <- function(x) if (length(x)) x else structure(list(), names = character())

registered_key <- function(object) {
  found <- Filter(function(key) identical(state$custom[[key]], object), names(state$custom))
  if (length(found)) found[[1]]
}

own_variables <- function(self) {
  store <- new.env(parent = emptyenv())
  returned <- self$save_own_variables(store)
  values <- as.list(store)
  if (is_plain_list(returned)) values[names(returned)] <- returned
  # The weights themselves are in the file.
  values <- values[!grepl("^[0-9]+$", names(values))]
  lapply(values, function(value) {
    value <- as.array(value)
    list(dim = as.list(dim(value)), values = as.list(as.vector(value)))
  })
}

own_assets <- function(self) {
  folder <- tempfile("assets")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  self$save_assets(folder)
  files <- list.files(folder, recursive = TRUE)
  contents <- lapply(file.path(folder, files), function(path) {
    paste(readBin(path, "raw", file.size(path)), collapse = "")
  })
  stats::setNames(contents, files)
}

# Loading --------------------------------------------------------------------------

# What makes layers again, by the names of the classes that are known, for the core.
class_makers <- function(.call) {
  known <- Filter(function(object) {
    inherits(object, "rdeep_class") && attr(object, "definition")$kind %in% c("layer", "model")
  }, get_custom_objects())
  made <- lapply(known, function(object) {
    without_conditions(function(told) remade_layer(attr(object, "definition"), told()))
  })
  # Known by what comes after the package, too.
  short <- sub("^.*>", "", names(made))
  c(made, stats::setNames(made, short)[!duplicated(short) & !short %in% names(made)])
}

remade_layer <- function(definition, own) {
  object <- object_of_config(definition, own$config)
  layer <- if (inherits(object, "rdeep_model")) model_env(object)$layer else object
  if (!inherits(layer, "rdeep_layer")) {
    abort_rdeep("argument", "A class without `call` is not made again.", argument = "call")
  }
  if (inherits(object, "rdeep_model")) {
    assign(reticulate::py_id(unwrap(layer)), object, envir = remade_models)
  }
  if (!is.null(own$host$build)) {
    config <- own$host$build
    if (!is.null(config$input_shape)) config$input_shape <- as_dims(as.list(config$input_shape))
    attr(layer, "self")$build_from_config(config)
  }
  layer
}

# Models that were made again, by their layer, until the file is read.
remade_models <- new.env(parent = emptyenv())

# What a file's layers are told once they have their weights. Returns the model, which is one of
# the user's class if the file says so.
classes_again <- function(model, compile, .call) {
  on.exit(rm(list = ls(remade_models), envir = remade_models))
  if (!fetch(model, "is_built", .call)) {
    return(model)
  }
  layers <- model_layers(model)
  for (layer in layers) {
    again <- remade_models[[reticulate::py_id(record_of(layer))]]
    if (!is.null(again)) model <- put_in_place(again, model, .call)
  }
  for (layer in layers) {
    own <- if (!is.null(attr(layer, "self"))) call_core("noted_class", layer = layer)
    if (!is.null(own)) told_by_file(layer, own$host, compile)
  }
  model
}

# Has a model of the user's class be the network that was read.
put_in_place <- function(again, model, .call) {
  env <- model_env(again)
  env$pointer <- model_env(model)$pointer
  env$learned <- model_env(model)$learned
  steps <- fenced_methods(env$self)
  if (length(steps)) call_core("set_steps", model = again, steps = steps, .call = .call)
  again
}

told_by_file <- function(layer, host, compile) {
  self <- attr(layer, "self")
  methods <- names(all_methods(attr(layer, "definition")))
  if ("load_own_variables" %in% methods) {
    store <- new.env(parent = emptyenv())
    weights <- get_weights(layer)
    for (i in seq_along(weights)) store[[as.character(i - 1L)]] <- weights[[i]]
    for (name in names(host$variables)) {
      saved <- host$variables[[name]]
      store[[name]] <- array(as.numeric(unlist(saved$values)), as.integer(unlist(saved$dim)))
    }
    self$load_own_variables(store)
  }
  if ("load_assets" %in% methods) {
    with_assets(host$assets, self$load_assets)
  }
  if (compile && "compile_from_config" %in% methods && !is.null(host$compile)) {
    self$compile_from_config(host$compile)
  }
}

with_assets <- function(assets, load) {
  folder <- tempfile("assets")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  for (name in names(assets)) {
    hex <- assets[[name]]
    places <- seq.int(1, by = 2, length.out = nchar(hex) / 2)
    bytes <- as.raw(strtoi(substring(hex, places, places + 1), 16L))
    path <- file.path(folder, name)
    if (grepl("..", name, fixed = TRUE)) next
    dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
    writeBin(bytes, path)
  }
  load(folder)
}
