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
    "from rdeep.bridge import calls as bridge",
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

# Somebody else imports torch, before this package is loaded or after.
product_after <- function(late) {
  in_fresh_r(function(late) {
    if (late) reticulate::import("torch")
    library(rdeep)
    if (!late) reticulate::import("torch")
    warnings <- character()
    times <- withCallingHandlers(
      vapply(1:2, function(i) getFromNamespace("call_core", "rdeep")("time_product"), 0),
      warning = function(condition) {
        warnings <<- c(warnings, conditionMessage(condition))
        invokeRestart("muffleWarning")
      }
    )
    list(time = min(times), warnings = warnings)
  }, list(late), env = c(RETICULATE_PYTHON = running_python()))
}

test_that("somebody else may import torch once the package is loaded", {
  skip_if_no_backend("torch")
  ours <- product_in_r()
  found <- product_after(late = FALSE)
  expect_equal(found$warnings, character())
  expect_lt(found$time, 5 * ours)
})

test_that("where torch was imported too early, that is said once, with the remedy", {
  skip_if_no_backend("torch")
  skip_on_os(c("mac", "windows"))
  found <- product_after(late = TRUE)
  # R's own BLAS may be a fast one.
  skip_if(found$time < 5 * product_in_r())
  expect_length(found$warnings, 1)
  expect_match(found$warnings, "Restart R, and load rdeep before", fixed = TRUE)
})

test_that("steps are compiled as a whole in R", {
  skip_if_no_backend("torch")
  skip_if_slow()
  skip_if(Sys.which("g++") == "", "there is no compiler")
  losses <- lapply(c(TRUE, FALSE), function(jit) {
    set_random_seed(1)
    model <- keras_model_sequential(input_shape = 4, backend = "torch") |>
      layer_dense(8, activation = "relu") |>
      layer_dense(1)
    compile(model, loss = "mse", jit_compile = jit)
    expect_warning(history <- fit_quietly(model, epochs = 3), NA)
    history$metrics$loss
  })
  expect_equal(losses[[1]], losses[[2]], tolerance = 1e-5)
})
