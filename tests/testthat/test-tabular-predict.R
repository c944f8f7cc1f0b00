skip_if_not_installed("hardhat")

fit_briefly <- function(..., epochs = 2, members = 2, verbose = 0) {
  deep_tabular(..., epochs = epochs, members = members, verbose = verbose)
}

test_that("numbers are predicted with tidymodels' names", {
  model <- fit_briefly(mpg ~ wt + hp, mtcars)
  response <- predict(model, mtcars)
  expect_s3_class(response, "tbl_df")
  expect_named(response, ".pred")
  expect_equal(response$.pred, model$fitted[, 1], tolerance = 1e-6)
  expect_identical(predict(model, mtcars, type = "numeric"), response)
  expect_identical(predict(model, newdata = mtcars), response)
  expect_identical(predict(model, as.matrix(mtcars)), response)
  link <- predict(model, mtcars, type = "link")
  expect_named(link, ".pred_linear_pred")
  expect_equal(link[[1]], response[[1]])
})

test_that("without new data the rows that were fitted to are predicted", {
  model <- fit_briefly(mpg ~ wt, mtcars)
  for (type in c("response", "link", "interval", "quantile")) {
    expect_equal(
      predict(model, type = type), predict(model, mtcars, type = type),
      tolerance = 1e-6
    )
  }
})

test_that("intervals and quantiles surround the prediction", {
  model <- fit_briefly(mpg ~ wt, mtcars, dropout = 0.2)
  for (method in c("conformal", "ensemble", "dropout")) {
    interval <- predict(model, mtcars, type = "interval", level = 0.8, method = method)
    expect_named(interval, c(".pred", ".pred_lower", ".pred_upper"))
    expect_true(all(interval$.pred_lower <= interval$.pred_upper))
  }
  draw <- function() {
    set.seed(1)
    predict(model, mtcars, type = "interval", method = "dropout")
  }
  expect_identical(draw(), draw())
  wide <- predict(model, mtcars, type = "interval", level = 0.9)
  narrow <- predict(model, mtcars, type = "pred_int", level = 0.5)
  expect_true(all(wide$.pred_upper - wide$.pred_lower > narrow$.pred_upper - narrow$.pred_lower))
  quantiles <- predict(model, mtcars, type = "quantile", quantile_levels = c(0.9, 0.1))
  expect_named(quantiles, c(".pred_q0.1", ".pred_q0.9"))
  expect_true(all(quantiles[[1]] < quantiles[[2]]))
})

test_that("classes are predicted by label", {
  model <- fit_briefly(Species ~ ., iris, epochs = 20)
  expect_named(predict(model, iris), ".pred_class")
  expect_equal(levels(predict(model, iris)$.pred_class), levels(iris$Species))
  prob <- predict(model, iris, type = "prob")
  expect_named(prob, paste0(".pred_", levels(iris$Species)))
  expect_equal(unname(rowSums(prob)), rep(1, 150), tolerance = 1e-6)
  expect_equal(
    levels(iris$Species)[max.col(as.matrix(prob))],
    as.character(predict(model, iris)$.pred_class)
  )
  expect_gt(mean(predict(model)$.pred_class == iris$Species), 0.8)
  expect_identical(predict(model, iris, type = "response"), prob)
  link <- predict(model, iris, type = "link")
  expect_named(link, paste0(".pred_linear_pred_", levels(iris$Species)))
  expect_equal(exp(link[[2]]), prob[[2]], tolerance = 1e-5)
})

test_that("of two classes the second is the one whose probability is the response", {
  model <- fit_briefly(factor(am, labels = c("automatic", "manual")) ~ wt, mtcars)
  prob <- predict(model, mtcars, type = "prob")
  expect_named(prob, c(".pred_automatic", ".pred_manual"))
  expect_equal(predict(model, mtcars, type = "response")$.pred, prob$.pred_manual)
  logit <- predict(model, mtcars, type = "linear_pred")[[1]]
  expect_equal(stats::plogis(logit), prob$.pred_manual, tolerance = 1e-6)
  expect_equal(
    as.character(predict(model, mtcars)$.pred_class),
    ifelse(prob$.pred_manual > 0.5, "manual", "automatic")
  )
})

test_that("text, TRUE and FALSE are predicted as factors", {
  data <- transform(iris, Species = as.character(Species), wide = Sepal.Width > 3)
  text <- predict(fit_briefly(Species ~ ., data), data)$.pred_class
  expect_equal(levels(text), levels(iris$Species))
  truth <- predict(fit_briefly(wide ~ Sepal.Length, data), data)$.pred_class
  expect_equal(levels(truth), c("FALSE", "TRUE"))
})

test_that("shares are predicted as numbers", {
  model <- fit_briefly(cbind(ncases, ncontrols) ~ agegp, esoph)
  shares <- predict(model, esoph)
  expect_named(shares, ".pred")
  expect_true(all(shares$.pred > 0 & shares$.pred < 1))
})

test_that("quantiles are in order, and the middle one is the response", {
  model <- fit_briefly(mpg ~ wt, mtcars, family = "quantile", quantile_levels = c(0.9, 0.1, 0.5))
  quantiles <- predict(model, mtcars)
  expect_named(quantiles, c(".pred_q0.1", ".pred_q0.5", ".pred_q0.9"))
  expect_true(all(quantiles[[1]] <= quantiles[[2]] & quantiles[[2]] <= quantiles[[3]]))
  expect_equal(predict(model, mtcars, type = "response")$.pred, model$fitted[, 2])
})

test_that("survival is predicted as a time, a risk and a curve", {
  skip_if_not_installed("survival")
  lung <- survival::lung
  for (family in c("cox", "discrete_time")) {
    model <- fit_briefly(survival::Surv(time, status) ~ age + sex, lung, family = family)
    expect_named(predict(model, lung), ".pred_time")
    expect_identical(predict(model, lung, type = "time"), predict(model, lung))
    expect_named(predict(model, lung, type = "link"), ".pred_linear_pred")
    curves <- predict(model, lung[1:3, ], type = "survival", times = c(0, 200, 600))
    expect_named(curves, ".pred")
    expect_named(curves$.pred[[1]], c(".eval_time", ".pred_survival"))
    survival <- vapply(curves$.pred, function(curve) curve$.pred_survival, numeric(3))
    expect_equal(survival[1, ], rep(1, 3), tolerance = 1e-6)
    expect_true(all(diff(survival) < 0))
    all_times <- predict(model, lung[1, ], type = "survival")$.pred[[1]]
    expect_gt(nrow(all_times), 5)
    expect_named(
      predict(model, lung, type = "quantile", quantile_levels = 0.5), ".pred_q0.5"
    )
  }
})

test_that("a row with a missing predictor is NA at its place", {
  model <- fit_briefly(mpg ~ wt + hp, mtcars)
  new <- mtcars[1:3, ]
  new$wt[2] <- NA
  whole <- predict(model, mtcars[1:3, ])
  for (type in c("response", "link", "interval", "quantile")) {
    found <- predict(model, new, type = type)
    expect_equal(nrow(found), 3)
    expect_equal(is.na(found[[1]]), c(FALSE, TRUE, FALSE))
    # Nor is there anything to compute for this one alone.
    expect_true(all(is.na(predict(model, new[2, ], type = type))))
  }
  expect_equal(predict(model, new)$.pred[c(1, 3)], whole$.pred[c(1, 3)], tolerance = 1e-6)
  classes <- fit_briefly(factor(cyl) ~ wt + gear, transform(mtcars, gear = factor(gear)))
  new <- data.frame(wt = c(3, NA, 3), gear = factor(c("3", "4", NA)))
  expect_equal(is.na(predict(classes, new)$.pred_class), c(FALSE, TRUE, TRUE))
  expect_warning(novel <- predict(classes, data.frame(wt = 3, gear = "9")), "Novel level")
  expect_true(is.na(novel$.pred_class))
})

test_that("new data is brought to the columns and levels that were learned", {
  model <- fit_briefly(mpg ~ cyl + wt, transform(mtcars, cyl = factor(cyl)))
  a <- predict(model, data.frame(wt = 3, cyl = factor("8")))
  b <- predict(model, data.frame(cyl = "8", wt = 3L, other = 1))
  expect_equal(a, b)
})

test_that("parts for other functions hold the outcome and its weights too", {
  model <- fit_briefly(mpg ~ wt, mtcars, weights = hp)
  new <- mtcars[1:4, ]
  new$mpg[3] <- NA
  parts <- tabular_parts(model, new, outcomes = TRUE)
  expect_equal(parts$missing, c(FALSE, FALSE, TRUE, FALSE))
  expect_equal(parts$target[, 1], new$mpg[-3])
  expect_equal(parts$weights, new$hp[-3])
  apart <- fit_briefly(mtcars["wt"], mtcars$mpg)
  parts <- tabular_parts(apart, new["wt"], outcomes = TRUE, y = new$mpg)
  expect_equal(parts$target[, 1], new$mpg[-3])
  expect_rdeep_error(tabular_parts(apart, new["wt"], outcomes = TRUE), "data", "'y' is missing")
  expect_rdeep_error(
    tabular_parts(apart, new["wt"], outcomes = TRUE, y = 1:2), "data", "2 values"
  )
})

test_that("a type that the family has not is refused with those that it has", {
  number <- fit_briefly(mpg ~ wt, mtcars)
  expect_error_snapshot(predict(number, mtcars, type = "prob"))
  expect_error_snapshot(predict(number, mtcars, type = "survival"))
  expect_error_snapshot(predict(number, mtcars, type = 3))
  classes <- fit_briefly(Species ~ ., iris)
  expect_error_snapshot(predict(classes, iris, type = "interval"))
  shares <- fit_briefly(am ~ wt, mtcars, family = "binomial")
  expect_error_snapshot(predict(shares, mtcars, type = "class"))
  quantiles <- fit_briefly(mpg ~ wt, mtcars, family = "quantile")
  expect_error_snapshot(predict(quantiles, mtcars, type = "link"))
  skip_if_not_installed("survival")
  times <- fit_briefly(survival::Surv(time, status) ~ age, survival::lung)
  expect_error_snapshot(predict(times, survival::lung, type = "class"))
  expect_error_snapshot(predict(times, survival::lung, type = "survival", times = c(-1, 2)))
})

test_that("arguments of predict() are checked", {
  model <- fit_briefly(mpg ~ wt, mtcars)
  expect_error_snapshot(predict(model, mtcars, interval = "prediction"))
  expect_error_snapshot(predict(model, mtcars, se.fit = TRUE))
  expect_error_snapshot(predict(model, mtcars, tipe = "link"))
  expect_error_snapshot(predict(model, mtcars, newdata = mtcars))
  expect_error_snapshot(predict(model, 3))
  expect_error_snapshot(predict(model, mtcars["hp"]))
  expect_error_snapshot(predict(model, mtcars, type = "interval", level = 2))
  expect_error_snapshot(predict(model, mtcars, type = "interval", method = "bootstrap"))
  expect_error_snapshot(predict(model, mtcars, type = "quantile", quantile_levels = 5))
  expect_error_snapshot(predict(model, mtcars, offset = 1:32))
  shifted <- fit_briefly(mpg ~ wt, mtcars, offset = hp)
  expect_error_snapshot(predict(shifted, mtcars, offset = 1:2))
})
