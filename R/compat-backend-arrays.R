# The backend functions of Keras 2 that make, shape, join and take apart arrays.

#' @rdname backend-functions
#' @export
k_cast <- renamed(function(x, dtype) op_cast(x, dtype))

#' @rdname backend-functions
#' @export
k_cast_to_floatx <- renamed(function(x) op_cast(x, "float32"))

#' @rdname backend-functions
#' @export
k_concatenate <- renamed(function(tensors, axis = -1) op_concatenate(tensors, axis))

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
k_arange <- renamed(function(start, stop, step = 1L, dtype = "int32") {
  op_arange(start, stop, step, dtype = dtype, include_end = FALSE)
})

#' @rdname backend-functions
#' @export
k_constant <- renamed(function(value, dtype = NULL) op_convert_to_tensor(value, dtype = dtype))

#' @rdname backend-functions
#' @export
k_int_shape <- renamed(function(x) shape(x))

#' @rdname backend-functions
#' @export
k_map_fn <- renamed(function(fn, elems) op_map(elems, fn))

#' @rdname backend-functions
#' @export
k_ndim <- renamed(function(x) op_ndim(x))

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
k_repeat_elements <- renamed(function(x, rep, axis) op_repeat(x, rep, axis))

#' @rdname backend-functions
#' @export
k_reshape <- renamed(function(x, shape) op_reshape(x, shape))

#' @rdname backend-functions
#' @export
k_reverse <- renamed(function(x, axes) op_flip(x, axes))

#' @rdname backend-functions
#' @export
k_shape <- renamed(function(x) op_shape(x))

#' @rdname backend-functions
#' @export
k_squeeze <- renamed(function(x, axis = NULL) op_squeeze(x, axis))

#' @rdname backend-functions
#' @export
k_stack <- renamed(function(x, axis = 1) op_stack(x, axis))

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
k_zeros <- renamed(function(shape, dtype = NULL) op_zeros(shape, dtype = dtype))

#' @rdname backend-functions
#' @export
k_zeros_like <- renamed(function(x, dtype = NULL) op_zeros_like(x, dtype = dtype))
