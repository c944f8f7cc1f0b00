# Which engine a model runs on.

backend_names <- c("torch", "tensorflow", "numpy")

#' Choose the backend
#'
#' Sets the engine of models made from now on in this session, unless they name one.
#' Without it the environment variable `RDEEP_BACKEND` decides, then what is
#' installed. Models on both engines can live side by side.
#'
#' NumPy needs no engine, and runs on the processor. It predicts and evaluates, with the
#' numbers of the engines, and does not train: `fit()`, `train_on_batch()`, `lr_finder()`
#' and `deep_tabular()` are refused there. Where neither torch nor TensorFlow is installed,
#' models that were saved elsewhere are loaded on it by themselves.
#'
#' @param backend `"torch"`, `"tensorflow"` or `"numpy"`.
#' @param gpu `TRUE` to run on the first GPU, `FALSE` on the CPU, `NA` on what the
#'   engine prefers.
#' @returns The backend used so far, invisibly; `NULL` if none was chosen.
#' @family backends
#' @examples
#' old <- use_backend("tensorflow")
#' options(rdeep.backend = old)
#' @export
use_backend <- function(backend, gpu = NA) {
  check_backend(backend, current_env())
  old <- options(rdeep.backend = backend, rdeep.gpu = gpu)
  invisible(old$rdeep.backend)
}

#' List the devices of a backend
#'
#' @param backend `"torch"`, `"tensorflow"` or `"numpy"`; by default the one that models
#'   are made on.
#' @returns A character vector, the default device first.
#' @family backends
#' @examplesIf rdeep_available()
#' rdeep_devices()
#' @export
rdeep_devices <- function(backend = NULL) {
  backend <- backend %||% default_backend() %||% call_core("default_backend")
  check_backend(backend, current_env())
  as.character(call_core("devices", backend = backend))
}

default_backend <- function() {
  from_environment <- Sys.getenv("RDEEP_BACKEND")
  getOption("rdeep.backend") %||% if (nzchar(from_environment)) from_environment
}

# The backend and the device of a new model; `NULL` leaves the choice to the core.
choose_backend <- function(backend, device, .call) {
  backend <- backend %||% default_backend()
  if (!is.null(backend)) {
    check_backend(backend, .call)
  }
  gpu <- getOption("rdeep.gpu", NA)
  if (is.null(device) && isTRUE(gpu)) {
    device <- first_gpu(backend, .call)
  } else if (is.null(device) && isFALSE(gpu)) {
    device <- "cpu"
  }
  list(backend = backend, device = as_text(device))
}

first_gpu <- function(backend, .call) {
  backend <- backend %||% call_core("default_backend", .call = .call)
  devices <- as.character(call_core("devices", backend = backend, .call = .call))
  gpus <- devices[!grepl("cpu", devices, ignore.case = TRUE)]
  if (length(gpus) == 0) {
    abort_rdeep(
      "backend",
      sprintf("%s finds no GPU here.", backend),
      hint = "`use_backend(gpu = NA)` takes what there is.",
      call = .call
    )
  }
  gpus[1]
}

check_backend <- function(backend, .call) {
  if (missing(backend)) {
    abort_rdeep(
      "backend",
      "'backend' is missing.",
      argument = "backend",
      hint = paste0("Choose one of ", listing(backend_names), "."),
      call = .call
    )
  }
  if (is_single(backend) && backend %in% backend_names) {
    return(invisible())
  }
  abort_rdeep(
    "backend",
    if (is_single(backend) && is.character(backend)) {
      sprintf("There is no backend %s.", describe(backend))
    } else {
      sprintf("'backend' must be the name of one, not %s.", describe(backend))
    },
    argument = "backend",
    received = backend,
    hint = if (is_single(backend) && is.character(backend)) {
      suggestion(backend, backend_names)
    } else {
      paste0("Choose one of ", listing(backend_names), ".")
    },
    call = .call
  )
}
