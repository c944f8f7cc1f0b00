days <- function(n = 60) {
  withr::local_seed(1)
  data <- data.frame(
    note = sprintf("%s day, number %d", rep_len(c("a fine", "a grey"), n), seq_len(n)),
    warmth = stats::rnorm(n),
    season = factor(rep_len(c("summer", "winter"), n), levels = c("summer", "winter", "never"))
  )
  data$wind <- lapply(seq_len(n), function(i) stats::rnorm(5 + i %% 4))
  data$photo <- lapply(seq_len(n), function(i) matrix(stats::runif(64), 8, 8) * (1 + i %% 2) / 2)
  data$out <- factor(ifelse(grepl("fine", data$note) == (data$warmth > 0), "yes", "no"))
  data
}

fitted_days <- function(formula = out ~ ., data = days(), ..., epochs = 2) {
  suppressMessages(
    deep_multimodal(formula, data, epochs = epochs, verbose = 0, ...),
    classes = "rdeep_message"
  )
}

for_each_backend("rows of several kinds are predicted in tibbles, in order", {
  set.seed(1)
  data <- days()
  data$note[3] <- NA
  data$wind[4] <- list(NULL)
  data$warmth[5] <- NA
  model <- fitted_days(data = data, backend = backend)
  prob <- predict(model, data, type = "prob")
  expect_named(prob, c(".pred_no", ".pred_yes"))
  expect_equal(rowSums(prob), rep(1, 60))
  class <- predict(model, tibble::as_tibble(data[1:3, ]))$.pred_class
  expect_identical(as.character(class), c("no", "yes")[max.col(as.matrix(prob[1:3, ]))])
  expect_output(print(model), "Model of several kinds of data for 2 classes \\(no, yes\\)")
  expect_output(print(model), "Images: photo (8 x 8, grey)\nNumbers: warmth", fixed = TRUE)
  expect_identical(nobs(model), 60L)
  found <- augment(model, data[c(2, 9), ])
  expect_named(found, c(names(data), ".pred_class", names(prob)))
  expect_equal(as.data.frame(found[names(prob)]), as.data.frame(prob[c(2, 9), ]), tolerance = 1e-5)
  expect_named(evaluate(model, data), c("accuracy", "log_loss"))
  expect_named(tidy(model), c("term", "columns", "estimate", "std.error", "without"))
  expect_identical(tidy(model)$columns, c("note", "wind", "photo", "warmth, season"))
  expect_identical(nrow(tidy(model, data[1:9, ])), 4L)
  # Another session, by R's own file and by ours.
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), data, type = "prob"), prob)
  ours <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, ours)
  again <- load_model(ours, backend = "numpy")
  expect_equal(predict(again, data, type = "prob"), prob, tolerance = 1e-4)
  expect_s3_class(as_network(model), "rdeep_model")
})

test_that("columns are recognised, and said otherwise", {
  skip_if_no_backend("torch")
  data <- days()
  data$raw <- lapply(1:60, function(i) array(as.raw(i), c(9, 8, 3)))
  data$table <- matrix(seq_len(240) / 7, 60)
  data$rain <- data$warmth > 0
  kinds <- c(season = "text", photo = "series")
  model <- fitted_days(data = data, modalities = kinds, epochs = 1, backend = "torch")
  expect_identical(model$facts$modalities, c(
    "Texts: note (66 words known)",
    "Texts: season (2 words known)",
    "Series: wind (up to 8 steps)",
    "Series: photo (up to 8 steps, 8 channels)",
    "Images: raw (9 x 8, colour)",
    "Series: table (up to 4 steps)",
    "Numbers: warmth",
    "Categories: rain (2)"
  ))
  expect_message(
    expect_message(
      deep_multimodal(
        out ~ photo + season,
        transform(data, season = replace(season, 1, NA)),
        epochs = 1, verbose = 0, backend = "torch"
      ),
      "'photo' holds matrices (8 x 8), which are taken as images; they could be series",
      fixed = TRUE
    ),
    "Of 60 rows some lack values, which training takes as missing: numbers and categories (1)",
    fixed = TRUE
  )
  model <- fitted_days(out ~ . - photo - wind, days(), epochs = 1, backend = "torch")
  expect_identical(model$facts$columns, c("note", "warmth", "season"))
})

test_that("x and y, a formula, and a pipe say the same", {
  skip_if_no_backend("torch")
  data <- days()[c("note", "warmth", "out")]
  fits <- list(
    function() deep_multimodal(data[1:2], data$out, epochs = 1, verbose = 0, backend = "torch"),
    function() deep_multimodal(data, out ~ ., epochs = 1, verbose = 0, backend = "torch"),
    function() fitted_days(out ~ note + warmth, data, epochs = 1, backend = "torch")
  )
  found <- lapply(fits, function(fit) {
    set.seed(2)
    predict(fit(), data[1:2, ], type = "prob")
  })
  for (each in found[-1]) expect_equal(each, found[[1]])
})

test_that("numbers have intervals and residuals, and modalities are drawn", {
  skip_if_no_backend("torch")
  set.seed(1)
  data <- days()[c("note", "warmth", "wind")]
  model <- fitted_days(warmth ~ ., data, validation = 0.3, backend = "torch")
  found <- predict(model, data, type = "interval", level = 0.8)
  expect_named(found, c(".pred", ".pred_lower", ".pred_upper"))
  expect_equal(augment(model, data)$.resid, data$warmth - found$.pred)
  expect_s3_class(plot(model), "ggplot")
  expect_s3_class(plot(model, what = "importance"), "ggplot")
  expect_output(print(summary(model)), "grows without a modality")
  expect_named(glance(model), c("nobs", "epochs", "rmse", "r_squared"))
})

test_that("columns may be absent if it is said, and values be missing", {
  skip_if_no_backend("torch")
  data <- days()
  model <- fitted_days(data = data, epochs = 1, backend = "torch")
  part <- data[1:2, c("note", "warmth")]
  expect_error_snapshot(predict(model, part))
  found <- predict(model, part, missing = "allow", type = "prob")
  gone <- data[1:2, ]
  gone$photo <- gone$wind <- list(NULL, NA)
  gone$season <- NA
  expect_equal(predict(model, gone, type = "prob"), found)
  expect_error_snapshot(predict(model, data.frame(nte = 1), missing = "allow"))
  gone[] <- NA
  expect_warning(predict(model, gone), "rows 1, 2 have no value in any column")
  expect_error_snapshot(predict(model, transform(data[1:2, ], warmth = "high")))
})

test_that("values that cannot be read are refused, left out or missing", {
  skip_if_no_backend("torch")
  data <- days()
  data$wind[[2]] <- c(1, Inf)
  data$note[3] <- "caf\xe9"
  data$out[4] <- NA
  expect_error_snapshot(fitted_days(out ~ wind, data, backend = "torch"))
  data$out[4] <- "no"
  expect_error_snapshot(fitted_days(out ~ wind, data, backend = "torch"))
  expect_warning(
    expect_warning(
      model <- fitted_days(data = data, on_bad = "drop", epochs = 1, backend = "torch"),
      "'note' was left out: row 3: it is not UTF-8"
    ),
    "'wind' was left out: row 2: it has infinite values"
  )
  expect_identical(nobs(model), 58L)
  found <- suppressWarnings(predict(model, data[1:4, ], type = "prob"))
  expect_identical(is.na(found$.pred_no), c(FALSE, TRUE, TRUE, FALSE))
  found <- suppressWarnings(predict(model, data[1:4, ], type = "prob", on_bad = "missing"))
  expect_false(anyNA(found))
})

test_that("what is no such data is refused", {
  skip_if_no_backend("torch")
  data <- days()
  fit <- function(formula = out ~ ., data = days(), ...) {
    fitted_days(formula, data, backend = "torch", ...)
  }
  expect_error_snapshot(fit(out ~ log(warmth)))
  expect_error_snapshot(fit(out ~ warmt))
  expect_error_snapshot(fit(~warmth))
  expect_error_snapshot(fit(modalities = c(warmth = "image")))
  expect_error_snapshot(fit(modalities = c(warmt = "number")))
  expect_error_snapshot(fit(modalities = c(warmth = "sound")))
  expect_error_snapshot(fit(modalities = "image"))
  expect_error_snapshot(fit(data = list(1)))
  expect_error_snapshot(deep_multimodal(data))
  data$day <- Sys.Date()
  expect_error_snapshot(fit(data = data))
  data$day <- rep(list(quote(a)), 60)
  expect_error_snapshot(fit(data = data))
  data$day <- NA
  expect_error_snapshot(fit(data = data))
  data$day <- 1
  expect_error_snapshot(fit(out ~ day, data))
  expect_error_snapshot(fit(epoch = 1))
})
