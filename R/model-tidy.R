# Tables of networks, by the generics that broom and tidymodels use.

#' Tidy a network
#'
#' `tidy()` gives a row for each layer, `glance()` one row for the network, `augment()` data
#' with the network's predictions.
#'
#' @param x A model.
#' @param data,newdata,new_data Data as [predict()][predict.rdeep_model()] takes it, a data
#'   frame or a matrix: the network does not keep that of the fit. `data` and `newdata` are
#'   broom's names, `new_data` is tidymodels'.
#' @param ... Not used.
#' @returns A tibble. `augment()`: the data with `.pred_class` and `.pred_<level>` for a network
#'   that was fitted to a factor, else with `.pred` (and for broom's names `.fitted`), or
#'   `.pred_<column>` for several numbers; `.resid` where a formula's outcome is a number and in
#'   the data. `tidy()`: what [summary()][summary.rdeep_model()] shows of the
#'   layers. `glance()`: the backend, the numbers of layers and parameters, and, once the
#'   model was trained, the epochs and the last value of each metric.
#' @family models
#' @examplesIf rdeep_available() && requireNamespace("tibble", quietly = TRUE)
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' tidy(model)
#' glance(model)
#' @export
tidy.rdeep_model <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("tibble", "to return a table.")
  tibble::as_tibble(built_summary(x, current_env())$layers)
}

#' @rdname tidy.rdeep_model
#' @export
glance.rdeep_model <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("tibble", "to return a table.")
  summary <- built_summary(x, current_env())
  history <- model_history(x)
  last <- lapply(history$metrics, function(values) {
    known <- values[!was_left_out(values)]
    if (length(known)) known[length(known)] else NA_real_
  })
  tibble::as_tibble(c(
    list(
      name = summary$name,
      backend = summary$backend,
      layers = nrow(summary$layers),
      parameters = summary$params$total,
      trainable = summary$params$trainable,
      epochs = length(history$epoch)
    ),
    last
  ))
}

built_summary <- function(model, .call) {
  summary <- summary(model)
  if (!summary$built) {
    abort_rdeep(
      "state",
      "The shape of the model's input is not known yet.",
      hint = "Give `keras_model_sequential()` an `input_shape`, or fit the model first.",
      call = .call
    )
  }
  summary
}

#' @rdname tidy.rdeep_model
#' @export
augment.rdeep_model <- function(x, data = NULL, newdata = NULL, ..., new_data = NULL) {
  call <- current_env()
  check_dots(...)
  rlang::check_installed("tibble", "to return a table.")
  given <- one_of_data(data, newdata, new_data, call)
  if (is.null(given) || !(is.data.frame(given) || is.matrix(given))) {
    abort_rdeep(
      "argument",
      if (is.null(given)) {
        "A network does not keep the data that it was fitted to."
      } else {
        sprintf("'data' must be a data frame or a matrix, not %s.", describe(given))
      },
      argument = "data",
      received = given,
      hint = "Give it: `augment(model, newdata = df)`.",
      call = call
    )
  }
  values <- stats::predict(x, given)
  if (!is.matrix(values)) {
    abort_rdeep(
      "shape",
      "The network gives more than a row of numbers for each sample, which makes no columns.",
      argument = "x",
      hint = "`predict()` gives arrays, and lists for several outputs.",
      call = call
    )
  }
  shown <- as_frame(given)
  predicted <- predicted_columns(x, values, call)
  columns <- c(as.list(shown), as.list(predicted))
  if (".pred" %in% names(predicted)) {
    if (is.null(new_data)) columns$.fitted <- predicted$.pred
    left <- model_env(x)$design$expanded[[2]]
    actual <- if (!is.null(left) && all(all.vars(left) %in% names(shown))) eval(left, shown)
    if (is.numeric(actual)) columns$.resid <- as.vector(actual) - predicted$.pred
  }
  tibble::new_tibble(columns, nrow = nrow(shown))
}

predicted_columns <- function(model, values, .call) {
  levels <- unlist(levels_of_outputs(model))
  if (length(levels)) {
    frames <- lapply(c("class", "prob"), function(type) {
      class_frame(model, unname(values), levels, NULL, type, .call)
    })
    return(tibble::as_tibble(c(frames[[1]], frames[[2]])))
  }
  if (ncol(values) == 1) {
    return(tibble::tibble(.pred = values[, 1]))
  }
  names <- colnames(values) %||% seq_len(ncol(values))
  named_columns(unname(values), paste0(".pred_", names))
}
