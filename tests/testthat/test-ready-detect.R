# Dark images with a bright bar that lies or stands, and their boxes.
bars <- function(n = 48, side = 32) {
  class <- rep_len(c("standing", "lying"), n)
  high <- ifelse(class == "lying", 6, 14)
  wide <- ifelse(class == "lying", 14, 6)
  boxes <- data.frame(
    image = seq_len(n), class = factor(class, levels = c("standing", "lying")),
    xmin = floor(stats::runif(n, 0, side - wide)), ymin = floor(stats::runif(n, 0, side - high))
  )
  boxes$xmax <- boxes$xmin + wide
  boxes$ymax <- boxes$ymin + high
  x <- array(stats::runif(n * side^2, 0, 40), c(n, side, side))
  for (i in seq_len(n)) {
    x[i, boxes$ymin[i] + seq_len(high[i]), boxes$xmin[i] + seq_len(wide[i])] <- 220
  }
  list(x = x, boxes = boxes)
}

fit_bars <- function(..., epochs = 20, filters = 6) {
  set.seed(1)
  data <- bars()
  deep_detect(data$x, data$boxes, epochs = epochs, filters = filters, ..., verbose = 0)
}

for_each_backend("boxes are fitted, found and scored", {
  model <- fit_bars()
  expect_s3_class(model, c("deep_detect", "rdeep_ready", "rdeep_fit"), exact = TRUE)
  data <- bars(12)
  found <- predict(model, data$x, threshold = 0.2)
  expect_named(found, c("image", ".pred_class", ".score", "xmin", "ymin", "xmax", "ymax"))
  expect_equal(levels(found$.pred_class), c("standing", "lying"))
  expect_true(all(found$xmax <= 32 & found$image %in% 1:12))
  scores <- evaluate(model, data$x, data$boxes)
  expect_named(scores, c("map", "map_50"))
  expect_gt(scores$map_50, 0.8)
  expect_named(glance(model), c("nobs", "epochs", "map", "map_50"))
  path <- withr::local_tempfile()
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), data$x, threshold = 0.2), found, tolerance = 1e-4)
})

test_that("a detector prints what it is, scores classes and draws boxes", {
  model <- fit_bars(epochs = 2)
  data <- bars(6)
  expect_output(print(model), "Detection model of 2 classes \\(standing, lying\\)")
  expect_output(print(model), "Boxes: 48")
  expect_equal(as.character(tidy(model)$class), c("standing", "lying"))
  by_class <- evaluate(model, data$x, data$boxes, by_class = TRUE)
  expect_named(by_class, c("class", "ap", "ap_50"))
  some <- augment(model, data$x, threshold = 0)
  expect_equal(dim(some), c(6, 2))
  expect_named(some$.pred_boxes[[1]], c(".pred_class", ".score", "xmin", "ymin", "xmax", "ymax"))
  middle <- predict(model, data$x, threshold = 0, most = 1, box_format = "rel_center_xywh")
  expect_equal(middle$image, 1:6)
  expect_true(all(middle$cx >= 0 & middle$cx <= 1))
  expect_s3_class(as_network(model), "rdeep_model")
  skip_if_not_installed("ggplot2")
  pictures <- list(
    plot(model), plot(model, data$x, data$boxes, threshold = 0), plot(model, data$x, threshold = 1)
  )
  for (picture in pictures) expect_s3_class(ggplot2::ggplot_build(picture)$plot, "ggplot")
})

test_that("boxes may be columns of lists, have names, or be written in other ways", {
  data <- bars(16)
  sides <- data.frame(
    file = paste0("bar", 1:16), label = data$boxes$class, x = data$boxes$xmin, y = data$boxes$ymin,
    w = data$boxes$xmax - data$boxes$xmin, h = data$boxes$ymax - data$boxes$ymin
  )
  images <- stats::setNames(lapply(1:16, function(i) data$x[i, , ]), sides$file)
  set.seed(2)
  plain <- deep_detect(data$x, data$boxes, filters = 2, epochs = 1, verbose = 0)
  set.seed(2)
  named <- deep_detect(images, sides, filters = 2, epochs = 1, verbose = 0)
  found <- predict(named, images, threshold = 0, most = 1)
  expect_equal(found$image, sides$file)
  frame <- data.frame(id = 1:16)
  frame$image <- unname(images)
  frame$boxes <- lapply(1:16, function(i) data$boxes[i, -1])
  set.seed(2)
  listed <- deep_detect(boxes ~ image, frame, filters = 2, epochs = 1, verbose = 0)
  for (other in list(named, listed)) {
    again <- predict(other, data$x, threshold = 0, most = 1)
    expect_equal(again, predict(plain, data$x, threshold = 0, most = 1), tolerance = 1e-4)
  }
  expect_equal(evaluate(listed, frame), evaluate(plain, data$x, data$boxes), tolerance = 1e-3)
  skip_if_not_installed("ggplot2")
  drawn <- plot(listed, frame[1:2, ], threshold = 0)
  corners <- plot(plain, data$x[1:2, , ], data$boxes, threshold = 0)
  expect_equal(
    ggplot2::layer_data(drawn, 2)$xmin, ggplot2::layer_data(corners, 2)$xmin
  )
  expect_equal(ggplot2::layer_data(corners, 2)$xmin, data$boxes$xmin[1:2] + 0.5)
})

test_that("boxes that cannot be used are named, or left out and counted", {
  data <- bars(12)
  fit <- function(boxes, ..., x = data$x) {
    deep_detect(x, boxes, ..., filters = 2, epochs = 1, verbose = 0)
  }
  changed <- function(column, value, row = 3) {
    boxes <- data$boxes
    boxes[[column]][row] <- value
    boxes
  }
  expect_rdeep_error(fit(changed("xmax", 0)), "data", "1 of 12 boxes.*row 3: it is inverted")
  expect_rdeep_error(fit(changed("ymin", NA)), "data", "row 3: it has missing")
  expect_rdeep_error(fit(changed("class", NA)), "data", "row 3: its class is missing")
  expect_rdeep_error(fit(changed("image", 40)), "data", "row 3: there is no image of row 40")
  expect_rdeep_error(fit(data$boxes[-1]), "data", "no column 'image'")
  expect_rdeep_error(fit(data$boxes[-6]), "data", "'xmin', 'ymin', 'xmax' and 'ymax'")
  expect_rdeep_error(fit(NULL), "data", "'boxes' must be a data frame")
  expect_rdeep_error(fit(data$boxes[0, ]), "data", "no box in any")
  expect_rdeep_error(deep_detect(data$boxes), "data", "which columns")
  expect_warning(
    model <- fit(changed("xmax", 0), on_bad = "drop"), "1 of 12 boxes was left out: row 3",
    class = "rdeep_warning"
  )
  expect_output(print(model), "Boxes: 11")
  own <- lapply(1:12, function(i) data$boxes[i, -1])
  own[[5]]$xmax <- 0
  own[[7]] <- NA
  expect_rdeep_error(fit(own), "data", "'image 5'.*: it is inverted")
  expect_warning(fit(own[-5], x = data$x[-5, , ]), NA)
})
