# Windows of a series as a data set.

#' Time series data set of sliding windows
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
