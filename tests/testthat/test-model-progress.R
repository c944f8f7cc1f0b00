# What a terminal shows is looked at in tests/bridge/test_terminal.py.

test_that("a bar takes the width that there is", {
  withr::local_options(cli.unicode = FALSE)
  parts <- c("ETA 3s", "loss: 0.5", "accuracy: 0.9")
  shown <- function(width) bar_line("Epoch 1/2", 0.45, parts, width)
  expect_equal(shown(90), "Epoch 1/2 =========-----------  45%  ETA 3s  loss: 0.5  accuracy: 0.9")
  expect_equal(shown(50), "Epoch 1/2 =========-----------  45%  ETA 3s")
  expect_equal(shown(29), "Epoch 1/2 ======--------  45%")
  expect_equal(shown(16), "Epoch 1/2  45%")
  expect_equal(shown(12), "Epoch 1/2")
  expect_equal(shown(5), "Epoch")
  expect_equal(bar_line("Epoch 1/2", NA, "12 steps", 40), "Epoch 1/2  12 steps")
  for (width in 0:100) expect_lte(nchar(shown(width)), width)
  withr::local_options(cli.unicode = TRUE)
  if (l10n_info()[["UTF-8"]]) expect_match(shown(90), "\u25a0{9}\u25a1{11}")
})

test_that("a long line is folded between its parts", {
  parts <- c("Epoch 1/2", "loss: 0.5", "accuracy: 0.9", "(1.0 s)")
  expect_equal(fold_parts(parts, 100), "Epoch 1/2  loss: 0.5  accuracy: 0.9  (1.0 s)")
  expect_equal(fold_parts(parts, 24), "Epoch 1/2  loss: 0.5\n  accuracy: 0.9  (1.0 s)")
  expect_equal(fold_parts(parts, 1), "Epoch 1/2\n  loss: 0.5\n  accuracy: 0.9\n  (1.0 s)")
})

test_that("the time that is left is short", {
  expect_equal(time_left(2.1), "ETA 3s")
  expect_equal(time_left(125), "ETA 2m05s")
  expect_equal(time_left(7260), "ETA 2h01m")
})

test_that("the first epoch's time is its own, and a bar leaves nothing behind", {
  withr::local_options(cli.progress_show_after = 0, cli.dynamic = TRUE)
  model <- classifier("torch")
  slow <- callback_lambda(on_train_batch_end = function(batch, logs) Sys.sleep(0.05))
  progress <- new_progress(1L)
  progress$redraws <- TRUE
  event <- list(epoch = 0L, epochs = 2L, batch = 3L, batches = 5L, logs = list(loss = 0.5))
  shown <- capture.output({
    show_bar(progress, event)
    beside_bar(progress, cat("between\n"))
    hide_bar(progress)
  })
  expect_match(shown[1], "\rEpoch 1/2 .*60%.*loss: 0.5.*\r *\rbetween$")
  expect_match(shown[2], "^\rEpoch 1/2 .*60%.*\r *\r$")
  lines <- capture.output(
    fit(model, iris_x, iris_y, batch_size = 50, verbose = 2, callbacks = slow)
  )
  seconds <- as.numeric(sub(".*\\((.*) s\\)$", "\\1", lines[1]))
  expect_gte(seconds, 0.1)
})

test_that("an R Markdown document holds no bar", {
  skip_if_not_installed("knitr")
  withr::local_options(cli.progress_show_after = 0, cli.dynamic = TRUE)
  text <- c(
    "```{r}", "library(rdeep)",
    "model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)",
    "compile(model, loss = 'mse')",
    "for (level in list('auto', 1, 2)) {",
    "  fit(model, iris_x, iris_y, batch_size = 1, verbose = level)", "}", "```"
  )
  out <- knitr::knit(text = text, quiet = TRUE, envir = environment())
  lines <- grep("^## ", strsplit(out, "\n")[[1]], value = TRUE)
  expect_length(lines, 3)
  expect_match(lines, "^## Epoch 1/1  loss: [0-9.]+  \\([0-9.]+ s\\)$")
})
