# Misspelt arguments, attributes and elements that R would complete are mistakes here.
old_options <- options(
  warnPartialMatchArgs = TRUE,
  warnPartialMatchAttr = TRUE,
  warnPartialMatchDollar = TRUE
)

# One thread makes sums come out the same each time; engines read this when they start.
Sys.setenv(
  OMP_NUM_THREADS = "1",
  TF_NUM_INTRAOP_THREADS = "1",
  TF_NUM_INTEROP_THREADS = "1",
  TF_CPP_MIN_LOG_LEVEL = "3"
)

set.seed(1)

withr::defer(options(old_options), teardown_env())
