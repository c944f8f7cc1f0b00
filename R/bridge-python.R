# Finding Python, starting it, and loading the core that the package carries.

virtualenv_name <- "r-rdeep"
# What a Python gets that reticulate makes by itself.
python_packages <- c("numpy", "safetensors", "torch")

#' Whether Python and its packages are there
#'
#' Looks whether the Python that runs, or the one that would be started, has what is needed:
#' NumPy, safetensors, and at least one engine. Python is not started for it. Saved models
#' can be predicted with without an engine, where this is `FALSE` ([use_backend()]).
#'
#' @returns `TRUE` or `FALSE`.
#' @seealso [install_rdeep()], [rdeep_sitrep()]
#' @examples
#' rdeep_available()
#' @export
rdeep_available <- function() {
  if (reticulate::py_available(initialize = FALSE)) {
    return(trains(survey()))
  }
  python <- python_to_run()
  found <- if (!is.null(python)) ask_python(python)
  !is.null(found) && trains(found)
}

# Whether models can be trained with what a Python has.
trains <- function(found) is.null(lack_of(found, "")) && length(found$engines) > 0

# The Python that reticulate would start, or `NULL`. Nothing is started, and nothing is
# installed, as later versions of reticulate do.
python_to_run <- function() {
  named <- path.expand(Sys.getenv("RETICULATE_PYTHON"))
  if (nzchar(named) && named != "managed") {
    # A folder, too, may be named.
    named <- c(named, file.path(named, "bin", "python"), file.path(named, "python.exe"))
    named <- named[file.exists(named) & !dir.exists(named)]
    return(if (length(named)) named[1])
  }
  found <- find_python()
  fallback <- Sys.getenv("RETICULATE_PYTHON_FALLBACK", unset = found %||% NA)
  with_environment(
    c(
      RETICULATE_PYTHON_FALLBACK = fallback,
      RETICULATE_MINICONDA_ENABLED = "FALSE",
      RETICULATE_USE_MANAGED_VENV = "no"
    ),
    tryCatch(
      without_poetry(suppressMessages(reticulate::py_discover_config()$python)),
      error = function(error) NULL
    )
  )
}

# Runs code while environment variables have other values; `NA` leaves one as it is.
with_environment <- function(values, code) {
  values <- values[!is.na(values)]
  old <- Sys.getenv(names(values), unset = NA, names = TRUE)
  on.exit({
    Sys.unsetenv(names(old)[is.na(old)])
    do.call(Sys.setenv, as.list(old[!is.na(old)]))
  })
  do.call(Sys.setenv, as.list(values))
  force(code)
}

# As `survey()`, of a Python that does not run in this process; `NULL` if it does not run.
ask_python <- function(python) {
  code <- c(
    survey_code,
    "for value in survey().values():",
    "    print(','.join(value) if isinstance(value, list) else value)"
  )
  script <- tempfile(fileext = ".py")
  on.exit(unlink(script))
  writeLines(code, script)
  answer <- suppressWarnings(tryCatch(
    system2(python, shQuote(script), stdout = TRUE, stderr = FALSE),
    error = function(error) character()
  ))
  if (length(answer) != 5) {
    return(NULL)
  }
  version <- function(text) if (text != "None") text
  list(
    python = answer[1],
    numpy = version(answer[2]),
    safetensors = version(answer[3]),
    engines = strsplit(answer[4], ",")[[1]]
  )
}

# The Python of the project's folder, else the one that `install_rdeep()` made.
# What the user chose by RETICULATE_PYTHON or `use_python()` comes before both:
# reticulate sees to that.
find_python <- function() {
  home <- Sys.getenv("WORKON_HOME", unset = "~/.virtualenvs")
  folders <- path.expand(c(".venv", file.path(home, virtualenv_name)))
  inside <- if (.Platform$OS.type == "windows") {
    c("Scripts", "python.exe")
  } else {
    c("bin", "python")
  }
  candidates <- file.path(folders, inside[1], inside[2])
  found <- candidates[file.exists(candidates)]
  if (length(found)) file.path(normalizePath(dirname(found[1])), inside[2])
}

# Half of an import is worse than none: an interrupt waits for its end.
start_python <- function(.call) uninterrupted(find_and_load(.call))

find_and_load <- function(.call) {
  if (!reticulate::py_available(initialize = FALSE)) {
    prepare_search()
    tryCatch(
      without_poetry(suppressMessages(reticulate::py_config())),
      error = function(error) {
        abort_dependency(
          paste0("Python could not be started: ", conditionMessage(error)),
          .call
        )
      }
    )
  }
  # reticulate has put its own handler there.
  .Call(rdeep_take_signal)
  check_python(.call)
  load_core(.call)
}

# reticulate 1.28 takes any folder with a pyproject.toml for one of Poetry's, and
# warns that Poetry is missing.
without_poetry <- function(code) {
  withCallingHandlers(
    code,
    warning = function(condition) {
      if (grepl("Poetry", conditionMessage(condition), fixed = TRUE)) {
        tryInvokeRestart("muffleWarning")
      }
    }
  )
}

# Tells reticulate where to look where the user said nothing. The variable has the
# lowest precedence of all that reticulate knows, so it overrules nobody.
prepare_search <- function() {
  python <- find_python()
  if (!is.null(python)) {
    if (is.na(Sys.getenv("RETICULATE_PYTHON_FALLBACK", unset = NA))) {
      Sys.setenv(RETICULATE_PYTHON_FALLBACK = python)
    }
  } else if (has_py_require()) {
    reticulate::py_require(python_packages)
  } else {
    # Without this an interactive reticulate 1.28 offers to install Miniconda.
    Sys.setenv(RETICULATE_MINICONDA_ENABLED = "FALSE")
  }
}

# Calls that would name a function which an older reticulate lacks are made by name.
has_py_require <- function() {
  "py_require" %in% getNamespaceExports("reticulate")
}

takes_numpy_2 <- function() {
  utils::packageVersion("reticulate") >= "1.38"
}

# Everything stands in one function: local code has no globals of its own.
survey_code <- c(
  "def survey():",
  "    import importlib.metadata, sys",
  "    from importlib.util import find_spec",
  "    def version(name):",
  "        try:",
  "            return importlib.metadata.version(name)",
  "        except importlib.metadata.PackageNotFoundError:",
  "            return '' if find_spec(name) else None",
  "    return {",
  "        'python': '.'.join(map(str, sys.version_info[:3])),",
  "        'numpy': version('numpy'),",
  "        'safetensors': version('safetensors'),",
  "        'engines': [e for e in ('torch', 'tensorflow') if find_spec(e)],",
  "        'loaded': getattr(sys.modules.get('rdeep'), '__file__', None),",
  "    }"
)

# What is in this Python, without importing any of it.
survey <- function() {
  code <- paste(survey_code, collapse = "\n")
  reticulate::py_run_string(code, local = TRUE)$survey()
}

check_python <- function(.call) {
  found <- survey()
  lack <- lack_of(found, reticulate::py_config()$python)
  if (!is.null(lack)) {
    abort_dependency(lack$message, .call, hint = paste0(lack$hint, remedy()))
  }
  check_loaded(found$loaded, .call)
}

# What a Python does not have, or `NULL`. Without an engine, models predict on NumPy.
lack_of <- function(found, path) {
  if (numeric_version(found$python) < "3.10") {
    told <- sprintf("rdeep needs Python 3.10 or later; %s is %s.", path, found$python)
    return(list(message = told))
  }
  missing <- c(
    if (is.null(found$numpy)) "numpy",
    if (is.null(found$safetensors)) "safetensors"
  )
  if (length(missing)) {
    missing <- c(missing, if (length(found$engines) == 0) "torch")
    return(list(message = sprintf("The Python at %s lacks %s.", path, listing(missing, "and"))))
  }
  if (startsWith(found$numpy, "2") && !takes_numpy_2()) {
    version <- utils::packageVersion("reticulate")
    told <- sprintf("NumPy %s needs reticulate 1.38 or later; this is %s.", found$numpy, version)
    return(list(message = told, hint = "Update reticulate, or take another Python: "))
  }
}

core_path <- function() {
  normalizePath(system.file("python", package = "rdeep"), mustWork = FALSE)
}

# Two cores in one process would not know each other's objects.
check_loaded <- function(loaded, .call) {
  if (is.null(loaded)) {
    return(invisible())
  }
  theirs <- normalizePath(dirname(dirname(loaded)), mustWork = FALSE)
  if (theirs != core_path()) {
    abort_dependency(
      sprintf(
        "Python has imported another rdeep, from %s; this package's is in %s.",
        theirs,
        core_path()
      ),
      .call,
      hint = "Restart R, and load this package before Python imports rdeep."
    )
  }
}

# Whoever imports torch first, its libraries must not find R's BLAS. Nothing is loaded for it now.
keep_torch_apart <- function() {
  if (isNamespaceLoaded("reticulate") && reticulate::py_available(initialize = FALSE)) {
    watch_for_torch()
  }
  # Of reticulate, which runs it once Python has started.
  setHook("reticulate.onPyInit", watch_for_torch)
}

watch_for_torch <- function() {
  code <- c(
    "def watch(path):",
    "    import importlib.util",
    "    spec = importlib.util.spec_from_file_location('rdeep_embedded', path)",
    "    module = importlib.util.module_from_spec(spec)",
    "    spec.loader.exec_module(module)",
    "    module.install()"
  )
  path <- file.path(core_path(), "rdeep", "engines", "torch", "embedded.py")
  # Python is the user's here, and starts whatever comes of this.
  try(
    reticulate::py_run_string(paste(code, collapse = "\n"), local = TRUE)$watch(path),
    silent = TRUE
  )
  invisible()
}

load_core <- function(.call) {
  sys <- reticulate::import("sys", convert = FALSE)
  path <- core_path()
  if (!path %in% reticulate::py_to_r(sys$path)) {
    sys$path$insert(0L, path)
  }
  bridge <- reticulate::import("rdeep.bridge.answers", convert = FALSE)
  watch_interrupts(bridge)
  state$fetch <- bridge$fetch
  state$assign <- bridge$assign
  state$predict_array <- bridge$predict_array
  # What goes through it converts what its methods return, as what reticulate imports does.
  state$itself <- reticulate::py_eval("lambda x: x")
  state$invoke <- bridge$invoke
  invisible()
}

abort_dependency <- function(message, .call, hint = remedy()) {
  abort_rdeep("dependency", message, hint = hint, call = .call)
}

# What to do about a Python that is not there or will not do.
remedy <- function() {
  running <- reticulate::py_available(initialize = FALSE)
  chosen <- choice_of_python()
  paste(c(
    sprintf("`%s` makes a Python that has what is needed;", installation()),
    "`rdeep_sitrep()` shows what is there.",
    if (running && !is.null(chosen)) {
      sprintf("Then restart R without %s, which names the Python that runs now.", chosen)
    } else if (running) {
      "Then restart R: Python runs already, and cannot be exchanged."
    } else if (!is.null(chosen)) {
      sprintf("Before it is used, unset %s, which names another Python.", chosen)
    }
  ), collapse = " ")
}

# The call that makes Python fit: a folder's own `.venv` comes before the one in the home folder.
installation <- function() {
  own <- find_python()
  is_folders <- !is.null(own) && basename(dirname(dirname(own))) == ".venv"
  if (is_folders) "install_rdeep(\"./.venv\")" else "install_rdeep()"
}

# By what the user has chosen a Python, in words; `NULL` if the choice is rdeep's.
choice_of_python <- function() {
  variables <- c("RETICULATE_PYTHON", "RETICULATE_PYTHON_ENV")
  set <- variables[nzchar(Sys.getenv(variables))]
  if (length(set)) {
    return(sprintf("the environment variable %s", set[1]))
  }
  config <- tryCatch(
    if (reticulate::py_available(initialize = FALSE)) reticulate::py_config(),
    error = function(error) NULL
  )
  if (any(grepl("use_", config$forced, fixed = TRUE))) "`use_python()`"
}
