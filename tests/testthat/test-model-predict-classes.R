# Classes and probabilities of networks that were fitted to a factor, and broom's tables.

fitted_quietly <- function(...) suppressMessages(fit(..., verbose = 0))

slow_on_tensorflow("a network that was fitted to a factor predicts classes and probabilities", {
  set_random_seed(1)
  network <- keras_model_sequential() |> layer_dense(4, activation = "relu")
  fitted_quietly(network, Species ~ ., iris, epochs = 3)
  new <- iris[c(1, 60, 120), 1:4]
  raw <- predict(network, new)
  levels <- levels(iris$Species)
  expect_equal(
    predict(network, new, type = "class"),
    tibble::tibble(.pred_class = factor(levels[max.col(raw)], levels))
  )
  prob <- predict(network, newdata = new, type = "prob")
  expect_named(prob, paste0(".pred_", levels))
  expect_equal(unname(as.matrix(prob)), unname(raw))
  expect_equal(predict(network, new, type = "response"), raw)
  new[2, 1] <- NA
  expect_equal(is.na(predict(network, new, type = "class")$.pred_class), c(FALSE, TRUE, FALSE))
  expect_equal(is.na(predict(network, new, type = "prob")$.pred_setosa), c(FALSE, TRUE, FALSE))
  again <- unserialize(serialize(network, NULL))
  expect_equal(predict(again, new, type = "class"), predict(network, new, type = "class"))
  # Fitted to `x` and a factor, with scores that the loss makes probabilities of.
  scores <- keras_model_sequential(input_shape = 4) |> layer_dense(3)
  compile(scores, loss = loss_sparse_categorical_crossentropy(from_logits = TRUE))
  fit_quietly(scores, iris_x, iris$Species)
  raw <- predict(scores, iris_x[1:5, ])
  prob <- predict(scores, iris_x[1:5, ], type = "prob")
  expect_equal(unname(as.matrix(prob)), unname(exp(raw) / rowSums(exp(raw))), tolerance = 1e-6)
})

slow_on_tensorflow("one unit gives the probability of the second of two levels", {
  set_random_seed(1)
  x <- scale(as.matrix(mtcars[c("wt", "hp")]))
  y <- factor(mtcars$am, labels = c("auto", "manual"))
  network <- keras_model_sequential(input_shape = 2) |> layer_dense(1, activation = "sigmoid")
  compile(network, loss = "binary_crossentropy")
  fit_quietly(network, x, y)
  p <- as.vector(predict(network, x))
  prob <- predict(network, x, type = "prob")
  expect_equal(prob, tibble::tibble(.pred_auto = 1 - p, .pred_manual = p))
  said <- predict(network, x, type = "class")$.pred_class
  expect_equal(said, factor(ifelse(p > 0.5, "manual", "auto"), levels(y)))
  logits <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  compile(logits, loss = loss_binary_crossentropy(from_logits = TRUE))
  fit_quietly(logits, x, y)
  expect_equal(
    predict(logits, x, type = "prob")$.pred_manual, plogis(as.vector(predict(logits, x))),
    tolerance = 1e-6
  )
  # TRUE and FALSE of a formula are two levels too.
  flags <- keras_model_sequential()
  fitted_quietly(flags, am ~ wt + hp, transform(mtcars, am = am == 1))
  expect_named(predict(flags, mtcars, type = "prob"), c(".pred_FALSE", ".pred_TRUE"))
})

test_that("several outputs have classes each, and other networks none", {
  set_random_seed(1)
  input <- layer_input(4)
  several <- function(last) {
    outputs <- list(
      layer_dense(input, 3, activation = "softmax", name = "species"),
      layer_dense(input, last, activation = "softmax", name = "big")
    )
    model <- keras_model(input, outputs)
    compile(model, loss = as.list(rep("sparse_categorical_crossentropy", 2)))
  }
  both <- several(2)
  big <- factor(iris$Sepal.Length > 6, labels = c("small", "big"))
  fit_quietly(both, iris_x, list(species = iris$Species, big = big))
  classes <- predict(both, iris_x[1:3, ], type = "class")
  expect_named(classes, c("species", "big"))
  expect_equal(levels(classes$big$.pred_class), c("small", "big"))
  expect_named(predict(both, iris_x[1:3, ], type = "prob")$big, c(".pred_small", ".pred_big"))
  fit_quietly(both, iris_x, list(species = iris$Species, big = as.integer(big) - 1L))
  expect_error_snapshot(predict(both, iris_x, type = "class"))
  expect_error_snapshot(predict(regressor(), iris_x, type = "prob"))
  expect_error_snapshot(predict(regressor(), iris_x, type = "klass"))
  odd <- keras_model_sequential(input_shape = 4) |> layer_dense(3)
  compile(odd, loss = "sparse_categorical_crossentropy")
  suppressWarnings(fit_quietly(odd, iris_x, iris$Species))
  expect_error_snapshot(predict(odd, 100 * iris_x, type = "prob"))
})

# Tables by broom's names ---------------------------------------------------------

test_that("augment() takes broom's names and tidymodels'", {
  model <- deep_tabular(dist ~ speed, cars, hidden_units = 0, epochs = 400, verbose = 0)
  new <- cars[1:3, ]
  by_broom <- augment(model, newdata = new)
  expect_named(by_broom, c("speed", "dist", ".pred", ".fitted", ".resid"))
  expect_equal(by_broom$.fitted, predict(model, new)$.pred)
  expect_equal(by_broom$.resid, new$dist - by_broom$.fitted)
  expect_equal(augment(model, data = new), by_broom)
  expect_named(augment(model, new_data = new), c("speed", "dist", ".pred", ".resid"))
  expect_named(
    augment(model, newdata = new["speed"], type = "interval"),
    c("speed", ".pred", ".pred_lower", ".pred_upper", ".fitted")
  )
  expect_error_snapshot(augment(model, data = cars, newdata = cars))
  expect_error_snapshot(augment(model, newdata = new, se_fit = TRUE))
  expect_error_snapshot(augment(model, newdata = new, typo = 1))
})

test_that("networks are augmented with the data that is given", {
  set_random_seed(1)
  network <- keras_model_sequential()
  fitted_quietly(network, log(mpg) ~ wt, mtcars)
  table <- augment(network, newdata = mtcars[1:3, c("mpg", "wt")])
  expect_named(table, c("mpg", "wt", ".pred", ".fitted", ".resid"))
  expect_equal(table$.resid, log(mtcars$mpg[1:3]) - table$.pred)
  classes <- keras_model_sequential()
  fitted_quietly(classes, Species ~ Petal.Width, iris)
  table <- augment(classes, new_data = iris[1:3, 4:5])
  expect_named(table, c(
    "Petal.Width", "Species", ".pred_class", paste0(".pred_", levels(iris$Species))
  ))
  expect_named(augment(regressor(), iris_x[1:2, ]), c(colnames(iris_x), ".pred", ".fitted"))
  expect_error_snapshot(augment(network))
})

test_that("tidy() gives exponentials, and refuses what there is not", {
  data <- transform(mtcars, am = factor(am))
  model <- deep_tabular(am ~ wt, data, hidden_units = 0, epochs = 400, verbose = 0)
  plain <- tidy(model, conf.int = TRUE, conf.level = 0.9)
  table <- tidy(model, exponentiate = TRUE, conf.int = TRUE, conf.level = 0.9)
  expect_equal(table$estimate, exp(coef(model)), ignore_attr = TRUE)
  expect_equal(table[c("conf.low", "conf.high")], exp(plain[c("conf.low", "conf.high")]))
  expect_equal(table$std.error, plain$std.error)
  three <- suppressWarnings(
    deep_tabular(factor(gear) ~ wt, data, hidden_units = 0, epochs = 20, verbose = 0)
  )
  expect_equal(tidy(three, exponentiate = TRUE)$estimate, exp(tidy(three)$estimate))
  numbers <- deep_tabular(mpg ~ wt, data, hidden_units = 0, epochs = 400, verbose = 0)
  expect_warning(tidy(numbers, exponentiate = TRUE), "no logarithm", class = "rdeep_warning")
  expect_error_snapshot(tidy(three, conf.int = TRUE))
  expect_error_snapshot(tidy(model, exponentiate = NA))
  deep <- deep_tabular(mpg ~ wt, data, hidden_units = 2, epochs = 1, verbose = 0)
  expect_error_snapshot(tidy(deep, conf.int = TRUE))
})
