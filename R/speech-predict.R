# What `predict()` gives for a `deep_speech`.

#' Recognise what is said in sounds
#'
#' @param object,x A model of [deep_speech()].
#' @param newdata,new_data Sounds, as for [deep_speech()], of any rate; or a data frame with the
#'   column of sounds that the model was fitted to.
#' @param type What to predict, see below; by default text, or the keyword.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed. Of
#'   `augment()`, the arguments of `predict()`.
#' @param sample_rate The samples in a second of sounds that are numbers; by default as in training.
#' @param beam_width,words,bigram How text is decoded, see [deep_speech()]; by default as the model
#'   was told. `beam_width = 1` with `words = NULL` takes the likeliest character at each step.
#' @param on_bad Whether a sound that cannot be used is an error, or `NA` with a warning.
#'
#' @section Types:
#' * `"text"` (or `"response"`): `.pred_text`, and `.score`, the logarithm of its probability.
#' * `"alignment"`: a row for each character of each sound: `.row`, `.character`, and `.start` and
#'   `.end` in seconds, in the likeliest alignment of the text recognised.
#' * `"class"`: `.pred_class`, the likeliest keyword.
#' * `"prob"`: a column `.pred_<level>` for each keyword.
#' * `"logits"`: the network's outputs: a list of matrices, with a row for each step and the blank
#'   in the first column; of keywords a matrix.
#' * `"spectrogram"`: what the network is given, `(sounds, frames, bands)`: for `as_network()`.
#'
#' Text is found by a search over beginnings of texts (prefix beam search), which adds up the
#' probabilities of all alignments, and follows no beginning that leads to none of the `words`.
#'
#' @returns A tibble with a row for each sound, in order; see the types. `augment()`: the data with
#'   the predictions. `tidy()`: a tibble with a row for each layer of the network.
#' @references
#' Graves, A. and Jaitly, N. (2014). Towards end-to-end speech recognition with recurrent neural
#' networks. ICML.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' tone <- function(pitch) sin(2 * pi * pitch * seq_len(2000) / 8000) + rnorm(2000, sd = 0.01)
#' said <- factor(rep(c("low", "high"), 10))
#' sounds <- lapply(said, function(word) tone(if (word == "low") 300 else 900))
#' model <- deep_speech(
#'   sounds, said,
#'   sample_rate = 8000, model_rate = 8000, width = 16, blocks = 1, epochs = 3, verbose = 0
#' )
#' predict(model, sounds[1:2], type = "prob")
#' @export
predict.deep_speech <- function(object,
                                newdata = NULL,
                                type = NULL,
                                ...,
                                sample_rate = NULL,
                                beam_width,
                                words,
                                bigram,
                                on_bad = c("fail", "drop"),
                                new_data = NULL) {
  call <- current_env()
  check_dots(..., .call = call)
  keywords <- identical(object$outcome$type, "class")
  types <- c(if (keywords) c("class", "prob") else c("text", "alignment"), "logits", "spectrogram")
  type <- if (identical(type, "response")) types[1] else ready_type(type, types, call)
  given <- list(
    x = speech_newdata(object, one_new_data(newdata, new_data, call), call),
    sample_rate = as_count(sample_rate),
    on_bad = one_of_first(on_bad)
  )
  # What is not given is as the model was told.
  if (!missing(beam_width)) given$beam_width <- as_count(beam_width)
  if (!missing(words)) given["words"] <- list(words_for_core(words))
  if (!missing(bigram)) given$bigram <- as_number(bigram)
  ask <- function(name, ...) {
    rlang::exec(ready_method, object, name, !!!given, ..., .call = call)
  }
  switch(type,
    text = text_columns(ask("recognised_data")),
    alignment = alignment_rows(ask("recognised_data")),
    class = outcome_class(object, ask("predict", type = "class")),
    prob = named_columns(ask("predict", type = "prob"), paste0(".pred_", object$outcome$levels)),
    ask("predict", type = type)
  )
}

speech_newdata <- function(object, newdata, .call) {
  if (is.null(newdata)) {
    abort_data(
      "'newdata' is missing: the model does not keep the sounds that it was fitted to.",
      "newdata",
      .call = .call
    )
  }
  if (!is.data.frame(newdata)) {
    return(sounds_for_core(newdata, .call, "newdata"))
  }
  name <- object$facts$input
  column <- if (length(newdata) == 1 && !isTRUE(name %in% names(newdata))) 1L else name
  if (!is.numeric(column) && !isTRUE(column %in% names(newdata))) {
    abort_data(
      sprintf("'newdata' has no column '%s', which held the sounds.", name), "newdata",
      expected = name, hint = suggestion(name %||% "", names(newdata)), .call = .call
    )
  }
  sounds_for_core(newdata[[column]], .call, "newdata")
}

text_columns <- function(found) {
  field <- function(name, missing) {
    vapply(found, function(x) if (is.null(x)) missing else as.vector(x[[name]]), missing)
  }
  tibble::tibble(.pred_text = field("text", NA_character_), .score = field("score", NA_real_))
}

alignment_rows <- function(found) {
  column <- function(name, as) as(unlist(lapply(found, function(x) as.vector(x[[name]]))))
  counts <- vapply(found, function(x) length(x$characters), 0L)
  tibble::tibble(
    .row = rep(seq_along(found), counts),
    .character = column("characters", as.character),
    .start = column("starts", as.double),
    .end = column("ends", as.double)
  )
}

outcome_class <- function(object, found) {
  classes <- vapply(found, function(x) x %||% NA_character_, "")
  tibble::tibble(.pred_class = factor(classes, levels = object$outcome$levels))
}

#' @rdname predict.deep_speech
#' @export
augment.deep_speech <- function(x, new_data = NULL, ..., newdata = NULL) {
  given <- one_new_data(new_data, newdata, current_env())
  columns <- stats::predict(x, given, ...)
  tibble::as_tibble(c(if (is.data.frame(given)) as.list(given), as.list(columns)))
}

#' @rdname predict.deep_speech
#' @export
tidy.deep_speech <- function(x, ...) {
  check_dots(...)
  tibble::as_tibble(layer_rows(ready_method(x, "network_summary")))
}

#' Word error rate
#'
#' How far recognised text is from what was said: \eqn{(S + D + I) / N}, the fewest words that must
#' be replaced (\eqn{S}), added because they are missing (\eqn{D}, deletions) or removed because
#' nobody said them (\eqn{I}, insertions), summed over all texts, by the number \eqn{N} of words in
#' the true texts. It is above 1 where there are more mistakes than words. The character error rate
#' counts characters instead, spaces among them.
#'
#' @param truth What was said: a character vector.
#' @param estimate What was recognised, such as `predict(model, data)$.pred_text`.
#' @param unit What is counted: `"word"` or `"character"`.
#' @returns A number.
#' @references
#' Morris, A. C., Maier, V. and Green, P. (2004). From WER and RIL to MER and WIL: improved
#' evaluation measures for connected speech recognition. Interspeech.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' word_error_rate(c("seven red", "stop"), c("seven bread", "stop it"))
#' word_error_rate("three", "thre", unit = "character")
#' @export
word_error_rate <- function(truth, estimate, unit = c("word", "character")) {
  call <- current_env()
  text <- function(x) if (is.factor(x) || is.character(x)) texts_for_core(x) else as.list(x)
  call_core(
    "word_error_rate",
    truth = text(truth), estimate = text(estimate), unit = one_of_first(unit), .call = call
  )
}
