#' Report what rdeep runs on
#'
#' Shows the versions of R, reticulate, Python and the engines, where they are, and
#' how long a matrix product through torch takes: R's own BLAS can get in the way of
#' torch's, which makes everything slow. Put it into a bug report.
#'
#' @returns What is shown, as a list, invisibly.
#' @seealso [install_rdeep()]
#' @examplesIf rdeep_available()
#' rdeep_sitrep()
#' @export
rdeep_sitrep <- function() {
  report <- list(
    r = as.character(getRversion()),
    rdeep = as.character(utils::packageVersion("rdeep")),
    reticulate = installed_version("reticulate"),
    blas = utils::sessionInfo()$BLAS
  )
  python <- tryCatch(call_core("sitrep"), rdeep_error = identity)
  if (inherits(python, "condition")) {
    report$problem <- conditionMessage(python)
  } else {
    report <- c(report, list(python = python, product_ms = time_product(python)))
  }
  print_sitrep(report)
  invisible(report)
}

installed_version <- function(package) {
  tryCatch(as.character(utils::packageVersion(package)), error = function(e) NA)
}

# Milliseconds, or `NULL` where there is no torch.
time_product <- function(python) {
  if (is.null(python$packages$torch)) {
    return(NULL)
  }
  tryCatch(call_core("time_product"), rdeep_error = function(error) NULL)
}

print_sitrep <- function(report) {
  cli::cli_h1("rdeep")
  cli::cli_bullets(c(
    "*" = "rdeep {report$rdeep}, R {report$r}, reticulate {report$reticulate}",
    "*" = "R's BLAS: {.path {report$blas}}"
  ))
  if (!is.null(report$problem)) {
    cli::cli_bullets(c(x = escape(report$problem)))
    return(invisible())
  }
  python <- report$python
  versions <- Filter(Negate(is.null), python$packages)
  missing <- setdiff(names(python$packages), names(versions))
  shown <- paste(names(versions), unlist(versions), collapse = ", ")
  cli::cli_bullets(c(
    "*" = "Python {python$python}: {.path {python$executable}}",
    "*" = "core: {.path {python$core}}",
    "*" = "packages: {shown}",
    "*" = if (length(missing)) "not installed: {missing}",
    i = if (!length(intersect(c("torch", "tensorflow"), names(versions)))) {
      "NumPy predicts and evaluates; to train, install an engine by install_rdeep()."
    }
  ))
  judge_product(report$product_ms)
}

# The product takes 2 to 6 ms on two cores; 70 through R's reference BLAS.
slow_product_ms <- 30

judge_product <- function(milliseconds) {
  if (is.null(milliseconds)) {
    return(invisible())
  }
  time <- format(milliseconds, digits = 2)
  if (milliseconds < slow_product_ms) {
    cli::cli_bullets(c(v = "a matrix product through torch takes {time} ms"))
  } else {
    cli::cli_bullets(c(
      "!" = "a matrix product through torch takes {time} ms, which is slow",
      i = paste(
        "If this machine is not busy, something imported torch before rdeep did, and",
        "R's BLAS has taken the place of torch's. Restart R and use rdeep first."
      )
    ))
  }
}
