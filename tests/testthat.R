library(testthat)
library(rdeep)

test_check("rdeep")
