#' Train, test or predict on a single batch
#'
#' For loops that you write yourself: `train_on_batch()` takes one step of training,
#' `test_on_batch()` and `predict_on_batch()` take one batch as a whole. The loss and the metrics
#' are those of this batch; nothing is added up from one call to the next. Each call checks its
#' data anew, so that [fit()][fit.rdeep_model()] is faster for small batches; it takes a function
#' that returns batches.
#'
#' @param object A compiled model.
#' @param x,y The batch, as for [fit()][fit.rdeep_model()].
#' @param sample_weight A weight for each sample.
#' @param class_weight Weights by class, as for [fit()][fit.rdeep_model()].
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @returns `train_on_batch()` and `test_on_batch()`: a named list with the loss and the metrics.
#'   `predict_on_batch()`: as [predict()][predict.rdeep_model()].
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(3, activation = "softmax")
#' model |> compile(loss = "sparse_categorical_crossentropy")
#' for (i in 1:3) {
#'   rows <- sample(nrow(iris), 32)
#'   model |> train_on_batch(iris[rows, 1:4], iris$Species[rows])
#' }
#' model |> test_on_batch(iris[1:4], iris$Species)
#' @export
train_on_batch <- function(object,
                           x,
                           y = NULL,
                           sample_weight = NULL,
                           class_weight = NULL) {
  call <- current_env()
  check_is_network(object)
  data <- training_data(object, x, y, call)
  sync_seed(call)
  # What was kept is of weights that are no more. A copy after each batch would cost more
  # than the batch: it is made when the model is evaluated or used to predict.
  env <- model_env(object)
  env$learned <- env$learned %||% list(x = data$x$learned, y = data$y$learned)
  as.list(call_method(
    object,
    "train_on_batch",
    return_dict = TRUE,
    x = data$x$values,
    y = data$y$values,
    sample_weight = weights_data(object, sample_weight, call),
    class_weight = by_class(class_weight, data$y$learned, call)
  ))
}

#' @rdname train_on_batch
#' @export
test_on_batch <- function(object, x, y = NULL, sample_weight = NULL, ...) {
  check_dots(...)
  call <- current_env()
  check_is_network(object)
  data <- training_data(object, x, y, call)
  sync_draws(object, call)
  as.list(call_method(
    object,
    "test_on_batch",
    return_dict = TRUE,
    x = data$x$values,
    y = data$y$values,
    sample_weight = weights_data(object, sample_weight, call)
  ))
}

#' @rdname train_on_batch
#' @export
predict_on_batch <- function(object, x) {
  check_is_network(object)
  rows <- max(NROW(if (is_plain_list(x)) x[[1]] else x), 1L)
  declared <- if (fetch(object, "is_built")) fetch(object, "batch_size")
  if (!is.null(declared) && declared != rows) {
    abort_data(
      sprintf(
        "The batch has %d samples, but the model's input was declared with batches of %d.",
        rows, declared
      ),
      "x",
      received = rows, expected = declared, .call = current_env()
    )
  }
  stats::predict(object, x, batch_size = rows)
}

# The codes of a factor are numbers, but no weights.
refuse_categories <- function(weights, argument, .call) {
  for (part in if (is.list(weights)) weights else list(weights)) {
    if (is.factor(part) || is.character(part)) {
      abort_data(
        sprintf("'%s' is %s; weights are numbers.", argument, describe(part)),
        argument,
        received = part,
        hint = "`class_weight` gives each class a weight.",
        .call = .call
      )
    }
  }
}
