# Files of models. What makes `saveRDS()` work is in kept.R.

#' Save and load a model
#'
#' One file holds layers, weights and the state of training, as data without code.
#' It can be loaded on any backend, whichever it was saved from. Where neither torch nor
#' TensorFlow is installed, NumPy alone predicts and evaluates ([use_backend()]); training
#' it further needs an engine.
#'
#' @section Keras's files:
#' `load_model()` reads what Keras and keras3 save (`.keras`, and whole models in HDF5,
#' `.h5`), on any backend, and without TensorFlow: the layers become those of this package,
#' with their weights, how the model was compiled, and from `.keras` the optimizer's state, so
#' that training goes on. Nothing in such a file is run or imported. A `layer_lambda()`, a
#' class or a function of somebody's own, a layer that this package lacks, and other types
#' than float32 are refused, by the layer's name.
#'
#' What ends in `.keras` is written by `save_model()` as Keras's own file, which Keras opens
#' with the same predictions. Losses and metrics that are functions are in it: rdeep reads
#' what they compute, Keras is given them as `custom_objects`. A model with layers or activations
#' of your own, or others that Keras lacks, is written in this package's own format under that
#' name, with a warning that names them: `load_model()` reads it. Keras's own file has no place
#' for what R knows beside the
#' network: names of columns, factor levels, the names of classes, the history of training. A
#' `.rdeep` file keeps them. Where predictions would need what is missing, a formula or the
#' coding of factors, a warning of class `rdeep_warning_lost` says so when it is written.
#'
#' Other kinds are refused with what to do: ONNX, SavedModel folders, and pickles, which are
#' programs. Weights of torch are read by [load_model_weights()].
#'
#' @section saveRDS():
#' `saveRDS()`, `save()` and all that sends objects to other processes work on models, and
#' on layers, losses, optimizers and other objects of this package. What is written is the
#' model as it is at that moment, whoever changed its weights: another model that shares
#' its layers, [set_weights()], or code that trained `model$native`. Until then nothing is
#' copied. Models that share layers are saved each with its weights, and share them no
#' more when they are read. Symbolic tensors, and objects of an engine's own in a model
#' ([layer_torch_module_wrapper()]), cannot be saved so: reading them is an error that says
#' why.
#'
#' @section Tabular models:
#' The file of a [deep_tabular()] also holds the outcome of the rows that it was fitted to
#' and their held-out predictions, which scores, calibration and intervals come from. It
#' holds neither their predictors nor the fitted values: after `load_model()`, functions
#' that need them ask for data. `saveRDS()` keeps all. A recipe, or a formula with
#' functions that would have to be run to know what they do, such as `poly()`, cannot be
#' kept as data: use `saveRDS()`. Python reads the file by
#' `rdeep.tabular.load_tabular(path)` and predicts for data frames with the columns that
#' the formula made.
#'
#' @param model A model, or a [deep_tabular()]; for `load_model()` the path of a file.
#' @param filepath The file to write; `.rdeep` is the usual ending, and `.keras` that of
#'   Keras's own files.
#' @param overwrite Whether to replace a file that exists.
#' @param zipped Files are zipped; `FALSE` is refused.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param custom_objects A named list of classes of your own, or one class: layers and models of
#'   these, and of classes that were entered by [register_keras_serializable()], are objects of
#'   their class again. Without its class, a layer computes what it did.
#' @param compile Whether to load how the model was compiled, and its optimizer's state.
#' @param safe_mode Has no effect: files hold no code.
#' @param backend The engine to load it on; by default the one it was saved from (for files of
#'   others that of [use_backend()]) or, where that is not installed, the other. `"numpy"`, which
#'   predicts and evaluates, is what is left where there is none.
#' @param device Where it runs, one of [rdeep_devices()].
#' @returns `save_model()`: the path, invisibly. `load_model()`: a model, or a
#'   [deep_tabular()].
#' @family saving
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' path <- save_model(model, tempfile(fileext = ".rdeep"))
#' load_model(path)
#' @export
save_model <- function(model, filepath = NULL, overwrite = FALSE, zipped = NULL, ...) {
  call <- current_env()
  if (isFALSE(zipped)) {
    abort_rdeep(
      "argument",
      "'zipped' cannot be FALSE: a model is one file, which is a zip archive.",
      argument = "zipped",
      hint = "`utils::unzip()` takes it apart.",
      call = call
    )
  }
  ready <- inherits(model, "rdeep_ready")
  tabular <- ready || inherits(model, "deep_tabular")
  if (!tabular) {
    check_model(model)
  }
  check_dots(...)
  filepath <- needed_path(filepath, call)
  if (!tabular) {
    note_classes(model, call)
  }
  core_model <- if (ready) {
    if (!is.null(model$design)) check_design_plain(model, call)
    ready_pointer(model, call)
  } else if (tabular) {
    annotated_tabular(model, call)
  } else {
    model
  }
  call_method(core_model, "save", filepath = filepath, overwrite = as_flag(overwrite))
  if (!tabular) {
    warn_of_losses(model, filepath)
  }
  invisible(filepath)
}

# What predictions need and a file has no place for is said when it is written: whoever reads it
# has nothing left to save otherwise.
warn_of_losses <- function(model, path) {
  env <- model_env(model)
  plain <- grepl("[.]keras$", path, ignore.case = TRUE)
  design <- if (!is.null(env$design) && (plain || !is_plain_design(env$design))) env$design$kind
  coded <- plain && any(vapply(env$learned$x, function(part) length(part$levels) > 0, NA))
  if (is.null(design) && !coded) {
    return(invisible())
  }
  missed <- if (is.null(design)) {
    "how the model codes factors"
  } else {
    sprintf("the %s that the model was fitted by", if (design == "recipe") "recipe" else "formula")
  }
  warn(
    c(
      sprintf("'%s' does not hold %s.", basename(path), missed),
      i = if (is.null(design)) {
        "Loaded, the model takes numbers alone. The ending '.rdeep' keeps factors."
      } else if (is_plain_design(env$design)) {
        "Loaded, the model takes the columns which that made. The ending '.rdeep' keeps it."
      } else {
        "Loaded, the model takes the columns which that made. `saveRDS()` keeps it."
      }
    ),
    class = c("rdeep_warning_lost", "rdeep_warning")
  )
}

#' @rdname save_model
#' @export
load_model <- function(model,
                       custom_objects = NULL,
                       compile = TRUE,
                       safe_mode = TRUE,
                       ...,
                       backend = NULL,
                       device = NULL) {
  check_dots(...)
  call <- current_env()
  check_flag(compile, "compile", call)
  path <- needed_path(model, call)
  if (!is.null(backend)) {
    check_backend(backend, call)
  }
  pointer <- known_objects(
    custom_objects,
    call_core(
      "load_model",
      path = path, backend = backend, device = device, preferred = default_backend(),
      own = as_dict(class_makers(call)), .call = call
    )
  )
  if (inherits(pointer, c("rdeep.tabular.tabular.Tabular", core_auto_class))) {
    return(tabular_from_core(pointer, call))
  }
  if (inherits(pointer, "rdeep.ready.model.ReadyModel")) {
    return(ready_from_core(pointer, call))
  }
  if (!compile) {
    call_core("forget_training", model = pointer)
  }
  loaded <- new_model(pointer)
  read_learned(loaded)
  remember_random(model_env(loaded))
  known_objects(custom_objects, classes_again(loaded, compile, call))
}

#' Save and load weights
#'
#' Writes the weights alone, by name, as a `.safetensors` file, and reads them
#' into a model with the same layers.
#'
#' @section Files of Keras and torch:
#' A path that ends in `.weights.h5` is written as Keras's. `load_model_weights()` reads
#' `.weights.h5`, `.keras` and older `.h5` files, whose weights are matched as Keras does, by
#' the order of the layers; and state dicts of torch (`torch.save(module.state_dict(), path)`
#' in Python, a `.pt` or `.pth` file) and safetensors with a module's names. These are matched
#' to the layers by their names where they are the same, or else in their order, and brought
#' into Keras's layout; where the order is not known and several fit, both sides are listed.
#' Nothing is unpickled: of a pickle only what describes tensors is taken, and all else is
#' refused, as are files of torch before version 1.6.
#'
#' @inheritParams save_model
#' @param filepath The file; `.safetensors` is the usual ending.
#' @param max_shard_size Must be `NULL`: weights are one file.
#' @param skip_mismatch Whether to leave out weights of other names or shapes.
#' @returns `save_model_weights()`: the path, invisibly. `load_model_weights()`:
#'   the model, invisibly, which is changed in place.
#' @family saving
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' path <- save_model_weights(model, tempfile(fileext = ".safetensors"))
#' load_model_weights(model, path)
#' @export
save_model_weights <- function(model,
                               filepath,
                               overwrite = FALSE,
                               max_shard_size = NULL,
                               ...) {
  check_model(model)
  check_dots(...)
  if (!is.null(max_shard_size)) {
    abort_rdeep(
      "argument",
      "'max_shard_size' must be NULL: weights are written to one file of any size.",
      argument = "max_shard_size",
      received = max_shard_size,
      call = current_env()
    )
  }
  filepath <- needed_path(filepath, current_env())
  call_method(model, "save_weights", filepath = filepath, overwrite = as_flag(overwrite))
  invisible(filepath)
}

#' @rdname save_model_weights
#' @export
load_model_weights <- function(model, filepath, skip_mismatch = FALSE, ...) {
  check_model(model)
  check_dots(...)
  path <- needed_path(filepath, current_env())
  call_method(model, "load_weights", filepath = path, skip_mismatch = as_flag(skip_mismatch))
  invisible(model)
}

needed_path <- function(path, .call, argument = "filepath") {
  if (missing(path)) {
    abort_rdeep("argument", "The path of a file is missing.", argument = argument, call = .call)
  }
  if (!is_single(path) || !is.character(path)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be the path of a file, not %s.", argument, describe(path)),
      argument = argument,
      received = path,
      call = .call
    )
  }
  path.expand(path)
}
