# What training may change.

x <- matrix(seq(-1, 1, length.out = 24), 6)

transferred <- function(training = NULL) {
  base <- keras_model_sequential(input_shape = 4) |>
    layer_dense(3, name = "first") |>
    layer_batch_normalization(name = "normal") |>
    layer_dense(2, name = "last")
  input <- layer_input(4)
  list(base = base, model = keras_model(input, layer_dense(base(input, training = training), 1)))
}

moved <- function(model, base) {
  before <- get_weights(base)
  compile(model, "sgd", "mse")
  fit(model, x, x[, 1], epochs = 1, verbose = 0)
  mapply(function(a, b) any(a != b), before, get_weights(base))
}

for_each_backend("frozen layers stay, and unfrozen ones move again", {
  parts <- transferred()
  freeze_weights(parts$base)
  expect_false(any(moved(parts$model, parts$base)))
  unfreeze_weights(parts$base, from = "last")
  expect_equal(moved(parts$model, parts$base), rep(c(FALSE, TRUE), c(6, 2)))
  parts$base$trainable <- TRUE
  expect_true(all(moved(parts$model, parts$base)))
})

for_each_backend("a base that never acts as in training keeps its moving statistics", {
  parts <- transferred(training = FALSE)
  expect_equal(moved(parts$model, parts$base), c(TRUE, TRUE, TRUE, TRUE, FALSE, FALSE, TRUE, TRUE))
})

test_that("layers are frozen one by one", {
  base <- transferred()$base
  base$layers[[1]]$trainable <- FALSE
  expect_false(get_layer(base, "first")$trainable)
  for (layer in base$layers) layer$trainable <- TRUE
  expect_true(get_layer(base, "first")$trainable)
  freeze_weights(base, which = c("first", "last"))
  expect_equal(length(base$trainable_weights), 2)
  unfreeze_weights(base)
  freeze_weights(base, which = function(layer) startsWith(layer$name, "n"))
  expect_equal(length(base$trainable_weights), 4)
  unfreeze_weights(base)
  freeze_weights(base, to = "normal")
  expect_equal(length(base$trainable_weights), 2)
  layer <- layer_dense(units = 2)
  freeze_weights(layer)
  expect_false(layer$trainable)
})

test_that("mistakes are explained", {
  base <- transferred()$base
  expect_error_snapshot(freeze_weights(base, from = "lost"))
  expect_error_snapshot(freeze_weights(base, which = 9))
  expect_error_snapshot(freeze_weights(1))
})

test_that("what a range leaves out becomes the opposite", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(3, name = "a") |>
    layer_dense(3, name = "b") |>
    layer_dense(1, name = "c")
  flags <- function() vapply(model$layers, function(layer) layer$trainable, NA)
  freeze_weights(model, to = "b")
  expect_equal(flags(), c(a = FALSE, b = FALSE, c = TRUE))
  freeze_weights(model, from = "b", to = "b")
  expect_equal(flags(), c(a = TRUE, b = FALSE, c = TRUE))
  freeze_weights(model, from = -1)
  expect_equal(flags(), c(a = TRUE, b = TRUE, c = FALSE))
  unfreeze_weights(model, to = 1)
  expect_equal(flags(), c(a = TRUE, b = FALSE, c = FALSE))
  freeze_weights(model, which = "a")
  expect_equal(flags(), c(a = FALSE, b = TRUE, c = TRUE))
  freeze_weights(model)
  expect_false(any(flags()))
  unfreeze_weights(model)
  expect_true(all(flags()))
  expect_error_snapshot(freeze_weights(model, which = "a", to = 2))
  freeze_weights(model, which = c(TRUE, FALSE, TRUE))
  expect_equal(flags(), c(a = FALSE, b = TRUE, c = FALSE))
  freeze_weights(model, which = list(get_layer(model, "b"), "a", -1))
  expect_false(any(flags()))
  freeze_weights(model, which = get_layer(model, "b"))
  expect_equal(flags(), c(a = TRUE, b = FALSE, c = TRUE))
  expect_error_snapshot(freeze_weights(model, which = c(TRUE, FALSE)))
  expect_error_snapshot(freeze_weights(model, which = 1.5))
  expect_error_snapshot(freeze_weights(model, from = "c", to = 2))
  expect_error_snapshot(freeze_weights(get_layer(model, "a"), to = 2))
  # What was refused has changed nothing.
  expect_equal(flags(), c(a = TRUE, b = FALSE, c = TRUE))
})

for_each_backend("what is frozen after compile() is said, and trained until the next", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(3, name = "a") |>
    layer_dense(1, name = "b")
  compile(model, "sgd", "mse")
  freeze_weights(model, to = "a")
  before <- get_weights(model)
  expect_warning(
    fit(model, x, x[, 1], epochs = 1, verbose = 0), "Layer 'a' was frozen after compile"
  )
  expect_false(identical(before[[1]], get_weights(model)[[1]]))
  compile(model, "sgd", "mse")
  before <- get_weights(model)
  fit(model, x, x[, 1], epochs = 1, verbose = 0)
  expect_identical(before[1:2], get_weights(model)[1:2])
  freeze_weights(model)
  expect_warning(compile(model, "sgd", "mse"), "nothing to train")
})
