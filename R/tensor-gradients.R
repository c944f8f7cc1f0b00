# Gradients of what a function computes, and steps of an optimizer by hand.

#' Gradients of a loss
#'
#' The gradients of a loss with respect to weights, other variables or tensors, on both engines.
#' An optimizer takes a step along them: `optimizer$apply(gradients, variables)`. So a training
#' loop can be written by hand. Where it ends, `optimizer$finalize_variable_values(variables)` gives
#' variables their moving average, if the optimizer keeps one (`use_ema = TRUE`).
#'
#' Within the function models and layers are called on tensors, as in `model(x, training = TRUE)`,
#' and losses computed by `op_*()` functions, R's operators, or by losses that are called:
#' `loss_mean_squared_error(y, model(x))`. What R makes of the values in between, such as
#' `as.array()`, has no gradient.
#'
#' The gradients are tensors. A call of `gradients_of()` within the function of another one gives
#' gradients of gradients.
#'
#' `model$trainable_weights`, `layer$kernel` and the like are variables of the engine:
#' `$path`, `$name`, `$shape`, `$value` and `$assign()` are known of them, R's operators and
#' `op_*()` functions compute with them, and `as.array()` returns their values. So
#' TensorFlow's `tape$gradient(loss, model$trainable_weights)` and torch's `loss$backward()`,
#' which leaves the gradient in `variable$value$grad`, work as well.
#'
#' @param loss_function A function without arguments that returns a single number as a tensor;
#'   or a list that begins with it.
#' @param variables A variable or tensor, or a list of them.
#' @param return_value Whether what the function returned comes too.
#' @returns A list with a gradient for each variable, `NULL` where the loss does not depend on it;
#'   of a single variable the gradient itself. With `return_value` a list of `value` and
#'   `gradients`.
#' @family training
#' @seealso [keras_variable()], [op_stop_gradient()]
#' @examplesIf rdeep_available()
#' set_random_seed(1)
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
#' optimizer <- optimizer_adam(learning_rate = 0.1)
#' x <- as_tensor(matrix(c(1, 2, 3, 4), nrow = 2))
#' y <- as_tensor(matrix(c(1, 2), ncol = 1))
#'
#' loss <- function() mean((model(x) - y)^2)
#' for (step in 1:3) {
#'   weights <- model$trainable_weights
#'   found <- gradients_of(loss, weights, return_value = TRUE)
#'   optimizer$apply(found$gradients, weights)
#'   print(as.array(found$value))
#' }
#' model$weights[[1]]$path
#'
#' # The slope of a slope.
#' v <- keras_variable(3)
#' gradients_of(function() gradients_of(function() v^3, v), v)
#' @export
gradients_of <- function(loss_function, variables, return_value = FALSE) {
  call <- current_env()
  if (!is.function(loss_function)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'loss_function' must be a function without arguments, not %s.", describe(loss_function)
      ),
      argument = "loss_function", received = loss_function, call = call
    )
  }
  loss_function <- rlang::as_function(loss_function)
  recording <- call_core("begin_gradients", variables = variables, .call = call)
  on.exit(call_core("stop_gradients", recording = recording, .call = call))
  found <- loss_function()
  result <- call_core(
    "end_gradients",
    recording = recording, found = found, return_value = as_flag(return_value), .call = call
  )
  if (!return_value) {
    return(wrap_all(result))
  }
  list(value = wrap_all(result[[1]]), gradients = wrap_all(result[[2]]))
}
