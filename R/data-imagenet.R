# What networks that were trained on ImageNet take and return.

#' Preprocess images for ImageNet models, and decode their predictions
#'
#' `imagenet_preprocess_input()` prepares pixels from 0 to 255 as the networks that were trained on
#' ImageNet expect them. `imagenet_decode_predictions()` names the most probable of the 1,000
#' classes.
#'
#' @param x An array of one picture or several, or a tensor.
#' @param data_format `"channels_last"`, the default, or `"channels_first"`.
#' @param mode `"caffe"`: blue, green and red, each minus its mean over ImageNet; `"tf"`: from -1 to
#'   1; `"torch"`: from 0 to 1, then minus the mean and divided by the standard deviation of each
#'   channel.
#' @param preds A matrix with 1,000 columns.
#' @param top How many classes to return for each row.
#' @param class_index The path of `imagenet_class_index.json`; by default it is downloaded once.
#' @returns An array, or a tensor where `x` is one; a list with a data frame for each row, of
#'   `class_name`, `class_description` and `score`.
#' @family images
#' @examples
#' x <- array(128, c(2, 2, 3))
#' range(imagenet_preprocess_input(x, mode = "tf"))
#' @export
imagenet_preprocess_input <- function(x, data_format = NULL, mode = "caffe") {
  call <- current_env()
  mode <- chosen_of(mode, c("caffe", "tf", "torch"), "mode", call)
  formats <- c("channels_last", "channels_first")
  first <- chosen_of(data_format %||% formats[1], formats, "data_format", call) == formats[2]
  if (inherits(x, "rdeep_any_tensor")) {
    return(wrap(call_core("imagenet_input", x = x, data_format = data_format, mode = mode)))
  }
  x <- as_values(x, "x", call)
  if (mode == "tf") {
    return(x / 127.5 - 1)
  }
  n <- length(dim(x))
  axis <- if (first) n - 2L else n
  if (!n %in% 3:4 || dim(x)[axis] != 3) {
    abort_rdeep(
      "shape",
      sprintf("'x' must be pictures of three channels; its shape is (%s).",
              paste(dim(x), collapse = ", ")),
      argument = "x",
      call = call
    )
  }
  if (mode == "torch") {
    x <- sweep(x / 255, axis, c(0.485, 0.456, 0.406))
    return(sweep(x, axis, c(0.229, 0.224, 0.225), "/"))
  }
  sweep(reversed(x, axis), axis, c(103.939, 116.779, 123.68))
}

# Red, green and blue the other way round.
reversed <- function(x, axis) {
  index <- rep(list(TRUE), length(dim(x)))
  index[[axis]] <- 3:1
  inject(x[!!!index, drop = FALSE])
}

class_index_origin <- paste0(
  "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
)

#' @rdname imagenet_preprocess_input
#' @export
imagenet_decode_predictions <- function(preds, top = 5, class_index = NULL) {
  call <- current_env()
  if (length(dim(preds)) != 2 || ncol(preds) != 1000) {
    abort_rdeep(
      "shape",
      sprintf("'preds' must be a matrix with 1000 columns, not %s.", describe(preds)),
      argument = "preds",
      received = dim(preds),
      call = call
    )
  }
  path <- class_index %||% call_core(
    "get_file",
    fname = "imagenet_class_index.json", origin = class_index_origin, cache_subdir = "models",
    file_hash = "c2c37ea517e94d9795004a39431a14cb"
  )
  names <- call_core("json_file", path = needed_path(path, call))
  lapply(seq_len(nrow(preds)), function(i) {
    best <- utils::head(order(preds[i, ], decreasing = TRUE), top)
    found <- names[as.character(best - 1)]
    data.frame(
      class_name = vapply(found, `[[`, "", 1),
      class_description = vapply(found, `[[`, "", 2),
      score = preds[i, best],
      row.names = NULL
    )
  })
}
