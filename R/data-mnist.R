#' MNIST data set of handwritten digits
#'
#' The MNIST data: images of 28 x 28 pixels from 0 to 255, and the digits that they
#' show. `subset = TRUE` gives the 5,000 images that come with the package; the whole
#' set of 70,000 is read from a file, or downloaded.
#'
#' @param path The path of a local `mnist.npz`; where there is none of this name, the data is
#'   downloaded.
#' @param convert Has no effect; it is there for scripts written for keras3.
#' @param subset Whether to use the 5,000 images that come with the package, of which
#'   the last fifth are for testing.
#' @returns `list(train = list(x, y), test = list(x, y))`.
#' @family datasets
#' @examplesIf rdeep_available()
#' mnist <- dataset_mnist(subset = TRUE)
#' dim(mnist$train$x)
#' table(mnist$test$y)
#' @export
dataset_mnist <- function(path = "mnist.npz", convert = TRUE, subset = FALSE) {
  # A bare name that is no file is the name in the cache, as in keras3.
  bare <- identical(path, "mnist.npz") && !file.exists(path)
  local <- if (!bare) needed_path(path, current_env())
  parts <- call_core("mnist", subset = as_flag(subset), path = local)
  parts <- lapply(parts, function(part) {
    list(x = as_integers(part[[1]]), y = as_integers(part[[2]]))
  })
  stats::setNames(parts, c("train", "test"))
}

as_integers <- function(x) {
  storage.mode(x) <- "integer"
  x
}
