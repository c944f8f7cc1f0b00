# Data sets of the same format as the files that are downloaded.
local_npz <- function(..., env = parent.frame()) {
  core()
  path <- withr::local_tempfile(fileext = ".npz", .local_envir = env)
  reticulate::import("numpy")$savez(path, ...)
  path
}

test_that("house prices are read and split", {
  path <- local_npz(x = matrix(as.numeric(1:60), 20), y = array(as.numeric(1:20)))
  houses <- dataset_boston_housing(path, test_split = 0.25)
  expect_equal(dim(houses$train$x), c(15, 3))
  expect_setequal(c(houses$train$y, houses$test$y), 1:20)
  expect_equal(dim(dataset_california_housing("small", path)$test$x), c(4, 3))
  expect_error_snapshot(dataset_california_housing("tiny", path))
  expect_rdeep_error(dataset_boston_housing("no/file.npz"), "data", "no file")
  expect_rdeep_error(dataset_imdb(path), "data", "IMDB data set")
})

test_that("without a network the error says where to put the file", {
  withr::local_envvar(KERAS_HOME = withr::local_tempdir())
  error <- expect_rdeep_error(
    get_file("data.csv", "http://127.0.0.1:9/data.csv"), "data", "could not be downloaded"
  )
  expect_match(conditionMessage(error), "put the file at")
  expect_error_snapshot(get_file())
  path <- withr::local_tempfile(lines = "a,b")
  got <- get_file("data.csv", paste0("file://", path))
  expect_equal(readLines(got), "a,b")
  expect_equal(readLines(get_file("data.csv")), "a,b")
  expect_error_snapshot(get_file("new.csv", paste0("file://", got), hash = "a"))
})

test_that("word lists are read", {
  path <- withr::local_tempfile(lines = "{\"the\": 1, \"film\": 2}")
  expect_equal(dataset_imdb_word_index(path), list(the = 1L, film = 2L))
  expect_equal(dataset_reuters_word_index(path)$film, 2L)
})

test_that("texts and sounds are read from folders", {
  folder <- withr::local_tempdir()
  for (class in c("bad", "good")) {
    dir.create(file.path(folder, class))
    for (i in 1:3) writeLines(paste(class, i), file.path(folder, class, paste0(i, ".txt")))
  }
  expect_output(
    data <- text_dataset_from_directory(folder, batch_size = 4, shuffle = FALSE),
    "Found 6 files belonging to 2 classes"
  )
  expect_equal(data$class_names, c("bad", "good"))
  batch <- iterate(data)[[1]]
  expect_match(as.character(batch[[1]])[1], "bad 1")
  expect_equal(as.vector(batch[[2]]), c(0, 0, 0, 1))
  both <- text_dataset_from_directory(
    folder,
    validation_split = 0.5, subset = "both", seed = 1, verbose = FALSE
  )
  expect_length(both, 2)
  expect_error_snapshot(text_dataset_from_directory())
  expect_rdeep_error(audio_dataset_from_directory(folder), "data", "no sounds")
  expect_rdeep_error(audio_dataset_from_directory(folder, ragged = TRUE), "argument", "ragged")
})

slow_on_tensorflow("windows of a series train a network", {
  series <- sin(1:60)
  data <- timeseries_dataset_from_array(series, series[-(1:5)], sequence_length = 5)
  model <- keras_model_sequential(input_shape = 5) |> layer_dense(1)
  model |> compile("sgd", "mse")
  expect_length(fit(model, data, verbose = 0)$metrics$loss, 1)
  expect_equal(dim(predict(model, data)), c(55, 1))
  some <- timeseries_dataset_from_array(series, NULL, 5, start_index = 11, end_index = 20)
  expect_equal(iterate(some)[[1]][1, 1], series[11], tolerance = 1e-6)
  expect_equal(dim(iterate(some)[[1]]), c(6, 5))
  halves <- split_dataset(list(iris_x, iris_y), left_size = 0.8)
  expect_length(halves, 2)
  expect_output(print(halves[[1]]), "120 samples")
})

test_that("series that cannot be cut are refused", {
  expect_error_snapshot(timeseries_dataset_from_array(1:10, NULL, 20))
  expect_error_snapshot(timeseries_dataset_from_array(1:10, NULL))
  expect_error_snapshot(timeseries_dataset_from_array(1:10, NULL, 2, start_index = 0))
  expect_error_snapshot(split_dataset(1:10))
})
