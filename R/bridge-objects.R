# What keras3 re-exports of reticulate, which is loaded when one of these is called.

#' Python from R
#'
#' The functions of these names in [reticulate][reticulate::import()], for scripts that attach
#' nothing else.
#'
#' @param module,as,convert,delay_load As for [reticulate::import()].
#' @param x An object of R or Python.
#' @param it,f,simplify,completed As for [reticulate::iterate()].
#' @param packages,python_version,exclude_newer,action As for `reticulate::py_require()`.
#' @param python,virtualenv,required As for [reticulate::use_python()].
#' @param data,dtype,order As for [reticulate::np_array()].
#' @param object,name An object of Python, and the name it gets in `with(object %as% name, {})`.
#' @param ... Values; or what the function of reticulate takes.
#' @returns What the function of reticulate returns.
#' @name python
#' @examplesIf rdeep_available()
#' import("math")$sqrt(2)
#' tuple(1, 2)
NULL

#' @rdname python
#' @export
import <- function(module, as = NULL, convert = TRUE, delay_load = FALSE) {
  prepare_search()
  reticulate::import(module, as = as, convert = convert, delay_load = delay_load)
}

#' @rdname python
#' @export
py_to_r <- function(x) reticulate::py_to_r(x)

#' @rdname python
#' @export
r_to_py <- function(x, convert = FALSE) UseMethod("r_to_py")

# Methods that a script defines are found as those of reticulate's generic are.
#' @export
r_to_py.default <- function(x, convert = FALSE) {
  # Called from here, reticulate's generic would find this very method.
  do.call(reticulate::r_to_py, list(x, convert = convert), quote = TRUE, envir = baseenv())
}

# `all.equal()` would look at the references alone.
#' @method all.equal numpy.ndarray
#' @export
all.equal.numpy.ndarray <- function(target, current, ...) {
  all.equal(reticulate::py_to_r(target), as_r_value(current), ...)
}

#' @rdname python
#' @export
as_iterator <- function(x) {
  if (inherits(x, "rdeep_dataset")) {
    return(call_core("opened", data = x))
  }
  reticulate::as_iterator(x)
}

#' @rdname python
#' @export
iter_next <- function(it, completed = NULL) reticulate::iter_next(it, completed = completed)

#' @rdname python
#' @export
iterate <- function(it, f = base::identity, simplify = TRUE) {
  if (inherits(it, "rdeep_dataset")) {
    # Batches are no numbers to make a vector of; newer versions of reticulate try.
    return(reticulate::iterate(as_iterator(it), f, simplify = FALSE))
  }
  reticulate::iterate(it, f, simplify = simplify)
}

#' @rdname python
#' @export
py_require <- function(packages = NULL,
                       python_version = NULL,
                       ...,
                       exclude_newer = NULL,
                       action = c("add", "remove", "set")) {
  if (!has_py_require()) {
    abort_dependency(
      sprintf(
        "`py_require()` needs reticulate 1.41 or later; this is %s.",
        utils::packageVersion("reticulate")
      ),
      current_env(),
      hint = "`reticulate::py_install()` installs packages with this version."
    )
  }
  require <- getExportedValue("reticulate", "py_require")
  require(packages, python_version, ..., exclude_newer = exclude_newer, action = action)
}

#' @rdname python
#' @export
use_python <- function(python, required = NULL) reticulate::use_python(python, required = required)

#' @rdname python
#' @export
use_virtualenv <- function(virtualenv = NULL, required = NULL) {
  reticulate::use_virtualenv(virtualenv, required = required)
}

#' @rdname python
#' @export
np_array <- function(data, dtype = NULL, order = "C") {
  core()
  reticulate::np_array(data, dtype = dtype, order = order)
}

#' @rdname python
#' @export
tuple <- function(..., convert = FALSE) {
  core()
  reticulate::tuple(..., convert = convert)
}

#' @rdname python
#' @export
`%as%` <- function(object, name) {
  attr(object, "as") <- deparse(substitute(name))
  object
}

#' Help on Python's objects
#'
#' @param object An object of this package or of Python.
#' @returns The text, invisibly.
#' @examplesIf rdeep_available()
#' py_help(layer_dense(units = 1))
#' @export
py_help <- function(object) {
  core()
  text <- call_core("documentation", value = unwrap(object))
  cat(text, sep = "\n")
  invisible(text)
}

#' Install what rdeep needs, by keras3's name
#'
#' This is [install_rdeep()].
#'
#' @param envname,... As for [install_rdeep()].
#' @param extra_packages Other Python packages to install.
#' @param python_version As for [install_rdeep()].
#' @param backend `"tensorflow"` or `"torch"`, or both.
#' @param gpu Has no effect: packages that fit this machine are chosen.
#' @param restart_session As for [install_rdeep()].
#' @returns The path of the environment's Python, invisibly.
#' @examples
#' \dontrun{
#' install_keras()
#' }
#' @export
install_keras <- function(envname = virtualenv_name,
                          ...,
                          extra_packages = NULL,
                          python_version = NULL,
                          backend = c("torch", "tensorflow"),
                          gpu = NA,
                          restart_session = TRUE) {
  path <- install_rdeep(
    envname, ..., backend = backend, python_version = python_version,
    restart_session = restart_session
  )
  if (length(extra_packages)) {
    reticulate::virtualenv_install(envname, packages = extra_packages, ignore_installed = FALSE)
  }
  invisible(path)
}
