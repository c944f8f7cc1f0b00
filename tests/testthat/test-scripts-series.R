# Scripts as users of keras write them: series, text and tables.

slow_on_tensorflow("the next temperature is predicted from windows, and by a generator", {
  set.seed(5)
  data <- cbind(sin(1:160 / 10), cos(1:160 / 7), rnorm(160))
  windows <- timeseries_dataset_from_array(
    head(data, -14), tail(data[, 1], -14),
    sequence_length = 6, sampling_rate = 2, batch_size = 32
  )
  c(samples, targets) %<-% iter_next(as_iterator(windows))
  expect_equal(dim(samples), c(32, 6, 3))
  model <- keras_model_sequential(input_shape = c(NA, 3)) %>%
    layer_conv_1d(filters = 4, kernel_size = 3, activation = "relu") %>%
    bidirectional(layer_gru(units = 4, recurrent_dropout = 0.2)) %>%
    layer_dense(1)
  model |> compile(optimizer = "rmsprop", loss = "mse", metrics = "mae")
  folder <- withr::local_tempdir()
  history <- model |> fit(
    windows,
    epochs = 2, validation_data = windows, verbose = 0,
    callbacks = list(
      callback_model_checkpoint(file.path(folder, "best.keras"), save_best_only = TRUE),
      callback_early_stopping(patience = 3),
      callback_reduce_lr_on_plateau(patience = 1),
      callback_csv_logger(file.path(folder, "log.csv"))
    )
  )
  expect_equal(nrow(read.csv(file.path(folder, "log.csv"))), 2)
  best <- load_model(file.path(folder, "best.keras"))
  found <- evaluate(best, windows, verbose = 0)
  expect_equal(found$loss, min(history$metrics$val_loss), tolerance = 1e-5)

  generator <- function(rows = 0) {
    function() {
      rows <<- rows %% 100 + seq_len(8)
      list(array(data[rows, ], c(8, 1, 3))[, rep(1, 6), ], data[rows, 1])
    }
  }
  suppressMessages(
    model %>% fit_generator(generator(), steps_per_epoch = 3, epochs = 1, verbose = 0)
  )
  expect_named(evaluate(model, generator(), steps = 2, verbose = 0), c("loss", "mae"))
})

for_each_backend("a stateful network starts anew when it is told", {
  x <- array(rnorm(20), c(20, 1, 1))
  model <- keras_model_sequential() %>%
    layer_lstm(units = 4, batch_input_shape = c(5, 1, 1), stateful = TRUE) %>%
    layer_dense(units = 1)
  model %>% compile(loss = "mse", optimizer = "sgd")
  for (i in 1:2) {
    model %>% fit(x, rnorm(20), batch_size = 5, epochs = 1, verbose = 0, shuffle = FALSE)
    suppressMessages(model %>% reset_states())
  }
  first <- predict(model, x, batch_size = 5)
  model %>% reset_state()
  expect_equal(predict(model, x, batch_size = 5), first)
  layer <- get_layer(model, index = 1)
  expect_s3_class(reset_state(layer), "rdeep_layer")
})

slow_on_tensorflow("reviews are numbers that an embedding takes", {
  reviews <- lapply(rep(c(5, 9), 10), function(n) sample(1:50, n))
  x <- pad_sequences(reviews, maxlen = 8)
  model <- suppressMessages(
    keras_model_sequential() %>%
      layer_embedding(input_dim = 51, output_dim = 4, input_length = 8) %>%
      layer_flatten() %>%
      layer_dense(units = 1, activation = "sigmoid")
  )
  model %>% compile(optimizer = "rmsprop", loss = "binary_crossentropy", metrics = c("acc"))
  history <- model %>% fit(x, rep(0:1, 10), epochs = 1, verbose = 0, validation_split = 0.2)
  expect_named(history$metrics, c("loss", "acc", "val_loss", "val_acc"))
  expect_equal(
    suppressMessages(predict_classes(model, x)), (predict(model, x) > 0.5) * 1L
  )
})

slow_on_tensorflow("numbers are crossed with folds", {
  x <- scale(as.matrix(mtcars[-1]))
  folds <- rep(1:2, 16)
  scores <- vapply(1:2, function(fold) {
    model <- keras_model_sequential() |> layer_dense(8, activation = "relu") |> layer_dense(1)
    model |> compile(optimizer = optimizer_adam(learning_rate = 0.1), loss = "mse", metrics = "mae")
    kept <- folds != fold
    model |> fit(x[kept, ], mtcars$mpg[kept], epochs = 10, verbose = 0)
    c(mse, mae) %<-% evaluate(model, x[!kept, ], mtcars$mpg[!kept], verbose = 0)
    expect_gte(mse, mae^2)
    mae
  }, 0)
  expect_true(all(scores < 20))
})

slow_on_tensorflow("a table's columns go their own ways", {
  set.seed(3)
  table <- data.frame(
    age = runif(40, 20, 80), thal = sample(c("fixed", "normal"), 40, TRUE), target = rep(0:1, 20)
  )
  space <- layer_feature_space(
    features = list(age = "float_normalized", thal = "string_categorical"), output_mode = "concat"
  )
  space |> adapt(table[1:2])
  encoded <- space$get_encoded_features()
  output <- encoded |> layer_dense(4, activation = "relu") |> layer_dense(1, activation = "sigmoid")
  # The network is trained on what is encoded, and used on what is not.
  inner <- keras_model(encoded, output)
  inner |> compile(optimizer = "adam", loss = "binary_crossentropy")
  codes <- space(as.list(table[1:2]))
  inner |> fit(codes, table$target, epochs = 1, verbose = 0)
  whole <- keras_model(space$get_inputs(), output)
  expect_equal(predict(whole, table[1:2]), predict(inner, codes), tolerance = 1e-5)
})

test_that("layers of a model are frozen one by one", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(3, name = "first") |>
    layer_dense(1)
  for (layer in model$layers) layer$trainable <- FALSE
  expect_equal(model$layers$first$trainable, FALSE)
  model$layers[[2]]$trainable <- TRUE
  trainable <- vapply(model$layers, function(layer) layer$trainable, NA)
  expect_equal(trainable, c(first = FALSE, dense = TRUE))
  expect_equal(model$layers$first$get_weights(), get_weights(model)[1:2])
  expect_rdeep_error(model$layers$first$units <- 5, "argument", "weights can")
  model |> compile()
  model$optimizer$learning_rate <- 0.1
  expect_equal(model$learning_rate, 0.1)
})

test_that("tensors are gathered by c() and taken apart by [[", {
  x <- as_tensor(c(1, 2))
  expect_equal(as.array(x[[2]]), 2)
  expect_length(c(x, x), 2)
  expect_rdeep_error(metric_auc(as_tensor(c(0, 1)), x), "argument", "no value for each sample")
})
