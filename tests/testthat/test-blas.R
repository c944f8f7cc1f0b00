# R's executable brings a BLAS, and torch's matrix products would go through it: on
# the reference BLAS they take twenty times as long. The margin is wide because other
# work on the machine disturbs both measurements.
product_in_r <- function() {
  in_fresh_r(function() {
    library(rdeep)
    keras_model_sequential(input_shape = 4, backend = "torch") |> layer_dense(1)
    getFromNamespace("call_core", "rdeep")("time_product")
  }, env = c(RETICULATE_PYTHON = running_python()))
}

product_in_python <- function() {
  code <- paste(
    sprintf("import sys; sys.path.insert(0, %s)", encodeString(core_path(), quote = "'")),
    "from rdeep import bridge",
    "print(bridge.time_product())",
    sep = "; "
  )
  as.numeric(utils::tail(system2(running_python(), c("-c", shQuote(code)), stdout = TRUE), 1))
}

test_that("a matrix product through torch is as fast in R as in Python", {
  skip_if_no_backend("torch")
  # Both processes inherit the threads that setup.R allows.
  ratio <- Inf
  for (try in 1:3) {
    ratio <- min(ratio, product_in_r() / product_in_python())
    if (ratio < 5) break
  }
  expect_lt(ratio, 5)
})
