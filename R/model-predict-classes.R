# Predictions of a network as classes and probabilities, for an output that was fitted to a
# factor: columns are called as `predict()` calls them for a `deep_tabular`.

network_types <- c("response", "class", "prob")

# The type by its own name, or by tidymodels'.
network_type <- function(type, .call) {
  if (is.null(type)) {
    return("response")
  }
  if (is_single(type) && type %in% c("raw", "numeric")) {
    return("response")
  }
  if (is_single(type) && type %in% network_types) {
    return(type)
  }
  abort_rdeep(
    "argument",
    sprintf("'type' cannot be %s for a network.", describe(type)),
    argument = "type",
    received = type,
    expected = network_types,
    hint = paste(
      "\"response\" is what the last layer gives; \"class\" and \"prob\" are for networks that",
      "were fitted to a factor."
    ),
    call = .call
  )
}

# `values` as `predicted()` gives them: an array, or a list of them for several outputs.
as_classes <- function(model, values, type, .call) {
  if (type == "response") {
    return(values)
  }
  levels <- levels_of_outputs(model)
  if (!is_plain_list(values)) {
    only <- if (length(levels)) levels[[1]]
    check_fitted_to_factor(only, "The network", type, .call)
    return(class_frame(model, values, only, NULL, type, .call))
  }
  for (output in names(values)) {
    check_fitted_to_factor(
      levels[[output]], sprintf("The output '%s'", output), type, .call
    )
  }
  frames <- lapply(names(values), function(output) {
    class_frame(model, values[[output]], levels[[output]], output, type, .call)
  })
  stats::setNames(frames, names(values))
}

# The levels that each output was fitted to; TRUE and FALSE of a formula are two.
levels_of_outputs <- function(model) {
  env <- model_env(model)
  levels <- lapply(env$learned$y, function(part) part$levels[[1]])
  flags <- is.data.frame(env$design$outcome) && ncol(env$design$outcome) == 1 &&
    is.logical(env$design$outcome[[1]])
  if (flags) list(c("FALSE", "TRUE")) else levels
}

check_fitted_to_factor <- function(levels, what, type, .call) {
  if (length(levels) > 0) {
    return(invisible())
  }
  abort_rdeep(
    "argument",
    sprintf("%s was not fitted to a factor, and has no classes.", what),
    argument = "type",
    received = type,
    hint = paste(
      "Fit it to a factor, as `fit(model, x, factor(y))` does, and it knows the classes;",
      "`type = \"response\"` gives what the last layer gives."
    ),
    call = .call
  )
}

class_frame <- function(model, values, levels, output, type, .call) {
  prob <- probabilities(model, values, levels, output, .call)
  if (type == "class") {
    place <- max.col(replace(prob, is.na(prob), 0), ties.method = "first")
    place[is.na(prob[, 1])] <- NA
    return(tibble::tibble(.pred_class = factor(levels[place], levels = levels)))
  }
  named_columns(unname(prob), paste0(".pred_", levels))
}

# A column for each level. A network that gives scores, because its loss takes these
# (`from_logits`), has the softmax or the sigmoid of its loss still to come.
probabilities <- function(model, values, levels, output, .call) {
  two <- is.matrix(values) && ncol(values) == 1 && length(levels) == 2
  if (!is.matrix(values) || !(two || ncol(values) == length(levels))) {
    abort_rdeep(
      "shape",
      sprintf(
        "The network gives %s for a sample, which are not the probabilities of %d classes.",
        count_of_values(values), length(levels)
      ),
      argument = "type",
      received = dim(values)[-1],
      expected = length(levels),
      hint = "`type = \"response\"` gives what the last layer gives.",
      call = .call
    )
  }
  if (takes_scores(model, output)) {
    values <- if (two) stats::plogis(values) else softmax_rows(values)
  }
  prob <- if (two) cbind(1 - values, values) else values
  off <- abs(rowSums(prob) - 1)
  if (any(prob < -1e-6 | prob > 1 + 1e-6, na.rm = TRUE) || any(off > 1e-3, na.rm = TRUE)) {
    abort_rdeep(
      "argument",
      paste(
        "What the network gives are no probabilities: they do not lie between 0 and 1, or do",
        "not add up to 1."
      ),
      argument = "type",
      hint = paste(
        "A last layer with `activation = \"softmax\"` (for two classes with one unit",
        "\"sigmoid\") gives probabilities; `type = \"response\"` gives what there is."
      ),
      call = .call
    )
  }
  prob
}

count_of_values <- function(values) {
  shape <- dim(values)[-1]
  n <- prod(shape)
  sprintf(
    "%s %s", if (length(shape) > 1) sprintf("(%s)", paste(shape, collapse = ", ")) else n,
    if (n == 1) "value" else "values"
  )
}

takes_scores <- function(model, output) {
  if (!is_compiled_with_loss(model)) {
    return(FALSE)
  }
  losses <- call_method(model, "output_losses")
  place <- if (is.null(output)) 1L else match(output, output_names(model))
  loss <- losses[[place]]
  reticulate::py_has_attr(loss, "from_logits") && isTRUE(fetch(loss, "from_logits"))
}

softmax_rows <- function(scores) {
  powers <- exp(scores - apply(scores, 1, max))
  powers / rowSums(powers)
}
