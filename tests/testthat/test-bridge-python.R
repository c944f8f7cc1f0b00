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

# A folder of packages that look as if they were there, for PYTHONPATH.
pretended <- function(packages, env = parent.frame()) {
  folder <- normalizePath(withr::local_tempdir(.local_envir = env))
  for (package in packages) {
    dir.create(file.path(folder, package))
    file.create(file.path(folder, package, "__init__.py"))
  }
  folder
}

test_that("any engine will do, and what the user has chosen is asked", {
  python <- bare_python()
  with_tensorflow <- pretended(c("numpy", "safetensors", "tensorflow"))
  without_engine <- pretended(c("numpy", "safetensors"))
  look <- function(python) {
    Sys.unsetenv("RETICULATE_PYTHON")
    if (!is.null(python)) reticulate::use_python(python, required = TRUE)
    library(rdeep)
    c(rdeep_available(), reticulate::py_available(initialize = FALSE))
  }
  asked <- function(path, python = NULL, variable = "") {
    in_fresh_r(look, list(python), env = c(
      PYTHONPATH = path, RETICULATE_PYTHON_FALLBACK = variable, WORKON_HOME = tempdir()
    ))
  }
  expect_equal(asked(with_tensorflow, python), c(TRUE, FALSE))
  expect_equal(asked(without_engine, python), c(FALSE, FALSE))
  expect_equal(asked("", running_python()), c(TRUE, FALSE))
  expect_equal(asked("", NULL, running_python()), c(TRUE, FALSE))
})

test_that("a Python that runs is asked itself, and advice is to restart R", {
  found <- in_fresh_r(
    function() {
      suppressWarnings(reticulate::py_run_string("1"))
      library(rdeep)
      error <- tryCatch(layer_input(4), error = identity)
      list(
        available = rdeep_available(),
        message = gsub("\\s+", " ", conditionMessage(error)),
        steps = getFromNamespace("steps_to_use", "rdeep")("/elsewhere/bin/python"),
        free = {
          Sys.unsetenv("RETICULATE_PYTHON")
          getFromNamespace("remedy", "rdeep")()
        }
      )
    },
    env = c(RETICULATE_PYTHON = bare_python(), PYTHONPATH = "")
  )
  expect_false(found$available)
  expect_match(found$message, "Then restart R without the environment variable RETICULATE_PYTHON")
  expect_match(found$steps, "Restart R to use it.*Unset .*RETICULATE_PYTHON")
  expect_match(found$free, "Then restart R: Python runs already")
})

test_that("what was installed is used at once where no Python runs", {
  home <- normalizePath(withr::local_tempdir())
  found <- in_fresh_r(
    function(home) {
      Sys.unsetenv("RETICULATE_PYTHON")
      library(rdeep)
      first <- tryCatch(getFromNamespace("remedy", "rdeep")(), error = identity)
      bin <- file.path(home, "r-rdeep", "bin")
      dir.create(bin, recursive = TRUE)
      file.create(file.path(bin, "python"))
      steps <- getFromNamespace("steps_to_use", "rdeep")
      dir.create(".venv/bin", recursive = TRUE)
      list(
        first = first,
        ours = steps(file.path(bin, "python")),
        other = steps("/elsewhere/bin/python"),
        folders = {
          file.create(".venv/bin/python")
          getFromNamespace("remedy", "rdeep")()
        }
      )
    },
    list(home),
    env = c(WORKON_HOME = home), wd = home
  )
  expect_match(found$first, "^`install_rdeep\\(\\)` makes")
  expect_false(grepl("estart R", found$first))
  expect_null(found$ours)
  expect_match(found$other, "use_python(\"/elsewhere/bin/python\")", fixed = TRUE)
  expect_match(found$folders, "`install_rdeep(\"./.venv\")` makes", fixed = TRUE)
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
