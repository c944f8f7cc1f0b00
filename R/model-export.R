#' Export a model as a SavedModel, for TensorFlow Serving
#'
#' Writes TensorFlow's SavedModel, which programs without R can use. That needs a model on
#' TensorFlow; [to_backend()] makes a copy there. [save_model()] is what [load_model()] reads.
#'
#' @param object A model.
#' @param export_dir_base The folder to write.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns The folder, invisibly.
#' @family saving
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' \dontrun{
#' export_savedmodel(to_backend(model, "tensorflow"), "served")
#' }
#' @export
export_savedmodel <- function(object, export_dir_base, ...) {
  UseMethod("export_savedmodel")
}

#' @export
export_savedmodel.default <- function(object, export_dir_base, ...) {
  elsewhere("export_savedmodel", "tensorflow", object, export_dir_base, ..., .call = current_env())
}

#' @rdname export_savedmodel
#' @export
export_savedmodel.rdeep_model <- function(object, export_dir_base, ...) {
  check_dots(...)
  path <- needed_path(export_dir_base, current_env())
  call_core("export_model", model = object, path = path)
  invisible(export_dir_base)
}

#' Quantize the weights of a model
#'
#' Not to be had here: weights are float32 on both engines, so that models move from one to the
#' other. Less memory in training comes from [config_set_dtype_policy()].
#'
#' @param object A model.
#' @param mode Such as `"int8"`.
#' @param ... Not used.
#' @returns Nothing: it is an error.
#' @family saving
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' try(quantize_weights(model, "int8"))
#' @export
quantize_weights <- function(object, mode, ...) {
  check_is_network(object)
  abort_rdeep(
    "argument",
    "Weights cannot be quantized: they are float32 on both engines.",
    argument = "mode",
    hint = paste(
      "The engines quantize their own models: see `model$native`, with torch's",
      "`torch.ao.quantization` or Keras's `quantize()`."
    ),
    call = current_env()
  )
}
