skip_if_not_installed("hardhat")

# The record that a fit would make of an outcome.
outcome_of <- function(y, family = NULL) {
  describe_outcome(y, "y", as_family(family, current_env()), current_env())
}

fit_badly <- function(...) deep_tabular(..., epochs = 1, members = 1, verbose = 0)

test_that("the outcome chooses the family", {
  chosen <- function(y) outcome_of(y)$family
  expect_equal(chosen(c(1.5, 2, 3)), "gaussian")
  expect_equal(chosen(0:5), "gaussian")
  expect_equal(chosen(factor(c("a", "b"))), "binomial")
  expect_equal(chosen(c(TRUE, FALSE)), "binomial")
  expect_equal(chosen(cbind(1:3, 3:1)), "binomial")
  expect_equal(chosen(factor(c("a", "b", "c"))), "multinomial")
  skip_if_not_installed("survival")
  expect_equal(chosen(survival::Surv(1:3, c(1, 0, 1))), "cox")
})

test_that("an outcome is of one of four kinds", {
  kind <- function(...) outcome_of(...)$kind
  expect_equal(kind(1:3), "numeric")
  expect_equal(kind(factor(c("a", "b"))), "class")
  expect_equal(kind(c(0, 1, 1), "binomial"), "proportion")
  expect_equal(kind(cbind(1:3, 3:1)), "proportion")
  skip_if_not_installed("survival")
  expect_equal(kind(survival::Surv(1:3, c(1, 0, 1)), "discrete_time"), "survival")
})

test_that("families of stats and their functions name a family", {
  call <- current_env()
  expect_null(as_family(NULL, call))
  expect_equal(as_family(binomial(), call), "binomial")
  expect_equal(as_family(poisson, call), "poisson")
  expect_equal(as_family(gaussian, call), "gaussian")
  expect_equal(as_family("survival", call), "cox")
  expect_equal(as_family("discrete_time", call), "discrete_time")
  skip_if_not_installed("MASS")
  expect_equal(as_family(MASS::negative.binomial(2), call), "negative_binomial")
})

test_that("a factor is coded by its levels, TRUE and FALSE as 1 and 0", {
  record <- outcome_of(factor(c("b", "a", "b"), levels = c("b", "a")))
  expect_equal(record$levels, c("b", "a"))
  coded <- outcome_values(factor(c("a", "b")), record, current_env())
  expect_equal(coded$values, cbind(c(1, 0)))
  record <- outcome_of(c(TRUE, FALSE))
  expect_equal(record$levels, c("FALSE", "TRUE"))
  expect_equal(outcome_values(c(TRUE, FALSE), record, current_env())$values, cbind(c(1, 0)))
})

test_that("successes and failures are shares of trials", {
  y <- cbind(c(3, 0, 0), c(1, 5, 0))
  coded <- outcome_values(y, outcome_of(y), current_env())
  expect_equal(coded$values, cbind(c(0.75, 0, 0.5)))
  expect_equal(coded$trials, c(4, 5, 0))
})

test_that("a survival time is a time and an event", {
  skip_if_not_installed("survival")
  y <- survival::Surv(c(5, 7), c(1, 0))
  expect_equal(outcome_values(y, outcome_of(y), current_env())$values, cbind(c(5, 7), c(1, 0)))
})

test_that("text becomes a factor", {
  data <- data.frame(kind = c("b", "a"), size = 1:2)
  expect_equal(with_text_as_classes(kind ~ size, data)$kind, factor(c("b", "a")))
  expect_equal(with_text_as_classes(data["size"], data$kind), factor(c("b", "a")))
  expect_identical(with_text_as_classes(size ~ kind, data), data)
})

test_that("one message says that an order is not used", {
  y <- factor(c("low", "high", "mid"), levels = c("low", "mid", "high"), ordered = TRUE)
  expect_message(found <- outcome_of(y), "order of its levels is not used")
  expect_equal(found$family, "multinomial")
  expect_message(outcome_of(0:5), NA)
})

test_that("a class without rows is kept, with a warning", {
  record <- outcome_of(iris$Species)
  codes <- cbind(as.integer(iris$Species[1:100]) - 1)
  expect_warning(check_variation(codes, record, current_env()), "'virginica'")
  expect_warning(check_variation(codes[c(1, 1, 60), , drop = FALSE], record, current_env()))
})

test_that("what is no family is refused", {
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = "gausian"))
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = Gamma))
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = binomial("probit")))
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = quantile))
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = 3))
})

test_that("an outcome that does not go with its family is refused", {
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = "multinomial"))
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = "cox"))
  expect_error_snapshot(fit_badly(Species ~ ., iris, family = "poisson"))
  expect_error_snapshot(fit_badly(Species ~ ., iris, family = "binomial"))
  expect_error_snapshot(fit_badly(iris[1:4], iris$Sepal.Width > 3, family = "gaussian"))
  expect_error_snapshot(fit_badly(cbind(ncases, ncontrols) ~ agegp, esoph, family = "poisson"))
  skip_if_not_installed("survival")
  expect_error_snapshot(
    fit_badly(survival::Surv(time, status) ~ age, survival::lung, family = "gaussian")
  )
})

test_that("counts and shares are checked", {
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = "poisson"))
  expect_error_snapshot(fit_badly(mpg ~ wt, mtcars, family = "binomial"))
  below <- data.frame(y = c(2, -1, 3), x = 1:3)
  expect_error_snapshot(fit_badly(y ~ x, below, family = "negative_binomial"))
})

test_that("an outcome of several columns is refused unless they are counts", {
  expect_error_snapshot(fit_badly(cbind(mpg, hp) ~ wt, mtcars))
  expect_error_snapshot(fit_badly(cbind(mpg, cyl, hp) ~ wt, mtcars))
  expect_error_snapshot(fit_badly(mtcars["wt"], mtcars[c("mpg", "hp")]))
})

test_that("an outcome from which nothing can be learned is refused", {
  expect_error_snapshot(fit_badly(y ~ x, data.frame(y = 1, x = 1:9)))
  expect_error_snapshot(fit_badly(Species ~ ., iris[1:50, ]))
  expect_error_snapshot(fit_badly(y ~ x, data.frame(y = TRUE, x = 1:9)))
})

test_that("survival times are checked", {
  skip_if_not_installed("survival")
  lung <- survival::lung
  lung$Surv <- NULL
  lung$never <- survival::Surv(lung$time, rep(0, nrow(lung)))
  lung$early <- survival::Surv(lung$time - 5, lung$status)
  lung$between <- survival::Surv(lung$time, lung$time + 1, lung$status)
  expect_error_snapshot(fit_badly(never ~ age, lung))
  expect_error_snapshot(fit_badly(early ~ age, lung))
  expect_error_snapshot(fit_badly(between ~ age, lung))
})

test_that("weights of classes go by label", {
  record <- outcome_of(factor(c("a", "b")))
  codes <- cbind(c(0, 1, 0, 0))
  call <- current_env()
  expect_null(weights_of_classes(NULL, codes, record, call))
  expect_equal(weights_of_classes(c(b = 3, a = 1), codes, record, call), c(1, 3, 1, 1))
  expect_equal(weights_of_classes(list(a = 2, b = 0), codes, record, call), c(2, 0, 2, 2))
  balanced <- weights_of_classes("balanced", codes, record, call)
  expect_equal(tapply(balanced, codes, sum), c("0" = 2, "1" = 2), ignore_attr = TRUE)
})
