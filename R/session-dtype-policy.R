#' The default dtype policy
#'
#' The type that layers compute in where [compile()][compile.rdeep_model()] does not
#' say. Weights, losses and predictions are float32 under each policy; the mixed ones
#' compute in 16 bits where that is safe, which is faster on recent GPUs and on CPUs that
#' have instructions for it. `"mixed_bfloat16"` has the range of float32.
#' `"mixed_float16"` has more digits, and small gradients would vanish in it: the loss is
#' multiplied by a large number while gradients are taken, one that follows what they bear
#' unless the optimizer's `loss_scale_factor` fixes it.
#'
#' @param policy `"float32"`, `"mixed_bfloat16"` or `"mixed_float16"`.
#' @returns `config_set_dtype_policy()`: nothing. `config_dtype_policy()`: the policy.
#' @family training
#' @examplesIf rdeep_available()
#' config_set_dtype_policy("mixed_bfloat16")
#' config_dtype_policy()
#' config_set_dtype_policy("float32")
#' @export
config_set_dtype_policy <- function(policy) {
  invisible(call_core("set_dtype_policy", policy = policy))
}

#' @rdname config_set_dtype_policy
#' @export
config_dtype_policy <- function() call_core("dtype_policy")
