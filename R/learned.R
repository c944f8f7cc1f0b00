# What a model learned of its data when it was fitted, the columns and factor levels,
# as plain lists that travel in the model's file.
#
# In R there is one part for each input and output, named or not: `columns`, and
# `levels`, a list of the levels of each column (of the only one, for a vector).

write_learned <- function(model) {
  learned <- lapply(model_env(model)$learned, function(parts) {
    list(keys = as.list(names(parts)), parts = lapply(unname(parts), part_to_data))
  })
  assign_attribute(model, "annotations", list(learned = learned))
}

read_learned <- function(model) {
  learned <- fetch(model, "annotations")$learned
  env <- model_env(model)
  env$learned <- lapply(learned, function(side) {
    named_again(lapply(side$parts, part_from_data), side$keys)
  })
}

# Lists throughout: a vector of one string would come back as a string.
part_to_data <- function(part) {
  if (is.null(part)) {
    return(NULL)
  }
  list(
    columns = if (!is.null(part$columns)) as.list(part$columns),
    coded = if (!is.null(part$levels)) as.list(names(part$levels)),
    levels = if (!is.null(part$levels)) lapply(unname(part$levels), as.list)
  )
}

part_from_data <- function(data) {
  if (is.null(data)) {
    return(NULL)
  }
  levels <- lapply(data$levels, as.character)
  list(
    columns = if (!is.null(data$columns)) as.character(data$columns),
    levels = if (length(levels)) named_again(levels, data$coded)
  )
}

named_again <- function(x, names) {
  if (length(names)) stats::setNames(x, as.character(names)) else x
}
