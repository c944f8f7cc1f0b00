# parsnip is no dependency, not even a suggested one: a stand-in with parsnip's names and
# arguments (those of 1.0 and later) records what is registered, and another
# (helper-model-parsnip.R) does with it what parsnip does.

stand_in <- function(engines = "nnet") {
  seen <- new.env()
  record <- function(what) {
    function(...) {
      call <- match.call(sys.function(-1), sys.call(-1), envir = parent.frame(2))
      values <- lapply(as.list(call)[-1], eval, parent.frame(2))
      seen[[what]] <- c(seen[[what]], list(values))
    }
  }
  list(
    seen = seen,
    get_from_env = function(items) data.frame(engine = engines),
    set_model_engine = function(model, mode, eng) record("engine")(),
    set_dependency = function(model, eng, pkg = "parsnip", mode = NULL) record("dependency")(),
    set_fit = function(model, mode, eng, value) record("fit")(),
    set_encoding = function(model, mode, eng, options) record("encoding")(),
    set_pred = function(model, mode, eng, type, value) record("pred")(),
    set_model_arg = function(model, eng, parsnip, original, func, has_submodel) {
      record("argument")()
    }
  )
}

registered <- function(...) {
  parsnip <- stand_in(...)
  register_engine(parsnip)
  as.list(parsnip$seen)
}

field <- function(records, name) vapply(records, function(record) record[[name]], "")

# What parsnip does with a `set_fit()`: a call of `func` with the data and the arguments.
fitted_by_parsnip <- function(records, mode, data, arguments = list()) {
  value <- records$fit[[which(field(records$fit, "mode") == mode)]]$value
  defaults <- value$defaults[setdiff(names(value$defaults), names(arguments))]
  fun <- call("::", as.name(value$func[["pkg"]]), as.name(value$func[["fun"]]))
  names <- intersect(value$protect, names(data))
  call <- as.call(c(fun, stats::setNames(lapply(names, as.name), names), arguments, defaults))
  list(fit = eval(call, data, globalenv()), lvl = levels(data$y))
}

predicted_by_parsnip <- function(records, mode, type, object, new_data, level = 0.95) {
  here <- field(records$pred, "mode") == mode & field(records$pred, "type") == type
  value <- records$pred[[which(here)]]$value
  results <- eval(as.call(c(as.name(value$func[["fun"]]), value$args)))
  if (is.null(value$post)) results else value$post(results, object)
}

test_that("both modes are registered with all that parsnip needs", {
  records <- registered()
  modes <- c("regression", "classification")
  for (what in c("engine", "dependency", "fit", "encoding")) {
    expect_equal(field(records[[what]], "mode"), modes)
    expect_equal(unique(field(records[[what]], "eng")), "rdeep")
    expect_equal(unique(field(records[[what]], "model")), "mlp")
  }
  expect_equal(unique(field(records$dependency, "pkg")), "rdeep")
  for (record in records$fit) {
    expect_setequal(names(record$value), c("interface", "protect", "func", "defaults"))
    expect_true(record$value$interface %in% c("data.frame", "formula", "matrix"))
  }
  expect_setequal(names(records$encoding[[1]]$options), c(
    "predictor_indicators", "compute_intercept", "remove_intercept", "allow_sparse_x"
  ))
})

test_that("types of prediction are those that parsnip knows, in parsnip's form", {
  records <- registered()$pred
  types <- split(field(records, "type"), field(records, "mode"))
  expect_setequal(types$regression, c("numeric", "pred_int", "raw"))
  expect_setequal(types$classification, c("class", "prob", "raw"))
  for (record in records) {
    expect_setequal(names(record$value), c("pre", "post", "func", "args"))
  }
})

test_that("arguments are mapped to deep_tabular()'s, each with a function of dials", {
  records <- registered()$argument
  map <- stats::setNames(field(records, "original"), field(records, "parsnip"))
  expect_equal(
    map[c("hidden_units", "penalty", "dropout", "epochs", "learn_rate")],
    c(
      hidden_units = "hidden_units", penalty = "weight_decay", dropout = "dropout",
      epochs = "epochs", learn_rate = "learning_rate"
    )
  )
  expect_in <- function(x, table) expect_equal(setdiff(x, table), character())
  expect_in(map, names(formals(deep_tabular.data.frame)))
  expect_in(names(registered()$fit[[1]]$value$defaults), names(formals(deep_tabular.data.frame)))
  for (record in records) {
    expect_in(names(record$func), c("pkg", "fun", "range", "trans", "values"))
    expect_equal(record$func$pkg, "dials")
    expect_lt(record$func$range[1], record$func$range[2])
    expect_false(record$has_submodel)
  }
  # Arguments of the engine are not renamed by parsnip.
  engine <- setdiff(names(map), c("hidden_units", "penalty", "dropout", "epochs", "learn_rate"))
  expect_equal(unname(map[engine]), engine)
})

test_that("arguments of mlp() alone are registered, the others reach the engine", {
  skip_if_not_installed("hardhat")
  expect_setequal(
    field(registered()$argument, "parsnip"),
    c("hidden_units", "penalty", "dropout", "epochs", "learn_rate")
  )
  parsnip <- new_parsnip()
  register_engine(parsnip)
  patience <- 2
  spec <- mlp_spec(
    "regression",
    hidden_units = c(4, 3), epochs = 3, learn_rate = 0.02, penalty = 0.01,
    engine_args = rlang::quos(
      patience = !!patience, batch_size = 8, members = 2, scaling = "standard",
      architecture = "resnet", na_action = "omit", validation = 0.3, model = TRUE,
      backend = "torch", verbose = 0
    )
  )
  cars <- transform(mtcars, gear = factor(gear))
  expect_warning(object <- formula_by_parsnip(parsnip, spec, mpg ~ wt + gear, cars), NA)
  settings <- object$fit$settings
  expect_equal(
    settings[c("patience", "batch_size", "members", "scaling", "architecture", "na_action")],
    list(
      patience = 2, batch_size = 8, members = 2, scaling = "standard", architecture = "resnet",
      na_action = "omit"
    )
  )
  expect_equal(settings$weight_decay, 0.01)
  expect_equal(settings$learning_rate, 0.02)
  expect_equal(unlist(settings$hidden_units), c(4, 3))
  expect_equal(max(epochs_trained(object$fit)), 3)
  # All arguments of deep_tabular() but those of the data can be given there.
  free <- setdiff(names(tabular_arguments), unlist(parsnip$known$fit[[1]]$value$protect))
  main <- vapply(parsnip$known$args, `[[`, "", "original")
  reached <- setdiff(free, main)
  spec <- mlp_spec("regression", engine_args = stats::setNames(
    lapply(reached, function(name) rlang::quo(NULL)), reached
  ))
  expect_warning(plan <- translated(parsnip, spec), NA)
  expect_true(all(reached %in% names(plan$args)))
  expect_output(print(object$fit), "patience = 2, batch_size = 8")
})

test_that("through parsnip both modes predict what predict() does", {
  skip_if_not_installed("hardhat")
  parsnip <- new_parsnip()
  register_engine(parsnip)
  set_random_seed(1)
  spec <- mlp_spec("classification", epochs = 2, hidden_units = 4)
  weights <- rep(c(0, 1, 2), 50)
  object <- formula_by_parsnip(parsnip, spec, Species ~ ., iris, weights)
  expect_equal(object$fit$weights, weights)
  new <- iris[c(1, 60, 120), ]
  class <- predict_by_parsnip(object, new[1:4])
  expect_equal(class, predict(object$fit, new))
  prob <- predict_by_parsnip(object, new[1:4], "prob")
  expect_equal(prob, predict(object$fit, new, type = "prob"))
  expect_equal(predict_by_parsnip(object, new[1:4], "raw"), prob)
  expect_error(predict_by_parsnip(object, new[1:4], "numeric"), "No 'numeric'")
  spec <- mlp_spec("regression", epochs = 2, hidden_units = 4)
  object <- fit_by_parsnip(parsnip, spec, as.matrix(mtcars[c("wt", "hp")]), mtcars$mpg)
  expect_equal(predict_by_parsnip(object, mtcars)$.pred, predict(object$fit, mtcars)$.pred)
  interval <- predict_by_parsnip(object, mtcars, "pred_int", level = 0.8)
  expect_equal(interval, predict(object$fit, mtcars, type = "interval", level = 0.8)[2:3])
})

test_that("what is registered already is not registered again", {
  expect_length(registered(engines = c("nnet", "rdeep")), 0)
})

test_that("a parsnip that has changed does not keep the package from loading", {
  broken <- stand_in()
  broken$set_fit <- function(...) stop("no such argument")
  expect_message(
    try_register_engine(broken), "no such argument",
    class = "packageStartupMessage"
  )
})

test_that("a regression is fitted and predicted as parsnip does it", {
  skip_if_not_installed("hardhat")
  records <- registered()
  data <- list(x = mtcars[c("wt", "hp")], y = mtcars$mpg)
  data$x$gear <- factor(mtcars$gear)
  set_random_seed(1)
  object <- fitted_by_parsnip(
    records, "regression", data, list(hidden_units = 8L, epochs = 3L, learning_rate = 0.01)
  )
  expect_equal(object$fit$architecture, "mlp")
  expect_equal(object$fit$nobs, 32)
  new_data <- data$x[1:5, ]
  predicted <- predicted_by_parsnip(records, "regression", "numeric", object, new_data)
  expect_type(predicted, "double")
  expect_equal(predicted, predict(object$fit, new_data)$.pred)
  wide <- predicted_by_parsnip(records, "regression", "pred_int", object, new_data, 0.9)
  expect_named(wide, c(".pred_lower", ".pred_upper"))
  narrow <- predicted_by_parsnip(records, "regression", "pred_int", object, new_data, 0.5)
  expect_true(all(narrow$.pred_upper - narrow$.pred_lower < wide$.pred_upper - wide$.pred_lower))
})

test_that("a classification is fitted and predicted as parsnip does it", {
  skip_if_not_installed("hardhat")
  records <- registered()
  data <- list(x = iris[1:4], y = iris$Species, weights = rep(c(1, 2), 75))
  set_random_seed(1)
  object <- fitted_by_parsnip(
    records, "classification", data, list(architecture = "tabm", epochs = 2L)
  )
  expect_equal(object$fit$architecture, "tabm")
  expect_equal(as.numeric(object$fit$weights), data$weights)
  new_data <- iris[c(1, 60, 120), 1:4]
  class <- predicted_by_parsnip(records, "classification", "class", object, new_data)
  expect_s3_class(class, "factor")
  expect_equal(levels(class), object$lvl)
  prob <- predicted_by_parsnip(records, "classification", "prob", object, new_data)
  expect_named(prob, paste0(".pred_", object$lvl))
  expect_equal(rowSums(prob), rep(1, 3), tolerance = 1e-5)
})

test_that("tunable() lists deep_tabular()'s arguments", {
  skip_if_not_installed("tibble")
  model <- structure(list(architecture = "resnet"), class = "deep_tabular")
  table <- generics::tunable(model)
  expect_named(table, c("name", "call_info", "source", "component", "component_id"))
  expect_equal(setdiff(table$name, names(formals(deep_tabular.data.frame))), character())
  expect_equal(unique(table$component), "resnet")
})

# A package called parsnip that counts how often an engine is set.
install_stand_in <- function(lib) {
  source <- file.path(withr::local_tempdir(), "parsnip")
  dir.create(file.path(source, "R"), recursive = TRUE)
  writeLines(
    c("Package: parsnip", "Version: 0.0.1", "Title: X", "Description: X.", "License: MIT"),
    file.path(source, "DESCRIPTION")
  )
  writeLines('exportPattern(".")', file.path(source, "NAMESPACE"))
  writeLines(
    c(
      "seen <- new.env()",
      "get_from_env <- function(items) data.frame(engine = as.character(seen$engines))",
      "set_model_engine <- function(model, mode, eng) seen$engines <- c(seen$engines, eng)",
      paste0(
        c("set_dependency", "set_fit", "set_encoding", "set_pred", "set_model_arg"),
        " <- function(...) NULL"
      )
    ),
    file.path(source, "R", "parsnip.R")
  )
  utils::install.packages(source, lib, repos = NULL, type = "source", quiet = TRUE)
}

test_that("the engine is there whichever package is loaded first", {
  skip_on_cran()
  skip_if_not_installed("callr")
  lib <- withr::local_tempdir()
  install_stand_in(lib)
  withr::local_libpaths(lib, action = "prefix")
  engines <- function(first, second) {
    loadNamespace(first)
    loadNamespace(second)
    asNamespace("parsnip")$seen$engines
  }
  both <- c("rdeep", "rdeep")
  expect_equal(in_fresh_r(engines, list("rdeep", "parsnip")), both)
  expect_equal(in_fresh_r(engines, list("parsnip", "rdeep")), both)
  expect_false(in_fresh_r(function() {
    loadNamespace("rdeep")
    isNamespaceLoaded("parsnip")
  }))
})
