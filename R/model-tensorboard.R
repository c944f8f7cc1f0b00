#' TensorBoard: training curves in a browser
#'
#' Starts TensorBoard, a Python package, on the logs that `callback_tensorboard()` wrote, and stops
#' it again.
#'
#' @param log_dir The folder of the logs, or several.
#' @param action `"start"` or `"stop"`.
#' @param host,port Where to listen; `"auto"` looks for a free port.
#' @param launch_browser Whether to open a browser; or a function of the address.
#' @param reload_interval How often to look for new logs, in seconds.
#' @param purge_orphaned_data Whether to leave out logs of a training that was begun anew.
#' @returns The address, invisibly.
#' @examples
#' \dontrun{
#' tensorboard("logs")
#' tensorboard(action = "stop")
#' }
#' @export
tensorboard <- function(log_dir,
                        action = c("start", "stop"),
                        host = "127.0.0.1",
                        port = "auto",
                        launch_browser = getOption(
                          "tensorflow.tensorboard.browser", interactive()
                        ),
                        reload_interval = 5,
                        purge_orphaned_data = TRUE) {
  call <- current_env()
  action <- chosen_of(action[1], c("start", "stop"), "action", call)
  if (action == "stop") {
    call_core("stop_tensorboard")
    return(invisible(NULL))
  }
  check_present(missing(log_dir), "log_dir", "the path of a folder", call)
  address <- call_core(
    "start_tensorboard",
    log_dir = paste(path.expand(log_dir), collapse = ","),
    host = as_text(host),
    port = if (!identical(port, "auto")) as_count(port),
    reload_interval = as_number(reload_interval),
    purge_orphaned_data = as_flag(purge_orphaned_data)
  )
  if (is.function(launch_browser)) {
    launch_browser(address)
  } else if (isTRUE(launch_browser)) {
    utils::browseURL(address)
  }
  cli::cli_inform(c(v = "TensorBoard is at {.url {address}}"))
  invisible(address)
}
