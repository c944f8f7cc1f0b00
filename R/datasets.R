#' Handwritten digits
#'
#' The MNIST data: images of 28 x 28 pixels from 0 to 255, and the digits that they
#' show. `subset = TRUE` gives the 5,000 images that come with the package; the whole
#' set of 70,000 is read from a file, or downloaded.
#'
#' @param path The path of a local `mnist.npz`; without one it is downloaded.
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
dataset_mnist <- function(path = NULL, convert = TRUE, subset = FALSE) {
  parts <- call_core("mnist", subset = as_flag(subset), path = as_path(path))
  parts <- lapply(parts, function(part) {
    list(x = as_integers(part[[1]]), y = as_integers(part[[2]]))
  })
  stats::setNames(parts, c("train", "test"))
}

as_integers <- function(x) {
  storage.mode(x) <- "integer"
  x
}
