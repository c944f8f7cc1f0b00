# Texts and sounds in folders: data sets of files, a folder for each class.

#' Text and audio data sets from files in folders
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
