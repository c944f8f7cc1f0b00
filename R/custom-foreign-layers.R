# Layers that are no records of the catalogue: objects of an engine, and layers in turn.

#' Torch module wrapper layer
#'
#' The module's parameters become weights of the model, which trains them. Such a model
#' runs on torch alone. No file of rdeep holds the module: keep the weights by
#' [save_model_weights()], and make the model again by its code. `saveRDS()` keeps nothing
#' of such a model either.
#'
#' @inheritParams layer_lambda
#' @param module A `torch.nn.Module` of Python, made by reticulate. The module itself is
#'   used, not a copy. It takes one tensor, with the batch first, and gives one.
#' @param output_shape The shape of its output without the batch; found by running the
#'   module if left out.
#' @returns The model, a symbolic tensor, or the layer: see `object`.
#' @seealso [layers_core] lists all core layers, [rdeep_index] all families.
#' @examplesIf rdeep_available()
#' torch <- reticulate::import("torch")
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_torch_module_wrapper(torch$nn$Linear(4L, 3L)) |>
#'   layer_dense(1)
#' @export
layer_torch_module_wrapper <- function(object,
                                       module,
                                       output_shape = NULL,
                                       name = NULL,
                                       ...,
                                       input_shape = NULL,
                                       trainable = TRUE) {
  check_dots(...)
  options <- list(
    module = as_layer(module),
    output_shape = as_shape(output_shape),
    name = as_text(name),
    trainable = as_flag(trainable)
  )
  add_foreign("TorchModuleWrapper", object, options, input_shape, current_env())
}

#' TensorFlow SavedModel layer
#'
#' Such a model runs on TensorFlow alone, and no file of rdeep holds it: keep the weights
#' by [save_model_weights()], and make the model again by its code.
#'
#' @inheritParams layer_lambda
#' @param filepath The SavedModel's folder.
#' @param call_endpoint The endpoint that is called. It gives one tensor.
#' @param call_training_endpoint The endpoint that is called while training; the same one
#'   by default.
#' @param trainable Whether training changes the variables that the SavedModel says are
#'   trainable.
#' @param dtype `NULL` or `"float32"`: the SavedModel itself says what it computes in.
#' @returns The model, a symbolic tensor, or the layer: see `object`.
#' @seealso [layers_core] lists all core layers, [rdeep_index] all families.
#' @examples
#' \dontrun{
#' keras_model_sequential(input_shape = 4) |>
#'   layer_tfsm("path/of/a/saved_model") |>
#'   layer_dense(1)
#' }
#' @export
layer_tfsm <- function(object,
                       filepath,
                       call_endpoint = "serve",
                       call_training_endpoint = NULL,
                       trainable = TRUE,
                       name = NULL,
                       dtype = NULL,
                       ...,
                       input_shape = NULL) {
  check_dots(...)
  call <- current_env()
  if (!is.null(dtype) && !identical(dtype, "float32")) {
    abort_rdeep(
      "argument",
      sprintf("'dtype' must be NULL or \"float32\", not %s.", describe(dtype)),
      argument = "dtype",
      received = dtype,
      call = call
    )
  }
  options <- list(
    filepath = as_path(filepath),
    call_endpoint = as_text(call_endpoint),
    call_training_endpoint = as_text(call_training_endpoint),
    trainable = as_flag(trainable),
    name = as_text(name)
  )
  add_foreign("TFSMLayer", object, options, input_shape, call)
}

add_foreign <- function(kind, object, options, input_shape, .call) {
  pointer <- call_core(
    "foreign_layer",
    kind = kind,
    options = as_dict(given(options)),
    .call = .call
  )
  layer <- new_layer(pointer)
  if (missing(object) || is.null(object)) {
    return(layer)
  }
  if (!is.null(input_shape)) {
    start_model(object, input_shape, .call)
  }
  compose(layer, object, .call = .call)
}

#' Layers that compute by JAX
#'
#' There for code that names them: rdeep runs models on torch and on TensorFlow, and has no
#' backend for JAX, so these are errors that say so.
#'
#' @param object,module,method,variables,call_fn,init_fn,params,state,seed,dtype,... Not used.
#' @returns Nothing: they raise an error.
#' @seealso [layers_core] lists all core layers, [rdeep_index] all families.
#' @examples
#' try(layer_flax_module_wrapper())
#' @export
layer_flax_module_wrapper <- function(object, module, method = NULL, variables = NULL, ...) {
  call_core("refuse_jax", kind = "layer_flax_module_wrapper()", .call = current_env())
}

#' @rdname layer_flax_module_wrapper
#' @export
layer_jax_model_wrapper <- function(object,
                                    call_fn,
                                    init_fn = NULL,
                                    params = NULL,
                                    state = NULL,
                                    seed = NULL,
                                    ...,
                                    dtype = NULL) {
  call_core("refuse_jax", kind = "layer_jax_model_wrapper()", .call = current_env())
}

#' Pipeline layer: layers in turn, as one layer
#'
#' What one layer gives goes into the next: for steps of preprocessing that belong together.
#'
#' @param layers A list of layers.
#' @param name The layer's name in its model.
#' @returns A layer, which can be called on a symbolic tensor.
#' @seealso [layers_core] lists all core layers, [rdeep_index] all families.
#' @examplesIf rdeep_available()
#' prepare <- layer_pipeline(list(layer_activation_relu(), layer_flatten()))
#' prepare(layer_input(c(3, 4)))
#' @export
layer_pipeline <- function(layers, name = NULL) {
  if (inherits(layers, "rdeep_layer")) {
    layers <- list(layers)
  }
  new_layer(call_core(
    "pipeline",
    layers = layers,
    name = as_text(name),
    .call = current_env()
  ))
}
