# Finding Python, starting it, and loading the core that the package carries.

virtualenv_name <- "r-rdeep"
python_packages <- c("numpy", "safetensors", "torch")

#' Whether Python and its packages are there
#'
#' Looks whether the Python that rdeep would use exists and has what is needed,
#' without starting it in this process.
#'
#' @returns `TRUE` or `FALSE`.
#' @seealso [install_rdeep()], [rdeep_sitrep()]
#' @examples
#' rdeep_available()
#' @export
rdeep_available <- function() {
  if (!is.null(state$invoke)) {
    return(TRUE)
  }
  python <- Sys.getenv("RETICULATE_PYTHON", unset = find_python() %||% "")
  if (!nzchar(python) || !file.exists(python)) {
    return(FALSE)
  }
  code <- paste0(
    "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ('",
    paste(python_packages, collapse = "', '"), "'))))"
  )
  status <- system2(python, c("-c", shQuote(code)), stdout = FALSE, stderr = FALSE)
  status == 0
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

start_python <- function(.call) {
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

# What is in this Python, without importing any of it.
survey <- function() {
  # Everything stands in one function: local code has no globals of its own.
  code <- c(
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
  locals <- reticulate::py_run_string(paste(code, collapse = "\n"), local = TRUE)
  locals$survey()
}

check_python <- function(.call) {
  found <- survey()
  path <- reticulate::py_config()$python
  if (numeric_version(found$python) < "3.10") {
    abort_dependency(
      sprintf("rdeep needs Python 3.10 or later; %s is %s.", path, found$python),
      .call
    )
  }
  missing <- c(
    if (is.null(found$numpy)) "numpy",
    if (is.null(found$safetensors)) "safetensors",
    if (length(found$engines) == 0) "torch"
  )
  if (length(missing)) {
    abort_dependency(
      sprintf("The Python at %s lacks %s.", path, listing(missing, "and")),
      .call
    )
  }
  if (startsWith(found$numpy, "2") && !takes_numpy_2()) {
    abort_dependency(
      sprintf(
        "NumPy %s needs reticulate 1.38 or later; this is %s.",
        found$numpy,
        utils::packageVersion("reticulate")
      ),
      .call,
      hint = "Update reticulate, or let `install_rdeep()` install NumPy 1."
    )
  }
  check_loaded(found$loaded, .call)
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

load_core <- function(.call) {
  sys <- reticulate::import("sys", convert = FALSE)
  path <- core_path()
  if (!path %in% reticulate::py_to_r(sys$path)) {
    sys$path$insert(0L, path)
  }
  bridge <- reticulate::import("rdeep.bridge", convert = FALSE)
  state$fetch <- bridge$fetch
  state$assign <- bridge$assign
  state$invoke <- bridge$invoke
  invisible()
}

abort_dependency <- function(message,
                             .call,
                             hint = paste(
                               "`install_rdeep()` makes a Python that has what is",
                               "needed; `rdeep_sitrep()` shows what is there."
                             )) {
  abort_rdeep("dependency", message, hint = hint, call = .call)
}
