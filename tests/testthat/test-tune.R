# `tune()` and `deep_tune()`: what they find, how they go on, and what they refuse.

skip_if_no_optuna <- function() testthat::skip_if_not(rdeep_tunes(), "Optuna is not installed")

square <- function(x) (x - 1)^2
line <- search_space(x = hp_real(-3, 3))

small_network <- function(units, rate) {
  keras_model_sequential(input_shape = 4) |>
    layer_dense(units, activation = "relu") |>
    layer_dense(3, activation = "softmax") |>
    compile(optimizer_adam(rate), "sparse_categorical_crossentropy", metrics = "accuracy")
}
network_space <- search_space(
  units = hp_whole(2, 32), rate = hp_real(1e-3, 1e-1, log = TRUE)
)

test_that("tune() without a function is what it is in tidymodels", {
  expect_identical(tune(), hardhat::tune())
  expect_identical(tune("a"), hardhat::tune("a"))
  expect_identical(tune(id = "a"), hardhat::tune(id = "a"))
  expect_identical(eval(quote(tune())), quote(tune()))
})

test_that("spaces say what they are, and refuse what they cannot be", {
  space <- search_space(
    kind = hp_choice("a", "b", 2), rate = hp_real(1e-3, 1, log = TRUE),
    units = hp_whole(8, 64, step = 8, when = list(kind = c("a", "b"))), deep = hp_layers(8, 32)
  )
  expect_snapshot(print(space))
  expect_error_snapshot(hp_real(1, 0))
  expect_error_snapshot(hp_real(0, 1, log = TRUE))
  expect_error_snapshot(hp_whole(1, 2.5))
  expect_error_snapshot(hp_whole(1, 9, step = 0))
  expect_error_snapshot(hp_choice())
  expect_error_snapshot(hp_choice(1, 1))
  expect_error_snapshot(hp_choice(print))
  expect_error_snapshot(hp_layers(8, 16, layers = 0))
  expect_error_snapshot(hp_real(0, 1, when = "a"))
  expect_error_snapshot(search_space())
  expect_error_snapshot(search_space(hp_real(0, 1)))
  expect_error_snapshot(search_space(a = 1:3))
})

test_that("parameters of dials are taken by their fields", {
  quantitative <- function(type, range, trans = NULL) {
    structure(
      list(type = type, range = list(lower = range[1], upper = range[2]), trans = trans),
      class = c("quant_param", "param")
    )
  }
  log10 <- list(inverse = function(x) 10^x)
  log2 <- list(inverse = function(x) 2^x)
  qualitative <- structure(list(values = c("relu", "tanh")), class = c("qual_param", "param"))
  found <- search_space(
    learn_rate = quantitative("double", c(-4, -1), log10),
    batch_size = quantitative("integer", c(4, 7), log2),
    epochs = quantitative("integer", c(5L, 50L)), activation = qualitative
  )
  expect_equal(unclass(found$learn_rate)[2:4], list(low = 1e-4, high = 0.1, log = TRUE))
  expect_equal(unclass(found$batch_size)[c("type", "low", "high")],
    list(type = "whole", low = 16, high = 128)
  )
  expect_identical(found$activation$labels, c("relu", "tanh"))
  expect_identical(
    names(with_own_names(found, c("learning_rate", "batch_size", "epochs", "activation"))),
    c("learning_rate", "batch_size", "epochs", "activation")
  )
  object <- tibble::tibble(id = "epochs", object = list(quantitative("integer", c(5L, 50L))))
  expect_identical(names(as_search_space(object, NULL)), "epochs")
  expect_error_snapshot(search_space(mtry = quantitative("integer", list(1L, quote(unknown())))))
})

test_that("a search of numbers finds, and repeats after set.seed()", {
  skip_if_no_optuna()
  found <- lapply(1:2, function(i) {
    set.seed(3)
    tune(square, line, trials = 15, verbose = 0)
  })
  expect_identical(found[[1]]$trials$x, found[[2]]$trials$x)
  expect_lt(found[[1]]$best$score, 0.1)
  expect_equal(best_settings(found[[1]])$x, 1, tolerance = 0.3)
  # What is drawn afterwards goes on from before the search.
  set.seed(3)
  tune(square, line, trials = 1, verbose = 0)
  one <- runif(1)
  set.seed(3)
  tune(square, line, trials = 2, verbose = 0)
  expect_identical(one, runif(1))
  grid <- tune(square, line, sampler = "grid", levels = 5, verbose = 0)
  expect_equal(grid$trials$x, c(-3, -1.5, 0, 1.5, 3))
  largest <- tune(function(x) -square(x), line, trials = 6, direction = "max", verbose = 0)
  expect_identical(largest$best$score, max(largest$trials$score))
})

test_that("values of choices come as they were given", {
  skip_if_no_optuna()
  seen <- list()
  f <- function(a, b, size = NULL) {
    seen <<- c(seen, list(list(a, b, size)))
    0
  }
  tune(f, search_space(
    a = hp_choice(first = list(1, 2), none = NULL), b = hp_layers(4, 4, layers = 2),
    size = hp_whole(3, 3, when = list(a = "none"))
  ), sampler = "grid", verbose = 0)
  expect_identical(seen, list(list(list(1, 2), c(4L, 4L), NULL), list(NULL, c(4L, 4L), 3L)))
})

slow_on_tensorflow("networks are searched, ended early, and fitted again to all rows", {
  skip_if_no_optuna()
  set.seed(1)
  found <- tune(
    small_network, network_space, iris[1:4], iris$Species,
    epochs = 9, trials = 8, metric = "val_accuracy", verbose = 0
  )
  expect_identical(found$direction, "max")
  expect_gt(sum(found$trials$state == "pruned"), 0)
  expect_true(all(found$trials$epochs[found$trials$state == "pruned"] < 9))
  expect_length(best_model(found)$history$epoch, found$best$best_epoch)
  expect_identical(nobs(best_model(found)), 150L)
  expect_s3_class(predict(found, iris[1:4], type = "class"), "data.frame")
  expect_identical(names(tidy(found)), c(
    "trial", "units", "rate", "score", "repeated", "state", "seconds", "epochs", "default",
    "message"
  ))
  expect_identical(glance(found)$trials, 8L)
  again <- unserialize(serialize(found, NULL))
  expect_equal(predict(again, iris[1:4]), predict(found, iris[1:4]))
  by_formula <- tune(
    small_network, network_space, Species ~ ., data = iris, epochs = 1, trials = 1, verbose = 0
  )
  expect_identical(nrow(predict(by_formula, head(iris))), 6L)
})

test_that("deep_tune() begins with the defaults, and predicts as the model does", {
  skip_if_no_optuna()
  set.seed(1)
  found <- deep_tune(mpg ~ wt + hp, mtcars, members = 2, epochs = 3, trials = 3, verbose = 0)
  expect_identical(found$trials$default, c(TRUE, FALSE, FALSE))
  expect_identical(found$trials$hidden_units[1], "c(128, 128)")
  expect_s3_class(best_model(found), "deep_tabular")
  expect_length(best_model(found)$history, 2)
  expect_identical(predict(found, mtcars), predict(best_model(found), mtcars))
  expect_identical(augment(found, mtcars)$.pred, predict(found, mtcars)$.pred)
  expect_identical(as.list(best_model(found)$call)[[3]], quote(mtcars))
  printed <- capture.output(print(found), print(summary(found)))
  expect_match(printed, "^Best: trial ., held-out loss", all = FALSE)
  w <- rep(1:2, 16)
  by_folds <- deep_tune(
    mtcars["wt"], mtcars$mpg,
    space = search_space(learn_rate = hp_real(1e-3, 1e-2)), folds = 2, members = 1, epochs = 2,
    trials = 2, verbose = 0
  )
  expect_identical(by_folds$metric, "loss by cross-validation")
  weighed <- deep_tune(
    mpg ~ wt, mtcars, weights = w, members = 1, epochs = 2, trials = 1, verbose = 0
  )
  expect_equal(weighed$model$weights, w)
})

test_that("every ready-made model has a ready space, of arguments that it has", {
  skip_if_no_optuna()
  for (kind in setdiff(deep_functions(), c("tune", "auto"))) {
    space <- ready_space(kind)
    expect_true(all(names(space) %in% arguments_of(kind)), label = kind)
    expect_identical(names(ready_space(deep_of(kind))), names(space))
  }
})

test_that("other ready-made models are searched too", {
  skip_if_no_optuna()
  svm <- deep_tune(Species ~ ., iris, model = "svm", trials = 2, verbose = 0)
  expect_equal(svm$trials$score[1], deep_svm(Species ~ ., iris)$scores$log_loss, tolerance = 0.5)
  expect_s3_class(best_model(svm), "deep_svm")
  x <- array(runif(40 * 64), c(40, 8, 8))
  y <- factor(rep(c("a", "b"), 20))
  found <- deep_tune(x, y, model = deep_image, epochs = 1, trials = 2, verbose = 0)
  expect_s3_class(best_model(found), "deep_image")
  expect_identical(nrow(predict(found, x)), 40L)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(found, path)
  expect_identical(predict(readRDS(path), x), predict(found, x))
})

test_that("a search goes on where it was stopped", {
  skip_if_no_optuna()
  path <- withr::local_tempfile(fileext = ".sqlite")
  calls <- 0
  f <- function(x) {
    calls <<- calls + 1
    if (calls == 4) rlang::interrupt()
    square(x)
  }
  set.seed(1)
  whole <- tune(square, line, trials = 6, verbose = 0)
  set.seed(1)
  said <- capture.output(
    stopped <- tryCatch(
      tune(f, line, trials = 6, storage = path, verbose = 0),
      interrupt = function(condition) "interrupted"
    )
  )
  expect_identical(stopped, "interrupted")
  expect_match(said, "Interrupted after 3 trials", all = FALSE)
  expect_identical(nrow(rdeep_last_interrupted()$trials), 3L)
  said <- capture.output(rest <- tune(square, line, trials = 6, storage = path, verbose = 2))
  expect_identical(said[1], "The search goes on: 3 trials are there already.")
  expect_match(said[2], "^Trial 4/6  best: ")
  expect_equal(rest$trials$x[1:4], whole$trials$x[1:4])
  expect_identical(nrow(rest$trials), 6L)
  withr::local_dir(withr::local_tempdir())
  tune(square, line, trials = 1, storage = "search.sqlite", verbose = 0)
  expect_error_snapshot(
    tune(square, search_space(x = hp_real(-3, 4)), storage = "search.sqlite", verbose = 0)
  )
  writeLines(strrep("These are notes. ", 99), "notes.txt")
  expect_error_snapshot(tune(square, line, storage = "notes.txt", verbose = 0))
})

test_that("the best trials are repeated, and the mean of both scores decides", {
  skip_if_no_optuna()
  set.seed(1)
  found <- tune(
    function(x) square(x) + runif(1), line,
    trials = 5, repeats = 2, verbose = 0
  )
  both <- tidy(found)[!is.na(tidy(found)$repeated), ]
  expect_identical(nrow(both), 2L)
  expect_equal(found$best$score, min((both$score + both$repeated) / 2))
  expect_equal(summary(found)$trials$trial[1], found$best$trial)
})

test_that("several processes share a search", {
  skip_if_no_optuna()
  shift <- 0.5
  helper <- function(x) (x - shift)^2
  found <- tune(function(x) helper(x), line, trials = 4, workers = 2, verbose = 0)
  expect_identical(found$trials$state, rep("finished", 4))
  expect_equal(found$trials$score, (found$trials$x - 0.5)^2)
})

test_that("failed trials are remembered and said, and a search of these alone shows the first", {
  skip_if_no_optuna()
  f <- function(x) if (x > 0) stop("it is too large") else if (x < -2) NaN else x
  expect_warning(
    found <- tune(f, line, sampler = "grid", levels = 4, verbose = 0), "3 of 4 trials failed"
  )
  expect_match(found$trials$message[1], "The score is nan")
  expect_match(found$trials$message[4], "it is too large")
  expect_identical(found$trials$score, c(NA, -1, NA, NA))
  expect_error_snapshot(
    tune(function(x) stop("no"), search_space(x = hp_choice("a")), trials = 2, verbose = 0)
  )
  expect_error_snapshot(
    tune(function(x) "a", search_space(x = hp_choice("a")), trials = 1, verbose = 0)
  )
  g <- function(x) {
    warning("careful")
    x
  }
  expect_warning(tune(g, line, trials = 2, verbose = 0), "careful")
})

test_that("what cannot be searched is refused before the first trial", {
  skip_if_no_optuna()
  expect_error_snapshot(tune(3, line))
  expect_error_snapshot(tune(square))
  expect_error_snapshot(tune(square, search_space(y = hp_real(0, 1))))
  expect_error_snapshot(tune(function(x, y) x, line))
  expect_error_snapshot(tune(square, line, trial = 3))
  expect_error_snapshot(tune(square, line, trials = 0))
  expect_error_snapshot(tune(square, line, sampler = "best"))
  expect_error_snapshot(tune(square, line, start = list(x = 9), verbose = 0))
  expect_error_snapshot(tune(square, line, metric = "val_other", verbose = 0))
  expect_error_snapshot(
    tune(small_network, network_space, iris[1:4], iris$Species, validation_split = 2, verbose = 0)
  )
  one_network <- search_space(units = hp_choice(4), rate = hp_choice(0.01))
  expect_error_snapshot(
    tune(
      small_network, one_network, iris[1:4], iris$Species,
      metric = "val_mae", trials = 1, epochs = 1, verbose = 0
    )
  )
  expect_error_snapshot(deep_tune(mpg ~ ., mtcars, model = "tabula"))
  expect_error_snapshot(deep_tune(mpg ~ ., mtcars, model = lm))
  expect_error_snapshot(deep_tune(mpg ~ ., mtcars, trails = 3))
  expect_error_snapshot(deep_tune(mpg ~ ., mtcars, space = search_space(unit = hp_whole(1, 2))))
  expect_error_snapshot(
    deep_tune(mpg ~ ., mtcars, dropout = 0, space = search_space(dropout = hp_real(0, 1)))
  )
  expect_error_snapshot(deep_tune(mpg ~ ., mtcars, folds = 1))
  expect_error_snapshot(deep_tune(AirPassengers, model = "series", folds = 3))
  expect_error_snapshot(best_settings(lm(mpg ~ wt, mtcars)))
  expect_error_snapshot(predict(tune(square, line, trials = 1, verbose = 0), 1))
})

test_that("a search is drawn", {
  skip_if_no_optuna()
  skip_if_not_installed("ggplot2")
  set.seed(1)
  space <- search_space(
    x = hp_real(-3, 3), y = hp_choice("a", "b"), z = hp_layers(4, 16),
    u = hp_whole(1, 9, when = list(y = "a"))
  )
  f <- function(x, y, z, u = 1) (x - 1)^2 + (y == "a") + length(z) + u / 9
  found <- tune(f, space, trials = 12, verbose = 0)
  for (type in c("history", "importance", "slices", "parallel")) {
    picture <- ggplot2::ggplot_build(plot(found, type))
    expect_gt(nrow(picture$data[[1]]), 0)
  }
  expect_error_snapshot(plot(found, "lines"))
  expect_error_snapshot(plot(tune(square, line, trials = 2, verbose = 0), "importance"))
})

test_that("what is solved at once is scored by the metric that was asked for", {
  skip_if_no_optuna()
  set.seed(1)
  search <- function(metric) {
    deep_tune(
      Species ~ ., iris,
      model = "svm", trials = 2, metric = metric, repeats = 1, verbose = 0
    )
  }
  found <- search("accuracy")
  scores <- tidy(found)$score
  expect_true(all(scores > 0.9 & scores <= 1))
  expect_error(search("auc"), "no score 'auc'")
})
