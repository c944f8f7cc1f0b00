# Noise with a bright square each, and the pixels of the squares.
squares_with_masks <- function(n = 40, side = 16) {
  x <- array(stats::runif(n * side^2, 0, 90), c(n, side, side))
  mask <- array(0L, dim(x))
  for (i in seq_len(n)) mask[i, sample(side - 7, 1) + 0:5, sample(side - 7, 1) + 0:5] <- 1L
  x[mask == 1] <- 220
  list(x = x, mask = mask)
}

fit_masks <- function(..., epochs = 25, filters = 4) {
  set.seed(1)
  data <- squares_with_masks()
  deep_segment(data$x, data$mask, ..., epochs = epochs, filters = filters, verbose = 0)
}

for_each_backend("masks are found, kept and scored", {
  model <- fit_masks(levels = c("ground", "square"))
  expect_s3_class(model, c("deep_segment", "rdeep_ready", "rdeep_fit"), exact = TRUE)
  data <- squares_with_masks(10)
  found <- predict(model, data$x)
  expect_named(found, ".pred_mask")
  expect_equal(dim(found$.pred_mask[[1]]), c(16, 16))
  scores <- evaluate(model, data$x, data$mask)
  expect_gt(scores$iou, 0.7)
  right <- mapply(function(i) mean(found$.pred_mask[[i]] == data$mask[i, , ]), 1:10)
  expect_equal(scores$accuracy, mean(right))
  prob <- predict(model, data$x[1:2, , ], type = "prob")$.pred
  expect_equal(dimnames(prob[[1]])[[3]], c("ground", "square"))
  expect_equal(prob[[2]][, , 1] + prob[[2]][, , 2], matrix(1, 16, 16), tolerance = 1e-5)
  expect_equal(tidy(model)$class, factor(c("ground", "square"), c("ground", "square")))
  expect_named(glance(model), c("nobs", "epochs", "iou", "dice", "accuracy"))
  path <- withr::local_tempfile()
  saveRDS(model, path)
  again <- readRDS(path)
  expect_equal(predict(again, data$x[1:2, , ], type = "prob")$.pred, prob, tolerance = 1e-4)
  expect_output(print(again), "Segmentation model of 2 classes")
})

test_that("columns of a data frame, sizes of their own, pictures", {
  set.seed(2)
  data <- squares_with_masks(12)
  part <- function(x) lapply(1:12, function(i) if (i > 8) x[i, 1:13, 1:11] else x[i, , ])
  frame <- tibble::tibble(image = part(data$x), mask = part(data$mask))
  model <- deep_segment(mask ~ image, frame, epochs = 2, filters = 2, verbose = 0)
  found <- augment(model, frame)
  expect_named(found, c("image", "mask", ".pred_mask"))
  expect_equal(lapply(found$.pred_mask, dim), lapply(frame$mask, dim))
  expect_equal(names(evaluate(model, frame)), c("iou", "dice", "accuracy"))
  skip_if_not_installed("ggplot2")
  expect_s3_class(plot(model), "ggplot")
  drawn <- ggplot2::ggplot_build(plot(model, frame[c(1, 12), ]))
  expect_equal(nrow(drawn$data[[1]]), 16 * 16 + 13 * 11)
})

test_that("what cannot be used is named", {
  data <- squares_with_masks(6)
  fit <- function(x = data$x, y = data$mask, ...) {
    deep_segment(x, y, ..., epochs = 1, filters = 2, verbose = 0)
  }
  wrong <- lapply(1:6, function(i) data$mask[i, , ])
  wrong[[3]] <- wrong[[3]][1:5, ]
  expect_error_snapshot(fit(y = wrong))
  expect_error_snapshot(fit(y = data$mask[1:4, , ]))
  expect_error_snapshot(fit(y = data$mask * 0L))
  expect_error_snapshot(fit(y = data$mask + 0.5))
  expect_error_snapshot(fit(levels = c("a", "b", "c")))
  expect_error_snapshot(fit(augment = image_augmentation(mixup = 0.2)))
  expect_error_snapshot(deep_segment(data$x))
  expect_error_snapshot(deep_segment(data.frame(a = 1)))
  expect_error_snapshot(fit(filter = 3))
  expect_conditions_snapshot(model <- fit(y = wrong, on_bad = "drop"))
  expect_equal(nobs(model), 5)
  expect_error_snapshot(predict(model, data$x, type = "mask"))
})
