# What saveRDS() writes: the model as it is at that moment, whoever changed it.

x <- matrix(seq(-1, 1, length.out = 24), 6)

again <- function(object) unserialize(serialize(object, NULL))

# Each is kept as it is at the time.
expect_kept <- function(..., data = x) {
  models <- list(...)
  for (version in 2:3) {
    copies <- unserialize(serialize(models, NULL, version = version))
    for (i in seq_along(models)) {
      expect_equal(predict(copies[[i]], data), predict(models[[i]], data), tolerance = 1e-6)
    }
  }
}

autoencoder <- function() {
  input <- layer_input(4)
  encoder <- keras_model(input, layer_dense(input, 2), name = "encoder")
  code <- layer_input(2)
  decoder <- keras_model(code, layer_dense(code, 4), name = "decoder")
  whole <- layer_input(4)
  list(
    encoder = encoder, decoder = decoder,
    whole = keras_model(whole, whole |> encoder() |> decoder(), name = "autoencoder")
  )
}

for_each_backend("what other models change is kept", {
  parts <- autoencoder()
  before <- predict(parts$encoder, x)
  compile(parts$whole, "sgd", "mse")
  fit(parts$whole, x, x, epochs = 2, verbose = 0)
  expect_gt(max(abs(predict(again(parts$encoder), x) - before)), 1e-4)
  expect_kept(parts$encoder, parts$whole)
  train_on_batch(parts$whole, x, x)
  expect_equal(again(parts$encoder) |> get_weights(), get_weights(parts$encoder))
  set_weights(get_layer(parts$whole, "encoder"), lapply(get_weights(parts$encoder), `*`, 0))
  expect_equal(predict(again(parts$encoder), x), matrix(0, 6, 2))
  # A part that was never compiled, nor used.
  expect_kept(parts$decoder, data = x[, 1:2])
})

slow_on_tensorflow("what is changed by hand is kept", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_batch_normalization() |>
    layer_dense(2, name = "last")
  compile(model, "adam", "mse")
  fit(model, x, x[, 1:2], epochs = 1, verbose = 0)
  native <- reticulate::py_eval("lambda model: model.native")(model_pointer(model))
  if (model$backend == "torch") {
    torch <- reticulate::import("torch")
    optimizer <- torch$optim$SGD(native$parameters(), lr = 0.1)
    native$train()
    loss <- native(torch$ones(c(3L, 4L)))$sum()
    loss$backward()
    optimizer$step()
  } else {
    for (variable in native$trainable_weights) variable$assign(variable$numpy() * 2)
  }
  expect_kept(model)
  layer <- get_layer(model, "last")
  layer$set_weights(list(matrix(1, 4, 2), c(1, 2)))
  expect_equal(as.array(again(model)$weights[[5]]), matrix(1, 4, 2))
  # What is read goes on: it is trained, and saved once more.
  copy <- again(model)
  fit(copy, x, x[, 1:2], epochs = 1, verbose = 0)
  expect_kept(copy)
  expect_equal(copy$optimizer$iterations, model$optimizer$iterations + 1)
  freeze_weights(model, to = 1)
  expect_false(again(model)$layers[[1]]$trainable)
})

slow_on_tensorflow("a callback saves the model of that moment", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  compile(model, "sgd", "mse")
  saved <- list()
  seen <- list()
  keeping <- callback_lambda(on_epoch_end = function(epoch, logs) {
    saved[[epoch]] <<- serialize(model, NULL)
    seen[[epoch]] <<- get_weights(model)
  })
  fit(model, x, x[, 1], epochs = 2, verbose = 0, callbacks = keeping)
  expect_equal(lapply(lapply(saved, unserialize), get_weights), seen)
  expect_false(identical(seen[[1]], seen[[2]]))
})

test_that("models without an input, and what models are made of, are kept", {
  bare <- keras_model_sequential() |>
    layer_dense(3, name = "first") |>
    compile("sgd", "mse")
  copy <- again(bare)
  expect_false(copy$is_built)
  fit(copy, x, x[, 1:3], epochs = 1, verbose = 0)
  expect_equal(names(copy$layers), "first")

  layer <- layer_dense(units = 2)
  expected <- as.array(layer(x))
  expect_equal(as.array(again(layer)(x)), expected)
  expect_equal(again(layer)$units, 2)
  model <- keras_model_sequential(input_shape = 4, layers = list(layer))
  expect_equal(again(get_layer(model, index = 1))$get_weights(), layer$get_weights())

  words <- layer_text_vectorization()
  adapt(words, c("a b", "b c"))
  expect_equal(get_vocabulary(again(words)), get_vocabulary(words))

  records <- list(
    loss_huber(delta = 2), metric_auc(), optimizer_adam(1e-4), initializer_constant(3),
    regularizer_l2(0.1), constraint_maxnorm(2), callback_early_stopping(patience = 3),
    learning_rate_schedule_exponential_decay(0.1, 10, 0.5)
  )
  for (record in records) {
    expect_equal(serialize_keras_object(again(record)), serialize_keras_object(record))
  }
  compile(model, again(optimizer_sgd(0.5)), again(loss_mean_absolute_error()))
  expect_equal(model$optimizer$learning_rate, 0.5)

  # The optimizer of a model is the model's.
  expect_equal(again(model$optimizer)$learning_rate, 0.5)
  expect_equal(get_config(again(model$optimizer))$learning_rate, 0.5)
  expect_equal(as.array(again(keras_variable(x))$value), x, tolerance = 1e-6)
  seeds <- random_seed_generator(3)
  drawn <- as.array(random_normal(2, seed = again(seeds)))
  expect_equal(drawn, as.array(random_normal(2, seed = seeds)))

  metric <- metric_mean()
  metric$update_state(c(1, 3))
  expect_equal(again(metric)$result(), 2)
  expect_equal(as.array(again(op_array(c(1, 2)) * 2)), array(c(2, 4)))
})

test_that("classes of the user's own are kept", {
  layer_scale <- Layer(
    "Scale",
    initialize = function(start, ...) {
      super$initialize(...)
      self$start <- start
    },
    build = function(input_shape) {
      self$factor <- self$add_weight(shape = 4, initializer = initializer_constant(self$start))
    },
    call = function(inputs) inputs * self$factor
  )
  unused <- again(layer_scale(start = 2))
  model <- keras_model_sequential(input_shape = 4, layers = list(unused))
  expect_equal(predict(model, x), 2 * x, tolerance = 1e-6)
  expect_kept(model)
  used <- layer_scale(start = 3)
  used(x)
  expect_equal(as.array(again(used)(x)), 3 * x, tolerance = 1e-6)
  expect_equal(as.array(again(layer_scale)(start = 5)(x)), 5 * x, tolerance = 1e-6)
})

test_that("what cannot be kept is said", {
  torch <- reticulate::import("torch")
  foreign <- layer_torch_module_wrapper(module = torch$nn$Linear(4L, 2L))
  model <- keras_model_sequential(input_shape = 4, backend = "torch", layers = list(foreign))
  expect_warning(dead <- again(model), "an object of torch")
  expect_rdeep_error(predict(dead, x), "state", "another session")
})

test_that("bytes are made when they are read, and let go", {
  count <- 0
  bytes <- lazy_bytes(function(path) {
    count <<- count + 1
    writeBin(as.raw(count), path)
  })
  expect_equal(count, 0)
  expect_equal(unserialize(serialize(bytes, NULL)), as.raw(1))
  expect_equal(unserialize(serialize(bytes, NULL, version = 2)), as.raw(2))
  expect_equal(unserialize(serialize(list(bytes), NULL, version = 2)), list(as.raw(3)))
  expect_true(release_bytes(list(bytes = bytes)))
  expect_false(release_bytes(list(bytes = raw(1))))
})

test_that("what is signalled while bytes are made reaches whoever saves", {
  interrupted <- lazy_bytes(function(path) rlang::interrupt())
  refused <- lazy_bytes(function(path) stop("it is a stub"))
  for (version in 2:3) {
    keep <- function(object) serialize(list(1, object), NULL, version = version)
    expect_identical(tryCatch(keep(interrupted), interrupt = function(i) "stopped"), "stopped")
    expect_warning(keep(refused), "cannot be saved with R's objects: it is a stub")
    expect_no_warning(suppressWarnings(keep(refused)))
    withr::with_options(list(warn = 2), expect_error(keep(refused), "it is a stub"))
  }
  failing <- .Call(rdeep_kept, function() stop("no bytes"))
  expect_error(length(failing), "no bytes")
  expect_error(serialize(failing, NULL), "no bytes")
})

for_each_backend("a model that is read draws as the original does", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dropout(0.4) |>
    layer_dense(2)
  compile(model, "sgd", "mse")
  copies <- list(model, again(model))
  losses <- lapply(copies, function(each) {
    set_random_seed(9)
    fit(each, x, x[, 1:2], epochs = 2, batch_size = 2, verbose = 0)$metrics$loss
  })
  expect_equal(losses[[2]], losses[[1]], tolerance = 1e-6)
  # One without weights draws those that the original draws.
  bare <- keras_model_sequential() |> layer_dense(2)
  copy <- again(bare)
  expect_equal(predict(copy, x), predict(bare, x))
})
