# Any model, asked for what all of them give.

skip_if_not(rdeep_available())

expect_class_predictor <- function(found, levels, newdata) {
  expect_equal(found$type, "class")
  expect_equal(found$levels, levels)
  prob <- found$predict(newdata)
  expect_equal(dim(prob), c(nrow(newdata), max(2, length(levels))))
  expect_equal(rowSums(prob), rep(1, nrow(newdata)), tolerance = 1e-5)
  expect_equal(colnames(prob), levels)
}

test_that("networks predict classes or numbers", {
  x <- as.matrix(iris[1:4])
  of_factor <- classifier()
  fit_quietly(of_factor, x, iris$Species, epochs = 1)
  expect_class_predictor(as_predictor(of_factor), levels(iris$Species), x)
  of_numbers <- classifier()
  fit_quietly(of_numbers, x, iris_y, epochs = 1)
  found <- as_predictor(of_numbers)
  expect_null(found$levels)
  expect_equal(dim(found$predict(x)), c(150, 3))
  number <- as_predictor(regressor())
  expect_equal(number$type, "number")
  expect_length(number$predict(x), 150)
})

test_that("ready-made models of tables do", {
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  model <- deep_tabular(am ~ wt + hp, cars, epochs = 2, members = 1, verbose = 0)
  expect_class_predictor(as_predictor(model), c("auto", "manual"), cars)
  number <- deep_tabular(mpg ~ wt, mtcars, epochs = 2, members = 1, verbose = 0)
  expect_equal(as_predictor(number)$predict(mtcars[1:3, ]), predict(number, mtcars[1:3, ])$.pred)
})

test_that("models of other packages do", {
  # MASS and nnet abbreviate arguments.
  withr::local_options(warnPartialMatchArgs = FALSE)
  two <- droplevels(iris[iris$Species != "setosa", ])
  fits <- list(
    suppressWarnings(glm(Species ~ Sepal.Length, binomial, two)),
    MASS::lda(Species ~ ., two),
    nnet::multinom(Species ~ ., two, trace = FALSE)
  )
  for (fit in fits) expect_class_predictor(as_predictor(fit), levels(two$Species), two)
  three <- nnet::multinom(Species ~ ., iris, trace = FALSE)
  expect_class_predictor(as_predictor(three), levels(iris$Species), iris)
  expect_class_predictor(as_predictor(three), levels(iris$Species), iris[1, ])
  expect_equal(
    as_predictor(lm(mpg ~ wt, mtcars))$predict(mtcars),
    unname(fitted(lm(mpg ~ wt, mtcars)))
  )
  counts <- glm(carb ~ wt, poisson, mtcars)
  expect_equal(as_predictor(counts)$predict(mtcars), unname(fitted(counts)))
})

test_that("ranger's and e1071's models do", {
  skip_if_not_installed("ranger")
  skip_if_not_installed("e1071")
  forest <- ranger::ranger(Species ~ ., iris, probability = TRUE, num.trees = 20)
  expect_class_predictor(as_predictor(forest), levels(iris$Species), iris)
  machine <- e1071::svm(Species ~ ., iris, probability = TRUE)
  expect_class_predictor(as_predictor(machine), levels(iris$Species), iris)
  expect_error(as_predictor(e1071::svm(Species ~ ., iris)), "probability = TRUE")
})

test_that("a model that comes out of a file finds its package", {
  skip_if_not_installed("ranger")
  forest <- ranger::ranger(mpg ~ ., mtcars, num.trees = 20)
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(forest, file)
  found <- in_fresh_r(
    function(file) {
      forest <- readRDS(file)
      asNamespace("rdeep")$as_predictor(forest)$predict(mtcars[1:3, ])
    },
    list(file = file)
  )
  expect_equal(found, predict(forest, mtcars[1:3, ])$predictions)
})

test_that("functions do", {
  prob <- function(newdata) cbind(no = rep(0.25, nrow(newdata)), yes = 0.75)
  expect_class_predictor(as_predictor(prob, mtcars), c("no", "yes"), mtcars)
  number <- as_predictor(function(newdata) newdata$wt, mtcars)
  expect_equal(number$predict(mtcars), mtcars$wt)
})

test_that("outcomes become codes, and losses are theirs", {
  of_classes <- as_predictor(function(x) cbind(a = rep(0.2, nrow(x)), b = 0.8), mtcars)
  codes <- outcome_codes(of_classes, c("b", "a"))
  expect_equal(codes, c(2L, 1L))
  expect_equal(row_losses(of_classes, codes, matrix(c(0.2, 0.2, 0.8, 0.8), 2)), -log(c(0.8, 0.2)))
  number <- as_predictor(function(x) x$wt, mtcars)
  expect_equal(row_losses(number, c(1, 2), c(3, 2)), c(4, 0))
  expect_error(outcome_codes(of_classes, c("b", "c")), class = "rdeep_error_data")
  expect_error(outcome_codes(number, "b"), class = "rdeep_error_data")
})

test_that("what predicts no outcome is refused", {
  expect_error(as_predictor(1:3), "must be a fitted model", class = "rdeep_error_argument")
  expect_error(as_predictor(function(x) x), "only data shows")
  expect_error(as_predictor(function(x) "a", mtcars), "must return a number for each row")
  survival <- deep_tabular(
    survival::Surv(time, status) ~ age, survival::lung, epochs = 2, members = 1, verbose = 0
  )
  expect_error(as_predictor(survival), "neither a class nor a mean")
})
