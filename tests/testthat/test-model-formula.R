hidden <- function(...) keras_model_sequential(...) |> layer_dense(8, activation = "relu")

quietly <- function(...) suppressMessages(fit(..., verbose = 0))

scaled <- transform(
  mtcars[c("mpg", "wt", "hp", "cyl", "am")],
  mpg = as.vector(scale(mpg)), wt = as.vector(scale(wt)), hp = as.vector(scale(hp))
)

for_each_backend("a formula says what fit(x, y) says", {
  by_matrix <- {
    set_random_seed(1)
    fit_quietly(classifier(), as.matrix(iris[1:4]), iris$Species, epochs = 2)
  }
  set_random_seed(1)
  model <- classifier()
  by_formula <- model |> fit(Species ~ ., data = iris, epochs = 2, verbose = 0)
  expect_equal(by_formula$metrics, by_matrix$metrics)
  expect_equal(predict(model, iris), predict(model, as.matrix(iris[1:4])))
  expect_equal(colnames(predict(model, iris)), levels(iris$Species))
  expect_equal(evaluate(model, iris), evaluate(model, as.matrix(iris[1:4]), iris$Species))
})

slow_on_tensorflow("a factor sets the last layer, the loss and the metric", {
  set_random_seed(1)
  model <- hidden()
  expect_message(
    history <- model |> fit(Species ~ ., iris, epochs = 30, verbose = 0),
    "3 levels of 'Species'.*layer_dense\\(3, activation = \"softmax\"\\)",
    class = "rdeep_message"
  )
  expect_named(history$metrics, c("loss", "accuracy"))
  expect_match(format(model$optimizer), "adam", ignore.case = TRUE)
  expect_gt(evaluate(model, iris)$accuracy, 0.6)
  out <- predict(model, iris[c(1, 51), 1:4])
  expect_equal(colnames(out), levels(iris$Species))
  expect_equal(rowSums(out), c(1, 1), tolerance = 1e-5)
})

test_that("an output that fits is left as it is", {
  model <- hidden() |> layer_dense(3, activation = "softmax")
  expect_message(fit(model, Species ~ ., iris, verbose = 0), NA)
  expect_length(model$layers, 2)
  binary <- hidden() |> layer_dense(1, activation = "sigmoid")
  quietly(binary, factor(am) ~ wt, scaled)
  expect_length(binary$layers, 2)
  expect_equal(loss_name(compiled_part(binary, "loss")), "binarycrossentropy")
  scores <- hidden() |> layer_dense(3)
  expect_message(fit(scores, Species ~ ., iris, verbose = 0), "layer_activation\\(\"softmax\"\\)")
  expect_equal(unname(rowSums(predict(scores, iris[1:2, ]))), c(1, 1), tolerance = 1e-5)
  input <- layer_input(4)
  functional <- keras_model(input, layer_dense(input, 3, activation = "softmax"))
  expect_message(fit(functional, Species ~ ., iris, verbose = 0), NA)
})

test_that("numbers, logicals and several outcomes have outputs of their own", {
  model <- hidden()
  expect_message(
    fit(model, mpg ~ wt + hp, scaled, verbose = 0), "numbers 'mpg'.*layer_dense\\(1\\)"
  )
  expect_equal(dim(predict(model, scaled)), c(32, 1))
  expect_named(evaluate(model, scaled), "loss")
  model <- hidden()
  expect_message(fit(model, (am == 1) ~ wt, scaled, verbose = 0), "sigmoid")
  expect_named(evaluate(model, scaled), c("loss", "accuracy"))
  model <- hidden()
  expect_message(fit(model, cbind(mpg, hp) ~ wt, scaled, verbose = 0), "2 numbers 'mpg, hp'")
  expect_equal(dimnames(predict(model, scaled[1:3, ])), list(NULL, c("mpg", "hp")))
  # A network without hidden layers is a regression.
  model <- keras_model_sequential()
  quietly(model, mpg ~ wt, scaled)
  expect_equal(count_params(model), 2)
})

test_that("what was compiled without a loss keeps its optimizer and metrics", {
  model <- hidden() |> layer_dense(1)
  compile(model, optimizer_sgd(0.25), metrics = "mae")
  history <- quietly(model, mpg ~ wt, scaled)
  expect_equal(model$learning_rate, 0.25)
  expect_named(history$metrics, c("loss", "mae"))
})

test_that("counts have the loss that the user compiles with", {
  model <- hidden() |> layer_dense(1)
  compile(model, optimizer_adam(0.05), loss = "poisson_likelihood")
  history <- quietly(model, cyl ~ wt + hp, scaled, epochs = 20)
  expect_lt(history$metrics$loss[20], history$metrics$loss[1])
})

test_that("the levels of an ordered factor are classes, which is said once", {
  rlang::reset_message_verbosity("rdeep_ordered_size")
  data <- transform(scaled, size = cut(wt, 3, c("s", "m", "l"), ordered_result = TRUE))
  model <- hidden() |> layer_dense(3, activation = "softmax")
  expect_message(fit(model, size ~ hp + mpg, data, verbose = 0), "ordered factor")
  expect_message(fit(model, size ~ hp + mpg, data, verbose = 0), NA)
  expect_equal(colnames(predict(model, data)), c("s", "m", "l"))
})

slow_on_tensorflow("a recipe prepares the data of fit, evaluate and predict", {
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(Species ~ ., data = iris) |>
    recipes::step_normalize(recipes::all_numeric_predictors())
  set_random_seed(1)
  model <- classifier()
  a <- model |> fit(recipe, data = iris, epochs = 2, verbose = 0)
  set_random_seed(1)
  b <- fit_quietly(classifier(), iris_x, iris$Species, epochs = 2)
  expect_equal(a$metrics, b$metrics, tolerance = 1e-5)
  expect_equal(predict(model, iris), predict(model, iris_x), tolerance = 1e-5)
  expect_equal(evaluate(model, iris), evaluate(model, iris_x, iris$Species), tolerance = 1e-5)
  expect_s3_class(fit(model, recipe, iris, verbose = 0), "rdeep_history")
})

test_that("case weights of a recipe are weights of samples", {
  skip_if_not_installed("recipes")
  data <- transform(scaled, w = hardhat::importance_weights(seq_len(32)))
  train <- function(...) {
    set_random_seed(3)
    quietly(hidden(), ...)$metrics$loss
  }
  expect_equal(
    train(recipes::recipe(mpg ~ wt + w, data = data), data),
    train(mpg ~ wt, scaled, sample_weight = seq_len(32))
  )
})

test_that("validation data is coded by the formula", {
  model <- hidden()
  data <- transform(scaled, cyl = as.character(cyl))
  history <- quietly(
    model, mpg ~ cyl + poly(hp, 2), data[1:24, ], validation_data = data[25:32, ]
  )
  expect_equal(history$metrics$val_loss, evaluate(model, data[25:32, ])$loss, tolerance = 1e-5)
})

test_that("weights stay beside their rows", {
  train <- function(data, weights, ...) {
    set_random_seed(2)
    quietly(hidden(), mpg ~ wt, data, sample_weight = weights, ...)$metrics$loss
  }
  gaps <- transform(scaled, wt = replace(wt, 3:5, NA))
  weights <- seq_len(32)
  expect_equal(
    train(gaps, weights, na_action = "omit"), train(scaled[-(3:5), ], weights[-(3:5)])
  )
  model <- classifier()
  expect_s3_class(
    fit(model, Species ~ ., iris, class_weight = c(setosa = 2, versicolor = 1, virginica = 1),
      verbose = 0),
    "rdeep_history"
  )
})

slow_on_tensorflow("rows that cannot be predicted keep their place", {
  set_random_seed(1)
  model <- classifier()
  quietly(model, Species ~ ., iris)
  new <- iris[1:4, ]
  new$Petal.Width[2] <- NA
  out <- predict(model, new)
  expect_equal(is.na(out[, 1]), c(FALSE, TRUE, FALSE, FALSE))
  expect_equal(out[-2, ], predict(model, iris[c(1, 3, 4), ]))
  kinds <- hidden()
  quietly(kinds, mpg ~ factor(cyl), scaled)
  expect_warning(
    out <- predict(kinds, data.frame(cyl = c(4, 5))), class = "hardhat_warn_novel_levels"
  )
  expect_equal(is.na(out[, 1]), c(FALSE, TRUE))
})

test_that("missing values are filled in where the fit said so", {
  gaps <- transform(scaled, wt = replace(wt, 3:5, NA))
  model <- hidden()
  quietly(model, mpg ~ wt, gaps, na_action = "impute")
  expect_equal(fetch(model, "input_shapes")[[1]][[2]], 2)
  expect_false(anyNA(predict(model, gaps)))
  expect_equal(evaluate(model, gaps)$loss, mean((predict(model, gaps) - gaps$mpg)^2),
    tolerance = 1e-5
  )
  omitting <- hidden()
  quietly(omitting, mpg ~ wt, gaps, na_action = "omit")
  expect_equal(evaluate(omitting, gaps), evaluate(omitting, gaps[-(3:5), ]))
})

test_that("fitted on by the same formula, a model keeps its coding", {
  model <- hidden()
  quietly(model, mpg ~ poly(wt, 2) + factor(cyl), scaled)
  first <- model_env(model)$design
  quietly(model, mpg ~ poly(wt, 2) + factor(cyl), scaled[scaled$cyl == 4, ])
  expect_equal(model_env(model)$design, first)
  fit(model, as.matrix(data.frame(1:3, 2:4, 3:5, 4:6)), 1:3, verbose = 0)
  expect_null(model_env(model)$design)
})

# Files and processes -------------------------------------------------------------

slow_on_tensorflow("saveRDS() carries the formula to another process", {
  model <- hidden()
  data <- transform(scaled, cyl = as.character(cyl))
  quietly(model, mpg ~ poly(wt, 2) + cyl, data)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  out <- in_fresh_r(
    function(path, data) {
      library(rdeep)
      predict(readRDS(path), data)
    },
    list(path, data[1:5, ])
  )
  expect_equal(out, predict(model, data)[1:5, , drop = FALSE], tolerance = 1e-5)
})

test_that("a file keeps a formula of plain functions", {
  data <- transform(scaled, cyl = as.character(cyl), hp = hp + 3)
  data$wt[3] <- NA
  model <- hidden()
  contrasts <- list(contrasts = c("contr.sum", "contr.poly"))
  withr::with_options(
    contrasts,
    quietly(model, mpg ~ cyl * wt + log(hp) + factor(am), data, na_action = "impute")
  )
  annotation <- fetch(model, "annotations")$design
  expect_equal(annotation$asked, "mpg ~ cyl * wt + log(hp) + factor(am)")
  expect_equal(annotation$inputs$cyl$type, "text")
  path <- save_model(model, withr::local_tempfile(fileext = ".rdeep"))
  loaded <- load_model(path)
  expect_equal(predict(loaded, data), predict(model, data))
  expect_equal(evaluate(loaded, data), evaluate(model, data))
  expect_warning(predict(loaded, transform(data, cyl = "5")), "Novel level")
  # Saved once more it is the same, and it trains on.
  again <- load_model(save_model(loaded, withr::local_tempfile(fileext = ".rdeep")))
  expect_equal(predict(again, data), predict(model, data))
  quietly(again, mpg ~ cyl * wt + log(hp) + factor(am), data, na_action = "impute")
  expect_equal(model_env(again)$design$columns, model_env(model)$design$columns)
})

test_that("a file does not keep what it would have to run", {
  model <- hidden()
  quietly(model, mpg ~ poly(wt, 2), scaled)
  path <- withr::local_tempfile(fileext = ".rdeep")
  expect_warning(save_model(model, path), class = "rdeep_warning_lost")
  loaded <- load_model(path)
  expect_error_snapshot(predict(loaded, scaled))
  expect_equal(
    predict(loaded, stats::setNames(
      as.data.frame(unclass(poly(scaled$wt, 2))), c("poly(wt, 2)1", "poly(wt, 2)2")
    )),
    predict(model, scaled)
  )
  # Nor is a formula run that somebody wrote into a file.
  written <- list(
    kind = "formula", formula = "y ~ system('true')", asked = "y ~ x", na_action = "fail"
  )
  expect_null(design_from_data(written, rlang::current_env()))
  expect_false(is_plain_formula(y ~ x + base::log(x)))
  expect_false(is_plain_formula(y ~ (function() 1)()))
})

# What is refused -----------------------------------------------------------------

test_that("arguments in the wrong place are refused", {
  model <- hidden()
  expect_error_snapshot(fit(model, iris, Species ~ .))
  expect_error_snapshot(fit(model, iris, data = iris))
  expect_error_snapshot(fit(model, formula = Species ~ ., data = iris))
  expect_error_snapshot(fit(model, Species ~ .))
  expect_error_snapshot(fit(model, Species ~ ., iris$Species))
  expect_error_snapshot(fit(model, Species ~ ., iris, data = iris))
  expect_error_snapshot(fit(model, iris_x, iris_y, na_action = "omit"))
})

test_that("outputs that do not fit are refused", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(2, name = "out")
  compile(model, loss = "sparse_categorical_crossentropy")
  expect_error_snapshot(fit(model, Species ~ ., iris))
  compile(model, loss = "mse")
  expect_error_snapshot(fit(model, Species ~ ., iris))
  compile(model, loss = "binary_crossentropy")
  expect_error_snapshot(fit(model, Species ~ ., iris))
  two <- transform(iris, Species = factor(Species == "setosa"))
  expect_error_snapshot(fit(model, Species ~ ., two))
  compile(model, loss = "mse")
  expect_error_snapshot(fit(model, Sepal.Length ~ . - Species + I(Petal.Width^2), iris))
  unbuilt <- keras_model_sequential() |> layer_dense(2)
  compile(unbuilt, loss = "mse")
  expect_error_snapshot(fit(unbuilt, mpg ~ wt, scaled))
  input <- layer_input(4)
  functional <- keras_model(input, layer_dense(input, 3, activation = "relu", name = "out"))
  expect_error_snapshot(fit(functional, Species ~ ., iris))
})

test_that("inputs that do not fit are refused", {
  model <- hidden(input_shape = 2)
  expect_error_snapshot(fit(model, Species ~ ., iris))
  a <- layer_input(2)
  b <- layer_input(2)
  several <- keras_model(list(a, b), layer_concatenate(a, b) |> layer_dense(3))
  expect_error_snapshot(fit(several, Species ~ ., iris))
})

test_that("outcomes and offsets for other models are refused", {
  model <- hidden()
  expect_error_snapshot(fit(model, mpg ~ wt + offset(hp), scaled))
  skip_if_not_installed("survival")
  expect_error_snapshot(fit(model, survival::Surv(cyl, am) ~ wt, scaled))
})

test_that("missing values are refused by evaluate too", {
  model <- hidden()
  quietly(model, mpg ~ wt, scaled)
  expect_error_snapshot(evaluate(model, transform(scaled, wt = replace(wt, 2, NA))))
  expect_error_snapshot(evaluate(model, scaled["wt"]))
  expect_error_snapshot(predict(model, scaled["hp"]))
})
