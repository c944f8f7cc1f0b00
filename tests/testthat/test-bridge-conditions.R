test_that("a wrong shape", {
  model <- classifier()
  expect_error_snapshot(fit(model, iris_x[, 1:3], iris_y))
  expect_error_snapshot(predict(model, array(0, c(2, 4, 4))))
  expect_error_snapshot(layer_conv_2d(keras_model_sequential(input_shape = 4), 3, 3))
  expect_error_snapshot(layer_add(layer_input(3), layer_input(4)))
  expect_error_snapshot(set_weights(model, list(1)))
  expect_error_snapshot(array_reshape(1:6, c(4, 2)))
  regression <- regressor()
  expect_error_snapshot(fit(regression, iris_x, cbind(iris_y, iris_y)))
})

test_that("an unknown option", {
  expect_error_snapshot(layer_dense(units = 3, activation = "rellu"))
  expect_error_snapshot(layer_dense(units = -1))
  expect_error_snapshot(layer_dense(units = "many"))
  expect_error_snapshot(layer_dense(units = NA))
  expect_error_snapshot(layer_dense())
  expect_error_snapshot(layer_dropout(rate = 2))
  expect_error_snapshot(layer_conv_2d(filters = 2, kernel_size = 3, padding = "sam"))
  expect_error_snapshot(layer_concatenate(layer_input(3), layer_input(3), axis = 0))
  expect_error_snapshot(optimizer_sgd(learning_rate = -1))
  expect_error_snapshot(optimizer_adam(learning_rate = NA))
  expect_error_snapshot(keras_model_sequential(input_shape = c(4, 0)))
  expect_error_snapshot(dataset_mnist(path = "nowhere.npz"))
})

test_that("options of fit()", {
  model <- classifier()
  expect_error_snapshot(fit(model, iris_x, iris_y, epochs = "a"))
  expect_error_snapshot(fit(model, iris_x, iris_y, batch_size = 0))
  expect_error_snapshot(fit(model, iris_x, iris_y, validation_split = 2))
  expect_error_snapshot(fit(model, iris_x, iris_y, validation_data = iris_x))
  expect_error_snapshot(fit(model, iris_x, iris_y, validation_data = list(iris_x, iris_y[1:3])))
  expect_error_snapshot(fit(model, iris_x, iris_y, initial_epoch = 0))
  expect_error_snapshot(fit(model, iris_x, iris_y, steps_per_epoch = 1000))
  expect_error_snapshot(fit(model, iris_x, iris_y, callbacks = "early_stopping"))
  expect_error_snapshot(fit(model, iris_x, iris$Species, class_weight = c(rose = 1)))
  expect_error_snapshot(fit(model, iris_x, iris_y, class_weight = c(setosa = 1)))
  expect_error_snapshot(fit(model, iris_x, iris_y, class_weight = 3))
  expect_error_snapshot(fit(model, iris_x, iris_y, verbose = 7))
})

test_that("a misspelt argument", {
  model <- classifier()
  expect_error_snapshot(layer_dense(units = 3, actvation = "relu"))
  expect_error_snapshot(fit(model, iris_x, iris_y, epocs = 3))
  expect_error_snapshot(predict(model, iris_x, batchsize = 3))
  expect_error_snapshot(compile(model, lss = "mse"))
  expect_error_snapshot(optimizer_sgd(momentun = 0.1))
  expect_error_snapshot(callback_early_stopping(patiense = 3))
  expect_error_snapshot(keras_model_sequential(shape = 4))
  expect_error_snapshot(layer_input(4, "float32"))
})

test_that("a misspelt name of a loss, a metric or an optimizer", {
  model <- classifier()
  expect_error_snapshot(compile(model, loss = "mean_squared_eror"))
  expect_error_snapshot(compile(model, loss = "mse", metrics = "acuracy"))
  expect_error_snapshot(compile(model, optimizer = "adm", loss = "mse"))
})

test_that("missing and infinite values", {
  model <- classifier()
  x <- iris_x
  x[3, 2] <- NA
  expect_error_snapshot(fit(model, x, iris_y))
  expect_error_snapshot(predict(model, unname(x)))
  x[3, 2] <- Inf
  expect_error_snapshot(fit(model, as.data.frame(x), iris_y))
  y <- iris_y
  y[2:3] <- NA
  expect_error_snapshot(fit(model, iris_x, y))
})

test_that("text", {
  model <- classifier()
  x <- as.data.frame(iris_x)
  x$kind <- as.character(iris$Species)
  expect_error_snapshot(fit(model, x, iris_y))
  expect_error_snapshot(fit(model, iris_x, as.character(iris$Species)))
})

test_that("other things that are not numbers, and nothing", {
  model <- classifier()
  x <- as.data.frame(iris_x)
  x$day <- as.Date("2020-01-01")
  expect_error_snapshot(fit(model, x, iris_y))
  expect_error_snapshot(fit(model, globalenv(), iris_y))
  expect_error_snapshot(fit(model))
  expect_error_snapshot(fit(model, iris_x))
  expect_error_snapshot(predict(model, iris[0, 1:4]))
})

test_that("a factor with levels that were not seen", {
  model <- classifier()
  fit_quietly(model, iris_x, iris$Species)
  new <- factor(rep(c("setosa", "rose"), 75))
  expect_error_snapshot(evaluate(model, iris_x, new))
})

test_that("columns that are missing", {
  model <- classifier()
  fit_quietly(model, as.data.frame(iris_x), iris_y)
  expect_error_snapshot(predict(model, as.data.frame(iris_x)[1:3]))
})

test_that("lengths that differ", {
  model <- classifier()
  expect_error_snapshot(fit(model, iris_x, iris_y[1:10]))
  expect_error_snapshot(fit(model, iris_x, iris_y, sample_weight = c(1, 2, 3)))
  expect_error_snapshot(loss_mean_squared_error(1:3, 1:2))
})

test_that("class numbers that do not fit", {
  model <- classifier()
  expect_error_snapshot(fit(model, iris_x, iris_y + 1))
  expect_error_snapshot(fit(model, iris_x, iris_y + 0.5))
})

test_that("an unknown backend", {
  expect_error_snapshot(use_backend("tourch"))
  expect_error_snapshot(use_backend(1:2))
  expect_error_snapshot(use_backend())
  expect_error_snapshot(to_backend(classifier()))
  expect_error_snapshot(keras_model_sequential(input_shape = 4, backend = "jax"))
})

test_that("models and layers where others are wanted", {
  model <- classifier()
  expect_error_snapshot(layer_dense(3, 4))
  expect_error_snapshot(keras_model(layer_input(4), 3))
  expect_error_snapshot(keras_model(layer_input(4), layer_dense(layer_input(4), 1)))
  expect_error_snapshot(get_weights(1))
  expect_error_snapshot(get_layer(model, "hiden"))
  expect_error_snapshot(get_layer(model, index = 9))
  expect_error_snapshot(model$learning_rat)
  fresh <- keras_model_sequential(input_shape = 4)
  expect_error_snapshot(fit(fresh, iris_x, iris_y))
})

test_that("files", {
  withr::local_dir(withr::local_tempdir())
  model <- classifier()
  expect_error_snapshot(load_model("nowhere.rdeep"))
  expect_error_snapshot(save_model(model))
  save_model(model, "net.rdeep")
  expect_error_snapshot(save_model(model, "net.rdeep"))
  writeLines("text", "text.rdeep")
  expect_error_snapshot(load_model("text.rdeep"))
})

test_that("an error in a callback", {
  model <- classifier()
  failing <- callback_lambda(on_epoch_end = function(epoch, logs) stop("too bad"))
  expect_error_snapshot(fit(model, iris_x, iris_y, verbose = 0, callbacks = failing))
})

test_that("errors of the core carry what came and what was wanted", {
  error <- expect_rdeep_error(layer_dense(units = -1), "argument")
  expect_equal(error$argument, "units")
  expect_equal(error$received, "-1")
  expect_match(error$expected, "positive whole number")
  expect_equal(as.character(conditionCall(error)[[1]]), "layer_dense")
})

test_that("the Python traceback is shown on demand only", {
  error <- expect_rdeep_error(layer_dense(units = -1), "argument")
  expect_false(grepl("Traceback", conditionMessage(error)))
  expect_output(trace <- rdeep_last_trace(), "Traceback")
  expect_match(paste(trace, collapse = "\n"), "ArgumentError|units")
})

test_that("braces in a user's values are shown as they stand", {
  expect_rdeep_error(use_backend("{x}"), "backend", "'\\{x\\}'")
  expect_rdeep_error(layer_dense(units = "{x} {{y}}"), "argument", "'\\{x\\} \\{\\{y\\}\\}'")
})

test_that("what came is said as R writes it", {
  said <- function(value) expect_rdeep_error(layer_dense(units = value), "argument")$received
  expect_equal(said("many"), "'many'")
  expect_equal(said("None"), "'None'")
  expect_equal(said(NA), "NA")
  expect_equal(said(TRUE), "TRUE")
  expect_equal(said(-2), "-2")
  expect_equal(said(1e6 + 0.5), "1000000.5")
  expect_equal(said(1e-7), "1e-07")
  expect_equal(said(c(1, 2.5)), "c(1, 2.5)")
  expect_equal(said(c("a", "it's")), "c(\"a\", \"it's\")")
  expect_equal(said(list(1, "a")), "c(1, \"a\")")
  expect_equal(said(list(NULL, TRUE)), "list(NULL, TRUE)")
  expect_equal(said(list(c(1, 2), c(3, 4))), "list(c(1, 2), c(3, 4))")
  expect_equal(said(list(list(1), "a")), "list(1, \"a\")")
  expect_equal(said(list(a = 1, b = 1:2)), "list(a = 1, b = c(1, 2))")
  expect_equal(said(list()), "list()")
  expect_equal(said(1:99), "a long list")
  expect_equal(said(strrep("a", 99)), paste0("'", strrep("a", 58), "\u2026"))
  expect_equal(said(matrix(0, 2, 3)), "an array of shape (2, 3)")
  expect_equal(said(layer_dense(units = 2, activation = "relu")),
               "layer_dense(units = 2, activation = activation_relu())")
  expect_equal(said(layer_concatenate(axis = 2)), "layer_concatenate(axis = 2)")
  expect_equal(said(layer_input(3)), "<SymbolicTensor shape=(NA, 3) dtype=float32>")
})

# A part of a text, as the core sends it.
part <- function(..., text = "Python's") list(list(text = text, data = list(...)))

test_that("values, shapes and functions are written as R writes them", {
  said <- c(
    "(NA, 3)" = part(shape = list(NULL, 3L)),
    "(3)" = part(shape = 3L),
    "()" = part(shape = list()),
    "c(1, 3, -1)" = part(axis = c(0L, 2L, -1L)),
    "layer_conv_2d()" = part(`function` = c("layer", "Conv2D")),
    "Mine" = part(`function` = c("layer", "Mine"), text = "Mine"),
    "`op_*()` functions" = part(`function` = list(NULL, "ops"), text = "rdeep.ops"),
    "Callback" = part(`function` = list(NULL, "Callback"), text = "Callback"),
    "layer_input()" = part(call = list(NULL, "Input", list())),
    "fit()" = part(call = list(NULL, "fit", list())),
    "op_sum()" = part(call = list("operation", "sum", list())),
    "random_normal()" = part(call = list("operation", "random_normal", list())),
    "rnn_cell_lstm(units = 32)" = part(
      call = list("rnn_cell", "LSTMCell", list(list("units", 32L)))
    ),
    "padding = \"same\"" = part(setting = c("padding", "same")),
    "split = NULL" = part(setting = list("split", NULL)),
    "list(x, y)" = part(together = c("x", "y")),
    "Inf" = part(value = Inf),
    "Python's" = part(unknown = 1)
  )
  expect_equal(unname(vapply(said, function(each) in_r_words(list(each)), "")), names(said))
  expect_equal(in_r_words(c("one ", "text")), "one text")
  expect_null(in_r_words(NULL))
})

test_that("a message does not begin with the function that its call shows", {
  pieces <- c(part(call = list("layer", "Dense", list())), ": 'units' is wrong.")
  layer_dense <- function() in_r_words(pieces, environment())
  other <- function() in_r_words(pieces, environment())
  expect_equal(layer_dense(), "'units' is wrong.")
  expect_equal(other(), "layer_dense(): 'units' is wrong.")
  pieces[[2]] <- " needs 'units'."
  expect_equal(layer_dense(), "layer_dense() needs 'units'.")
  operation <- c(part(call = list("operation", "sum", list())), ": no.")
  asked <- asked_function("operation", list(name = "sum"))
  expect_equal(in_r_words(operation, environment(), asked), "no.")
  expect_equal(in_r_words(operation, environment()), "op_sum(): no.")
  expect_equal(asked_function("record", list(kind = "layer", name = "Dense")), "layer_dense")
  expect_null(asked_function("sitrep", list()))
})

test_that("every function that messages name exists", {
  named <- unlist(record_functions, use.names = FALSE)
  others <- grep(" ", function_names, value = TRUE, fixed = TRUE, invert = TRUE)
  expect_setequal(setdiff(c(named, others), getNamespaceExports("rdeep")), character())
})

test_that("the nearest known name is suggested, or all are listed", {
  expect_equal(suggestion("epocs", c("epochs", "x")), "Did you mean 'epochs'?")
  expect_equal(suggestion("qqqqqq", c("a", "b")), "Choose one of 'a' or 'b'.")
})

# The calls `list(...)` and `c(...)` in a function: they fail at an empty argument.
takes_dots_apart <- function(expression) {
  if (!is.call(expression)) {
    return(FALSE)
  }
  if (identical(expression[[1]], quote(substitute))) {
    return(FALSE)
  }
  plain <- as.character(expression[[1]])[1] %in% c("list", "c")
  if (plain && any(vapply(as.list(expression), identical, NA, quote(...)))) {
    return(TRUE)
  }
  parts <- Filter(function(part) is.call(part), as.list(expression))
  any(vapply(parts, takes_dots_apart, NA))
}

test_that("a comma at the end of a call says nothing, whatever the function", {
  exports <- getNamespaceExports("rdeep")
  functions <- mget(exports, envir = asNamespace("rdeep"), inherits = TRUE)
  functions <- Filter(function(f) "..." %in% names(formals(f)), Filter(is.function, functions))
  expect_gt(length(functions), 300)
  expect_identical(names(Filter(function(f) takes_dots_apart(body(f)), functions)), character())

  x <- matrix(seq(-1, 1, length.out = 24), 6)
  inputs <- layer_input(shape = 4, )
  outputs <- inputs |> layer_dense(2, activation = "relu", ) |> layer_dense(1, )
  model <- keras_model(inputs, outputs, )
  model |> compile("sgd", "mse", )
  history <- model |> fit(x, x[, 1], epochs = 1, verbose = 0, )
  expect_length(history$metrics$loss, 1)
  expect_equal(dim(predict(model, x, )), c(6L, 1L))
  expect_length(evaluate(model, x, x[, 1], verbose = 0, ), 1)
  layers <- list(layer_dense(units = 2, ), layer_dense(units = 1))
  sequential <- keras_model_sequential(layers = layers, )
  expect_equal(dim(sequential(x, )), c(6L, 1L))
  expect_equal(dim(op_sum(as_tensor(x, ), 1, )), 4L)
  expect_identical(shape(2, 3, ), shape(2, 3))
  expect_length(op_meshgrid(1:2, 1:3, ), 2)
  expect_s3_class(optimizer_adam(0.1, ), "rdeep_object")
  expect_s3_class(callback_lambda(on_train_end = function(logs) NULL, ), "rdeep_callback")
  expect_equal(dim(layer_add(inputs, inputs, )), c(NA, 4L))
  expect_rdeep_error(fit(model, x, x[, 1], epoch = 1, ), "argument", "epoch")
})
