# What was declared counts: sizes of batches, names of columns, ends, classes, names of arguments.

linear <- function(shape = NULL, units = 1) {
  model <- keras_model_sequential(input_shape = shape) |> layer_dense(units)
  compile(model, "sgd", "mse")
  model
}

cars <- scale(as.matrix(mtcars[c("wt", "hp")]))[, ]

one_batch <- function(...) {
  given <- FALSE
  function() {
    if (given) {
      return(NULL)
    }
    given <<- TRUE
    list(...)
  }
}

# Batch sizes ---------------------------------------------------------------------

for_each_backend("a declared batch size is held", {
  model <- keras_model_sequential(input_batch_shape = list(2, 3, 1)) |>
    layer_simple_rnn(4, stateful = TRUE) |>
    layer_dense(1)
  compile(model, "sgd", "mse")
  x <- array(sin(1:12), c(4, 3, 1))
  two <- function(rows) x[rows, , , drop = FALSE]
  parts <- rbind(predict_on_batch(model, two(1:2)), predict_on_batch(model, two(3:4)))
  call_method(model, "reset_states")
  expect_equal(predict(model, x), parts)
  expect_error_snapshot(predict(model, two(1:3)))
  expect_error_snapshot(predict(model, x, batch_size = 4))
  expect_error_snapshot(predict_on_batch(model, x))
  expect_error_snapshot(train_on_batch(model, x, 1:4))
  expect_error_snapshot(fit(model, x, 1:4, batch_size = 4))
  expect_error_snapshot(evaluate(model, two(1:3), 1:3))
  expect_error_snapshot(fit(model, x, 1:4, validation_data = list(two(1:3), 1:3), verbose = 0))
  expect_error_snapshot(evaluate(model, one_batch(x, 1:4)))
})

test_that("a batch size is declared in several ways, once each", {
  for (input in list(
    layer_input(shape = 3, batch_size = 2),
    layer_input(batch_shape = c(2, 3)),
    layer_input(batch_input_shape = c(2, 3))
  )) {
    model <- keras_model(input, layer_dense(input, 1))
    expect_equal(fetch(model, "batch_size"), 2)
  }
  model <- keras_model_sequential() |> layer_dense(1, input_shape = 3, batch_size = 2)
  expect_equal(fetch(model, "batch_size"), 2)
  expect_null(fetch(keras_model_sequential(input_batch_shape = list(NULL, 3)), "batch_size"))
  expect_error_snapshot(layer_input(batch_shape = c(2, 3), batch_size = 4))
  expect_error_snapshot(keras_model_sequential(input_batch_size = 2))
  expect_error_snapshot(layer_dense(keras_model_sequential(), 1, batch_size = 2))
})

# Columns -------------------------------------------------------------------------

slow_on_tensorflow("columns go by their names, wherever a model comes from", {
  model <- linear(2)
  fit_quietly(model, cars, mtcars$mpg)
  wanted <- predict(model, unname(cars))
  files <- c(withr::local_tempfile(fileext = ".rds"), withr::local_tempfile(fileext = ".rdeep"))
  saveRDS(model, files[1])
  save_model(model, files[2])
  swapped <- cars[, 2:1]
  for (each in list(model, readRDS(files[1]), load_model(files[2]))) {
    for (x in list(swapped, as.data.frame(swapped), tibble::as_tibble(swapped),
                   cbind(swapped, more = 1), Matrix::Matrix(swapped, sparse = TRUE))) {
      expect_equal(predict(each, x), wanted, tolerance = 1e-6)
    }
  }
  expect_equal(evaluate(model, swapped, mtcars$mpg), evaluate(model, cars, mtcars$mpg))
})

test_that("other names of columns are refused", {
  model <- linear(2, 2)
  fit_quietly(model, cars, cbind(a = mtcars$mpg, b = mtcars$qsec))
  named <- function(...) `colnames<-`(cars, c(...))
  expect_error_snapshot(predict(model, named("wt", "power")))
  expect_error_snapshot(predict(model, named("hp", "hp")))
  expect_error_snapshot(predict(model, named("hp", "")))
  expect_equal(predict(model, named("wt", "")), predict(model, cars))
  expect_error_snapshot(predict(model, setNames(as.data.frame(cars), c("hp", "hp"))))
  y <- cbind(b = mtcars$qsec, a = mtcars$mpg)
  expect_equal(evaluate(model, cars, y), evaluate(model, cars, unname(y[, 2:1])))
  expect_error_snapshot(evaluate(model, cars, cbind(a = y[, 2], c = y[, 1])))
  expect_error_snapshot(
    fit(model, cars, y, validation_data = list(named("wt", "power"), y), verbose = 0)
  )
})

test_that("several inputs go by their names", {
  a <- layer_input(1, name = "a")
  b <- layer_input(1, name = "b")
  model <- keras_model(list(a, b), layer_subtract(list(a, b)))
  expect_equal(predict(model, list(b = 1:3, a = 4:6))[, 1], rep(3, 3))
  expect_error_snapshot(predict(model, list(b = 1:3, 4:6)))
  expect_error_snapshot(predict(model, list(a = 1:3, a = 4:6)))
})

# Ends ----------------------------------------------------------------------------

test_that("functions that never end are refused before they are called", {
  model <- linear(2)
  batches <- function() list(cars, mtcars$mpg)
  expect_error_snapshot(fit(model, batches))
  expect_error_snapshot(fit(model, cars, mtcars$mpg, validation_data = batches))
  expect_error_snapshot(evaluate(model, batches))
  expect_error_snapshot(predict(model, batches))
  expect_error_snapshot(adapt(layer_normalization(), batches))
  history <- fit(
    model, batches,
    steps_per_epoch = 2, validation_data = batches, validation_steps = 1, verbose = 0
  )
  expect_named(history$metrics, c("loss", "val_loss"))
})

test_that("what a function returns is followed to its ends", {
  endless <- list(
    function() list(1),
    function() {
      x <- 1
      if (x > 0) list(x) else return(list(2))
    },
    function() invisible(list(lapply(1, function(i) return(i))))
  )
  ending <- list(
    function() NULL,
    function() {
      if (runif(1) > 0.5) return(NULL)
      list(1)
    },
    function() if (runif(1) > 0.5) list(1),
    function() cars[1, , drop = FALSE],
    sum
  )
  expect_true(all(vapply(endless, is_endless, NA)))
  expect_false(any(vapply(ending, is_endless, NA)))
})

test_that("of other functions so much is awaited", {
  awaiting <- function(count, bytes) {
    check_collected(list(count = count, bytes = bytes), "x", "steps", rlang::current_env())
  }
  expect_error_snapshot(awaiting(most_batches, 0))
  expect_error_snapshot(awaiting(3L, most_bytes))
  expect_null(awaiting(3L, 0))
  batch <- list(cars[1:2, ], mtcars$mpg[1:2])
  expect_named(evaluate(linear(2), function() batch, steps = 60), "loss")
})

# Numbers -------------------------------------------------------------------------

test_that("what R keeps as numbers is numbers", {
  plain <- c(1, 3, 2, 5)
  shaped <- matrix(plain, 2)
  same <- list(
    ts(plain), as.table(plain), I(plain),
    as.difftime(plain, units = "mins"), as.raw(plain), array(plain, 4), as.hexmode(plain),
    structure(plain, class = c("labelled", "double"), label = "l")
  )
  for (x in same) {
    expect_equal(as.vector(as_one_array(x, "x", NULL, NULL)$values), plain, label = class(x)[1])
  }
  for (x in list(ts(shaped, names = c("a", "b")), I(shaped), as.table(shaped),
                 Matrix::Matrix(shaped, sparse = FALSE))) {
    values <- as_one_array(x, "x", NULL, NULL)$values
    expect_equal(unname(values), shaped, label = class(x)[1])
    expect_null(attr(values, "tsp"))
  }
  expect_equal(unname(without_class(dist(shaped), "x")), unname(as.matrix(dist(shaped))))
  codes <- as_one_array(structure(factor(c("a", "b", "b", "a")), dim = c(2, 2)), "x", NULL, NULL)
  expect_equal(codes$values, matrix(c(0, 1, 1, 0), 2))
  frame <- data.frame(a = ts(plain), b = as.raw(plain), c = I(plain))
  expect_equal(as_one_array(frame, "x", NULL, NULL)$values, matrix(plain, 4, 3))
  bytes <- as.raw(c(5, 0, 0, 0, 1, 0, 0, 0, rep(255, 8), rep(0, 7), 128))
  wide <- structure(readBin(bytes, "double", 3), class = "integer64")
  expect_equal(without_class(wide, "x"), c(2^32 + 5, -1, NA))
})

test_that("they are numbers as targets, as weights, and by formula too", {
  model <- linear(2)
  fit_quietly(
    model, ts(cars), ts(mtcars$mpg),
    sample_weight = table(seq_len(32)), validation_data = list(ts(cars), ts(mtcars$mpg))
  )
  expect_equal(predict(model, ts(cars)), predict(model, cars))
  expect_equal(
    by_class(table(c("0", "1", "1")), NULL, current_env()),
    list("0" = 1, "1" = 2)
  )
  data <- data.frame(y = ts(mtcars$mpg), wt = mtcars$wt)
  expect_s3_class(fit(keras_model_sequential(), y ~ wt, data, verbose = 0), "rdeep_history")
})

test_that("differences of times keep their unit", {
  model <- linear(1)
  times <- data.frame(t = as.difftime(1:4, units = "mins"))
  fit_quietly(model, times, 1:4)
  file <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, file)
  seconds <- times
  units(seconds$t) <- "secs"
  for (each in list(model, load_model(file))) {
    expect_equal(predict(each, seconds), predict(model, times))
  }
})

test_that("what is no number is refused by what it is", {
  model <- linear(1)
  expect_error_snapshot(predict(model, 1:3 + 1i))
  expect_error_snapshot(predict(model, c("1", "2")))
  expect_error_snapshot(predict(model, numeric_version("1.0")))
  expect_error_snapshot(predict(model, as.Date("2020-01-01")))
  expect_error_snapshot(predict(model, data.frame(day = as.POSIXct("2020-01-01", tz = "UTC"))))
  expect_error_snapshot(predict(model, data.frame(a = c("1", "2"))))
  expect_error_snapshot(predict(model, tibble::tibble(a = list(1, 2))))
})

# Arguments -----------------------------------------------------------------------

test_that("names of the dots are checked before their values", {
  model <- keras_model_sequential() |> layer_dense(1)
  expect_error_snapshot(fit(model, mpg ~ wt, data = mtcars, weights = hp))
  expect_error_snapshot(fit(model, mpg ~ wt, data = mtcars, epocs = nowhere))
  expect_error_snapshot(predict(model, mtcars, batchsize = nowhere))
  expect_error_snapshot(layer_dense(units = 1, biass = nowhere))
  expect_error_snapshot(optimizer_sgd(learnig_rate = nowhere))
  expect_error_snapshot(layer_input(shape = 1, dtipe = nowhere))
})

test_that("no function evaluates a misspelt argument", {
  # What takes values, code or methods by the dots, or changes the machine.
  values <- paste(
    "^(Layer|Metric|Model|Callback|Loss|Constraint|named_list|new_.*|op_.*|shape|tuple|tidy",
    "zip_lists|py_.*|flags|install_.*|use_.*|set_.*|config_.*|save_.*|is_keras_available",
    "ensemble|hp_choice|search_space|tensorboard",
    "LearningRateSchedule|.*_class)$",
    sep = "|"
  )
  names <- grep(values, getNamespaceExports("rdeep"), value = TRUE, invert = TRUE)
  for (name in sort(names)) {
    f <- getExportedValue("rdeep", name)
    dispatches <- is.function(f) && "UseMethod" %in% all.names(body(f))
    ours <- is.function(f) && identical(environmentName(environment(f)), "rdeep")
    if (ours && !dispatches && "..." %in% names(formals(f))) {
      error <- tryCatch(suppressMessages(f(zzz = stop("evaluated"))), error = identity)
      expect_s3_class(error, "error")
      expect_no_match(conditionMessage(error), "^evaluated", label = name)
    }
  }
})

test_that("weights may be a column of a formula's data", {
  model <- keras_model_sequential() |> layer_dense(1)
  set_random_seed(1)
  fit(model, mpg ~ wt, data = mtcars, sample_weight = hp / 100, verbose = 0)
  by_column <- evaluate(model, mtcars, sample_weight = hp)
  expect_equal(by_column, evaluate(model, mtcars, sample_weight = mtcars$hp))
  expect_false(isTRUE(all.equal(by_column, evaluate(model, mtcars))))
  expect_error_snapshot(fit(model, mpg ~ wt, data = mtcars, sample_weight = nowhere))
})

# Classes -------------------------------------------------------------------------

test_that("classes that training or validation lacks are named", {
  said <- function(...) {
    words <- character()
    withCallingHandlers(suppressMessages(fit(..., verbose = 0)), rdeep_warning = function(warning) {
      words <<- c(words, conditionMessage(warning))
      invokeRestart("muffleWarning")
    })
    cat(words, sep = "\n")
  }
  net <- function() suppressMessages(keras_model_sequential() |> layer_dense(4))
  expect_snapshot(said(net(), Species ~ ., data = iris, validation_split = 0.2))
  expect_snapshot(said(net(), Species ~ ., data = iris, validation_split = 0.4))
  rest <- iris[-(1:100), ]
  expect_snapshot(said(
    classifier(), iris[1:100, 1:4], iris$Species[1:100],
    validation_data = list(rest[1:4], rest$Species)
  ))
  mixed <- iris[taking_turns, ]
  expect_no_warning(
    fit(classifier(), mixed[1:4], mixed$Species, validation_split = 0.2, verbose = 0)
  )
})

# Logs ----------------------------------------------------------------------------

test_that("logs of several values become several metrics", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = "softmax")
  compile(model, loss = "categorical_crossentropy", metrics = list(metric_f1_score(name = "f1")))
  mixed <- iris[taking_turns, ]
  path <- withr::local_tempfile(fileext = ".csv")
  history <- fit(
    model, mixed[1:4], mixed$Species,
    epochs = 2, validation_split = 0.2, validation_freq = 2,
    callbacks = callback_csv_logger(path), verbose = 0
  )
  names <- c("loss", "f1_1", "f1_2", "f1_3", "val_loss", "val_f1_1", "val_f1_2", "val_f1_3")
  expect_named(history$metrics, names)
  expect_equal(is.na(history$metrics$val_f1_2), c(TRUE, FALSE))
  expect_equal(nrow(as.data.frame(history)), 16)
  expect_length(format(history), 9)
  expect_equal(is.na(utils::read.csv(path)$val_loss), c(TRUE, FALSE))
})

# Calls, weights, targets ---------------------------------------------------------

slow_on_tensorflow("a model that is called takes columns by name, as predict() does", {
  model <- linear(2)
  fit_quietly(model, cars, mtcars$mpg)
  expected <- predict(model, cars)
  expect_equal(as.array(model(cars[, 2:1])), expected, tolerance = 1e-6)
  expect_equal(as.array(model(as.data.frame(cars[, 2:1]))), expected, tolerance = 1e-6)
  expect_equal(as.array(model(unname(cars))), expected, tolerance = 1e-6)
  expect_error_snapshot(model(`colnames<-`(cars, c("wt", "power"))))
  expect_error_snapshot(model(cars, trainig = TRUE))
})

test_that("categories are no weights", {
  model <- linear(2)
  y <- mtcars$mpg
  expect_error_snapshot(fit(model, cars, y, sample_weight = factor(mtcars$cyl)))
  expect_error_snapshot(evaluate(model, cars, y, sample_weight = rownames(mtcars)))
  expect_error_snapshot(train_on_batch(model, cars, y, sample_weight = list(factor(mtcars$am))))
  expect_error_snapshot(
    fit(model, cars, y, validation_data = list(cars, y, factor(mtcars$cyl)), verbose = 0)
  )
})

test_that("classes are no numbers, for whatever loss of numbers", {
  cyl <- factor(mtcars$cyl)
  data <- mtcars
  data$cyl <- cyl
  for (loss in c("mse", "mae", "mape", "msle", "huber", "log_cosh", "poisson")) {
    model <- linear(2)
    suppressWarnings(compile(model, "sgd", loss))
    expect_error(fit(model, cars, cyl, verbose = 0), "loss is for numbers", class = "rdeep_error")
    expect_error(fit(model, cyl ~ wt + hp, data, verbose = 0), "loss is for numbers")
  }
  expect_error_snapshot(fit(model, cars, cyl, verbose = 0))
  expect_error_snapshot(evaluate(model, cars, cyl))
  # 0 and 1 are numbers too.
  compile(model, "sgd", "mse")
  expect_s3_class(fit(model, cars, factor(mtcars$am), verbose = 0), "rdeep_history")
})

test_that("validation data of a formula is a data frame", {
  data <- transform(mtcars, cyl = factor(cyl))
  model <- keras_model_sequential() |> layer_dense(1)
  compile(model, "sgd", "mse")
  expect_error_snapshot(
    fit(model, mpg ~ wt + cyl, data, validation_data = list(data, data$mpg), verbose = 0)
  )
  twice <- setNames(data[1:3], c("mpg", "wt", "wt"))
  expect_error_snapshot(fit(model, mpg ~ wt, twice, verbose = 0))
})

test_that("a log that the last epoch lacks says of which epoch it is", {
  model <- linear(2)
  y <- mtcars$mpg
  history <- fit(
    model, cars, y,
    epochs = 3, validation_data = list(cars, y), validation_freq = 2, verbose = 0
  )
  expect_match(format(history), "val_loss: .* \\(epoch 2\\)$", all = FALSE)
  expect_match(format(history), " loss: [0-9.]+$", all = FALSE)
})

test_that("a training that diverged shows NaN, not the epoch before", {
  model <- linear(1)
  x <- c(1e18, -1e18)
  history <- fit(model, x, c(1, 2), epochs = 4, verbose = 0, on_nan = "ignore")
  expect_true(is.nan(history$metrics$loss[4]))
  expect_match(format(history), "loss: NaN$", all = FALSE)
  expect_equal(tail(tidy(history)$value, 1), NaN)
  expect_equal(glance(model)$loss, NaN)
})

test_that("columns of files are remembered", {
  skip_without("pyarrow")
  path <- withr::local_tempfile(fileext = ".csv")
  rows <- as.matrix(trees)
  utils::write.csv(trees, path, row.names = FALSE)
  data <- table_dataset_from_files(path, x = c("Height", "Girth"), y = "Volume", batch_size = 8)
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  compile(model, loss = "mse", optimizer = optimizer_sgd(1e-5))
  fit(model, data, verbose = 0)
  expected <- predict(model, unname(rows[, c("Height", "Girth")]))
  expect_equal(predict(model, rows[, c("Girth", "Height")]), expected)
  again <- unserialize(serialize(model, NULL))
  expect_equal(predict(again, trees[c("Girth", "Height")]), expected)
  expect_rdeep_error(predict(model, rows[, c("Girth", "Volume")]), "data", "Height")
})
