two_classes <- function(n = 400) {
  withr::local_seed(1)
  data <- data.frame(z = stats::rnorm(n), group = factor(sample(c("u", "v", "w"), n, TRUE)))
  data$y <- factor(ifelse(stats::runif(n) < stats::plogis(2 * data$z), "yes", "no"))
  data
}

verdict_of <- function(found, check) found$verdicts$verdict[found$verdicts$check == check]

test_that("a model that is right is fine, and one that fails somewhere is found", {
  skip_if_no_backend("torch")
  data <- two_classes(1000)
  model <- glm(y ~ z, stats::binomial(), data[1:500, ])
  set.seed(1)
  found <- check_model(model, data[501:1000, ], slices = c("group", "z"), reference = data[1:500, ])
  expect_identical(
    found$verdicts$check, c("scores", "slices", "calibration", "drift", "robustness")
  )
  expect_identical(verdict_of(found, "calibration"), "fine")
  expect_identical(verdict_of(found, "drift"), "fine")
  expect_s3_class(tidy(found, "slices"), "tbl_df")
  expect_identical(sum(tidy(found, "slices")$n[1:3]), 500L)
  expect_named(tidy(found), c("check", "verdict", "said"))
  expect_output(print(found), "Check of a model on 500 rows\n\nscores +fine")
  expect_output(print(summary(found)), "robustness\n +kind")

  failing <- function(new) {
    p <- stats::predict(model, new, type = "response")
    p <- ifelse(new$group == "v", 1 - p, p)
    cbind(no = 1 - p, yes = p)
  }
  shifted <- transform(data[501:1000, ], z = z - 1)
  worse <- check_model(failing, shifted, "y", slices = "group", reference = data[1:500, ])
  expect_identical(verdict_of(worse, "slices"), "problem")
  slices <- tidy(worse, "slices")
  expect_identical(slices$slice[slices$verdict == "problem"], "v")
  drift <- tidy(worse, "drift")
  expect_identical(drift$verdict[drift$column == "z"], "problem")
})

test_that("few rows are said to be few", {
  skip_if_no_backend("torch")
  data <- two_classes(20)
  model <- suppressWarnings(glm(y ~ z, stats::binomial(), data))
  found <- check_model(model, data, slices = "group")
  expect_identical(verdict_of(found, "scores"), "unsure")
  expect_identical(verdict_of(found, "slices"), "unsure")
  one <- check_model(model, data[1, ])
  expect_identical(verdict_of(one, "scores"), "unsure")
})

test_that("numbers and their intervals are checked", {
  skip_if_no_backend("torch")
  set.seed(1)
  data <- data.frame(a = stats::rnorm(300), b = stats::rnorm(300))
  data$y <- 2 * data$a + stats::rnorm(300)
  found <- check_model(lm(y ~ a + b, data[1:150, ]), data[151:300, ])
  expect_identical(found$tables$scores$metric, c("rmse", "mae", "r_squared", "bias"))
  robust <- tidy(found, "robustness")
  expect_identical(robust$verdict[robust$what == "a"], "problem")
  expect_lt(abs(robust$loss[robust$what == "b"]), 0.1)
  biased <- check_model(function(new) 0.5 * new$a, data, "y")
  expect_identical(verdict_of(biased, "calibration"), "problem")
  own <- deep_tabular(y ~ ., data, hidden_units = 0, backend = "torch", verbose = 0)
  covered <- check_model(own, data, noise = NULL)
  expect_identical(covered$verdicts$check, c("scores", "calibration"))
  expect_gt(covered$tables$scores$estimate[covered$tables$scores$metric == "coverage_95"], 0.9)
})

test_that("images and networks are checked", {
  skip_if_no_backend("torch")
  set.seed(1)
  side <- factor(sample(c("left", "right"), 60, TRUE))
  x <- array(stats::runif(60 * 8 * 8, 0, 100), c(60, 8, 8))
  x[side == "left", , 1:4] <- 200
  model <- deep_image(x, side, epochs = 2, verbose = 0, backend = "torch")
  found <- check_model(model, x, side, slices = list(part = rep(c("a", "b"), 30)), noise = 0.1)
  expect_identical(tidy(found, "robustness")$what, c("values", "brighter", "darker"))
  timed <- benchmark_model(model, x, 16, engines = c("torch", "numpy"), calls = 5, seconds = 0.1)
  expect_identical(timed$engine, c("torch", "numpy"))
  expect_gt(timed$parameters[1], 100)
})

test_that("what was found is drawn", {
  skip_if_no_backend("torch")
  skip_if_not_installed("ggplot2")
  data <- two_classes(200)
  model <- glm(y ~ z, stats::binomial(), data)
  found <- check_model(model, data, slices = "group", reference = data)
  for (picture in list(plot(found), plot(found, "scores"), ggplot2::autoplot(found))) {
    expect_s3_class(ggplot2::ggplot_build(picture), "ggplot_built")
  }
})

test_that("of many columns the worst are drawn", {
  skip_if_not_installed("ggplot2")
  set.seed(1)
  data <- as.data.frame(matrix(rnorm(60 * 45), 60))
  model <- function(newdata) newdata$V1
  found <- check_model(model, data, data$V1 + rnorm(60, sd = 0.1), reference = data)
  drawn <- plot(found)$data
  expect_lte(max(table(drawn$panel)), 14)
  expect_match(levels(drawn$panel), "14 of 45", all = FALSE)
  expect_true("V1 permuted" %in% drawn$item)
  expect_equal(nrow(plot(found, "drift")$data), 40)
})

test_that("predictions are timed", {
  skip_if_no_backend("torch")
  line <- lm(mpg ~ wt, mtcars)
  found <- benchmark_model(line, mtcars, c(1, 50), calls = 6, seconds = 0.1)
  expect_identical(found$batch_size, c(1L, 50L))
  expect_true(all(found$p50 > 0 & found$p50 <= found$p95 & found$p95 <= found$p99))
  expect_true(all(is.na(found$parameters)) && all(found$file_size > 100))
  expect_output(print(found), "rows/s")
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::ggplot_build(plot(found)), "ggplot_built")
})

test_that("what cannot be checked is said", {
  skip_if_no_backend("torch")
  line <- lm(mpg ~ wt, mtcars)
  named <- glm(factor(am) ~ wt, stats::binomial(), mtcars)
  expect_error_snapshot(check_model(line))
  expect_error_snapshot(check_model(line, mtcars[0, ]))
  expect_error_snapshot(check_model(line, mtcars["wt"]))
  expect_error_snapshot(check_model(line, mtcars, "mgp"))
  expect_error_snapshot(check_model(line, mtcars, 1:3))
  expect_error_snapshot(check_model(line, mtcars, rep("a", 32)))
  expect_error_snapshot(check_model(named, mtcars, rep("2", 32)))
  expect_error_snapshot(check_model(function(new) new$wt, mtcars))
  expect_error_snapshot(check_model(line, mtcars, slices = "ma"))
  expect_error_snapshot(check_model(line, mtcars, slices = list(a = 1)))
  expect_error_snapshot(check_model(line, mtcars, reference = 5))
  expect_error_snapshot(check_model(line, mtcars, noise = 0))
  gaps <- transform(mtcars, wt = ifelse(wt > 5, NA, wt))
  expect_error_snapshot(check_model(line, gaps))
  expect_error_snapshot(check_model(line, transform(mtcars, mpg = NA_real_)))
  expect_error_snapshot(check_model("a", mtcars, "mpg"))
  expect_error_snapshot(tidy(check_model(line, mtcars, noise = NULL), "drift"))
  expect_error_snapshot(benchmark_model(line))
  expect_error_snapshot(benchmark_model(line, mtcars, 0))
  expect_error_snapshot(benchmark_model(line, mtcars, engines = "torch"))
})
