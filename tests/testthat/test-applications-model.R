# Known networks: what they compute is compared with Keras's in tests/python/applications.

small <- c(32, 32, 3)

test_that("a known network is a model as any other", {
  model <- application_resnet50(
    weights = NULL, include_top = FALSE, pooling = "avg", input_shape = small
  )
  expect_s3_class(model, "rdeep_model")
  expect_identical(model$name, "resnet50")
  expect_equal(unlist(model$output_shape[[2]]), 2048)
  freeze_weights(model)
  input <- layer_input(small)
  whole <- keras_model(input, input |> model() |> layer_dense(2))
  expect_length(whole$trainable_weights, 2)
  x <- array(runif(2 * prod(small)), c(2, small))
  expect_equal(dim(predict(whole, x)), c(2, 2))
})

test_that("pixels are prepared as the network's weights take them", {
  x <- array(0:255, c(1, 2, 2, 3))
  model <- application_densenet121(weights = NULL, include_top = FALSE, input_shape = small)
  expected <- imagenet_preprocess_input(x, mode = "torch")
  expect_equal(application_preprocess_inputs(model, x), expected)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(application_preprocess_inputs(readRDS(path), x), expected)
  input <- layer_input(c(2, 2, 3))
  on_tensors <- keras_model(input, application_preprocess_inputs(model, input))
  expect_equal(predict(on_tensors, x), expected, tolerance = 1e-5)
  expect_error_snapshot(application_preprocess_inputs(keras_model(input, input), x))
  expect_error_snapshot(application_preprocess_inputs("resnet50", x))
  expect_error_snapshot(application_decode_predictions(model, matrix(0, 1, 3)))
})

test_that("wrong arguments of known networks are said", {
  expect_error_snapshot(application_vgg16(weights = "nowhere.h5"))
  expect_error_snapshot(application_vgg16(classes = 10))
  expect_error_snapshot(application_vgg16(weights = 3))
  expect_error_snapshot(application_vgg16(classifier_activation = "relu"))
  expect_error_snapshot(application_vgg16(input_shape = small))
  expect_error_snapshot(application_vgg16(weights = NULL, input_shape = c(NA, NA, 3)))
  expect_error_snapshot(application_vgg16(weights = NULL, input_shape = c(16, 64, 3)))
  expect_error_snapshot(application_vgg16(weights = NULL, input_shape = c(64, 64)))
  expect_error_snapshot(application_vgg16(weights = NULL, input_tensor = 3))
  expect_error_snapshot(application_vgg16(weights = NULL, poling = "avg"))
})

test_that("all known networks have the same arguments at the end", {
  names <- setdiff(
    grep("^application_", getNamespaceExports("rdeep"), value = TRUE),
    c("application_preprocess_inputs", "application_decode_predictions")
  )
  expect_gt(length(names), 10)
  for (name in names) {
    arguments <- names(formals(getExportedValue("rdeep", name)))
    expect_identical(utils::tail(arguments, 3), c("...", "backend", "device"), label = name)
    expect_true(all(c("include_top", "weights", "input_shape") %in% arguments), label = name)
  }
})
