# From what the contestants have answered to the tables of a report.

# One row for each data set and contestant that has answered for all folds: means over these.
# A fit that failed makes them NA.
collect <- function(sets, methods, folder) {
  rows <- lapply(sets, function(name) {
    set <- readRDS(file.path(folder, "data", paste0(name, ".rds")))
    do.call(rbind, lapply(methods, function(method) collect_one(set, method, folder)))
  })
  do.call(rbind, rows)
}

collect_one <- function(set, method, folder) {
  files <- file.path(folder, "fits", method, paste0(set$name, "-", 1:5, ".json"))
  if (!all(file.exists(files))) {
    return(NULL)
  }
  folds <- vapply(1:5, function(fold) score_answer(set, fold, files[[fold]]), numeric(6))
  means <- rowMeans(folds)
  data.frame(
    data = set$name, task = set$task, rows = nrow(set$data), columns = ncol(set$data) - 1,
    method = method, as.list(means), slowest = max(folds["seconds", ])
  )
}

# Main score first: accuracy, or root mean squared error.
score_answer <- function(set, fold, file) {
  answer <- jsonlite::read_json(file, simplifyVector = TRUE)
  truth <- set$data[[set$outcome]][set$fold == fold]
  if (!is.null(answer$error)) {
    return(c(main = NA, second = NA, goodness = NA, seconds = NA, cpu = NA, predict = NA))
  }
  if (is.factor(truth)) {
    colnames(answer$prob) <- levels(truth)
    score <- unname(score_classes(answer, truth))
    goodness <- score[[1]]
  } else {
    score <- unname(score_numbers(answer, truth))
    goodness <- score[[2]]
  }
  c(
    main = score[[1]], second = score[[2]], goodness = goodness,
    seconds = answer$seconds, cpu = answer$cpu, predict = answer$predict_seconds
  )
}

# ---- The report ------------------------------------------------------------------------------

score_titles <- list(
  classification = c("Accuracy, %", "Log loss"),
  regression = c("Root mean squared error", "R²")
)

report <- function(scores, contestants, threads) {
  present <- names(contestants)[names(contestants) %in% scores$method]
  counted <- names(which(table(scores$data) == length(present)))
  complete <- scores[scores$data %in% counted, ]
  c(
    "# Accuracy of deep_tabular() and its peers", "",
    sprintf(
      "%d data sets (%d with classes), five folds, the same for all; %s threads at most; %s, %s.",
      length(counted), length(unique(complete$data[complete$task == "classification"])),
      threads, R.version.string, format(Sys.Date())
    ),
    "`make accuracy` writes this file; `benchmarks/README.md` says what was done.", "",
    "## All together", "", overall(complete, contestants[present]), "",
    "*Mean rank*: by accuracy or root mean squared error, 1 is best. *Beside boosting*: the",
    "mean of accuracy or R² divided by boosting's. In brackets: 95 % intervals, from resampling",
    "the data sets. *Times first*: alone or not.", "",
    part(scores, "classification", contestants[present], main = c(100, 2), second = c(1, 3)),
    part(scores, "regression", contestants[present], main = c(1, NA), second = c(1, 3)),
    "## Seconds to fit", "",
    "Elapsed, mean over the folds. On a busy machine the next table says more.", "",
    wide(scores, "seconds", contestants[present], 1, 1), "",
    "## Seconds of processor time to fit", "", "Of all threads, mean over the folds.", "",
    wide(scores, "cpu", contestants[present], 1, 1)
  )
}

# Of those data sets that everybody has fitted.
overall <- function(scores, contestants) {
  if (nrow(scores) == 0) {
    return("There is no data set that everybody has fitted.")
  }
  score <- ifelse(scores$task == "regression", -scores$main, scores$main)
  # Who failed comes last.
  score[is.na(score)] <- -Inf
  scores$rank <- stats::ave(-score, scores$data, FUN = rank)
  boosting <- scores[scores$method == "boosting", ]
  scores$relative <- scores$goodness / boosting$goodness[match(scores$data, boosting$data)]
  rows <- vapply(names(contestants), function(method) {
    own <- scores[scores$method == method, ]
    classes <- own$task == "classification"
    as_row(c(
      contestants[[method]], with_interval(own$rank, 1, "%.2f"), sum(own$rank < 2),
      with_interval(own$relative, 100, "%.1f"), average(own$relative[classes] * 100, 1),
      average(own$relative[!classes] * 100, 1), number(stats::median(own$seconds, na.rm = TRUE), 1),
      number(max(own$slowest, na.rm = TRUE), 1)
    ))
  }, "")
  header <- c(
    "", "mean rank", "times first", "beside boosting, %", "in accuracy", "in R²",
    "seconds a fit, median", "slowest"
  )
  c(table_head(header), unname(rows))
}

# The mean of values and the quantiles of means of resampled values.
with_interval <- function(values, factor, format) {
  values <- values[!is.na(values)] * factor
  if (length(values) == 0) {
    return("–")
  }
  again <- function() mean(values[sample.int(length(values), replace = TRUE)])
  means <- withr::with_seed(1, replicate(10000, again()))
  shown <- sprintf(format, c(mean(values), stats::quantile(means, c(0.025, 0.975))))
  sprintf("%s (%s to %s)", shown[[1]], shown[[2]], shown[[3]])
}

average <- function(values, digits) {
  number(mean(values, na.rm = TRUE), digits)
}

# Two tables of one task; `main` and `second` say by what to multiply a score and how to round
# it.
part <- function(scores, task, contestants, main, second) {
  titles <- score_titles[[task]]
  own <- scores[scores$task == task, ]
  if (nrow(own) == 0) {
    return(NULL)
  }
  c(
    paste("##", titles[[1]]), "", wide(own, "main", contestants, main[[1]], main[[2]]), "",
    paste("##", titles[[2]]), "", wide(own, "second", contestants, second[[1]], second[[2]]), ""
  )
}

# A row for each data set, a column for each contestant.
wide <- function(scores, column, contestants, factor, digits) {
  rows <- vapply(unique(scores$data), function(name) {
    own <- scores[scores$data == name, ]
    values <- own[[column]][match(names(contestants), own$method)] * factor
    first <- own[1, ]
    cells <- c(name, first$rows, first$columns, vapply(values, number, "", digits))
    as_row(cells)
  }, "")
  c(table_head(c("data", "rows", "columns", contestants)), unname(rows))
}

table_head <- function(header) {
  c(as_row(header), as_row(c("---", rep("---:", length(header) - 1))))
}

as_row <- function(cells) {
  paste("|", paste(cells, collapse = " | "), "|")
}

# Four significant digits where no number of decimals is given.
number <- function(value, digits) {
  if (is.na(value)) {
    "–"
  } else if (is.na(digits)) {
    format(signif(value, 4), scientific = FALSE, trim = TRUE)
  } else {
    sprintf("%.*f", digits, value)
  }
}
