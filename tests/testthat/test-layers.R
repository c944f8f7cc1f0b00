# Every generated layer: options, the shape of a sample, and that of what comes out.
layer_cases <- list(
  layer_dense = list(list(units = 3), 4, 3),
  layer_activation = list(list(activation = "relu"), 4, 4),
  layer_embedding = list(list(input_dim = 10, output_dim = 3), 5, c(5, 3)),
  layer_dropout = list(list(rate = 0.5), 4, 4),
  layer_flatten = list(list(), c(2, 3), 6),
  layer_reshape = list(list(target_shape = c(3, 2)), c(2, 3), c(3, 2)),
  layer_batch_normalization = list(list(), c(4, 3), c(4, 3)),
  layer_conv_1d = list(list(filters = 3, kernel_size = 2), c(6, 2), c(5, 3)),
  layer_conv_2d = list(
    list(filters = 3, kernel_size = c(2, 3), padding = "same", strides = 2),
    c(6, 6, 2), c(3, 3, 3)
  ),
  layer_max_pooling_1d = list(list(), c(6, 2), c(3, 2)),
  layer_average_pooling_1d = list(list(pool_size = 3), c(6, 2), c(2, 2)),
  layer_max_pooling_2d = list(list(), c(6, 4, 2), c(3, 2, 2)),
  layer_average_pooling_2d = list(list(strides = c(1, 1)), c(6, 4, 2), c(5, 3, 2)),
  layer_global_max_pooling_1d = list(list(), c(6, 2), 2),
  layer_global_average_pooling_1d = list(list(keepdims = TRUE), c(6, 2), c(1, 2)),
  layer_global_max_pooling_2d = list(list(), c(6, 4, 2), 2),
  layer_global_average_pooling_2d = list(list(), c(6, 4, 2), 2),
  layer_simple_rnn = list(list(units = 3), c(5, 2), 3),
  layer_lstm = list(list(units = 3, return_sequences = TRUE), c(5, 2), c(5, 3)),
  layer_gru = list(list(units = 3), c(5, 2), 3),
  layer_layer_normalization = list(list(axis = 2), c(4, 3), c(4, 3)),
  layer_rms_normalization = list(list(), c(4, 3), c(4, 3)),
  layer_multi_head_attention = list(list(num_heads = 2, key_dim = 3), c(5, 4), c(5, 4)),
  layer_members = list(list(count = 3), 4, c(3, 4)),
  layer_ensemble_dense = list(
    list(units = 2, input_initializer = initializer_sectioned("random_sign", c(1, 3))),
    c(3, 4), c(3, 2)
  ),
  layer_member_dense = list(list(units = 2), c(3, 4), c(3, 2)),
  layer_feature_tokens = list(list(units = 5), 4, c(4, 5)),
  layer_piecewise_linear_embedding = list(
    list(edges = list(c(-1, 0, 1), c(a = 0L, b = 2L)), units = 5), 2, c(2, 5)
  ),
  layer_periodic_embedding = list(list(units = 5, frequencies = 3), 4, c(4, 5)),
  layer_category_tokens = list(list(cardinalities = c(10, 12), units = 5), 2, c(2, 5)),
  layer_one_hot = list(list(cardinalities = c(3, 12)), 2, 15),
  layer_class_token = list(list(), c(4, 3), c(5, 3)),
  layer_first_token = list(list(), c(4, 3), 3),
  layer_append_parameter = list(list(count = 2), 4, 6)
)

value_by_value <- c(
  "layer_add", "layer_average", "layer_maximum", "layer_minimum", "layer_multiply",
  "layer_subtract"
)
merging <- c(value_by_value, "layer_concatenate")
of_codes <- c("layer_embedding", "layer_category_tokens", "layer_one_hot")

layer_function <- function(name) getExportedValue("rdeep", name)

test_that("every layer function has a case here", {
  exported <- grep("^layer_(?!cudnn)", getNamespaceExports("rdeep"), value = TRUE, perl = TRUE)
  covered <- c(names(layer_cases), merging, "layer_input", "layer_bidirectional")
  expect_setequal(covered, exported)
})

sample_data <- function(name, shape, n = 3) {
  values <- if (name %in% of_codes) {
    sample(0:9, n * prod(shape), replace = TRUE)
  } else {
    stats::rnorm(n * prod(shape))
  }
  array(values, c(n, shape))
}

for_each_backend("every layer builds in a model and gives the shape it says", {
  for (name in names(layer_cases)) {
    case <- layer_cases[[name]]
    model <- keras_model_sequential(input_shape = case[[2]])
    model <- do.call(layer_function(name), c(list(model), case[[1]]))
    expect_s3_class(model, "rdeep_model")
    out <- predict(model, sample_data(name, case[[2]]))
    expect_equal(dim(out), as.integer(c(3, case[[3]])), info = name)
    expect_false(anyNA(out), info = name)
  }
})

test_that("every layer applies to a symbolic tensor, at once or later", {
  for (name in names(layer_cases)) {
    case <- layer_cases[[name]]
    f <- layer_function(name)
    shape <- c(list(NULL), as.list(as.integer(case[[3]])))

    now <- do.call(f, c(list(layer_input(case[[2]])), case[[1]]))
    expect_s3_class(now, "rdeep_tensor")
    expect_equal(as.list(now$shape), shape, info = name)

    layer <- do.call(f, case[[1]])
    expect_s3_class(layer, "rdeep_layer")
    expect_true(is.function(layer))
    expect_equal(as.list(layer(layer_input(case[[2]]))$shape), shape, info = name)
  }
})

test_that("every layer begins a model that has no input shape", {
  for (name in names(layer_cases)) {
    case <- layer_cases[[name]]
    options <- c(case[[1]], list(input_shape = case[[2]]))
    model <- do.call(layer_function(name), c(list(keras_model_sequential()), options))
    expect_true(model$is_built, info = name)
  }
})

test_that("every layer prints and refuses a misspelt argument", {
  for (name in names(layer_cases)) {
    f <- layer_function(name)
    options <- layer_cases[[name]][[1]]
    expect_output(print(do.call(f, options)), "\\(")
    error <- expect_rdeep_error(
      do.call(f, c(options, list(trainible = TRUE))),
      "argument", "Did you mean 'trainable'"
    )
    expect_equal(error$argument, "trainible")
  }
})

test_that("merging layers take tensors as arguments and as a list", {
  a <- layer_input(4)
  b <- layer_input(4)
  expect_equal(as.list(layer_add(a, b)$shape), list(NULL, 4L))
  expect_equal(as.list(layer_add(list(a, b))$shape), list(NULL, 4L))
  expect_equal(as.list(layer_concatenate(a, b)$shape), list(NULL, 8L))
  expect_equal(as.list(layer_concatenate(list(a, b), layer_input(2))$shape), list(NULL, 10L))
  for (name in value_by_value) {
    expect_equal(as.list(layer_function(name)(a, b)$shape), list(NULL, 4L), info = name)
  }
  join <- layer_concatenate()
  expect_equal(as.list(join(list(a, b))$shape), list(NULL, 8L))
  expect_rdeep_error(layer_add(a, layer_input(3)), "shape", "merge")
  expect_rdeep_error(layer_concatenate(a, b, axes = 1), "argument", "Did you mean 'axis'")
})

for_each_backend("merging layers compute what they say", {
  a <- layer_input(4)
  b <- layer_input(4)
  formulas <- list(
    layer_add = `+`, layer_subtract = `-`, layer_multiply = `*`, layer_maximum = pmax,
    layer_minimum = pmin, layer_average = function(x, y) (x + y) / 2
  )
  for (name in value_by_value) {
    model <- keras_model(list(a, b), layer_function(name)(a, b))
    out <- predict(model, list(iris_x[1:9, ], iris_x[9:1, ]))
    expected <- unname(formulas[[name]](iris_x[1:9, ], iris_x[9:1, ]))
    expect_equal(out, expected, tolerance = 1e-6, info = name)
  }
})

for_each_backend("attention takes one tensor, or a query and a value", {
  x <- layer_input(c(5, 4))
  y <- layer_input(c(3, 2))
  model <- keras_model(x, layer_multi_head_attention(x, 2, 3))
  expect_equal(dim(predict(model, sample_data("x", c(5, 4)))), c(3, 5, 4))
  model <- keras_model(list(x, y), layer_multi_head_attention(list(x, y), 2, key_dim = 3))
  data <- list(sample_data("x", c(5, 4)), sample_data("y", c(3, 2)))
  expect_equal(dim(predict(model, data)), c(3, 5, 4))
  expect_rdeep_error(
    layer_multi_head_attention(list(x, y, layer_input(c(4, 2))), 2, 3), "shape", "a key for each"
  )
})

test_that("bin edges are a list that has rising numbers for each column", {
  expect_error_snapshot(layer_piecewise_linear_embedding(edges = c(0, 1), units = 2))
  expect_error_snapshot(
    layer_piecewise_linear_embedding(edges = list(c(0, 1), c(1, 0)), units = 2)
  )
  expect_error_snapshot(layer_piecewise_linear_embedding(edges = list("a", 1), units = 2))
  expect_error_snapshot(layer_piecewise_linear_embedding(edges = list(c(0, Inf)), units = 2))
  expect_error_snapshot(
    layer_piecewise_linear_embedding(layer_input(3), list(c(0, 1), c(0, 2)), 2)
  )
})

test_that("layers on ensembles, codes and sequences say what they want", {
  expect_error_snapshot(layer_ensemble_dense(layer_input(4), 8))
  expect_error_snapshot(layer_one_hot(layer_input(3), c(2, 3)))
  expect_error_snapshot(layer_one_hot(cardinalities = c(2, 0)))
  expect_error_snapshot(layer_subtract(layer_input(3), layer_input(3), layer_input(3)))
  expect_error_snapshot(layer_multi_head_attention(layer_input(3), 2, 3))
  expect_error_snapshot(
    layer_multi_head_attention(
      list(layer_input(c(2, 3)), layer_input(c(2, 3)), layer_input(c(1, 3))), 2, 3
    )
  )
  expect_error_snapshot(layer_layer_normalization(layer_input(3), axis = 3))
  start <- initializer_sectioned("random_sign", c(2, 2))
  expect_error_snapshot(
    layer_ensemble_dense(layer_input(c(2, 3)), 8, input_initializer = start)
  )
  model <- keras_model_sequential(input_shape = 2) |> layer_category_tokens(c(2, 3), 4)
  expect_error_snapshot(predict(model, rbind(c(0, 0), c(1, 3))))
})

for_each_backend("axes count from 1 in R", {
  a <- layer_input(c(2, 3))
  model <- keras_model(a, layer_concatenate(a, a, axis = 2))
  x <- array(stats::rnorm(12), c(2, 2, 3))
  out <- predict(model, x)
  expect_equal(dim(out), c(2, 4, 3))
  expect_equal(out[, 1:2, ], x, tolerance = 1e-6)
  expect_equal(as.list(layer_concatenate(a, a, axis = -1)$shape), list(NULL, 2L, 6L))
  expect_rdeep_error(layer_concatenate(a, a, axis = 0), "argument", "count from 1")
})

for_each_backend("a bidirectional layer runs both ways", {
  model <- keras_model_sequential(input_shape = c(5, 2)) |>
    layer_bidirectional(layer_lstm(units = 3))
  expect_equal(dim(predict(model, sample_data("x", c(5, 2)))), c(3, 6))
  summed <- keras_model_sequential(input_shape = c(5, 2)) |>
    layer_bidirectional(layer_gru(units = 3), merge_mode = "sum")
  expect_equal(dim(predict(summed, sample_data("x", c(5, 2)))), c(3, 3))
})

for_each_backend("a recurrent layer returns its state when asked", {
  a <- layer_input(c(5, 2))
  parts <- layer_lstm(a, 3, return_state = TRUE)
  expect_length(parts, 3)
  model <- keras_model(a, parts)
  out <- predict(model, sample_data("x", c(5, 2)))
  expect_length(out, 3)
  expect_equal(unname(out[[1]]), unname(out[[2]]))
})

for_each_backend("a dense layer computes what it says", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(2, activation = "tanh")
  weights <- get_weights(model)
  expected <- tanh(iris_x %*% weights[[1]] + rep(weights[[2]], each = 150))
  expect_equal(predict(model, iris_x), unname(expected), tolerance = 1e-5)
})

for_each_backend("dropout works in training only", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dropout(0.5)
  expect_equal(predict(model, iris_x), unname(iris_x), tolerance = 1e-6)
})

test_that("sizes that are open are NA", {
  expect_equal(as.list(layer_input(c(NA, 3))$shape), list(NULL, NULL, 3L))
  expect_equal(as.list(layer_input(list(NULL, 3))$shape), list(NULL, NULL, 3L))
  expect_output(print(layer_input(c(NA, 3))), "NA, NA, 3")
})

test_that("options are checked when a layer is made", {
  expect_rdeep_error(layer_dense(units = 2.5), "argument", "'units'")
  expect_rdeep_error(layer_dense(units = NA), "argument", "'units'")
  expect_rdeep_error(layer_dense(units = 3, use_bias = "yes"), "argument", "'use_bias'")
  expect_rdeep_error(layer_dropout(rate = 2), "argument", "'rate'")
  expect_rdeep_error(
    layer_conv_2d(filters = 2, kernel_size = 3, padding = "sam"),
    "argument", "Did you mean 'same'"
  )
  expect_rdeep_error(layer_dense(3, 4), "argument", "symbolic tensor")
  expect_rdeep_error(layer_dense(layer_input(4), 3, input_shape = 4), "argument", "input_shape")
})

test_that("activations, initializers and regularizers go by name, by record or by function", {
  by_name <- layer_dense(units = 2, activation = "relu")
  by_record <- layer_dense(units = 2, activation = activation_relu())
  by_function <- layer_dense(units = 2, activation = activation_relu)
  expect_equal(format(by_record), format(by_name))
  expect_equal(format(by_function), format(by_name))
  layer <- layer_dense(
    units = 2,
    kernel_initializer = initializer_constant(2),
    kernel_regularizer = regularizer_l2(0.1)
  )
  model <- layer_input(4)
  model <- keras_model(model, layer(model))
  expect_equal(get_weights(model)[[1]], matrix(2, 4, 2))
})

test_that("a layer's options are read, and an unknown one is refused", {
  layer <- layer_dense(units = 3)
  expect_equal(layer$units, 3L)
  expect_rdeep_error(layer$unit_number, "argument", "has no 'unit_number'")
})
