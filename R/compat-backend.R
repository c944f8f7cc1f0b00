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
k_variable <- renamed(function(value, dtype = NULL, name = NULL) {
  keras_variable(value, dtype = dtype, name = name)
})

#' @rdname backend-functions
#' @export
k_placeholder <- renamed(function(shape = NULL, dtype = NULL, name = NULL) {
  layer_input(shape, dtype = dtype, name = name)
})
