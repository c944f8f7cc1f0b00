for_each_backend("a sequential model prints, summarises and counts its weights", {
  model <- keras_model_sequential(input_shape = 4, name = "net") |>
    layer_dense(8, activation = "relu") |>
    layer_dense(3)
  summary <- summary(model)
  expect_s3_class(summary, "rdeep_summary")
  expect_equal(summary$layers$params, c(0, 40, 27))
  expect_equal(summary$layers$output_shape, c("(NA, 4)", "(NA, 8)", "(NA, 3)"))
  expect_equal(count_params(model), 67)
  expect_output(print(model), "Model \"net\" on")
  expect_output(print(model), "67 trainable")
  expect_equal(format(model), sprintf("<rdeep_model \"net\" on %s>", backend))
})

test_that("a summary says which layers are trained, once some are not", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(3, name = "a") |>
    layer_dense(2)
  expect_false(any(grepl("Trainable", capture.output(print(summary(model))))))
  model$layers$a$trainable <- FALSE
  shown <- capture.output(print(summary(model)))
  expect_match(shown, "Parameters +Trainable", all = FALSE)
  expect_match(shown, "^a \\(Dense\\).*15 +no", all = FALSE)
  expect_match(shown, "^dense.*8 +yes", all = FALSE)
})

test_that("a model without an input shape says so and learns it from the data", {
  model <- keras_model_sequential() |> layer_dense(2)
  expect_false(model$is_built)
  expect_output(print(model), "unbuilt")
  model |> compile(loss = "mse")
  fit_quietly(model, iris_x, cbind(iris_y, iris_y))
  expect_true(model$is_built)
  expect_equal(count_params(model), 10)
})

test_that("layers change a sequential model in place", {
  model <- keras_model_sequential(input_shape = 4)
  layer_dense(model, 2)
  expect_length(model$layers, 1)
})

test_that("a list of layers begins a model", {
  model <- keras_model_sequential(
    input_shape = 4,
    layers = list(layer_dense(units = 3), layer_dense(units = 2))
  )
  expect_equal(count_params(model), 23)
})

slow_on_tensorflow("a functional model takes several inputs and gives several outputs", {
  a <- layer_input(4, name = "a")
  b <- layer_input(2, name = "b")
  joined <- layer_concatenate(a, b)
  one <- joined |> layer_dense(1, name = "one")
  two <- joined |> layer_dense(2, name = "two")
  model <- keras_model(list(a, b), list(one, two))
  expect_equal(model$input_names, c("a", "b"))
  expect_equal(model$output_names, c("one", "two"))
  model |> compile(optimizer = "sgd", loss = list("mse", "mae"), loss_weights = c(1, 0.5))
  x <- list(b = iris_x[, 1:2], a = iris_x)
  y <- list(iris_y, cbind(iris_y, iris_y))
  history <- fit_quietly(model, x, y)
  expect_true("loss" %in% names(history$metrics))
  out <- predict(model, x)
  expect_named(out, c("one", "two"))
  expect_equal(dim(out$two), c(150, 2))
  # By place as by name.
  expect_equal(predict(model, list(iris_x, iris_x[, 1:2])), out)
})

test_that("a shared layer has one set of weights", {
  encode <- layer_dense(units = 3)
  a <- layer_input(4)
  b <- layer_input(4)
  model <- keras_model(list(a, b), layer_add(encode(a), encode(b)))
  expect_equal(count_params(model), 15)
  out <- predict(model, list(iris_x, iris_x))
  expect_equal(dim(out), c(150, 3))
})

test_that("layers are found by name and by place", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(8, name = "hidden") |>
    layer_dense(1, name = "out")
  expect_equal(get_layer(model, "hidden")$name, "hidden")
  expect_equal(get_layer(model, index = 2)$name, "out")
  expect_equal(get_layer(model, index = -1)$name, "out")
  expect_equal(model[[1]]$name, "hidden")
  expect_equal(model$layers$out$units, 1L)
  expect_equal(get_layer(model, index = 1)$name, names(model$layers)[1])
  expect_rdeep_error(get_layer(model, "hiden"), "argument", "hiden")
  expect_rdeep_error(get_layer(model, index = 9), "argument", "from 1 to 2")
  expect_rdeep_error(get_layer(model, index = 0), "argument", "'index'")
})

test_that("pop_layer() takes the last layer off", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(8) |>
    layer_dense(1)
  pop_layer(model)
  expect_equal(dim(predict(model, iris_x)), c(150, 8))
})

for_each_backend("weights are read and set", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(2)
  weights <- get_weights(model)
  expect_equal(lapply(weights, dim), list(c(4L, 2L), 2L))
  kernel <- matrix(as.double(1:8), 4)
  set_weights(model, list(kernel, c(1, -1)))
  expect_equal(get_weights(model)[[1]], kernel)
  expect_equal(
    predict(model, iris_x),
    unname(iris_x %*% kernel + rep(c(1, -1), each = 150)),
    tolerance = 1e-5
  )
  expect_rdeep_error(set_weights(model, list(1)), "shape")
  expect_rdeep_error(set_weights(model, list(t(kernel), c(1, -1))), "shape")
})

test_that("weights that training changes are told from those that it does not", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(2, trainable = FALSE) |>
    layer_batch_normalization()
  expect_length(get_weights(model), 6)
  expect_length(get_weights(model, trainable = TRUE), 2)
  expect_length(get_weights(model, trainable = FALSE), 4)
})

slow_on_tensorflow("a clone has the same layers and its own weights", {
  model <- classifier()
  fit_quietly(model)
  before <- predict(model, iris_x)
  copy <- clone_model(model)
  expect_equal(count_params(copy), count_params(model))
  expect_false(isTRUE(all.equal(get_weights(copy), get_weights(model))))
  copy |> compile(loss = "mse", optimizer = "sgd")
  fit_quietly(copy, iris_x, to_categorical(iris_y))
  expect_identical(predict(model, iris_x), before)
})

test_that("unknown elements of a model are refused with a hint", {
  model <- classifier()
  expect_rdeep_error(model$learning_rat, "argument", "Did you mean 'learning_rate'")
  expect_rdeep_error(model$foo, "argument", "A model has no 'foo'")
  expect_rdeep_error(getElement(model, "foo"), "argument", "A model has no 'foo'")
})

test_that("the names of a model's elements complete", {
  completions <- utils::.DollarNames(classifier(), "^learn")
  expect_equal(completions, "learning_rate")
})

test_that("str() says what a model is in one line", {
  expect_length(capture.output(str(classifier())), 1)
})

test_that("what is no model is refused by name", {
  expect_rdeep_error(get_weights(1), "argument", "must be a model")
  expect_rdeep_error(clone_model("net"), "argument", "must be a model")
  expect_rdeep_error(save_model(list(), "x"), "argument", "must be a model")
  expect_rdeep_error(keras_model(layer_input(4), 3), "argument", "layer_input")
})

test_that("a model that gets a layer is not shown for it", {
  model <- keras_model_sequential(input_shape = 4)
  expect_invisible(model |> layer_dense(3))
  inner <- keras_model_sequential(input_shape = 3) |> layer_dense(2)
  expect_invisible(model |> inner())
  expect_identical(dim(predict(model, matrix(0, 1, 4))), c(1L, 2L))
  expect_visible(layer_input(4) |> layer_dense(3))
})

test_that("a sequential model takes the layers of another one, with its input", {
  inputs <- keras_input(4)
  trained <- keras_model(inputs, inputs |> layer_dense(3, name = "kept") |> layer_dense(2))
  model <- keras_model_sequential(layers = head(trained$layers, -1)) |> layer_dense(5)
  expect_equal(model$output_shapes[[1]][[2]], 5L)
  expect_true("kept" %in% names(model$layers))
})

test_that("the optimizer of a model names what it has", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  compile(model, optimizer = optimizer_sgd(momentum = 0.5), loss = "mse")
  expect_true(all(c("learning_rate", "momentum", "iterations") %in% names(model$optimizer)))
})
