# What a model learned of its data when it was fitted, the columns and factor levels, and
# the design of a formula, as plain lists that travel in the model's file.
#
# In R there is one part for each input and output, named or not: `columns`, and
# `levels`, a list of the levels of each column (of the only one, for a vector), and `units`,
# those of differences of times.

# What the columns of files show: predictions take a matrix or a data frame by their names.
columns_of_files <- function(dataset, .call) {
  if (!inherits(dataset, "rdeep_dataset")) {
    return(NULL)
  }
  columns <- call_core("input_columns", dataset = dataset, .call = .call)
  parts <- lapply(unname(columns), function(names) list(columns = as.character(names)))
  if (length(parts)) named_again(parts, if (any(nzchar(names(columns)))) names(columns))
}

write_learned <- function(model) {
  env <- model_env(model)
  learned <- lapply(env$learned, function(parts) {
    list(keys = as.list(names(parts)), parts = lapply(unname(parts), part_to_data))
  })
  annotations <- list(learned = learned)
  lost <- if (!is.null(env$lost)) list(kind = env$lost)
  annotations$design <- design_to_data(env$design) %||% lost
  annotations$nobs <- env$nobs
  assign_attribute(model, "annotations", annotations)
}

read_learned <- function(model, .call = caller_env()) {
  guard_file(learned_again(model, .call), .call)
}

learned_again <- function(model, .call) {
  annotations <- fetch(model, "annotations")
  env <- model_env(model)
  env$learned <- lapply(annotations$learned, function(side) {
    # A model that was fitted to a stream has learned of no part.
    if (length(side$parts)) named_again(lapply(side$parts, part_from_data), side$keys)
  })
  env$design <- design_from_data(annotations$design, .call)
  env$nobs <- annotations$nobs
  if (is.null(env$design)) {
    env$lost <- annotations$design$kind
  }
}

# Lists throughout: a vector of one string would come back as a string.
part_to_data <- function(part) {
  if (is.null(part)) {
    return(NULL)
  }
  list(
    columns = if (!is.null(part$columns)) as.list(part$columns),
    coded = if (!is.null(part$levels)) as.list(names(part$levels)),
    levels = if (!is.null(part$levels)) lapply(unname(part$levels), as.list),
    units = if (!is.null(part$units)) unname(as.list(part$units)),
    measured = if (!is.null(part$units)) as.list(names(part$units))
  )
}

part_from_data <- function(data) {
  if (is.null(data)) {
    return(NULL)
  }
  levels <- lapply(data$levels, as.character)
  units <- lapply(unname(data$units), as.character)
  part <- list(
    columns = if (!is.null(data$columns)) as.character(data$columns),
    levels = if (length(levels)) named_again(levels, data$coded)
  )
  part$units <- if (length(units)) named_again(units, data$measured)
  part
}

named_again <- function(x, names) {
  if (length(names)) stats::setNames(x, as.character(names)) else x
}
