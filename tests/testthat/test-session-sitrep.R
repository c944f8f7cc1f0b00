test_that("the report has the versions and the places", {
  messages <- capture.output(report <- rdeep_sitrep(), type = "message")
  expect_equal(report$rdeep, as.character(utils::packageVersion("rdeep")))
  expect_type(report$python$packages$numpy, "character")
  expect_true(file.exists(report$python$executable))
  expect_match(messages, "reticulate", all = FALSE)
  expect_match(messages, "packages:", all = FALSE)
})

test_that("the report says what is wrong where Python is missing", {
  messages <- in_fresh_r(
    function() {
      library(rdeep)
      capture.output(rdeep_sitrep(), type = "message")
    },
    env = c(RETICULATE_PYTHON = "/nowhere/python")
  )
  expect_match(messages, "could not be started", all = FALSE)
  expect_match(messages, "install_rdeep", all = FALSE)
})

test_that("a slow matrix product is pointed out", {
  expect_match(capture.output(judge_product(100), type = "message"), "slow", all = FALSE)
  expect_false(any(grepl("slow", capture.output(judge_product(3), type = "message"))))
})
