test_that("attaching the package starts no Python and loads no heavy packages", {
  found <- in_fresh_r(function() {
    library(rdeep)
    list(
      python = reticulate::py_available(initialize = FALSE),
      door = exists("invoke", envir = asNamespace("rdeep")$state)
    )
  })
  expect_false(found$python)
  expect_false(found$door)

  loaded <- in_fresh_r(function() {
    library(rdeep)
    loadedNamespaces()
  })
  expect_length(intersect(c("reticulate", "ggplot2", "hardhat", "tibble", "vctrs"), loaded), 0)
})

test_that("describing callbacks and reading help starts no Python", {
  running <- in_fresh_r(function() {
    library(rdeep)
    callback_lambda(on_epoch_end = function(epoch, logs) NULL)
    to_categorical(c(0, 1))
    array_reshape(1:4, c(2, 2))
    reticulate::py_available(initialize = FALSE)
  })
  expect_false(running)
})
