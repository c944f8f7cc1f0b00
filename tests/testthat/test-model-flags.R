test_that("flags come from defaults, a file, an option and the command line", {
  withr::local_dir(withr::local_tempdir())
  declared <- function(arguments = character(), ...) {
    flags(
      flag_integer("epochs", 10), flag_numeric("dropout", 0.2), flag_boolean("quick", FALSE),
      flag_string("folder", "here"), arguments = arguments, ...
    )
  }
  expect_equal(declared(), list(epochs = 10L, dropout = 0.2, quick = FALSE, folder = "here"))
  out <- declared(c("--epochs", "3", "--dropout=0.5", "--quick", "--other", "1"))
  expect_equal(out, list(epochs = 3L, dropout = 0.5, quick = TRUE, folder = "here"))
  skip_if_not_installed("yaml")
  writeLines("epochs: 5\nfolder: there", "flags.yml")
  expect_equal(declared()$epochs, 5L)
  expect_equal(declared("--epochs=6")$epochs, 6L)
  withr::local_options(rdeep.flags = list(folder = "elsewhere"))
  expect_equal(declared()$folder, "elsewhere")
  writeLines("default:\n  epochs: 7\ncluster:\n  epochs: 8", "flags.yml")
  expect_equal(declared()$epochs, 7L)
  expect_equal(declared(config = "cluster")$epochs, 8L)
})

test_that("plain values are flags as well, and wrong ones are refused", {
  out <- flags(epochs = 10, quick = TRUE, file = NULL, arguments = c("--quick", "no"))
  expect_equal(out, list(epochs = 10, quick = FALSE))
  expect_error_snapshot(flags(flag_integer("epochs", 10), arguments = c("--epochs", "many")))
  expect_error_snapshot(flag_integer("epochs", 1.5))
  expect_error_snapshot(flags(epochs = 1:3, file = NULL))
  expect_equal(run_dir(), getwd())
  withr::local_options(rdeep.run_dir = "runs/1")
  expect_equal(run_dir(), "runs/1")
})
