skip_if_not_installed("hardhat")

fit_briefly <- function(..., epochs = 2, members = 2, verbose = 0) {
  deep_tabular(..., epochs = epochs, members = members, verbose = verbose)
}

saved <- function(model, env = parent.frame()) {
  save_model(model, withr::local_tempfile(fileext = ".rdeep", .local_envir = env))
}

# Saves, loads, and compares all that can be predicted. Returns what was loaded.
expect_same_from_file <- function(model, data, backend = NULL) {
  loaded <- load_model(saved(model), backend = backend)
  for (type in types_of(model)) {
    predicted <- function(object) predict(object, data, type, level = 0.5)
    expect_equal(predicted(loaded), predicted(model), tolerance = 1e-5)
  }
  expect_output(print(loaded), paste(utils::capture.output(print(model)), collapse = "\n"),
    fixed = TRUE
  )
  loaded
}

# Columns of each kind, with some values missing.
mixed <- transform(
  mtcars,
  cyl = factor(cyl), gear = ordered(gear), vs = vs == 1, am = ifelse(am == 1, "hand", "auto")
)
gaps <- mixed
gaps$wt[3] <- gaps$cyl[5] <- NA

# What comes back -----------------------------------------------------------------

for_each_backend("a file holds a formula, its columns and what stands for gaps", {
  model <- fit_briefly(
    mpg ~ cyl + gear + vs + am + wt + log(hp) + factor(carb) + I(qsec - 1) + offset(drat),
    gaps,
    na_action = "impute"
  )
  loaded <- expect_same_from_file(model, gaps)
  expect_s3_class(loaded, c("deep_tabular", "rdeep_fit"), exact = TRUE)
  kept <- setdiff(names(model), c("env", "design", "data", "fitted", "offset"))
  expect_equal(loaded[kept], model[kept])
  design <- setdiff(names(model$design), "recipe")
  expect_equal(loaded$design[design], model$design[design])
  expect_null(loaded$data)
  expect_null(loaded$fitted)
  # New data is checked as it was, and asked for its offset.
  expect_warning(predict(loaded, transform(mixed, cyl = "5")), "Novel level")
  expect_rdeep_error(predict(loaded, mixed[-5]), "data", "drat")
})

test_that("a file holds the columns of x and the outcome beside", {
  loaded <- expect_same_from_file(fit_briefly(mixed[-1], mtcars$mpg), mixed)
  expect_null(loaded$design$formula)
  expect_error(formula(loaded), class = "rdeep_error_argument")
  bare <- unname(as.matrix(mtcars[2:5]))
  expect_same_from_file(fit_briefly(bare, mixed$gear, members = 3), bare)
  expect_same_from_file(fit_briefly(bare, as.matrix(mtcars[c("carb", "gear")])), bare)
})

test_that("a file holds a regression with its contrasts", {
  own <- mixed
  contrasts(own$cyl) <- contr.helmert(3)
  fits <- list(
    deep_tabular(mpg ~ wt * cyl + gear, own, hidden_units = 0, epochs = 400, verbose = 0),
    # The cylinders tell the outcome apart: there is no maximum to come to, which is said.
    suppressWarnings(
      deep_tabular(own[c("wt", "cyl")], own$vs, hidden_units = 0, epochs = 20, verbose = 0)
    )
  )
  for (model in fits) {
    loaded <- expect_same_from_file(model, mixed)
    expect_equal(coef(loaded), coef(model))
    expect_equal(glance(loaded), glance(model)[names(glance(loaded))])
    expect_null(summary(loaded)$residuals)
    again <- load_model(saved(loaded))
    expect_equal(held_out_scores(again), held_out_scores(model))
  }
})

test_that("each family comes back with its outcome", {
  data <- transform(mtcars, trials = 10)
  fits <- list(
    function() fit_briefly(vs == 1 ~ wt + hp, data, weights = drat),
    function() fit_briefly(cbind(carb, trials - carb) ~ wt, data),
    function() fit_briefly(carb ~ wt, data, family = "negative_binomial", offset = log(hp)),
    function() fit_briefly(mpg ~ wt, data, family = "quantile", quantile_levels = c(0.2, 0.5))
  )
  for (fit in fits) {
    model <- fit()
    loaded <- expect_same_from_file(model, data)
    expect_equal(weights(loaded), weights(model))
    expect_equal(loaded$target, model$target)
    expect_equal(glance(loaded), glance(model))
  }
})

test_that("survival curves come back, with survival attached or not", {
  skip_if_not_installed("survival")
  lung <- survival::lung[c("time", "status", "age", "sex")]
  fits <- list(
    withr::with_package("survival", fit_briefly(Surv(time, status) ~ age + sex, lung)),
    fit_briefly(survival::Surv(time, status == 2) ~ ., lung, family = "discrete_time"),
    fit_briefly(lung[c("age", "sex")], survival::Surv(lung$time, lung$status))
  )
  lung$curve <- survival::Surv(lung$time, lung$status)
  fits <- c(fits, list(fit_briefly(curve ~ age + sex, lung)))
  for (model in fits) {
    loaded <- expect_same_from_file(model, lung[1:5, ])
    expect_equal(glance(loaded), glance(model))
  }
  # A score of new data needs the outcome that the design makes of it.
  scored <- function(model) {
    set.seed(1)
    as.data.frame(importance(model, data = lung, repetitions = 2))
  }
  expect_equal(scored(loaded), scored(model))
})

test_that("weights of rows and of classes are told apart", {
  model <- fit_briefly(
    Species ~ Sepal.Length, iris,
    weights = Petal.Width, class_weights = c(setosa = 2, versicolor = 1, virginica = 3)
  )
  loaded <- load_model(saved(model))
  expect_equal(weights(loaded), iris$Petal.Width)
  expect_equal(loaded$settings, model$settings)
  expect_equal(calibrate(loaded, method = "platt")$calibration$map,
    calibrate(model, method = "platt")$calibration$map,
    tolerance = 1e-6
  )
})

test_that("calibrated probabilities and measured intervals stay", {
  two <- transform(iris, big = Petal.Width > 1.5, Petal.Width = NULL)
  models <- list(fit_briefly(Species ~ ., iris), fit_briefly(big ~ ., two))
  for (model in models) {
    for (method in c("temperature", "platt", "isotonic")) {
      expect_same_from_file(calibrate(model, method = method), iris)
    }
  }
  number <- fit_briefly(mpg ~ wt + hp, mtcars)
  measured <- conformal(number, mtcars[1:20, ])
  loaded <- expect_same_from_file(measured, mtcars)
  expect_equal(loaded$conformal, measured$conformal)
  intervals <- function(model) predict(model, mtcars, type = "interval", level = 0.5)
  # The object beside, which shares the core's, has its own.
  expect_equal(intervals(load_model(saved(number))), intervals(number), tolerance = 1e-5)
  expect_false(isTRUE(all.equal(intervals(number), intervals(loaded))))
})

# Backends, other sessions, Python ------------------------------------------------

test_that("a file is loaded on the other backend, and where its own is missing", {
  for (name in backends) skip_if_no_backend(name)
  model <- fit_briefly(Species ~ ., iris, backend = "torch")
  loaded <- expect_same_from_file(model, iris, backend = "tensorflow")
  expect_equal(fetch(tabular_pointer(loaded), "backend"), "tensorflow")
  path <- saved(model)
  expect_rdeep_error(load_model(path, backend = "jax"), "backend", "jax")
  elsewhere <- load_model(path, device = "abacus")
  expect_error(predict(elsewhere, iris), "no device 'abacus'", class = "rdeep_error")
  registry <- reticulate::import("rdeep.engines.registry", convert = FALSE)
  installed <- registry$installed
  withr::defer(registry$installed <- installed)
  registry$installed <- reticulate::py_eval("lambda: ['tensorflow']", convert = FALSE)
  expect_warning(loaded <- load_model(path), "torch is not installed here")
  expect_equal(predict(loaded, iris, "prob"), predict(model, iris, "prob"), tolerance = 1e-5)
})

test_that("a file is read in another session, and what is loaded goes on by saveRDS()", {
  model <- fit_briefly(Species ~ ., iris)
  path <- saved(model)
  copy <- withr::local_tempfile(fileext = ".rds")
  saveRDS(load_model(path), copy)
  found <- in_fresh_r(
    function(path, copy, data) {
      lapply(list(rdeep::load_model(path), readRDS(copy)), stats::predict, data, type = "prob")
    },
    list(path, copy, iris)
  )
  expected <- predict(model, iris, type = "prob")
  expect_equal(found, list(expected, expected), tolerance = 1e-6)
})

test_that("saveRDS() keeps the data and what was made of it", {
  model <- fit_briefly(mpg ~ poly(wt, 2) + hp, mtcars, weights = qsec)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  found <- in_fresh_r(
    function(path) {
      library(rdeep)
      model <- readRDS(path)
      list(
        fitted = fitted(model), residuals = residuals(model), frame = model.frame(model),
        interval = predict(model, type = "interval", level = 0.5), again = predict(model)
      )
    },
    list(path)
  )
  expect_equal(found$fitted, fitted(model))
  expect_equal(found$residuals, residuals(model))
  expect_equal(found$frame, model.frame(model))
  expect_equal(found$again, predict(model))
  expect_equal(
    found$interval, predict(model, type = "interval", level = 0.5),
    tolerance = 1e-6
  )
})

test_that("workers predict with a model that was sent to them", {
  model <- fit_briefly(Species ~ ., iris)
  cluster <- parallel::makePSOCKcluster(1)
  withr::defer(parallel::stopCluster(cluster))
  parallel::clusterCall(cluster, .libPaths, .libPaths())
  predicted <- parallel::parLapply(cluster, list(iris[1:5, ]), function(data, model) {
    loadNamespace("rdeep")
    stats::predict(model, data, type = "prob")
  }, model = model)
  expect_equal(predicted[[1]], predict(model, iris[1:5, ], type = "prob"), tolerance = 1e-6)
})

test_that("Python predicts by a model of R's for a table of columns", {
  model <- fit_briefly(mpg ~ wt + cyl + gear + am + vs, mixed)
  tabular <- reticulate::import("rdeep.tabular")
  # Within the call it would be made, and taken away again, when reticulate looks at it.
  path <- saved(model)
  python <- tabular$load_tabular(path)
  text <- function(x) as.list(as.character(x))
  table <- reticulate::dict(
    cyl = text(mixed$cyl), wt = mixed$wt, am = mixed$am, vs = as.list(mixed$vs),
    gear = text(mixed$gear)
  )
  expect_equal(python$predict(table)[, 1], predict(model, mixed)$.pred, tolerance = 1e-6)
})

# What is refused -----------------------------------------------------------------

test_that("what would have to be run is not kept in a file", {
  path <- withr::local_tempfile(fileext = ".rdeep")
  curved <- fit_briefly(mpg ~ poly(wt, 2) + log(hp), mtcars)
  expect_error_snapshot(save_model(curved, path))
  log <- function(x) x^2
  masked <- fit_briefly(mpg ~ log(wt), mtcars)
  expect_error_snapshot(save_model(masked, path))
  weighted <- fit_briefly(mpg ~ wt, mtcars, weights = rank(hp))
  expect_error_snapshot(save_model(weighted, path))
  expect_false(file.exists(path))
  skip_if_not_installed("recipes")
  baked <- fit_briefly(recipes::recipe(mpg ~ wt, mtcars), mtcars)
  expect_error_snapshot(save_model(baked, path))
})

test_that("a file is replaced on demand only", {
  withr::local_dir(withr::local_tempdir())
  model <- fit_briefly(mpg ~ wt, mtcars)
  save_model(model, "cars.rdeep")
  expect_error_snapshot(save_model(model, "cars.rdeep"))
  expect_error_snapshot(save_model(model))
  other <- fit_briefly(mpg ~ hp, mtcars)
  expect_equal(save_model(other, "cars.rdeep", overwrite = TRUE), "cars.rdeep")
  expect_equal(load_model("cars.rdeep")$design$columns, "hp")
})

test_that("what a file does not hold is said to be missing", {
  loaded <- load_model(saved(fit_briefly(mpg ~ wt, mtcars)))
  expect_error_snapshot(fitted(loaded))
  expect_error_snapshot(residuals(loaded))
  expect_error_snapshot(predict(loaded))
  expect_error_snapshot(augment(loaded))
  expect_error_snapshot(model.frame(loaded))
  expect_equal(augment(loaded, mtcars)$.resid, mtcars$mpg - predict(loaded, mtcars)$.pred)
  line <- deep_tabular(mpg ~ wt, mtcars, hidden_units = 0, epochs = 400, verbose = 0)
  line <- load_model(saved(line))
  expect_error_snapshot(logLik(line))
  expect_error_snapshot(deviance(line))
  expect_error_snapshot(vcov(line))
})

test_that("files of others are not run", {
  model <- fit_briefly(mpg ~ wt, mtcars)
  path <- saved(model)
  pointer <- tabular_pointer(model)
  rewritten <- function(change) {
    annotations <- list(deep_tabular = change(tabular_to_data(model, NULL)))
    assign_attribute(pointer, "annotations", annotations)
    call_method(pointer, "save", filepath = path, overwrite = TRUE)
    path
  }
  expect_error_snapshot(load_model(rewritten(function(data) NULL)))
  run <- function(data) {
    data$design$formula <- "mpg ~ system(wt)"
    data
  }
  expect_rdeep_error(load_model(rewritten(run)), "file", "did not make")
  called <- function(data) {
    data$call <- "system('true')"
    data$lookup$weights <- "system(wt)"
    data
  }
  loaded <- load_model(rewritten(called))
  expect_equal(loaded$call, quote(deep_tabular()))
  expect_null(loaded$lookup$weights)
})

test_that("a call is kept without the data that stands in it", {
  model <- do.call(fit_briefly, list(mpg ~ wt, mtcars))
  model$call <- as.call(list(quote(deep_tabular), formula = mpg ~ wt, data = mtcars))
  expect_equal(load_model(saved(model))$call, quote(deep_tabular(formula = mpg ~ wt, data = data)))
})

test_that("formulas may be long", {
  wide <- as.data.frame(matrix(as.double(1:4000), 4))
  wide$y <- factor(c("a", "b", "a", "b"))
  made <- new_design(y ~ . + log(V1) + factor(V2), wide)
  expect_length(made$predictors, 1002)
  design <- design_from_data(design_to_data(made$design), NULL)
  expect_equal(forge_design(design, wide)$predictors, made$predictors)
})

test_that("designs of other columns than numbers and factors are kept", {
  wide <- data.frame(y = 1:6, x = c(1, 3, 2, 5, 4, 6))
  wide$m <- matrix(as.double(1:12), 6, dimnames = list(NULL, c("a", "b")))
  made <- new_design(y ~ x + m, wide, indicators = "traditional")
  design <- design_from_data(design_to_data(made$design), NULL)
  expect_equal(design[names(design)], made$design[names(design)])
  expect_equal(forge_design(design, wide)$predictors, made$predictors)
  expect_false(is_plain_formula(y ~ x[, 1]))
})
