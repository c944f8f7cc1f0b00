# Boxes as the core takes them: lists of columns.

box_classes <- c("class", "label", "category", ".pred_class")

boxes_for_core <- function(boxes, .call, argument = "boxes") {
  if (inherits(boxes, "python.builtin.object")) {
    return(boxes)
  }
  if (is.data.frame(boxes)) {
    return(box_columns(boxes))
  }
  if (is.list(boxes)) {
    return(unname(lapply(seq_along(boxes), function(i) {
      own_boxes_for_core(boxes[[i]], i, argument, .call)
    })))
  }
  abort_data(
    sprintf(
      "'%s' must be a data frame with a row for each box, not %s.", argument, describe(boxes)
    ), argument,
    received = boxes,
    hint = "Its columns are `image`, `class`, `xmin`, `ymin`, `xmax` and `ymax`.",
    .call = .call
  )
}

# The boxes of one image in a list; `NULL` and `NA` are none.
own_boxes_for_core <- function(boxes, number, argument, .call) {
  if (is.null(boxes) || identical(boxes, NA) || identical(dim(boxes)[1], 0L)) {
    return(NULL)
  }
  if (is.matrix(boxes) && is.null(colnames(boxes)) && ncol(boxes) == 4) {
    colnames(boxes) <- c("xmin", "ymin", "xmax", "ymax")
  }
  if (is.matrix(boxes)) boxes <- as.data.frame(boxes)
  if (is.data.frame(boxes)) {
    return(box_columns(boxes[setdiff(names(boxes), "image")]))
  }
  abort_data(
    sprintf(
      "'%s' must hold a data frame for each image: element %d is %s.",
      argument, number, describe(boxes)
    ), argument,
    received = boxes, .call = .call
  )
}

box_columns <- function(boxes) {
  columns <- lapply(names(boxes), function(name) {
    column <- boxes[[name]]
    if (!is.numeric(column) || name %in% box_classes) {
      return(if (is.atomic(column) || is.factor(column)) texts_for_core(column))
    }
    column <- as.double(column)
    # Images are counted from 1 here, and from 0 there.
    if (name %in% c("image", "image_id")) column <- column - 1
    column[is.na(column)] <- NaN
    array(column)
  })
  names(columns) <- names(boxes)
  Filter(Negate(is.null), columns)
}

# The levels of a factor of classes; of several tables those of the first that has them.
box_levels <- function(boxes) {
  for (table in if (is.data.frame(boxes)) list(boxes) else boxes) {
    if (is.data.frame(table)) {
      for (name in intersect(box_classes, names(table))) {
        if (is.factor(table[[name]])) {
          return(levels(table[[name]]))
        }
      }
    }
  }
  NULL
}

# What boxes may call images that are no files.
image_names <- function(x, boxes) {
  if (is.character(x) || inherits(x, "python.builtin.object")) {
    return(NULL)
  }
  if (is.list(x) && all(vapply(x, is.character, NA))) {
    return(NULL)
  }
  if (is.list(x) && !is.null(names(x))) {
    return(texts_for_core(names(x)))
  }
  # What messages call them, where rows of one table of all boxes would say nothing.
  if (is.list(boxes) && !is.data.frame(boxes)) {
    count <- if (is.list(x)) length(x) else dim(x)[1]
    return(texts_for_core(paste("image", seq_len(count))))
  }
  NULL
}
