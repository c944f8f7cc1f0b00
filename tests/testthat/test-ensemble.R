# Ensembles: models of any kind as one.

skip_if_not(rdeep_available())

rows <- withr::with_seed(1, sample(150))
train <- iris[rows[1:75], ]
held <- iris[rows[76:120], ]
test <- iris[rows[121:150], ]

small <- function(data, ...) {
  deep_tabular(Species ~ ., data, epochs = 3, members = 1, hidden_units = 8, verbose = 0, ...)
}

# Probabilities of each class as a function of new data.
says <- function(levels, prob) {
  function(newdata) {
    matrix(prob, NROW(newdata), length(prob), byrow = TRUE, dimnames = list(NULL, levels))
  }
}

test_that("the average is the members' mean, whichever engine they run on", {
  withr::local_options(warnPartialMatchArgs = FALSE)
  a <- small(train, backend = "torch")
  b <- small(train, backend = "tensorflow")
  discriminant <- MASS::lda(Species ~ ., train)
  found <- ensemble(a, b, discriminant)
  expect_named(found$members, c("a", "b", "discriminant"))
  prob <- lapply(list(a, b), function(model) as.matrix(predict(model, test, type = "prob")))
  prob[[3]] <- predict(discriminant, test)$posterior
  expect_equal(
    as.matrix(predict(found, test, type = "prob")), Reduce(`+`, prob) / 3,
    ignore_attr = TRUE, tolerance = 1e-6
  )
  classes <- predict(found, tibble::as_tibble(test))
  expect_equal(levels(classes$.pred_class), levels(iris$Species))
  expect_equal(predict(found, test[7, ]), classes[7, ])

  members <- predict(found, test[1:2, ], type = "members")
  expect_equal(members$.row, rep(1:2, each = 3))
  expect_equal(as.character(members$.member), rep(c("a", "b", "discriminant"), 2))
  expect_equal(members$.pred_setosa[4], prob[[1]][2, 1], ignore_attr = TRUE, tolerance = 1e-6)
  parts <- predict(found, test, type = "uncertainty")
  expect_equal(parts$.total, parts$.aleatoric + parts$.epistemic)
  entropy <- apply(predict(found, test, type = "prob"), 1, function(p) -sum(p * log(p)))
  expect_equal(parts$.total, entropy)

  weighed <- ensemble(a, b, data = held)
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(weighed, path)
  again <- load_model(path)
  expect_equal(predict(again, test, type = "prob"), predict(weighed, test, type = "prob"))
  expect_equal(tidy(again), tidy(weighed))
  expect_equal(again$call, weighed$call)
  moved <- load_model(path, backend = "torch")
  expect_equal(
    predict(moved, test, type = "prob"), predict(weighed, test, type = "prob"),
    tolerance = 1e-5
  )
  unserialized <- unserialize(serialize(found, NULL))
  expect_equal(predict(unserialized, test), classes)
  expect_error_snapshot(save_model(found, path, overwrite = TRUE))
})

test_that("weights are found by the rows given, and members that do not help have none", {
  y <- withr::with_seed(1, rnorm(100))
  data <- data.frame(y, x = withr::with_seed(2, rnorm(100)))
  low <- function(newdata) newdata$y - 1
  high <- function(newdata) newdata$y + 3
  far <- function(newdata) newdata$y + 9
  found <- ensemble(low, high, far, data = data, y = "y", method = "weights")
  expect_equal(tidy(found)$weight, c(0.75, 0.25, 0), tolerance = 1e-6)
  expect_equal(tidy(found)$mse, c(1, 9, 81))
  expect_equal(predict(found, data)$.pred, y, tolerance = 1e-6)
  expect_equal(predict(found, data, type = "uncertainty")$.epistemic, rep(3, 100))
  for (method in c("greedy", "stack")) {
    other <- ensemble(low, high, far, data = data, y = y, method = method)
    expect_equal(predict(other, data)$.pred, y, tolerance = 0.2)
  }
  expect_equal(glance(other)$best_member, "low")
  expect_equal(nobs(other), 100)
  expect_named(augment(found, data), c(".pred", "y", "x"))
  expect_equal(
    predict(ensemble(low, high, data = data, weights = c(high = 1, low = 3), y = y), data)$.pred,
    y
  )
  expect_output(print(found), "mse .* on 100 held-out rows \\(best member, low: 1\\)")
  expect_s3_class(plot(found), "ggplot")
  expect_output(print(summary(found)), "high:")
})

test_that("the outcome is what the members' formula says", {
  line <- lm(log(mpg) ~ wt, mtcars[1:16, ])
  bent <- lm(log(mpg) ~ wt + I(wt^2), mtcars[1:16, ])
  found <- ensemble(line, bent, data = mtcars[17:32, ])
  expect_equal(
    tidy(found)$mse[1], mean((predict(line, mtcars[17:32, ]) - log(mtcars$mpg[17:32]))^2)
  )
  unmeasured <- ensemble(list(line, b = bent))
  expect_named(unmeasured$members, c("member_1", "b"))
  noise <- mean(c(sigma(line), sigma(bent))^2)
  expect_equal(predict(unmeasured, mtcars[1, ], type = "uncertainty")$.aleatoric, noise)
  expect_s3_class(plot(unmeasured), "ggplot")
})

test_that("classes are matched by their names", {
  a <- says(c("no", "yes"), c(0.9, 0.1))
  b <- says(c("yes", "no"), c(0.3, 0.7))
  data <- data.frame(x = 1:12, flag = rep(c(TRUE, FALSE), 6))
  y <- factor(ifelse(data$flag, "yes", "no"))
  found <- ensemble(a, b, data = data, y = y, weights = c(1, 1))
  expect_equal(unlist(predict(found, data[1, ], type = "prob")), c(.pred_no = 0.8, .pred_yes = 0.2))
  of_flags <- glm(am == 1 ~ wt, binomial, mtcars)
  both <- ensemble(of_flags, update(of_flags, . ~ hp), data = mtcars)
  expect_equal(both$combination$levels, c("FALSE", "TRUE"))
})

test_that("the same network from several seeds is repeatable", {
  deep <- function() {
    set.seed(3)
    network <- classifier()
    ensemble_seeds(network, 3, iris_x, iris$Species, epochs = 2, verbose = 0)
  }
  found <- deep()
  expect_equal(predict(found, iris_x, type = "prob"), predict(deep(), iris_x, type = "prob"))
  expect_gt(max(predict(found, iris_x, type = "uncertainty")$.epistemic), 1e-4)
  model <- small(train)
  again <- ensemble_seeds(model, seeds = c(1, 2))
  expect_named(again$members, c("seed_1", "seed_2"))
  of_function <- ensemble_seeds(function(seed) lm(mpg ~ wt, mtcars[seed + 1:10, ]), seeds = 1:2)
  expect_equal(tidy(of_function)$model, c("lm", "lm"))
  expect_error_snapshot(ensemble_seeds(function() lm(mpg ~ wt, mtcars), 1))
  expect_error_snapshot(ensemble_seeds(function() lm(mpg ~ wt, mtcars), seeds = c(1, 1)))
  expect_error_snapshot(ensemble_seeds(mtcars))
  expect_error_snapshot(ensemble_seeds(model, epochs = 2))
})

for_each_backend("snapshots of a training by a formula are an ensemble", {
  set.seed(1)
  network <- keras_model_sequential() |>
    layer_dense(8, activation = "relu") |>
    layer_dense(3, activation = "softmax")
  found <- ensemble_snapshots(
    network, Species ~ ., train,
    cycles = 3, epochs = 2, last = 2, verbose = 0, validation_data = held
  )
  expect_named(found$members, c("cycle_2", "cycle_3"))
  expect_equal(found$combination$levels, levels(iris$Species))
  expect_equal(
    predict(found$members[[2]], test, type = "prob"), predict(network, test, type = "prob")
  )
  expect_error_snapshot(ensemble_snapshots(network, Species ~ ., train, cycles = 1))
})

test_that("rows with missing values are missing, with a warning", {
  a <- small(train)
  b <- small(train)
  gaps <- test
  gaps[2, 1] <- NA
  found <- ensemble(a, b)
  expect_warning(
    prob <- predict(found, gaps, type = "prob"), "'a' and 'b' predict no number in 1 of 30"
  )
  expect_equal(which(is.na(prob[[1]])), 2)
})

test_that("what cannot be combined is refused, and rows that were fitted to are warned of", {
  a <- small(train)
  b <- small(train)
  two <- small(droplevels(train[train$Species != "setosa", ]))
  line <- lm(mpg ~ wt, mtcars)
  gaps <- held
  gaps[2, 1] <- NA
  quantiles <- deep_tabular(
    mpg ~ wt, mtcars,
    family = "quantile", epochs = 1, members = 1, verbose = 0
  )
  expect_conditions_snapshot({
    ensemble(a)
    ensemble(a, two)
    ensemble(a, line)
    ensemble(line, quantiles)
    ensemble(a, b, dat = held)
    ensemble(a, b, data = held, x = held)
    ensemble(a, b, y = held$Species)
    ensemble(a, b, data = held, y = held$Species[1:3])
    ensemble(a, b, data = held, y = sub("setosa", "rosa", held$Species))
    ensemble(a, b, data = held[-1])
    ensemble(a, b, data = held[-5])
    ensemble(a, b, data = gaps)
    ensemble(a, b, data = held, method = "mean")
    ensemble(a, b, method = "stack")
    ensemble(a, b, data = held, method = "stack", weights = 1:2)
    ensemble(a, b, weights = c(1, -1))
    ensemble(a, b, weights = c(a = 1, c = 2))
    ensemble(line, function(newdata) newdata$wt)
    predict(ensemble(a, b), test, type = "link")
    predict(ensemble(a, b))
  })
  expect_warning(ensemble(a, b, data = train), class = "rdeep_warning_rows")
})

test_that("members that were fitted again are kept at once", {
  skip_if_no_backend("torch")
  model <- deep_tabular(
    mpg ~ wt, mtcars,
    epochs = 2, members = 1, verbose = 0, backend = "torch"
  )
  file <- withr::local_tempfile(fileext = ".rds")
  found <- ensemble_seeds(model, members = 2)
  saveRDS(found, file)
  again <- in_fresh_r(
    function(file, python) {
      reticulate::use_python(python, required = TRUE)
      library(rdeep)
      predict(readRDS(file), mtcars[1:3, ])
    },
    list(file = file, python = running_python())
  )
  expect_equal(again, predict(found, mtcars[1:3, ]), tolerance = 1e-6)
})
