backends <- c("torch", "tensorflow")

# Tests are skipped only where an engine is not installed at all.
skip_if_no_backend <- function(backend) {
  python <- call_core("sitrep")
  if (is.null(python$packages[[c(torch = "torch", tensorflow = "tensorflow")[[backend]]]])) {
    testthat::skip(paste(backend, "is not installed"))
  }
}

skip_if_slow <- function(slow = TRUE) {
  testthat::skip_if(slow && Sys.getenv("RDEEP_SLOW_TESTS") != "1", "RDEEP_SLOW_TESTS=1 runs it")
}

# A test for each engine, with the engine as the default.
for_each_backend <- function(description, code) {
  test_on_each(description, substitute(code), parent.frame())
}

# The same of what R does alike for all engines, so that one says it. TensorFlow traces each
# network, which takes a second: it is run where RDEEP_SLOW_TESTS=1.
slow_on_tensorflow <- function(description, code) {
  test_on_each(description, substitute(code), parent.frame(), slow = "tensorflow")
}

test_on_each <- function(description, code, env, slow = character()) {
  for (name in backends) {
    eval(
      substitute(
        test_that(TITLE, {
          skip_if_no_backend(BACKEND)
          skip_if_slow(SLOW)
          withr::local_options(rdeep.backend = BACKEND)
          backend <- BACKEND
          CODE
        }),
        list(
          TITLE = paste0(description, " (", name, ")"),
          BACKEND = name, SLOW = name %in% slow, CODE = code
        )
      ),
      env
    )
  }
}

# Data and models -----------------------------------------------------------------

iris_x <- scale(as.matrix(iris[1:4]))
attr(iris_x, "scaled:center") <- NULL
attr(iris_x, "scaled:scale") <- NULL
iris_y <- as.integer(iris$Species) - 1L

classifier <- function(backend = NULL, ..., metrics = "accuracy", rate = 0.1) {
  model <- keras_model_sequential(input_shape = 4, backend = backend) |>
    layer_dense(8, activation = "relu") |>
    layer_dense(3, activation = "softmax")
  compile(
    model,
    optimizer = optimizer_sgd(rate),
    loss = "sparse_categorical_crossentropy",
    metrics = metrics,
    ...
  )
}

regressor <- function(backend = NULL) {
  model <- keras_model_sequential(input_shape = 4, backend = backend) |> layer_dense(1)
  compile(model, optimizer = optimizer_sgd(0.01), loss = "mse")
}

# An order of the rows of `iris` in which the classes take turns.
taking_turns <- c(matrix(1:150, 3, byrow = TRUE))

fit_quietly <- function(model, x = iris_x, y = iris_y, ...) {
  fit(model, x, y, verbose = 0, ...)
}

# The exported functions of a family, by name.
constructors <- function(prefix) {
  names <- grep(paste0("^", prefix, "_"), getNamespaceExports("rdeep"), value = TRUE)
  stats::setNames(lapply(sort(names), getExportedValue, ns = "rdeep"), sort(names))
}

# Conditions ----------------------------------------------------------------------

# What a user sees of an error, in a form that does not depend on the versions of
# rlang, cli and testthat: its classes, the function it is from, and its message.
error_text <- function(code, condition) {
  classes <- grep("^rdeep_error", class(condition), value = TRUE)
  call <- conditionCall(condition)
  from <- if (is.call(call)) paste(deparse(call[[1]]), collapse = "") else "?"
  message <- cli::ansi_strip(conditionMessage(condition))
  # How causes are shown depends on the version of rlang.
  message <- sub("\nCaused by.*$", "", message)
  cause <- condition$parent
  c(
    paste(">", code),
    paste0("<", paste(classes, collapse = "/"), ">"),
    paste0("in ", from, "()"),
    strsplit(message, "\n", fixed = TRUE)[[1]],
    if (!is.null(cause)) paste("caused by:", conditionMessage(cause))
  )
}

expect_error_snapshot <- function(code) {
  withr::local_options(
    cli.unicode = FALSE,
    cli.num_colors = 1L,
    cli.condition_width = Inf,
    cli.condition_unicode_bullets = FALSE
  )
  source <- paste(trimws(deparse(substitute(code), width.cutoff = 500)), collapse = " ")
  condition <- tryCatch(code, error = identity)
  testthat::expect_s3_class(condition, "rdeep_error")
  # A subclass says of what kind it is.
  kinds <- grep("^rdeep_error_", class(condition), value = TRUE)
  testthat::expect_length(kinds, 1)
  testthat::expect_true(is.call(conditionCall(condition)))
  # A message is laid out each time that it is asked for, which takes as long as many a test.
  text <- error_text(source, condition)
  testthat::expect_false(any(grepl("Traceback|File \"", text[-1])))
  testthat::expect_snapshot(cat(text, sep = "\n"))
  invisible(condition)
}

# What several lines of code signal, in a form that does not depend on versions either.
expect_conditions_snapshot <- function(code) {
  withr::local_options(
    cli.unicode = FALSE,
    cli.num_colors = 1L,
    cli.condition_width = Inf,
    cli.condition_unicode_bullets = FALSE
  )
  code <- substitute(code)
  env <- parent.frame()
  parts <- if (identical(code[[1]], quote(`{`))) as.list(code)[-1] else list(code)
  text <- unlist(lapply(parts, function(part) {
    source <- paste(trimws(deparse(part, width.cutoff = 500)), collapse = " ")
    warned <- character()
    condition <- tryCatch(
      withCallingHandlers(eval(part, env), warning = function(warning) {
        warned <<- c(warned, paste("warning:", cli::ansi_strip(conditionMessage(warning))))
        invokeRestart("muffleWarning")
      }),
      error = identity
    )
    error <- if (inherits(condition, "error")) error_text(source, condition)[-1]
    c(paste(">", source), warned, error)
  }))
  testthat::expect_snapshot(cat(text, sep = "\n"))
}

expect_rdeep_error <- function(code, kind, message = NULL) {
  condition <- testthat::expect_error(code, class = paste0("rdeep_error_", kind))
  if (!is.null(message)) {
    testthat::expect_match(conditionMessage(condition), message)
  }
  invisible(condition)
}

# Processes -----------------------------------------------------------------------

# Runs a function in a fresh R process, with this package's library.
in_fresh_r <- function(f, args = list(), env = character(), wd = tempdir()) {
  variables <- callr::rcmd_safe_env()
  variables[names(env)] <- env
  withr::local_dir(wd)
  callr::r(f, args, libpath = .libPaths(), env = variables)
}

running_python <- function() {
  call_core("sitrep")$executable
}

expect_no_warning_at_all <- function(code) {
  testthat::expect_warning(code, NA)
}

# All but the one that scales the loss for another, which has the rate.
optimizers_with_a_rate <- function() {
  all <- constructors("optimizer")
  all[setdiff(names(all), "optimizer_loss_scale")]
}

skip_without <- function(module) {
  call_core("sitrep")
  if (!reticulate::py_module_available(module)) {
    skip(paste(module, "is not installed"))
  }
}
