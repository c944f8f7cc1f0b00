simulated <- function(n = 200) {
  data <- data.frame(
    a = rnorm(n), b = runif(n), f = factor(sample(letters[1:3], n, TRUE)),
    w = sample(1:3, n, replace = TRUE), e = runif(n)
  )
  data$y <- data$a - data$b + rnorm(n)
  data$yes <- rbinom(n, 1, plogis(data$a - data$b))
  data$no <- 5 - rbinom(n, 5, plogis(data$a))
  data$class <- factor(ifelse(data$yes == 1, "yes", "no"))
  data$three <- cut(data$a + rnorm(n), c(-Inf, -0.5, 0.5, Inf), labels = c("low", "mid", "high"))
  data$count <- rpois(n, exp(0.5 * data$a + 0.3 * data$b))
  data
}

line <- function(formula, data, ..., epochs = NULL) {
  deep_tabular(formula, data, hidden_units = 0, epochs = epochs, verbose = 0, ...)
}

network <- function(formula, data, ..., members = 2) {
  deep_tabular(
    formula, data,
    architecture = "mlp", hidden_units = 4, epochs = 3, members = members, verbose = 0, ...
  )
}

# Everything that `lm()` and `glm()` say of the same model.
expect_regression <- function(model, reference, tolerance = 1e-3) {
  expect_equal(coef(model), coef(reference), tolerance = tolerance)
  expect_equal(vcov(model), vcov(reference), tolerance = tolerance)
  expect_equal(logLik(model), logLik(reference), tolerance = tolerance, ignore_attr = TRUE)
  expect_equal(attr(logLik(model), "df"), attr(logLik(reference), "df"))
  expect_equal(AIC(model), AIC(reference), tolerance = tolerance)
  expect_equal(BIC(model), BIC(reference), tolerance = tolerance)
  expect_equal(deviance(model), deviance(reference), tolerance = tolerance)
  expect_equal(df.residual(model), df.residual(reference))
  expect_equal(nobs(model), nobs(reference))
  expect_equal(family(model)$link, family(reference)$link)
  table <- coef(summary(reference))
  expect_equal(unname(coefficient_table(model)), unname(table), tolerance = 5 * tolerance)
  expect_equal(fitted(model), unname(fitted(reference)), tolerance = tolerance)
  for (type in c("response", "pearson", "deviance")) {
    expected <- unname(residuals(reference, type = type))
    expect_equal(residuals(model, type = type), expected, tolerance = tolerance)
  }
}

# Regression ----------------------------------------------------------------------

test_that("a linear gaussian model is lm()", {
  set.seed(1)
  data <- simulated()
  model <- line(y ~ a + b + f + offset(e), data, weights = w)
  reference <- lm(y ~ a + b + f + offset(e), data, weights = w)
  expect_regression(model, reference)
  expect_equal(confint(model), confint(reference), tolerance = 1e-3, ignore_attr = TRUE)
  expect_equal(colnames(confint(model, level = 0.9)), c("5 %", "95 %"))
  expect_equal(confint(model, "a"), confint(model)["a", , drop = FALSE])
  expect_equal(weights(model), data$w)
})

test_that("a linear binomial model is glm(), for classes and for trials", {
  set.seed(2)
  data <- simulated()
  expect_regression(
    line(class ~ a + b, data, weights = w),
    glm(class ~ a + b, data, weights = w, family = binomial)
  )
  data$success <- 5 - data$no
  expect_regression(
    line(cbind(success, no) ~ a + f, data),
    glm(cbind(success, no) ~ a + f, data, family = binomial)
  )
})

test_that("a linear Poisson model is glm()", {
  set.seed(3)
  data <- simulated()
  expect_regression(
    line(count ~ a + b + offset(e), data, family = "poisson"),
    glm(count ~ a + b + offset(e), data, family = poisson)
  )
})

test_that("a linear negative binomial model is glm.nb()", {
  skip_if_not_installed("MASS")
  set.seed(4)
  # MASS completes the names of arguments.
  withr::local_options(warnPartialMatchArgs = FALSE)
  data <- simulated()
  data$count <- MASS::rnegbin(200, exp(0.5 * data$a + 1), 2)
  model <- line(count ~ a + b, data, family = "negative_binomial")
  reference <- MASS::glm.nb(count ~ a + b, data)
  expect_equal(tabular_theta(model), reference$theta, tolerance = 0.01)
  expect_regression(model, reference)
  variance <- family(model)$variance(3)
  expect_equal(variance, 3 + 9 / tabular_theta(model))
})

test_that("a linear multinomial model is multinom()", {
  skip_if_not_installed("nnet")
  set.seed(5)
  data <- simulated()
  model <- line(three ~ a + b, data)
  reference <- nnet::multinom(three ~ a + b, data, trace = FALSE, reltol = 1e-12)
  expect_equal(coef(model), coef(reference), tolerance = 1e-3)
  expect_equal(deviance(model), deviance(reference), tolerance = 1e-3)
  expect_equal(logLik(model), logLik(reference), tolerance = 1e-3, ignore_attr = TRUE)
  expect_equal(AIC(model), AIC(reference), tolerance = 1e-3)
  expect_equal(fitted(model), fitted(reference), tolerance = 1e-3, ignore_attr = TRUE)
  table <- tidy(model)
  expect_equal(table$response, rep(c("mid", "high"), each = 3))
  expect_equal(table$estimate[5], coef(model)["high", "a"])
})

test_that("drop1() and step() choose as they do for lm()", {
  model <- deep_tabular(mpg ~ wt + hp + qsec, mtcars, hidden_units = 0, verbose = 0)
  reference <- glm(mpg ~ wt + hp + qsec, data = mtcars)
  expect_equal(drop1(model)$AIC, drop1(reference)$AIC, tolerance = 1e-3)
  chosen <- step(model, trace = 0)
  expect_equal(all.vars(formula(chosen)), all.vars(formula(step(reference, trace = 0))))
})

test_that("aliased columns and rows of weight zero are treated as lm() does", {
  set.seed(6)
  data <- simulated()
  data$w[1:20] <- 0
  data$twice <- 2 * data$a
  model <- line(y ~ a + twice + b, data, weights = w)
  reference <- lm(y ~ a + twice + b, data, weights = w)
  expect_equal(coef(model), coef(reference), tolerance = 1e-3)
  expect_equal(vcov(model), vcov(reference), tolerance = 1e-3)
  expect_equal(c(AIC(model), BIC(model)), c(AIC(reference), BIC(reference)), tolerance = 1e-3)
  expect_equal(nobs(model), 180)
  expect_equal(df.residual(model), df.residual(reference))
  expect_equal(tidy(model)$estimate[3], NA_real_)
})

test_that("leaving one out is what fitting without the row would give", {
  set.seed(7)
  data <- simulated(40)
  left_out <- function(fit) {
    vapply(1:40, function(i) {
      predict(fit(data[-i, ]), data[i, ], type = "response")
    }, 0)
  }
  expect_equal(
    leave_one_out(line(y ~ a + b, data, weights = w), environment())[, 1],
    left_out(function(rows) lm(y ~ a + b, rows, weights = w)),
    tolerance = 1e-4
  )
  expect_equal(
    leave_one_out(line(count ~ a + b, data, family = "poisson"), environment())[, 1],
    left_out(function(rows) glm(count ~ a + b, data = rows, family = poisson)),
    tolerance = 0.01
  )
})

test_that("a fit through every point has no standard errors and no score", {
  few <- mtcars[1:5, ]
  model <- line(mpg ~ wt + hp + qsec + drat, few)
  expect_equal(coef(summary(model))[, "Std. Error"], c(NaN, NaN, NaN, NaN, NaN), ignore_attr = TRUE)
  expect_null(held_out_scores(model))
  expect_named(glance(model), c(
    "family", "architecture", "members", "nobs", "epochs", "logLik", "AIC", "BIC", "deviance",
    "df.residual"
  ))
  # The row with its own level cannot be left out, the others can.
  alone <- transform(mtcars, own = factor(seq_along(mpg) == 3))
  expect_equal(held_out_predictions(line(mpg ~ own + wt, alone))$rows, setdiff(1:32, 3))
})

test_that("quantiles and survival have coefficients without an intercept where that is due", {
  skip_if_not_installed("survival")
  set.seed(8)
  data <- simulated()
  quantiles <- coef(line(y ~ a + b, data, family = "quantile", quantile_levels = c(0.1, 0.5)))
  expect_equal(colnames(quantiles), c("tau = 0.1", "tau = 0.5"))
  expect_equal(rownames(quantiles), c("(Intercept)", "a", "b"))
  data$time <- rexp(200, exp(data$a))
  data$event <- rep(c(1, 1, 1, 0), 50)
  model <- line(survival::Surv(time, event) ~ a + b, data)
  reference <- survival::coxph(survival::Surv(time, event) ~ a + b, data)
  expect_equal(coef(model), coef(reference), tolerance = 0.01)
  expect_equal(tidy(model)$term, c("a", "b"))
})

# Networks ------------------------------------------------------------------------

test_that("residuals and fitted values of each family have their shapes", {
  set.seed(9)
  data <- simulated(60)
  several <- network(three ~ a + b, data)
  expect_equal(colnames(fitted(several)), levels(data$three))
  expect_equal(rowSums(fitted(several)), rep(1, 60), tolerance = 1e-5)
  expect_equal(rowSums(residuals(several)), rep(0, 60), tolerance = 1e-5)
  expect_equal(sum(residuals(several, type = "deviance")^2), deviance(several))
  quantiles <- network(y ~ a + b, data, family = "quantile")
  expect_equal(colnames(fitted(quantiles)), c("q0.05", "q0.5", "q0.95"))
  expect_equal(residuals(quantiles), unname(data$y - fitted(quantiles)[, 2]))
  counts <- network(count ~ a + b, data, family = "poisson")
  expect_equal(sum(residuals(counts, type = "deviance")^2), deviance(counts))
  expect_equal(nobs(counts), 60)
  expect_null(weights(counts))
})

test_that("scores are those of held-out predictions", {
  set.seed(10)
  data <- simulated(100)
  model <- network(y ~ a + b, data)
  held <- model$held_out$prediction[, 1]
  scores <- held_out_scores(model)
  expect_equal(scores[["rmse"]], sqrt(mean((data$y - held)^2)))
  expect_equal(scores[["r_squared"]], 1 - mean((data$y - held)^2) / mean((data$y - mean(data$y))^2))
  classes <- network(class ~ a + b, data)
  p <- classes$held_out$prediction[, 1]
  scores <- held_out_scores(classes)
  expect_equal(scores[["accuracy"]], mean((p > 0.5) == (data$class == "yes")))
  expect_equal(scores[["log_loss"]], -mean(log(ifelse(data$class == "yes", p, 1 - p))))
  one <- network(y ~ a, data, validation = 0.25, members = 1)
  rows <- !is.na(one$held_out$member)
  expect_equal(sum(rows), 25)
  expect_equal(
    held_out_scores(one)[["loss"]],
    mean((data$y[rows] - one$held_out$prediction[rows, 1])^2)
  )
  quantiles <- network(y ~ a, data, family = "quantile", quantile_levels = 0.5)
  held <- quantiles$held_out$prediction[, 1]
  expect_equal(held_out_scores(quantiles)[["loss"]], mean(abs(data$y - held)) / 2)
})

test_that("held-out rows that are alike explain nothing", {
  alike <- number_scores(matrix(c(1, 1)), c(1, 2), c(1, 1))
  expect_equal(alike, c(loss = 0.5, rmse = sqrt(0.5), r_squared = NA))
})

test_that("survival models are scored by concordance", {
  skip_if_not_installed("survival")
  set.seed(11)
  data <- data.frame(a = rnorm(80))
  data$time <- rexp(80, exp(2 * data$a))
  data$event <- rep(c(1, 1, 1, 0), 20)
  model <- network(survival::Surv(time, event) ~ a, data)
  risk <- model$held_out$prediction[, 1]
  pairs <- expand.grid(i = 1:80, j = 1:80)
  pairs <- pairs[data$event[pairs$i] == 1 & data$time[pairs$i] < data$time[pairs$j], ]
  expect_equal(
    held_out_scores(model)[["concordance"]],
    mean((risk[pairs$i] > risk[pairs$j]) + 0.5 * (risk[pairs$i] == risk[pairs$j]))
  )
})

# Tables --------------------------------------------------------------------------

test_that("tidy() has a row for each coefficient, or for each layer", {
  set.seed(12)
  data <- simulated()
  table <- tidy(line(y ~ a + b, data), conf.int = TRUE, conf.level = 0.9)
  reference <- lm(y ~ a + b, data)
  expect_named(
    table,
    c("term", "estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high")
  )
  expect_equal(table$term, names(coef(reference)))
  expected <- unname(cbind(coef(summary(reference)), confint(reference, level = 0.9)))
  expect_equal(unname(as.matrix(table[-1])), expected, tolerance = 1e-3)
  layers <- tidy(network(y ~ a + f, data))
  expect_s3_class(layers, "tbl_df")
  expect_true(all(c("name", "kind", "output_shape", "params") %in% names(layers)))
})

test_that("glance() is one row", {
  set.seed(13)
  data <- simulated(60)
  of_line <- glance(line(y ~ a, data))
  expect_equal(nrow(of_line), 1)
  reference <- lm(y ~ a, data)
  expect_equal(of_line$AIC, AIC(reference), tolerance = 1e-4)
  # Without held-out rows: the root of the mean squared PRESS residual.
  press <- residuals(reference) / (1 - hatvalues(reference))
  expect_equal(of_line$rmse, sqrt(mean(press^2)), tolerance = 1e-4)
  of_network <- glance(network(class ~ a, data))
  expect_equal(of_network$members, 2)
  expect_equal(of_network$nobs, 60)
  expect_equal(of_network$epochs, 3)
  expect_true(all(c("loss", "accuracy", "log_loss", "brier") %in% names(of_network)))
  expect_false("AIC" %in% names(of_network))
})

test_that("augment() adds tidymodels' columns to the data", {
  set.seed(14)
  data <- simulated(60)
  model <- line(y ~ a + f, data, epochs = 400)
  own <- augment(model)
  expect_named(own, c("y", "a", "f", ".pred", ".resid"))
  expect_equal(own$.resid, unname(residuals(model)))
  expect_equal(nrow(own), 60)
  new <- augment(model, data[1:5, ])
  expect_equal(new$.pred, predict(model, data[1:5, ])$.pred)
  expect_equal(new$.resid, data$y[1:5] - new$.pred)
  expect_false(".resid" %in% names(augment(model, data[1:5, c("a", "f")])))
  interval <- augment(model, data[1:5, ], type = "interval", level = 0.5)
  expect_true(all(c(".pred", ".pred_lower", ".pred_upper", ".resid") %in% names(interval)))
  classes <- augment(network(three ~ a, data), data)
  expect_named(
    classes[-seq_along(data)], c(".pred_class", ".pred_low", ".pred_mid", ".pred_high")
  )
  expect_equal(names(augment(network(y ~ a, data, family = "quantile"), data))[12], ".pred")
})

test_that("the data, the formula and the call are kept", {
  set.seed(15)
  data <- simulated(40)
  model <- deep_tabular(
    y ~ a + log(b), data,
    weights = w, hidden_units = 0, epochs = 400, verbose = 0
  )
  expect_equal(formula(model), y ~ a + log(b), ignore_attr = TRUE)
  frame <- model.frame(model)
  expect_equal(frame$y, data$y)
  expect_equal(frame$a, data$a)
  expect_equal(frame[["(weights)"]], data$w)
  # Too few epochs for the maximum, which is said and not the point here.
  smaller <- suppressWarnings(update(model, . ~ . - log(b), epochs = 2))
  expect_named(coef(smaller), c("(Intercept)", "a"))
  expect_equal(weights(smaller), data$w)
  expect_equal(glance(smaller)$epochs, 2)
  asked <- update(model, family = "quantile", evaluate = FALSE)
  expect_equal(asked$family, "quantile")
  expect_equal(update(model, weights = NULL, evaluate = FALSE)$weights, NULL)
  xy <- deep_tabular(data["a"], data$y, hidden_units = 0, epochs = 400, verbose = 0)
  briefly <- suppressWarnings(update(xy, epochs = 3))
  expect_equal(length(briefly$history[[1]]$epoch), 3)
})

test_that("update() changes the formula wherever it stands in the call", {
  data <- data.frame(y = rnorm(20), a = rnorm(20), b = rnorm(20))
  model <- data |> deep_tabular(y ~ a + b, hidden_units = 0, epochs = 400, verbose = 0)
  expect_named(coef(update(model, . ~ . - b)), c("(Intercept)", "a"))
  all <- deep_tabular(y ~ ., data, hidden_units = 0, epochs = 400, verbose = 0)
  expect_named(coef(update(all, . ~ . - b)), c("(Intercept)", "a"))
  expect_equal(formula(update(all, log(y + 9) ~ .)), log(y + 9) ~ a + b, ignore_attr = TRUE)
})

test_that("families without one mean have names and links", {
  set.seed(16)
  data <- simulated(60)
  expect_equal(family(network(three ~ a, data))$link, "softmax")
  expect_equal(family(network(y ~ a, data, family = "quantile"))$family, "quantile")
  expect_output(print(family(line(y ~ a, data, epochs = 400))), "gaussian")
})

# Printing ------------------------------------------------------------------------

shown <- function(code) {
  lines <- utils::capture.output(code)
  # How long training took is the core's choice.
  gsub("trained for \\d+ epochs", "trained for some epochs", lines)
}

test_that("a linear model is printed as one", {
  withr::local_options(cli.unicode = FALSE, useFancyQuotes = FALSE, digits = 6, width = 80)
  model <- deep_tabular(dist ~ speed, cars, hidden_units = 0, verbose = 0)
  expect_snapshot(cat(shown(print(model)), sep = "\n"))
  expect_snapshot(cat(shown(print(summary(model))), sep = "\n"))
  skip_if_not_installed("survival")
  times <- line(survival::Surv(time, status) ~ sex, survival::lung)
  expect_equal(summary(times)$coefficients, coef(times))
  expect_match(shown(print(summary(times))), "Coefficients", all = FALSE)
})

test_that("a network is printed in words", {
  set.seed(17)
  model <- network(Species ~ ., iris)
  expect_output(print(model), "family 'multinomial', architecture 'mlp', 2 members")
  expect_output(print(model), "150 rows, 4 predictor columns; trained for 3 epochs")
  expect_output(print(model), "On held-out rows: accuracy .*, log loss .*, Brier score")
  found <- summary(model)
  expect_true("Dense" %in% found$layers$kind)
  expect_output(print(found), "Layers of each member:")
  single <- summary(network(mpg ~ wt, mtcars, members = 1))
  expect_output(print(single), "Residuals:\n +Min +1Q +Median +3Q +Max")
  expect_output(print(single), "\nLayers:")
})

test_that("training is drawn, a curve for each member", {
  skip_if_not_installed("ggplot2")
  set.seed(18)
  model <- network(y ~ a, simulated(60))
  drawing <- plot(model)
  expect_s3_class(drawing, "ggplot")
  expect_s3_class(ggplot2::autoplot(model), "ggplot")
  expect_equal(nlevels(drawing$data$member), 2)
  path <- withr::local_tempfile(fileext = ".png")
  expect_no_warning_at_all(ggplot2::ggsave(path, drawing, width = 4, height = 4))
  only <- plot(model, metrics = "loss")
  expect_equal(unique(as.character(only$data$metric)), "loss")
})

test_that("what a model does not have says why", {
  skip_if_not_installed("survival")
  set.seed(19)
  data <- simulated(40)
  data$time <- rexp(40)
  data$event <- 1
  deep <- network(y ~ a, data)
  several <- line(three ~ a, data, epochs = 400)
  times <- line(survival::Surv(time, event) ~ a, data, epochs = 400)
  quantiles <- line(y ~ a, data, family = "quantile", epochs = 400)
  lost <- line(y ~ a, data, epochs = 400, model = FALSE)
  expect_error_snapshot(coef(deep))
  expect_error_snapshot(vcov(deep))
  expect_error_snapshot(logLik(deep))
  expect_error_snapshot(df.residual(deep))
  expect_error_snapshot(vcov(several))
  expect_error_snapshot(logLik(quantiles))
  expect_error_snapshot(confint(lost, level = 2))
  expect_error_snapshot(deviance(times))
  expect_error_snapshot(residuals(times))
  expect_error_snapshot(residuals(quantiles, type = "pearson"))
  expect_error_snapshot(residuals(deep, type = "person"))
  expect_error_snapshot(vcov(lost))
  expect_error_snapshot(model.frame(lost))
  expect_error_snapshot(augment(lost))
  expect_error_snapshot(plot(deep, metrics = "los"))
  expect_error_snapshot(plot(deep, data))
  expect_error_snapshot(extractAIC(deep))
  expect_error_snapshot(tidy(deep, conf.level = 0.9, exponentiate = TRUE))
  expect_error_snapshot(
    formula(deep_tabular(data["a"], data$y, hidden_units = 0, epochs = 400, verbose = 0))
  )
})

# Networks of layers --------------------------------------------------------------

test_that("networks have tables too", {
  set_random_seed(1)
  model <- classifier()
  layers <- tidy(model)
  expect_s3_class(layers, "tbl_df")
  expect_equal(layers$params, c(0, 40, 27)[seq_len(nrow(layers)) + 3 - nrow(layers)])
  before <- glance(model)
  expect_equal(before$parameters, 67)
  expect_equal(before$epochs, 0)
  h <- fit_quietly(model, epochs = 2)
  after <- glance(model)
  expect_equal(after$epochs, 2)
  expect_equal(after$loss, h$metrics$loss[2])
  expect_error_snapshot(glance(keras_model_sequential() |> layer_dense(1)))
})

test_that("what is misspelt for a regression is refused", {
  set.seed(1)
  data <- simulated()
  known <- line(y ~ a, data, epochs = 400)
  expect_error_snapshot(confint(known, lvl = 0.9))
  expect_error_snapshot(confint(known, "z"))
  expect_error_snapshot(confint(known, 3))
  expect_equal(confint(known, -1), confint(known, "a"))
  expect_error_snapshot(vcov(known, complete = FALSE, typ = 1))
  expect_error_snapshot(coef(known, all = TRUE))
  expect_error_snapshot(residuals(known, tpe = "pearson"))
  expect_error_snapshot(fitted(known, type = "link"))
  expect_error_snapshot(summary(known, correlation = TRUE))
})
