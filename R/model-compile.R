#' Compile a model: optimizer, loss and metrics
#'
#' Sets how [fit()][fit.rdeep_model()] trains a model: the optimizer, the loss that it minimizes,
#' and the metrics that are reported.
#'
#' @param object A model.
#' @param optimizer An `optimizer_*()`, or the name of one.
#' @param loss A `loss_*()`, or the name of one; for several outputs a list, by
#'   place or by name.
#' @param metrics,weighted_metrics A `metric_*()`, the name of one, or a list of
#'   them; for several outputs a list of such lists. Weighted ones count sample
#'   weights. See below for what names mean.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param loss_weights What each output's loss is multiplied by.
#' @param run_eagerly Whether a `train_step` of a [Model()]'s class is called for each batch,
#'   whatever it does. Otherwise it becomes a graph on TensorFlow; on torch a step that is seen to
#'   do nothing but compute with tensors is repeated without R, and others are called for each
#'   batch. Other models do not depend on it.
#' @param steps_per_execution The fewest steps to run before callbacks and progress
#'   are looked after. Compiled steps on torch are also unrolled so many times into one
#'   call, which takes long to compile.
#' @param jit_compile Whether to compile the steps of training (`torch.compile()` or
#'   XLA). `"auto"` does so on TensorFlow where the network is dense or recurrent, runs
#'   on a CPU, and is trained for long enough to win back the seconds that it takes; on
#'   torch it does not.
#' @param dtype_policy The type that layers compute in: `"float32"`,
#'   `"mixed_bfloat16"` or `"mixed_float16"`; weights are float32 in each. By default
#'   what [config_set_dtype_policy()] said, `"float32"` at first.
#' @param phases A list of [phase()]s that take turns in each batch, each with a loss, weights and
#'   an optimizer of its own, in the place of `optimizer`, `loss` and `metrics`.
#' @section What metrics mean:
#' `"accuracy"` (or `"acc"`) and `"crossentropy"` (or `"ce"`) stand for the kind that fits
#' the output and the targets that come, whatever the loss is: class numbers (or a factor),
#' one-hot rows, 0 and 1 (or `TRUE` and `FALSE`), -1 and 1, for a single column or column
#' by column. What cannot be told is refused: then name the kind, such as
#' [metric_binary_accuracy()].
#'
#' Where the loss is computed from scores (`from_logits = TRUE`, a hinge loss, a loss of
#' your own that makes probabilities of predictions), metrics that have thresholds read the
#' scores as what they stand for: a threshold of 0.5 is a score of 0, and a threshold `t` is
#' the score `log(t / (1 - t))`. Metrics of probabilities, such as
#' [metric_categorical_crossentropy()], are computed from probabilities then. Metrics of
#' numbers, such as `"mse"`, and those of your own see what the model predicts.
#'
#' A network whose end does not go with its loss, such as a last layer without an activation
#' before a cross-entropy of probabilities, is a warning.
#' @returns The model, invisibly; it is changed in place.
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(3, activation = "softmax")
#' model |> compile(
#'   optimizer = optimizer_adam(learning_rate = 0.01),
#'   loss = "sparse_categorical_crossentropy",
#'   metrics = "accuracy"
#' )
#' @export
compile.rdeep_model <- function(object,
                                optimizer = "rmsprop",
                                loss = NULL,
                                metrics = NULL,
                                ...,
                                loss_weights = NULL,
                                weighted_metrics = NULL,
                                run_eagerly = FALSE,
                                steps_per_execution = 1L,
                                jit_compile = "auto",
                                dtype_policy = NULL,
                                phases = NULL) {
  own <- own_compile(object)
  if (!is.null(own)) {
    do.call(own, given_arguments(sys.call(), parent.frame()), quote = TRUE)
    return(invisible(object))
  }
  compile_in_core(
    object, optimizer, loss, metrics, ...,
    loss_weights = loss_weights, weighted_metrics = weighted_metrics, run_eagerly = run_eagerly,
    steps_per_execution = steps_per_execution, jit_compile = jit_compile,
    dtype_policy = dtype_policy, phases = phases, .call = current_env()
  )
}

# What a class of the user's says of `compile`.
own_compile <- function(model) {
  own <- model_env(model)$self$compile
  if (is_own_method(own)) own
}

# The arguments of a call but for the first, the model: a class may have names of its own for them.
given_arguments <- function(call, frame) {
  expressions <- as.list(call)[-1]
  named <- match("object", names2(expressions), nomatch = 0L)
  expressions <- expressions[-if (named) named else 1L]
  found <- lapply(expressions, function(expression) {
    if (identical(expression, quote(...))) {
      eval(quote(list(...)), frame)
    } else {
      list(eval(expression, frame))
    }
  })
  for (i in seq_along(found)) {
    if (!identical(expressions[[i]], quote(...))) names(found[[i]]) <- names2(expressions)[i]
  }
  do.call(c, unname(found))
}

compile_in_core <- function(object,
                            optimizer = "rmsprop",
                            loss = NULL,
                            metrics = NULL,
                            ...,
                            loss_weights = NULL,
                            weighted_metrics = NULL,
                            run_eagerly = FALSE,
                            steps_per_execution = 1L,
                            jit_compile = "auto",
                            dtype_policy = NULL,
                            phases = NULL,
                            .call = caller_env()) {
  check_dots(..., .call = .call)
  call_method(
    object,
    "compile",
    optimizer = as_record("optimizer", optimizer, .call),
    loss = as_records("loss", loss, .call),
    metrics = as_records("metric", metrics, .call),
    loss_weights = as_weights(loss_weights),
    weighted_metrics = as_records("metric", weighted_metrics, .call),
    steps_per_execution = as_count(steps_per_execution),
    jit_compile = jit_compile,
    dtype_policy = as_text(dtype_policy),
    run_eagerly = as_flag(run_eagerly),
    phases = as_phases(phases, .call),
    .call = .call
  )
  invisible(object)
}

# One record, or lists of them as deep as the user made them.
as_records <- function(kind, x, .call = caller_env()) {
  x <- joined_again(named_record(kind, x, .call))
  if (is_plain_list(x) || (is.character(x) && length(x) > 1)) {
    return(lapply(as.list(x), as_records, kind = kind, .call = .call))
  }
  as_record(kind, x, .call)
}

# `c("accuracy", metric_auc())` takes the metric apart, since a string comes first.
joined_again <- function(x) {
  parts <- names2(x) == "pointer"
  if (!is_plain_list(x) || !any(parts)) {
    return(x)
  }
  x[parts] <- lapply(x[parts], wrap)
  names(x)[parts] <- ""
  if (all(names(x) == "")) unname(x) else x
}

as_weights <- function(x) {
  if (is.numeric(x) && (length(x) > 1 || !is.null(names(x)))) as.list(x) else x
}
