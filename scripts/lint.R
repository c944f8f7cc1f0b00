# Lints the R code and its tests; fails if there is anything to say.
folders <- c("R", "tests/testthat", "benchmarks/accuracy")
lints <- lapply(folders[dir.exists(folders)], lintr::lint_dir)
invisible(lapply(lints[lengths(lints) > 0], print))
quit(status = sum(lengths(lints)) > 0)
