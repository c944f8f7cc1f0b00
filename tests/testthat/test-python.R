# What a fresh process says when it needs Python: the error's classes and message.
first_use <- function(prepare = function() NULL, env = character()) {
  in_fresh_r(
    function(prepare) {
      prepare()
      library(rdeep)
      error <- tryCatch(layer_input(4), error = identity)
      call <- conditionCall(error)
      list(
        class = class(error),
        # Without the breaks of lines.
        message = gsub("\\s+", " ", conditionMessage(error)),
        from = if (is.call(call)) as.character(call[[1]]),
        core = normalizePath(system.file("python", package = "rdeep"))
      )
    },
    list(prepare),
    env
  )
}

test_that("another rdeep in the process is refused, with both places", {
  folder <- normalizePath(withr::local_tempdir())
  dir.create(file.path(folder, "rdeep"))
  writeLines("", file.path(folder, "rdeep", "__init__.py"))
  prepare <- eval(substitute(
    function() {
      reticulate::py_run_string(sprintf("import sys; sys.path.insert(0, '%s')", FOLDER))
      reticulate::py_run_string("import rdeep")
    },
    list(FOLDER = folder)
  ))
  environment(prepare) <- globalenv()
  found <- first_use(prepare, c(RETICULATE_PYTHON = running_python()))
  expect_true("rdeep_error_dependency" %in% found$class)
  expect_match(found$message, folder, fixed = TRUE)
  expect_match(found$message, found$core, fixed = TRUE)
  expect_equal(found$from, "layer_input")
})

bare_python <- function(env = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = env)
  home <- file.path(folder, "bare")
  status <- system2(
    running_python(), c("-m", "venv", "--without-pip", shQuote(home)),
    stdout = FALSE, stderr = FALSE
  )
  if (status != 0) {
    skip("this Python cannot make a virtual environment")
  }
  inside <- if (.Platform$OS.type == "windows") "Scripts/python.exe" else "bin/python"
  file.path(normalizePath(home), inside)
}

test_that("a Python without packages is refused, and the remedy named", {
  python <- bare_python()
  found <- first_use(env = c(RETICULATE_PYTHON = python, PYTHONPATH = ""))
  expect_true(all(c("rdeep_error_dependency", "rdeep_error") %in% found$class))
  expect_equal(found$from, "layer_input")
  message <- sub(python, "<python>", found$message, fixed = TRUE)
  message <- sub(" [^ `]+ (?=`install)", "\n", message, perl = TRUE)
  expect_snapshot(cat(message))
})

test_that("a Python that does not exist is refused, and the remedy named", {
  found <- first_use(env = c(RETICULATE_PYTHON = "/nowhere/python"))
  expect_true("rdeep_error_dependency" %in% found$class)
  expect_match(found$message, "install_rdeep()", fixed = TRUE)
  expect_false(grepl("Traceback", found$message))
})

test_that("rdeep_available() looks without starting Python", {
  look <- function() {
    library(rdeep)
    found <- rdeep_available()
    c(found, reticulate::py_available(initialize = FALSE))
  }
  expect_equal(in_fresh_r(look, env = c(RETICULATE_PYTHON = running_python())), c(TRUE, FALSE))
  expect_equal(in_fresh_r(look, env = c(RETICULATE_PYTHON = bare_python())), c(FALSE, FALSE))
  expect_equal(in_fresh_r(look, env = c(RETICULATE_PYTHON = "/nowhere")), c(FALSE, FALSE))
  expect_true(rdeep_available())
})

test_that("the Python of the project's folder is found, then that of the home folder", {
  folder <- normalizePath(withr::local_tempdir())
  home <- file.path(folder, "home")
  withr::local_dir(folder)
  withr::local_envvar(WORKON_HOME = home)
  expect_null(find_python())
  place <- function(parent) {
    inside <- if (.Platform$OS.type == "windows") c("Scripts", "python.exe") else c("bin", "python")
    bin <- file.path(parent, inside[1])
    dir.create(bin, recursive = TRUE)
    path <- file.path(bin, inside[2])
    file.create(path)
    path
  }
  theirs <- place(file.path(home, "r-rdeep"))
  expect_equal(find_python(), theirs)
  ours <- place(file.path(folder, ".venv"))
  expect_equal(find_python(), ours)
})

test_that("the core in use is the one that the package carries", {
  expect_equal(
    normalizePath(call_core("sitrep")$core),
    normalizePath(file.path(core_path(), "rdeep"))
  )
})
