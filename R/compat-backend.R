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
k_clip <- renamed(function(x, min_value = NULL, max_value = NULL) {
  op_clip(x, min_value %||% -Inf, max_value %||% Inf)
})

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
k_gather <- renamed(function(reference, indices) {
  op_take(reference, indices, axis = 1, zero_indexed = !is.numeric(indices))
})

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
k_arange <- renamed(function(start, stop, step = 1L, dtype = "int32") {
  op_arange(start, stop, step, dtype = dtype, include_end = FALSE)
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
k_constant <- renamed(function(value, dtype = NULL) op_convert_to_tensor(value, dtype = dtype))

#' @rdname backend-functions
#' @export
k_dropout <- renamed(function(x, level, noise_shape = NULL, seed = NULL) {
  random_dropout(x, level, noise_shape = noise_shape, seed = seed)
})

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
