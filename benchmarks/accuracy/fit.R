# Fits one of the contestants that are in R, and writes what it predicts. Started by run.R:
#   Rscript fit.R CONTESTANT THREADS FOLDER DATA-FOLD...
# It answers in FOLDER/fits/CONTESTANT/DATA-FOLD.json, as boosting.py does.

main <- function(arguments) {
  contestant <- arguments[[1]]
  threads <- as.integer(arguments[[2]])
  folder <- arguments[[3]]
  fit <- get(paste0("peer_", contestant))
  # What is loaded once in a session is no part of the first fit's time.
  fit(iris[1:4], iris$Species, threads)
  for (cell in arguments[-(1:3)]) {
    parts <- regmatches(cell, regexec("^(.*)-([0-9]+)$", cell))[[1]]
    set <- readRDS(file.path(folder, "data", paste0(parts[[2]], ".rds")))
    answer <- tryCatch(
      fit_cell(fit, set, as.integer(parts[[3]]), threads),
      error = function(error) list(error = conditionMessage(error))
    )
    file <- file.path(folder, "fits", contestant, paste0(cell, ".json"))
    jsonlite::write_json(answer, file, digits = I(8), auto_unbox = TRUE, matrix = "rowmajor")
    message(contestant, " ", cell, ": ", answer$error %||% sprintf("%.1f s", answer$seconds))
  }
}

# Fits to all rows but a fold's, and predicts these.
fit_cell <- function(fit, set, fold, threads) {
  predictors <- set$data[setdiff(names(set$data), set$outcome)]
  outcome <- set$data[[set$outcome]]
  train <- set$fold != fold
  set.seed(fold)
  before <- proc.time()
  fitted <- fit(predictors[train, , drop = FALSE], outcome[train], threads)
  between <- proc.time()
  predicted <- fitted(predictors[!train, , drop = FALSE])
  after <- proc.time()
  answer <- list(
    seconds = (between - before)[["elapsed"]],
    cpu = sum((between - before)[c("user.self", "sys.self")]),
    predict_seconds = (after - between)[["elapsed"]]
  )
  if (is.factor(outcome)) {
    prob <- predicted$prob[, levels(outcome)]
    c(answer, list(class = predicted$class, prob = unname(prob)))
  } else {
    c(answer, list(number = unname(predicted)))
  }
}

`%||%` <- function(x, otherwise) if (is.null(x)) otherwise else x

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
for (file in c("folds.R", "scores.R", "design.R", "peers.R", "deep.R")) {
  source(file.path(here, file))
}
main(commandArgs(TRUE))
