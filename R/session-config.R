# Settings that hold for the session, under keras3's names.

#' Settings of the session
#'
#' `config_backend()` says which engine models are made on, and `config_set_backend()` is
#' [use_backend()]. `config_set_max_epochs()` and `config_set_max_steps_per_epoch()` shorten
#' every [fit()][fit.rdeep_model()] that begins afterwards, to see whether a script runs through;
#' `NULL` takes the limit away. The dtype policy has a page of its own,
#' [config_set_dtype_policy()].
#'
#' Some settings of keras3 have one value here, which can be asked for but not changed: weights
#' and results are `"float32"`; images have their channels last, unless a layer's `data_format`
#' says otherwise; losses keep probabilities away from 0 and 1 by 1e-7.
#'
#' @param backend `"torch"` or `"tensorflow"`.
#' @param value `"float32"` for `config_set_floatx()`, 1e-7 for `config_set_epsilon()`.
#' @param data_format `"channels_last"`.
#' @param max_epochs,max_steps_per_epoch A whole number, or `NULL` for no limit.
#' @returns The functions with `set`: nothing. The others: the setting.
#' @family settings
#' @name config
#' @examplesIf rdeep_available()
#' config_backend()
#' config_floatx()
#' config_set_max_epochs(1)
#' config_max_epochs()
#' config_set_max_epochs(NULL)
NULL

#' @rdname config
#' @export
config_backend <- function() default_backend() %||% call_core("default_backend")

#' @rdname config
#' @export
config_set_backend <- function(backend) {
  check_backend(backend, current_env())
  options(rdeep.backend = backend)
  invisible()
}

#' @rdname config
#' @export
config_floatx <- function() "float32"

#' @rdname config
#' @export
config_set_floatx <- function(value) {
  only_value(
    value, "float32", "value",
    "`config_set_dtype_policy(\"mixed_bfloat16\")` computes in 16 bits.", current_env()
  )
}

#' @rdname config
#' @export
config_epsilon <- function() 1e-7

#' @rdname config
#' @export
config_set_epsilon <- function(value) {
  only_value(
    value, 1e-7, "value",
    "It is part of the losses' formulas; layers have an `epsilon` of their own.", current_env()
  )
}

#' @rdname config
#' @export
config_image_data_format <- function() "channels_last"

#' @rdname config
#' @export
config_set_image_data_format <- function(data_format) {
  only_value(
    data_format, "channels_last", "data_format",
    "Give `data_format = \"channels_first\"` to the layers that should have it.", current_env()
  )
}

#' @rdname config
#' @export
config_max_epochs <- function() call_core("max_epochs")

#' @rdname config
#' @export
config_set_max_epochs <- function(max_epochs) {
  invisible(call_core("set_max_epochs", max_epochs = as_count(max_epochs)))
}

#' @rdname config
#' @export
config_max_steps_per_epoch <- function() call_core("max_steps_per_epoch")

#' @rdname config
#' @export
config_set_max_steps_per_epoch <- function(max_steps_per_epoch) {
  steps <- as_count(max_steps_per_epoch)
  invisible(call_core("set_max_steps_per_epoch", max_steps_per_epoch = steps))
}

only_value <- function(value, only, argument, hint, .call) {
  if (identical(value, only)) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf("'%s' can only be %s here, not %s.", argument, describe(only), describe(value)),
    argument = argument,
    received = value,
    hint = hint,
    call = .call
  )
}

#' Settings of messages, kernels and files
#'
#' * Traceback filtering: errors show no Python traceback, unless it is disabled;
#'   [rdeep_last_trace()] shows the last one in either case.
#' * Interactive logging: whether `fit(verbose = "auto")` may show a bar in a terminal; without it
#'   there is a line an epoch.
#' * Flash attention: whether torch may compute attention by its flash kernels, which GPUs have.
#'   TensorFlow decides by itself.
#' * Unsafe deserialization cannot be enabled: files hold layers and weights as data, and no code
#'   that could be run.
#' * Flax's NNX is a library of JAX, which is no engine here.
#'
#' @returns The functions that ask: `TRUE` or `FALSE`. The others: nothing.
#' @family settings
#' @name config-switches
#' @examples
#' config_is_traceback_filtering_enabled()
#' config_is_nnx_enabled()
NULL

#' @rdname config-switches
#' @export
config_enable_traceback_filtering <- function() set_switch("traceback_filtering", TRUE)

#' @rdname config-switches
#' @export
config_disable_traceback_filtering <- function() set_switch("traceback_filtering", FALSE)

#' @rdname config-switches
#' @export
config_is_traceback_filtering_enabled <- function() is_on("traceback_filtering")

#' @rdname config-switches
#' @export
config_enable_interactive_logging <- function() set_switch("interactive_logging", TRUE)

#' @rdname config-switches
#' @export
config_disable_interactive_logging <- function() set_switch("interactive_logging", FALSE)

#' @rdname config-switches
#' @export
config_is_interactive_logging_enabled <- function() is_on("interactive_logging")

#' @rdname config-switches
#' @export
config_enable_flash_attention <- function() {
  call_core("use_flash_attention", on = TRUE)
  set_switch("flash_attention", TRUE)
}

#' @rdname config-switches
#' @export
config_disable_flash_attention <- function() {
  call_core("use_flash_attention", on = FALSE)
  set_switch("flash_attention", FALSE)
}

#' @rdname config-switches
#' @export
config_is_flash_attention_enabled <- function() is_on("flash_attention")

#' @rdname config-switches
#' @export
config_is_nnx_enabled <- function() FALSE

#' @rdname config-switches
#' @export
config_enable_unsafe_deserialization <- function() {
  abort_rdeep(
    "argument",
    "There is no unsafe deserialization to enable: files hold data and no code.",
    hint = "Register classes of your own before you load a model that has them.",
    call = current_env()
  )
}

set_switch <- function(name, on) {
  assign(paste0("switch_", name), on, envir = state)
  invisible()
}

is_on <- function(name) get0(paste0("switch_", name), envir = state) %||% TRUE
