# Pictures of speech models: how they were trained, and what they hear in a sound.

#' Draw a sound with what is recognised in it
#'
#' Without a sound, [plot()][plot.rdeep_ready()] draws the training.
#'
#' @param x A model of [deep_speech()].
#' @param newdata A sound: a file or numbers, as for [predict()][predict.deep_speech()]; of several
#'   the first. Left out, the training is drawn.
#' @param sample_rate The samples in a second of a sound that is numbers; by default as in training.
#' @param metrics Which metrics of the training to draw.
#' @param ... Arguments of [predict()][predict.deep_speech()], such as `words`.
#' @returns A ggplot: the spectrogram, brighter where a pitch is louder, and above it each character
#'   where it was recognised.
#' @family ready-made models
#' @examplesIf rdeep_available() && requireNamespace("ggplot2", quietly = TRUE)
#' # Two words of tones.
#' tone <- function(pitch) sin(2 * pi * pitch * seq_len(2000) / 8000) + rnorm(2000, sd = 0.01)
#' said <- rep(c("low high", "high low"), 10)
#' sounds <- lapply(said, function(text) {
#'   unlist(lapply(strsplit(text, " ")[[1]], function(word) tone(c(low = 300, high = 900)[word])))
#' })
#' model <- deep_speech(
#'   sounds, said,
#'   sample_rate = 8000, model_rate = 8000, width = 16, blocks = 1, epochs = 3, verbose = 0
#' )
#' plot(model, sounds[[1]])
#' @export
plot.deep_speech <- function(x, newdata = NULL, sample_rate = NULL, metrics = NULL, ...) {
  if (is.null(newdata)) {
    check_dots(...)
    return(plot.rdeep_ready(x, metrics = metrics))
  }
  rlang::check_installed("ggplot2", "to draw a sound.")
  sound <- if (is.data.frame(newdata)) {
    newdata[1, , drop = FALSE]
  } else if (is.numeric(newdata)) {
    list(newdata)
  } else {
    newdata[1]
  }
  spectrum <- stats::predict(x, sound, type = "spectrogram", sample_rate = sample_rate)
  drawing <- draw_spectrogram(drop_first(spectrum), ready_method(x, "band_frequencies"))
  if (identical(x$outcome$type, "class")) {
    found <- stats::predict(x, sound, sample_rate = sample_rate, ...)
    return(drawing + ggplot2::ggtitle(as.character(found$.pred_class)))
  }
  draw_alignment(
    drawing, stats::predict(x, sound, type = "alignment", sample_rate = sample_rate, ...),
    bands = dim(spectrum)[3]
  )
}

drop_first <- function(x) array(x, dim(x)[-1])

# `spectrum` has a row for each frame, of a hundredth of a second.
draw_spectrogram <- function(spectrum, frequencies) {
  data <- data.frame(
    time = rep((seq_len(nrow(spectrum)) - 0.5) / 100, ncol(spectrum)),
    band = rep(seq_len(ncol(spectrum)), each = nrow(spectrum)),
    level = as.vector(spectrum)
  )
  marks <- c(0.25, 0.5, 1, 2, 4, 8)
  marks <- marks[marks * 1000 < max(frequencies)]
  bands <- stats::approx(frequencies, seq_along(frequencies), marks * 1000)$y
  places <- ggplot2::aes(x = .data[["time"]], y = .data[["band"]], fill = .data[["level"]])
  ggplot2::ggplot(data, places) +
    ggplot2::geom_raster() +
    ggplot2::scale_fill_viridis_c(option = "magma", guide = "none") +
    ggplot2::scale_y_continuous("Frequency (kHz)", breaks = bands, labels = marks) +
    ggplot2::scale_x_continuous("Time (s)") +
    ggplot2::theme_minimal() +
    ggplot2::theme(panel.grid = ggplot2::element_blank())
}

draw_alignment <- function(drawing, alignment, bands) {
  said <- alignment[alignment$.character != " ", ]
  said$middle <- (said$.start + said$.end) / 2
  said$band <- rep(bands + 3, nrow(said))
  drawing +
    ggplot2::geom_vline(
      data = said, mapping = ggplot2::aes(xintercept = .data[["middle"]]),
      colour = "white", alpha = 0.4, linewidth = 0.3
    ) +
    ggplot2::geom_text(
      data = said, inherit.aes = FALSE,
      mapping = ggplot2::aes(
        x = .data[["middle"]], y = .data[["band"]], label = .data[[".character"]]
      )
    ) +
    ggplot2::ggtitle(paste(alignment$.character, collapse = ""))
}
