history <- function(...) {
  set_random_seed(1)
  fit_quietly(classifier(), iris_x[taking_turns, ], iris_y[taking_turns], ...)
}

test_that("a history becomes a data frame of epochs, values and metrics", {
  data <- as.data.frame(history(epochs = 3, validation_split = 0.2))
  expect_named(data, c("epoch", "value", "metric", "data"))
  expect_equal(nrow(data), 12)
  expect_type(data$epoch, "integer")
  expect_equal(sort(unique(data$epoch)), 1:3)
  expect_type(data$value, "double")
  expect_equal(levels(data$metric), c("loss", "accuracy"))
  expect_equal(levels(data$data), c("training", "validation"))
})

test_that("without validation there is training data only", {
  data <- as.data.frame(history(epochs = 2))
  expect_true(all(data$data == "training"))
})

test_that("a history has metrics, params and epochs", {
  h <- history(epochs = 2)
  expect_named(h$metrics, c("loss", "accuracy"))
  expect_equal(h$epoch, 1:2)
  expect_true("epochs" %in% names(h$params))
})

test_that("printing shows the last epoch", {
  h <- history(epochs = 2)
  expect_output(print(h), "Trained for 2 epochs")
  expect_output(print(h), "loss: ")
  expect_output(print(history()), "Trained for 1 epoch;")
})

test_that("plotting gives a ggplot without a warning", {
  skip_if_not_installed("ggplot2")
  path <- withr::local_tempfile(fileext = ".png")
  for (h in list(history(epochs = 3, validation_split = 0.2), history(), history(epochs = 2))) {
    drawing <- plot(h)
    expect_s3_class(drawing, "ggplot")
    expect_no_warning_at_all(
      suppressMessages(ggplot2::ggsave(path, drawing, width = 4, height = 4))
    )
    expect_s3_class(ggplot2::autoplot(h), "ggplot")
  }
  one <- plot(history(epochs = 2), metrics = "accuracy")
  expect_equal(unique(as.character(one$data$metric)), "accuracy")
})

test_that("metrics measured in some epochs only are plotted without a warning", {
  skip_if_not_installed("ggplot2")
  h <- history(epochs = 4, validation_split = 0.2, validation_freq = 2)
  path <- withr::local_tempfile(fileext = ".png")
  expect_no_warning_at_all(ggplot2::ggsave(path, plot(h), width = 4, height = 4))
})

test_that("base graphics draw where ggplot2 is missing", {
  data <- as.data.frame(history(epochs = 2, validation_split = 0.2))
  path <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(path)
  withr::defer(grDevices::dev.off())
  expect_no_warning_at_all(history_base(data))
})

test_that("base graphics draw when asked to", {
  h <- history(epochs = 2)
  grDevices::pdf(withr::local_tempfile(fileext = ".pdf"))
  withr::defer(grDevices::dev.off())
  expect_identical(plot(h, method = "base", metrics = "loss"), h)
})

test_that("panels come in the order asked for, one for each metric", {
  skip_if_not_installed("ggplot2")
  h <- history(epochs = 2, validation_split = 0.2)
  expect_equal(levels(plot(h)$data$metric), c("loss", "accuracy"))
  expect_equal(levels(plot(h, metrics = c("accuracy", "loss"))$data$metric), c("accuracy", "loss"))
  panels <- ggplot2::ggplot_build(plot(h))$layout$layout
  expect_equal(nrow(panels), 2)
})

test_that("a smooth curve is added when there are epochs enough for it", {
  skip_if_not_installed("ggplot2")
  smooths <- function(drawing) {
    sum(vapply(drawing$layers, function(layer) inherits(layer$geom, "GeomSmooth"), NA))
  }
  long <- history(epochs = 10, validation_split = 0.2)
  expect_equal(smooths(plot(long)), 0)
  drawing <- plot(long, smooth = TRUE, theme_bw = TRUE)
  expect_equal(smooths(drawing), 1)
  path <- withr::local_tempfile(fileext = ".png")
  expect_no_warning_at_all(ggplot2::ggsave(path, drawing, width = 4, height = 4))
  expect_equal(smooths(plot(history(epochs = 9), smooth = TRUE)), 0)
  # Validation in every second epoch has five points only.
  sparse <- history(epochs = 10, validation_split = 0.2, validation_freq = 2)
  expect_equal(smooths(plot(sparse, smooth = TRUE)), 0)
})

test_that("keras3's options for histories are heeded", {
  skip_if_not_installed("ggplot2")
  withr::local_options(keras.plot.history.smooth = TRUE)
  drawing <- plot(history(epochs = 10))
  expect_true(any(vapply(drawing$layers, function(l) inherits(l$geom, "GeomSmooth"), NA)))
})

test_that("tidy() gives a tibble of what was measured", {
  skip_if_not_installed("tibble")
  h <- history(epochs = 4, validation_split = 0.2, validation_freq = 2)
  table <- generics::tidy(h)
  expect_s3_class(table, "tbl_df")
  expect_named(table, c("epoch", "metric", "value", "data"))
  expect_equal(nrow(table), 2 * 4 + 2 * 2)
  expect_false(anyNA(table))
  loss <- table$value[table$metric == "loss" & table$data == "training"]
  expect_equal(loss, h$metrics$loss)
})

test_that("what plot() cannot draw is refused", {
  h <- history(epochs = 2)
  expect_error_snapshot(plot(h, metrics = "acuracy"))
  expect_error_snapshot(plot(h, metrics = 1:2))
  expect_error_snapshot(plot(h, method = "ggplot"))
  expect_error_snapshot(plot(h, smooth = "yes"))
  expect_error_snapshot(plot(h, smoothed = TRUE))
  none <- h
  none$epoch <- integer()
  none$metrics <- list()
  expect_error_snapshot(plot(none))
  expect_equal(nrow(as.data.frame(none)), 0)
})

test_that("a model keeps its history", {
  model <- classifier()
  expect_null(model$history)
  h <- fit_quietly(model, epochs = 2)
  expect_equal(model$history$metrics$loss, h$metrics$loss)
})
