library(testthat)
library(rdeep)

# Snapshots of messages count wherever the tests run.
Sys.setenv(NOT_CRAN = "true")

# A name runs the test files that bear it.
chosen <- commandArgs(TRUE)
test_check("rdeep", filter = if (length(chosen)) chosen[[1]])
