value_by_value <- c(
  "layer_add", "layer_average", "layer_maximum", "layer_minimum", "layer_multiply",
  "layer_subtract"
)
merging <- c(value_by_value, "layer_concatenate")
of_codes <- c(
  "layer_embedding", "layer_reversible_embedding", "layer_category_tokens", "layer_one_hot",
  "layer_category_encoding", "layer_hashing", "layer_integer_lookup"
)
# Made of functions, of text, or of several inputs: they have tests of their own.
tested_elsewhere <- c(
  "layer_input", "layer_bidirectional", "layer_lambda", "layer_string_lookup",
  "layer_text_vectorization", "layer_hashed_crossing", "layer_feature_space",
  "layer_max_num_bounding_boxes", "layer_attention", "layer_additive_attention",
  "layer_group_query_attention", "layer_dot", "layer_pipeline", "layer_torch_module_wrapper",
  "layer_tfsm", "layer_flax_module_wrapper", "layer_jax_model_wrapper"
)

layer_function <- function(name) getExportedValue("rdeep", name)

test_that("every layer function has a case here", {
  exported <- grep("^layer_(?!cudnn)", getNamespaceExports("rdeep"), value = TRUE, perl = TRUE)
  covered <- c(names(layer_cases()), merging, tested_elsewhere)
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

slow_on_tensorflow("every layer builds in a model and gives the shape it says", {
  for (name in names(layer_cases())) {
    case <- layer_cases()[[name]]
    model <- keras_model_sequential(input_shape = case[[2]])
    model <- do.call(layer_function(name), c(list(model), case[[1]]))
    expect_s3_class(model, "rdeep_model")
    out <- predict(model, sample_data(name, case[[2]]))
    expect_equal(dim(out), as.integer(c(3, case[[3]])), info = name)
    expect_false(anyNA(out), info = name)
  }
})

test_that("every layer applies to a symbolic tensor, at once or later", {
  for (name in names(layer_cases())) {
    case <- layer_cases()[[name]]
    f <- layer_function(name)
    shape <- c(NA, as.integer(case[[3]]))

    now <- do.call(f, c(list(layer_input(case[[2]])), case[[1]]))
    expect_s3_class(now, "rdeep_tensor")
    expect_equal(as.integer(now$shape), shape, info = name)

    layer <- do.call(f, case[[1]])
    expect_s3_class(layer, "rdeep_layer")
    expect_true(is.function(layer))
    expect_equal(as.integer(layer(layer_input(case[[2]]))$shape), shape, info = name)
  }
})

test_that("every layer begins a model that has no input shape", {
  for (name in names(layer_cases())) {
    case <- layer_cases()[[name]]
    options <- c(case[[1]], list(input_shape = case[[2]]))
    model <- do.call(layer_function(name), c(list(keras_model_sequential()), options))
    expect_true(model$is_built, info = name)
  }
})

test_that("every layer prints and refuses a misspelt argument", {
  for (name in names(layer_cases())) {
    f <- layer_function(name)
    options <- layer_cases()[[name]][[1]]
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
  expect_equal(as.integer(layer_add(a, b)$shape), c(NA, 4L))
  expect_equal(as.integer(layer_add(list(a, b))$shape), c(NA, 4L))
  expect_equal(as.integer(layer_concatenate(a, b)$shape), c(NA, 8L))
  expect_equal(as.integer(layer_concatenate(list(a, b), layer_input(2))$shape), c(NA, 10L))
  for (name in value_by_value) {
    expect_equal(as.integer(layer_function(name)(a, b)$shape), c(NA, 4L), info = name)
  }
  join <- layer_concatenate()
  expect_equal(as.integer(join(list(a, b))$shape), c(NA, 8L))
  expect_rdeep_error(layer_add(a, layer_input(3)), "shape", "merge")
  expect_rdeep_error(layer_concatenate(a, b, axes = 1), "argument", "Did you mean 'axis'")
})

slow_on_tensorflow("merging layers compute what they say", {
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
  expect_equal(as.integer(layer_concatenate(a, a, axis = -1)$shape), c(NA, 2L, 6L))
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

slow_on_tensorflow("a recurrent layer returns its state when asked", {
  a <- layer_input(c(5, 2))
  parts <- layer_lstm(a, 3, return_state = TRUE)
  expect_length(parts, 3)
  model <- keras_model(a, parts)
  out <- predict(model, sample_data("x", c(5, 2)))
  expect_length(out, 3)
  expect_equal(unname(out[[1]]), unname(out[[2]]))
})

slow_on_tensorflow("a dense layer computes what it says", {
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
  expect_equal(as.integer(layer_input(c(NA, 3))$shape), c(NA, NA, 3L))
  expect_equal(as.integer(layer_input(list(NULL, 3))$shape), c(NA, NA, 3L))
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
