# The tokenizer of Keras 2, which books use: words numbered by how frequent they are.

#' Tokenizer: turn texts into word indices
#'
#' The tokenizer of Keras 2: words are numbered from 1 by how frequent they are.
#' `fit_text_tokenizer()` counts the words of texts, in place; `texts_to_sequences()` returns their
#' numbers, `texts_to_matrix()` a row for each text and a column for each word. In a network of its
#' own, `layer_text_vectorization()` does this.
#'
#' @param num_words Only the most frequent words count: their numbers are below this.
#' @param filters Characters that are taken out.
#' @param lower Whether capitals become small letters.
#' @param split What stands between words.
#' @param char_level Whether each character is a word.
#' @param oov_token What stands for words that do not count; it has the number 1. Without it such
#'   words are left out.
#' @param object,tokenizer A tokenizer.
#' @param x,texts,text Texts: strings, or vectors of words.
#' @param sequences A list of vectors of numbers.
#' @param mode What a matrix holds: `"binary"` for whether the word is there, `"count"`,
#'   `"freq"` for its share, `"tfidf"`.
#' @param filename A file.
#' @returns A tokenizer, with `$word_index`, `$word_counts` and `$document_count`; a list of vectors
#'   of numbers; a matrix.
#' @family texts
#' @examples
#' texts <- c("The cat sat on the mat.", "The dog ate my homework.")
#' tokenizer <- text_tokenizer(num_words = 10) |> fit_text_tokenizer(texts)
#' texts_to_sequences(tokenizer, texts)
#' texts_to_matrix(tokenizer, texts)
#' @export
text_tokenizer <- function(num_words = NULL,
                           filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n",
                           lower = TRUE,
                           split = " ",
                           char_level = FALSE,
                           oov_token = NULL) {
  if (!is.null(num_words) && !(is_single(num_words) && is_whole(num_words) && num_words > 0)) {
    abort_rdeep(
      "argument",
      sprintf("'num_words' must be a positive whole number, not %s.", describe(num_words)),
      argument = "num_words",
      received = num_words,
      call = current_env()
    )
  }
  env <- new.env(parent = emptyenv())
  env$options <- list(
    num_words = num_words, filters = filters, lower = lower, split = split,
    char_level = char_level, oov_token = oov_token
  )
  env$counts <- integer()
  env$documents <- integer()
  env$document_count <- 0L
  structure(list(env = env), class = "rdeep_tokenizer")
}

#' @rdname text_tokenizer
#' @export
fit_text_tokenizer <- function(object, x) {
  env <- check_tokenizer(object, "object", current_env())
  words <- words_of(x, env$options)
  env$counts <- added(env$counts, unlist(words))
  env$documents <- added(env$documents, unlist(lapply(words, unique)))
  env$document_count <- env$document_count + length(words)
  order <- order(-env$counts, seq_along(env$counts))
  env$words <- c(env$options$oov_token, setdiff(names(env$counts)[order], env$options$oov_token))
  invisible(object)
}

#' @rdname text_tokenizer
#' @export
texts_to_sequences <- function(tokenizer, texts) {
  env <- check_tokenizer(tokenizer, "tokenizer", current_env())
  limit <- env$options$num_words %||% Inf
  unknown <- if (!is.null(env$options$oov_token)) 1L else NA_integer_
  lapply(words_of(texts, env$options), function(words) {
    numbers <- match(words, env$words)
    numbers[is.na(numbers) | numbers >= limit] <- unknown
    numbers[!is.na(numbers)]
  })
}

#' @rdname text_tokenizer
#' @export
texts_to_sequences_generator <- function(tokenizer, texts) {
  sequences <- texts_to_sequences(tokenizer, texts)
  i <- 0
  function() {
    i <<- i + 1
    if (i <= length(sequences)) sequences[[i]]
  }
}

#' @rdname text_tokenizer
#' @export
texts_to_matrix <- function(tokenizer, texts, mode = c("binary", "count", "tfidf", "freq")) {
  sequences_to_matrix(tokenizer, texts_to_sequences(tokenizer, texts), mode)
}

#' @rdname text_tokenizer
#' @export
sequences_to_matrix <- function(tokenizer,
                                sequences,
                                mode = c("binary", "count", "tfidf", "freq")) {
  call <- current_env()
  env <- check_tokenizer(tokenizer, "tokenizer", call)
  mode <- chosen_of(mode[1], c("binary", "count", "tfidf", "freq"), "mode", call)
  columns <- env$options$num_words %||% (length(env$words) + 1L)
  out <- matrix(0, nrow = length(sequences), ncol = columns)
  for (i in seq_along(sequences)) {
    numbers <- sequences[[i]][sequences[[i]] < columns]
    counts <- table(numbers)
    places <- as.integer(names(counts))
    counts <- as.vector(counts)
    out[i, places + 1L] <- switch(mode,
      binary = 1,
      count = counts,
      freq = counts / length(sequences[[i]]),
      tfidf = (1 + log(counts)) * inverse_frequency(env, places)
    )
  }
  out
}

inverse_frequency <- function(env, places) {
  documents <- env$documents[env$words[places]]
  documents[is.na(documents)] <- 0
  log(1 + env$document_count / (1 + documents))
}

#' @rdname text_tokenizer
#' @export
save_text_tokenizer <- function(object, filename) {
  check_tokenizer(object, "object", current_env())
  saveRDS(object, needed_path(filename, current_env()))
  invisible(object)
}

#' @rdname text_tokenizer
#' @export
load_text_tokenizer <- function(filename) {
  path <- needed_path(filename, current_env())
  if (!file.exists(path)) {
    abort_rdeep(
      "file",
      sprintf("There is no file '%s'.", path),
      argument = "filename", received = path, call = current_env()
    )
  }
  object <- readRDS(path)
  check_tokenizer(object, "filename", current_env())
  object
}

#' @rdname text_tokenizer
#' @export
text_to_word_sequence <- function(text,
                                  filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n",
                                  lower = TRUE,
                                  split = " ") {
  options <- list(filters = filters, lower = lower, split = split, char_level = FALSE)
  unlist(words_of(text, options))
}

words_of <- function(texts, options) {
  lapply(as.list(texts), function(text) {
    if (length(text) != 1) {
      return(as.character(if (options$lower) tolower(text) else text))
    }
    if (options$lower) text <- tolower(text)
    if (options$char_level) {
      return(strsplit(text, "")[[1]])
    }
    marks <- strsplit(options$filters, "")[[1]]
    for (mark in marks) {
      text <- gsub(mark, options$split, text, fixed = TRUE)
    }
    words <- strsplit(text, options$split, fixed = TRUE)[[1]]
    words[nzchar(words)]
  })
}

# Counts of words, in the order in which they were first seen.
added <- function(counts, words) {
  fresh <- setdiff(unique(words), names(counts))
  counts <- c(counts, stats::setNames(integer(length(fresh)), fresh))
  counts + tabulate(match(words, names(counts)), length(counts))
}

check_tokenizer <- function(x, argument, .call) {
  if (!inherits(x, "rdeep_tokenizer")) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be a tokenizer, not %s.", argument, describe(x)),
      argument = argument,
      hint = "`text_tokenizer()` makes one.",
      call = .call
    )
  }
  unclass(x)$env
}

#' @export
`$.rdeep_tokenizer` <- function(x, name) {
  env <- unclass(x)$env
  switch(name,
    word_index = as.list(stats::setNames(seq_along(env$words), env$words)),
    index_word = as.list(stats::setNames(env$words, seq_along(env$words))),
    word_counts = as.list(env$counts),
    word_docs = as.list(env$documents),
    document_count = env$document_count,
    env$options[[name]]
  )
}

#' @export
print.rdeep_tokenizer <- function(x, ...) {
  env <- unclass(x)$env
  cat(sprintf("<tokenizer: %d words of %d texts>\n", length(env$counts), env$document_count))
  invisible(x)
}
