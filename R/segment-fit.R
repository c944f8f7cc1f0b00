# `deep_segment()` and its arguments.

# The arguments that every method takes after the data, in one place.
segment_arguments <- formals(
  function(levels = NULL,
           network = NULL,
           image_size = NULL,
           resize = c("pad", "stretch"),
           augment = "auto",
           filters = NULL,
           depth = NULL,
           dice = 1,
           epochs = NULL,
           batch_size = NULL,
           learning_rate = NULL,
           weight_decay = NULL,
           patience = NULL,
           validation = 0.15,
           on_bad = c("fail", "drop"),
           backend = NULL,
           device = NULL,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_segment_arguments <- function(method) {
  formals(method) <- c(formals(method), segment_arguments)
  method
}

#' Fit a U-Net that segments images
#'
#' Finds what each pixel of an image belongs to (semantic segmentation). A U-Net is trained on
#' images and their masks by cross-entropy and the Dice loss. Images and masks are moved and turned
#' together while it trains, a part of them is held out to score by, and the weights that were best
#' on it are kept.
#'
#' Ctrl-C (or Escape) ends training after the step under way; [rdeep_last_interrupted()] returns the
#' model of what was trained. [set.seed()] makes a fit repeatable. `saveRDS()` and [save_model()]
#' work.
#'
#' @section Masks:
#' A mask has the height and width of its image, and in each pixel the number of a class, such as 0
#' for the background: a matrix, or a PNG file that is grey or has a palette. All numbers that occur
#' are classes; `levels` names them. Pixels that are `NA` (-1) have no part in training and scores.
#' JPEG changes what a file holds, and is not for masks.
#'
#' @param x Images, as for [deep_image()]: paths, an array `(n, height, width)` or `(n, height,
#'   width, channels)`, a list of arrays; or a formula.
#' @param y Masks: paths, an array `(n, height, width)`, or a list of matrices.
#' @param formula The columns of masks and of images, such as `mask ~ image`.
#' @param data A data frame.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param levels Names of the classes, in the order of the numbers in the masks; by default these
#'   numbers.
#' @param network One's own layers in the place of the U-Net, from standardized images to features
#'   of each pixel.
#' @param image_size Height and width that images are brought to, one number for both. By default
#'   that of the images, where all have one, or else the median; the larger side at most 256.
#' @param resize What is done where proportions differ: borders are added, which do not count, or
#'   the image is distorted.
#' @param augment As for [deep_image()]; masks are moved as their images are. `mixup` and `cutmix`
#'   are not for masks.
#' @param filters The features of the first convolutions, doubled each time that the image is
#'   halved: 12 by default, 16 for 2,000 images or more.
#' @param depth How often the image is halved; by default until its smaller side has 6 pixels.
#' @param dice The weight of the Dice loss beside the cross-entropy.
#' @param epochs How many times, at most, training sees the images: 10 to 60 by their number.
#' @param batch_size How many images a step uses, 4 or 8 by their number: small batches take more
#'   steps, which is what such networks need.
#' @param learning_rate The largest step, 0.004: it rises for a fifth of the training, and falls to
#'   nothing.
#' @param weight_decay How far AdamW draws weights to zero, 0.01 by default.
#' @param patience After how many epochs without progress training stops; by default it does not.
#' @param validation The share of the images that is held out.
#' @param on_bad Whether images that cannot be used are an error (`"fail"`), or left out with a
#'   warning that counts and names them (`"drop"`).
#' @param backend The engine, `"torch"` or `"tensorflow"`; by default what [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line; `"auto"` is 1 in a terminal and
#'   2 elsewhere.
#'
#' @returns An object of class `deep_segment`, for [predict()][predict.deep_segment()],
#'   `evaluate()`, `augment()` and what [ready-made models][ready_models] have in common.
#' @references
#' Ronneberger, O., Fischer, P. and Brox, T. (2015). U-Net: convolutional networks for biomedical
#' image segmentation. MICCAI.
#'
#' Milletari, F., Navab, N. and Ahmadi, S. (2016). V-Net. 3DV (the Dice loss).
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' x <- array(runif(20 * 16 * 16, 0, 100), c(20, 16, 16))
#' mask <- array(0, dim(x))
#' for (i in 1:20) mask[i, sample(8, 1) + 0:6, sample(8, 1) + 0:6] <- 1
#' x[mask == 1] <- 220
#' model <- deep_segment(x, mask, levels = c("ground", "square"), epochs = 4, verbose = 0)
#' model
#' predict(model, x[1:2, , ])
#' @export
deep_segment <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ .)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_segment", ...elt(formula))
  }
  UseMethod("deep_segment")
}

#' @rdname deep_segment
#' @export
deep_segment.formula <- with_segment_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  sides <- formula_sides(formula, data, "mask ~ image", call)
  names <- list(x_name = sides$x_name, y_name = sides$y_name)
  matched <- as_generic_call(match.call(), quote(deep_segment))
  fit_segment(sides$x, sides$y, names, segment_settings(call), matched, call)
})

#' @rdname deep_segment
#' @export
deep_segment.default <- with_segment_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots(...)
  check_present(missing(x), "x", "files or arrays of images", call)
  if (is.data.frame(x)) {
    abort_data(
      "'x' is a data frame: which columns are images and masks?", "x",
      hint = "Say it by a formula: `deep_segment(mask ~ image, data)`.", .call = call
    )
  }
  matched <- as_generic_call(match.call(), quote(deep_segment))
  fit_segment(x, y, list(), segment_settings(call), matched, call)
})

# The arguments of a method, as the core takes them.
segment_settings <- function(env) {
  given <- mget(names(segment_arguments), env)
  one <- function(name) one_of(given[[name]], eval(segment_arguments[[name]]), name, env)
  core <- list(
    network = network_for_core(given$network, env),
    image_size = as_sizes(given$image_size),
    resize = one("resize"),
    augment = augment_for_core(given$augment, env),
    filters = as_count(given$filters),
    depth = as_count(given$depth),
    dice = as_number(given$dice),
    epochs = as_count(given$epochs),
    batch_size = as_count(given$batch_size),
    learning_rate = as_number(given$learning_rate),
    weight_decay = as_number(given$weight_decay),
    patience = as_count(given$patience),
    validation = as_number(given$validation)
  )
  list(
    core = core, on_bad = one("on_bad"), levels = given$levels,
    rest = given[c("backend", "device", "verbose")]
  )
}

fit_segment <- function(x, y, names, settings, matched, .call) {
  pointer <- rlang::exec(
    new_core_ready, "segment", !!!settings$core,
    backend = settings$rest$backend, device = settings$rest$device, .call = .call
  )
  call_method(
    pointer, "prepare",
    x = images_for_core(x, .call), y = masks_for_core(y, .call),
    levels = if (!is.null(settings$levels)) texts_for_core(settings$levels),
    on_bad = settings$on_bad, .call = .call
  )
  make <- function() {
    found <- fetch(pointer, "class_data", .call)
    facts <- c(names, list(
      samples = found$samples, what = "images",
      levels = as.character(unlist(found$levels)), values = as.integer(unlist(found$values))
    ))
    new_ready("deep_segment", pointer, matched, facts)
  }
  fit_ready(pointer, settings$rest$verbose, make, .call)
}

# Masks as the core takes them: those of images, and matrices of a factor's codes.
masks_for_core <- function(y, .call) {
  if (is.null(y)) {
    abort_data(
      "'y' is missing: a mask is needed for each image.", "y",
      hint = "Give paths or matrices, or a formula: `deep_segment(mask ~ image, data)`.",
      .call = .call
    )
  }
  if (is.list(y) && !is.data.frame(y)) y <- lapply(y, mask_of_codes)
  images_for_core(mask_of_codes(y), .call, "y")
}

# A matrix of a factor has the numbers of its levels, from 1.
mask_of_codes <- function(mask) {
  if (is.factor(mask) && length(dim(mask)) %in% 2:3) {
    return(array(as.integer(mask), dim(mask)))
  }
  mask
}
