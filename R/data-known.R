# Data sets that are downloaded once, or read from files that the user has.

#' House price data sets (Boston, California)
#'
#' Prices of houses in Boston (506 houses, 13 measurements) and in California (20,640 districts, 8
#' measurements). The file is downloaded once and kept in the cache; without a network the error
#' says where to put it.
#'
#' @param path A file that exists, or the name in the cache.
#' @param version `"large"` for all rows, `"small"` for the first 600.
#' @param test_split The share for testing.
#' @param seed What the split is drawn from.
#' @param convert Has no effect; it is there for scripts written for keras3.
#' @returns `list(train = list(x, y), test = list(x, y))`.
#' @family datasets
#' @examples
#' \dontrun{
#' c(c(x_train, y_train), c(x_test, y_test)) %<-% dataset_boston_housing()
#' }
#' @export
dataset_boston_housing <- function(path = "boston_housing.npz",
                                   test_split = 0.2,
                                   seed = 113L,
                                   convert = TRUE) {
  as_parts(call_core(
    "boston_housing",
    path = as_path(path), test_split = as_number(test_split), seed = as_count(seed)
  ))
}

#' @rdname dataset_boston_housing
#' @export
dataset_california_housing <- function(version = "large",
                                       path = "california_housing.npz",
                                       test_split = 0.2,
                                       seed = 113L,
                                       convert = TRUE) {
  as_parts(call_core(
    "california_housing",
    version = as_text(version), path = as_path(path), test_split = as_number(test_split),
    seed = as_count(seed)
  ))
}

#' CIFAR-10, CIFAR-100 and Fashion-MNIST image data sets
#'
#' CIFAR-10 and CIFAR-100: 60,000 pictures of 32 x 32 pixels in 10 or 100 classes. Fashion-MNIST:
#' 70,000 pictures of clothes in 28 x 28 shades of grey. Pixels are from 0 to 255, channels last.
#' Files are downloaded once and kept in the cache; without a network the error says where to put
#' them.
#'
#' @param convert Has no effect; it is there for scripts written for keras3.
#' @param label_mode `"fine"` for the 100 classes, `"coarse"` for 20 groups of them.
#' @param path A local `cifar-10-python.tar.gz` or `cifar-100-python.tar.gz`; for Fashion-MNIST a
#'   folder with its four files.
#' @returns `list(train = list(x, y), test = list(x, y))`.
#' @family datasets
#' @examples
#' \dontrun{
#' clothes <- dataset_fashion_mnist()
#' }
#' @export
dataset_cifar10 <- function(convert = TRUE, path = NULL) {
  as_parts(call_core("cifar10", path = as_path(path)), whole = TRUE)
}

#' @rdname dataset_cifar10
#' @export
dataset_cifar100 <- function(label_mode = c("fine", "coarse"), convert = TRUE, path = NULL) {
  mode <- if (missing(label_mode)) "fine" else as_text(label_mode)
  as_parts(call_core("cifar100", label_mode = mode, path = as_path(path)), whole = TRUE)
}

#' @rdname dataset_cifar10
#' @export
dataset_fashion_mnist <- function(convert = TRUE, path = NULL) {
  as_parts(call_core("fashion_mnist", path = as_path(path)), whole = TRUE)
}

#' IMDB reviews and Reuters newswire data sets
#'
#' Film reviews (IMDB, 50,000, kind or not) and newswires (Reuters, 11,228, 46 topics). Words are
#' numbered by how frequent they are. Files are downloaded once and kept in the cache; without a
#' network the error says where to put them.
#'
#' @param path A file that exists, or the name in the cache.
#' @param num_words Only numbers below this are kept.
#' @param skip_top So many of the most frequent words are left out.
#' @param maxlen Texts that are longer are left out.
#' @param test_split The share for testing.
#' @param seed What the order is drawn from.
#' @param start_char The number that begins a text.
#' @param oov_char The number for words that are left out; `NULL` drops them.
#' @param index_from What is added to the numbers of words.
#' @param convert Has no effect; it is there for scripts written for keras3.
#' @returns `list(train = list(x, y), test = list(x, y))`, where `x` is a list of vectors. The word
#'   lists: a named list of numbers.
#' @family datasets
#' @examples
#' \dontrun{
#' reviews <- dataset_imdb(num_words = 10000)
#' x <- pad_sequences(reviews$train$x, maxlen = 100)
#' }
#' @export
dataset_imdb <- function(path = "imdb.npz",
                         num_words = NULL,
                         skip_top = 0L,
                         maxlen = NULL,
                         seed = 113L,
                         start_char = 1L,
                         oov_char = 2L,
                         index_from = 3L,
                         convert = TRUE) {
  as_word_lists(call_core(
    "imdb",
    path = as_path(path), num_words = as_count(num_words), skip_top = as_count(skip_top),
    maxlen = as_count(maxlen), seed = as_count(seed), start_char = as_count(start_char),
    oov_char = as_count(oov_char), index_from = as_count(index_from)
  ))
}

#' @rdname dataset_imdb
#' @export
dataset_imdb_word_index <- function(path = "imdb_word_index.json") {
  call_core("imdb_word_index", path = as_path(path))
}

#' @rdname dataset_imdb
#' @export
dataset_reuters <- function(path = "reuters.npz",
                            num_words = NULL,
                            skip_top = 0L,
                            maxlen = NULL,
                            test_split = 0.2,
                            seed = 113L,
                            start_char = 1L,
                            oov_char = 2L,
                            index_from = 3L,
                            convert = TRUE) {
  as_word_lists(call_core(
    "reuters",
    path = as_path(path), num_words = as_count(num_words), skip_top = as_count(skip_top),
    maxlen = as_count(maxlen), test_split = as_number(test_split), seed = as_count(seed),
    start_char = as_count(start_char), oov_char = as_count(oov_char),
    index_from = as_count(index_from)
  ))
}

#' @rdname dataset_imdb
#' @export
dataset_reuters_word_index <- function(path = "reuters_word_index.pkl") {
  call_core("reuters_word_index", path = as_path(path))
}

as_parts <- function(parts, whole = FALSE) {
  parts <- lapply(parts, function(part) {
    part <- stats::setNames(part, c("x", "y"))
    if (whole) lapply(part, as_integers) else part
  })
  stats::setNames(parts, c("train", "test"))
}

as_word_lists <- function(parts) {
  parts <- lapply(parts, function(part) {
    list(x = lapply(part[[1]], as.integer), y = as_integers(part[[2]]))
  })
  stats::setNames(parts, c("train", "test"))
}

#' Download a file
#'
#' Downloads a file once and keeps it in a cache folder: `KERAS_HOME`, or `rdeep` in the user's
#' cache folder.
#'
#' @param fname The name in the cache; by default the last part of `origin`.
#' @param origin The address.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param file_hash The checksum that the file must have.
#' @param cache_subdir The folder within the cache.
#' @param hash_algorithm `"sha256"`, `"md5"`, or `"auto"` for what the checksum's length says.
#' @param extract Whether to unpack an archive; its folder is returned then.
#' @param archive_format `"tar"`, `"zip"` or `"auto"`.
#' @param cache_dir The cache folder.
#' @param force_download Whether to download a file that is there.
#' @returns The path.
#' @family datasets
#' @examples
#' \dontrun{
#' get_file(origin = "https://example.org/data.csv")
#' }
#' @export
get_file <- function(fname = NULL,
                     origin = NULL,
                     ...,
                     file_hash = NULL,
                     cache_subdir = "datasets",
                     hash_algorithm = "auto",
                     extract = FALSE,
                     archive_format = "auto",
                     cache_dir = NULL,
                     force_download = FALSE) {
  check_dots(...)
  # Python knows only what was set before it started.
  home <- Sys.getenv("KERAS_HOME")
  home <- if (nzchar(home)) home
  call_core(
    "get_file",
    fname = as_path(fname), origin = as_text(origin), file_hash = as_text(file_hash),
    cache_subdir = as_text(cache_subdir), hash_algorithm = as_text(hash_algorithm),
    extract = as_flag(extract), archive_format = as_text(archive_format),
    cache_dir = as_path(cache_dir %||% home), force_download = as_flag(force_download)
  )
}
