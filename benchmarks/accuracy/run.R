# Compares deep_tabular()'s defaults with its peers, and writes results.md: see ../README.md.
#   Rscript benchmarks/accuracy/run.R [--methods NAME...] [--data NAME...] [--aside] [--again]
# What has been fitted before is read from build/accuracy, unless it is asked for --again.

# Who takes part: how the report calls them, and whether they are in Python.
contestants <- c(
  rdeep = "deep_tabular", ranger = "ranger", svm = "svm", nnet = "nnet", glmnet = "cv.glmnet",
  boosting = "boosting"
)
threads <- 2
# A process is given this many cells at most, for their names have to fit on its command line.
cells_at_once <- 200

main <- function(arguments) {
  options <- read_options(arguments)
  sets <- if (options$aside) aside_sets else benchmark_sets
  chosen <- among(options$data, names(sets), "data set")
  methods <- among(options$methods, names(contestants), "method")
  folder <- file.path(root, "build", "accuracy")
  prepare(sets[chosen], folder)
  for (method in methods) {
    fit_missing(method, chosen, folder, options$again)
  }
  mention_old(folder)
  scores <- collect(chosen, names(contestants), folder)
  text <- report(scores, contestants, threads)
  cat(text, sep = "\n")
  if (is.null(options$data)) {
    output <- if (options$aside) file.path(folder, "aside.md") else file.path(here, "results.md")
    writeLines(text, output)
    message("Written to ", output)
  }
}

# Options that take names, and flags.
read_options <- function(arguments) {
  flags <- c("--aside", "--again")
  unknown <- setdiff(grep("^--", arguments, value = TRUE), c("--methods", "--data", flags))
  if (length(unknown) > 0) {
    stop("there is no option ", toString(unknown), call. = FALSE)
  }
  option <- cumsum(startsWith(arguments, "--"))
  following <- function(name) {
    at <- match(name, arguments)
    if (!is.na(at)) arguments[option == option[at]][-1]
  }
  list(
    methods = following("--methods"), data = following("--data"),
    aside = "--aside" %in% arguments, again = "--again" %in% arguments
  )
}

# The names that were asked for: all where none was.
among <- function(asked, known, what) {
  unknown <- setdiff(asked, known)
  if (length(unknown) > 0) {
    stop(
      "there is no ", what, " ", toString(unknown), "; there are ", toString(known),
      call. = FALSE
    )
  }
  asked %||% known
}

prepare <- function(sets, folder) {
  dir.create(file.path(folder, "data"), recursive = TRUE, showWarnings = FALSE)
  for (name in names(sets)) {
    if (!file.exists(file.path(folder, "data", paste0(name, ".json")))) {
      prepare_set(sets[[name]](), file.path(folder, "data"))
    }
  }
}

# Has a contestant fit what it has not fitted, in a process of its own.
fit_missing <- function(method, sets, folder, again) {
  fits <- file.path(folder, "fits", method)
  dir.create(fits, recursive = TRUE, showWarnings = FALSE)
  cells <- paste0(rep(sets, each = 5), "-", 1:5)
  if (!again) {
    cells <- cells[!file.exists(file.path(fits, paste0(cells, ".json")))]
  }
  for (some in split(cells, (seq_along(cells) - 1) %/% cells_at_once)) {
    status <- system2(
      command(method)[[1]], shQuote(c(command(method)[-1], folder, some)),
      env = paste0("OMP_NUM_THREADS=", threads)
    )
    if (status != 0) {
      message(method, " ended early, with status ", status)
    }
  }
}

# Says so when rdeep has been installed since it was fitted.
mention_old <- function(folder) {
  fits <- list.files(file.path(folder, "fits", "rdeep"), full.names = TRUE)
  installed <- file.mtime(system.file("DESCRIPTION", package = "rdeep"))
  old <- sum(file.mtime(fits) < installed, na.rm = TRUE)
  if (old > 0) {
    message(old, " of rdeep's fits are from before it was installed; --again makes them new")
  }
}

command <- function(method) {
  if (method == "boosting") {
    c(file.path(root, ".venv", "bin", "python"), file.path(here, "boosting.py"))
  } else {
    c(file.path(R.home("bin"), "Rscript"), file.path(here, "fit.R"), method, threads)
  }
}

`%||%` <- function(x, otherwise) if (is.null(x)) otherwise else x

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
root <- dirname(dirname(here))
for (file in c("data.R", "aside.R", "folds.R", "prepare.R", "scores.R", "summarise.R")) {
  source(file.path(here, file))
}
main(commandArgs(TRUE))
