# Preprocessing layers: they learn from data outside training, and are called on data.

#' Adapt a preprocessing layer to data
#'
#' The mean and variance of a [layer_normalization()], the bins of a
#' [layer_discretization()], the vocabulary of [layer_string_lookup()],
#' [layer_integer_lookup()] and [layer_text_vectorization()], and all of them in a
#' [layer_feature_space()], are learned from data before a model is trained. What was
#' learned before is put out of use.
#'
#' A layer can be adapted after it was added to a model, unless the size of its output
#' changes.
#'
#' @param object A preprocessing layer. It is changed in place.
#' @param data The data: a vector, a factor, an array, or a data frame (of text, one of
#'   numbers as a matrix, or with the columns of a feature space). Or what gives batches,
#'   as for [fit()][fit.rdeep_model()]: of `list(x, y)` the `x` counts.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param batch_size How many rows a feature space reads at a time, on which estimated
#'   bins depend a little; it makes no difference for other layers.
#' @param steps How many batches to read; by default all.
#' @returns The layer, invisibly.
#' @family preprocessing
#' @examplesIf rdeep_available()
#' layer <- layer_text_vectorization()
#' adapt(layer, c("a cat", "a dog"))
#' get_vocabulary(layer)
#' layer("the cat")
#' @export
adapt <- function(object, data, ..., batch_size = NULL, steps = NULL) {
  check_dots(...)
  call <- current_env()
  check_preprocessing(object, call)
  steps <- as_count(steps)
  if (is_plain_function(data)) {
    refuse_endless(data, steps, "data", "steps", call)
    inputs <- function(batch) list(as_plain_data(batch[[1]], "data", object, call))
    generator <- new_generator(batches_of_inputs(data), inputs, call)
    data <- collect_batches(generator, steps, call, "data")
  } else if (!is_batched(data)) {
    data <- as_plain_data(data, "data", object, call)
  }
  call_method(
    object, "adapt",
    data = data, batch_size = as_count(batch_size), steps = steps, .call = call
  )
  invisible(object)
}

#' Get and set the vocabulary of a layer
#'
#' @param object A [layer_string_lookup()], [layer_integer_lookup()] or
#'   [layer_text_vectorization()].
#' @param include_special_tokens Whether the tokens for missing and unknown ones come
#'   first. A token's place is then its number plus one, since numbers begin with 0.
#' @param vocabulary The tokens, or the path of a file with one in each line. One token
#'   alone is given in a list. It may begin with the tokens for missing and unknown ones.
#' @param idf_weights For the output mode `"tf_idf"`, the inverse document frequency of
#'   each token.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns `get_vocabulary()`: a vector of tokens. `set_vocabulary()`: the layer, which
#'   is changed in place, invisibly.
#' @family preprocessing
#' @examplesIf rdeep_available()
#' layer <- layer_string_lookup()
#' set_vocabulary(layer, c("a", "b"))
#' get_vocabulary(layer)
#' @export
get_vocabulary <- function(object, include_special_tokens = TRUE) {
  check_preprocessing(object, current_env(), "get_vocabulary")
  found <- call_method(
    object, "get_vocabulary",
    include_special_tokens = as_flag(include_special_tokens)
  )
  unlist(found) %||% character()
}

#' @rdname get_vocabulary
#' @export
set_vocabulary <- function(object, vocabulary, idf_weights = NULL, ...) {
  check_dots(...)
  check_preprocessing(object, current_env(), "set_vocabulary")
  call_method(
    object, "set_vocabulary",
    vocabulary = as_tokens(vocabulary), idf_weights = as_numbers(idf_weights)
  )
  invisible(object)
}

is_preprocessing <- function(layer) {
  any(grepl("[.]Preprocessing$", class(record_of(layer))))
}

check_preprocessing <- function(object, .call, method = "adapt") {
  fits <- inherits(object, "rdeep_layer") && is_preprocessing(record_of(object)) &&
    reticulate::py_has_attr(record_of(object), method)
  if (!fits) {
    abort_rdeep(
      "argument",
      sprintf(
        "'object' must be a preprocessing layer%s, not %s.",
        if (method == "adapt") "" else " with a vocabulary",
        if (inherits(object, "rdeep_layer")) format(object) else describe(object)
      ),
      argument = "object",
      received = object,
      call = .call
    )
  }
}

# A layer of a model has its record inside.
record_of <- function(layer) {
  pointer <- unwrap(layer)
  if (reticulate::py_has_attr(pointer, "record")) pointer$record else pointer
}

# What a layer makes of data; a vector stays one.
apply_to_data <- function(layer, data, .call, further = list()) {
  found <- call_core(
    "transform",
    layer = record_of(layer),
    inputs = as_plain_data(data, "object", layer, .call),
    options = as_dict(lapply(further, as_plain_data, "...", layer, .call)),
    .call = .call
  )
  if (is_plain_list(found) && is.null(found$text)) {
    return(lapply(found, as_result))
  }
  as_result(found)
}

as_result <- function(value) {
  # Of a tensor a tensor.
  value <- wrap(value)
  if (inherits(value, "rdeep_any_tensor")) {
    return(value)
  }
  if (is_plain_list(value)) {
    value <- array(as.character(unlist(value$text)), dim = unlist(value$shape))
  }
  if (length(dim(value)) == 1) as.vector(value) else value
}

# Data that no model learns of: text, numbers, a list or a data frame of columns. Layers of
# one input take a data frame as a matrix.
as_plain_data <- function(data, argument, layer, .call) {
  if (is.data.frame(data) && takes_columns(layer)) {
    data <- as.list(data)
  }
  if (is_plain_list(data)) {
    parts <- lapply(data, as_plain_data, argument = argument, layer = layer, .call = .call)
    return(stats::setNames(parts, names(data)))
  }
  text <- function(x) is.character(x) || is.factor(x)
  if (text(data) || (is.data.frame(data) && ncol(data) > 0 && all(vapply(data, text, NA)))) {
    return(as_text_array(data, argument, .call))
  }
  as_values(data, argument, .call)
}

takes_columns <- function(layer) {
  pointer <- record_of(layer)
  any(grepl("[.]FeatureSpace$", class(pointer))) || fetch(pointer, "merges")
}

# Text as an array of strings.
as_text_array <- function(x, argument, .call) {
  if (is.data.frame(x)) {
    x <- as.matrix(as.data.frame(lapply(x, as.character), optional = TRUE))
    dimnames(x) <- NULL
  }
  if (is.factor(x)) {
    x <- as.character(x)
  }
  x <- with_foreign_tensors(x)
  if (inherits(x, "rdeep_array") && tensor_dtype(x) == "string") {
    x <- as.array(x)
  }
  if (!is.character(x)) {
    abort_data(
      sprintf("'%s' must be text here, not %s.", argument, describe(x)),
      argument,
      received = x,
      .call = .call
    )
  }
  if (anyNA(x)) {
    abort_data(
      sprintf(
        "'%s' has %d missing %s, the first in row %d.", argument, sum(is.na(x)),
        if (sum(is.na(x)) == 1) "value" else "values", (which(is.na(x))[1] - 1) %% NROW(x) + 1
      ),
      argument,
      hint = "Fill missing text in, for example with an empty string.",
      .call = .call
    )
  }
  array(enc2utf8(x), dim = dim(x) %||% length(x))
}
