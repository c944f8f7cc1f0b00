# Data as the core checks it: a list of columns, each numbers, levels with codes, or images.

# The columns of a data frame; a matrix within it is as many columns.
checked_columns <- function(data, argument, .call) {
  refuse_twice(data, sprintf("'%s'", argument), argument, .call)
  parts <- list()
  for (name in names(data)) {
    x <- data[[name]]
    if (is.data.frame(x) || is_matrix_column(x)) {
      inner <- as_frame(if (inherits(x, "Surv")) surv_columns(x) else x)
      names(inner) <- paste(name, names(inner), sep = ".")
      parts <- c(parts, checked_columns(inner, argument, .call))
    } else {
      parts <- c(parts, list(checked_column(x, name, argument, .call)))
    }
  }
  parts
}

is_matrix_column <- function(x) {
  inherits(x, "Surv") || (!is.list(x) && length(dim(x)) == 2)
}

surv_columns <- function(x) {
  values <- unclass(x)
  as.data.frame(values[, seq_len(ncol(values)), drop = FALSE])
}

checked_column <- function(x, name, argument, .call) {
  part <- list(name = enc2utf8(name))
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (inherits(x, "difftime")) x <- as.double(unclass(x))
  if (is.factor(x)) {
    return(c(part, kind = "factor", level_parts(as.integer(x), levels(x))))
  }
  if (is.character(x)) {
    return(c(part, text_parts(x)))
  }
  if (inherits(x, "Date")) {
    return(c(part, kind = "time", list(values = array(as.double(unclass(x)) * 86400))))
  }
  if (inherits(x, "POSIXct")) {
    return(c(part, kind = "time", list(values = array(as.double(unclass(x))))))
  }
  if (is.logical(x) && is.null(dim(x))) {
    kind <- if (all(is.na(x))) "number" else "logical"
    return(c(part, kind = kind, list(values = array(as.double(x)))))
  }
  if (is.numeric(x) && length(dim(x)) < 2) {
    whole <- is.integer(x) || inherits(x, "integer64")
    values <- if (inherits(x, "integer64")) plain_numbers(x) else as.double(unclass(x))
    return(c(part, kind = "number", list(values = array(as.vector(values)), whole = whole)))
  }
  if (is.numeric(x) && length(dim(x)) %in% 3:4) {
    return(c(part, kind = "image", list(images = numbers_of_pixels(x))))
  }
  if (is.list(x)) {
    return(c(part, list_parts(x, name, argument, .call)))
  }
  refuse_column(x, name, argument, describe(x), NULL, .call)
}

level_parts <- function(codes, levels) {
  codes <- codes - 1L
  codes[is.na(codes)] <- -1L
  levels <- as_utf8(levels)
  broken <- !validUTF8(levels)
  if (any(broken)) {
    # The core names what is broken by its bytes.
    whole <- as.list(levels)
    whole[broken] <- lapply(levels[broken], function(text) {
      reticulate::r_to_py(charToRaw(text))
    })
    levels <- whole
  }
  list(codes = array(codes), levels = levels)
}

text_parts <- function(x) {
  used <- unique(x[!is.na(x)])
  if (length(used) == 0) {
    return(list(kind = "number", values = array(rep(NA_real_, length(x)))))
  }
  if (all(grepl(image_endings, used, ignore.case = TRUE))) {
    return(list(kind = "image", images = texts_for_core(ifelse(is.na(x), NA, path.expand(x)))))
  }
  c(list(kind = "text"), level_parts(match(x, used), used))
}

image_endings <- "[.](bmp|gif|jpe?g|png|tiff?|webp)$"

# A list column: of images, or of single values.
list_parts <- function(x, name, argument, .call) {
  empty <- vapply(x, function(each) length(each) == 0 || identical(each, NA), NA)
  shaped <- vapply(x, function(each) is.atomic(each) && length(dim(each)) %in% 2:3, NA)
  paths <- vapply(x, function(each) {
    is.character(each) && length(each) == 1 && grepl(image_endings, each, ignore.case = TRUE)
  }, NA)
  if (any(shaped | paths) && all(empty | shaped | paths)) {
    return(list(kind = "image", images = unname(lapply(x, one_image, .call = .call))))
  }
  single <- vapply(x, function(each) is.atomic(each) && length(each) == 1, NA)
  if (all(single | empty)) {
    return(single_parts(x, empty))
  }
  wrong <- which(!single & !empty)[1]
  refuse_column(
    x, name, argument, sprintf("a list; in row %d it holds %s", wrong, describe(x[[wrong]])),
    "Give each part a column of its own, as `tidyr::unnest_wider()` does.", .call
  )
}

# A list of single values: of several types, if it is not one vector.
single_parts <- function(x, empty) {
  kinds <- vapply(x[!empty], function(each) {
    if (is.character(each) || is.factor(each)) return("text")
    if (is.logical(each)) "logical" else "number"
  }, "")
  x[empty] <- NA
  values <- vapply(x, as.character, "")
  if (length(unique(kinds)) == 1 && kinds[1] != "text") {
    return(list(kind = "number", values = array(suppressWarnings(as.double(values)))))
  }
  mixed <- if (length(unique(kinds)) > 1) lapply(split(kinds, kinds), length)
  c(text_parts(values), list(mixed = mixed))
}

refuse_column <- function(x, name, argument, what, hint, .call) {
  abort_data(
    sprintf(
      "Column '%s' is %s; what can be checked are numbers, text, factors, times and images.",
      name, what
    ),
    argument,
    column = name, received = x, hint = hint, .call = .call
  )
}

# Whatever is checked as a data frame: texts, images and arrays are one column, or several.
checked_frame <- function(x, argument, .call) {
  if (inherits(x, "rsplit")) {
    rlang::check_installed("rsample", "to use a split.", call = .call)
    x <- rsample::analysis(x)
  }
  if (is.data.frame(x) || is.matrix(x) && (is.numeric(x) || is.character(x) || is.logical(x))) {
    x <- as_frame(x)
  } else if (is.character(x) && length(x) == 1 && !is.na(x) && dir.exists(x)) {
    x <- folder_frame(x)
  } else if (is.character(x) && length(x) == 1) {
    abort_data(
      sprintf("'%s' is %s, which is no folder: there is nothing to check.", argument, describe(x)),
      argument,
      received = x, hint = "Give a data frame, texts, or a folder of images that exists.",
      .call = .call
    )
  } else if (is.array(x) && length(dim(x)) %in% 3:4 && is.numeric(x)) {
    return(list(list(name = "image", kind = "image", images = numbers_of_pixels(x))))
  } else if (is.character(x) || is.factor(x) || is.list(x)) {
    return(list(lone_column(x, argument, .call)))
  } else if (is.atomic(x) && !is.null(x) && is.null(dim(x))) {
    x <- tibble::tibble(x = x)
  } else {
    abort_data(
      sprintf(
        "'%s' must be a data frame, a matrix, texts, images or a folder of images, not %s.",
        argument, describe(x)
      ),
      argument,
      received = x, .call = .call
    )
  }
  if (ncol(x) == 0 || nrow(x) == 0) {
    what <- if (ncol(x) == 0) "columns" else "rows"
    abort_data(sprintf("'%s' has no %s.", argument, what), argument,
      received = dim(x), .call = .call
    )
  }
  checked_columns(x, argument, .call)
}

# Texts or images by themselves.
lone_column <- function(x, argument, .call) {
  if (length(x) == 0) {
    abort_data(sprintf("'%s' is empty.", argument), argument, received = x, .call = .call)
  }
  if (is.factor(x)) x <- as.character(x)
  part <- checked_column(x, "x", argument, .call)
  part$name <- if (part$kind == "image") "image" else "text"
  if (part$kind == "text") part$prose <- TRUE
  part
}

# A folder with a folder for each class, as `deep_image()` takes it.
folder_frame <- function(path) {
  path <- path.expand(path)
  files <- list.files(path, image_endings, recursive = TRUE, ignore.case = TRUE)
  frame <- tibble::tibble(image = file.path(path, files))
  classes <- dirname(files)
  if (!all(classes == ".")) {
    frame$class <- factor(sub("[/\\\\].*$", "", classes))
  }
  frame
}
