# Packages with generics of the same names. Stand-ins have what matters of them here: the real
# ones' generics, a class of their own, and in luz functions that are no generics.
stand_ins <- list(
  tensorflow = c(
    "evaluate <- function(object, ...) UseMethod('evaluate')",
    "export_savedmodel <- function(object, export_dir_base, ...) UseMethod('export_savedmodel')",
    "evaluate.their_model <- function(object, ...) paste('theirs', ...)",
    "export_savedmodel.their_model <- function(object, export_dir_base, ...) export_dir_base"
  ),
  torch = "as_array <- function(x) UseMethod('as_array')",
  luz = "evaluate <- function(object, data, ...) paste('luz', data)"
)

install_stand_ins <- function(library) {
  for (package in names(stand_ins)) {
    source <- file.path(library, "source", package)
    dir.create(file.path(source, "R"), recursive = TRUE)
    code <- stand_ins[[package]]
    writeLines(c(paste("Package:", package), "Version: 9.9.9"), file.path(source, "DESCRIPTION"))
    names <- sub(" <- .*", "", code)
    methods <- grepl("[.]", names)
    writeLines(
      c(
        sprintf("export(%s)", names[!methods]),
        sub("^(.*?)[.](.*)$", "S3method(\\1,\\2)", names[methods], perl = TRUE)
      ),
      file.path(source, "NAMESPACE")
    )
    writeLines(code, file.path(source, "R", "code.R"))
    utils::install.packages(
      source,
      lib = library, repos = NULL, type = "source", quiet = TRUE,
      INSTALL_opts = c("--no-docs", "--no-byte-compile", "--no-test-load")
    )
  }
}

test_that("models are evaluated whatever is attached, before or after", {
  library <- normalizePath(withr::local_tempdir())
  install_stand_ins(library)
  look <- function(library, order) {
    .libPaths(c(library, .libPaths()))
    for (package in order) suppressMessages(base::library(package, character.only = TRUE))
    x <- matrix(seq(0, 1, length.out = 8), 4)
    model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
    compile(model, loss = "mse")
    theirs <- structure(list(), class = "their_model")
    luz <- structure(list(), class = c("luz_module_fitted", "list"))
    list(
      where = environmentName(environment(evaluate)),
      names = c(
        names(evaluate(model, x, x[, 1])),
        if ("tensorflow" %in% order) names(tensorflow::evaluate(model, x, x[, 1])),
        names(generics::evaluate(model, x, x[, 1]))
      ),
      theirs = if ("tensorflow" %in% order) evaluate(theirs, 1),
      exported = if ("tensorflow" %in% order) export_savedmodel(theirs, "here"),
      luz = if (order[length(order)] == "rdeep" && "luz" %in% order) evaluate(luz, "data"),
      array = if ("torch" %in% order) dim(torch::as_array(op_convert_to_tensor(x))),
      wrong = tryCatch(rdeep::evaluate(mtcars), error = class)
    )
  }
  after <- in_fresh_r(look, list(library, c("rdeep", "torch", "tensorflow")),
    env = c(RETICULATE_PYTHON = running_python())
  )
  before <- in_fresh_r(look, list(library, c("luz", "torch", "tensorflow", "rdeep")),
    env = c(RETICULATE_PYTHON = running_python())
  )
  expect_equal(after$where, "tensorflow")
  expect_equal(before$where, "rdeep")
  for (found in list(after, before)) {
    expect_equal(found$names, rep("loss", 3))
    expect_equal(found$theirs, "theirs 1")
    expect_equal(found$exported, "here")
    expect_equal(found$array, c(4, 2))
    expect_true("rdeep_error_argument" %in% found$wrong)
  }
  expect_equal(before$luz, "luz data")
})

test_that("another package may lack a generic that it should have", {
  library <- normalizePath(withr::local_tempdir())
  stand_ins <- list(torch = "something <- function(x) x", tensorflow = "other <- function(x) x")
  environment(install_stand_ins) <- environment()
  install_stand_ins(library)
  messages <- in_fresh_r(function(library) {
    .libPaths(c(library, .libPaths()))
    said <- character()
    withCallingHandlers(
      {
        loadNamespace("torch")
        base::library(rdeep)
        loadNamespace("tensorflow")
      },
      condition = function(condition) said <<- c(said, conditionMessage(condition))
    )
    said
  }, list(library))
  expect_equal(messages, character())
})
