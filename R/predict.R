#' Evaluate a model and predict with it
#'
#' @param object A model.
#' @param x,newdata The data, as for [fit()][fit.rdeep_model()]. Data frames are
#'   matched by the names of the columns that the model was fitted with.
#' @param y The targets.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param batch_size How many samples at a time.
#' @param verbose Has no effect, since nothing is shown; it is there for scripts written
#'   for keras3.
#' @param sample_weight A weight for each sample.
#' @returns `evaluate()`: a named list with the loss and the metrics. `predict()`: a
#'   matrix or array with a sample in each row, or a list of them for several
#'   outputs. If the targets were a factor, the columns are named by its levels.
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

#' @rdname evaluate
#' @rawNamespace S3method(generics::evaluate, rdeep_model)
#' @export
evaluate.rdeep_model <- function(object,
                                 x = NULL,
                                 y = NULL,
                                 ...,
                                 batch_size = NULL,
                                 verbose = "auto",
                                 sample_weight = NULL) {
  check_dots(...)
  call <- current_env()
  data <- training_data(object, x, y, call)
  values <- call_method(
    object,
    "evaluate",
    x = data$x$values,
    y = data$y$values,
    batch_size = as_count(batch_size),
    sample_weight = weights_data(object, sample_weight, call)
  )
  as.list(values)
}

#' @rdname evaluate
#' @export
predict.rdeep_model <- function(object,
                                x = newdata,
                                ...,
                                batch_size = NULL,
                                verbose = "auto",
                                newdata = NULL) {
  check_dots(...)
  learned <- model_env(object)$learned
  data <- as_model_data(x, "x", input_names(object), learned$x, .call = current_env())
  values <- call_method(
    object,
    "predict",
    x = data$values,
    batch_size = as_count(batch_size)
  )
  if (!is_plain_list(values)) {
    return(name_classes(values, learned$y[[1]]))
  }
  names(values) <- output_names(object)
  Map(name_classes, values, learned$y[names(values)] %||% list(NULL))
}

name_classes <- function(values, learned) {
  levels <- learned$levels[[1]]
  if (length(dim(values)) == 2 && length(levels) > 0 && ncol(values) == length(levels)) {
    colnames(values) <- levels
  }
  values
}
