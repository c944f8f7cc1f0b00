# Images with a bright square at the left or at the right.
squares <- function(n = 60, side = 12) {
  label <- factor(rep_len(c("right", "left"), n), levels = c("right", "left"))
  x <- array(stats::runif(n * side^2, 0, 60), c(n, side, side))
  x[label == "left", 3:7, 2:6] <- 230
  x[label == "right", 3:7, 7:11] <- 230
  list(x = x, label = label)
}

# An image as a file, by Pillow.
write_image <- function(image, path) {
  dir.create(dirname(path), showWarnings = FALSE, recursive = TRUE)
  image_array_save(array(image, c(dim(image), 1)), path, scale = FALSE)
}

skip_without_pillow <- function() {
  call_core("sitrep")
  if (!reticulate::py_module_available("PIL")) skip("Pillow is not installed")
}

fit_squares <- function(..., epochs = 4) {
  set.seed(1)
  data <- squares()
  deep_image(data$x, data$label, epochs = epochs, ..., verbose = 0)
}

read_back <- function(object) {
  path <- withr::local_tempfile()
  saveRDS(object, path)
  readRDS(path)
}

file_and_back <- function(object) {
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(object, path)
  load_model(path)
}

for_each_backend("images in an array are fitted, predicted and scored", {
  model <- fit_squares()
  data <- squares(20)
  expect_s3_class(model, c("deep_image", "rdeep_ready", "rdeep_fit"), exact = TRUE)
  prob <- predict(model, data$x, type = "prob")
  expect_named(prob, c(".pred_right", ".pred_left"))
  expect_equal(rowSums(prob), rep(1, 20))
  class <- predict(model, data$x)
  expect_equal(class$.pred_class, factor(colnames(prob)[max.col(prob)] |> sub(".pred_", "", x = _),
    levels = c("right", "left")
  ))
  expect_equal(evaluate(model, data$x, data$label)$accuracy, mean(class$.pred_class == data$label))
  expect_gt(glance(model)$accuracy, 0.8)
  seen <- explain(model, data$x[1:3, , ], class = "left")
  expect_equal(dim(seen$map[[1]]), c(12, 12))
  expect_equal(dim(seen$image[[2]]), c(12, 12, 1))
  expect_equal(as.character(seen$class), rep("left", 3))
  expect_equal(seen$.pred, prob$.pred_left[1:3], tolerance = 1e-4)
  for (again in list(read_back(model), file_and_back(model))) {
    expect_equal(predict(again, data$x, type = "prob"), prob, tolerance = 1e-5)
    expect_output(print(again), "12 x 12, grey")
  }
})

test_that("a model prints what it is and draws what it saw", {
  model <- fit_squares()
  expect_output(print(model), "Image model of 2 classes \\(right, left\\)")
  expect_output(print(model), "60 images; trained for 4 epochs")
  expect_output(print(summary(model)), "GlobalAveragePooling2D")
  expect_s3_class(as_network(model), "rdeep_model")
  expect_true("Conv2D" %in% tidy(model)$kind)
  skip_if_not_installed("ggplot2")
  data <- squares(4)
  pictures <- list(
    plot(model), plot(model, data$x, y = data$label), plot(explain(model, data$x))
  )
  for (picture in pictures) expect_s3_class(ggplot2::ggplot_build(picture)$plot, "ggplot")
  expect_match(levels(pictures[[2]]$data$panel)[2], "Row 2: .*\ntruly left")
})

test_that("numbers have intervals", {
  set.seed(1)
  size <- stats::runif(60, 1, 8)
  x <- array(0, c(60, 8, 8))
  for (i in 1:60) x[i, seq_len(size[i]), ] <- 1
  model <- deep_image(x, size, epochs = 2, augment = "none", verbose = 0)
  found <- predict(model, x[1:5, , ], type = "interval", level = 0.5)
  expect_named(found, c(".pred", ".pred_lower", ".pred_upper"))
  expect_equal(predict(model, x[1:5, , ])$.pred, found$.pred)
  expect_named(evaluate(model, x, size), c("rmse", "r_squared"))
  expect_message(
    deep_image(x, round(size), epochs = 1, verbose = 0), "For classes make it a factor",
    class = "rdeep_message"
  )
  expect_rdeep_error(predict(model, x, type = "prob"), "argument", "'type'")
})

test_that("files come in a data frame or a folder, and bad ones are named or counted", {
  skip_without_pillow()
  data <- squares(24)
  folder <- withr::local_tempdir()
  paths <- file.path(folder, data$label, sprintf("%02d.png", 1:24))
  for (i in 1:24) write_image(data$x[i, , ], paths[i])
  set.seed(1)
  frame <- data.frame(label = data$label, file = paths)
  model <- deep_image(label ~ file, frame, epochs = 1, verbose = 0)
  found <- augment(model, frame)
  expect_named(found, c("label", "file", ".pred_class", ".pred_right", ".pred_left"))
  expect_equal(evaluate(model, frame)$accuracy, mean(found$.pred_class == found$label))
  set.seed(1)
  of_folder <- deep_image(folder, epochs = 1, verbose = 0)
  expect_equal(of_folder$outcome$levels, c("left", "right"))
  listed <- augment(of_folder, folder)
  expect_equal(basename(dirname(listed$path)), as.character(listed$class))
  expect_equal(evaluate(of_folder, folder)$accuracy, mean(listed$.pred_class == listed$class))
  # Missing, empty and cut files.
  writeBin(raw(), paths[3])
  writeBin(readBin(paths[5], "raw", 80), paths[5])
  unlink(paths[8])
  expect_rdeep_error(deep_image(label ~ file, frame, epochs = 1, verbose = 0), "data", "3 of 24")
  frame$label[10] <- NA
  expect_warning(
    deep_image(label ~ file, frame, epochs = 1, on_bad = "drop", verbose = 0),
    "4 of 24 images were left out: row 3 \\(.*03.png.\\): the file is empty; row 5"
  )
  expect_rdeep_error(predict(model, frame), "data", "row 8 .*no such file")
  expect_warning(found <- predict(model, frame, on_bad = "drop"), "3 of 24 images")
  expect_equal(which(is.na(found$.pred_class)), c(3L, 5L, 8L))
})

test_that("arrays may lie in a column of a data frame", {
  data <- squares(24)
  frame <- data.frame(label = data$label)
  frame$image <- lapply(1:24, function(i) data$x[i, seq_len(8 + i %% 4), ])
  model <- deep_image(label ~ image, frame, epochs = 1, verbose = 0)
  expect_equal(nrow(predict(model, frame)), 24)
  frame$image[2] <- list(NULL)
  frame$image[[4]][1] <- NA
  expect_rdeep_error(predict(model, frame), "data", "row 2: it is missing; row 4: it has missing")
})

test_that("one brings layers of one's own, or a network that was trained before", {
  data <- squares(24)
  inputs <- keras_input(c(12, 12, 1))
  trained <- keras_model(inputs, inputs |> layer_conv_2d(4, 3, name = "seen"))
  before <- get_weights(trained)
  model <- deep_image(
    data$x, data$label,
    network = trained, epochs = 1, fine_tune_epochs = 2, verbose = 0
  )
  expect_equal(vapply(model$history, function(h) length(h$epoch), 0L), 1:2)
  expect_equal(get_weights(trained), before)
  for (own in list(list(layer_flatten()), function(x) layer_dense(layer_flatten(x), 3))) {
    model <- deep_image(data$x, data$label, network = own, epochs = 1, verbose = 0)
    expect_length(model$history, 1)
  }
})

test_that("a known network is given what its weights were trained on", {
  network <- application_mobilenet(weights = NULL, include_top = FALSE, alpha = 0.25)
  expect_equal(preprocess_for("auto", network), "tf")
  expect_equal(preprocess_for("none", network), "none")
  env <- model_env(network)
  env$application$mode <- "torch"
  expect_equal(preprocess_for("auto", network), "torch")
  expect_equal(preprocess_for("auto", NULL), "auto")
})

test_that("what cannot be used is said", {
  data <- squares(12)
  expect_error_snapshot(deep_image())
  expect_error_snapshot(deep_image(data$x))
  expect_error_snapshot(deep_image(data$x[1, , ], "a"))
  expect_error_snapshot(deep_image(data.frame(a = 1)))
  expect_error_snapshot(deep_image(data$x, rep("a", 12)))
  expect_error_snapshot(deep_image(data$x, data$label[-1]))
  expect_error_snapshot(deep_image(data$x, data$label, augment = image_augmentation(rotate = -1)))
  expect_error_snapshot(deep_image(data$x, data$label, augment = list(flop = 1)))
  expect_error_snapshot(deep_image(data$x, data$label, resize = "squash"))
  expect_error_snapshot(deep_image(data$x, data$label, epoch = 3))
  expect_error_snapshot(deep_image(-data$x, data$label))
  expect_error_snapshot(deep_image(label ~ a + b, data.frame(label = 1, a = 1, b = 1)))
  expect_error_snapshot(deep_image("nowhere", "a"))
})
