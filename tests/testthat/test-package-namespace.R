# A script may run with R's base package alone: `R_DEFAULT_PACKAGES=NULL`, as some services do.

test_that("every function that is called is R's own, imported, or named with its package", {
  skip_if_not_installed("codetools")
  namespace <- asNamespace("rdeep")
  places <- list(namespace, parent.env(namespace), baseenv())
  is_known <- function(name) {
    any(vapply(places, function(place) exists(name, place, inherits = FALSE), NA))
  }
  unknown <- lapply(ls(namespace, all.names = TRUE), function(name) {
    f <- get(name, namespace)
    if (typeof(f) != "closure") {
      return(NULL)
    }
    used <- codetools::findGlobals(f, merge = FALSE)
    # What R itself puts into the frame of a method.
    used <- setdiff(unlist(used), c(".Generic", ".Class"))
    used <- used[!vapply(used, is_known, NA)]
    if (length(used)) paste(name, "uses", used)
  })
  expect_equal(unlist(unknown), NULL)
})

test_that("every generic that has a method here is found without attached packages", {
  namespace <- asNamespace("rdeep")
  methods <- parseNamespaceFile("rdeep", dirname(system.file(package = "rdeep")))$S3methods
  # Of another package, for which R waits.
  generics <- unique(methods[is.na(methods[, 4]), 1])
  places <- list(namespace, parent.env(namespace), baseenv())
  found <- vapply(generics, function(name) {
    name %in% names(.knownS3Generics) ||
      any(vapply(places, function(place) exists(name, place, inherits = FALSE), NA))
  }, NA)
  expect_equal(generics[!found], character())
})

test_that("a whole session runs with R's base package alone", {
  script <- withr::local_tempfile(fileext = ".R", lines = c(
    "stopifnot(identical(search(), c('.GlobalEnv', 'Autoloads', 'package:base')))",
    sprintf(".libPaths(%s)", paste(deparse(.libPaths()), collapse = "")),
    "library(rdeep)",
    "x <- matrix(seq(0, 1, length.out = 40), 10)",
    "net <- keras_model_sequential(input_shape = 4) |> layer_dense(1)",
    "compile(net, loss = 'mse', metrics = 'mae')",
    "history <- fit(net, x, x[, 1], epochs = 2, verbose = 2)",
    "print(history); print(net); print(summary(net)); print(evaluate(net, x, x[, 1]))",
    "print(dim(stats::predict(net, x)))",
    "cars <- datasets::mtcars; cars$cyl <- factor(cars$cyl)",
    "table <- deep_tabular(mpg ~ cyl + log(hp), data = cars, epochs = 3, members = 2, verbose = 0)",
    "print(table); print(summary(table)); print(stats::family(table)); print(tidy(table))",
    "print(stats::predict(table, cars[1:3, ])); str <- utils::str(net)",
    "print(lr_finder(net, x, x[, 1], steps = 5))",
    "grDevices::pdf(NULL)",
    "if (requireNamespace('ggplot2', quietly = TRUE)) { print(plot(history)); print(plot(table)) }",
    "cat('done\\n')"
  ))
  out <- withr::with_envvar(
    c(R_DEFAULT_PACKAGES = "NULL", RETICULATE_PYTHON = running_python()),
    suppressWarnings(system2(
      file.path(R.home("bin"), "Rscript"), shQuote(script), stdout = TRUE, stderr = TRUE
    ))
  )
  expect_equal(out[length(out)], "done", info = paste(out, collapse = "\n"))
})
