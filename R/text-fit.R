# `deep_text()` and its arguments, and from texts to a fitted model.

text_arguments <- formals(
  function(architecture = NULL,
           encoder = NULL,
           freeze = TRUE,
           keep_encoder = TRUE,
           max_length = NULL,
           vocabulary_size = 20000,
           min_count = NULL,
           lowercase = TRUE,
           embedding_size = NULL,
           units = NULL,
           dropout = NULL,
           network = NULL,
           epochs = NULL,
           patience = NULL,
           batch_size = NULL,
           learning_rate = NULL,
           weight_decay = NULL,
           validation = 0.15,
           on_bad = c("fail", "drop"),
           backend = NULL,
           device = NULL,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_text_arguments <- function(method) {
  formals(method) <- c(formals(method), text_arguments)
  method
}

#' Fit a neural network to text
#'
#' Predicts a class or a number from what somebody wrote: which of several novels a passage is
#' from, what a customer thinks, what a house in an advertisement costs. Texts are split into
#' words, frequent words become vectors, and training stops when held-out texts are predicted no
#' better. With few texts an encoder that others trained does better: name its folder by `encoder`.
#'
#' By default (`architecture = "bow"`) the mean of the vectors of words and of pairs of words
#' decides, as in fastText (Joulin et al. 2017). `"cnn"` looks for runs of two to four words (Kim
#' 2014); `"lstm"` and `"transformer"` read the words in their order, which takes more data.
#'
#' Words of any script are known; letters that look the same are the same (Unicode's composed
#' form), punctuation counts as words, and Chinese, Japanese, Thai and the like are read character
#' by character. Texts must be UTF-8, or marked as what they are ([Encoding()]).
#'
#' Ctrl-C (or Escape) ends training after the step under way; [rdeep_last_interrupted()] returns the
#' model of what was trained. [set.seed()] makes a fit repeatable.
#'
#' @section Encoders of others:
#' `encoder` is a folder as Hugging Face lays it out, with `config.json`, `tokenizer.json` and
#' `model.safetensors`, of the types BERT, DistilBERT, RoBERTa, XLM-RoBERTa and CamemBERT:
#' all-MiniLM-L6-v2, for example. It is made of rdeep's own layers, so that it works on both
#' engines; its tokens come from the Python package tokenizers
#' (`reticulate::py_install("tokenizers", pip = TRUE)`). Files that may hold code (pickles, `.bin`)
#' are not read.
#'
#' A frozen encoder (`freeze = TRUE`) turns each text into a vector once, and an output layer learns
#' from these: seconds of training, from a few hundred texts. With `freeze = FALSE` all of it is
#' trained further, slowly. A frozen encoder is saved with the model, or by `keep_encoder = FALSE`
#' only the name of its folder and a hash of its weights, which are checked when it is needed again.
#'
#' @section Texts that cannot be used:
#' A missing or empty text, one that is not UTF-8, one without any word that the model knows, or a
#' missing outcome is an error that names the rows. With `on_bad = "drop"` such rows are left out
#' with a warning that counts them; in new data their predictions are `NA`.
#'
#' @param x Texts: a character vector, or a data frame of one column of texts.
#' @param y The outcome: a factor, text or logical values for classes, or numbers.
#' @param formula The outcome and the column of texts, such as `book ~ text`. Other columns are not
#'   used.
#' @param data A data frame. A formula may go without, for variables of its environment.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param architecture How words are read: `"bow"`, `"cnn"`, `"lstm"` or `"transformer"`.
#' @param encoder The folder of an encoder that others trained.
#' @param freeze Whether the encoder stays as it is.
#' @param keep_encoder Whether the model's file holds a frozen encoder.
#' @param max_length How many words of a text are read, or tokens of an encoder. Longer texts are
#'   cut, and it is said how many. By default 5000 words for `"bow"`, 512 for `"cnn"`, 256 for the
#'   others, and what an encoder was made for.
#' @param vocabulary_size How many words are known at most, and how many pairs of words.
#' @param min_count In how many texts a word must be to be known; by default 2 from 1000 texts on,
#'   else 1.
#' @param lowercase Whether upper and lower case are the same.
#' @param embedding_size The size of the vectors that stand for words; 64 by default.
#' @param units The filters of each width of `"cnn"`, or the units of the others.
#' @param dropout The share of values dropped before the output layer while training.
#' @param network One's own layers on the vectors of the words, without the output layer: a list of
#'   layers, a model without input, or a function of a tensor. On a frozen encoder they read one
#'   vector a text.
#' @param epochs How many times, at most, training sees the data.
#' @param patience After how many epochs without progress training stops.
#' @param batch_size How many texts a step uses.
#' @param learning_rate,weight_decay The size of a step, and how far weights are drawn to zero.
#' @param validation The share of the texts that is held out, to stop by and for intervals.
#' @param on_bad Whether texts that cannot be used are an error, or left out.
#' @param backend The engine, `"torch"` or `"tensorflow"`; by default what [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line at the end; `"auto"` is 1 in a
#'   terminal and 2 elsewhere.
#' @returns An object of class `deep_text`. [predict()][predict.deep_text()] works on it,
#'   [explain()][explain.deep_text()] says which words a prediction rests on, and [ready_models]
#'   what else there is.
#' @references
#' Joulin, A., Grave, E., Bojanowski, P. and Mikolov, T. (2017). Bag of tricks for efficient text
#' classification. arXiv:1607.01759.
#'
#' Kim, Y. (2014). Convolutional neural networks for sentence classification. arXiv:1408.5882.
#' @family models of text
#' @examplesIf rdeep_available()
#' reviews <- data.frame(
#'   text = rep(c("a fine film", "a dull film", "fine music", "dull music"), 10),
#'   liked = rep(c("yes", "no", "yes", "no"), 10)
#' )
#' model <- deep_text(liked ~ text, reviews, epochs = 10, verbose = 0)
#' predict(model, c("so fine", "dull!"), type = "prob")
#' @export
deep_text <- function(x, ...) {
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_text", ...elt(formula))
  }
  UseMethod("deep_text")
}

#' @rdname deep_text
#' @export
deep_text.formula <- with_text_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  sides <- formula_sides(formula, data, "book ~ text", call)
  matched <- match.call()
  matched[[1]] <- quote(deep_text)
  fit_text(sides$x, sides$y, matched, as.list(call)[names(text_arguments)], sides, call)
})

#' @rdname deep_text
#' @export
deep_text.default <- with_text_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots(...)
  matched <- match.call()
  matched[[1]] <- quote(deep_text)
  settings <- as.list(call)[names(text_arguments)]
  if (missing(x)) {
    abort_data("There are no texts to fit to.", "x", .call = call)
  }
  if (inherits(y, "formula")) {
    sides <- formula_sides(y, x, "book ~ text", call)
    return(fit_text(sides$x, sides$y, matched, settings, sides, call))
  }
  if (is.null(y)) {
    abort_data(
      "'y' is missing: the model needs an outcome.", "y",
      hint = "Give `y`, or a formula and the data: `deep_text(outcome ~ text, data)`.",
      .call = call
    )
  }
  fit_text(x, y, matched, settings, list(), call)
})

fit_text <- function(x, y, matched, settings, sides, .call) {
  texts <- texts_of(x, "x", .call)
  outcome <- ready_outcome(y, .call)
  settings$on_bad <- one_of(settings$on_bad, c("fail", "drop"), "on_bad", .call)
  if (!is.null(settings$encoder)) {
    check_folder(settings$encoder, "encoder", .call)
    settings$encoder <- path.expand(settings$encoder)
  }
  verbose <- settings$verbose
  settings$verbose <- NULL
  pointer <- rlang::exec(new_core_ready, "text", !!!settings, .call = .call)
  call_method(
    pointer, "prepare",
    x = texts, y = outcome$values, levels = outcome$levels, type = outcome$type, .call = .call
  )
  facts <- list(
    samples = fetch(pointer, "samples", .call), what = "texts",
    x_name = sides$x_name, y_name = sides$y_name
  )
  facts <- Filter(Negate(is.null), facts)
  fit_ready(pointer, verbose, function() new_ready("deep_text", pointer, matched, facts), .call)
}

check_folder <- function(folder, argument, .call) {
  if (!is_single(folder) || !is.character(folder) || is.na(folder)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be the path of a folder, not %s.", argument, describe(folder)),
      argument = argument, received = folder, call = .call
    )
  }
}

# Texts as the core takes them: in UTF-8, `NULL` for what is missing, and bytes for what is no valid
# text, whose row the core names.
texts_of <- function(x, argument, .call, name = NULL) {
  if (is.data.frame(x)) {
    x <- text_column(x, argument, .call, name)
  }
  if (is.factor(x)) x <- as.character(x)
  if (is.list(x) && all(vapply(x, function(each) length(each) <= 1, NA))) {
    x[lengths(x) == 0] <- NA
    x <- unlist(x)
  }
  if (is.character(x) && is.null(dim(x)) || is.matrix(x) && is.character(x) && ncol(x) == 1) {
    x <- as_utf8(as.vector(x))
    texts <- texts_for_core(x)
    broken <- which(!validUTF8(x) & !is.na(x))
    texts[broken] <- lapply(x[broken], function(text) reticulate::r_to_py(charToRaw(text)))
    return(texts)
  }
  if (is.logical(x) && all(is.na(x)) && length(x) > 0) {
    return(rep(list(NULL), length(x)))
  }
  abort_data(
    sprintf("'%s' must be texts, not %s.", argument, describe(x)), argument,
    received = x, hint = "Turn numbers into text first.", .call = .call
  )
}

# Text that says in what encoding it is, in UTF-8. What does not say it is UTF-8, if it can be,
# or else as R's locale has it, where that has an encoding of its own.
as_utf8 <- function(x) {
  marked <- Encoding(x) %in% c("latin1", "UTF-8")
  unknown <- !marked & validUTF8(x) & !is.na(x)
  Encoding(x[unknown]) <- "UTF-8"
  native <- !marked & !unknown & isTRUE(l10n_info()[["Latin-1"]])
  x[marked | native] <- enc2utf8(x[marked | native])
  x
}

text_column <- function(x, argument, .call, name = NULL) {
  if (!is.null(name) && name %in% names(x)) {
    return(x[[name]])
  }
  if (is.null(name) && ncol(x) == 1) {
    return(x[[1]])
  }
  abort_data(
    if (is.null(name)) {
      sprintf("'%s' must have one column of texts; it has %d columns.", argument, ncol(x))
    } else {
      sprintf("'%s' has no column '%s', which the model was fitted to.", argument, name)
    },
    argument,
    expected = name,
    hint = if (!is.null(name)) suggestion(name, names(x)),
    .call = .call
  )
}

#' @export
ready_title.deep_text <- function(object) {
  outcome <- object$outcome
  predicted <- if (outcome$type == "class") {
    sprintf(" of %d classes (%s)", length(outcome$levels), listing_of_some(outcome$levels))
  } else {
    " of a number"
  }
  paste0("Model of text", predicted, ", ", reading_words(object))
}

reading_words <- function(object) {
  about <- ready_method(object, "about")
  if (about$architecture %in% c("frozen", "tuned")) {
    how <- if (about$architecture == "frozen") "a frozen encoder" else "an encoder trained further"
    return(sprintf("by %s (%d layers of %d)", how, about$layers, about$hidden))
  }
  how <- c(
    bow = "by the mean of its words", cnn = "by convolutions", lstm = "by an LSTM",
    transformer = "by a transformer", own = "by one's own layers"
  )
  sprintf("%s (%d known)", how[[about$architecture]], about$words)
}
