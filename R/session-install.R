#' Install what rdeep needs in Python
#'
#' Makes a virtual environment and installs NumPy, safetensors and the engines in
#' it, at versions that were tested together. Afterwards rdeep finds it in any
#' folder. The core of rdeep itself comes with the R package.
#'
#' @param envname The name or path of the virtual environment. Only `"r-rdeep"` is
#'   found unaided; for another one set `RETICULATE_PYTHON`.
#' @param ... Passed on to [reticulate::virtualenv_install()].
#' @param backend The engines to install.
#' @param python_version A version such as `"3.11"`, or the path of a Python; by
#'   default the first suitable one that is found.
#' @param restart_session Whether to ask RStudio to restart R, which must happen
#'   before a Python that is running can be changed.
#' @returns The path of the environment's Python, invisibly.
#' @seealso [rdeep_sitrep()], [rdeep_available()]
#' @examples
#' \dontrun{
#' install_rdeep()
#' }
#' @export
install_rdeep <- function(envname = virtualenv_name,
                          ...,
                          backend = c("torch", "tensorflow"),
                          python_version = NULL,
                          restart_session = TRUE) {
  for (name in backend) {
    check_backend(name, current_env())
  }
  python <- suitable_python(python_version, current_env())
  without_library_path({
    if (!reticulate::virtualenv_exists(envname)) {
      reticulate::virtualenv_create(envname, python = python, packages = NULL)
    }
    reticulate::virtualenv_install(
      envname,
      packages = packages_for(backend),
      pip_options = c("--constraint", shQuote(constraints_file())),
      ignore_installed = FALSE,
      ...
    )
  })
  python <- reticulate::virtualenv_python(envname)
  compile_core(python)
  cli::cli_inform(c(v = "Python for rdeep is ready: {.path {python}}", i = steps_to_use(python)))
  if (restart_session && reticulate::py_available(initialize = FALSE)) {
    restart_r()
  }
  invisible(python)
}

# Compiles the core to byte code, as `configure` does where a Python is there already. Python would
# do it at the first start, but not in a library that belongs to somebody else.
compile_core <- function(python, folder = file.path(core_path(), "rdeep")) {
  options <- c("-m", "compileall", "-q", "--invalidation-mode", "checked-hash")
  # Without byte code all is the same, but for the time that it takes.
  suppressWarnings(system2(python, c(options, shQuote(folder)), stdout = FALSE, stderr = FALSE))
}

# What is left to do before R uses a Python, or `NULL`.
steps_to_use <- function(python) {
  steps <- c(
    if (reticulate::py_available(initialize = FALSE)) {
      "Restart R to use it: Python runs already, and cannot be exchanged."
    },
    what_comes_before(python)
  )
  if (length(steps)) escape(paste(steps, collapse = " "))
}

what_comes_before <- function(python) {
  is_other <- function(other) {
    folders <- normalizePath(dirname(c(python, other)), mustWork = FALSE)
    length(folders) < 2 || folders[1] != folders[2]
  }
  variable <- choice_of_python()
  if (grepl("environment variable", variable %||% "", fixed = TRUE)) {
    if (is_other(python_to_run())) sprintf("Unset %s, which names another Python.", variable)
  } else if (is_other(find_python())) {
    sprintf("Name it before it is used: `reticulate::use_python(\"%s\")`.", python)
  } else if (!is.null(variable) && is_other(reticulate::py_config()$python)) {
    sprintf("Do without %s, which names another Python.", variable)
  }
}

# RStudio restarts R when it is asked to.
restart_r <- function() {
  restart <- get0(".rs.api.restartSession", globalenv(), mode = "function")
  if (!is.null(restart)) restart()
}

packages_for <- function(backend) {
  # The plain TensorFlow brings CUDA's libraries on Linux only if asked to.
  engines <- c(torch = "torch", tensorflow = "tensorflow-cpu")
  if (Sys.info()[["sysname"]] == "Darwin" || has_nvidia()) {
    engines[["tensorflow"]] <- "tensorflow"
  }
  # NumPy, which predicts without an engine, comes along in any case.
  c("numpy", "safetensors", unname(engines[setdiff(backend, "numpy")]))
}

# R's own libraries come first in the programs that it starts, and a Python that was
# built with others (of OpenSSL, say) does not find them.
without_library_path <- function(code) {
  path <- Sys.getenv("LD_LIBRARY_PATH", unset = NA)
  if (!is.na(path)) {
    on.exit(Sys.setenv(LD_LIBRARY_PATH = path))
    Sys.unsetenv("LD_LIBRARY_PATH")
  }
  force(code)
}

has_nvidia <- function() nzchar(Sys.which("nvidia-smi"))

constraints_file <- function() {
  numpy <- if (takes_numpy_2()) 2 else 1
  name <- sprintf("constraints-numpy%d.txt", numpy)
  system.file("python", "rdeep", name, package = "rdeep", mustWork = TRUE)
}

# A Python that R can embed: 3.10 or later, built with a shared library.
suitable_python <- function(wanted, .call) {
  candidates <- if (is.null(wanted)) {
    c(Sys.which(c("python3", "python")), Sys.glob("~/.pyenv/versions/3.*/bin/python"))
  } else if (file.exists(wanted)) {
    wanted
  } else {
    versioned <- Sys.which(paste0("python", wanted))
    c(versioned, Sys.glob(paste0("~/.pyenv/versions/", wanted, "*/bin/python")))
  }
  candidates <- unique(candidates[nzchar(candidates)])
  problems <- vapply(candidates, python_problem, "")
  if (any(problems == "")) {
    return(candidates[problems == ""][1])
  }
  abort_dependency(
    paste(
      "No suitable Python was found:",
      if (length(problems)) paste(problems, collapse = "; ") else "there is none",
      sep = " "
    ),
    .call,
    hint = paste(
      "R needs Python 3.10 or later with a shared library: Debian's python3 has one,",
      "`reticulate::install_python()` builds one."
    )
  )
}

python_problem <- function(python) {
  code <- paste(
    "import sys, sysconfig",
    "shared = sysconfig.get_config_var('Py_ENABLE_SHARED') or sys.platform in ('win32', 'darwin')",
    # One string: Python 2 would show two as a tuple.
    "print('%d.%d %d' % (sys.version_info[:2] + (int(bool(shared)),)))",
    sep = "; "
  )
  answer <- suppressWarnings(tryCatch(
    system2(python, c("-c", shQuote(code)), stdout = TRUE, stderr = FALSE),
    error = function(error) character()
  ))
  parts <- strsplit(answer[1], " ")[[1]]
  if (length(parts) != 2) {
    return(paste(python, "does not run"))
  }
  if (numeric_version(parts[1]) < "3.10") {
    return(sprintf("%s is Python %s", python, parts[1]))
  }
  if (parts[2] == "0") sprintf("%s has no shared library", python) else ""
}
