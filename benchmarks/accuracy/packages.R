# Says what `make accuracy` lacks on this machine, and how Debian calls it.
#   Rscript packages.R
wanted <- c(
  "e1071", "ggplot2", "glmnet", "jsonlite", "MASS", "mlbench", "modeldata", "nnet", "ranger",
  "reticulate", "withr"
)
missing <- wanted[!nzchar(vapply(wanted, function(name) system.file(package = name), ""))]
if (length(missing) > 0) {
  message(
    "accuracy: R packages are missing: ", toString(missing), "\n",
    "  Debian:    apt-get install ", paste0("r-cran-", tolower(missing), collapse = " "), "\n",
    "  elsewhere: install.packages(c(", toString(dQuote(missing, FALSE)), "))"
  )
  quit(status = 1)
}
