# Scripts as users of keras write them: networks with random layers and losses of their own.

x <- matrix(runif(60 * 6), 60)

layer_sampler <- Layer(
  "Sampler",
  initialize = function(...) {
    super$initialize(...)
    self$seeds <- random_seed_generator(1)
  },
  call = function(inputs) {
    c(mean, log_var) %<-% inputs
    divergence <- op_sum(1 + log_var - op_square(mean) - op_exp(log_var), axis = -1)
    self$add_loss(-0.5 * op_mean(divergence))
    mean + op_exp(0.5 * log_var) * random_normal(shape = op_shape(mean), seed = self$seeds)
  }
)

slow_on_tensorflow("a variational autoencoder adds its divergence to the loss", {
  input <- layer_input(shape = 6)
  hidden <- input |> layer_dense(8, activation = "relu")
  mean <- hidden |> layer_dense(2, name = "mean")
  log_var <- hidden |> layer_dense(2, name = "log_var")
  code <- layer_input(shape = 2)
  decoder <- keras_model(code, code |> layer_dense(8, "relu") |> layer_dense(6, "sigmoid"))
  vae <- keras_model(input, decoder(layer_sampler(list(mean, log_var))))
  vae |> compile(optimizer = "adam", loss = "mse")
  encoder <- keras_model(input, list(mean, log_var))
  c(m, v) %<-% predict(encoder, x)
  rebuilt <- predict(vae, x)
  expect_equal(
    evaluate(vae, x, x, batch_size = 60)$loss,
    mean((rebuilt - x)^2) + mean(-0.5 * rowSums(1 + v - m^2 - exp(v))),
    tolerance = 1e-4
  )
  history <- vae |> fit(x, x, epochs = 3, batch_size = 20, verbose = 0)
  expect_length(unique(history$metrics$loss), 3)
  expect_equal(dim(predict(decoder, matrix(0, 2, 2))), c(2, 6))
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(vae, path)
  expect_equal(get_weights(load_model(path)), get_weights(vae))
})

for_each_backend("Keras 2's functions make a sampling layer and a loss", {
  sampling <- function(both) {
    mean <- both[, 1:2]
    log_var <- both[, 3:4]
    noise <- k_random_normal(shape = c(k_shape(mean)[[1]], 2L), mean = 0, stddev = 1)
    mean + k_exp(log_var / 2) * noise
  }
  weighted <- function(y_true, y_pred) {
    6 * loss_binary_crossentropy(y_true, y_pred) + k_mean(k_square(y_pred), axis = -1)
  }
  vae <- suppressMessages(
    keras_model_sequential() %>%
      layer_dense(units = 4, input_shape = c(6)) %>%
      layer_lambda(sampling) %>%
      layer_dense(units = 6, activation = "sigmoid")
  )
  vae %>% compile(optimizer = optimizer_adam(), loss = weighted)
  y <- (x > 0.5) * 1
  # Each draws anew; with the seed set, the same.
  set_random_seed(3)
  p <- predict(vae, x)
  set_random_seed(3)
  expect_equal(
    suppressMessages(vae %>% evaluate(x, y, batch_size = 60))$loss,
    mean(-6 * (y * log(p) + (1 - y) * log(1 - p)) + p^2),
    tolerance = 1e-4
  )
})

test_that("a loss cannot see into the model", {
  input <- layer_input(shape = 6)
  code <- layer_dense(input, 2)
  model <- keras_model(input, layer_dense(code, 6))
  model |> compile(loss = function(y_true, y_pred) op_mean(op_square(y_pred)) + op_mean(code))
  expect_rdeep_error(fit(model, x, x, verbose = 0), "argument", "it can only use its arguments")
})

test_that("what goes wrong in a layer's function is said, whatever it was called with", {
  # The rest is the engine's reason.
  expect_error(
    layer_lambda(layer_input(4), function(x) op_reshape(x, c(-1, 2, 7))),
    "reshape\\(\\) cannot be applied to\\s+symbolic tensors of shape \\(NA, 4\\)"
  )
})
