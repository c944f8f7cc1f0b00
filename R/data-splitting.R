# Data sets cut in two.

#' Split a data set in two (train and test)
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
