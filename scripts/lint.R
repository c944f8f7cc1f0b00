# Lints the R code and its tests; fails if there is anything to say.
folders <- c("R", "tests/testthat", "benchmarks/accuracy")
# What an example prints is as long as it is.
printed <- function(lint) startsWith(lint$line, "#' #>")
lints <- lapply(folders[dir.exists(folders)], function(folder) {
  Filter(Negate(printed), lintr::lint_dir(folder))
})
invisible(lapply(lints[lengths(lints) > 0], print))
quit(status = sum(lengths(lints)) > 0)
