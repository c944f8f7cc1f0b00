# The columns of a data frame as the core takes them, whatever they hold.

# What a formula `outcome ~ columns` says of a data frame: the outcome with its name, and which
# columns it is predicted from.
multimodal_sides <- function(formula, data, .call) {
  if (length(formula) != 3) {
    abort_rdeep(
      "argument",
      "The formula must have two sides: the outcome, and the columns that it is predicted from.",
      argument = "formula",
      received = formula,
      hint = "Such as `outcome ~ .`.",
      call = .call
    )
  }
  data <- multimodal_frame(data, "data", .call)
  y <- side_value(formula[[2]], data, formula, .call)
  names <- formula_columns(formula, data, .call)
  list(x = data[names], y = y, y_name = deparse1(formula[[2]]))
}

multimodal_frame <- function(data, argument, .call) {
  if (!is.data.frame(data)) {
    abort_data(
      if (is.null(data)) {
        sprintf("'%s' is missing: the model needs a data frame.", argument)
      } else {
        sprintf("'%s' must be a data frame, not %s.", argument, describe(data))
      },
      argument,
      received = data, .call = .call
    )
  }
  refuse_twice(data, sprintf("'%s'", argument), argument, .call)
  # A tibble of grouped rows or of another class is one all the same.
  as.list(data)
}

# The columns on the right side: `.`, names added up, and names taken away.
formula_columns <- function(formula, data, .call) {
  # Only the names count: arrays and lists are no variables of a formula.
  known <- as.data.frame(lapply(data, function(x) 0), optional = TRUE)
  names(known) <- names(data)
  labels <- tryCatch(
    attr(stats::terms(formula, data = known), "term.labels"),
    error = function(error) deparse1(formula[[3]])
  )
  names <- gsub("^`|`$", "", labels)
  outcome <- all.vars(formula[[2]])
  absent <- setdiff(names, names(data))
  if (length(absent)) {
    is_column <- make.names(absent[1]) == absent[1]
    abort_rdeep(
      "argument",
      if (is_column) {
        sprintf("The data has no column '%s'.", absent[1])
      } else {
        sprintf("The right side of the formula must be columns, not `%s`.", absent[1])
      },
      argument = "formula",
      received = formula,
      hint = if (is_column) {
        suggestion(absent[1], names(data))
      } else {
        "Such as `outcome ~ .`, `outcome ~ photo + note` or `outcome ~ . - id`."
      },
      call = .call
    )
  }
  setdiff(names, outcome)
}

columns_for_core <- function(columns, .call) {
  Map(function(x, name) column_for_core(x, name, .call), columns, names(columns))
}

column_for_core <- function(x, name, .call) {
  if (inherits(x, c("Date", "POSIXt", "difftime"))) {
    refuse_time(x, name, .call)
  }
  if (is.factor(x)) {
    return(list(values = texts_for_core(x), levels = as.list(levels(x))))
  }
  # What nobody said to be anything: `NA`.
  if (is.logical(x) && all(is.na(x))) {
    return(rep(list(NULL), NROW(x)))
  }
  if (is.logical(x) && is.null(dim(x))) {
    return(list(values = texts_for_core(x), levels = list("FALSE", "TRUE")))
  }
  if (is.character(x) && is.null(dim(x))) {
    return(texts_of(x, name, .call))
  }
  if (is.raw(x) && !is.null(dim(x)) || is.numeric(x) && !is.null(dim(x))) {
    return(one_array(x))
  }
  if (is.numeric(x)) {
    return(array(as.double(plain_numbers(x))))
  }
  if (is.list(x) && !is.data.frame(x)) {
    return(list_for_core(x, name, .call))
  }
  abort_data(
    sprintf(
      "Column '%s' is %s; columns are images, texts, series, numbers or categories.", name,
      if (is.data.frame(x)) "a data frame" else describe(x)
    ),
    "data",
    received = x,
    hint = if (is.data.frame(x)) "Give each of its columns a place of its own.",
    .call = .call
  )
}

list_for_core <- function(x, name, .call) {
  empty <- vapply(x, is_nothing, NA)
  good <- vapply(x, function(each) {
    is.numeric(each) || is.logical(each) || is.raw(each) || is_single(each) && is.character(each)
  }, NA)
  odd <- which(!good & !empty)
  if (length(odd)) {
    abort_data(
      sprintf(
        "Column '%s' holds %s in row %d: images and series are arrays of numbers.", name,
        describe(x[[odd[1]]]), odd[1]
      ),
      "data",
      received = x[[odd[1]]], .call = .call
    )
  }
  found <- rep(list(NULL), length(x))
  found[!empty] <- lapply(x[!empty], function(each) {
    if (is.character(each)) enc2utf8(each) else one_array(each)
  })
  unname(found)
}

is_nothing <- function(x) is.null(x) || is.atomic(x) && length(x) == 1 && is.na(x)

# An array of numbers; bytes are whole numbers from 0 to 255.
one_array <- function(x) {
  dims <- dim(x) %||% length(x)
  numbers_of_pixels(array(if (is.raw(x)) as.integer(x) else as.vector(x), dims))
}

# What columns the user says that there are, by name.
modalities_for_core <- function(modalities, .call) {
  if (is.null(modalities)) {
    return(NULL)
  }
  said <- names(modalities)
  texts <- is.character(modalities) || is.list(modalities) && all(vapply(modalities, is_text, NA))
  if (!texts || is.null(said) || !all(nzchar(said)) || anyNA(unlist(modalities))) {
    abort_rdeep(
      "argument",
      sprintf("'modalities' must be texts with names, not %s.", describe(modalities)),
      argument = "modalities",
      received = modalities,
      hint = "Such as `c(photo = \"image\", note = \"text\")`.",
      call = .call
    )
  }
  as.list(modalities)
}

is_text <- function(x) is.character(x) && length(x) == 1
