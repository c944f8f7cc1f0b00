test_that("names of Keras 2 work and say once what they are called now", {
  text <- "`k_epsilon()` is a name of Keras 2: here it is `config_epsilon()`."
  rlang::reset_message_verbosity(paste0("rdeep: ", text))
  expect_message(k_epsilon(), "config_epsilon")
  expect_message(k_epsilon(), NA)
  suppressMessages({
    expect_equal(k_backend(), config_backend())
    expect_identical(unclass(k_int_shape(layer_input(3))), list(NULL, 3L))
    optimizer <- optimizer_sgd(lr = 0.5)
    slowing <- optimizer_sgd(lr = 0.5, decay = 0.1)
  })
  expect_equal(get_config(optimizer)$learning_rate, 0.5)
  expect_equal(get_config(slowing)$learning_rate$class_name, "InverseTimeDecay")
  expect_error_snapshot(k_gradients(1, 2))
  expect_error_snapshot(keras_model_custom())
  expect_error_snapshot(image_data_generator(rescale = 1))
})

test_that("the backend functions of Keras 2 compute", {
  skip_if_not("op_mean" %in% getNamespaceExports("rdeep"), "op_*() is not there")
  x <- matrix(as.numeric(1:6), 2)
  suppressMessages({
    expect_equal(as.array(k_sum(k_square(x))), sum(x^2), ignore_attr = TRUE)
    expect_equal(as.vector(as.array(k_mean(x, axis = 2))), rowMeans(x))
    expect_equal(as.array(k_clip(x, 2, 3)), pmin(pmax(x, 2), 3))
    expect_equal(dim(as.array(k_concatenate(list(x, x), axis = 1))), c(4, 3))
    expect_equal(dim(as.array(k_random_normal(c(2, 3)))), c(2, 3))
  })
})

test_that("the functions that each name of the backend stands for exist", {
  skip_if_not("op_mean" %in% getNamespaceExports("rdeep"), "op_*() is not there")
  namespace <- asNamespace("rdeep")
  for (name in grep("^k_", getNamespaceExports("rdeep"), value = TRUE)) {
    last <- body(namespace[[name]])
    new <- if (identical(last[[1]], quote(`{`))) as.character(last[[3]][[1]]) else "abort_gone"
    expect_true(exists(new, namespace), info = paste(name, "stands for", new))
  }
})

for_each_backend("models are used by the names of Keras 2", {
  model <- classifier()
  suppressMessages({
    batches <- function() list(iris_x, iris_y)
    fit_generator(model, batches, steps_per_epoch = 2, epochs = 1, verbose = 0)
    expect_equal(predict_proba(model, iris_x), predict(model, iris_x))
    classes <- predict_classes(model, iris_x)
    path <- save_model_hdf5(model, withr::local_tempfile(fileext = ".h5"))
    expect_equal(predict(load_model_hdf5(path), iris_x), predict(model, iris_x))
    expect_equal(count_params(model_from_json(model_to_json(model))), count_params(model))
    lstm <- layer_input(c(5, 2)) |> layer_cudnn_lstm(units = 3)
  })
  expect_equal(classes, max.col(predict(model, iris_x)) - 1L)
  expect_equal(as.integer(shape(lstm)), c(NA, 3L))
  withr::local_dir(withr::local_tempdir())
  writeBin(as.raw(c(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0x00)), "old.h5")
  expect_error_snapshot(suppressMessages(load_model_hdf5("old.h5")))
})
