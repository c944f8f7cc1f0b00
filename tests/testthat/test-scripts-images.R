# Scripts as users of keras write them: pictures.

images <- array(runif(32 * 16 * 16), c(32, 16, 16, 1))
labels <- rep(0:3, 8)

slow_on_tensorflow("digits are read by a dense network", {
  c(c(train_images, train_labels), c(test_images, test_labels)) %<-% dataset_mnist(subset = TRUE)
  x_train <- array_reshape(train_images, c(nrow(train_images), 28 * 28)) / 255
  x_test <- array_reshape(test_images, c(nrow(test_images), 28 * 28)) / 255
  model <- keras_model_sequential(input_shape = c(784))
  model |>
    layer_dense(units = 64, activation = "relu") |>
    layer_dropout(rate = 0.2) |>
    layer_dense(units = 10, activation = "softmax")
  model |> compile(
    loss = "categorical_crossentropy", optimizer = optimizer_rmsprop(),
    metrics = c("accuracy", metric_top_k_categorical_accuracy(k = 3, name = "top3"))
  )
  history <- model |> fit(
    x_train, to_categorical(train_labels, 10),
    epochs = 2, batch_size = 128, validation_split = 0.2, verbose = 0
  )
  expect_named(
    history$metrics,
    c("loss", "accuracy", "top3", "val_loss", "val_accuracy", "val_top3")
  )
  results <- model |> evaluate(x_test, to_categorical(test_labels, 10), verbose = 0)
  expect_gt(results$accuracy, 0.7)
  scores <- model |> predict(x_test)
  expect_equal(dim(scores), c(1000, 10))
  expect_equal(as.array(op_argmax(scores, axis = -1)), array(max.col(scores)))
  expect_length(model$layers, 3)
  expect_equal(get_layer(model, index = 1)$name, "dense")
})

slow_on_tensorflow("a network's inner values are looked at", {
  model <- keras_model_sequential(input_shape = c(16, 16, 1)) %>%
    layer_conv_2d(filters = 4, kernel_size = c(3, 3), activation = "relu") %>%
    layer_max_pooling_2d(pool_size = c(2, 2)) %>%
    layer_separable_conv_2d(filters = 4, kernel_size = 3, padding = "same") %>%
    layer_depthwise_conv_2d(kernel_size = 3) %>%
    layer_flatten() %>%
    layer_dense(units = 4, activation = "softmax")
  outputs <- lapply(model$layers[1:2], function(layer) layer$output)
  maps <- keras_model(inputs = model$input, outputs = outputs) %>%
    predict(images[1:3, , , , drop = FALSE])
  expect_equal(lapply(unname(maps), dim), list(c(3, 14, 14, 4), c(3, 7, 7, 4)))
})

slow_on_tensorflow("layers of a trained autoencoder make a decoder", {
  x <- array_reshape(images, c(32, 256))
  input <- layer_input(shape = c(256))
  encoded <- input |>
    layer_dense(8, activation = "relu", activity_regularizer = regularizer_l1(1e-5))
  decoded <- encoded |> layer_dense(256, activation = "sigmoid")
  autoencoder <- keras_model(input, decoded)
  encoder <- keras_model(input, encoded)
  code <- layer_input(shape = 8)
  last <- tail(autoencoder$layers, 1)[[1]]
  decoder <- keras_model(code, last(code))
  autoencoder |> compile(optimizer = "adam", loss = "binary_crossentropy")
  autoencoder |> fit(x, x, epochs = 2, batch_size = 16, verbose = 0)
  rebuilt <- predict(decoder, predict(encoder, x))
  expect_equal(rebuilt, predict(autoencoder, x), tolerance = 1e-5)
  # What is unlike the rest is rebuilt badly.
  errors <- loss_mean_absolute_error(x, autoencoder(x))
  expect_equal(as.numeric(errors), rowMeans(abs(rebuilt - x)), tolerance = 1e-5)
})

slow_on_tensorflow("pictures are coded and rebuilt by convolutions, from noise", {
  noisy <- pmin(pmax(images + 0.3 * array(rnorm(length(images)), dim(images)), 0), 1)
  input <- layer_input(shape = c(16, 16, 1))
  down <- input |> layer_conv_2d(4, 3, activation = "relu", padding = "same", strides = 2)
  up <- down |> layer_conv_2d_transpose(4, c(2, 2), strides = 2, padding = "same")
  output <- layer_concatenate(c(up, input), axis = -1) |>
    layer_conv_2d(1, 1, activation = "sigmoid")
  model <- keras_model(input, output)
  dice <- function(y_true, y_pred) {
    both <- k_sum(y_true * y_pred)
    (2 * both + 1) / (k_sum(y_true) + k_sum(y_pred) + 1)
  }
  model |> compile(
    optimizer = optimizer_adam(), loss = function(y_true, y_pred) 1 - dice(y_true, y_pred),
    metrics = custom_metric("dice", dice)
  )
  history <- suppressMessages(model |> fit(noisy, images, epochs = 1, batch_size = 16, verbose = 0))
  expect_equal(history$metrics$loss + history$metrics$dice, 1, tolerance = 1e-5)
  expect_equal(dim(predict(model, noisy)), dim(images))
})

for_each_backend("branches, residuals and a shared base are one network", {
  input <- layer_input(shape = c(16, 16, 1))
  first <- input |> layer_conv_2d(4, 3, activation = "relu", padding = "same")
  rest <- first |> layer_batch_normalization() |> layer_conv_2d(4, 3, padding = "same")
  sum <- layer_add(list(first, rest)) |> layer_activation("relu")
  a <- sum |> layer_conv_2d(2, 1, strides = 2)
  b <- sum |> layer_average_pooling_2d(2) |> layer_conv_2d(2, 3, padding = "same")
  output <- layer_concatenate(list(a, b)) |> layer_global_average_pooling_2d() |> layer_dense(4)
  model <- keras_model(input, output, name = "branched")
  model |> compile(
    optimizer = optimizer_rmsprop(1e-3), metrics = "acc",
    loss = loss_sparse_categorical_crossentropy(from_logits = TRUE)
  )
  model |> fit(images, labels, epochs = 1, batch_size = 16, verbose = 0)
  expect_named(model |> evaluate(images, labels, verbose = 0), c("loss", "acc"))

  left <- layer_input(shape = c(16, 16, 1))
  right <- layer_input(shape = c(16, 16, 1))
  distance <- layer_lambda(list(model(left), model(right)), function(both) {
    op_sqrt(op_sum(op_square(both[[1]] - both[[2]]), axis = -1, keepdims = TRUE))
  })
  twins <- keras_model(c(left, right), distance)
  expect_equal(predict(twins, list(images, images)), matrix(0, 32, 1))
})

slow_on_tensorflow("pictures are read from folders, and the network is read again", {
  skip_without("PIL")
  folder <- withr::local_tempdir()
  for (kind in c("cats", "dogs")) {
    dir.create(file.path(folder, kind))
    for (i in 1:4) {
      image_array_save(
        array(runif(12 * 12 * 3) * 255, c(12, 12, 3)), file.path(folder, kind, paste0(i, ".png"))
      )
    }
  }
  pictures <- suppressMessages(
    image_dataset_from_directory(folder, image_size = c(8, 8), batch_size = 4, verbose = FALSE)
  )
  model <- keras_model_sequential(input_shape = c(8, 8, 3)) |>
    layer_rescaling(1 / 255) |>
    layer_conv_2d(2, 3, activation = "relu") |>
    layer_flatten() |>
    layer_dense(1, activation = "sigmoid")
  model |> compile(loss = "binary_crossentropy", optimizer = "rmsprop", metrics = "accuracy")
  model |> fit(pictures, epochs = 1, verbose = 0)
  path <- file.path(folder, "model.keras")
  save_model(model, path)
  picture <- image_load(file.path(folder, "cats", "1.png"), target_size = c(8, 8)) |>
    image_to_array() |>
    array_reshape(c(1, 8, 8, 3))
  expect_equal(predict(load_model(path), picture), predict(model, picture))
})
