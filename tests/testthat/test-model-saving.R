slow_on_tensorflow("a model is saved and loaded with its weights", {
  model <- classifier()
  fit_quietly(model, iris_x, iris$Species)
  path <- withr::local_tempfile(fileext = ".rdeep")
  expect_invisible(out <- save_model(model, path))
  expect_equal(out, path)
  loaded <- load_model(path)
  expect_equal(loaded$backend, backend)
  expect_equal(unname(predict(loaded, iris_x)), unname(predict(model, iris_x)))
  expect_equal(get_weights(loaded), get_weights(model))
  expect_equal(loaded$history$metrics$loss, model$history$metrics$loss)
})

for_each_backend("a loaded model trains on as if it had never stopped", {
  set_random_seed(3)
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  model |> compile(optimizer_adam(0.01), "mse")
  fit_quietly(model, epochs = 2)
  path <- save_model(model, withr::local_tempfile(fileext = ".rdeep"))
  copy <- load_model(path)
  a <- fit_quietly(model, epochs = 2, shuffle = FALSE)
  b <- fit_quietly(copy, epochs = 2, shuffle = FALSE)
  expect_equal(b$metrics$loss, a$metrics$loss, tolerance = 1e-6)
})

test_that("a model loads on the other engine and predicts the same", {
  for (name in backends) skip_if_no_backend(name)
  for (from in backends) {
    to <- setdiff(backends, from)
    model <- classifier(from)
    fit_quietly(model)
    path <- withr::local_tempfile(fileext = ".rdeep")
    save_model(model, path)
    loaded <- load_model(path, backend = to)
    expect_equal(loaded$backend, to)
    expect_equal(predict(loaded, iris_x), predict(model, iris_x), tolerance = 1e-5)
  }
})

test_that("a file is overwritten only on demand", {
  model <- classifier()
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  expect_rdeep_error(save_model(model, path), "file", "exists already")
  expect_equal(save_model(model, path, overwrite = TRUE), path)
})

slow_on_tensorflow("weights alone are saved and loaded", {
  model <- classifier()
  path <- save_model_weights(model, withr::local_tempfile(fileext = ".safetensors"))
  other <- classifier()
  load_model_weights(other, path)
  expect_equal(get_weights(other), get_weights(model))
  expect_rdeep_error(save_model_weights(model, path), "file", "exists already")
})

test_that("what is no file of a model is refused", {
  expect_rdeep_error(load_model(file.path(tempdir(), "nowhere.rdeep")), "file", "no file")
  text <- withr::local_tempfile(lines = "not a model")
  expect_rdeep_error(load_model(text), "file", "not a model")
  expect_rdeep_error(save_model(classifier()), "argument", "filepath")
  expect_rdeep_error(save_model(classifier(), 3), "argument", "filepath")
  expect_rdeep_error(load_model("x", backend = "jax"), "backend", "jax")
})

test_that("a tilde in a path is the home folder", {
  withr::local_envvar(HOME = withr::local_tempdir())
  path <- "~/model-of-rdeep.rdeep"
  withr::defer(unlink(path.expand(path)))
  expect_true(file.exists(path.expand(save_model(classifier(), path, overwrite = TRUE))))
})

for_each_backend("saveRDS() carries a trained model to a fresh process", {
  model <- classifier()
  fit_quietly(model, iris_x, iris$Species)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  out <- in_fresh_r(
    function(path, x, y) {
      library(rdeep)
      model <- readRDS(path)
      list(
        prediction = predict(model, x),
        printed = capture.output(print(model)),
        epochs = fit(model, x, y, epochs = 2, verbose = 0)$epoch
      )
    },
    list(path, iris_x, iris$Species)
  )
  # Class names, which R alone knows, travel too.
  expect_equal(out$prediction, predict(model, iris_x), tolerance = 1e-6)
  expect_match(out$printed[1], "Model")
  expect_equal(out$epochs, 1:2)
})

test_that("save.image() carries models to a fresh process", {
  path <- withr::local_tempfile(fileext = ".RData")
  expected <- in_fresh_r(
    function(path, x, y) {
      library(rdeep)
      model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
      compile(model, loss = "mse")
      fit(model, x, y, verbose = 0)
      assign("model", model, envir = globalenv())
      save.image(path)
      predict(model, x)
    },
    list(path, iris_x, iris_y)
  )
  found <- in_fresh_r(
    function(path, x) {
      load(path, envir = globalenv())
      library(rdeep)
      predict(get("model", globalenv()), x)
    },
    list(path, iris_x)
  )
  expect_equal(found, expected, tolerance = 1e-6)
})

test_that("a model that could not be kept says so in another session", {
  part <- layer_lambda(f = function(x) x * 2)
  model <- keras_model_sequential(layers = list(part))
  path <- withr::local_tempfile(fileext = ".rds")
  expect_warning(saveRDS(model, path), "cannot be saved with R's objects")
  dead <- readRDS(path)
  expect_rdeep_error(predict(dead, iris_x), "state", "another session.*applied to anything")
  expect_rdeep_error(print(dead), "state", "save_model")
})

test_that("models that were never fitted survive saveRDS()", {
  input <- layer_input(4)
  functional <- keras_model(input, layer_dense(input, 3))
  compiled <- classifier()
  used <- keras_model_sequential(input_shape = 4) |> layer_dense(2)
  predict(used, iris_x)
  models <- list(functional, compiled, used, clone_model(used))
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(models, path)
  for (i in seq_along(models)) {
    expect_equal(predict(readRDS(path)[[i]], iris_x), predict(models[[i]], iris_x))
  }
  # What is saved is the model as it is then.
  layer_dense(compiled, 2)
  saveRDS(compiled, path)
  expect_equal(dim(predict(readRDS(path), iris_x)), c(nrow(iris_x), 2L))
})

test_that("a model whose training failed does not keep what it was before", {
  model <- classifier()
  stopping <- callback_lambda(on_epoch_end = function(epoch, logs) {
    if (epoch == 2) stop("enough")
  })
  expect_error(fit_quietly(model, epochs = 3, callbacks = stopping))
  expected <- predict(model, iris_x)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), iris_x), expected)
})

test_that("a symbolic tensor from another session says so", {
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(layer_input(4), path)
  dead <- readRDS(path)
  expect_output(print(dead), "another session")
  expect_rdeep_error(layer_dense(dead, 1), "state", "another session")
})

test_that("a file keeps the columns and the factor levels", {
  data <- data.frame(size = c(1, 2, 3, 4), kind = factor(c("u", "v", "u", "v")))
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(2, activation = "softmax")
  model |> compile("sgd", "sparse_categorical_crossentropy")
  model |> fit(data, factor(c("no", "yes", "no", "yes")), verbose = 0)
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  loaded <- load_model(path)
  expect_equal(predict(loaded, data), predict(model, data))
  expect_equal(colnames(predict(loaded, data)), c("no", "yes"))
  expect_equal(predict(loaded, data[2:1]), predict(model, data))
  expect_error(
    predict(loaded, data.frame(size = 1, kind = factor("w"))),
    class = "rdeep_error_data"
  )
})

test_that("a file keeps the levels of several inputs and outputs", {
  a <- layer_input(shape = 1, name = "a")
  b <- layer_input(shape = 1, name = "b")
  joined <- layer_concatenate(list(a, b))
  outputs <- list(
    layer_dense(joined, 1, name = "n"),
    layer_dense(joined, 2, activation = "softmax", name = "k")
  )
  model <- keras_model(list(a, b), outputs)
  model |> compile("sgd", list("mse", "sparse_categorical_crossentropy"))
  x <- list(a = c(1, 2), b = factor(c("p", "q")))
  model |> fit(x, list(n = c(1, 2), k = factor(c("no", "yes"))), verbose = 0)
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  loaded <- load_model(path)
  expect_equal(predict(loaded, x), predict(model, x))
  expect_error(
    predict(loaded, list(a = 1, b = factor("r"))),
    class = "rdeep_error_data"
  )
})

for_each_backend("Keras's own files are written and read", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(5, activation = "gelu") |>
    layer_batch_normalization() |>
    layer_dense(3, activation = "softmax")
  model |> compile(optimizer_adam(0.01), "sparse_categorical_crossentropy", metrics = "accuracy")
  fit_quietly(model, iris_x, iris$Species)
  path <- save_model(model, withr::local_tempfile(fileext = ".keras"))
  for (engine in c("torch", "tensorflow", "numpy")) {
    loaded <- load_model(path, backend = engine)
    expect_equal(unname(predict(loaded, iris_x)), unname(predict(model, iris_x)), tolerance = 1e-5)
  }
  weights <- save_model_weights(model, withr::local_tempfile(fileext = ".weights.h5"))
  again <- keras_model_sequential(input_shape = 4) |>
    layer_dense(5, activation = "gelu") |>
    layer_batch_normalization() |>
    layer_dense(3, activation = "softmax")
  for (file in c(weights, path)) {
    load_model_weights(again, file)
    expect_equal(get_weights(again), get_weights(model))
  }
})

test_that("what predictions need and a file has no place for is said when it is written", {
  withr::local_dir(withr::local_tempdir())
  network <- function() keras_model_sequential() |> layer_dense(3)
  plain <- network()
  curved <- network()
  suppressMessages(fit(plain, Fertility ~ log(Education) + Catholic, swiss, verbose = 0))
  suppressMessages(fit(curved, Fertility ~ poly(Education, 2), swiss, verbose = 0))
  kind <- data.frame(size = c(1, 2, 3, 4), kind = factor(c("u", "v", "u", "v")))
  coded <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  coded |> compile("sgd", "mse")
  coded |> fit(kind, 1:4, verbose = 0)
  expect_no_warning(save_model(plain, "plain.rdeep"))
  expect_no_warning(save_model(coded, "coded.rdeep"))
  expect_warning(save_model(plain, "plain.KERAS"), class = "rdeep_warning_lost")
  expect_conditions_snapshot({
    save_model(plain, "plain.keras")
    save_model(curved, "curved.keras")
    save_model(curved, "curved.rdeep")
    save_model(coded, "coded.keras")
  })
})

test_that("'overwrite' is a flag: a text does not count as yes", {
  withr::local_dir(withr::local_tempdir())
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  save_model(model, "model.rdeep")
  before <- tools::md5sum("model.rdeep")
  for (overwrite in list("no", NA, NULL, 1)) {
    expect_error(
      save_model(model, "model.rdeep", overwrite = overwrite),
      "'overwrite' must be TRUE or FALSE",
      class = "rdeep_error_argument"
    )
  }
  expect_rdeep_error(
    save_model_weights(model, "new.safetensors", overwrite = "no"), "argument", "'overwrite'"
  )
  expect_rdeep_error(
    save_model_config(model, "new.json", overwrite = "no"), "argument", "'overwrite'"
  )
  expect_identical(tools::md5sum("model.rdeep"), before)
})

test_that("files of others are refused with what to do", {
  withr::local_dir(withr::local_tempdir())
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  input <- layer_input(2)
  operated <- keras_model(input, random_normal(op_shape(input)) + input)
  dir.create("saved")
  file.create("saved/saved_model.pb")
  writeBin(charToRaw("x"), "model.onnx")
  writeBin(as.raw(c(0x80, 0x04, 0x2e)), "weights.pt")
  saveRDS(1, "model.rds")
  save_model_weights(model, "alone.weights.h5")
  other <- keras_model_sequential(input_shape = 3) |> layer_dense(1)
  expect_conditions_snapshot(save_model(operated, "operated.keras"))
  expect_error_snapshot(load_model("saved"))
  expect_error_snapshot(load_model("model.onnx"))
  expect_error_snapshot(load_model("model.rds"))
  expect_error_snapshot(load_model("alone.weights.h5"))
  expect_error_snapshot(load_model_weights(model, "weights.pt"))
  expect_error_snapshot(load_model_weights(other, "alone.weights.h5"))
})
