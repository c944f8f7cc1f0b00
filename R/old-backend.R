# The backend functions of Keras 2, k_*(), by the functions that took their place.

#' Backend functions of Keras 2
#'
#' Books and older scripts compute with functions whose names begin with `k_`. Each is here another
#' name of the function that took its place, and says so once in a session: `k_mean()` is
#' `op_mean()`. Axes count from 1. Some have no place any more: these are errors that say what to
#' write instead.
#'
#' @param x,y,tensors,variables,reference,elems,value,condition,then_expression,else_expression
#'   Tensors or arrays.
#' @param axis,axes,keepdims,dtype,shape,name,seed,mean,stddev,minval,maxval As for the function
#'   that took its place.
#' @param alpha,min_value,max_value,a,n,rep,pattern,size,step,start,stop,level,noise_shape
#'   As for the function that took its place.
#' @param indices,num_classes Whole numbers from 0, and how many there are. `k_gather()` takes R's
#'   numbers from 1.
#' @param fn A function of one element.
#' @param target,output,from_logits As for the losses of this name.
#' @param ... Not used.
#' @returns A tensor.
#' @name backend-functions
#' @family names of Keras 2
#' @examplesIf rdeep_available()
#' k_epsilon()
NULL

# A function that says once what it is called now, and calls it.
renamed <- function(f) {
  new <- as.character(body(f)[[1]])
  body(f) <- call("{", bquote(note_renamed(sys.call(), .(new))), body(f))
  f
}

# A function that says what to write instead.
gone <- function(hint) {
  f <- function(...) NULL
  body(f) <- bquote(abort_gone(sys.call(), .(hint), current_env()))
  f
}

#' @rdname backend-functions
#' @export
k_abs <- renamed(function(x) op_abs(x))

#' @rdname backend-functions
#' @export
k_all <- renamed(function(x, axis = NULL, keepdims = FALSE) op_all(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_any <- renamed(function(x, axis = NULL, keepdims = FALSE) op_any(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_argmax <- renamed(function(x, axis = -1) op_argmax(x, axis, zero_indexed = TRUE))

#' @rdname backend-functions
#' @export
k_argmin <- renamed(function(x, axis = -1) op_argmin(x, axis, zero_indexed = TRUE))

#' @rdname backend-functions
#' @export
k_cast <- renamed(function(x, dtype) op_cast(x, dtype))

#' @rdname backend-functions
#' @export
k_cast_to_floatx <- renamed(function(x) op_cast(x, "float32"))

#' @rdname backend-functions
#' @export
k_clip <- renamed(
  function(x, min_value = NULL, max_value = NULL)
    op_clip(x, min_value %||% -Inf, max_value %||% Inf)
)

#' @rdname backend-functions
#' @export
k_concatenate <- renamed(function(tensors, axis = -1) op_concatenate(tensors, axis))

#' @rdname backend-functions
#' @export
k_cos <- renamed(function(x) op_cos(x))

#' @rdname backend-functions
#' @export
k_cumprod <- renamed(function(x, axis = 1) op_cumprod(x, axis))

#' @rdname backend-functions
#' @export
k_cumsum <- renamed(function(x, axis = 1) op_cumsum(x, axis))

#' @rdname backend-functions
#' @export
k_dot <- renamed(function(x, y) op_dot(x, y))

#' @rdname backend-functions
#' @export
k_elu <- renamed(function(x, alpha = 1) op_elu(x, alpha))

#' @rdname backend-functions
#' @export
k_equal <- renamed(function(x, y) op_equal(x, y))

#' @rdname backend-functions
#' @export
k_exp <- renamed(function(x) op_exp(x))

#' @rdname backend-functions
#' @export
k_expand_dims <- renamed(function(x, axis = -1) op_expand_dims(x, axis))

#' @rdname backend-functions
#' @export
k_eye <- renamed(function(size, dtype = NULL) op_eye(size, dtype = dtype))

#' @rdname backend-functions
#' @export
k_flatten <- renamed(function(x) op_reshape(x, -1))

#' @rdname backend-functions
#' @export
k_gather <- renamed(
  function(reference, indices)
    op_take(reference, indices, axis = 1, zero_indexed = !is.numeric(indices))
)

#' @rdname backend-functions
#' @export
k_greater <- renamed(function(x, y) op_greater(x, y))

#' @rdname backend-functions
#' @export
k_greater_equal <- renamed(function(x, y) op_greater_equal(x, y))

#' @rdname backend-functions
#' @export
k_hard_sigmoid <- renamed(function(x) op_hard_sigmoid(x))

#' @rdname backend-functions
#' @export
k_l2_normalize <- renamed(function(x, axis = -1) op_normalize(x, axis, order = 2))

#' @rdname backend-functions
#' @export
k_less <- renamed(function(x, y) op_less(x, y))

#' @rdname backend-functions
#' @export
k_less_equal <- renamed(function(x, y) op_less_equal(x, y))

#' @rdname backend-functions
#' @export
k_log <- renamed(function(x) op_log(x))

#' @rdname backend-functions
#' @export
k_logsumexp <- renamed(
  function(x, axis = NULL, keepdims = FALSE)
    op_logsumexp(x, axis, keepdims = keepdims)
)

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
k_one_hot <- renamed(
  function(indices, num_classes)
    op_one_hot(indices, num_classes, zero_indexed = TRUE)
)

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
k_random_normal <- renamed(
  function(shape, mean = 0, stddev = 1, dtype = NULL, seed = NULL)
    random_normal(shape, mean, stddev, dtype = dtype, seed = seed)
)

#' @rdname backend-functions
#' @export
k_random_uniform <- renamed(
  function(shape, minval = 0, maxval = 1, dtype = NULL, seed = NULL)
    random_uniform(shape, minval, maxval, dtype = dtype, seed = seed)
)

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
k_switch <- renamed(
  function(condition, then_expression, else_expression)
    op_where(condition, then_expression, else_expression)
)

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
k_truncated_normal <- renamed(
  function(shape, mean = 0, stddev = 1, dtype = NULL, seed = NULL)
    random_truncated_normal(shape, mean, stddev, dtype = dtype, seed = seed)
)

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
k_arange <- renamed(
  function(start, stop, step = 1L, dtype = "int32")
    op_arange(start, stop, step, dtype = dtype, include_end = FALSE)
)

#' @rdname backend-functions
#' @export
k_binary_crossentropy <- renamed(
  function(target, output, from_logits = FALSE)
    op_binary_crossentropy(target, output, from_logits = from_logits)
)

#' @rdname backend-functions
#' @export
k_categorical_crossentropy <- renamed(
  function(target, output, from_logits = FALSE, axis = -1)
    op_categorical_crossentropy(target, output, from_logits = from_logits, axis = axis)
)

#' @rdname backend-functions
#' @export
k_sparse_categorical_crossentropy <- renamed(
  function(target, output, from_logits = FALSE, axis = -1)
    op_sparse_categorical_crossentropy(target, output, from_logits = from_logits, axis = axis)
)

#' @rdname backend-functions
#' @export
k_constant <- renamed(function(value, dtype = NULL) op_convert_to_tensor(value, dtype = dtype))

#' @rdname backend-functions
#' @export
k_dropout <- renamed(
  function(x, level, noise_shape = NULL, seed = NULL)
    random_dropout(x, level, noise_shape = noise_shape, seed = seed)
)

#' @rdname backend-functions
#' @export
k_variable <- renamed(
  function(value, dtype = NULL, name = NULL)
    keras_variable(value, dtype = dtype, name = name)
)

#' @rdname backend-functions
#' @export
k_placeholder <- renamed(
  function(shape = NULL, dtype = NULL, name = NULL)
    layer_input(shape, dtype = dtype, name = name)
)

#' @rdname backend-functions
#' @export
k_int_shape <- renamed(function(x) shape(x))

#' @rdname backend-functions
#' @export
k_backend <- renamed(function() config_backend())

#' @rdname backend-functions
#' @export
k_epsilon <- renamed(function() config_epsilon())

#' @rdname backend-functions
#' @export
k_floatx <- renamed(function() config_floatx())

#' @rdname backend-functions
#' @export
k_image_data_format <- renamed(function() config_image_data_format())

#' @rdname backend-functions
#' @export
k_clear_session <- renamed(function() clear_session())

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
