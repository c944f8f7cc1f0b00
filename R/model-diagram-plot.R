# A diagram's boxes, arrows and writing, in ggplot2.

draw_diagram <- function(diagram) {
  shapes <- box_outlines(diagram$boxes)
  present <- intersect(names(family_colours), diagram$boxes$family)
  ggplot2::ggplot(shapes, ggplot2::aes(x = .data[["x"]], y = .data[["y"]])) +
    arrow_layers(diagram$arrows) +
    ggplot2::geom_polygon(
      ggplot2::aes(
        group = .data[["box"]], fill = .data[["family"]], colour = .data[["family"]],
        linetype = .data[["copy"]]
      ),
      linewidth = 0.4
    ) +
    ggplot2::annotation_custom(writing_grob(diagram)) +
    family_scale(ggplot2::scale_fill_manual, present, lighten(family_colours)) +
    family_scale(ggplot2::scale_colour_manual, present, family_colours) +
    ggplot2::scale_linetype_manual(
      values = c(`FALSE` = "solid", `TRUE` = "22"), guide = "none"
    ) +
    ggplot2::coord_fixed(
      xlim = c(0, diagram$extent[1]), ylim = c(0, diagram$extent[2]),
      expand = FALSE, clip = "off"
    ) +
    diagram_theme(legend_rows(present))
}

# From dark to light, each family keeps its colour in every picture.
family_colours <- c(
  input = "#8A8F98", core = "#2F6DB5", convolution = "#B4531A", pooling = "#B58A0B",
  recurrent = "#7B4BB3", attention = "#A63A8C", normalization = "#3F8A3A",
  regularization = "#B23A48", activation = "#0F8A8A", merging = "#1F2937",
  reshaping = "#8A6D53", tabular = "#1D7A5F", ensembles = "#5661B3",
  preprocessing = "#5B7F95", other = "#6B7280"
)

lighten <- function(colours, share = 0.86) {
  mixed <- grDevices::col2rgb(colours) * (1 - share) + 255 * share
  stats::setNames(grDevices::rgb(t(mixed), maxColorValue = 255), names(colours))
}

family_scale <- function(scale, present, values) {
  words <- paste0(toupper(substr(present, 1, 1)), substring(present, 2))
  scale(
    values = values[present], breaks = present, labels = words, name = NULL,
    guide = ggplot2::guide_legend(nrow = legend_rows(present))
  )
}

# As many as leave the legend narrower than a small figure.
legend_rows <- function(present) {
  ceiling(sum(text_width(present) + 28) / 330)
}

diagram_theme <- function(legend_rows) {
  ggplot2::theme_void() +
    ggplot2::theme(
      legend.position = "bottom",
      legend.key.width = ggplot2::unit(9, "pt"),
      legend.key.height = ggplot2::unit(if (legend_rows > 1) 12 else 9, "pt"),
      legend.text = ggplot2::element_text(size = 7.5),
      legend.margin = ggplot2::margin(5, 0, 0, 0),
      plot.title = ggplot2::element_text(size = 11, face = "bold", hjust = 0.5),
      plot.subtitle = ggplot2::element_text(
        size = 8.5, colour = "grey40", hjust = 0.5, margin = ggplot2::margin(3, 0, 8, 0)
      ),
      plot.margin = ggplot2::margin(5, 5, 5, 5)
    )
}

# Boxes with round corners.
box_outlines <- function(boxes, radius = 4) {
  angle <- seq(0, pi / 2, length.out = 6)
  turn <- c(angle, angle + pi / 2, angle + pi, angle + 3 * pi / 2)
  right <- rep(c(1, -1, -1, 1), each = 6)
  upper <- rep(c(1, 1, -1, -1), each = 6)
  outlines <- lapply(seq_len(nrow(boxes)), function(i) {
    box <- boxes[i, ]
    data.frame(
      x = box$x + right * (box$width / 2 - radius) + radius * cos(turn),
      y = box$y + upper * (box$height / 2 - radius) + radius * sin(turn),
      box = i, family = box$family, copy = box$copy
    )
  })
  do.call(rbind, outlines)
}

# Lines with heads; heads are polygons, so that they shrink with the diagram.
arrow_layers <- function(arrows) {
  if (is.null(arrows)) {
    return(NULL)
  }
  heads <- lapply(split(arrows, arrows$arrow), arrow_head)
  list(
    ggplot2::geom_path(
      ggplot2::aes(group = .data[["arrow"]]),
      data = arrows, colour = "grey45", linewidth = 0.35
    ),
    ggplot2::geom_polygon(
      ggplot2::aes(group = .data[["arrow"]]),
      data = do.call(rbind, heads), fill = "grey45"
    )
  )
}

arrow_head <- function(path, length = 5, width = 4) {
  n <- nrow(path)
  tip <- unlist(path[n, c("x", "y")])
  way <- toward(unlist(path[n - 1, c("x", "y")]), tip)
  base <- tip - length * way
  side <- c(-way[2], way[1]) * width / 2
  corners <- rbind(tip, base + side, base - side)
  data.frame(x = corners[, 1], y = corners[, 2], arrow = path$arrow[1])
}

# The writing is sized when it is drawn, so that it fits the boxes in every figure.
writing_grob <- function(diagram) {
  texts <- lapply(seq_along(diagram$lines), function(i) {
    box <- diagram$boxes[i, ]
    rows <- diagram$lines[[i]]
    n <- nrow(rows)
    other <- rep(font_sizes[["other"]], n)
    y <- box$y + ((n + 1) / 2 - seq_len(n)) * line_height
    inside <- box$width / 2 - box_padding[["x"]]
    head <- seq_len(n) == 1
    data.frame(
      text = c(rows[, 1], rows[, 2]),
      x = rep(c(box$x - inside, box$x + inside), each = n),
      y = c(y, y),
      right = rep(c(0, 1), each = n),
      size = c(ifelse(head, font_sizes[["head"]], other), other),
      bold = c(head, rep(FALSE, n)),
      colour = c(rep("grey10", n), ifelse(head, "grey40", "grey10"))
    )
  })
  texts <- do.call(rbind, texts)
  grid::gTree(
    texts = texts[nzchar(texts$text), ], extent = diagram$extent,
    cl = "rdeep_writing"
  )
}

#' @rawNamespace S3method(grid::makeContent, rdeep_writing)
makeContent.rdeep_writing <- function(x) {
  panel <- grid::convertWidth(grid::unit(1, "npc"), "points", valueOnly = TRUE)
  texts <- x$texts
  grid::setChildren(x, grid::gList(grid::textGrob(
    texts$text,
    grid::unit(texts$x / x$extent[1], "npc"), grid::unit(texts$y / x$extent[2], "npc"),
    hjust = texts$right, vjust = 0.5,
    gp = grid::gpar(
      fontsize = texts$size * panel / x$extent[1],
      fontface = ifelse(texts$bold, "bold", "plain"), col = texts$colour
    )
  )))
}
