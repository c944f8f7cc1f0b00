# Writes data sets with their folds to files: NAME.rds for R, and NAME.csv with NAME.json for
# Python.

# How Python sees a column: numbers, or numbers of levels that count from 0. An NA stays one.
as_codes <- function(column) {
  if (is.numeric(column)) as.numeric(column) else as.integer(as.factor(column)) - 1L
}

column_schema <- function(name, column) {
  kind <- if (is.numeric(column)) "numeric" else if (is.ordered(column)) "ordered" else "factor"
  levels <- if (kind == "numeric") list() else as.list(levels(column))
  list(name = name, kind = kind, levels = levels)
}

prepare_set <- function(set, folder) {
  set$data[] <- lapply(set$data, function(column) {
    if (is.character(column) || is.logical(column)) factor(column) else column
  })
  set$fold <- stratified_folds(set$data[[set$outcome]])
  # Names that a formula takes without quoting, for all contestants alike.
  names(set$data) <- make.names(names(set$data), unique = TRUE)
  set$outcome <- make.names(set$outcome)
  saveRDS(set, file.path(folder, paste0(set$name, ".rds")))
  export_set(set, folder)
}

export_set <- function(set, folder) {
  coded <- as.data.frame(lapply(set$data, as_codes))
  coded$.fold <- set$fold
  utils::write.csv(coded, file.path(folder, paste0(set$name, ".csv")), row.names = FALSE, na = "")
  predictors <- setdiff(names(set$data), set$outcome)
  schema <- list(
    name = set$name,
    task = set$task,
    outcome = column_schema(set$outcome, set$data[[set$outcome]]),
    predictors = lapply(predictors, function(name) column_schema(name, set$data[[name]]))
  )
  jsonlite::write_json(schema, file.path(folder, paste0(set$name, ".json")), auto_unbox = TRUE)
}
