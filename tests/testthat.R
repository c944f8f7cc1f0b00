library(testthat)
library(rdeep)

# Snapshots of messages count wherever the tests run.
Sys.setenv(NOT_CRAN = "true")

test_check("rdeep")
