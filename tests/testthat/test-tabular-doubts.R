# Regressions at the edge: outcomes that predictors tell apart, columns that say the same, as
# many coefficients as rows, fits that leave nothing over.

regression <- function(formula, data, ..., epochs = 400) {
  deep_tabular(formula, data, hidden_units = 0, epochs = epochs, verbose = 0, ...)
}

# What is said of a fit.
said_of <- function(code) {
  said <- character()
  withCallingHandlers(code, warning = function(warning) {
    said <<- c(said, conditionMessage(warning))
    tryInvokeRestart("muffleWarning")
  })
  said
}

# All that is asked of a regression gives numbers, or says that there are none.
expect_complete <- function(model) {
  expect_output(print(model), "Coefficients")
  expect_output(print(summary(model)), "Coefficients")
  known <- !is.na(coef(model))
  expect_true(all(is.finite(vcov(model)[known, known])))
  expect_true(all(is.finite(confint(model)[known, ])))
  expect_true(all(is.finite(tidy(model)$p.value[known])))
  expect_true(all(is.finite(unlist(glance(model)[c("logLik", "AIC", "BIC", "deviance")]))))
  for (type in c("response", "pearson", "deviance")) {
    expect_true(all(is.finite(residuals(model, type = type))))
  }
  expect_true(all(is.finite(hatvalues(model))))
}

expect_warned <- function(code, message) {
  said <- character()
  value <- withCallingHandlers(code, warning = function(warning) {
    said <<- c(said, conditionMessage(warning))
    expect_s3_class(warning, "rdeep_warning")
    tryInvokeRestart("muffleWarning")
  })
  expect_match(paste(said, collapse = "\n"), message)
  invisible(value)
}

test_that("outcomes that are told apart have numbers, and a warning as of glm()", {
  data <- data.frame(x = 1:20, w = rep(1:2, 10))
  data$y <- factor(data$x > 10)
  separated <- "fitted probabilities numerically 0 or 1 occurred"
  model <- expect_warned(regression(y ~ x, data, epochs = 2000), separated)
  expect_complete(model)
  # By hand, in double precision, at the coefficients that training came to.
  eta <- drop(cbind(1, data$x) %*% coef(model))
  p <- plogis(eta)
  expect_equal(residuals(model, "pearson"), (0 + (data$x > 10) - p) / sqrt(p * (1 - p)))
  information <- crossprod(cbind(1, data$x) * sqrt(p * (1 - p)))
  expect_equal(unname(vcov(model)), solve(information), tolerance = 1e-5)
  expect_equal(logLik(model), -sum(log1p(exp(-abs(eta)))), ignore_attr = TRUE, tolerance = 1e-6)
  shares <- data.frame(x = data$x, yes = 3 * (data$x > 10))
  shares$no <- 3 - shares$yes
  expect_complete(expect_warned(regression(cbind(yes, no) ~ x, shares), separated))
  # Rows without weight, which are told apart no less.
  expect_complete(expect_warned(regression(y ~ x, data, weights = w - 1), separated))
  # One level of a factor has no failures.
  set.seed(1)
  levels <- data.frame(g = gl(3, 20), z = rnorm(60))
  levels$y <- factor(ifelse(levels$g == "1", 1, rbinom(60, 1, 0.5)))
  expect_complete(expect_warned(regression(y ~ g + z, levels), "numerically 0 or 1"))
  levels$count <- ifelse(levels$g == "1", 0, rpois(60, 3))
  rates <- "rates numerically 0"
  expect_complete(expect_warned(regression(count ~ g + z, levels, family = "poisson"), rates))
  # What is not told apart is fitted without a word.
  levels$y <- factor(rbinom(60, 1, plogis(3 * levels$z)))
  expect_warning(regression(y ~ g + z, levels, epochs = 1000), NA)
})

test_that("a likelihood without a maximum is said once, and more epochs are not advised", {
  data <- data.frame(x = 1:20, g = gl(2, 1, 20))
  data$y <- factor(data$x > 10)
  data$z <- data$g
  data$count <- ifelse(data$g == "1", 0, data$x)
  expect_said_once <- function(said) {
    expect_length(said, 1)
    expect_match(said, "likelihood has no maximum")
  }
  expect_said_once(said_of(regression(y ~ x, data, epochs = 50)))
  expect_said_once(said_of(regression(y ~ x, data, epochs = 1000)))
  expect_said_once(said_of(regression(z ~ g + x, data)))
  expect_said_once(said_of(regression(count ~ g, data, family = "poisson", epochs = 150)))
  expect_said_once(said_of(regression(Species ~ Petal.Length, iris, epochs = 100)))
  # Where there is one, too few epochs are said as before.
  few <- said_of(regression(am ~ wt, transform(mtcars, am = factor(am)), epochs = 3))
  expect_length(few, 1)
  expect_match(few, "Raise 'epochs'")
})

test_that("rows of cbind(successes, failures) without a trial take no part, as in glm()", {
  data <- data.frame(s = c(1, 2, 0, 3, 2), f = c(3, 1, 0, 2, 2), x = c(1:4, 2))
  model <- regression(cbind(s, f) ~ x, data, epochs = 2000)
  reference <- glm(cbind(s, f) ~ x, binomial, data)
  used <- -3
  expect_equal(coef(model), coef(reference), tolerance = 1e-4)
  expect_equal(unname(hatvalues(model)[used]), unname(hatvalues(reference)[used]), tolerance = 1e-4)
  expect_equal(nobs(model), nobs(reference))
  expect_equal(
    unname(unlist(simulate(model, seed = 1))), unname(unlist(simulate(reference, seed = 1)))
  )
  expect_named(model.frame(model), names(model.frame(reference)))
  expect_error(vcov(regression(Species ~ Petal.Width, iris)), "There is no covariance") |>
    suppressWarnings()
})

test_that("columns that say the same have NA, as for lm()", {
  set.seed(2)
  data <- data.frame(a = rnorm(30), g = gl(3, 10), k = 4)
  data$b <- 2 * data$a - 1
  data$y <- data$a + rnorm(30)
  model <- regression(y ~ a + b + k + g, data)
  reference <- lm(y ~ a + b + k + g, data)
  expect_equal(coef(model), coef(reference), tolerance = 1e-4)
  expect_equal(vcov(model), vcov(reference), tolerance = 1e-3)
  told <- list(coef(model, complete = FALSE), vcov(model, complete = FALSE))
  right <- list(coef(reference, complete = FALSE), vcov(reference, complete = FALSE))
  expect_equal(told, right, tolerance = 1e-3)
  expect_equal(variable.names(model), variable.names(reference))
  expect_equal(alias(model)$Complete, alias(reference)$Complete, tolerance = 1e-4)
  expect_complete(model)
  expect_equal(is.na(tidy(model, conf.int = TRUE)$conf.low), unname(is.na(coef(reference))))
})

test_that("as many coefficients as rows leave no standard errors, and no warning of R's", {
  data <- data.frame(x = c(1, 2, 4), z = c(3, 1, 7), y = c(1, 5, 2))
  model <- regression(y ~ x + z, data)
  expect_equal(coef(model), coef(lm(y ~ x + z, data)), tolerance = 1e-4)
  expect_warning(intervals <- confint(model), NA)
  expect_true(all(is.nan(intervals)))
  expect_warning(found <- capture.output(print(summary(model))), NA)
  expect_match(found, "NaN on 0 degrees of freedom", all = FALSE)
  expect_true(all(is.nan(tidy(model)$std.error)))
})

test_that("a fit that leaves nothing over says so", {
  data <- data.frame(x = 1:10, y = 2 * (1:10) + 1)
  model <- expect_warned(regression(y ~ x, data), "essentially perfect")
  expect_equal(unname(coef(model)), c(1, 2), tolerance = 1e-5)
  expect_output(print(summary(model)), "Coefficients")
})

test_that("numbers stay the same in a file of R's", {
  model <- regression(dist ~ speed, cars, weights = rep(1:2, 25))
  again <- unserialize(serialize(model, NULL))
  expect_equal(capture.output(print(summary(again))), capture.output(print(summary(model))))
  expect_equal(anova(again), anova(model))
  expect_equal(model.frame(again), model.frame(model))
})

test_that("rows that are left out are known", {
  data <- airquality[1:40, ]
  model <- regression(Ozone ~ Solar.R + Wind, data, na_action = "omit")
  reference <- lm(Ozone ~ Solar.R + Wind, data)
  expect_equal(unclass(na.action(model)), unclass(na.action(reference)), ignore_attr = "class")
  expect_equal(case.names(model), case.names(reference))
  expect_equal(model.frame(model), model.frame(reference), ignore_attr = TRUE)
  expect_equal(hatvalues(model), hatvalues(reference), tolerance = 1e-4)
  # What was filled in is marked, and the marks are columns like others.
  known <- data[!is.na(data$Ozone), ]
  filled <- regression(Ozone ~ Solar.R + Wind, known, na_action = "impute")
  expect_equal(colnames(model.matrix(filled))[4], "Solar.R_missing")
  expect_equal(labels(terms(filled)), c("Solar.R", "Wind", "Solar.R_missing"))
  expect_equal(model.frame(filled)$Solar.R_missing, as.numeric(is.na(known$Solar.R)))
})

test_that("the design is that of the fit for any formula", {
  data <- transform(mtcars, text = as.character(gear), am = am == 1)
  twice <- function(x) 2 * x
  formulas <- list(
    log(mpg) ~ splines::ns(wt, 3) * hp, mpg ~ text:wt + hp,
    mpg ~ I(wt^2) + factor(cyl) * hp + offset(qsec), mpg ~ . - am - text,
    mpg ~ factor(gear) * factor(vs) + wt:hp, mpg ~ cut(wt, c(0, 3, 10)) + twice(hp)
  )
  for (formula in formulas) {
    model <- suppressWarnings(regression(formula, data, epochs = 2))
    reference <- lm(formula, data)
    expect_equal(
      model.matrix(model), model.matrix(reference),
      tolerance = 1e-6, ignore_attr = c("assign", "contrasts", "dimnames")
    )
    expect_equal(colnames(model.matrix(model)), colnames(model.matrix(reference)))
    expect_equal(attr(model.matrix(model), "assign"), attr(model.matrix(reference), "assign"))
    if (!"." %in% all.vars(formula)) {
      frame <- model.frame(model)
      # Factors carry the contrasts that the fit had.
      frame[] <- lapply(frame, function(x) `attr<-`(x, "contrasts", NULL))
      expect_equal(frame, model.frame(reference), ignore_attr = "terms")
    }
  }
  # Contrasts are those of the fit, whatever holds later.
  withr::local_options(contrasts = c("contr.sum", "contr.poly"))
  sums <- suppressWarnings(regression(mpg ~ factor(cyl), data, epochs = 2))
  expected <- model.matrix(lm(mpg ~ factor(cyl), data))
  withr::local_options(contrasts = c("contr.treatment", "contr.poly"))
  expect_equal(model.matrix(sums), expected, ignore_attr = TRUE)
})

test_that("an outcome far from zero is no perfect fit", {
  x <- seq(-1, 1, length.out = 20)
  fit <- new.env()
  fit$target <- matrix(1e8 + x)
  fit$fitted <- matrix(1e8 + 0.5 * x)
  fit$coefficients <- c(1e8, 1)
  judge <- warn_of_perfection
  environment(judge) <- list2env(
    list(prior_weights = function(object) rep(1, 20)), parent = environment(warn_of_perfection)
  )
  expect_no_warning(found <- judge(as.list(fit)))
  expect_false(found)
  fit$fitted <- fit$target
  expect_warning(expect_true(judge(as.list(fit))), "essentially perfect")
})
