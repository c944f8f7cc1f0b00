# A model's layers as a table.

#' Summarize a model: layers, output shapes and parameters
#'
#' @param object,x A model, or its summary.
#' @param ... Not used.
#' @returns `summary()`: an object with a data frame `layers` (name, kind, output
#'   shape, parameters, what the layer reads) and the numbers of parameters in
#'   `params`. Once a layer is frozen, a column says which ones are trained.
#' @family models
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
#' summary(model)
#' @export
summary.rdeep_model <- function(object, ...) {
  summary <- list(
    name = fetch(object, "name"),
    backend = fetch(object, "backend"),
    built = fetch(object, "is_built")
  )
  if (!summary$built) {
    summary$waiting <- unbuilt_layers(object)
  }
  if (summary$built) {
    summary$layers <- layer_table(object)
    summary$params <- call_method(object, "counts")
  }
  structure(summary, class = "rdeep_summary")
}

# The layers of a model that waits for its input.
unbuilt_layers <- function(model) {
  vapply(model_layers(model), function(layer) {
    kind <- sub("^.*[.]", "", class(attr(layer, "pointer"))[1])
    name <- fetch(layer, "name")
    sprintf("%s: unbuilt", if (is.null(name)) kind else sprintf("%s (%s)", name, kind))
  }, "")
}

layer_table <- function(model) layer_rows(call_method(model, "summary_rows"))

layer_rows <- function(rows) {
  column <- function(name, type) {
    vapply(rows, function(row) as.vector(row[[name]], typeof(type)), type)
  }
  data.frame(
    name = column("name", ""),
    kind = column("kind", ""),
    output_shape = vapply(rows, function(row) shapes_in_r(row$shapes), ""),
    params = column("params", 0),
    trainable = column("trainable", 0) > 0,
    reads = column("reads", "")
  )
}

#' @rdname summary.rdeep_model
#' @export
print.rdeep_summary <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

#' @export
format.rdeep_summary <- function(x, ...) {
  title <- sprintf("Model \"%s\" on %s", x$name, x$backend)
  if (!x$built) {
    unbuilt <- "It is unbuilt: the shape of its input is not known yet, `fit()` finds it."
    return(c(title, x$waiting, unbuilt))
  }
  layers <- x$layers
  chain <- all(layers$reads == c("", layers$name)[seq_len(nrow(layers))])
  columns <- list(
    pad("Layer (type)", sprintf("%s (%s)", layers$name, layers$kind)),
    pad("Output shape", layers$output_shape),
    pad("Parameters", big(layers$params), "right"),
    if (!chain) pad("Reads", layers$reads),
    if (!all(layers$trainable)) pad("Trainable", ifelse(layers$trainable, "yes", "no"))
  )
  lines <- do.call(paste, c(Filter(length, columns), sep = "  "))
  widest <- max(cli::ansi_nchar(c(title, lines)))
  rule <- strrep(cli::symbol$line, min(widest, terminal_width()))
  total <- sprintf(
    "Parameters: %s (%s trainable, %s not)",
    big(x$params$total), big(x$params$trainable), big(x$params$non_trainable)
  )
  c(title, rule, trimws(lines, "right"), rule, total)
}

pad <- function(title, values, side = "left") {
  cli::ansi_align(c(title, values), max(nchar(c(title, values))), side)
}

big <- function(x) format(x, big.mark = ",", trim = TRUE, scientific = FALSE)

#' @export
print.rdeep_model <- function(x, ...) {
  print(summary(x))
  invisible(x)
}

#' @export
format.rdeep_model <- function(x, ...) {
  sprintf(
    "<rdeep_model \"%s\" on %s>",
    fetch(x, "name"), fetch(x, "backend")
  )
}
