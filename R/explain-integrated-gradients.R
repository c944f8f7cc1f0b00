# Integrated gradients: the way from a typical row to each row, in the core.

# A list: `values`, an array of rows, columns and outputs; `columns`, a data frame of what
# the columns hold; `baseline` and `prediction`, matrices of rows and outputs. The columns
# are those that the network sees, such as `log(x)`, which a formula or a recipe made.
column_gradients <- function(view, typical, .call, steps = 50L) {
  if (is.null(view$gradients)) {
    abort_rdeep(
      "argument",
      "Integrated gradients are for networks.",
      argument = "method",
      call = .call
    )
  }
  n <- nrow(view$frame)
  found <- view$gradients(view$frame, seq_len(n), typical_row(typical), steps, .call)
  names <- names(found$columns)
  known <- intersect(names, names(view$frame))
  found$columns[known] <- view$frame[known]
  list(
    values = found$values,
    columns = found$columns,
    baseline = found$origin[rep(1, n), , drop = FALSE],
    prediction = found$scores
  )
}

# Medians, observed ones so that whole numbers stay whole, and the most frequent categories.
typical_row <- function(frame) {
  new_frame(lapply(frame, function(column) {
    if (is_classes(column)) {
      seen <- categories(column)
      return(seen[which.max(tabulate(match(column, seen), length(seen)))])
    }
    stats::quantile(column, 0.5, type = 1, names = FALSE, na.rm = TRUE)
  }))
}

tabular_gradients <- function(object, frame, offset, start, steps, .call) {
  parts <- tabular_parts(object, frame, offset = offset, .call = .call)
  # An offset is added all along the way, and so belongs to no column.
  none <- if (!is.null(offset)) 0
  first <- tabular_parts(object, start, offset = none, .call = .call)
  found <- call_core(
    "tabular_gradients",
    model = tabular_pointer(object, .call),
    numbers = parts$numbers,
    codes = parts$codes,
    offset = as_row_array(parts$offset),
    start_numbers = first$numbers,
    start_codes = first$codes,
    steps = steps,
    .call = .call
  )
  codes <- if (!is.null(parts$codes)) as.data.frame(parts$codes)
  columns <- cbind_frames(if (!is.null(parts$numbers)) as.data.frame(parts$numbers), codes)
  c(found, list(columns = stats::setNames(columns, parts$names)))
}

cbind_frames <- function(...) {
  new_frame(do.call(c, lapply(Filter(Negate(is.null), list2(...)), as.list)))
}

network_gradients <- function(object, frame, start, steps, .call) {
  x <- network_columns(object, frame, .call)
  found <- call_core(
    "integrated_gradients",
    model = object,
    x = x,
    baseline = network_columns(object, start, .call),
    steps = steps,
    .call = .call
  )
  columns <- stats::setNames(as.data.frame(x), colnames(x) %||% names(frame))
  c(found, list(columns = columns))
}

# The matrix that a data frame becomes.
network_columns <- function(object, frame, .call) {
  design <- model_env(object)$design
  if (!is.null(design)) {
    return(columns_to_predict(design, frame, .call)$x)
  }
  known <- model_env(object)$learned$x[[1]]
  frame_to_matrix(frame, "data", known, .call)$values
}
