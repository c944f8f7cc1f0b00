# Models as layers, shared layers, parts of models.

x <- matrix(seq(-1, 1, length.out = 24), 6)

slow_on_tensorflow("an encoder and a decoder are trained in the autoencoder", {
  input <- layer_input(4, name = "image")
  encoder <- keras_model(input, layer_dense(input, 2), name = "encoder")
  code <- layer_input(2, name = "code")
  decoder <- keras_model(code, layer_dense(code, 4), name = "decoder")
  whole <- layer_input(4)
  both <- keras_model(whole, whole |> encoder() |> decoder(), name = "autoencoder")
  before <- get_weights(encoder)
  compile(both, "sgd", "mse")
  fit(both, x, x, epochs = 1, verbose = 0)
  expect_false(identical(before, get_weights(encoder)))
  chained <- predict(decoder, predict(encoder, x))
  expect_equal(chained, predict(both, x), tolerance = 1e-5)
})

test_that("parts of a model share its weights", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(3, name = "hidden") |>
    layer_dense(1)
  part <- keras_model(model$input, get_layer(model, "hidden")$output)
  compile(model, "sgd", "mse")
  fit(model, x, x[, 1], epochs = 1, verbose = 0)
  weights <- get_weights(model)
  expect_equal(predict(part, x), sweep(x %*% weights[[1]], 2, weights[[2]], "+"), tolerance = 1e-5)
  all <- keras_model(model$inputs, lapply(model$layers, function(layer) layer$output))
  expect_equal(lapply(unname(all(x)), dim), list(c(6L, 3L), c(6L, 1L)))
})

test_that("one layer serves several inputs, and a layer of a model serves another", {
  shared <- layer_dense(units = 2)
  a <- layer_input(4)
  b <- layer_input(4)
  model <- keras_model(list(a, b), layer_subtract(list(shared(a), shared(b))))
  expect_equal(count_params(model), 10)
  expect_equal(predict(model, list(x, x)), matrix(0, 6, 2))
  head <- get_layer(model, "dense")
  other <- keras_model(a, head(a))
  expect_equal(get_weights(other), get_weights(shared))
})

test_that("a sequential model is built by data, and shows its layers before", {
  model <- keras_model_sequential(layers = list(layer_dense(units = 2), layer_dense(units = 1)))
  expect_length(model$layers, 2)
  model$add(layer_dense(units = 3))
  model$pop()
  y <- model(x)
  expect_equal(dim(y), c(6L, 1L))
  expect_length(model$weights, 4)
  expect_length(model$trainable_weights, 4)
  expect_length(model$non_trainable_weights, 0)
})

test_that("symbolic tensors tell their shapes", {
  input <- layer_input(c(NA, 3))
  expect_identical(as.integer(input$shape), c(NA, NA, 3L))
  expect_identical(input$dtype, "float32")
  expect_identical(input$ndim, 3L)
  expect_error_snapshot(input$values)
})
