skip_if_not_installed("hardhat")

fit_briefly <- function(..., epochs = 2, members = 2, verbose = 0) {
  deep_tabular(..., epochs = epochs, members = members, verbose = verbose)
}

# Without hidden layers, to convergence.
fit_line <- function(...) deep_tabular(..., hidden_units = 0, verbose = 0)

# The coefficients, their names and what is aliased are those of `lm()` or `glm()`.
expect_same_coefficients <- function(object, reference) {
  expect_equal(coef(object), coef(reference), tolerance = 1e-3)
}

slow_on_tensorflow("a formula, a recipe, a data frame and a matrix give the same model", {
  skip_if_not_installed("recipes")
  fits <- list(
    function() fit_briefly(mpg ~ wt + hp, mtcars),
    function() fit_briefly(recipes::recipe(mpg ~ wt + hp, mtcars), mtcars),
    function() fit_briefly(mtcars[c("wt", "hp")], mtcars$mpg),
    function() fit_briefly(as.matrix(mtcars[c("wt", "hp")]), mtcars$mpg),
    function() fit_briefly(mtcars, mpg ~ wt + hp),
    function() fit_briefly(data = mtcars, formula = mpg ~ wt + hp)
  )
  predictions <- lapply(fits, function(fit) {
    set.seed(1)
    predict(fit(), mtcars)
  })
  expect_s3_class(predictions[[1]], "tbl_df")
  for (other in predictions[-1]) {
    expect_equal(other, predictions[[1]], tolerance = 1e-6)
  }
})

test_that("a formula finds variables where it was written", {
  width <- mtcars$wt
  height <- mtcars$mpg
  model <- fit_briefly(height ~ width)
  expect_equal(nrow(predict(model)), 32)
  expect_equal(nrow(predict(model, data.frame(width = 1:3))), 3)
})

test_that("set.seed() makes a fit repeatable", {
  fit_seeded <- function(seed) {
    set.seed(seed)
    predict(fit_briefly(mpg ~ wt, mtcars), mtcars)$.pred
  }
  expect_identical(fit_seeded(1), fit_seeded(1))
  expect_false(identical(fit_seeded(1), fit_seeded(2)))
})

test_that("the object tells of its fit", {
  model <- fit_briefly(Species ~ ., iris, architecture = "mlp", hidden_units = c(8, 4))
  expect_s3_class(model, c("deep_tabular", "rdeep_fit"), exact = TRUE)
  expect_equal(model$family, "multinomial")
  expect_equal(model$architecture, "mlp")
  expect_equal(model$nobs, 150)
  expect_equal(model$outcome$levels, levels(iris$Species))
  expect_equal(model$target[, 1], as.integer(iris$Species) - 1)
  expect_equal(dim(model$fitted), c(150, 3))
  expect_equal(rowSums(model$fitted), rep(1, 150), tolerance = 1e-6)
  expect_equal(sort(unique(model$held_out$member)), 0:1)
  expect_false(anyNA(model$held_out$prediction))
  expect_length(model$history, 2)
  expect_s3_class(model$history[[1]], "rdeep_history")
  expect_equal(model$data$predictors, iris[1:4], ignore_attr = TRUE)
})

test_that("the call is the user's, so that it can be evaluated again", {
  model <- fit_briefly(mpg ~ wt, data = mtcars)
  expect_equal(model$call[[1]], quote(deep_tabular))
  direct <- deep_tabular(mpg ~ wt, mtcars, epochs = 1, members = 1, verbose = 0)
  expect_equal(
    direct$call,
    quote(deep_tabular(formula = mpg ~ wt, data = mtcars, epochs = 1, members = 1, verbose = 0))
  )
  full <- rdeep::deep_tabular(mtcars["wt"], mtcars$mpg, epochs = 1, members = 1, verbose = 0)
  expect_equal(full$call[[1]], quote(rdeep::deep_tabular))
})

test_that("data is left out on request", {
  model <- fit_briefly(mpg ~ wt, mtcars, model = FALSE)
  expect_null(model$data)
  expect_equal(nrow(predict(model)), 32)
  expect_error_snapshot(predict(model, type = "interval"))
})

test_that("one network holds a share out, as many as are asked for hold a part each", {
  single <- fit_briefly(mpg ~ wt, mtcars, members = 1, validation = 0.25)
  expect_equal(sum(!is.na(single$held_out$member)), 8)
  none <- fit_briefly(mpg ~ wt, mtcars, members = 1, validation = 0)
  expect_true(all(is.na(none$held_out$member)))
})

# Linear models ---------------------------------------------------------------------

test_that("without hidden layers the coefficients are those of lm()", {
  expect_same_coefficients(fit_line(mpg ~ ., mtcars), lm(mpg ~ ., mtcars))
  expect_same_coefficients(
    fit_line(Sepal.Length ~ ., iris, weights = Petal.Width),
    lm(Sepal.Length ~ ., iris, weights = Petal.Width)
  )
  expect_same_coefficients(
    fit_line(log(mpg) ~ poly(wt, 2) * vs + factor(cyl), mtcars),
    lm(log(mpg) ~ poly(wt, 2) * vs + factor(cyl), mtcars)
  )
})

test_that("numbers of any size are fitted", {
  data <- transform(mtcars, tiny = 1e-13 * mpg, huge = 1e13 * mpg)
  expect_equal(coef(fit_line(tiny ~ wt, data)), 1e-13 * coef(lm(mpg ~ wt, data)), tolerance = 1e-3)
  expect_equal(coef(fit_line(huge ~ wt, data)), 1e13 * coef(lm(mpg ~ wt, data)), tolerance = 1e-3)
})

test_that("aliased coefficients are NA, as in lm()", {
  data <- transform(mtcars, twice = 2 * wt, same = 1)
  model <- fit_line(mpg ~ wt + twice + same + hp, data)
  reference <- lm(mpg ~ wt + twice + same + hp, data)
  expect_same_coefficients(model, reference)
  expect_equal(names(which(is.na(coef(model)))), c("twice", "same"))
  expect_equal(predict(model, data)$.pred, unname(fitted(reference)), tolerance = 1e-4)
})

test_that("without hidden layers the coefficients are those of glm()", {
  expect_same_coefficients(
    fit_line(case ~ spontaneous + induced, infert, family = binomial()),
    glm(case ~ spontaneous + induced, binomial, infert)
  )
  counts <- fit_line(cbind(ncases, ncontrols) ~ agegp, esoph)
  reference <- glm(cbind(ncases, ncontrols) ~ agegp, binomial, esoph)
  expect_same_coefficients(counts, reference)
  shares <- transform(esoph, n = ncases + ncontrols, share = ncases / (ncases + ncontrols))
  expect_equal(
    coef(fit_line(share ~ agegp, shares, weights = n, family = "binomial")), coef(counts),
    tolerance = 1e-4
  )
  expect_same_coefficients(
    fit_line(breaks ~ wool * tension, warpbreaks, family = poisson),
    glm(breaks ~ wool * tension, poisson, warpbreaks)
  )
})

test_that("an offset works in the formula, as an expression and as numbers", {
  skip_if_not_installed("MASS")
  data <- MASS::Insurance
  reference <- glm(Claims ~ Group + offset(log(Holders)), poisson, data)
  within <- fit_line(Claims ~ Group + offset(log(Holders)), data, family = poisson)
  expect_same_coefficients(within, reference)
  beside <- fit_line(Claims ~ Group, data, family = poisson, offset = log(Holders))
  expect_same_coefficients(beside, reference)
  exposure <- log(data$Holders)
  apart <- fit_line(Claims ~ Group, data, family = poisson, offset = exposure)

  new <- data[5:8, ]
  expected <- unname(predict(reference, new, type = "response"))
  expect_equal(predict(within, new)$.pred, expected, tolerance = 1e-3)
  expect_equal(predict(beside, new)$.pred, expected, tolerance = 1e-3)
  expect_equal(
    predict(apart, new, offset = log(new$Holders))$.pred, expected,
    tolerance = 1e-3
  )
  for (model in list(within, beside, apart)) {
    expect_equal(predict(model, type = "link")[[1]], unname(predict(reference)), tolerance = 1e-3)
  }
  expect_error_snapshot(predict(beside, new["Group"]))
  expect_error_snapshot(predict(apart, new))
})

test_that("no hidden layer can be said in three ways", {
  expect_equal(as_hidden_units(0, NULL), list())
  expect_equal(as_hidden_units(integer(), NULL), list())
  expect_equal(as_hidden_units(list(), NULL), list())
  expect_null(as_hidden_units(NULL, NULL))
  expect_equal(as_hidden_units(c(8, 4), NULL), list(8L, 4L))
})

# Rows ------------------------------------------------------------------------------

test_that("weights count", {
  data <- data.frame(x = rep(0:1, each = 20), y = rep(c(1, 3, 5, 7), each = 10))
  data$use <- as.double(data$y %in% c(1, 5))
  model <- fit_line(y ~ x, data, weights = use)
  expect_equal(predict(model, data.frame(x = 0:1))$.pred, c(1, 5), tolerance = 1e-4)
  expect_equal(model$weights, data$use)
})

test_that("weights may have tidymodels' class", {
  data <- transform(mtcars, w = hardhat::importance_weights(hp))
  expect_equal(weights(fit_briefly(mpg ~ wt, data, weights = w)), mtcars$hp)
})

test_that("a few rows have a network each", {
  few <- deep_tabular(mpg ~ wt, mtcars[c(1, 3, 5), ], epochs = 1, verbose = 0)
  expect_length(few$history, 3)
})

test_that("a fit that diverges is told of", {
  expect_warning(
    fit_briefly(mpg ~ wt, mtcars, learning_rate = 1e6, epochs = 4),
    "Training diverged", class = "rdeep_warning"
  )
})

test_that("class weights shift what is predicted", {
  share_of_rare <- function(...) {
    set.seed(1)
    data <- data.frame(y = factor(rep(c("rare", "usual"), c(10, 90))), x = rnorm(100))
    mean(predict(fit_line(y ~ x, data, ...), data, type = "prob")$.pred_rare)
  }
  expect_equal(share_of_rare(), 0.1, tolerance = 0.05)
  expect_equal(share_of_rare(class_weights = "balanced"), 0.5, tolerance = 0.05)
  expect_equal(share_of_rare(class_weights = c(rare = 9, usual = 1)), 0.5, tolerance = 0.05)
})

test_that("missing values are left out or filled in, on request", {
  omitted <- fit_briefly(Ozone ~ ., airquality, na_action = "omit")
  expect_equal(omitted$nobs, sum(stats::complete.cases(airquality)))
  known <- airquality[!is.na(airquality$Ozone), ]
  filled <- fit_briefly(Ozone ~ ., known, na_action = "impute")
  expect_equal(filled$nobs, nrow(known))
  expect_false(anyNA(predict(filled, known)$.pred))
  expect_equal(is.na(predict(omitted, known)$.pred), is.na(known$Solar.R))
})

test_that("weights and offsets go with the rows that are left", {
  data <- transform(mtcars, w = seq_len(32))
  data$wt[3] <- NA
  model <- fit_briefly(mpg ~ wt, data, na_action = "omit", weights = w, offset = hp)
  expect_equal(model$weights, as.double(seq_len(32)[-3]))
  expect_equal(model$offset, mtcars$hp[-3])
})

test_that("a fit to some of the rows keeps the columns", {
  model <- fit_briefly(mpg ~ factor(cyl) + wt, mtcars, weights = hp)
  again <- refit_rows(model, c(1:20, 1:5), current_env())
  expect_equal(again$nobs, 25)
  expect_equal(again$target[, 1], mtcars$mpg[c(1:20, 1:5)])
  expect_equal(again$weights, mtcars$hp[c(1:20, 1:5)])
  expect_equal(nrow(predict(again, mtcars)), 32)
  expect_false(identical(predict(again, mtcars), predict(model, mtcars)))
  expect_equal(nrow(predict(again)), 25)
})

# Training --------------------------------------------------------------------------

test_that("progress is a line for each network", {
  shown <- capture.output(model <- fit_briefly(mpg ~ wt, mtcars, verbose = 2))
  expect_length(shown, 2)
  expect_match(
    shown[1],
    "^Network 1/2  2 epochs  best: [12]  deviance: [0-9.]+  \\([0-9.]+ s\\)$"
  )
  one <- capture.output(model <- fit_briefly(mpg ~ wt, mtcars, verbose = 2, members = 1))
  expect_match(one, "^2 epochs  best")
  expect_silent(model <- fit_briefly(mpg ~ wt, mtcars))
})

test_that("a progress bar does no harm where none can be drawn", {
  suppressMessages(shown <- capture.output(fit_briefly(mpg ~ wt, mtcars, verbose = 1)))
  expect_match(shown, "Network 2/2", all = FALSE)
})

# Files -----------------------------------------------------------------------------

slow_on_tensorflow("saveRDS() carries a model to a fresh process", {
  model <- fit_briefly(Species ~ ., iris)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  found <- in_fresh_r(
    function(path, data) {
      library(rdeep)
      predict(readRDS(path), data, type = "prob")
    },
    list(path, iris)
  )
  expect_equal(found, predict(model, iris, type = "prob"), tolerance = 1e-6)
})

# Bad input -------------------------------------------------------------------------

test_that("what cannot be fitted is refused", {
  expect_error_snapshot(deep_tabular(mpg ~ wt, "mtcars"))
  expect_error_snapshot(deep_tabular())
  expect_error_snapshot(deep_tabular(3))
  expect_error_snapshot(deep_tabular(mtcars))
  expect_error_snapshot(deep_tabular(as.matrix(mtcars)))
  expect_error_snapshot(deep_tabular(nothing ~ there))
  expect_error_snapshot(deep_tabular(Ozone ~ ., airquality))
  expect_error_snapshot(deep_tabular(mtcars["wt"], 1:3))
  skip_if_not_installed("recipes")
  expect_error_snapshot(deep_tabular(recipes::recipe(mpg ~ ., mtcars)))
})

test_that("arguments are checked", {
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, epoch = 2))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, epochs = "a"))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, subset = cyl == 4))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, na.action = na.omit))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, architecture = "tabnet"))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, scaling = 3))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, na_action = na.omit))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, hidden_units = c(8, 0)))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, hidden_units = "a"))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, quantile_levels = c(0.5, 2)))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, model = "mlp"))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, dropout = 2))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, validation = 1.5))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, members = 50))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, backend = "jax"))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, verbose = 9))
})

test_that("weights and offsets are checked", {
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, weights = "hp"))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, weights = nowhere))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, weights = -hp))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, weights = 1:3))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, weights = 0 * hp))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, offset = NA_real_ * hp))
  expect_error_snapshot(deep_tabular(mpg ~ wt, mtcars, class_weights = "balanced"))
  expect_error_snapshot(deep_tabular(Species ~ ., iris, class_weights = 3))
  expect_error_snapshot(deep_tabular(Species ~ ., iris, class_weights = c(setosa = 1)))
  expect_error_snapshot(deep_tabular(Species ~ ., iris, class_weights = c(rose = 1)))
  skip_if_not_installed("recipes")
  filtered <- recipes::step_naomit(recipes::recipe(Ozone ~ Wind, airquality), Ozone)
  expect_error_snapshot(deep_tabular(filtered, airquality, weights = Temp))
})
