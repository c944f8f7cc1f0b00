# Texts and sounds in folders, windows of series, and data sets cut in two.

#' Texts and sounds in folders
#'
#' Files that are read batch by batch, with a folder for each class. Sounds are WAV files with
#' samples of 16 bits, which become numbers from -1 to 1 in arrays `(samples, length, channels)`;
#' shorter ones of a batch are filled up with zeros. Texts are strings: a layer that makes numbers
#' of text goes between them and a network.
#'
#' @inheritParams image_dataset_from_directory
#' @param directory A folder that holds a folder of `.txt` or `.wav` files for each class.
#' @param max_length How many bytes of a text are read; by default all.
#' @param sampling_rate The samples in a second that files must have: they are not resampled.
#' @param output_sequence_length The length that sounds are cut or filled up to; by default the
#'   longest of each batch.
#' @param ragged Must be `FALSE`: networks take arrays.
#' @returns A dataset, or a list of two: see [image_dataset_from_directory()].
#' @family datasets
#' @examplesIf rdeep_available()
#' folder <- tempfile()
#' for (class in c("good", "bad")) {
#'   dir.create(file.path(folder, class), recursive = TRUE)
#'   writeLines("a film", file.path(folder, class, "1.txt"))
#' }
#' text_dataset_from_directory(folder, shuffle = FALSE)
#' @export
text_dataset_from_directory <- function(directory,
                                        labels = "inferred",
                                        label_mode = "int",
                                        class_names = NULL,
                                        batch_size = 32L,
                                        max_length = NULL,
                                        shuffle = TRUE,
                                        seed = NULL,
                                        validation_split = NULL,
                                        subset = NULL,
                                        follow_links = FALSE,
                                        verbose = TRUE) {
  call <- current_env()
  check_present(missing(directory), "directory", "the path of a folder", call)
  folder_dataset(
    "text_dataset_from_directory", directory, labels, label_mode, class_names, batch_size,
    shuffle, seed, validation_split, subset, follow_links, verbose,
    list(max_length = as_count(max_length)), call
  )
}

#' @rdname text_dataset_from_directory
#' @export
audio_dataset_from_directory <- function(directory,
                                         labels = "inferred",
                                         label_mode = "int",
                                         class_names = NULL,
                                         batch_size = 32L,
                                         sampling_rate = NULL,
                                         output_sequence_length = NULL,
                                         ragged = FALSE,
                                         shuffle = TRUE,
                                         seed = NULL,
                                         validation_split = NULL,
                                         subset = NULL,
                                         follow_links = FALSE,
                                         verbose = TRUE) {
  call <- current_env()
  check_present(missing(directory), "directory", "the path of a folder", call)
  own <- list(
    sampling_rate = as_count(sampling_rate),
    output_sequence_length = as_count(output_sequence_length),
    ragged = as_flag(ragged)
  )
  folder_dataset(
    "audio_dataset_from_directory", directory, labels, label_mode, class_names, batch_size,
    shuffle, seed, validation_split, subset, follow_links, verbose, own, call
  )
}

folder_dataset <- function(door, directory, labels, label_mode, class_names, batch_size, shuffle,
                           seed, validation_split, subset, follow_links, verbose, own, .call) {
  check_flag(verbose, "verbose", .call)
  prepare_seed(seed, shuffle, .call)
  found <- inject(call_core(
    door,
    directory = as_path(directory),
    labels = as_labels(labels),
    label_mode = as_text(label_mode),
    class_names = as_several(class_names),
    batch_size = as_count(batch_size),
    shuffle = as_flag(shuffle),
    seed = as_count(seed),
    validation_split = as_number(validation_split),
    subset = as_text(subset),
    follow_links = as_flag(follow_links),
    !!!own,
    .call = .call
  ))
  several_datasets(found, subset, verbose)
}

several_datasets <- function(found, subset, verbose) {
  datasets <- lapply(if (is_plain_list(found)) found else list(found), new_dataset)
  if (verbose) {
    say_found(datasets, if (identical(subset, "both")) c("training", "validation") else subset)
  }
  if (length(datasets) == 1) datasets[[1]] else datasets
}

#' Windows of a time series
#'
#' Cuts a series into windows of one length, made batch by batch: they take no more memory than the
#' series.
#'
#' @param data An array with a time step in each row, or a vector.
#' @param targets The target of the window that begins in the same row; `NULL` for windows alone.
#' @param sequence_length The steps of a window.
#' @param sequence_stride The steps from one window to the next.
#' @param sampling_rate The steps from one row of a window to the next.
#' @param batch_size The windows of a batch.
#' @param shuffle Whether each epoch has an order of its own.
#' @param seed What the order depends on; by default it is drawn, so that [set.seed()] governs.
#' @param start_index,end_index The first and the last row to use, counted from 1.
#' @returns A dataset for [fit()][fit.rdeep_model()], [evaluate()] and
#'   [predict()][predict.rdeep_model()].
#' @family datasets
#' @examplesIf rdeep_available()
#' # From five values the next
#' series <- as.numeric(lynx)
#' timeseries_dataset_from_array(series, series[-(1:5)], sequence_length = 5)
#' @export
timeseries_dataset_from_array <- function(data,
                                          targets,
                                          sequence_length,
                                          sequence_stride = 1L,
                                          sampling_rate = 1L,
                                          batch_size = 128L,
                                          shuffle = FALSE,
                                          seed = NULL,
                                          start_index = NULL,
                                          end_index = NULL) {
  call <- current_env()
  check_present(missing(sequence_length), "sequence_length", "a positive whole number", call)
  prepare_seed(seed, shuffle, call)
  first <- if (!is.null(start_index)) from_one(start_index, "start_index", call)
  # The last row counted from 1 is the one after the last, counted from 0.
  last <- as_count(end_index)
  rows <- NROW(data)
  new_dataset(call_core(
    "timeseries_dataset_from_array",
    data = as_values(data, "data", call),
    targets = if (!missing(targets) && !is.null(targets)) as_values(targets, "targets", call),
    sequence_length = as_count(sequence_length),
    sequence_stride = as_count(sequence_stride),
    sampling_rate = as_count(sampling_rate),
    batch_size = as_count(batch_size),
    shuffle = as_flag(shuffle),
    seed = as_count(seed),
    start_index = first,
    end_index = if (!identical(last, rows)) last
  ))
}

#' Cut a data set in two
#'
#' Arrays are cut by rows, datasets by batches, which are then held in memory.
#'
#' @param dataset An array, a list of arrays with a sample in each row, or a dataset.
#' @param left_size,right_size A share below one, or a number of rows or batches; one of them may
#'   be left out.
#' @param shuffle Whether to draw which rows or batches go where.
#' @param seed What that is drawn from; by default it is drawn, so that [set.seed()] governs.
#' @returns A list of two datasets for [fit()][fit.rdeep_model()]; those of arrays give batches
#'   of 32.
#' @family datasets
#' @examplesIf rdeep_available()
#' x <- as.matrix(iris[1:4])
#' split_dataset(list(x, as.integer(iris$Species) - 1L), left_size = 0.8)
#' @export
split_dataset <- function(dataset,
                          left_size = NULL,
                          right_size = NULL,
                          shuffle = FALSE,
                          seed = NULL) {
  call <- current_env()
  prepare_seed(seed, shuffle, call)
  if (is_plain_list(dataset)) {
    dataset <- lapply(dataset, as_values, argument = "dataset", .call = call)
  } else if (!is_batched(dataset)) {
    dataset <- as_values(dataset, "dataset", call)
  }
  parts <- call_core(
    "split_dataset",
    dataset = dataset,
    left_size = as_number(left_size),
    right_size = as_number(right_size),
    shuffle = as_flag(shuffle),
    seed = as_count(seed)
  )
  lapply(parts, new_dataset)
}
