#' Plot a model as a diagram of its layers
#'
#' Draws a network as a diagram: a box for each layer, coloured by the layer's family,
#' and arrows along which data flows. It needs the package ggplot2 and nothing else.
#'
#' A long network is folded like a text into columns, and all writing grows and shrinks
#' with the figure. A layer that is used several times is drawn each time, so that one
#' sees what flows where.
#'
#' @param x,object A model.
#' @param show_shapes Whether to show the shapes of the layers' outputs.
#' @param show_dtype Whether to show the types of the layers' outputs.
#' @param show_layer_names Whether to show the layers' names.
#' @param ... Not used: anything here is an error, so that a misspelt argument is
#'   noticed.
#' @param rankdir In which direction data flows: `"TB"`, from top to bottom, or `"LR"`,
#'   from left to right.
#' @param dpi Dots per inch of the file `to_file`.
#' @param show_layer_activations Whether to show activations.
#' @param show_trainable Whether to mark layers that training does not change.
#' @param show_options Whether to show the options that were chosen, such as units.
#' @param show_params Whether to show the numbers of parameters.
#' @param columns In how many columns (with `"LR"`, rows) to fold a long network; by
#'   default the number with which the writing is largest.
#' @param to_file A file to write, such as `"model.png"`, in a size that suits the
#'   diagram.
#' @returns A ggplot; invisibly if it was written to a file.
#' @family models
#' @examplesIf rdeep_available() && requireNamespace("ggplot2", quietly = TRUE)
#' model <- keras_model_sequential(input_shape = c(28, 28, 1)) |>
#'   layer_conv_2d(16, 3, activation = "relu") |>
#'   layer_max_pooling_2d() |>
#'   layer_flatten() |>
#'   layer_dense(10, activation = "softmax")
#' plot(model)
#' plot(model, rankdir = "LR", show_layer_names = FALSE)
#' @export
plot.rdeep_model <- function(x,
                             show_shapes = TRUE,
                             show_dtype = FALSE,
                             show_layer_names = TRUE,
                             ...,
                             rankdir = "TB",
                             dpi = 200,
                             show_layer_activations = TRUE,
                             show_trainable = TRUE,
                             show_options = TRUE,
                             show_params = TRUE,
                             columns = NULL,
                             to_file = NULL) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw a model.")
  rankdir <- one_of(rankdir, c("TB", "LR"), "rankdir", current_env())
  check_columns(columns)
  show <- list(
    shapes = show_shapes, dtype = show_dtype, layer_names = show_layer_names,
    layer_activations = show_layer_activations, options = show_options,
    params = show_params
  )
  for (part in names(show)) {
    check_flag(show[[part]], paste0("show_", part), current_env())
  }
  # `NA` is keras3's default: mark them if there are any.
  show$trainable <- !isFALSE(show_trainable)
  layers <- drawn_layers(x)
  boxes <- write_boxes(layers, show, widest_box(length(layers), rankdir))
  diagram <- place_boxes(boxes, layers, rankdir, columns)
  drawing <- draw_diagram(diagram) +
    ggplot2::labs(title = fetch(x, "name"), subtitle = totals(x))
  if (is.null(to_file)) {
    return(drawing)
  }
  ggplot2::ggsave(
    to_file, drawing,
    dpi = dpi, bg = "white",
    width = (diagram$extent[1] + 20) / 72, height = (diagram$extent[2] + 80) / 72
  )
  invisible(drawing)
}

#' @rdname plot.rdeep_model
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_model <- function(object, ...) plot.rdeep_model(object, ...)

check_columns <- function(columns, .call = caller_env()) {
  if (!is.null(columns) && !(is_single(columns) && is_whole(columns) && columns >= 1)) {
    abort_rdeep(
      "argument",
      sprintf("'columns' must be a whole number from 1 on, not %s.", describe(columns)),
      argument = "columns",
      received = columns,
      hint = "Leave it out to let the figure decide.",
      call = .call
    )
  }
}

# What is drawn -------------------------------------------------------------------

# A list with an element for each use of a layer.
drawn_layers <- function(model, .call = caller_env()) {
  if (!fetch(model, "is_built")) {
    abort_rdeep(
      "state",
      "The shape of the model's input is not known yet.",
      hint = "Give `keras_model_sequential()` an `input_shape`, or fit the model first.",
      call = .call
    )
  }
  lapply(call_method(model, "layer_uses"), function(layer) {
    layer$family <- layer_family(layer)
    layer$reads <- as.integer(unlist(layer$reads)) + 1L
    layer
  })
}

layer_family <- function(layer) {
  family <- switch(layer$kind,
    InputLayer = "input",
    Activation = "activation",
    layer$family
  )
  if (family %in% names(family_colours)) family else "other"
}

totals <- function(model) {
  params <- call_method(model, "counts")
  frozen <- if (params$non_trainable) {
    sprintf(" (%s not trained)", big(params$non_trainable))
  }
  paste0(
    counted(length(fetch(model, "layers")), "layer"), ", ",
    counted(params$total, "parameter"), frozen
  )
}

counted <- function(n, what) paste0(big(n), " ", what, if (n != 1) "s")

# Writing -------------------------------------------------------------------------

# Sizes are in points, at which the diagram is drawn if the figure has room for it.
line_height <- 10.5
box_padding <- c(x = 6, y = 3.5)
font_sizes <- c(head = 9, other = 7.5)

# Each box has up to three lines with something at the left and at the right: what the
# layer is, how it was set up, what it returns.
write_boxes <- function(layers, show, widest) {
  lines <- lapply(layers, box_lines, show)
  widths <- vapply(lines, function(rows) max(line_widths(rows)), 0)
  width <- min(max(widths, 80), widest)
  list(
    lines = lapply(lines, fit_lines, width - 2 * box_padding[["x"]]),
    height = vapply(lines, nrow, 0L) * line_height + 2 * box_padding[["y"]],
    width = width,
    family = vapply(layers, function(layer) layer$family, ""),
    copy = vapply(layers, function(layer) layer$use > 0, NA)
  )
}

# The more boxes stand side by side, the narrower they have to be.
widest_box <- function(n, rankdir) {
  if (rankdir == "LR") 135 else if (n > 12) 150 else 210
}

box_lines <- function(layer, show) {
  rows <- rbind(
    c(sub("Layer$", "", layer$kind), if (show$layer_names) layer$name else ""),
    c(setup_line(layer, show), ""),
    c(returned_line(layer, show), params_line(layer, show))
  )
  rows[nzchar(rows[, 1]) | nzchar(rows[, 2]), , drop = FALSE]
}

line_widths <- function(rows) {
  left <- text_width(rows[, 1], head = seq_len(nrow(rows)) == 1)
  right <- text_width(rows[, 2])
  left + right + ifelse(left > 0 & right > 0, 10, 0) + 2 * box_padding[["x"]]
}

# Shortens what does not fit: the name in the first line, the setup in the others.
fit_lines <- function(rows, room) {
  beside <- room - 10 - text_width(rows[1, 1], head = TRUE)
  # The kind and the number say what an automatic name says.
  plain <- tolower(gsub("_", "", sub("_\\d+$", "", rows[1, 2])))
  if (text_width(rows[1, 2]) > beside && plain == tolower(rows[1, 1])) {
    rows[1, 2] <- sub("^.*?(_\\d+)?$", "\\1", rows[1, 2], perl = TRUE)
  }
  rows[1, 2] <- shorten(rows[1, 2], beside)
  for (i in seq_len(nrow(rows))[-1]) {
    rows[i, 1] <- shorten(rows[i, 1], room - text_width(rows[i, 2]))
  }
  rows
}

# Cuts letters out of the middle: names often differ at their ends.
shorten <- function(text, room) {
  n <- nchar(text)
  keep <- n
  short <- text
  while (keep > 2 && text_width(short) > room) {
    keep <- keep - 1
    short <- paste0(
      substr(text, 1, ceiling(keep / 2)), "..",
      substr(text, n - floor(keep / 2) + 1, n)
    )
  }
  short
}

# About how wide texts are. Asking a graphics device for it would open one.
text_width <- function(texts, head = FALSE) {
  em <- vapply(strsplit(texts, ""), function(letters) {
    narrow <- grepl("[]ijltfrI()[,.:;'| \u00b7]", letters)
    wide <- grepl("[mw[:upper:]]", letters)
    sum(ifelse(narrow, 0.36, ifelse(wide, 0.8, 0.6)))
  }, 0)
  em * ifelse(head, 1.1 * font_sizes[["head"]], font_sizes[["other"]])
}

setup_line <- function(layer, show) {
  words <- c(
    if (show$options) option_words(layer$options),
    if (show$layer_activations) record_words(layer$activation)
  )
  paste(words, collapse = " \u00b7 ")
}

returned_line <- function(layer, show) {
  paste(c(
    if (show$shapes) shapes_in_r(layer$shapes),
    if (show$dtype) layer$dtype
  ), collapse = " ")
}

params_line <- function(layer, show) {
  if (layer$use > 0) {
    return("shared")
  }
  if (layer$params == 0) {
    return("")
  }
  words <- c(
    if (show$params) counted(layer$params, "param"),
    if (show$trainable && !layer$trainable) "frozen"
  )
  paste(words, collapse = ", ")
}

# Options as one would say them: `units = 8` as "8 units", `return_sequences = TRUE`
# as "return sequences".
option_words <- function(options) {
  if (all(c("input_dim", "output_dim") %in% names(options))) {
    options$output_dim <- paste(options$input_dim, "to", options$output_dim)
    options$input_dim <- NULL
  }
  words <- vapply(names(options), function(name) {
    value <- options[[name]]
    label <- gsub("_", " ", name)
    if (isTRUE(value)) {
      label
    } else if (identical(value, FALSE)) {
      paste("no", sub("^use ", "", label))
    } else if (name %in% c("units", "filters", "groups") && is.numeric(value)) {
      counted(value, sub("s$", "", label))
    } else if (is.character(value) || "kind" %in% names(value)) {
      record_words(value)
    } else {
      sizes <- unlist(value)
      if (length(sizes) > 4) {
        return(paste(length(value), label))
      }
      if (!grepl("_size$", name) && length(unique(sizes)) == 1) {
        sizes <- sizes[1]
      }
      sizes <- paste(sizes, collapse = " \u00d7 ")
      if (grepl("_size$", name)) sizes else paste(label, sizes)
    }
  }, "")
  unname(words)
}

# An activation, or a layer in a layer: its name, and its options if there are any.
record_words <- function(record) {
  if (is.list(record)) {
    paste(record$kind, paste(option_words(record$options), collapse = ", "))
  } else {
    record
  }
}

# Placing -------------------------------------------------------------------------

# What a figure of the usual size, 7 by 5 inches, leaves to the diagram.
usual_figure <- c(494, 290)

# Small networks are not blown up by much: they stand in the middle.
canvas_for <- function(extent) {
  smallest <- usual_figure / 1.15
  share <- extent / smallest
  if (all(share < 1)) {
    larger <- which.max(share)
    extent[larger] <- smallest[larger]
  }
  pmax(extent, c(smallest[1] / 2, 0))
}

# Boxes with their edges and arrows with their points, in points from the lower left.
place_boxes <- function(boxes, layers, rankdir, columns) {
  down <- rankdir == "TB"
  width <- rep(boxes$width, length(layers))
  from <- unlist(lapply(layers, function(layer) layer$reads))
  to <- rep(seq_along(layers), lengths(lapply(layers, function(layer) layer$reads)))
  places <- lay_out(
    from, to,
    along = if (down) boxes$height else width,
    across = if (down) width else rep(max(boxes$height), length(layers)),
    figure = if (down) rev(usual_figure) else usual_figure,
    columns = columns
  )
  extent <- if (down) rev(places$extent) else places$extent
  canvas <- canvas_for(extent)
  margin <- (canvas - extent) / 2
  on_canvas <- function(along, across) {
    list(
      x = (if (down) across else along) + margin[1],
      y = canvas[2] - margin[2] - (if (down) along else across)
    )
  }
  centre <- on_canvas(places$along, places$across)
  paths <- lapply(seq_along(places$paths), function(k) {
    path <- places$paths[[k]]
    data.frame(on_canvas(path[, 1], path[, 2]), arrow = k)
  })
  list(
    boxes = data.frame(
      x = centre$x, y = centre$y, width = width, height = boxes$height,
      family = boxes$family, copy = boxes$copy
    ),
    lines = boxes$lines,
    arrows = do.call(rbind, paths),
    extent = canvas
  )
}
