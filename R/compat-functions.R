# Functions of Keras 2 beside the backend's.

#' Functions of Keras 2
#'
#' Names that books and older scripts use. Those that have a new name work and say so once in a
#' session; the others are errors that say what to write instead.
#'
#' @param object,model A model.
#' @param x,generator Data; what gives batches.
#' @param steps_per_epoch,steps How many batches.
#' @param filepath A file that [save_model()] or Keras wrote, or that is to be written.
#' @param overwrite Whether to replace a file that exists.
#' @param include_optimizer Has no effect: training's state is saved with the model.
#' @param custom_objects,compile As for [load_model()].
#' @param batch_size,verbose As for [predict()][predict.rdeep_model()].
#' @param config A string that `model_to_json()` returned.
#' @param y_true,y_pred,name As for the function that took its place.
#' @param ... As for the function that took its place.
#' @returns What the function that took its place returns.
#' @name functions-of-keras-2
#' @family names of Keras 2
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(3, activation = "softmax")
#' predict_classes(model, as.matrix(iris[1:3, 1:4]))
NULL

# Training and predicting -------------------------------------------------------------

#' @rdname functions-of-keras-2
#' @export
fit_generator <- function(object, generator, steps_per_epoch = NULL, ...) {
  note_renamed(sys.call(), "fit")
  fit(object, generator, steps_per_epoch = steps_per_epoch, ...)
}

#' @rdname functions-of-keras-2
#' @export
evaluate_generator <- function(object, generator, steps = NULL, ...) {
  note_renamed(sys.call(), "evaluate")
  evaluate(object, generator, steps = steps, ...)
}

#' @rdname functions-of-keras-2
#' @export
predict_generator <- function(object, generator, steps = NULL, ...) {
  note_renamed(sys.call(), "predict")
  stats::predict(object, generator, steps = steps, ...)
}

#' @rdname functions-of-keras-2
#' @export
reset_states <- function(object) {
  note_renamed(sys.call(), "reset_state")
  reset_state(object)
}

#' @rdname functions-of-keras-2
#' @export
predict_proba <- function(object, x, batch_size = NULL, verbose = 0, steps = NULL) {
  note_renamed(sys.call(), "predict")
  stats::predict(object, x, batch_size = batch_size, steps = steps)
}

#' @rdname functions-of-keras-2
#' @export
predict_classes <- function(object, x, batch_size = NULL, verbose = 0, steps = NULL) {
  note_once(paste(
    "`predict_classes()` is a function of Keras 2: `max.col(predict(model, x)) - 1` says the same",
    "for several classes, `predict(model, x) > 0.5` for two."
  ))
  scores <- stats::predict(object, x, batch_size = batch_size, steps = steps)
  if (ncol(scores) == 1) {
    return(matrix(as.integer(scores > 0.5), ncol = 1))
  }
  max.col(scores, ties.method = "first") - 1L
}

# Files -------------------------------------------------------------------------------

#' @rdname functions-of-keras-2
#' @export
save_model_hdf5 <- function(model, filepath, overwrite = TRUE, include_optimizer = TRUE) {
  note_renamed(sys.call(), "save_model")
  save_model(model, filepath, overwrite = overwrite)
}

#' @rdname functions-of-keras-2
#' @export
load_model_hdf5 <- function(filepath, custom_objects = NULL, compile = TRUE) {
  note_renamed(sys.call(), "load_model")
  load_model(filepath, custom_objects = custom_objects, compile = compile)
}

#' @rdname functions-of-keras-2
#' @export
save_model_tf <- save_model_hdf5

#' @rdname functions-of-keras-2
#' @export
load_model_tf <- load_model_hdf5

#' @rdname functions-of-keras-2
#' @export
save_model_weights_hdf5 <- function(object, filepath, overwrite = TRUE) {
  note_renamed(sys.call(), "save_model_weights")
  save_model_weights(object, filepath, overwrite = overwrite)
}

#' @rdname functions-of-keras-2
#' @export
load_model_weights_hdf5 <- function(object, filepath, ...) {
  note_renamed(sys.call(), "load_model_weights")
  load_model_weights(object, filepath, ...)
}

#' @rdname functions-of-keras-2
#' @export
save_model_weights_tf <- save_model_weights_hdf5

#' @rdname functions-of-keras-2
#' @export
load_model_weights_tf <- load_model_weights_hdf5

#' @rdname functions-of-keras-2
#' @export
model_to_json <- function(object) {
  note_renamed(sys.call(), "save_model_config")
  save_model_config(object)
}

#' @rdname functions-of-keras-2
#' @export
model_from_json <- function(config, custom_objects = NULL) {
  note_renamed(sys.call(), "load_model_config")
  load_model_config(config, custom_objects = custom_objects)
}

# Layers, losses and metrics ------------------------------------------------------------

#' @rdname functions-of-keras-2
#' @export
layer_cudnn_lstm <- function(object, ...) {
  note_renamed(sys.call(), "layer_lstm")
  layer_lstm(object, ...)
}

#' @rdname functions-of-keras-2
#' @export
layer_cudnn_gru <- function(object, ...) {
  note_renamed(sys.call(), "layer_gru")
  layer_gru(object, ...)
}

#' @rdname functions-of-keras-2
#' @export
loss_kullback_leibler_divergence <- function(y_true, y_pred, ...) {
  note_renamed(sys.call(), "loss_kl_divergence")
  loss_kl_divergence(y_true, y_pred, ...)
}

#' @rdname functions-of-keras-2
#' @export
loss_logcosh <- function(y_true, y_pred, ...) {
  note_renamed(sys.call(), "loss_log_cosh")
  loss_log_cosh(y_true, y_pred, ...)
}

#' @rdname functions-of-keras-2
#' @export
loss_cosine_proximity <- function(y_true, y_pred, ...) {
  note_renamed(sys.call(), "loss_cosine_similarity")
  loss_cosine_similarity(y_true, y_pred, ...)
}

#' @rdname functions-of-keras-2
#' @export
metric_kullback_leibler_divergence <- function(y_true, y_pred, ...) {
  note_renamed(sys.call(), "metric_kl_divergence")
  metric_kl_divergence(y_true, y_pred, ...)
}

#' @rdname functions-of-keras-2
#' @export
metric_cosine_proximity <- function(y_true, y_pred, ...) {
  note_renamed(sys.call(), "metric_cosine_similarity")
  metric_cosine_similarity(y_true, y_pred, ...)
}

#' @rdname functions-of-keras-2
#' @export
metric_logcosh_error <- function(y_true, y_pred, ...) {
  note_renamed(sys.call(), "metric_log_cosh_error")
  metric_log_cosh_error(y_true, y_pred, ...)
}

#' @rdname functions-of-keras-2
#' @export
is_keras_available <- function(...) {
  note_renamed(sys.call(), "rdeep_available")
  rdeep_available()
}

#' @rdname functions-of-keras-2
#' @export
use_session_with_seed <- function(...) {
  note_renamed(sys.call(), "set_random_seed")
  set_random_seed(..1)
}

# What has no place any more ------------------------------------------------------------

#' @rdname functions-of-keras-2
#' @export
keras_model_custom <- gone("`Model()` defines a class of models.")

#' @rdname functions-of-keras-2
#' @export
multi_gpu_model <- gone("`device = \"cuda:1\"` puts a model on a GPU; one model runs on one.")

#' @rdname functions-of-keras-2
#' @export
image_data_generator <- gone(paste(
  "`image_dataset_from_directory()` reads pictures; layers change them at random:",
  "`layer_random_flip()`, `layer_random_rotation()`, `layer_random_zoom()`, `layer_rescaling()`."
))

#' @rdname functions-of-keras-2
#' @export
flow_images_from_directory <- gone(paste(
  "`image_dataset_from_directory(directory, image_size = , batch_size = )` reads pictures in",
  "folders; `layer_rescaling(scale = 1 / 255)` scales them."
))

#' @rdname functions-of-keras-2
#' @export
flow_images_from_dataframe <- gone(paste(
  "Put the files into a folder for each class, and read them by `image_dataset_from_directory()`;",
  "or give it their labels by `labels`."
))

#' @rdname functions-of-keras-2
#' @export
flow_images_from_data <- gone(paste(
  "Give the array to `fit()`; layers change pictures at random: `layer_random_flip()`,",
  "`layer_random_rotation()`, `layer_random_zoom()`."
))

#' @rdname functions-of-keras-2
#' @export
timeseries_generator <- gone("`timeseries_dataset_from_array()` cuts windows of a series.")

#' @rdname functions-of-keras-2
#' @export
text_one_hot <- gone("`layer_hashing()` numbers words by a hash; `text_tokenizer()` by frequency.")

#' @rdname functions-of-keras-2
#' @export
text_hashing_trick <- gone("`layer_hashing()` numbers words by a hash.")

#' @rdname functions-of-keras-2
#' @export
create_wrapper <- gone("`Layer()` defines a class of layers, which may hold others.")

#' @rdname functions-of-keras-2
#' @export
model_to_yaml <- gone("`save_model_config()` writes a model's layers as JSON.")
