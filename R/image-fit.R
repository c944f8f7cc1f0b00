# `deep_image()` and its arguments.

# The arguments that every method takes after the data, in one place.
image_arguments <- formals(
  function(network = NULL,
           image_size = NULL,
           resize = c("crop", "pad", "stretch"),
           augment = "auto",
           epochs = NULL,
           batch_size = NULL,
           learning_rate = NULL,
           weight_decay = NULL,
           label_smoothing = 0.1,
           dropout = 0.1,
           patience = NULL,
           validation = 0.15,
           preprocess = c("auto", "standardize", "caffe", "torch", "tf", "none"),
           freeze = NULL,
           fine_tune = TRUE,
           fine_tune_epochs = NULL,
           fine_tune_learning_rate = NULL,
           on_bad = c("fail", "drop"),
           backend = NULL,
           device = NULL,
           verbose = getOption("keras.fit_verbose", "auto")) {
    NULL
  }
)

with_image_arguments <- function(method) {
  formals(method) <- c(formals(method), image_arguments)
  method
}

#' Fit a neural network to images
#'
#' Predicts a class or a number of each image. A small residual network is trained from scratch, or
#' a network that was trained before is taken over: first only its new output layer is trained, then
#' all of it, gently. Images are changed a little at random while it trains, a part of them is held
#' out to score by, and the weights that were best on it are kept.
#'
#' Ctrl-C (or Escape) ends training after the step under way; [rdeep_last_interrupted()] returns the
#' model of what was trained. [set.seed()] makes a fit repeatable. `saveRDS()` and [save_model()]
#' work.
#'
#' @section Images:
#' A folder holds a folder for each class, with images in it at any depth. Files are all that Pillow
#' reads (a Python package: `reticulate::py_install("pillow")`). Where all are grey, so are the
#' images, else colour. What is transparent lies on white; 16 bits become 8; photographs are turned
#' as their camera says; of several images in a file the first counts.
#'
#' Arrays are `(n, height, width)` or `(n, height, width, channels)`, or a list of `(height, width)`
#' and `(height, width, channels)` of several sizes. White is 1, 255 or 65535: the smallest of these
#' that no pixel is above, decided when the model is fitted.
#'
#' Images that already have `image_size` stay as they are; others are resized by linear
#' interpolation that smooths what it makes smaller.
#'
#' Images are held in memory, a byte for each value: 10,000 of 128 x 128 in colour take 500 MB.
#'
#' @section Networks of one's own:
#' `network` may be a layer, a list of layers or a function of a tensor; it is trained from the
#' beginning, between the images and the output layer, which is added, with global pooling where
#' there is a feature map. A whole model, such as one of the `application_*()` without its top,
#' counts as trained before: it is frozen at first (batch normalization uses the means that it has
#' learned, and keeps them), then fine-tuned. The model that you give is copied.
#'
#' @param x A folder, paths, an array or a list of arrays, see below; or a formula.
#' @param y The outcome: a factor or text for classes, numbers for a regression. Not for a folder of
#'   folders.
#' @param formula The outcome and the column of paths or of arrays, such as `label ~ path`.
#' @param data A data frame.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param network One's own layers, or a model that was trained before, see below.
#' @param image_size Height and width that images are brought to, one number for both. By default
#'   that of the images, where all have one, or else the median; the larger side at most 128.
#' @param resize What is done where proportions differ: the middle is cut out, black borders are
#'   added, or the image is distorted.
#' @param augment How images are changed in training: `"auto"`, `"none"`, or
#'   [image_augmentation()], where the defaults stand.
#' @param epochs How many times, at most, training sees the images: 10 to 50 by their number, 3 to
#'   30 with a network that was trained before.
#' @param batch_size How many images a step uses: 16 to 64 by their number.
#' @param learning_rate The largest step, 0.01 by default: it rises for a fifth of the training, and
#'   falls to nothing.
#' @param weight_decay How far AdamW draws weights to zero, 0.01 by default.
#' @param label_smoothing The share of a class that is given to all, in training.
#' @param dropout The share of features that are left out in a training step.
#' @param patience After how many epochs without progress training stops; by default it does not.
#' @param validation The share of the images that is held out, of each class.
#' @param preprocess What one's own network is given: pixels standardized by their mean and
#'   deviation, as [imagenet_preprocess_input()] says (`"caffe"`, `"torch"`, `"tf"`), or from 0 to
#'   255 (`"none"`). `"auto"` does what the weights of an `application_*()` were trained on, and
#'   knows Keras's networks by their names.
#' @param freeze Whether `network` is frozen at first.
#' @param fine_tune Whether it is trained thereafter.
#' @param fine_tune_epochs,fine_tune_learning_rate How long, and with which largest step: by default
#'   as many epochs, and 0.001 or a tenth of `learning_rate`.
#' @param on_bad Whether images that cannot be used, or have no outcome, are an error (`"fail"`), or
#'   left out with a warning that counts and names them (`"drop"`).
#' @param backend The engine, `"torch"` or `"tensorflow"`; by default what [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line for each stage; `"auto"` is 1 in
#'   a terminal and 2 elsewhere.
#'
#' @returns An object of class `deep_image`, for [predict()][predict.deep_image()], `augment()`,
#'   [explain()][explain.deep_image()] and what [ready-made models][ready_models] have in common.
#' @references
#' He, K. et al. (2016). Deep residual learning for image recognition. CVPR.
#'
#' Smith, L. N. and Topin, N. (2018). Super-convergence. arXiv:1708.07120.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' side <- factor(sample(c("left", "right"), 60, TRUE))
#' x <- array(runif(60 * 8 * 8, 0, 100), c(60, 8, 8))
#' x[side == "left", , 1:4] <- 200
#' model <- deep_image(x, side, epochs = 3, verbose = 0)
#' model
#' predict(model, x[1:3, , ], type = "prob")
#' @export
deep_image <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ .)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_image", ...elt(formula))
  }
  UseMethod("deep_image")
}

#' @rdname deep_image
#' @export
deep_image.formula <- with_image_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  sides <- formula_sides(formula, data, "label ~ path", call)
  names <- list(x_name = sides$x_name, y_name = sides$y_name)
  matched <- as_generic_call(match.call(), quote(deep_image))
  fit_image(sides$x, sides$y, names, image_settings(call), matched, call)
})

#' @rdname deep_image
#' @export
deep_image.default <- with_image_arguments(function(x, y = NULL, ...) {
  call <- current_env()
  check_dots(...)
  check_present(missing(x), "x", "a folder, files or arrays of images", call)
  if (is.data.frame(x)) {
    abort_data(
      "'x' is a data frame: which column are the images?", "x",
      hint = "Say it by a formula: `deep_image(label ~ path, data)`.", .call = call
    )
  }
  matched <- as_generic_call(match.call(), quote(deep_image))
  fit_image(x, y, list(), image_settings(call), matched, call)
})

# The call of a method, by the generic's name.
as_generic_call <- function(matched, name) {
  matched[[1]] <- name
  matched
}

# The arguments of a method, as the core takes them.
image_settings <- function(env) {
  given <- mget(names(image_arguments), env)
  one <- function(name) {
    choices <- eval(image_arguments[[name]])
    one_of(given[[name]], choices, name, env)
  }
  core <- list(
    network = network_for_core(given$network, env),
    image_size = as_sizes(given$image_size),
    resize = one("resize"),
    augment = augment_for_core(given$augment, env),
    epochs = as_count(given$epochs),
    batch_size = as_count(given$batch_size),
    learning_rate = as_number(given$learning_rate),
    weight_decay = as_number(given$weight_decay),
    label_smoothing = as_number(given$label_smoothing),
    dropout = as_number(given$dropout),
    patience = as_count(given$patience),
    validation = as_number(given$validation),
    preprocess = preprocess_for(one("preprocess"), given$network),
    freeze = given$freeze,
    fine_tune = given$fine_tune,
    fine_tune_epochs = as_count(given$fine_tune_epochs),
    fine_tune_learning_rate = as_number(given$fine_tune_learning_rate)
  )
  list(
    core = core, on_bad = one("on_bad"),
    rest = given[c("backend", "device", "verbose")]
  )
}

# A known network says itself what its weights were trained on: Keras's or torchvision's pixels.
preprocess_for <- function(preprocess, network) {
  known <- if (inherits(network, "rdeep_model")) model_env(network)$application
  if (preprocess == "auto" && !is.null(known)) known$mode %||% "none" else preprocess
}

fit_image <- function(x, y, names, settings, matched, .call) {
  pointer <- rlang::exec(
    new_core_ready, "image", !!!settings$core,
    backend = settings$rest$backend, device = settings$rest$device, .call = .call
  )
  outcome <- if (!is.null(y)) ready_outcome(y, .call)
  note_whole_numbers(y)
  call_method(
    pointer, "prepare",
    x = images_for_core(x, .call), y = outcome$values, levels = outcome$levels,
    type = outcome$type, on_bad = settings$on_bad, .call = .call
  )
  stages <- if (fetch(pointer, "stages", .call) > 1) c("Frozen", "Fine-tuned")
  make <- function() {
    said <- call_method(pointer, "described", .call = .call)
    facts <- c(names, list(samples = said$samples, what = "images", images = unlist(said$lines)))
    new_ready("deep_image", pointer, matched, facts)
  }
  fit_ready(pointer, settings$rest$verbose, make, .call, stages)
}

# Digits as numbers are most likely classes.
note_whole_numbers <- function(y) {
  if (is.numeric(y) && length(y) && all(y == round(y), na.rm = TRUE)) {
    values <- length(unique(y[!is.na(y)]))
    if (values <= 20 && values < length(y) / 2) {
      inform(
        c(
          sprintf("The outcome is a number of %d different values: numbers are predicted.", values),
          i = "For classes make it a factor: `factor(y)`."
        ),
        class = "rdeep_message"
      )
    }
  }
}
