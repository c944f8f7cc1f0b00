# Every generic of stats and generics, on every kind of model: a right answer, or a refusal in
# words. Generics are found by looking, so that those of other versions of R are walked over.

generics_in <- function(package) {
  home <- asNamespace(package)
  is_generic <- function(name) {
    f <- get0(name, home)
    is.function(f) && !is.primitive(f) && "UseMethod" %in% all.names(body(f))
  }
  Filter(is_generic, sort(getNamespaceExports(package)))
}

quietly_made <- function(code) suppressWarnings(suppressMessages(code))

# The generics that did neither answer rightly nor refuse. `answers` has for each generic that
# is to answer a function that looks at the value. What fits anew needs the data, which is
# looked for where the test is.
walk <- function(object, answers, env = parent.frame()) {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  wrong <- character()
  here <- rlang::env(env, .object = object)
  for (package in c("stats", "generics")) {
    for (generic in generics_in(package)) {
      call <- as.call(list(getExportedValue(package, generic), quote(.object)))
      value <- quietly_made(tryCatch(eval(call, here), error = identity))
      check <- answers[[generic]]
      said <- if (inherits(value, "rdeep_error")) {
        if (!is.null(check)) "refused"
      } else if (inherits(value, "error")) {
        conditionMessage(value)
      } else if (is.null(check)) {
        paste("gave", class(value)[1])
      } else if (!isTRUE(right <- check(value))) {
        paste("is wrong:", paste(right, collapse = "; "))
      }
      if (length(said)) wrong <- c(wrong, paste0(package, "::", generic, "() ", said))
    }
  }
  wrong
}

is_a <- function(class) function(value) inherits(value, class) || class(value)
is_like <- function(expected, tolerance = 2e-3) {
  function(value) all.equal(value, expected, tolerance = tolerance, check.attributes = FALSE)
}

# With the call as if it stood where the test is.
line_of <- function(...) {
  call <- rlang::call2("deep_tabular", !!!rlang::enexprs(...), hidden_units = 0, verbose = 0)
  call$epochs <- call$epochs %||% 400
  eval(call, parent.frame())
}

# What a regression answers as `lm()` and `glm()` do.
alike <- c(
  "AIC", "BIC", "alias", "anova", "case.names", "coef", "coefficients", "confint",
  "cooks.distance", "deviance", "df.residual", "dfbeta", "dfbetas", "dummy.coef", "effects",
  "extractAIC", "fitted", "fitted.values", "hatvalues", "influence", "logLik", "model.matrix",
  "model.frame", "na.action", "nobs", "resid", "residuals", "rstandard", "rstudent", "sigma",
  "variable.names", "vcov"
)

answers_of_regression <- function(model, reference) {
  glm <- inherits(reference, "glm")
  generics <- setdiff(alike, if (glm) c("resid", "residuals", "confint"))
  answers <- lapply(stats::setNames(generics, generics), function(generic) {
    is_like(quietly_made(getExportedValue("stats", generic)(reference)))
  })
  if (glm) {
    # Of `glm()` the default are deviances, and intervals by profiles.
    answers$confint <- is_like(stats::confint.default(reference))
    answers$residuals <- answers$resid <- is_like(residuals(reference, type = "response"))
  }
  c(answers, list(
    predict = is_a("tbl_df"), update = is_a("deep_tabular"), simulate = is_a("data.frame"),
    proj = is_a("matrix"), family = is_a("family"), getCall = is_a("call"),
    formula = function(value) all.equal(value, stats::formula(reference)),
    terms = function(value) {
      expected <- stats::terms(reference)
      fields <- c("factors", "term.labels", "order", "intercept", "response", "dataClasses")
      all.equal(attributes(value)[fields], attributes(expected)[fields])
    },
    weights = function(value) identical(value, model$weights)
  ), of_tables)
}

of_tables <- list(
  tidy = is_a("tbl_df"), glance = is_a("tbl_df"), augment = is_a("tbl_df"),
  tunable = is_a("tbl_df"), required_pkgs = function(value) identical(value, "rdeep")
)

test_that("a gaussian regression answers as lm() does, or refuses", {
  cars <- transform(mtcars, gear = factor(gear), am = am == 1)
  formula <- mpg ~ poly(wt, 2) + factor(cyl) + am
  model <- line_of(formula, cars)
  reference <- lm(formula, cars)
  answers <- answers_of_regression(model, reference)
  # What stats says of `lm()` leaves a constant out.
  answers$extractAIC <- is_like(extractAIC(glm(formula, data = cars)))
  answers$drop1 <- function(value) is_like(drop1(glm(formula, data = cars))$AIC)(value$AIC)
  expect_equal(walk(model, answers), character())
  frame <- model.frame(model)
  expect_equal(names(frame), names(model.frame(reference)))
  expect_equal(row.names(frame), row.names(mtcars))
  expect_equal(attr(terms(model), "predvars"), attr(terms(reference), "predvars"))
  expect_equal(attr(model.matrix(model), "assign"), attr(model.matrix(reference), "assign"))
  expect_equal(colnames(model.matrix(model)), colnames(model.matrix(reference)))
  expect_equal(simulate(model, 2, seed = 1), simulate(reference, 2, seed = 1), tolerance = 1e-3)
  expect_equal(as.data.frame(anova(model)), as.data.frame(anova(reference)), tolerance = 1e-3)
  smaller <- update(model, . ~ . - am)
  both <- anova(smaller, model)
  expected <- anova(update(reference, . ~ . - am), reference)
  expect_equal(both[["F"]], expected[["F"]], tolerance = 1e-2)
  more <- quietly_made(add1(smaller, ~ . + am))
  less <- glm(mpg ~ poly(wt, 2) + factor(cyl), data = cars)
  expect_equal(more$AIC, add1(less, ~ . + am)$AIC, tolerance = 1e-3)
  expect_equal(dffits(as_glm(model)), dffits(reference), tolerance = 1e-2)
})

test_that("a logistic and a Poisson regression answer as glm() does, or refuse", {
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  model <- line_of(am ~ wt, cars, epochs = 2000)
  reference <- glm(am ~ wt, binomial, cars)
  expect_equal(walk(model, answers_of_regression(model, reference)), character())
  for (type in c("pearson", "deviance", "response")) {
    expect_equal(
      residuals(model, type = type), unname(residuals(reference, type = type)),
      tolerance = 1e-3
    )
  }
  set.seed(2)
  cars$count <- rpois(32, cars$wt)
  formula <- count ~ factor(cyl) + hp + offset(log(wt))
  model <- line_of(formula, cars, family = "poisson", weights = cars$gear)
  reference <- glm(formula, poisson, cars, weights = gear)
  answers <- answers_of_regression(model, reference)
  answers$drop1 <- function(value) is_like(drop1(reference)$AIC)(value$AIC)
  expect_equal(walk(model, answers), character())
  expect_equal(anova(model)$Deviance, anova(reference)$Deviance, tolerance = 1e-3)
})

test_that("other families and networks with hidden layers refuse what they do not have", {
  skip_if_not_installed("survival")
  described <- list(
    case.names = is_like(as.character(1:32), 0), family = is_a("family"), formula = is_a("formula"),
    getCall = is_a("call"), model.frame = is_a("data.frame"), na.action = is.null,
    nobs = is_like(32), predict = is_a("tbl_df"), terms = is_a("terms"), weights = is.null,
    variable.names = function(value) "wt" %in% value, fitted = is.numeric,
    fitted.values = is.numeric, update = is_a("deep_tabular")
  )
  cars <- mtcars
  row.names(cars) <- NULL
  made <- function(..., units = 0) {
    call <- rlang::call2(
      "deep_tabular", ...,
      data = quote(cars), hidden_units = units, epochs = 20, verbose = 0, architecture = "mlp"
    )
    quietly_made(eval(call, parent.frame()))
  }
  linear <- list(
    coef = is.numeric, coefficients = is.numeric,
    model.matrix = function(value) identical(dim(value), c(32L, 2L))
  )
  left <- list(residuals = is.numeric, resid = is.numeric)
  classes <- made(factor(cyl) ~ wt)
  likely <- list(
    logLik = is_a("logLik"), AIC = is.numeric, BIC = is.numeric, extractAIC = is.numeric,
    deviance = is.numeric, df.residual = is_like(28)
  )
  answers <- c(described, of_tables)
  expect_equal(walk(classes, c(answers, linear, left, likely)), character())
  expect_equal(walk(made(mpg ~ wt, family = "quantile"), c(answers, linear, left)), character())
  times <- made(survival::Surv(mpg, am) ~ wt)
  expect_equal(walk(times, c(answers, linear)), character())
  deep <- c(answers, left, list(deviance = is.numeric))
  expect_equal(walk(made(mpg ~ wt, units = 4), deep), character())
  plain <- quietly_made(deep_tabular(
    cars["wt"], cars$mpg,
    hidden_units = 4, epochs = 2, verbose = 0, architecture = "mlp"
  ))
  expect_equal(walk(plain, deep[setdiff(names(deep), c("formula", "terms"))]), character())
})

test_that("networks and histories refuse what they do not have", {
  set_random_seed(1)
  network <- keras_model_sequential() |> layer_dense(3, activation = "relu")
  history <- quietly_made(fit(network, mpg ~ wt + factor(cyl), mtcars, verbose = 0))
  known <- list(
    nobs = is_like(32, 0), glance = is_a("tbl_df"), tidy = is_a("tbl_df"),
    compile = is_a("rdeep_model"), required_pkgs = of_tables$required_pkgs
  )
  columns <- c("wt", "factor(cyl)6", "factor(cyl)8")
  expect_equal(walk(network, c(known, list(
    formula = is_a("formula"), terms = is_a("terms"), variable.names = is_like(columns, 0)
  ))), character())
  expect_equal(formula(network), mpg ~ wt + factor(cyl), ignore_attr = TRUE)
  expect_equal(labels(terms(network)), c("wt", "factor(cyl)"))
  expect_equal(
    model.matrix(network, mtcars)[, 2:3],
    model.matrix(~ factor(cyl), mtcars)[, 2:3],
    ignore_attr = TRUE
  )
  again <- unserialize(serialize(network, NULL))
  expect_equal(nobs(again), 32)
  plain <- regressor()
  history <- fit_quietly(plain, iris_x, iris_y, validation_split = 0.2)
  expect_equal(
    walk(plain, c(known["compile"], list(
      nobs = is_like(120, 0), variable.names = is_like(colnames(iris_x), 0)
    ), known[c("glance", "tidy", "required_pkgs")])),
    character()
  )
  expect_equal(walk(history, known["tidy"]), character())
})

test_that("functions for numbers and pictures of base R and graphics are refused too", {
  network <- regressor()
  history <- fit_quietly(network, iris_x, iris_y)
  model <- quietly_made(line_of(dist ~ speed, cars, epochs = 5))
  for (object in list(network, history, model)) {
    for (package in c("graphics", "base")) {
      for (generic in generics_of_data[[package]]) {
        expect_s3_class(
          tryCatch(get(generic, asNamespace(package))(object), error = identity), "rdeep_error"
        )
      }
    }
  }
  for (generic in c("head", "tail", "stack", "unstack", "as.data.frame")) {
    expect_s3_class(tryCatch(match.fun(generic)(network), error = identity), "rdeep_error")
  }
})

test_that("two networks are equal when their layers and weights are", {
  set_random_seed(1)
  network <- regressor()
  copy <- clone_model(network)
  set_weights(copy, get_weights(network))
  expect_true(all.equal(network, copy))
  set_weights(copy, lapply(get_weights(network), function(weights) weights + 1))
  expect_match(all.equal(network, copy), "^weights:", all = TRUE)
  expect_match(all.equal(network, classifier()), "layers or their options")
  expect_match(all.equal(network, 1), "not")
  empty <- keras_model_sequential()
  expect_true(all.equal(empty, empty))
  expect_match(all.equal(empty, keras_model_sequential()), "not known yet")
})

test_that("a refusal says why, and what to use", {
  network <- regressor()
  history <- fit_quietly(network, iris_x, iris_y)
  model <- quietly_made(line_of(dist ~ speed, cars, epochs = 5))
  times <- quietly_made(line_of(dist ~ speed, cars, epochs = 5, family = "quantile"))
  expect_error_snapshot(residuals(network))
  expect_error_snapshot(coef(network))
  expect_error_snapshot(update(network, . ~ . + x))
  expect_error_snapshot(formula(network))
  expect_error_snapshot(AIC(network))
  expect_error_snapshot(hatvalues(model = network))
  expect_error_snapshot(median(network))
  expect_error_snapshot(model.matrix(network))
  expect_error_snapshot(nobs(keras_model_sequential()))
  expect_error_snapshot(variable.names(keras_model_sequential()))
  expect_error_snapshot(coef(history))
  expect_error_snapshot(profile(model))
  expect_error_snapshot(add1(model))
  expect_error_snapshot(drop1(model))
  expect_error_snapshot(hatvalues(times))
  expect_error_snapshot(df.residual(times))
  expect_error_snapshot(quantile(model))
  expect_error_snapshot(as_glm(1))
  expect_error_snapshot(generics::forecast(model))
})
