for_each_backend("training lowers the loss and returns a history unseen", {
  set_random_seed(1)
  model <- classifier()
  expect_invisible(history <- fit_quietly(model, epochs = 5))
  expect_s3_class(history, "rdeep_history")
  loss <- history$metrics$loss
  expect_length(loss, 5)
  expect_lt(loss[5], loss[1])
})

slow_on_tensorflow("training goes on from where it stopped", {
  set_random_seed(1)
  whole <- classifier()
  all <- fit_quietly(whole, epochs = 4)
  set_random_seed(1)
  parts <- classifier()
  fit_quietly(parts, epochs = 2, shuffle = FALSE)
  rest <- fit_quietly(parts, epochs = 4, initial_epoch = 3, shuffle = FALSE)
  expect_equal(rest$epoch, 3:4)
  expect_lt(rest$metrics$loss[2], all$metrics$loss[1])
})

slow_on_tensorflow("validation data is measured after each epoch", {
  model <- classifier()
  x <- iris_x[taking_turns, ]
  y <- iris_y[taking_turns]
  split <- fit_quietly(model, x, y, epochs = 2, validation_split = 0.2)
  expect_named(split$metrics, c("loss", "accuracy", "val_loss", "val_accuracy"))

  given <- fit_quietly(model, epochs = 2, validation_data = list(iris_x, iris_y))
  result <- evaluate(model, iris_x, iris_y)
  expect_equal(given$metrics$val_loss[2], result$loss, tolerance = 1e-5)

  seldom <- fit_quietly(
    model, x, y,
    epochs = 4, validation_split = 0.2, validation_freq = 2
  )
  expect_equal(is.na(seldom$metrics$val_loss), c(TRUE, FALSE, TRUE, FALSE))
})

for_each_backend("weights of samples and of classes count", {
  x <- iris_x
  none <- rep(c(1, 0, 0), each = 50)
  set_random_seed(1)
  by_sample <- classifier(metrics = NULL)
  one <- fit_quietly(by_sample, x, iris_y, sample_weight = none, epochs = 2)
  set_random_seed(1)
  by_class <- classifier(metrics = NULL)
  two <- fit_quietly(
    by_class, x, iris$Species,
    class_weight = c(setosa = 1, versicolor = 0, virginica = 0), epochs = 2
  )
  expect_equal(two$metrics$loss, one$metrics$loss, tolerance = 1e-6)
  set_random_seed(1)
  by_number <- classifier(metrics = NULL)
  three <- fit_quietly(
    by_number, x, iris_y,
    class_weight = list("0" = 1, "1" = 0, "2" = 0), epochs = 2
  )
  expect_equal(three$metrics$loss, one$metrics$loss, tolerance = 1e-6)
})

test_that("class weights are checked", {
  model <- classifier()
  expect_rdeep_error(fit_quietly(model, class_weight = 3), "argument", "class_weight")
  expect_rdeep_error(
    fit_quietly(model, iris_x, iris$Species, class_weight = c(setosa = 1, rose = 2)),
    "argument", "'rose'"
  )
  expect_rdeep_error(fit_quietly(model, class_weight = c("0" = "a")), "argument", "numbers")
})

test_that("progress goes to output, a line an epoch", {
  model <- classifier()
  shown <- capture.output(fit(model, iris_x, iris_y, epochs = 2, verbose = 2))
  expect_length(shown, 2)
  expect_match(shown[1], "^Epoch 1/2  loss: [0-9.]+  accuracy: [0-9.]+  \\([0-9.]+ s\\)$")
  expect_output(fit(model, iris_x, iris_y), "Epoch 1/1")
  expect_silent(fit(model, iris_x, iris_y, verbose = 0))
})

test_that("a progress bar does no harm where none can be drawn", {
  model <- classifier()
  suppressMessages(shown <- capture.output(fit(model, iris_x, iris_y, epochs = 2, verbose = 1)))
  expect_match(shown, "Epoch 2/2", all = FALSE)
})

test_that("the option of keras3 sets how much is shown", {
  withr::local_options(keras.fit_verbose = 0)
  expect_silent(fit(classifier(), iris_x, iris_y))
})

slow_on_tensorflow("the number of steps is limited on demand", {
  batches <- 0
  model <- classifier()
  fit_quietly(
    model,
    batch_size = 10, steps_per_epoch = 3,
    callbacks = callback_lambda(on_train_batch_end = function(batch, logs) batches <<- batches + 1)
  )
  expect_equal(batches, 3)
})

slow_on_tensorflow("no epochs leave the model as it is", {
  model <- classifier()
  before <- get_weights(model)
  history <- fit_quietly(model, epochs = 0)
  expect_equal(history$epoch, integer())
  expect_identical(get_weights(model), before)
  expect_output(print(history), "no epochs")
})

slow_on_tensorflow("an image, a sequence and a series of words train", {
  images <- array(stats::runif(20 * 8 * 8), c(20, 8, 8, 1))
  conv <- keras_model_sequential(input_shape = c(8, 8, 1)) |>
    layer_conv_2d(2, 3, activation = "relu") |>
    layer_max_pooling_2d() |>
    layer_flatten() |>
    layer_dense(1)
  conv |> compile(loss = "mse")
  expect_length(fit_quietly(conv, images, stats::runif(20))$epoch, 1)

  words <- matrix(sample(0:9, 100, replace = TRUE), 20)
  text <- keras_model_sequential(input_shape = 5) |>
    layer_embedding(10, 4, mask_zero = TRUE) |>
    layer_lstm(3) |>
    layer_dense(1, activation = "sigmoid")
  text |> compile(loss = "binary_crossentropy", metrics = "accuracy")
  expect_length(fit_quietly(text, words, rep(0:1, 10))$epoch, 1)
})

test_that("what cannot be trained is refused", {
  fresh <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  expect_rdeep_error(fit_quietly(fresh), "state", "not compiled")
  model <- classifier()
  expect_rdeep_error(fit_quietly(model, iris_x, iris_y[1:10]), "data", "150 samples")
  expect_rdeep_error(fit_quietly(model, iris_x[, 1:3]), "shape", "\\(3\\)")
  expect_rdeep_error(fit_quietly(model, epochs = "a"), "argument", "'epochs'")
  expect_rdeep_error(fit_quietly(model, epochs = -1), "argument", "'epochs'")
  expect_rdeep_error(fit_quietly(model, batch_size = 0), "argument", "'batch_size'")
  expect_rdeep_error(fit_quietly(model, validation_split = 1), "argument", "validation_split")
  expect_rdeep_error(fit_quietly(model, validation_data = 3), "argument", "list\\(x, y\\)")
  expect_rdeep_error(fit_quietly(model, initial_epoch = 0), "argument", "initial_epoch")
  expect_rdeep_error(fit_quietly(model, callbacks = "stop"), "argument", "callback_")
  expect_rdeep_error(fit(model, iris_x, iris_y, verbose = 7), "argument", "'verbose'")
  expect_rdeep_error(fit_quietly(model, epocs = 2), "argument", "Did you mean 'epochs'")
  expect_rdeep_error(fit(model), "data", "'x' is missing")
  expect_rdeep_error(fit(model, iris_x), "data", "'y' is missing")
  # None of it hurt the model.
  expect_length(fit_quietly(model)$epoch, 1)
})

test_that("a dataset of TensorFlow's says itself how large its batches are", {
  skip_if_no_backend("tensorflow")
  tf <- import("tensorflow")
  batches <- tf$data$Dataset$from_tensor_slices(tuple(iris_x, iris_y))$batch(50L)
  model <- classifier()
  expect_rdeep_error(
    fit(model, batches, batch_size = 5, verbose = 0), "argument", "'batch_size'"
  )
})
