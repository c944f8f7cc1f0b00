# Known networks: the model that their functions return, and what goes in and comes out.

create_application <- function(network,
                               arguments,
                               ...,
                               backend = NULL,
                               device = NULL,
                               .call = caller_env()) {
  check_dots(..., .call = .call)
  chosen <- choose_backend(backend, device, .call)
  sync_seed(.call)
  built <- call_core(
    "known_network",
    name = network,
    arguments = as_dict(c(given(arguments), chosen)),
    .call = .call
  )
  model <- new_model(built$model)
  env <- model_env(model)
  env$application <- list(network = network, mode = built$preprocessing)
  model
}

#' Pixels as a known network expects them, and its predictions by their names
#'
#' `application_preprocess_inputs()` prepares pixels from 0 to 255 in the way of the weights that
#' a model was made with: Keras's authors and torchvision's trained their networks on pixels of
#' different scales. `application_decode_predictions()` names the most probable of ImageNet's
#' 1,000 classes.
#'
#' @param model A model that a function such as [application_resnet50()] has returned.
#' @param preds A matrix with 1,000 columns, as the model predicts them.
#' @param top How many classes to return for each row.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @inheritParams imagenet_preprocess_input
#' @returns An array, or a tensor where `x` is one; a list with a data frame for each row, of
#'   `class_name`, `class_description` and `score`.
#' @seealso [imagenet_preprocess_input()], for models that another session has made.
#' @family images
#' @examplesIf rdeep_available()
#' model <- application_resnet50(weights = NULL, include_top = FALSE)
#' x <- array(128, c(1, 2, 2, 3))
#' application_preprocess_inputs(model, x)[1, 1, 1, ]
#' @export
application_preprocess_inputs <- function(model, x, ..., data_format = NULL) {
  check_dots(...)
  mode <- application_of(model, current_env())$mode
  if (is.null(mode)) x else imagenet_preprocess_input(x, data_format, mode)
}

#' @rdname application_preprocess_inputs
#' @export
application_decode_predictions <- function(model, preds, top = 5L, ..., class_index = NULL) {
  check_dots(...)
  application_of(model, current_env())
  imagenet_decode_predictions(preds, top, class_index)
}

application_of <- function(model, .call) {
  found <- if (inherits(model, "rdeep_model")) model_env(model)$application
  if (is.null(found)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'model' must be what a function such as `application_resnet50()` returns, not %s.",
        if (inherits(model, "rdeep_model")) "another model" else describe(model)
      ),
      argument = "model",
      hint = paste(
        "`imagenet_preprocess_input(mode = )` and `imagenet_decode_predictions()` do it for",
        "any model."
      ),
      call = .call
    )
  }
  found
}
