# Methods that users of keras3 override and rdeep never calls. A class that has one is
# refused when it is made, with what to do in its place: ignored, it would change nothing
# without a word.

in_the_engine <- paste(
  "`train_step`, `test_step` and `predict_step` say what is done with a batch."
)
needs_no_shape <- "Shapes are found by calling `call` with symbolic tensors: leave it out."

refused_methods <- list(
  model = list(
    list(
      c("make_train_function", "make_test_function", "make_predict_function"),
      in_the_engine
    ),
    list(
      c("fit", "evaluate", "predict"),
      "Write a function of another name that calls the generic."
    ),
    list(c("compute_output_shape", "compute_output_spec", "stateless_call"), needs_no_shape),
    list("compute_mask", "Layers make masks and pass them on: leave it out.")
  ),
  layer = list(
    list(c("compute_output_spec", "stateless_call", "symbolic_call"), needs_no_shape),
    list("add_metric", "Give the metric to `compile()`, on an output of the model."),
    list("quantize", "Weights are float32: leave it out.")
  ),
  loss = list(list("reduce", "Give the loss's own `call` one number to return.")),
  metric = list(
    list(
      c("stateless_update_state", "stateless_result", "merge_state", "call"),
      "A metric is run by `update_state` and `result` alone: leave it out."
    ),
    list("reset_states", "Its name is `reset_state`.")
  )
)

refuse_overrides <- function(definition, kind, .call) {
  has <- c(names(definition$methods), names(definition$private))
  for (rule in refused_methods[[kind]]) {
    found <- intersect(rule[[1]], has)
    if (length(found)) {
      abort_rdeep(
        "argument",
        sprintf("'%s' of a %s cannot be overridden: rdeep never calls it.", found[1], kind),
        argument = found[1],
        hint = rule[[2]],
        call = .call
      )
    }
  }
  invisible(definition)
}

# A callback's functions have the names that are called, and no others like them.
refuse_misspelt_events <- function(definition, .call) {
  known <- c(callback_functions, names(older_events))
  wrong <- setdiff(grep("^on_", names(definition$methods), value = TRUE), known)
  if (length(wrong)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' is no function of a callback: nothing calls it.", wrong[1]),
      argument = wrong[1],
      hint = suggestion(wrong[1], callback_functions),
      call = .call
    )
  }
}

# Keras's older names for the batches of training.
older_events <- c(
  on_batch_begin = "on_train_batch_begin", on_batch_end = "on_train_batch_end"
)

in_newer_names <- function(methods) {
  old <- names(methods) %in% names(older_events) &
    !older_events[names(methods)] %in% names(methods)
  names(methods)[old] <- older_events[names(methods)[old]]
  methods
}
