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
  base$layers[[2]]$trainable <- FALSE
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
