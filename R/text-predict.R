# What a `deep_text` predicts: tibbles with tidymodels' names, a row for each text.

#' Predict from texts
#'
#' @param object,x A model of [deep_text()].
#' @param new_data,newdata,data Texts: a character vector, or a data frame with the column that the
#'   model was fitted to.
#' @param type What to predict, see below; by default the class, or the number.
#' @param ... For `augment()`, arguments of `predict()`; else not used: anything here is an error.
#' @param level The share of numbers that an interval is to hold.
#'
#' @section Types:
#' * `"class"`: `.pred_class`, the most probable class.
#' * `"prob"`: a column `.pred_<level>` for each class.
#' * `"response"`: for numbers `.pred`; for classes as `"prob"`.
#' * `"interval"`: for numbers `.pred`, `.pred_lower` and `.pred_upper`, by the errors on held-out
#'   texts (split conformal prediction).
#' * `"embedding"`: a matrix, a row for each text: the vector of the text, which is the encoder's
#'   where there is a frozen one, and else what the output layer reads.
#' @returns A tibble with a row for each text, `NA` where a text cannot be used and `on_bad` is
#'   `"drop"`; for `"embedding"` a matrix. `augment()`: the data and the predictions. `tidy()`: the
#'   words that the model knows, with the number of texts that each is in; of an encoder, which has
#'   tokens instead, no rows.
#' @family models of text
#' @examplesIf rdeep_available()
#' reviews <- data.frame(
#'   text = rep(c("a fine film", "a dull film", "fine music", "dull music"), 10),
#'   liked = rep(c("yes", "no", "yes", "no"), 10)
#' )
#' model <- deep_text(liked ~ text, reviews, epochs = 10, verbose = 0)
#' predict(model, "a very fine film", type = "prob")
#' augment(model, reviews[1:2, ])
#' tidy(model)
#' @export
predict.deep_text <- function(object,
                              new_data = NULL,
                              type = NULL,
                              ...,
                              level = 0.95,
                              newdata = NULL) {
  call <- current_env()
  check_dots(...)
  types <- if (object$outcome$type == "class") {
    c("class", "prob", "response", "embedding")
  } else {
    c("response", "interval", "embedding")
  }
  type <- ready_type(type, types, call)
  texts <- new_texts(object, one_new_data(new_data, newdata, call), call)
  asked <- if (type %in% c("class", "prob")) "response" else type
  if (type == "interval") check_share(level, "level", call)
  found <- ready_method(object, "predict", x = texts, type = asked, level = level, .call = call)
  found[is.nan(found)] <- NA
  if (type == "embedding") {
    return(found)
  }
  if (type == "interval") {
    return(named_columns(found, c(".pred", ".pred_lower", ".pred_upper")))
  }
  outcome_columns(object, found, type)
}

new_texts <- function(object, data, .call) {
  if (is.null(data)) {
    abort_rdeep(
      "argument",
      "'new_data' is missing: the model keeps no texts.",
      argument = "new_data",
      hint = "Give texts, or a data frame with them.",
      call = .call
    )
  }
  texts_of(data, "new_data", .call, object$facts$x_name)
}

#' @rdname predict.deep_text
#' @export
augment.deep_text <- function(x, data = NULL, newdata = NULL, ..., new_data = NULL) {
  call <- current_env()
  given <- one_of_data(data, newdata, new_data, call)
  shown <- if (is.data.frame(given)) given else list(text = given)
  predicted <- if ("type" %in% names(rlang::enquos(...)) || x$outcome$type == "number") {
    stats::predict(x, given, ...)
  } else {
    tibble::as_tibble(c(
      stats::predict(x, given, type = "class", ...),
      stats::predict(x, given, type = "prob", ...)
    ))
  }
  if (is.matrix(predicted)) {
    predicted <- named_columns(predicted, paste0(".embedding_", seq_len(ncol(predicted))))
  }
  columns <- c(as.list(shown), as.list(predicted))
  actual <- if (!is.null(x$facts$y_name)) columns[[x$facts$y_name]]
  if (x$outcome$type == "number" && is.numeric(actual) && !is.null(columns$.pred)) {
    columns$.resid <- actual - columns$.pred
  }
  tibble::new_tibble(columns, nrow = nrow(predicted))
}

#' @rdname predict.deep_text
#' @export
tidy.deep_text <- function(x, ...) {
  check_dots(...)
  found <- ready_method(x, "vocabulary_data")
  tibble::tibble(term = as.character(unlist(found$word)), texts = as.integer(unlist(found$texts)))
}

#' Say where a text model's encoder is
#'
#' A [deep_text()] that was fitted with `keep_encoder = FALSE` finds its encoder in the folder where
#' it was. This says where it is, if it was moved.
#'
#' @param object A model of [deep_text()]. It is changed in place.
#' @param folder The folder; weights and tokenizer must be the same.
#' @returns The model, invisibly.
#' @family models of text
#' @examples
#' \dontrun{
#' model <- load_model("novels.rdeep")
#' find_encoder(model, "~/encoders/all-MiniLM-L6-v2")
#' }
#' @export
find_encoder <- function(object, folder) {
  call <- current_env()
  if (!inherits(object, "deep_text")) {
    abort_rdeep(
      "argument",
      sprintf("'object' must be a model of `deep_text()`, not %s.", describe(object)),
      argument = "object", received = object, call = call
    )
  }
  check_folder(folder, "folder", call)
  ready_method(object, "find_encoder", folder = path.expand(folder), .call = call)
  invisible(object)
}
