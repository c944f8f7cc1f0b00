# Where data enters a network, and the chain that begins there.

#' Sequential model: a chain of layers
#'
#' Add layers with `|>` and the `layer_*()` functions; they change the model in
#' place. The shape of the input is given here, as `input_shape` of the first
#' layer, or found at the first `fit()`.
#'
#' @param input_shape The shape of one sample, without the batch, such as
#'   `c(28, 28, 1)`; `NA` for a size that is open.
#' @param name The model's name.
#' @param ... `batch_size`, `batch_shape` and `dtype` of the input, as [layer_input()] calls them;
#'   anything else is an error, so that a misspelt argument is noticed.
#' @param input_dtype The type of the data, as for [layer_input()].
#' @param input_batch_shape The shape with the batch in front, instead of `input_shape`.
#' @param input_name The name of the input.
#' @param input_batch_size,input_sparse,input_ragged,input_tensor,input_optional As for
#'   [layer_input()].
#' @param trainable `FALSE` to keep the weights of `layers` as they are in training.
#' @param layers A list of layers to begin with.
#' @param backend `"torch"`, `"tensorflow"`, or `"numpy"`, which does not train; by default
#'   what [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()]; by default the first.
#' @returns A model.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(3, activation = "softmax")
#' model
#' @export
keras_model_sequential <- function(input_shape = NULL,
                                   name = NULL,
                                   ...,
                                   input_dtype = NULL,
                                   input_batch_size = NULL,
                                   input_sparse = NULL,
                                   input_ragged = NULL,
                                   input_batch_shape = NULL,
                                   input_name = NULL,
                                   input_tensor = NULL,
                                   input_optional = FALSE,
                                   trainable = TRUE,
                                   layers = list(),
                                   backend = NULL,
                                   device = NULL) {
  call <- current_env()
  dots <- known_dots(..., .known = c("batch_size", "dtype", "batch_shape"), .call = call)
  # Keras's words for the input's.
  input_batch_size <- input_batch_size %||% dots$batch_size
  input_batch_shape <- input_batch_shape %||% dots$batch_shape
  input_dtype <- input_dtype %||% dots$dtype
  check_flag(trainable, "trainable", call)
  layers <- if (is_plain_list(layers)) layers else list(layers)
  shape <- sample_shape(input_shape, input_batch_shape, "input_", call)
  check_input_options(
    input_batch_size, input_sparse, input_ragged, input_tensor, input_optional, "input_", call
  )
  size <- batch_size_of(input_batch_size, input_batch_shape, "input_", call)
  if (is.null(shape)) {
    refuse_without_shape(input_name, input_dtype, size, call)
  }
  chosen <- choose_backend(backend, device, call)
  sync_seed(call)
  if (!trainable && length(layers) == 0) {
    abort_rdeep(
      "argument",
      "'trainable' = FALSE is for `layers`, and there are none yet.",
      argument = "trainable",
      hint = "Give `trainable = FALSE` to the layers that you add.",
      call = call
    )
  }
  if (!trainable) {
    layers <- lapply(as.list(layers), untrained, .call = call)
  }
  named <- if (!is.null(shape) && (!is.null(input_name) || !is.null(size))) {
    wrap(call_core(
      "input_tensor",
      shape = shape, dtype = as_text(input_dtype), name = as_text(input_name),
      batch_size = size, .call = call
    ))
  }
  new_model(call_core(
    "sequential",
    # The layers of another model have names: here they are a plain sequence.
    layers = c(if (!is.null(named)) list(named), unname(as.list(layers))),
    input_shape = if (is.null(named)) shape,
    input_dtype = if (is.null(named)) as_text(input_dtype),
    name = as_text(name),
    backend = chosen$backend,
    device = chosen$device,
    .call = call
  ))
}

untrained <- function(layer, .call) {
  wrap(call_method(layer, "replace", trainable = FALSE, .call = .call))
}

#' Input layer of a functional model
#'
#' Networks here take dense or sparse matrices alike, so some arguments of keras3 say
#' nothing new: they are checked, and no more.
#'
#' @param shape The shape of one sample, without the batch, such as
#'   `c(28, 28, 1)`; `NA` for a size that is open.
#' @param batch_size The number of samples in each batch, where it is fixed: training,
#'   evaluation and prediction then go by batches of this size, and refuse others.
#' @param dtype The type of the data, `"float32"` (the default), `"int32"` or `"string"`, or an
#'   engine's own object for it. Other types are held as one of these: `"float64"` as float32.
#' @param sparse Whether the data is sparse, which it may be in any case.
#' @param ragged Must not be `TRUE`: [pad_sequences()] makes an array of sequences.
#' @param batch_shape The shape with the batch in front, instead of `shape`.
#' @param name The input's name, by which `fit()` finds its data in a named list.
#' @param tensor Must be `NULL`: a model is given its data by `fit()`.
#' @param optional Must be `FALSE`: all inputs are needed.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns A symbolic tensor.
#' @family models
#' @examplesIf rdeep_available()
#' layer_input(shape = c(28, 28, 1))
#' @export
layer_input <- function(shape = NULL,
                        batch_size = NULL,
                        dtype = NULL,
                        sparse = NULL,
                        ragged = NULL,
                        batch_shape = NULL,
                        name = NULL,
                        tensor = NULL,
                        optional = FALSE,
                        ...) {
  call <- current_env()
  dots <- known_dots(..., .known = "batch_input_shape", .call = call)
  # Keras 2 called it so.
  batch_shape <- batch_shape %||% dots$batch_input_shape
  check_input_options(batch_size, sparse, ragged, tensor, optional, "", call)
  wrap(call_core(
    "input_tensor",
    shape = sample_shape(shape, batch_shape, "", call),
    dtype = as_text(dtype),
    name = as_text(name),
    batch_size = batch_size_of(batch_size, batch_shape, "", call)
  ))
}

#' @rdname layer_input
#' @export
keras_input <- layer_input

# The shape of one sample, however it was given.
sample_shape <- function(shape, batch_shape, prefix, .call) {
  if (is.null(batch_shape)) {
    return(as_shape(shape))
  }
  if (!is.null(shape)) {
    abort_rdeep(
      "argument",
      sprintf("Give one of '%sshape' and '%sbatch_shape', not both.", prefix, prefix),
      argument = paste0(prefix, "batch_shape"),
      received = batch_shape,
      call = .call
    )
  }
  as_shape(batch_shape)[-1]
}

# The size of batches, however it was given.
batch_size_of <- function(batch_size, batch_shape, prefix, .call) {
  declared <- if (!is.null(batch_shape)) as_shape(batch_shape)[[1]]
  size <- as_count(batch_size)
  if (is.null(size) || is.null(declared)) {
    return(size %||% declared)
  }
  if (size != declared) {
    abort_rdeep(
      "argument",
      sprintf(
        "'%sbatch_size' is %s, but '%sbatch_shape' has batches of %s.",
        prefix, size, prefix, declared
      ),
      argument = paste0(prefix, "batch_size"),
      received = batch_size,
      call = .call
    )
  }
  size
}

# What is said of an input counts where there is one.
refuse_without_shape <- function(name, dtype, batch_size, .call) {
  given <- Filter(Negate(is.null), list(name = name, dtype = dtype, batch_size = batch_size))
  if (length(given)) {
    abort_rdeep(
      "argument",
      sprintf("'input_%s' goes with an 'input_shape'.", names(given)[1]),
      argument = paste0("input_", names(given)[1]),
      received = given[[1]],
      hint = "Without one, `fit()` finds the input in the data.",
      call = .call
    )
  }
}

# Refuses what would change results, and lets pass what says nothing new.
check_input_options <- function(batch_size, sparse, ragged, tensor, optional, prefix, .call) {
  refuse <- function(argument, message, hint) {
    abort_rdeep(
      "argument", sprintf("'%s%s' %s", prefix, argument, message),
      argument = paste0(prefix, argument), hint = hint, call = .call
    )
  }
  if (!is.null(batch_size) && !(is_single(batch_size) && is_whole(batch_size) && batch_size > 0)) {
    refuse("batch_size", "must be a positive whole number.", NULL)
  }
  if (!is.null(sparse)) {
    check_flag(sparse, paste0(prefix, "sparse"), .call)
  }
  if (isTRUE(ragged)) {
    refuse("ragged", "cannot be TRUE: networks take arrays.", "`pad_sequences()` makes one.")
  }
  if (!is.null(tensor)) {
    refuse("tensor", "cannot be given: inputs hold no data.", "`fit()` and `predict()` take it.")
  }
  if (!isFALSE(optional)) {
    refuse("optional", "cannot be TRUE: all inputs are needed.", "Give an array of zeros.")
  }
}

# Gives a sequential model its input, at the first layer that names a shape.
start_model <- function(object, input_shape, .call, dtype = NULL, batch_size = NULL) {
  if (!inherits(object, "rdeep_model")) {
    abort_rdeep(
      "argument",
      "'input_shape' is for the first layer of a sequential model.",
      argument = "input_shape",
      received = input_shape,
      call = .call
    )
  }
  options <- list(shape = as_shape(input_shape))
  options$batch_size <- batch_size
  if (!is.null(dtype)) {
    options$dtype <- dtype
  }
  input <- wrap(record_pointer("layer", "InputLayer", options, .call))
  add_layer(object, input, .call)
}
