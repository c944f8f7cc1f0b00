# Models that are trained in phases: one loss, weights and an optimizer for each.

real <- matrix(seq(-1, 1, length.out = 64), 32)

tiny_gan <- function(every = 1) {
  generator <- keras_model_sequential(input_shape = 3) |> layer_dense(2)
  discriminator <- keras_model_sequential(input_shape = 2) |>
    layer_dense(4, activation = "tanh") |>
    layer_dense(1)
  judged <- loss_binary_crossentropy(from_logits = TRUE)
  made <- function(batch) generator(random_normal(list(op_shape(batch)[[1]], 3)))
  gan <- keras_model_sequential(layers = list(generator, discriminator))
  gan |> compile(phases = list(
    phase("judge", discriminator, optimizer_adam(0.01), function(batch) {
      true <- discriminator(batch)
      fake <- discriminator(made(batch))
      list(
        right = op_mean(op_cast(true > 0, "float32")),
        loss = judged(op_ones_like(true), true) + judged(op_zeros_like(fake), fake)
      )
    }),
    phase("maker", generator, "adam", every = every, function(batch) {
      fake <- discriminator(made(batch))
      judged(op_ones_like(fake), fake)
    })
  ))
  list(gan = gan, generator = generator, discriminator = discriminator)
}

train <- function(model, epochs, ...) {
  fit(model, real, epochs = epochs, batch_size = 8, verbose = 0, ...)
}

for_each_backend("a GAN trains, each phase with logs of its own", {
  parts <- tiny_gan()
  before <- lapply(parts, get_weights)
  history <- train(parts$gan, 3, validation_split = 0.25)
  logs <- c("judge_loss", "judge_right", "maker_loss")
  expect_named(history$metrics, c(logs, paste0("val_", logs)))
  expect_true(all(is.finite(unlist(history$metrics))))
  expect_named(evaluate(parts$gan, real, verbose = 0), logs)
  after <- lapply(parts, get_weights)
  for (part in c("generator", "discriminator")) {
    changed <- mapply(function(a, b) any(a != b), before[[part]], after[[part]])
    expect_true(all(changed))
  }
  # The networks are parts of the whole, not copies.
  expect_equal(after$gan, c(after$generator, after$discriminator))
  expect_equal(dim(predict(parts$generator, matrix(0, 5, 3))), c(5L, 2L))
})

slow_on_tensorflow("a phase that runs rarely leaves its weights alone in between", {
  parts <- tiny_gan(every = 100)
  train(parts$gan, 1)
  before <- lapply(parts, get_weights)
  train(parts$gan, 1)
  expect_equal(get_weights(parts$generator), before$generator)
  expect_false(isTRUE(all.equal(get_weights(parts$discriminator), before$discriminator)))
})

slow_on_tensorflow("phases go with a model into R's files, and training goes on from there", {
  whole <- tiny_gan()$gan
  train(whole, 2)
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(whole, file)
  copy <- readRDS(file)
  wanted <- train(whole, 2)
  found <- train(copy, 2)
  expect_equal(found$metrics, wanted$metrics, tolerance = 1e-6)
  expect_equal(get_weights(copy), get_weights(whole), tolerance = 1e-6)
})

test_that("a callback may watch the log of a phase", {
  parts <- tiny_gan()
  stops <- callback_early_stopping("maker_loss", patience = 0, min_delta = 100)
  expect_length(train(parts$gan, 5, callbacks = stops)$metrics$maker_loss, 2)
})

test_that("a phase with a loss of two arguments is what compile() with that loss is", {
  losses <- lapply(c(FALSE, TRUE), function(phased) {
    model <- keras_model_sequential(input_shape = 2) |>
      layer_dense(1, kernel_initializer = "ones")
    squared <- phase("all", model, "sgd", function(x, y) op_mean((model(x) - y)^2))
    expect_output(print(squared), "<phase all>", fixed = TRUE)
    if (phased) compile(model, phases = squared) else compile(model, "sgd", "mse")
    history <- train(model, 3, y = cbind(real[, 2] - real[, 1]), shuffle = FALSE)
    history$metrics[[1]]
  })
  expect_equal(losses[[2]], losses[[1]], tolerance = 1e-5)
})

test_that("a phase may change one layer of a model, by its name", {
  model <- keras_model_sequential(input_shape = 2) |>
    layer_dense(2, name = "first") |>
    layer_dense(1, name = "second")
  before <- get_weights(model)
  last <- phase("last", "second", "sgd", function(x) op_mean(model(x)))
  model |> compile(phases = last)
  train(model, 1)
  after <- get_weights(model)
  expect_equal(after[1:2], before[1:2])
  expect_true(all(after[[3]] != before[[3]]))
})

test_that("mistakes with phases are worded", {
  model <- keras_model_sequential(input_shape = 2, name = "whole") |>
    layer_dense(2, name = "first") |>
    layer_dense(1, name = "second")
  half <- function(name, weights, loss = function(x) op_mean(model(x))) {
    phase(name, weights, "sgd", loss)
  }
  compiled <- function(...) {
    model |> compile(phases = list(...))
    fit(model, real, verbose = 0)
  }
  expect_mistakes({
    compile(model, phases = list("generator"))
    half("judge", model, "mse")
    compiled(half("judge", "frist"))
    compiled(half("judge", model), half("maker", "first"))
    compiled(half("judge", model, function(x) list(right = op_mean(model(x)))))
    compiled(half("judge", model, function(x, y) op_mean(model(x) - y)))
    compiled(half("judge", model, function(x) op_mean(x)))
  })
})
