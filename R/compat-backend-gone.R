# The backend functions of Keras 2 that have no place any more, with what to write instead.

#' @rdname backend-functions
#' @export
k_gradients <- gone(paste(
  "Gradients are taken in training. For those of inputs see `explain()`; for losses of",
  "your own give `compile()` a function, as `new_loss_class()` makes."
))

#' @rdname backend-functions
#' @export
k_function <- gone(paste(
  "`keras_model(inputs, outputs)` makes a model of tensors, and `predict()` computes",
  "it."
))

#' @rdname backend-functions
#' @export
k_learning_phase <- gone("Layers know whether they train: `fit()` says so.")

#' @rdname backend-functions
#' @export
k_set_learning_phase <- gone("Layers know whether they train: `fit()` says so.")

#' @rdname backend-functions
#' @export
k_in_train_phase <- gone("A layer of your own, by `Layer()`, is called with `training`.")

#' @rdname backend-functions
#' @export
k_in_test_phase <- gone("A layer of your own, by `Layer()`, is called with `training`.")

#' @rdname backend-functions
#' @export
k_get_session <- gone("There are no sessions: models compute when they are used.")

#' @rdname backend-functions
#' @export
k_set_session <- gone("There are no sessions: models compute when they are used.")

#' @rdname backend-functions
#' @export
k_rnn <- gone("`layer_rnn()` runs a cell over time steps.")

#' @rdname backend-functions
#' @export
k_ctc_decode <- gone(paste(
  "`op_ctc_decode()` takes the place of `k_ctc_decode()`, with arguments of its",
  "own."
))

#' @rdname backend-functions
#' @export
k_batch_dot <- gone(paste(
  "`op_matmul()` multiplies matrices batch by batch; `op_einsum()` says any",
  "product."
))

#' @rdname backend-functions
#' @export
k_conv2d <- gone("`op_conv()` takes the place of `k_conv2d()`, with arguments of its own.")

#' @rdname backend-functions
#' @export
k_pool2d <- gone("`op_max_pool()` and `op_average_pool()` take the place of `k_pool2d()`.")

#' @rdname backend-functions
#' @export
k_update <- gone("Variables of a layer have a method: `variable$assign(value)`.")

#' @rdname backend-functions
#' @export
k_print_tensor <- gone("Print it, or return it from a function of your own.")
