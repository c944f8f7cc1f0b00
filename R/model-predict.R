#' Evaluate a model, and predict with it
#'
#' `evaluate()` computes the loss and the metrics on data, `predict()` the outputs.
#'
#' An interrupt (Ctrl-C) ends both between two batches; nothing of the result is kept.
#'
#' @param object A model.
#' @param x,newdata The data, as for [fit()][fit.rdeep_model()], also in batches. Data
#'   frames and matrices with names are matched by the names of the columns that the model
#'   was fitted with; files are read in order, though training shuffles them. A
#'   model that was fitted by a formula or a recipe takes data frames as those.
#' @param y The targets; left out where a formula or a recipe finds them in `x`.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param batch_size How many samples at a time at the least: a bound on memory. More
#'   are computed together where that is faster and the result the same, and fewer where
#'   memory does not suffice; `"auto"` leaves it at that.
#' @param verbose Has no effect, since nothing is shown; it is there for scripts written
#'   for keras3.
#' @param sample_weight A weight for each sample.
#' @param steps How many batches to look at; by default all.
#' @param callbacks A callback or a list of them: see the `callback_*()` functions.
#' @param type What to predict: `"response"`, what the last layer gives; for a network that was
#'   fitted to a factor also `"class"` and `"prob"`.
#' @returns `evaluate()`: a named list with the loss and the metrics. `predict()`: a
#'   matrix or array with a sample in each row, or a list of them for several
#'   outputs. If the targets were a factor, the columns are named by its levels. A row
#'   with a missing value has the prediction `NA`, where a formula or a recipe was used.
#'   `type = "class"`: a tibble with the factor `.pred_class`, the most probable level;
#'   `type = "prob"`: a tibble with a column `.pred_<level>` for each, also where one unit gives
#'   the probability of the second of two levels, and where the loss takes scores
#'   (`from_logits`). For several outputs, a list of these.
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(3, activation = "softmax")
#' model |> compile(loss = "sparse_categorical_crossentropy")
#' model |> fit(iris[1:4], iris$Species, verbose = 0)
#' model |> evaluate(iris[1:4], iris$Species)
#' model |> predict(head(iris))
#' @export
evaluate <- function(object, ...) {
  # Not the generic of generics: that one calls the model `x`, which is the data here.
  UseMethod("evaluate")
}

# A model of another package, whose generic this one may have masked.
#' @export
evaluate.default <- function(object, ...) {
  elsewhere("evaluate", c("tensorflow", "generics", "luz"), object, ..., .call = current_env())
}

# `predict()` of a layer that stands alone.
#' @export
predict.rdeep_layer <- function(object, ...) {
  abort_rdeep(
    "argument",
    "A layer does not predict: a model does.",
    argument = "object",
    received = object,
    hint = "Call the layer on data, `layer(x)`, or put it into a model.",
    call = current_env()
  )
}

#' @rdname evaluate
#' @rawNamespace S3method(generics::evaluate, rdeep_model)
#' @export
evaluate.rdeep_model <- function(object,
                                 x = NULL,
                                 y = NULL,
                                 ...,
                                 batch_size = NULL,
                                 verbose = "auto",
                                 sample_weight = NULL,
                                 steps = NULL,
                                 callbacks = NULL) {
  check_dots(...)
  call <- current_env()
  callbacks <- split_callbacks(callbacks, call)
  params <- list(steps = steps)
  introduce(callbacks$own, object, params, call)
  call_callbacks(callbacks$own, "on_test_begin", object, params, NULL, list(), call)
  callbacks$core <- c(callbacks$core, by_batch(callbacks$own, "test", object, params, call))
  design <- if (needs_design(object, x)) model_env(object)$design$formula
  sample_weight <- evaluate_weights(rlang::enquo(sample_weight), design, x, call)
  values <- evaluated(object, x, y, batch_size, sample_weight, steps, callbacks$core, call)
  call_callbacks(callbacks$own, "on_test_end", object, params, NULL, values, call)
}

evaluated <- function(object, x, y, batch_size, sample_weight, steps, callbacks, call) {
  keep_parts(object, call)
  sync_draws(object, call)
  if (is_batched(x)) {
    refuse_beside_batches(y = y, sample_weight = sample_weight, .call = call)
    source <- scored_source(object, x, steps, call)
    values <- call_method(
      object, "evaluate", return_dict = TRUE,
      x = source, batch_size = as_count(batch_size), steps = as_count(steps),
      callbacks = callbacks, .call = call
    )
    return(as.list(finished(values, object, "test_step", call)))
  }
  if (needs_design(object, x)) {
    given <- columns_to_score(model_env(object)$design, x, y, call)
    sample_weight <- weights_of_rows(sample_weight, given$rows, nrow(x), call)
    x <- given$x
    y <- given$y
  }
  check_design_kept(object, x, call)
  data <- training_data(object, x, y, call)
  values <- call_method(
    object,
    "evaluate",
    return_dict = TRUE,
    x = data$x$values,
    y = data$y$values,
    batch_size = as_count(batch_size),
    sample_weight = weights_data(object, sample_weight, call),
    steps = as_count(steps),
    callbacks = callbacks,
    .call = call
  )
  as.list(finished(values, object, "test_step", call))
}

#' @rdname evaluate
#' @export
predict.rdeep_model <- function(object,
                                x = newdata,
                                ...,
                                batch_size = NULL,
                                verbose = "auto",
                                steps = NULL,
                                callbacks = NULL,
                                newdata = NULL,
                                type = NULL) {
  check_dots(...)
  call <- current_env()
  type <- network_type(type, call)
  callbacks <- split_callbacks(callbacks, call)
  params <- list(steps = steps)
  introduce(callbacks$own, object, params, call)
  call_callbacks(callbacks$own, "on_predict_begin", object, params, NULL, list(), call)
  callbacks$core <- c(callbacks$core, by_batch(callbacks$own, "predict", object, params, call))
  values <- predicted(object, x, batch_size, steps, callbacks$core, call)
  call_callbacks(callbacks$own, "on_predict_end", object, params, NULL, list(), call)
  as_classes(object, values, type, call)
}

predicted <- function(object, x, batch_size, steps, callbacks, call) {
  if (needs_design(object, x)) {
    return(predict_by_design(object, x, batch_size, steps, callbacks, call))
  }
  learned <- model_env(object)$learned
  if (is_own_method(model_env(object)$self$predict_step)) {
    return(predicted_by_step(object, x, batch_size, steps, callbacks, call))
  }
  if (is.null(steps) && length(callbacks) == 0 && is_plain_array(x, learned$x[[1]]$columns)) {
    values <- predict_array(object, x, batch_size, call)
    if (!is.null(values)) return(named_predictions(object, values, call))
  }
  facts <- call_core("prediction_facts", model = object, .call = call)
  if (isTRUE(facts$draws)) {
    sync_seed(call)
  }
  if (is_batched(x)) {
    data <- list(values = predicted_source(object, x, steps, call))
  } else {
    check_design_kept(object, x, call)
    data <- as_model_data(x, "x", facts$names, learned$x, unlist(facts$text), .call = call)
  }
  values <- call_core(
    "predict",
    model = object,
    x = data$values,
    batch_size = as_count(batch_size),
    steps = as_count(steps),
    callbacks = callbacks,
    .call = call
  )
  named_predictions(object, values, call)
}

# What `predict_step` of the user's class returns.
predicted_by_step <- function(model, x, batch_size, steps, callbacks, .call) {
  keep_parts(model, .call)
  source <- if (is_batched(x)) {
    predicted_source(model, x, steps, .call)
  } else {
    as_model_data(x, "x", NULL, model_env(model)$learned$x, .call = .call)$values
  }
  values <- call_method(
    model, "predict",
    x = source, batch_size = as_count(batch_size), steps = as_count(steps), callbacks = callbacks,
    .call = .call
  )
  finished(values, model, "predict_step", .call)
}

# The core's answer as R has it, with the names of outputs and classes.
named_predictions <- function(model, values, .call) {
  learned <- model_env(model)$learned$y
  if (!is_plain_list(values)) {
    return(name_classes(received(values, .call), learned[[1]]))
  }
  names(values) <- output_names(model)
  values <- lapply(values, received, .call = .call)
  Map(name_classes, values, learned[names(values)] %||% list(NULL))
}

# Rows that cannot be predicted keep their place.
predict_by_design <- function(model, data, batch_size, steps, callbacks, .call) {
  design <- model_env(model)$design
  columns <- columns_to_predict(design, data, .call)
  values <- predicted(model, columns$x, batch_size, steps, callbacks, .call)
  values <- blank_rows(values, columns$missing)
  outcomes <- names(design$outcome)
  if (is.null(colnames(values)) && length(outcomes) > 1 && ncol(values) == length(outcomes)) {
    colnames(values) <- outcomes
  }
  values
}

# The inputs of each batch that a function returns; what else it holds does not count.
predicted_source <- function(model, data, steps, .call) {
  if (!is.function(data)) {
    return(data)
  }
  known <- model_env(model)$learned$x
  names <- input_names(model)
  text <- text_inputs(model)
  convert <- function(batch) {
    list(as_model_data(batch[[1]], "x", names, known, text, .call = .call)$values)
  }
  refuse_endless(data, steps, "x", "steps", .call)
  collect_batches(new_generator(batches_of_inputs(data), convert, .call), steps, .call)
}

# A large array is written by the core into memory that R has made for it.
received <- function(values, .call) {
  if (!inherits(values, "python.builtin.object")) {
    return(values)
  }
  shape <- unlist(fetch(values, "shape", .call))
  target <- array(NA_real_, dim = shape)
  call_method(values, "fill", target = target, .call = .call)
  # Should a version of reticulate hand over a copy, nothing has arrived here.
  if (is.na(target[length(target)])) fetch(values, "values", .call) else target
}

name_classes <- function(values, learned) {
  levels <- learned$levels[[1]]
  if (length(dim(values)) == 2 && length(levels) > 0 && ncol(values) == length(levels)) {
    colnames(values) <- levels
  }
  values
}
