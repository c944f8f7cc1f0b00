# The backend functions of Keras 2 from k_map_fn() on, and those that have no place any more.

#' @rdname backend-functions
#' @export
k_map_fn <- renamed(function(fn, elems) op_map(elems, fn))

#' @rdname backend-functions
#' @export
k_max <- renamed(function(x, axis = NULL, keepdims = FALSE) op_max(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_maximum <- renamed(function(x, y) op_maximum(x, y))

#' @rdname backend-functions
#' @export
k_mean <- renamed(function(x, axis = NULL, keepdims = FALSE) op_mean(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_min <- renamed(function(x, axis = NULL, keepdims = FALSE) op_min(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_minimum <- renamed(function(x, y) op_minimum(x, y))

#' @rdname backend-functions
#' @export
k_ndim <- renamed(function(x) op_ndim(x))

#' @rdname backend-functions
#' @export
k_not_equal <- renamed(function(x, y) op_not_equal(x, y))

#' @rdname backend-functions
#' @export
k_one_hot <- renamed(function(indices, num_classes) {
  op_one_hot(indices, num_classes, zero_indexed = TRUE)
})

#' @rdname backend-functions
#' @export
k_ones <- renamed(function(shape, dtype = NULL) op_ones(shape, dtype = dtype))

#' @rdname backend-functions
#' @export
k_ones_like <- renamed(function(x, dtype = NULL) op_ones_like(x, dtype = dtype))

#' @rdname backend-functions
#' @export
k_permute_dimensions <- renamed(function(x, pattern) op_transpose(x, pattern))

#' @rdname backend-functions
#' @export
k_pow <- renamed(function(x, a) op_power(x, a))

#' @rdname backend-functions
#' @export
k_prod <- renamed(function(x, axis = NULL, keepdims = FALSE) op_prod(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_random_normal <- renamed(function(shape, mean = 0, stddev = 1, dtype = NULL, seed = NULL) {
  random_normal(shape, mean, stddev, dtype = dtype, seed = seed)
})

#' @rdname backend-functions
#' @export
k_random_uniform <- renamed(function(shape, minval = 0, maxval = 1, dtype = NULL, seed = NULL) {
  random_uniform(shape, minval, maxval, dtype = dtype, seed = seed)
})

#' @rdname backend-functions
#' @export
k_relu <- renamed(function(x) op_relu(x))

#' @rdname backend-functions
#' @export
k_repeat_elements <- renamed(function(x, rep, axis) op_repeat(x, rep, axis))

#' @rdname backend-functions
#' @export
k_reshape <- renamed(function(x, shape) op_reshape(x, shape))

#' @rdname backend-functions
#' @export
k_reverse <- renamed(function(x, axes) op_flip(x, axes))

#' @rdname backend-functions
#' @export
k_round <- renamed(function(x) op_round(x))

#' @rdname backend-functions
#' @export
k_shape <- renamed(function(x) op_shape(x))

#' @rdname backend-functions
#' @export
k_sigmoid <- renamed(function(x) op_sigmoid(x))

#' @rdname backend-functions
#' @export
k_sign <- renamed(function(x) op_sign(x))

#' @rdname backend-functions
#' @export
k_sin <- renamed(function(x) op_sin(x))

#' @rdname backend-functions
#' @export
k_softmax <- renamed(function(x, axis = -1) op_softmax(x, axis))

#' @rdname backend-functions
#' @export
k_softplus <- renamed(function(x) op_softplus(x))

#' @rdname backend-functions
#' @export
k_softsign <- renamed(function(x) op_softsign(x))

#' @rdname backend-functions
#' @export
k_sqrt <- renamed(function(x) op_sqrt(x))

#' @rdname backend-functions
#' @export
k_square <- renamed(function(x) op_square(x))

#' @rdname backend-functions
#' @export
k_squeeze <- renamed(function(x, axis = NULL) op_squeeze(x, axis))

#' @rdname backend-functions
#' @export
k_stack <- renamed(function(x, axis = 1) op_stack(x, axis))

#' @rdname backend-functions
#' @export
k_std <- renamed(function(x, axis = NULL, keepdims = FALSE) op_std(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_stop_gradient <- renamed(function(variables) op_stop_gradient(variables))

#' @rdname backend-functions
#' @export
k_sum <- renamed(function(x, axis = NULL, keepdims = FALSE) op_sum(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_switch <- renamed(function(condition, then_expression, else_expression) {
  op_where(condition, then_expression, else_expression)
})

#' @rdname backend-functions
#' @export
k_tanh <- renamed(function(x) op_tanh(x))

#' @rdname backend-functions
#' @export
k_tile <- renamed(function(x, n) op_tile(x, n))

#' @rdname backend-functions
#' @export
k_transpose <- renamed(function(x) op_transpose(x))

#' @rdname backend-functions
#' @export
k_truncated_normal <- renamed(function(shape, mean = 0, stddev = 1, dtype = NULL, seed = NULL) {
  random_truncated_normal(shape, mean, stddev, dtype = dtype, seed = seed)
})

#' @rdname backend-functions
#' @export
k_unstack <- renamed(function(x, axis = 1) op_unstack(x, axis = axis))

#' @rdname backend-functions
#' @export
k_var <- renamed(function(x, axis = NULL, keepdims = FALSE) op_var(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_zeros <- renamed(function(shape, dtype = NULL) op_zeros(shape, dtype = dtype))

#' @rdname backend-functions
#' @export
k_zeros_like <- renamed(function(x, dtype = NULL) op_zeros_like(x, dtype = dtype))

#' @rdname backend-functions
#' @export
k_sparse_categorical_crossentropy <- renamed(function(target,
                                                      output,
                                                      from_logits = FALSE,
                                                      axis = -1) {
  op_sparse_categorical_crossentropy(target, output, from_logits = from_logits, axis = axis)
})

#' @rdname backend-functions
#' @export
k_variable <- renamed(function(value, dtype = NULL, name = NULL) {
  keras_variable(value, dtype = dtype, name = name)
})

#' @rdname backend-functions
#' @export
k_placeholder <- renamed(function(shape = NULL, dtype = NULL, name = NULL) {
  layer_input(shape, dtype = dtype, name = name)
})

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
