# `deep_detect()` and its arguments.

# The arguments that every method takes after the data, in one place.
detect_arguments <- formals(
  function(levels = NULL,
           box_format = c(
             "auto", "xyxy", "xywh", "center_xywh", "rel_xyxy", "rel_xywh", "rel_center_xywh"
           ),
           network = NULL,
           image_size = NULL,
           resize = c("pad", "stretch"),
           augment = "auto",
           filters = NULL,
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

with_detect_arguments <- function(method) {
  formals(method) <- c(formals(method), detect_arguments)
  method
}

#' Fit a detector of objects in images
#'
#' Finds objects in images: a box around each, and its class. A small residual network with a
#' feature pyramid says for each place of an image whether it is the middle of an object, of which
#' class, and how far its edges are. Images and boxes are moved and zoomed together while it trains,
#' a part of the images is held out to score by, and the weights that were best on it are kept.
#'
#' Ctrl-C (or Escape) ends training after the step under way; [rdeep_last_interrupted()] returns the
#' model of what was trained. [set.seed()] makes a fit repeatable. `saveRDS()` and [save_model()]
#' work.
#'
#' @section Boxes:
#' A data frame with a row for each box. `image` says which image it is in: its number, from 1, its
#' path (or the end of it, `"a.png"`), or its name, where `x` is a list with names. `class` is a
#' factor or text; without it there is one class, `"object"`. `xmin`, `ymin`, `xmax` and `ymax` are
#' distances in pixels from the left and the upper edge of the image to the edges of pixels, from 0:
#' the whole of an image that is 40 pixels wide and 30 high is `0, 0, 40, 30`, its first pixel `0,
#' 0, 1, 1`, and `xmax - xmin` is a width. Predictions are such boxes too, and so they are in
#' Python. For boxes that count pixels from 1 and include the last, subtract 1 from `xmin` and
#' `ymin`.
#'
#' `box_format` is for others, by Keras's names: `"xywh"` has the upper left corner, `x` and `y`,
#' and `width` and `height` (or `w`, `h`); `"center_xywh"` has the middle, `cx` and `cy`, in the
#' place of the corner; with `rel_` they are shares of the image's width and height. `"auto"` goes
#' by the names of the columns, and takes pixels.
#'
#' With a formula, `boxes ~ image`, or a list as `boxes`, each image has a data frame of its own
#' boxes, without `image`. Images without boxes teach what is no object.
#'
#' Boxes that are inverted, without an area, outside of their image, or lack a coordinate or a class
#' cannot be used: see `on_bad`. Those that reach beyond the border are cut there, with a warning.
#'
#' @param x Images, as for [deep_image()]: a folder without folders in it, paths, an array
#'   `(n, height, width)` or `(n, height, width, channels)`, a list of arrays; or a formula.
#' @param boxes A data frame of boxes, or a list of one for each image, see below.
#' @param formula The columns of boxes and of images, such as `boxes ~ image`.
#' @param data A data frame.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param levels The classes in order; by default the levels of a factor, or what occurs, sorted.
#' @param box_format How boxes are written, see below.
#' @param network One's own layers in the place of the residual network, from standardized images to
#'   a map of features, such as a quarter as high and wide.
#' @param image_size Height and width that images are brought to, one number for both, made
#'   multiples of 16. By default that of the images, where all have one, or else the median; the
#'   larger side at most 256, or up to 512 where boxes are small.
#' @param resize What is done where proportions differ: borders are added, or the image is
#'   distorted.
#' @param augment As for [deep_image()]; boxes are moved as their images are, cut at the border, and
#'   left out where most of them is outside. By default images are not turned or slanted, since that
#'   loosens boxes. `mixup` and `cutmix` are not for boxes.
#' @param filters The features of the first convolutions, 16 by default.
#' @param epochs How many times, at most, training sees the images: 10 to 150 by their number and
#'   size.
#' @param batch_size How many images a step uses, 8 or 16 by their number.
#' @param learning_rate The largest step, 0.004: it rises for a fifth of the training, and falls to
#'   nothing.
#' @param weight_decay How far AdamW draws weights to zero, 0.01 by default.
#' @param patience After how many epochs without progress training stops; by default it does not.
#' @param validation The share of the images that is held out.
#' @param on_bad Whether images and boxes that cannot be used are an error (`"fail"`), or left out
#'   with a warning that counts and names them (`"drop"`).
#' @param backend The engine, `"torch"` or `"tensorflow"`; by default what [use_backend()] says.
#' @param device Where it runs, one of [rdeep_devices()].
#' @param verbose 0 for silence, 1 for a progress bar, 2 for a line; `"auto"` is 1 in a terminal and
#'   2 elsewhere.
#'
#' @returns An object of class `deep_detect`, for [predict()][predict.deep_detect()], `evaluate()`,
#'   `plot()` and what [ready-made models][ready_models] have in common.
#' @references
#' Zhou, X., Wang, D. and Krähenbühl, P. (2019). Objects as points. arXiv:1904.07850.
#'
#' Liu, Z. et al. (2020). Training-time-friendly network for real-time object detection. AAAI.
#'
#' Lin, T.-Y. et al. (2017). Feature pyramid networks for object detection. CVPR.
#' @family ready-made models
#' @examplesIf rdeep_available()
#' set.seed(1)
#' x <- array(runif(24 * 32 * 32, 0, 60), c(24, 32, 32))
#' boxes <- data.frame(image = 1:24, xmin = sample(20, 24, TRUE), ymin = sample(20, 24, TRUE))
#' boxes$xmax <- boxes$xmin + 10
#' boxes$ymax <- boxes$ymin + 8
#' for (i in 1:24) x[i, boxes$ymin[i] + 1:8, boxes$xmin[i] + 1:10] <- 220
#' model <- deep_detect(x, boxes, filters = 4, epochs = 10, verbose = 0)
#' model
#' predict(model, x[1:2, , ])
#' @export
deep_detect <- function(x, ...) {
  # As in `lm(data = df, formula = y ~ .)`, where the data comes first.
  formula <- match("formula", names(substitute(list(...)))[-1])
  if (missing(x) && !is.na(formula)) {
    UseMethod("deep_detect", ...elt(formula))
  }
  UseMethod("deep_detect")
}

#' @rdname deep_detect
#' @export
deep_detect.formula <- with_detect_arguments(function(formula, data = NULL, ...) {
  call <- current_env()
  check_dots(...)
  sides <- formula_sides(formula, data, "boxes ~ image", call)
  names <- list(x_name = sides$x_name, y_name = sides$y_name)
  matched <- as_generic_call(match.call(), quote(deep_detect))
  fit_detect(sides$x, sides$y, names, detect_settings(call), matched, call)
})

#' @rdname deep_detect
#' @export
deep_detect.default <- with_detect_arguments(function(x, boxes = NULL, ...) {
  call <- current_env()
  check_dots(...)
  check_present(missing(x), "x", "files or arrays of images", call)
  if (is.data.frame(x)) {
    abort_data(
      "'x' is a data frame: which columns are images and boxes?", "x",
      hint = "Say it by a formula: `deep_detect(boxes ~ image, data)`.", .call = call
    )
  }
  matched <- as_generic_call(match.call(), quote(deep_detect))
  fit_detect(x, boxes, list(), detect_settings(call), matched, call)
})

# The arguments of a method, as the core takes them.
detect_settings <- function(env) {
  given <- mget(names(detect_arguments), env)
  one <- function(name) one_of(given[[name]], eval(detect_arguments[[name]]), name, env)
  core <- list(
    network = network_for_core(given$network, env),
    image_size = as_sizes(given$image_size),
    resize = one("resize"),
    augment = augment_for_core(given$augment, env),
    filters = as_count(given$filters),
    epochs = as_count(given$epochs),
    batch_size = as_count(given$batch_size),
    learning_rate = as_number(given$learning_rate),
    weight_decay = as_number(given$weight_decay),
    patience = as_count(given$patience),
    validation = as_number(given$validation)
  )
  list(
    core = core, on_bad = one("on_bad"), box_format = one("box_format"), levels = given$levels,
    rest = given[c("backend", "device", "verbose")]
  )
}

fit_detect <- function(x, boxes, names, settings, matched, .call) {
  pointer <- rlang::exec(
    new_core_ready, "detect", !!!settings$core,
    backend = settings$rest$backend, device = settings$rest$device, .call = .call
  )
  levels <- settings$levels %||% box_levels(boxes)
  call_method(
    pointer, "prepare",
    x = images_for_core(x, .call), boxes = boxes_for_core(boxes, .call),
    ids = image_names(x, boxes), levels = if (!is.null(levels)) texts_for_core(levels),
    box_format = settings$box_format, on_bad = settings$on_bad, .call = .call
  )
  make <- function() {
    said <- call_method(pointer, "described", .call = .call)
    facts <- c(names, list(samples = said$samples, what = "images", images = unlist(said$lines)))
    new_ready("deep_detect", pointer, matched, facts)
  }
  fit_ready(pointer, settings$rest$verbose, make, .call)
}
