# Sequences that a model continues: what R has of prompts, tokenizers and texts.

#' @importFrom generics generate
#' @export
generics::generate

#' Generate text, or any sequence of codes
#'
#' `generate()` continues prompts by a model that predicts the next code of a sequence, such as a
#' language model (a GPT): it draws a code from the model's probabilities, appends it, and goes on.
#'
#' The model reads codes from 0, of the shape `(batch, steps)`, or one-hot codes; its first output
#' has logits or probabilities of the next code, after each step (`(batch, steps, vocabulary)`) or
#' after the last one (`(batch, vocabulary)`). Each new code is drawn from
#' `softmax(logits / temperature)`, of the codes that `top_k` and `top_p` leave.
#'
#' With `cache = TRUE` each code is read once: the keys and values of the attention, and the states
#' of recurrent layers, are kept. That can be done where attention is causal
#' (`use_causal_mask = TRUE`) and all other layers compute each step by itself; other models are
#' refused. The numbers are those of the whole computation, which `cache = FALSE` repeats for each
#' code.
#'
#' Prompts of several lengths are read side by side; each gets `max_new_tokens` new codes. Where an
#' embedding has `mask_zero = TRUE`, the code 0 is padding, which is never drawn.
#'
#' @param x A model.
#' @param prompt Texts, as a character vector; or codes: a vector, a matrix with a sequence in each
#'   row, or a list of vectors.
#' @param max_new_tokens How many codes to draw for each prompt.
#' @param temperature What logits are divided by: below 1 the probable becomes more probable; 0
#'   always takes the most probable code.
#' @param top_k How many of the most probable codes may be drawn.
#' @param top_p Nucleus sampling: only the smallest set of the most probable codes whose
#'   probabilities sum to at least this may be drawn.
#' @param seed What is drawn from; by default the stream of [set.seed()] or [set_random_seed()].
#' @param tokenizer What turns text into codes and back: a vocabulary, a character vector of
#'   single characters or of words in the order of their codes from 0; an adapted
#'   [layer_text_vectorization()] or [layer_string_lookup()]; a [text_tokenizer()]; or a list of two
#'   functions, `encode` and `decode`.
#' @param stop Codes or texts after which a sequence ends.
#' @param stride What happens where a sequence is longer than the model's context, the number of
#'   codes that it reads at most: each time, so many of the oldest are left out, and the others are
#'   read anew. 1 keeps as much as possible, more is faster. With `NULL` sequences end there.
#' @param strip_prompt Whether to return the new codes alone.
#' @param cache Whether to read each code once.
#' @param ... Not used: anything here is an error.
#' @returns For texts, a character vector. For codes a vector of whole numbers; for several
#'   sequences a matrix, or a list of vectors if they have several lengths.
#' @references
#' Holtzman, A., Buys, J., Du, L., Forbes, M. and Choi, Y. (2020). The curious case of neural text
#' degeneration. arXiv:1904.09751.
#' @family training
#' @examplesIf rdeep_available()
#' # Each letter is followed by the next one.
#' model <- keras_model_sequential(input_shape = list(NULL)) |> layer_embedding(4, 4)
#' set_weights(model, list(20 * diag(4)[, c(4, 1:3)]))
#' generate(model, "a", 6, temperature = 0, tokenizer = c("a", "b", "c", "d"))
#' generate(model, list(0, c(2, 3)), max_new_tokens = 3, seed = 1)
#' @export
generate.rdeep_model <- function(x,
                                 prompt,
                                 max_new_tokens = 100,
                                 temperature = 1,
                                 top_k = NULL,
                                 top_p = NULL,
                                 seed = NULL,
                                 ...,
                                 tokenizer = NULL,
                                 stop = NULL,
                                 stride = 1,
                                 strip_prompt = FALSE,
                                 cache = TRUE) {
  check_dots(...)
  call <- current_env()
  if (missing(prompt)) {
    abort_rdeep(
      "argument", "'prompt' is missing: there is nothing to continue.",
      argument = "prompt", expected = "texts or codes", call = call
    )
  }
  if (anyNA(prompt, recursive = TRUE)) {
    abort_rdeep(
      "argument", "'prompt' has missing values, after which nothing can follow.",
      argument = "prompt", received = NA, expected = "texts or codes without missing values",
      call = call
    )
  }
  if (is.null(seed)) sync_seed(call)
  by <- tokenizer_functions(tokenizer, call)
  texts <- is.character(prompt)
  if (texts && !is.null(by)) {
    prompt <- lapply(prompt, by$encode)
    if (is.character(stop)) stop <- lapply(stop, by$encode)
    if (length(prompt) == 1) prompt <- prompt[[1]]
  }
  found <- call_method(
    x, "generate",
    prompt = as_prompt(prompt),
    max_new_tokens = as_count(max_new_tokens),
    temperature = as_number(temperature),
    top_k = as_count(top_k),
    top_p = as_number(top_p),
    seed = as_count(seed),
    tokenizer = if (is.null(by)) as_tokenizer(tokenizer),
    stop = as_stops(stop),
    stride = as_count(stride),
    strip_prompt = as_flag(strip_prompt),
    cache = as_flag(cache),
    .call = call
  )
  if (is.character(found) || (texts && is.null(by))) {
    return(unlist(found))
  }
  if (!texts) {
    return(as_sequences(found))
  }
  if (is.matrix(found)) found <- asplit(found, 1)
  if (!is.list(found)) found <- list(found)
  vapply(found, function(codes) paste(by$decode(as.integer(codes)), collapse = ""), "")
}

#' @export
generate.default <- function(x, ...) {
  abort_rdeep(
    "argument",
    sprintf("'x' must be a model that predicts the next code, not %s.", describe(x)),
    argument = "x",
    received = x,
    hint = "`generate()` continues a prompt by a network, such as one of `keras_model()`.",
    call = current_env()
  )
}

# Whole numbers as R has them: a vector, a matrix, or a list of vectors.
as_sequences <- function(found) {
  if (is.list(found)) {
    return(lapply(found, as.integer))
  }
  if (is.matrix(found)) found else as.integer(found)
}

# Each sequence as a list, so that one of a single code is a sequence too.
as_prompt <- function(prompt) {
  if (is.character(prompt)) {
    return(if (length(prompt) == 1) prompt else as.list(prompt))
  }
  if (is.list(prompt)) {
    return(unname(lapply(prompt, as.list)))
  }
  if (is.matrix(prompt)) {
    return(lapply(seq_len(nrow(prompt)), function(row) as.list(unname(prompt[row, ]))))
  }
  if (is.numeric(prompt)) as.list(unname(as.vector(prompt))) else prompt
}

as_stops <- function(stop) {
  if (is.null(stop)) {
    return(NULL)
  }
  lapply(as.list(unname(stop)), function(each) {
    if (is.numeric(each) && all(each %% 1 == 0)) {
      if (length(each) == 1) as.integer(each) else as.list(as.integer(each))
    } else {
      each
    }
  })
}

as_tokenizer <- function(tokenizer) {
  if (is.character(tokenizer)) as.list(unname(tokenizer)) else tokenizer
}

# The two functions of a tokenizer that R computes; `NULL` for one of the core's.
tokenizer_functions <- function(tokenizer, .call) {
  if (inherits(tokenizer, "rdeep_tokenizer")) {
    env <- check_tokenizer(tokenizer, "tokenizer", .call)
    options <- env$options
    return(list(
      encode = function(text) texts_to_sequences(tokenizer, text)[[1]],
      decode = function(codes) {
        words <- env$words[codes]
        paste(words[!is.na(words)], collapse = if (options$char_level) "" else options$split)
      }
    ))
  }
  if (!is.list(tokenizer) || inherits(tokenizer, c("rdeep_object", "rdeep_layer"))) {
    return(NULL)
  }
  parts <- if (is.null(names(tokenizer))) c(1, 2) else c("encode", "decode")
  good <- length(tokenizer) == 2 && !anyNA(match(parts, names(tokenizer) %||% parts)) &&
    all(vapply(tokenizer, is.function, NA))
  if (!good) {
    abort_rdeep(
      "argument",
      "'tokenizer' is a list, which must be two functions, 'encode' and 'decode'.",
      argument = "tokenizer",
      received = tokenizer,
      call = .call
    )
  }
  list(encode = tokenizer[[parts[1]]], decode = tokenizer[[parts[2]]])
}
