# The backend functions of Keras 2 that compute: values, sums, comparisons, activations, losses.

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
k_clip <- renamed(function(x, min_value = NULL, max_value = NULL) {
  op_clip(x, min_value %||% -Inf, max_value %||% Inf)
})

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
k_logsumexp <- renamed(function(x, axis = NULL, keepdims = FALSE) {
  op_logsumexp(x, axis, keepdims = keepdims)
})

#' @rdname backend-functions
#' @export
k_binary_crossentropy <- renamed(function(target, output, from_logits = FALSE) {
  op_binary_crossentropy(target, output, from_logits = from_logits)
})

#' @rdname backend-functions
#' @export
k_categorical_crossentropy <- renamed(function(target, output, from_logits = FALSE, axis = -1) {
  op_categorical_crossentropy(target, output, from_logits = from_logits, axis = axis)
})

#' @rdname backend-functions
#' @export
k_dropout <- renamed(function(x, level, noise_shape = NULL, seed = NULL) {
  random_dropout(x, level, noise_shape = noise_shape, seed = seed)
})

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
k_not_equal <- renamed(function(x, y) op_not_equal(x, y))

#' @rdname backend-functions
#' @export
k_pow <- renamed(function(x, a) op_power(x, a))

#' @rdname backend-functions
#' @export
k_prod <- renamed(function(x, axis = NULL, keepdims = FALSE) op_prod(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_relu <- renamed(function(x) op_relu(x))

#' @rdname backend-functions
#' @export
k_round <- renamed(function(x) op_round(x))

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
k_var <- renamed(function(x, axis = NULL, keepdims = FALSE) op_var(x, axis, keepdims = keepdims))

#' @rdname backend-functions
#' @export
k_sparse_categorical_crossentropy <- renamed(function(target,
                                                      output,
                                                      from_logits = FALSE,
                                                      axis = -1) {
  op_sparse_categorical_crossentropy(target, output, from_logits = from_logits, axis = axis)
})
