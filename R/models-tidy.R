# Tables of networks, by the generics that broom and tidymodels use.

#' Tables of a network
#'
#' `tidy()` gives a row for each layer, `glance()` one row for the network.
#'
#' @param x A model.
#' @param ... Not used.
#' @returns A tibble. `tidy()`: what [summary()][summary.rdeep_model()] shows of the
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
    known <- values[!is.na(values)]
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
