start <- function() get_weights(keras_model_sequential(input_shape = 4) |> layer_dense(3))

test_that("the same seed gives the same weights and the same training", {
  for (backend in backends) {
    skip_if_no_backend(backend)
    run <- function() {
      set_random_seed(7)
      model <- classifier(backend)
      history <- fit_quietly(model, epochs = 2)
      list(history$metrics, get_weights(model))
    }
    expect_equal(run(), run())
  }
})

test_that("set_random_seed() governs whatever R draws afterwards", {
  set_random_seed(7)
  a <- start()
  b <- start()
  set_random_seed(7)
  stats::runif(5)
  expect_equal(start(), a)
  stats::runif(5000)
  expect_equal(start(), b)
})

test_that("set.seed() makes models repeatable too", {
  set.seed(3)
  a <- start()
  set.seed(3)
  expect_equal(start(), a)
  set.seed(4)
  expect_false(isTRUE(all.equal(start(), a)))
})

test_that("predictions that draw differ, and follow both kinds of seed", {
  for (backend in backends) {
    skip_if_no_backend(backend)
    x <- matrix(0, 5, 3)
    inputs <- keras_input(shape = 3)
    outputs <- inputs |> layer_lambda(function(x) x + random_normal(op_shape(x)))
    model <- keras_model(inputs, outputs, backend = backend)
    for (set in list(set_random_seed, set.seed)) {
      set(7)
      first <- predict(model, x)
      second <- predict(model, x)
      expect_false(isTRUE(all.equal(first, second)))
      set(7)
      expect_equal(predict(model, x), first)
      expect_equal(predict(model, x), second)
      set(8)
      expect_false(isTRUE(all.equal(predict(model, x), first)))
    }
  }
})

test_that("predictions that draw nothing leave R's random numbers alone", {
  set.seed(7)
  model <- keras_model_sequential(input_shape = 3) |> layer_dropout(0.5)
  state <- .Random.seed
  predict(model, matrix(0, 2, 3))
  expect_identical(.Random.seed, state)
})

test_that("the seed that was set last governs", {
  set_random_seed(7)
  seven <- start()
  set.seed(3)
  three <- start()

  set.seed(3)
  set_random_seed(7)
  expect_equal(start(), seven)
  set.seed(3)
  expect_equal(start(), three)
  set_random_seed(7)
  expect_equal(start(), seven)
})

test_that("set.seed() with the same number after set_random_seed() is noticed", {
  set.seed(7)
  expected <- start()
  set_random_seed(7)
  set.seed(7)
  expect_equal(start(), expected)
})

test_that("set_random_seed() sets R's own numbers", {
  set_random_seed(7)
  a <- stats::rnorm(3)
  set_random_seed(7)
  expect_equal(stats::rnorm(3), a)
})

test_that("models made one after the other differ", {
  set_random_seed(7)
  expect_false(isTRUE(all.equal(start(), start())))
})

test_that("training after set_random_seed() leaves R's numbers alone", {
  set_random_seed(7)
  expected <- stats::runif(3)
  set_random_seed(7)
  model <- classifier()
  fit_quietly(model)
  expect_equal(stats::runif(3), expected)
})

test_that("other generators of R work", {
  withr::defer(RNGkind("default", "default", "default"))
  suppressWarnings(RNGkind("Wichmann-Hill"))
  set.seed(3)
  a <- start()
  set.seed(3)
  expect_equal(start(), a)
})

test_that("what is no seed is refused", {
  expect_rdeep_error(set_random_seed("a"), "argument", "'seed'")
  expect_rdeep_error(set_random_seed(-1), "argument", "'seed'")
  expect_rdeep_error(set_random_seed(1.5), "argument", "'seed'")
})
