# `deep_multimodal()` and its arguments.

# The arguments that every method takes after the data, in one place.
multimodal_arguments <- formals(
  function(modalities = NULL,
           units = 64,
           fusion = c("concat", "gated"),
           modality_dropout = 0.1,
           dropout = 0,
           image_size = NULL,
           resize = c("crop", "pad", "stretch"),
           augment = "auto",
           text_architecture = c("bow", "cnn", "lstm", "transformer"),
           encoder = NULL,
           max_length = NULL,
           vocabulary_size = 20000,
           epochs = NULL,
           batch_size = NULL,
           learning_rate = NULL,
           weight_decay = NULL,
           patience = NULL,
           validation = 0.15,
           on_bad = c("fail", "drop", "missing"),
           backend = NULL,
           device = NULL,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_multimodal_arguments <- function(method) {
  formals(method) <- c(formals(method), multimodal_arguments)
  method
}

#' Fit a neural network to images, texts, series and columns at once
#'
#' Predicts a class or a number from a data frame whose columns are of several kinds: photographs,
#' what somebody wrote, measurements over time, numbers and categories. One network reads them all
#' and is trained as a whole, so that it finds what only several of them together say. Values may
#' be missing, in training and later.
#'
#' Each column of images, texts or series is a *modality*, and so are all columns of numbers and
#' categories together. An encoder turns a modality into a vector of `units` numbers: the residual
#' network of [deep_image()], the words of [deep_text()], the columns of [deep_tabular()], and for
#' series three convolutions (Wang et al. 2017) of which the mean and the largest values count. The
#' vectors, and the products of each two of up to six, go through two hidden layers; with `fusion =
#' "gated"` the vectors are averaged before, with weights that depend on all of them (Arevalo et al.
#' 2017). In the first 30 % of the training all modalities are there and images are as they are, so
#' that what only several say together is found; modalities are left out and images changed more and
#' more until 60 %, and fully thereafter.
#'
#' A part of the rows is held out, of each class. Of the last 40 % of the training the weights that
#' were best on it are kept; it is what scores, the importance of modalities and, of numbers,
#' intervals are computed of.
#'
#' Ctrl-C (or Escape) ends training after the step under way; [rdeep_last_interrupted()] returns the
#' model of what was trained. [set.seed()] makes a fit repeatable.
#'
#' @section What columns are taken as:
#' `print()` says it, and `modalities = c(photo = "image", note = "text")` says otherwise.
#' * Factors and logicals are categories; numbers are numbers. Dates and times are refused, as
#'   [deep_tabular()] does.
#' * Text (`character`) is paths of images, if at least half of the values end as image files do
#'   (`.png`, `.jpg`, ...). Else it is texts, if there are three words or more in the middle value
#'   and more than 20 different values, or more than half of the values differ. Otherwise they are
#'   categories: few values, or short ones of which half or more are repeated.
#' * Lists of vectors are series, of any lengths. Lists of arrays of three dimensions, (height,
#'   width, channels), are images. Matrices are grey images if they have at least 8 rows and 8
#'   columns and nothing below 0, and else series, (steps, channels).
#' * Array columns: a matrix is series of one length, a row each; three dimensions are taken as
#'   matrices are; four are images.
#'
#' What could as well be something else is said in a message. Raw arrays count as pixels from 0 to
#' 255; white is otherwise 1, 255 or 65535, as for [deep_image()].
#'
#' @section Missing values:
#' `NA`, `NULL` in a list, an empty text and a series without values are missing. For a modality
#' that is missing the network has a vector that it learns. It learns it though nothing were
#' missing: in training each modality is left out of a sample with the probability
#' `modality_dropout` (Neverova et al. 2016), and each number or category half as often. How many
#' values are missing is said in a message.
#'
#' What is there but cannot be read (a file that is no image, an image of other channels, a text
#' that is not UTF-8, a series with infinite values or of other channels) is an error that names
#' rows and files. With `on_bad = "drop"` such rows are left out, with `"missing"` the values are
#' taken as missing; both are said in a warning. Rows without an outcome are an error, or are left
#' out with any other `on_bad`.
#'
#' @param x A data frame, or a formula.
#' @param y The outcome: a factor, text or logical values for classes, or numbers. Or a formula,
#'   where `x` is the data frame.
#' @param formula The outcome and the columns that it is predicted from: `outcome ~ .`, `outcome ~
#'   photo + note`, or `outcome ~ . - id`.
#' @param data A data frame.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param modalities What columns are to be taken as: `"image"`, `"text"`, `"series"`, `"number"` or
#'   `"category"`, by the names of the columns. The others are recognised, see below.
#' @param units The size of the vector that stands for each modality.
#' @param fusion How the vectors come together.
#' @param modality_dropout How often a modality is left out of a sample in training, as a
#'   probability. With 0 predictions without a modality are poor, unless it was often missing.
#' @param dropout The share of hidden units that are left out in a training step.
#' @param image_size Height and width that images are brought to, one number for both. By default
#'   that of the images, where all have one, or else the median; the larger side at most 64.
#' @param resize What is done where proportions differ: the middle is cut out, black borders are
#'   added, or the image is distorted.
#' @param augment How images are changed in training: `"auto"`, `"none"`, or
#'   [image_augmentation()].
#' @param text_architecture How words are read, as in [deep_text()].
#' @param encoder The folder of an encoder of texts that others trained, as for [deep_text()]. It
#'   stays as it is, and is saved with the model.
#' @param max_length How many words of a text are read, or tokens of an encoder; 512 words by
#'   default, 256 by `"lstm"` and `"transformer"`.
#' @param vocabulary_size How many words are known at most, and how many pairs of words.
#' @param epochs How many times, at most, training sees the data: 10 to 60 by the number of rows.
#' @param batch_size How many rows a step uses: 16 to 64 by their number.
#' @param learning_rate The largest step, 0.005 by default: it rises for a fifth of the training,
#'   and falls to nothing.
#' @param weight_decay How far AdamW draws weights to zero, 0.01 by default.
#' @param patience After how many epochs without progress training stops, in its last 40 %; by
#'   default it does not.
#' @param validation The share of the rows that is held out, of each class.
#' @param on_bad What is done about values that cannot be read, see below.
#' @param backend The engine, `"torch"` or `"tensorflow"`; by default what [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line at the end; `"auto"` is 1 in a
#'   terminal and 2 elsewhere.
#'
#' @returns An object of class `deep_multimodal`, for [predict()][predict.deep_multimodal()],
#'   `augment()`, `evaluate()`, `tidy()`, which says how much each modality adds, `plot()`, and what
#'   [ready-made models][ready_models] have in common.
#' @references
#' Arevalo, J., Solorio, T., Montes-y-Gomez, M. and Gonzalez, F. A. (2017). Gated multimodal units
#' for information fusion. arXiv:1702.01992.
#'
#' Neverova, N., Wolf, C., Taylor, G. and Nebout, F. (2016). ModDrop: adaptive multi-modal gesture
#' recognition. IEEE Transactions on Pattern Analysis and Machine Intelligence 38(8).
#'
#' Wang, Z., Yan, W. and Oates, T. (2017). Time series classification from scratch with deep neural
#' networks: a strong baseline. IJCNN.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' days <- data.frame(
#'   note = sprintf("%s day, number %d", rep(c("a fine", "a grey"), 30), 1:60),
#'   warmth = rnorm(60),
#'   season = factor(rep(c("summer", "winter"), each = 30))
#' )
#' days$wind <- lapply(1:60, function(i) rnorm(5 + i %% 4))
#' days$out <- ifelse(grepl("fine", days$note) & days$warmth > 0, "yes", "no")
#' model <- deep_multimodal(out ~ ., days, epochs = 5, verbose = 0)
#' model
#' predict(model, days[1:3, ], type = "prob")
#' @export
deep_multimodal <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ .)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_multimodal", ...elt(formula))
  }
  UseMethod("deep_multimodal")
}

#' @rdname deep_multimodal
#' @export
deep_multimodal.formula <- with_multimodal_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  sides <- multimodal_sides(formula, data, call)
  matched <- as_generic_call(match.call(), quote(deep_multimodal))
  fit_multimodal(sides, multimodal_settings(call), matched, call)
})

#' @rdname deep_multimodal
#' @export
deep_multimodal.default <- with_multimodal_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots(...)
  check_present(missing(x), "x", "a data frame", call)
  matched <- as_generic_call(match.call(), quote(deep_multimodal))
  if (inherits(y, "formula")) {
    return(fit_multimodal(multimodal_sides(y, x, call), multimodal_settings(call), matched, call))
  }
  columns <- multimodal_frame(x, "x", call)
  if (is.null(y)) {
    abort_data(
      "'y' is missing: the model needs an outcome.", "y",
      hint = "Give `y`, or a formula and the data: `deep_multimodal(outcome ~ ., data)`.",
      .call = call
    )
  }
  fit_multimodal(list(x = columns, y = y), multimodal_settings(call), matched, call)
})

# The arguments of a method, as the core takes them.
multimodal_settings <- function(env) {
  given <- mget(names(multimodal_arguments), env)
  one <- function(name) one_of(given[[name]], eval(multimodal_arguments[[name]]), name, env)
  if (!is.null(given$encoder)) {
    check_folder(given$encoder, "encoder", env)
    given$encoder <- path.expand(given$encoder)
  }
  core <- list(
    units = as_count(given$units),
    fusion = one("fusion"),
    modality_dropout = as_number(given$modality_dropout),
    dropout = as_number(given$dropout),
    image_size = as_sizes(given$image_size),
    resize = one("resize"),
    augment = augment_for_core(given$augment, env),
    text_architecture = one("text_architecture"),
    encoder = given$encoder,
    max_length = as_count(given$max_length),
    vocabulary_size = as_count(given$vocabulary_size),
    epochs = as_count(given$epochs),
    batch_size = as_count(given$batch_size),
    learning_rate = as_number(given$learning_rate),
    weight_decay = as_number(given$weight_decay),
    patience = as_count(given$patience),
    validation = as_number(given$validation),
    on_bad = one("on_bad")
  )
  list(
    core = core,
    modalities = modalities_for_core(given$modalities, env),
    rest = given[c("backend", "device", "verbose")]
  )
}

fit_multimodal <- function(sides, settings, matched, .call) {
  pointer <- rlang::exec(
    new_core_ready, "multimodal", !!!settings$core,
    backend = settings$rest$backend, device = settings$rest$device, .call = .call
  )
  outcome <- ready_outcome(sides$y, .call)
  note_whole_numbers(sides$y)
  call_method(
    pointer, "prepare",
    x = samples_for_core(sides$x, .call), y = outcome$values, levels = outcome$levels,
    type = outcome$type, modalities = settings$modalities, .call = .call
  )
  say_columns(call_method(pointer, "said", .call = .call))
  make <- function() {
    found <- call_method(pointer, "described", .call = .call)
    facts <- list(
      samples = found$samples, what = "rows", modalities = unlist(found$lines),
      columns = unlist(found$columns)
    )
    if (!is.null(sides$y_name)) facts$y_name <- sides$y_name
    new_ready("deep_multimodal", pointer, matched, facts)
  }
  fit_ready(pointer, settings$rest$verbose, make, .call)
}

# What columns could be as well, and which values are missing.
say_columns <- function(said) {
  doubts <- unlist(said$doubts)
  if (length(doubts)) {
    inform(
      c(
        paste0(doubts, "."),
        i = "Say what a column is by `modalities`, such as `modalities = c(note = \"text\")`."
      ),
      class = "rdeep_message"
    )
  }
  if (!is.null(said$gaps)) inform(paste0(said$gaps, "."), class = "rdeep_message")
}

#' @export
ready_title.deep_multimodal <- function(object) {
  if (!is_of_classes(object)) {
    return("Model of several kinds of data for a number")
  }
  levels <- object$outcome$levels
  sprintf(
    "Model of several kinds of data for %d classes (%s)", length(levels), listing_of_some(levels)
  )
}

#' @export
print.deep_multimodal <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  NextMethod()
  cat(x$facts$modalities, sep = "\n")
  invisible(x)
}
