texts <- rep(c("good film", "bad film", "very good", "so bad"), 5)
opinions <- rep(c(1, 0, 1, 0), 5)

test_that("layers learn from data and are called on it", {
  layer <- layer_string_lookup()
  expect_invisible(adapt(layer, iris$Species))
  expect_equal(get_vocabulary(layer), c("[UNK]", "virginica", "versicolor", "setosa"))
  expect_equal(get_vocabulary(layer, include_special_tokens = FALSE)[3], "setosa")
  expect_equal(layer(c("setosa", "unknown")), c(3, 0))
  expect_equal(layer(factor("virginica")), 1)
  back <- layer_string_lookup(vocabulary = get_vocabulary(layer), invert = TRUE)
  expect_equal(back(matrix(c(1, 9), 1)), matrix(c("virginica", "[UNK]"), 1))
  expect_equal(layer_integer_lookup(vocabulary = c(12, 36))(c(36, 5)), c(2, 0))

  numbers <- layer_normalization()
  adapt(numbers, iris[1:4])
  scaled <- scale(as.matrix(iris[1:4])) * sqrt(150 / 149)
  expect_equal(numbers(iris[1:4]), matrix(scaled, 150), tolerance = 1e-5)
  expect_equal(layer_rescaling(scale = 0.5, offset = 1)(c(0, 2)), c(1, 2))
  expect_equal(layer_discretization(bin_boundaries = c(0, 1))(c(-1, 0.5, 3)), 0:2)
  expect_equal(layer_hashing(num_bins = 3)(c("A", "B", "C", "D", "E")), c(1, 0, 1, 1, 2))
  crossed <- layer_hashed_crossing(num_bins = 5)
  expect_equal(crossed(list(c("A", "B"), c(101L, 101L))), c(1, 4))
  expect_equal(layer_category_encoding(num_tokens = 2, output_mode = "one_hot")(0:1), diag(2))
})

test_that("text is standardized and split by functions of R too", {
  layer <- layer_text_vectorization(
    standardize = toupper,
    split = function(x) strsplit(x, " ", fixed = TRUE),
    ngrams = 2,
    output_sequence_length = 4
  )
  adapt(layer, c("a cat", "a dog"))
  expect_setequal(get_vocabulary(layer)[-(1:2)], c("A", "CAT", "DOG", "A CAT", "A DOG"))
  expect_equal(layer("fox")[1, ], c(1, 0, 0, 0))
  set_vocabulary(layer, list("A"))
  expect_equal(layer(c("a a", "x"))[, 1], c(2, 1))
})

test_that("layers learn from what gives batches", {
  i <- 0
  batches <- function() {
    i <<- i + 1
    if (i > 3) NULL else list(matrix(i, 2, 2), 1)
  }
  layer <- layer_normalization(axis = NULL)
  adapt(layer, batches)
  expect_equal(layer(c(1, 2, 3)), c(-1, 0, 1) * sqrt(1.5), tolerance = 1e-5)
  i <- 0
  adapt(layer, batches, steps = 1)
  expect_equal(c(layer$adapted$values$mean), 1)
})

for_each_backend("a model of text is fitted, saved and revived", {
  vectorize <- layer_text_vectorization(output_sequence_length = 4)
  adapt(vectorize, texts)
  model <- keras_model_sequential(input_shape = 1, input_dtype = "string") |>
    vectorize() |>
    layer_embedding(10, 4) |>
    layer_flatten() |>
    layer_dense(1, activation = "sigmoid")
  model |> compile(optimizer = optimizer_adam(0.05), loss = "binary_crossentropy")
  fit_quietly(model, texts, opinions, epochs = 20)
  predicted <- predict(model, texts)
  expect_equal(round(predicted[, 1]), opinions)
  expect_equal(predict(model, data.frame(text = factor(texts))), predicted)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), texts), predicted)
})

slow_on_tensorflow("text stands beside numbers", {
  kind <- layer_input(1, dtype = "string", name = "kind")
  size <- layer_input(1, name = "size")
  place <- layer_string_lookup(vocabulary = c("u", "v"), output_mode = "one_hot")(kind)
  model <- keras_model(list(kind, size), layer_concatenate(place, size))
  expected <- rbind(c(0, 1, 0, 1), c(1, 0, 0, 2))
  expect_equal(predict(model, data.frame(kind = c("u", "w"), size = c(1, 2))), expected)
  expect_equal(predict(model, list(size = c(1, 2), kind = factor(c("u", "w")))), expected)
})

slow_on_tensorflow("a feature space is called on tables and makes models", {
  space <- layer_feature_space(
    features = list(
      mpg = "float_normalized",
      cyl = "integer_categorical",
      gear = feature_integer_hashed(4)
    ),
    crosses = list(c("cyl", "gear")),
    crossing_dim = 3
  )
  adapt(space, mtcars)
  found <- space(mtcars)
  expect_equal(dim(found), c(32, 12))
  expect_equal(mean(found[, 9]), 0, tolerance = 1e-6)
  model <- keras_model(space$get_inputs(), layer_dense(space$get_encoded_features(), 1))
  weights <- get_weights(model)
  last <- utils::tail(weights, 2)
  predicted <- predict(model, mtcars[c("mpg", "cyl", "gear")])
  expect_equal(predicted, found %*% last[[1]] + c(last[[2]]), tolerance = 1e-5)
})

test_that("all arguments of keras3 are there", {
  wanted <- list(
    layer_normalization = c("axis", "mean", "variance", "invert"),
    layer_discretization = c(
      "bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse", "dtype", "name"
    ),
    layer_category_encoding = c("num_tokens", "output_mode", "sparse"),
    layer_hashing = c("num_bins", "mask_value", "salt", "output_mode", "sparse"),
    layer_hashed_crossing = c("num_bins", "output_mode", "sparse", "name", "dtype"),
    layer_string_lookup = c(
      "max_tokens", "num_oov_indices", "mask_token", "oov_token", "vocabulary", "idf_weights",
      "invert", "output_mode", "pad_to_max_tokens", "sparse", "encoding", "name",
      "vocabulary_dtype"
    ),
    layer_text_vectorization = c(
      "max_tokens", "standardize", "split", "ngrams", "output_mode", "output_sequence_length",
      "pad_to_max_tokens", "vocabulary", "idf_weights", "sparse", "ragged", "encoding", "name"
    ),
    layer_feature_space = c(
      "features", "output_mode", "crosses", "crossing_dim", "hashing_dim",
      "num_discretization_bins", "name", "feature_names"
    )
  )
  for (name in names(wanted)) {
    expect_true(all(wanted[[name]] %in% names(formals(get(name)))), name)
  }
})

test_that("what cannot be is refused", {
  layer <- layer_string_lookup(vocabulary = c("a", "b"))
  expect_error(layer(NA_character_), "1 missing value")
  expect_error(layer(3), "must hold text")
  expect_error(adapt(layer, "c"), "was given its vocabulary")
  expect_error(adapt(layer_dense(units = 1), 3), "must be a preprocessing layer")
  expect_error(get_vocabulary(layer_normalization()), "with a vocabulary")
  expect_error(layer_dense(units = 1)(3), "at least one dimension")
  model <- keras_model_sequential(input_shape = 1, input_dtype = "string")
  expect_error(model |> layer_dense(1), "takes numbers, not text")
})

test_that("preprocessing layers take tensors of the engine, and give such", {
  ids <- op_convert_to_tensor(matrix(c(3L, 7L, 3L), 3))
  hashed <- layer_hashing(num_bins = 8)(ids)
  coded <- layer_category_encoding(num_tokens = 8, output_mode = "multi_hot")(hashed)
  expect_length(coded$shape, 2)
})

for_each_backend("a preprocessing layer gives of a tensor a tensor, of an array an array", {
  layer <- layer_category_encoding(num_tokens = 3, output_mode = "multi_hot")
  codes <- rbind(c(0L, 1L), c(2L, 2L))
  found <- layer(op_convert_to_tensor(codes))
  expect_s3_class(found, "rdeep_any_tensor")
  expect_equal(as.array(found), layer(codes))
})
