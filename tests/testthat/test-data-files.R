# Both kinds of datasets need a Python package that only some users have.
# The batches of an epoch, as R sees them.
batches_of <- function(data, epoch = 0L) {
  reticulate::iterate(call_method(data, "open", epoch = epoch))
}

local_iris <- function(file = "iris.csv", data = iris, env = parent.frame()) {
  withr::local_dir(withr::local_tempdir(.local_envir = env), .local_envir = env)
  utils::write.csv(data, file, row.names = FALSE)
  file
}

# A BMP file of one color.
write_bmp <- function(file, size, color) {
  height <- size[1]
  width <- size[2]
  row <- c(rep(rev(color), width), rep(0, -(3 * width) %% 4))
  pixels <- rep(row, height)
  con <- file(file, "wb")
  on.exit(close(con))
  writeBin(charToRaw("BM"), con)
  writeBin(c(54L + length(pixels), 0L, 54L, 40L, width, height), con, endian = "little")
  writeBin(c(1L, 24L), con, size = 2, endian = "little")
  writeBin(integer(6), con, endian = "little")
  writeBin(as.raw(pixels), con)
}

# Folders of classes with images, whose first channel numbers them.
local_images <- function(classes = c("cat", "dog"), n = 5, env = parent.frame()) {
  withr::local_dir(withr::local_tempdir(.local_envir = env), .local_envir = env)
  for (i in seq_along(classes)) {
    dir.create(file.path("pets", classes[i]), recursive = TRUE)
    for (j in seq_len(n)) {
      file <- file.path("pets", classes[i], paste0(j, ".bmp"))
      write_bmp(file, c(6L, 9L), c(10 * i + j, 50, 100))
    }
  }
  "pets"
}

quiet_images <- function(...) {
  image_dataset_from_directory(..., image_size = c(6, 9), verbose = FALSE)
}

# Tables --------------------------------------------------------------------------

test_that("a table's columns come in batches", {
  skip_without("pyarrow")
  file <- local_iris()
  data <- table_dataset_from_files(
    file,
    x = names(iris)[1:4],
    y = "Species",
    levels = list(Species = levels(iris$Species)),
    batch_size = 60,
    shuffle = FALSE
  )
  expect_s3_class(data, c("rdeep_dataset", "rdeep_object"), exact = TRUE)
  expect_null(data$batches)
  batches <- batches_of(data)
  expect_equal(data$batches, 3)
  expect_equal(vapply(batches, function(batch) nrow(batch[[1]]), 1L), c(60, 60, 30))
  x <- do.call(rbind, lapply(batches, `[[`, 1))
  y <- unlist(lapply(batches, `[[`, 2))
  expect_equal(x, unname(as.matrix(iris[1:4])), tolerance = 1e-6)
  expect_equal(y, as.integer(iris$Species) - 1L)
})

test_that("several inputs, several targets, weights and a single column", {
  skip_without("pyarrow")
  file <- local_iris()
  data <- table_dataset_from_files(
    file,
    x = list(petal = c("Petal.Length", "Petal.Width"), kind = "Species"),
    y = c("Sepal.Length", "Sepal.Width"),
    sample_weight = "Petal.Width",
    levels = list(Species = c("virginica", "versicolor", "setosa")),
    shuffle = FALSE
  )
  first <- batches_of(data)[[1]]
  expect_equal(dim(first[[1]]$petal), c(32, 2))
  expect_equal(first[[1]]$kind, matrix(2, 32, 1))
  expect_equal(dim(first[[2]]), c(32, 2))
  expect_length(first[[3]], 32)
  alone <- table_dataset_from_files(file, x = "Petal.Length", shuffle = FALSE)
  expect_equal(dim(batches_of(alone)[[1]][[1]]), c(32, 1))
})

test_that("each epoch has an order of its own, which the seed governs", {
  skip_without("pyarrow")
  file <- local_iris(data = data.frame(row = 1:100))
  order_of <- function(..., epoch = 0L) {
    data <- table_dataset_from_files(file, x = "row", ...)
    unlist(lapply(batches_of(data, epoch), `[[`, 1))
  }
  first <- order_of(seed = 1)
  expect_setequal(first, 1:100)
  expect_identical(order_of(seed = 1), first)
  expect_false(identical(order_of(seed = 2), first))
  expect_false(identical(order_of(seed = 1, epoch = 1L), first))
  set.seed(3)
  drawn <- order_of()
  expect_false(identical(order_of(), drawn))
  set.seed(3)
  expect_identical(order_of(), drawn)
  set_random_seed(3)
  drawn <- order_of()
  set_random_seed(3)
  expect_identical(order_of(), drawn)
})

test_that("a table dataset is printed in two lines", {
  skip_without("pyarrow")
  file <- local_iris()
  data <- table_dataset_from_files(file, x = names(iris)[1:4], y = "Petal.Width")
  expect_snapshot(print(data))
})

test_that("what is wrong with tables is said", {
  skip_without("pyarrow")
  file <- local_iris()
  expect_error_snapshot(table_dataset_from_files())
  expect_error_snapshot(table_dataset_from_files(file))
  expect_error_snapshot(table_dataset_from_files("nowhere.csv", x = "a"))
  expect_error_snapshot(table_dataset_from_files(".", x = "a", format = "parquet"))
  expect_error_snapshot(table_dataset_from_files(1, x = "a"))
  expect_error_snapshot(table_dataset_from_files(file, x = "Sepal.Lenght"))
  expect_error_snapshot(table_dataset_from_files(file, x = 1:4))
  expect_error_snapshot(table_dataset_from_files(file, x = "Species"))
  expect_error_snapshot(
    table_dataset_from_files(file, x = "Species", levels = list(species = "a"))
  )
  expect_error_snapshot(table_dataset_from_files(file, x = "Petal.Width", levels = "setosa"))
  expect_error_snapshot(table_dataset_from_files(file, x = "Petal.Width", format = "xlsx"))
  expect_error_snapshot(table_dataset_from_files(file, x = "Petal.Width", batch_size = NA))
  expect_error_snapshot(table_dataset_from_files(file, x = "Petal.Width", shuffle = NA))
  expect_error_snapshot(table_dataset_from_files(file, x = "Petal.Width", batchsize = 3))
  expect_error_snapshot(table_dataset_from_files(file, "Petal.Width", sample_weight = "Species"))
  file.copy(file, "iris.txt")
  expect_error_snapshot(table_dataset_from_files("iris.txt", x = "Petal.Width"))
})

test_that("what is wrong in a file is said when it is read", {
  skip_without("pyarrow")
  broken <- iris
  broken$Sepal.Width[7] <- NA
  file <- local_iris(data = broken)
  first_batch <- function(...) {
    data <- table_dataset_from_files(file, ..., seed = 1)
    call_method(call_method(data, "open", epoch = 0L), "__next__")
  }
  expect_error_snapshot(first_batch(x = "Sepal.Width"))
  expect_error_snapshot(first_batch(x = "Species", levels = list(Species = c("setosa", "rose"))))
})

# Images --------------------------------------------------------------------------

test_that("images come in batches, with their labels", {
  skip_without("PIL")
  folder <- local_images()
  data <- quiet_images(folder, batch_size = 4, shuffle = FALSE)
  expect_s3_class(data, c("rdeep_dataset", "rdeep_object"), exact = TRUE)
  expect_equal(data$class_names, c("cat", "dog"))
  expect_equal(data$batches, 3)
  expect_equal(basename(data$file_paths), rep(paste0(1:5, ".bmp"), 2))
  batches <- batches_of(data)
  expect_equal(dim(batches[[1]][[1]]), c(4, 6, 9, 3))
  first <- unlist(lapply(batches, function(batch) batch[[1]][, 1, 1, 1]))
  expect_equal(first, c(11:15, 21:25))
  expect_equal(batches[[1]][[1]][1, 2, 3, ], c(11, 50, 100))
  expect_equal(unlist(lapply(batches, `[[`, 2)), rep(0:1, each = 5))
})

test_that("labels are given by folder, by hand, or not at all", {
  skip_without("PIL")
  folder <- local_images()
  targets <- function(...) batches_of(quiet_images(folder, ..., shuffle = FALSE))[[1]][-1]
  expect_equal(targets(class_names = c("dog", "cat"))[[1]], array(rep(0:1, each = 5)))
  expect_equal(targets(label_mode = "binary")[[1]], matrix(rep(0:1, each = 5)))
  expect_equal(dim(targets(label_mode = "categorical")[[1]]), c(10, 2))
  expect_length(targets(label_mode = NULL), 0)
  expect_length(targets(labels = NULL), 0)
  expect_equal(targets(labels = rep(c(0, 3), 5))[[1]], array(rep(c(0, 3), 5)))
  kinds <- factor(rep(c("b", "a"), 5))
  expect_equal(targets(labels = kinds)[[1]], array(rep(1:0, 5)))
  alone <- quiet_images(folder, class_names = "dog")
  expect_equal(alone$class_names, "dog")
})

test_that("a split has two parts that share nothing", {
  skip_without("PIL")
  folder <- local_images()
  both <- quiet_images(folder, validation_split = 0.3, subset = "both", seed = 1)
  expect_length(both, 2)
  expect_equal(lengths(lapply(both, function(part) part$file_paths)), c(7, 3))
  expect_length(intersect(both[[1]]$file_paths, both[[2]]$file_paths), 0)
  one <- quiet_images(folder, validation_split = 0.3, subset = "validation", seed = 1)
  expect_equal(one$file_paths, both[[2]]$file_paths)
})

test_that("set.seed() governs the order of images", {
  skip_without("PIL")
  folder <- local_images()
  set.seed(3)
  first <- quiet_images(folder)$file_paths
  expect_false(identical(quiet_images(folder)$file_paths, first))
  set.seed(3)
  expect_identical(quiet_images(folder)$file_paths, first)
})

test_that("what was found is printed, as keras does", {
  skip_without("PIL")
  folder <- local_images()
  expect_snapshot({
    data <- image_dataset_from_directory(folder, image_size = c(6, 9), batch_size = 4)
    data
    parts <- image_dataset_from_directory(
      folder,
      label_mode = NULL, validation_split = 0.3, subset = "both", seed = 1
    )
    parts[[2]]
  })
  expect_silent(quiet_images(folder))
})

test_that("what is wrong with images is said", {
  skip_without("PIL")
  folder <- local_images()
  expect_error_snapshot(image_dataset_from_directory())
  expect_error_snapshot(image_dataset_from_directory("nowhere"))
  expect_error_snapshot(image_dataset_from_directory(file.path(folder, "cat")))
  expect_error_snapshot(image_dataset_from_directory(folder, data_format = "channels_middle"))
  expect_error_snapshot(image_dataset_from_directory(folder, verbose = 2))
  expect_error_snapshot(image_dataset_from_directory(folder, color_mode = "gray"))
  expect_error_snapshot(image_dataset_from_directory(folder, label_mode = "integer"))
  expect_error_snapshot(image_dataset_from_directory(folder, labels = c("cat", "dog")))
  expect_error_snapshot(image_dataset_from_directory(folder, labels = 1:3))
  expect_error_snapshot(image_dataset_from_directory(folder, class_names = c("cat", "cow")))
  expect_error_snapshot(image_dataset_from_directory(folder, image_size = 1:3))
  expect_error_snapshot(image_dataset_from_directory(folder, interpolation = "gaussian"))
  expect_error_snapshot(image_dataset_from_directory(folder, validation_split = 0.3))
  expect_error_snapshot(
    image_dataset_from_directory(folder, validation_split = 0.3, subset = "both")
  )
  writeLines("no image", file.path(folder, "cat", "6.png"))
  first_batch <- function() {
    data <- quiet_images(folder, shuffle = FALSE)
    call_method(call_method(data, "open", epoch = 0L), "__next__")
  }
  expect_error_snapshot(first_batch())
})

test_that("a data set of files has the methods that tfdatasets asks for", {
  skip_on_os("windows")
  skip_without("PIL")
  pets <- image_dataset_from_directory(local_images(), image_size = c(4, 4), batch_size = 4)
  expect_length(pets, 3)
  model <- keras_model_sequential(input_shape = c(4, 4, 3), backend = "torch") |>
    layer_flatten() |>
    layer_dense(1)
  compile(model, "sgd", "mse")
  fewer <- pets$take(2L)$prefetch(2L)
  expect_identical(as.integer(fewer$cardinality()$numpy()), 2L)
  expect_true(is.finite(fit(model, fewer, epochs = 1, verbose = 0)$metrics$loss))
})

test_that("a data set without targets gives its inputs alone", {
  series <- timeseries_dataset_from_array(1:6, NULL, sequence_length = 3)
  expect_identical(dim(iter_next(as_iterator(series))), c(4L, 3L))
})
