# Data sets that are read from files while a model trains: handles on objects of the
# core, which reads the files.

#' Image data sets from files in folders
#'
#' Images that are read batch by batch, so that they need not fit in memory. The
#' arguments are keras3's, and so are the order of the classes and which files a
#' split puts where. Pillow, a Python package, reads and resizes the images; it is
#' installed with `reticulate::py_install("pillow")`.
#'
#' Images are arrays of numbers from 0 to 255. An image that is made
#' smaller is smoothed, which Keras does not do: pixels then differ a little.
#'
#' @param directory A folder that holds a folder of images for each class (BMP, GIF,
#'   JPEG or PNG).
#' @param labels `"inferred"` for labels by folder; or a factor or whole numbers, one
#'   for each file in the order of their paths; or `NULL` for no labels.
#' @param label_mode `"int"` for class numbers from 0, `"categorical"` for rows with a
#'   one for the class, `"binary"` for zeros and ones, `NULL` for no labels.
#' @param class_names The folders that count, in the order of the classes; by default
#'   all, sorted.
#' @param color_mode `"rgb"`, `"grayscale"` or `"rgba"`.
#' @param batch_size How many images at a time.
#' @param image_size The height and width that images are resized to.
#' @param shuffle Whether each epoch of training has an order of its own; otherwise it is
#'   that of the files. [evaluate()] and [predict()][predict.rdeep_model()] read in the
#'   order of `$file_paths`, which is drawn once.
#' @param seed A whole number that the order and the split depend on; by default it is
#'   drawn, so that [set.seed()] governs.
#' @param validation_split The share of the images that are set aside.
#' @param subset Which part of a split to return: `"training"`, `"validation"`, or
#'   `"both"` for a list of the two.
#' @param interpolation `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"` or
#'   `"lanczos3"`.
#' @param follow_links Whether to look into folders that are links.
#' @param crop_to_aspect_ratio,pad_to_aspect_ratio Whether to crop or to pad images of
#'   other proportions instead of distorting them.
#' @param data_format `"channels_last"`, the default, or `"channels_first"`.
#' @param verbose Whether to print how many files were found.
#' @returns A dataset for [fit()][fit.rdeep_model()], [evaluate()] and
#'   [predict()][predict.rdeep_model()]. Its `$class_names`, `$file_paths` and
#'   `$batches` say what is in it.
#' @family datasets
#' @examplesIf rdeep_available()
#' folder <- tempfile()
#' for (class in c("circle", "square")) {
#'   dir.create(file.path(folder, class), recursive = TRUE)
#'   for (i in 1:4) {
#'     png(file.path(folder, class, paste0(i, ".png")), width = 32, height = 32)
#'     par(mar = c(0, 0, 0, 0))
#'     plot(i, pch = if (class == "circle") 1 else 0, axes = FALSE)
#'     dev.off()
#'   }
#' }
#' set_random_seed(1)
#' if (reticulate::py_module_available("PIL")) {
#'   image_dataset_from_directory(folder, image_size = c(32, 32), batch_size = 4)
#' }
#' @export
image_dataset_from_directory <- function(directory,
                                         labels = "inferred",
                                         label_mode = "int",
                                         class_names = NULL,
                                         color_mode = "rgb",
                                         batch_size = 32L,
                                         image_size = c(256L, 256L),
                                         shuffle = TRUE,
                                         seed = NULL,
                                         validation_split = NULL,
                                         subset = NULL,
                                         interpolation = "bilinear",
                                         follow_links = FALSE,
                                         crop_to_aspect_ratio = FALSE,
                                         pad_to_aspect_ratio = FALSE,
                                         data_format = NULL,
                                         verbose = TRUE) {
  call <- current_env()
  check_present(missing(directory), "directory", "the path of a folder", call)
  check_flag(verbose, "verbose", call)
  prepare_seed(seed, shuffle, call)
  found <- call_core(
    "image_dataset_from_directory",
    directory = as_path(directory),
    labels = as_labels(labels),
    label_mode = as_text(label_mode),
    class_names = as_several(class_names),
    color_mode = as_text(color_mode),
    batch_size = as_count(batch_size),
    image_size = as_sizes(image_size),
    shuffle = as_flag(shuffle),
    seed = as_count(seed),
    validation_split = as_number(validation_split),
    subset = as_text(subset),
    interpolation = as_text(interpolation),
    follow_links = as_flag(follow_links),
    crop_to_aspect_ratio = as_flag(crop_to_aspect_ratio),
    pad_to_aspect_ratio = as_flag(pad_to_aspect_ratio),
    data_format = as_text(data_format)
  )
  several_datasets(found, subset, verbose)
}

#' Tabular data sets from CSV, Parquet and Arrow files
#'
#' Tables in CSV, parquet or feather files that are read batch by batch, so that they
#' need not fit in memory. pyarrow, a Python package, reads them; it is installed with
#' `reticulate::py_install("pyarrow")`.
#'
#' Each epoch covers every row once. Rows are shuffled in two steps: the order of the
#' files' row groups is drawn, and rows are shuffled in a buffer. A CSV file counts as
#' one row group: where it is sorted and larger than the buffer, shuffle it first.
#'
#' However large the files are, reading them takes some 100 MB; with hundreds of
#' columns about 2 MB for each of them. A compressed record batch of a feather file is
#' held whole.
#'
#' @param files Paths of files or folders, or patterns such as `"data/*.csv"`.
#' @param x The names of the columns that go in, which become a matrix. For several
#'   inputs a list of such names by the names of the inputs.
#' @param y The column of the targets, or several.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param sample_weight The column that says how much a row counts.
#' @param batch_size How many rows at a time.
#' @param shuffle Whether each epoch of training has an order of its own; otherwise it is
#'   that of the files, in which [evaluate()] and [predict()][predict.rdeep_model()] read
#'   in any case.
#' @param seed A whole number that the order depends on; by default it is drawn, so
#'   that [set.seed()] governs.
#' @param format `"parquet"`, `"csv"`, `"feather"` or `"arrow"`; by default what the
#'   files' names end in.
#' @param levels A list of the labels of each column of text, in the order of their
#'   numbers, which start from 0.
#' @param buffer_rows The number of rows among which rows are shuffled; by default as
#'   many as fill 16 MiB.
#' @returns A dataset for [fit()][fit.rdeep_model()], [evaluate()] and
#'   [predict()][predict.rdeep_model()]. Its `$batches` is the number of batches in an
#'   epoch, which with CSV files is known after the first.
#' @family datasets
#' @examplesIf rdeep_available()
#' file <- tempfile(fileext = ".csv")
#' write.csv(iris, file, row.names = FALSE)
#' set_random_seed(1)
#' if (reticulate::py_module_available("pyarrow")) {
#'   table_dataset_from_files(
#'     file,
#'     x = names(iris)[1:4],
#'     y = "Species",
#'     levels = list(Species = levels(iris$Species))
#'   )
#' }
#' @export
table_dataset_from_files <- function(files,
                                     x,
                                     y = NULL,
                                     ...,
                                     sample_weight = NULL,
                                     batch_size = 32L,
                                     shuffle = TRUE,
                                     seed = NULL,
                                     format = NULL,
                                     levels = NULL,
                                     buffer_rows = NULL) {
  check_dots(...)
  call <- current_env()
  check_present(missing(files), "files", "paths of files", call)
  check_present(missing(x), "x", "the names of columns", call)
  prepare_seed(seed, shuffle, call)
  found <- call_core(
    "table_dataset_from_files",
    files = if (is.character(files)) as_single_or_several(path.expand(files)) else files,
    x = if (is_plain_list(x)) lapply(x, as_single_or_several) else as_several(x),
    y = as_single_or_several(y),
    sample_weight = as_single_or_several(sample_weight),
    batch_size = as_count(batch_size),
    shuffle = as_flag(shuffle),
    seed = as_count(seed),
    format = as_text(format),
    levels = if (is_plain_list(levels)) as_dict(lapply(levels, as_several)) else levels,
    buffer_rows = as_count(buffer_rows)
  )
  new_dataset(found)
}

new_dataset <- function(pointer) new_handle(pointer, "rdeep_dataset")

# What tfdatasets asks of a data set. The data set is TensorFlow's from there on, with either
# backend: its functions compute with TensorFlow, and training reads what they give.
transforming <- c(
  "map", "batch", "unbatch", "rebatch", "shuffle", "prefetch", "cache", "take", "skip", "repeat",
  "filter", "concatenate", "enumerate", "shard", "interleave", "cardinality", "as_numpy_iterator",
  "element_spec"
)

#' @export
length.rdeep_dataset <- function(x) fetch(x, "batches")

#' @export
`$.rdeep_dataset` <- function(x, name) {
  if (!name %in% transforming) {
    return(fetch_element(x, name, current_env()))
  }
  found <- call_core("tensorflow_dataset", data = x, .call = current_env())
  reticulate::py_get_attr(found, name) |> reticulate::py_to_r()
}

# Arguments -----------------------------------------------------------------------

# A seed that nobody gave comes from the core's stream, which follows `set.seed()`.
prepare_seed <- function(seed, shuffle, .call) {
  if (is.null(seed) && isTRUE(shuffle)) {
    sync_seed(.call)
  }
}

check_present <- function(is_missing, argument, expected, .call) {
  if (is_missing) {
    abort_rdeep(
      "argument",
      sprintf("'%s' is missing: it must be %s.", argument, expected),
      argument = argument,
      expected = expected,
      call = .call
    )
  }
}

check_flag <- function(x, argument, .call) {
  if (!isTRUE(x) && !isFALSE(x)) {
    abort_rdeep(
      "argument",
      sprintf("'%s' must be TRUE or FALSE, not %s.", argument, describe(x)),
      argument = argument,
      received = x,
      call = .call
    )
  }
}

# A vector of length one stays a vector of names.
as_several <- function(x) if (is.atomic(x) && !is.null(x)) as.list(x) else x

as_single_or_several <- function(x) if (length(x) == 1) x else as_several(x)

as_labels <- function(x) {
  if (is.factor(x)) {
    x <- as.integer(x) - 1L
  }
  if (is.numeric(x)) as_sizes(x) else x
}

# What keras prints.
say_found <- function(datasets, parts) {
  first <- datasets[[1]]
  classes <- first$class_names
  belonging <- if (is.null(classes)) "" else sprintf(" belonging to %d classes", length(classes))
  say(sprintf("Found %d files%s.", first$found, belonging))
  for (i in seq_along(parts)) {
    say(sprintf(
      "Using %d files for %s.",
      length(datasets[[i]]$file_paths), parts[i]
    ))
  }
}
