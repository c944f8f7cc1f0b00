two <- function() {
  data <- droplevels(iris[iris$Species != "setosa", ])
  data$kind <- factor(rep_len(c("u", "v"), nrow(data)), c("u", "v", "unused"))
  data
}

for_each_backend("classes are predicted in tibbles, in order", {
  set.seed(1)
  model <- deep_svm(Species ~ ., iris, backend = backend)
  new <- iris[c(101, 1, 51), ]
  expect_identical(
    as.character(predict(model, new)$.pred_class), c("virginica", "setosa", "versicolor")
  )
  prob <- predict(model, new, type = "prob")
  expect_named(prob, paste0(".pred_", levels(iris$Species)))
  expect_equal(rowSums(prob), rep(1, 3))
  decision <- predict(model, new, type = "decision")
  pairs <- c("versicolor/setosa", "virginica/setosa", "virginica/versicolor")
  expect_named(decision, paste0(".pred_decision_", pairs))
  expect_identical(nrow(predict(model, new[1, ])), 1L)
  expect_output(print(model), "Support vector machine of 3 classes .*Gaussian kernel, gamma = 0.25")
  expect_gt(glance(model)$accuracy, 0.9)
  expect_named(tidy(model), c("response", "support", "norm", "objective", "gap"))
  expect_identical(nobs(model), 150L)
  expect_named(augment(model, new), c(names(iris), ".pred_class", names(prob)))
  # Another session, by R's own file and by ours.
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), new, type = "prob"), prob)
  ours <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, ours)
  again <- load_model(ours, backend = "numpy")
  expect_equal(predict(again, new, type = "prob"), prob, tolerance = 1e-5)
  expect_output(print(again), "deep_svm\\(formula = Species ~ .", fixed = FALSE)
  network <- as_network(model)
  expect_s3_class(network, "rdeep_model")
  values <- predict(network, model.matrix(model, new))
  expect_equal(unname(values), unname(as.matrix(decision)), tolerance = 1e-4)
})

for_each_backend("a linear machine has the objective of e1071's", {
  skip_if_not_installed("e1071")
  data <- two()[1:5]
  x <- scale(as.matrix(data[1:4]))
  y <- ifelse(data$Species == "virginica", 1, -1)
  objective <- function(w, b) sum(w^2) / 2 + sum(pmax(0, 1 - y * (x %*% w + b)))
  peer <- e1071::svm(Species ~ ., data, kernel = "linear", tolerance = 1e-6)
  w <- y[1] * drop(crossprod(peer$coefs, peer$SV))
  model <- deep_svm(Species ~ ., data, kernel = "linear", folds = 0, backend = backend)
  own <- coef(model, scaled = TRUE)
  expect_equal(objective(own[-1], own[1]), objective(w, -y[1] * peer$rho), tolerance = 1e-4)
})

test_that("coefficients are those of the columns as they are", {
  skip_if_no_backend("torch")
  data <- two()
  model <- deep_svm(Species ~ ., data, kernel = "linear", backend = "torch")
  columns <- cbind(1, model.matrix(model, data))
  expect_equal(
    drop(columns %*% coef(model)), predict(model, data, type = "decision")$.pred_decision,
    tolerance = 1e-4
  )
  expect_identical(tidy(model)$term, names(coef(model)))
  expect_identical(names(coef(model))[6:7], c("kindu", "kindv"))
  several <- deep_svm(Species ~ ., iris, kernel = "linear", folds = 0, backend = "torch")
  expect_identical(dim(coef(several)), c(5L, 3L))
  expect_named(tidy(several), c("response", "term", "estimate"))
})

test_that("x and y, a formula, a recipe and a pipe say the same", {
  skip_if_no_backend("torch")
  skip_if_not_installed("recipes")
  fit <- function(...) deep_svm(..., folds = 0, backend = "torch")
  fits <- list(
    fit(iris[1:4], iris$Species), fit(as.matrix(iris[1:4]), as.character(iris$Species)),
    fit(iris, Species ~ .), fit(formula = Species ~ ., data = tibble::as_tibble(iris)),
    fit(recipes::recipe(Species ~ ., iris), iris)
  )
  found <- lapply(fits, predict, iris[c(1, 70, 140), ], type = "decision")
  for (each in found[-1]) expect_equal(each, found[[1]], tolerance = 1e-5)
})

test_that("numbers and truth are predicted as well", {
  skip_if_no_backend("torch")
  set.seed(1)
  model <- deep_svm(mpg ~ ., mtcars, backend = "torch")
  expect_named(augment(model, mtcars[1:3, ]), c(names(mtcars), ".pred", ".resid"))
  expect_gt(glance(model)$r_squared, 0.5)
  truth <- deep_svm(am == 1 ~ wt + hp, mtcars, kernel = "radial", backend = "torch")
  expect_identical(levels(predict(truth, mtcars[1, ])$.pred_class), c("FALSE", "TRUE"))
})

test_that("rows with missing values are refused, left out, or filled in", {
  skip_if_no_backend("torch")
  data <- two()
  data$Sepal.Width[3] <- NA
  model <- deep_svm(Species ~ ., data, na_action = "omit", folds = 0, backend = "torch")
  expect_identical(is.na(predict(model, data[1:4, ])$.pred_class), c(FALSE, FALSE, TRUE, FALSE))
  expect_identical(nobs(model), 99L)
  filled <- deep_svm(Species ~ ., data, na_action = "impute", folds = 0, backend = "torch")
  expect_false(anyNA(predict(filled, data[1:4, ])))
  expect_true("Sepal.Width_missing" %in% colnames(model.matrix(filled, data)))
  expect_true(all(is.na(model.matrix(model, data[2:3, ])[2, ])))
})

test_that("weights of rows and classes move the boundary", {
  skip_if_no_backend("torch")
  data <- two()
  data <- data[1:60, ]
  fit <- function(...) {
    model <- deep_svm(Species ~ Sepal.Width, data, kernel = "linear", folds = 0, ...)
    sum(predict(model, data)$.pred_class == "virginica")
  }
  plain <- fit(backend = "torch")
  expect_gt(fit(class_weights = "balanced", backend = "torch"), plain)
  by_row <- fit(weights = ifelse(Species == "virginica", 5, 1), backend = "torch")
  expect_identical(by_row, fit(class_weights = c(versicolor = 1, virginica = 5), backend = "torch"))
})

test_that("machines are drawn", {
  skip_if_no_backend("torch")
  skip_if_not_installed("ggplot2")
  data <- two()
  model <- deep_svm(Species ~ ., data, folds = 0, backend = "torch")
  drawn <- list(
    plot(model), plot(model, data), plot(model, data, Petal.Width ~ Petal.Length),
    ggplot2::autoplot(deep_svm(mpg ~ wt + hp, mtcars, folds = 0, backend = "torch"), mtcars)
  )
  for (picture in drawn) expect_s3_class(ggplot2::ggplot_build(picture), "ggplot_built")
  expect_identical(drawn[[3]]$labels$y %||% "Petal.Width", "Petal.Width")
})

test_that("a machine that Python fitted is used by the names of its columns", {
  skip_if_no_backend("torch")
  path <- withr::local_tempfile(fileext = ".rdeep")
  model <- reticulate::import("rdeep.svm")$SVMModel(kernel = "linear", backend = "torch")
  frame <- list(a = as.double(1:20), kind = rep(c("u", "v"), 10))
  model$fit(reticulate::r_to_py(frame), as.list(rep(c("low", "high"), each = 10)))
  model$save(path)
  again <- load_model(path)
  new <- data.frame(kind = "u", a = c(2, 19))
  expect_identical(as.character(predict(again, new)$.pred_class), c("low", "high"))
  expect_error_snapshot(predict(again, data.frame(b = 1, c = 2, d = 3)))
})

test_that("what cannot be fitted or predicted is said", {
  skip_if_no_backend("torch")
  use_torch <- function(...) deep_svm(..., folds = 0, backend = "torch")
  data <- two()
  expect_error_snapshot(use_torch(Species ~ ., data, cost = 0))
  expect_error_snapshot(use_torch(Species ~ ., data, kernel = "sigmoid"))
  expect_error_snapshot(use_torch(Species ~ ., data, gamma = "mean"))
  expect_error_snapshot(use_torch(Species ~ ., data, kernel = "linear", map = "fourier"))
  expect_error_snapshot(use_torch(Species ~ ., data, probability = TRUE))
  expect_error_snapshot(use_torch(Species ~ ., data[1:50, ]))
  expect_error_snapshot(use_torch(Species ~ offset(Sepal.Width) + Petal.Width, data))
  expect_error_snapshot(use_torch(cbind(Sepal.Width, Sepal.Length) ~ Petal.Width, data))
  expect_error_snapshot(use_torch(Species ~ ., data, weights = -Sepal.Width))
  expect_error_snapshot(use_torch(data[1:4]))
  expect_error_snapshot(use_torch(5))
  gaps <- data
  gaps$Sepal.Width[2] <- NA
  expect_error_snapshot(use_torch(Species ~ ., gaps))
  model <- use_torch(Species ~ ., data)
  expect_error_snapshot(predict(model))
  expect_error_snapshot(predict(model, data, type = "link"))
  expect_error_snapshot(predict(model, data, type = "prob"))
  expect_error_snapshot(predict(model, transform(data, Sepal.Width = "a")))
  expect_error_snapshot(coef(model))
  expect_error_snapshot(plot(model, data, kind ~ Sepal.Width))
  own <- use_torch(Species ~ poly(Sepal.Width, 2), data)
  expect_error_snapshot(save_model(own, tempfile(fileext = ".rdeep")))
  data$constant <- 1
  expect_warning(use_torch(Species ~ ., data), "one value only and is not used: 'constant'")
  unused <- transform(iris, Species = factor(Species, c(levels(Species), "gone")))
  expect_warning(use_torch(Species ~ ., unused), "nowhere 'gone': such a class cannot be learned")
  data$kind <- "w"
  expect_warning(expect_identical(anyNA(predict(model, data)), TRUE), "Novel levels")
})
