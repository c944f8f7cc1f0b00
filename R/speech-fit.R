# `deep_speech()`: recognition of what is said in sounds, or of keywords.

# The arguments that every method takes after the data, in one place.
speech_arguments <- formals(
  function(task = NULL,
           sample_rate = NULL,
           groups = NULL,
           architecture = c("conv", "gru", "lstm"),
           width = 96,
           blocks = NULL,
           kernel = 11,
           dropout = 0.1,
           network = NULL,
           model_rate = 16000,
           mels = 40,
           speed = 0.15,
           noise = 0.5,
           time_mask = 0.1,
           frequency_mask = 6,
           lowercase = TRUE,
           words = "training",
           beam_width = 16,
           bigram = 0,
           epochs = NULL,
           patience = NULL,
           batch_size = 8,
           learning_rate = 0.005,
           weight_decay = 0.01,
           validation = 0.15,
           on_bad = c("fail", "drop"),
           backend = NULL,
           device = NULL,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_speech_arguments <- function(method) {
  formals(method) <- c(formals(method), speech_arguments)
  method
}

#' Recognise speech
#'
#' Fits a network to sounds and what is said in them. Transcripts, which are text, are recognised
#' character by character: the network learns by itself when each is said (connectionist temporal
#' classification, CTC). A factor says which of several keywords each sound is.
#'
#' Sounds become spectrograms on the mel scale: 40 bands, a frame each hundredth of a second, each
#' band with mean 0 and standard deviation 1 over the sound, so that loudness and microphone matter
#' little. A convolution halves the frames; convolutions with shortcuts or recurrent layers follow.
#' In training each sound is varied anew in each epoch: speed and pitch (`speed`), white noise 5 to
#' 30 decibels below it (`noise`), and gaps in time and in frequency (SpecAugment; `time_mask`,
#' `frequency_mask`).
#'
#' Ctrl-C (or Escape) ends training after the step under way; the model of what was trained is then
#' what [rdeep_last_interrupted()] returns. [set.seed()] makes a fit repeatable.
#'
#' @section Sounds:
#' Files are read by the Python package `soundfile`: WAV of 8 to 32 bits and of decimal numbers,
#' FLAC, OGG and others. Any rate will do: sounds are resampled to `model_rate`, by the Python
#' package `scipy`. Of several channels the mean is taken. Sounds may also be numbers: a list (or a
#' list column) of vectors, or of matrices with a column for each channel; or a matrix with a sound
#' in each row.
#'
#' @section What cannot be used:
#' A file that is missing, no sound, truncated or empty, a sound that is silent or shorter than two
#' frames, `NA`, an empty transcript, and a sound that is too short for its transcript (which needs
#' two frames for each character, and more for a character that is repeated) are an error, which
#' names rows and files. With `on_bad = "drop"` they are left out, with a warning that counts them.
#'
#' @param x Sounds: files, a list of numeric vectors, or a matrix; or a formula
#'   `transcript ~ file`; or a data frame, with a formula as `y`.
#' @param y What is said: text, or a factor of keywords.
#' @param formula What is said and the column of sounds, such as `text ~ path`.
#' @param data A data frame.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param task `"text"` or `"class"`, where the outcome does not say it: text may be keywords.
#' @param sample_rate The samples in a second of sounds that are numbers; files say it themselves.
#' @param groups What belongs together, such as the speaker: an expression evaluated in `data`, or a
#'   vector. Whole groups are held out, so that scores say how well new speakers are understood.
#' @param architecture Convolutions with shortcuts, or recurrent layers in both directions.
#' @param width The channels of the network.
#' @param blocks How many layers: by default 6 convolutions, or 2 recurrent ones.
#' @param kernel The steps that a convolution sees.
#' @param dropout The share of channels left out in training.
#' @param network One's own layers between spectrograms, `(batch, frames, bands)`, and the output
#'   layer: a model, a layer, a list of layers, or a function of a tensor. They give a vector for
#'   each step, of one or several frames (`padding = "same"`); of keywords also one for the sound.
#' @param model_rate The samples in a second that all sounds are brought to; 8000 is enough for
#'   telephones, and twice as fast to read.
#' @param mels The bands of the spectrograms.
#' @param speed How much faster or slower, higher or lower a sound may become in training, as a
#'   share.
#' @param noise The share of sounds that noise is added to in training.
#' @param time_mask,frequency_mask The longest of two gaps in time, as a share of the sound, and the
#'   widest of two gaps in frequency, in bands.
#' @param lowercase Whether transcripts become small letters, which sound the same.
#' @param words The words that may be recognised: `"training"` for those of the transcripts, a
#'   character vector, or `NULL` for any letters.
#' @param beam_width How many beginnings of a text are followed in decoding.
#' @param bigram How much it counts which words followed each other in the transcripts: 0 for not at
#'   all; 0.5 is usual for transcripts that are like what will be said.
#' @param epochs How many times, at most, training sees the data; by default so often that it sees
#'   24,000 sounds, but 15 to 100 times.
#' @param patience After how many epochs without progress training stops; by default it does not.
#'   The weights of the best epoch are kept in any case.
#' @param batch_size How many sounds a step uses.
#' @param learning_rate,weight_decay The largest size of a step, which rises and falls over the
#'   training, and how far weights are drawn to zero.
#' @param validation The share of the sounds that is held out.
#' @param on_bad What to do about sounds that cannot be used.
#' @param backend,device,verbose As for [deep_tabular()].
#'
#' @returns An object of class `deep_speech`: see [predict()][predict.deep_speech()] and
#'   [ready_models].
#' @references
#' Graves, A., Fernández, S., Gomez, F. and Schmidhuber, J. (2006). Connectionist temporal
#' classification. ICML.
#'
#' Ko, T., Peddinti, V., Povey, D. and Khudanpur, S. (2015). Audio augmentation for speech
#' recognition. Interspeech.
#'
#' Kriman, S. et al. (2020). QuartzNet: Deep automatic speech recognition with 1D time-channel
#' separable convolutions. ICASSP.
#'
#' Park, D. S. et al. (2019). SpecAugment: A simple data augmentation method for automatic speech
#' recognition. Interspeech.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' # Two words of tones.
#' tone <- function(pitch) sin(2 * pi * pitch * seq_len(2000) / 8000) + rnorm(2000, sd = 0.01)
#' said <- rep(c("low high", "high low"), 10)
#' sounds <- lapply(said, function(text) {
#'   unlist(lapply(strsplit(text, " ")[[1]], function(word) tone(c(low = 300, high = 900)[word])))
#' })
#' model <- deep_speech(
#'   sounds, said,
#'   sample_rate = 8000, model_rate = 8000, width = 16, blocks = 1, epochs = 3, verbose = 0
#' )
#' predict(model, sounds[1:2])
#' @export
deep_speech <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ x)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_speech", ...elt(formula))
  }
  UseMethod("deep_speech")
}

#' @rdname deep_speech
#' @export
deep_speech.formula <- with_speech_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots(..., .call = call)
  sides <- formula_sides(formula, data, "deep_speech(text ~ path, data)", call)
  groups <- rlang::eval_tidy(rlang::enquo(groups), data)
  fit_speech(sides, groups, speech_settings(call), match.call(), call)
})

#' @rdname deep_speech
#' @export
deep_speech.data.frame <- with_speech_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots(..., .call = call)
  if (inherits(y, "formula")) {
    sides <- formula_sides(y, x, "deep_speech(text ~ path, data)", call)
  } else if (length(x) == 1) {
    sides <- list(x = x[[1]], x_name = names(x), y = y, y_name = "y")
  } else {
    abort_data(
      sprintf("'x' has %d columns: sounds are one.", length(x)), "x",
      hint = "Name it in a formula: `deep_speech(text ~ path, data)`.", .call = call
    )
  }
  groups <- rlang::eval_tidy(rlang::enquo(groups), x)
  fit_speech(sides, groups, speech_settings(call), match.call(), call)
})

#' @rdname deep_speech
#' @export
deep_speech.default <- with_speech_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots(..., .call = call)
  if (missing(x)) {
    abort_rdeep(
      "argument", "There is no data to fit to.",
      argument = "x", call = call,
      hint = "Give a formula and a data frame, or sounds `x` and what they say `y`."
    )
  }
  sides <- list(x = x, x_name = "x", y = y, y_name = "y")
  fit_speech(sides, groups, speech_settings(call), match.call(), call)
})

# The settings that are the core's, in the environment of the call.
speech_settings <- function(env) {
  given <- mget(setdiff(names(speech_arguments), c("groups", "sample_rate")), envir = env)
  given$architecture <- one_of_first(given$architecture)
  given$on_bad <- one_of_first(given$on_bad)
  counts <- c(
    "width", "blocks", "kernel", "model_rate", "mels", "frequency_mask", "beam_width", "epochs",
    "patience", "batch_size"
  )
  given[counts] <- lapply(given[counts], as_count)
  # An empty list says that any letters may come.
  given["words"] <- list(words_for_core(given$words))
  given$network <- network_for_core(given$network, env)
  c(given, list(sample_rate = as_count(get("sample_rate", envir = env))))
}

one_of_first <- function(x) if (is.character(x)) x[1] else x

words_for_core <- function(words) {
  if (is.character(words) && !anyNA(words)) as.list(enc2utf8(words)) else words %||% list()
}

# One's own layers, as the core takes them.
fit_speech <- function(sides, groups, settings, matched, .call) {
  matched[[1]] <- quote(deep_speech)
  outcome <- speech_outcome(sides$y, .call)
  own <- setdiff(names(settings), c("sample_rate", "verbose"))
  asked <- settings[own]
  asked["task"] <- list(asked$task %||% outcome$task)
  pointer <- rlang::exec(new_core_ready, "speech", !!!asked, .call = .call)
  call_method(
    pointer, "prepare",
    x = sounds_for_core(sides$x, .call),
    y = outcome$values,
    sample_rate = settings$sample_rate,
    levels = outcome$levels,
    groups = if (!is.null(groups)) as.list(as.character(groups)),
    .call = .call
  )
  facts <- list(
    samples = fetch(pointer, "samples", .call), what = "sounds",
    input = sides$x_name, outcome = sides$y_name
  )
  make <- function() new_ready("deep_speech", pointer, matched, facts)
  fit_ready(pointer, settings$verbose, make, .call)
}

# What is said, as the core takes it.
speech_outcome <- function(y, .call) {
  if (is.factor(y)) {
    return(list(values = texts_for_core(y), levels = as.list(levels(y)), task = "class"))
  }
  if (is.character(y)) {
    return(list(values = texts_for_core(y), levels = NULL, task = "text"))
  }
  abort_data(
    if (is.null(y)) {
      "'y' is missing: the model needs to know what is said."
    } else {
      sprintf("'y' must be transcripts (text) or a factor of keywords, not %s.", describe(y))
    },
    "y",
    received = y, .call = .call
  )
}

# Sounds as the core takes them: files, or numbers, with `NULL` for what is missing.
sounds_for_core <- function(x, .call, argument = "x") {
  if (is.factor(x)) x <- as.character(x)
  if (is.character(x)) {
    return(texts_for_core(path.expand(x)))
  }
  if (is.numeric(x)) {
    rows <- if (is.matrix(x)) asplit(x, 1) else list(x)
    return(lapply(rows, as_samples))
  }
  if (is.list(x)) {
    return(lapply(x, as_sound))
  }
  abort_data(
    sprintf("'%s' must be audio files or numbers, not %s.", argument, describe(x)), argument,
    received = x,
    hint = "Give paths, a list of numeric vectors, or a matrix with a sound in each row.",
    .call = .call
  )
}

as_sound <- function(x) {
  if (length(x) == 1 && is.na(x)) {
    return(NULL)
  }
  if (is.numeric(x)) as_samples(x) else x
}

# A vector of one number would be no array.
as_samples <- function(x) {
  array(as.double(x), dim = if (is.matrix(x)) dim(x) else length(x))
}

#' @export
ready_title.deep_speech <- function(object) {
  if (!is.null(object$outcome$type)) {
    levels <- object$outcome$levels
    return(sprintf("Keywords: %d (%s)", length(levels), listing_of_some(levels)))
  }
  "Speech recognition"
}
