#' Python's rdeep, as keras3 has Python's Keras
#'
#' `keras$config$backend()`, `keras$ops$add(1, 2)`, `keras$layers$Layer`: what the Python core has,
#' under the names that Keras has for it. Arguments are Python's: axes count from 0, and whole numbers
#' are written `2L`. Python starts when something is first asked for.
#'
#' @format NULL
#' @usage NULL
#' @seealso [rdeep_sitrep()]
#' @examplesIf rdeep_available()
#' keras$config$floatx()
#' @export
keras <- structure(list(), class = "rdeep_module")

#' @export
`$.rdeep_module` <- function(x, name) {
  # Starts Python, which then finds the module.
  core()
  module <- reticulate::import("rdeep")
  if (!reticulate::py_has_attr(module, name)) {
    abort_rdeep(
      "argument",
      sprintf("Python's rdeep has no '%s'.", name),
      argument = "name",
      received = name,
      call = NULL
    )
  }
  # As reticulate gives it: a class can be called.
  do.call(`$`, list(module, name))
}

#' @export
`[[.rdeep_module` <- function(x, i, ...) do.call(`$.rdeep_module`, list(x, i))

#' @export
print.rdeep_module <- function(x, ...) {
  cat("<Python's rdeep: `keras$layers`, `keras$ops` and so on>\n")
  invisible(x)
}
