# The networks of gan.R trained by a `train_step`, as keras3 has it: the same, written by hand.
#
#   Rscript gan_train_step.R [torch|tensorflow] [epochs]
#
# The digits are drawn into `gan-train-step.pdf`.
library(rdeep)

arguments <- commandArgs(TRUE)
backend <- if (length(arguments) > 0) arguments[1] else "torch"
epochs <- if (length(arguments) > 1) as.integer(arguments[2]) else 25L
size <- 32L # of the vectors of noise that digits are made of
set_random_seed(1)
use_backend(backend)

digits <- dataset_mnist(subset = TRUE)
x <- array(digits$train$x / 127.5 - 1, c(dim(digits$train$x), 1))
y <- diag(10)[digits$train$y + 1, ]

generator <- keras_model_sequential(input_shape = size + 10L) |>
  layer_dense(7 * 7 * 64, use_bias = FALSE) |>
  layer_batch_normalization(momentum = 0.9, epsilon = 1e-5) |>
  layer_activation_relu() |>
  layer_reshape(c(7, 7, 64)) |>
  layer_conv_2d_transpose(32, 4, strides = 2, padding = "same", use_bias = FALSE) |>
  layer_batch_normalization(momentum = 0.9, epsilon = 1e-5) |>
  layer_activation_relu() |>
  layer_conv_2d_transpose(1, 4, strides = 2, padding = "same", activation = "tanh")

discriminator <- keras_model_sequential(input_shape = c(28, 28, 1)) |>
  layer_conv_2d(32, 4, strides = 2, padding = "same") |>
  layer_activation_leaky_relu(negative_slope = 0.2) |>
  layer_conv_2d(64, 4, strides = 2, padding = "same") |>
  layer_activation_leaky_relu(negative_slope = 0.2) |>
  layer_flatten() |>
  layer_dropout(0.3) |>
  layer_dense(10)

# A generator and a discriminator that are trained in turn on each batch.
GAN <- new_model_class(
  "GAN",
  initialize = function(generator, discriminator, ...) {
    super$initialize(...)
    self$generator <- generator
    self$discriminator <- discriminator
    self$d_tracker <- metric_mean(name = "d_loss")
    self$g_tracker <- metric_mean(name = "g_loss")
    self$seeds <- random_seed_generator(1)
  },
  metrics = mark_active(function() list(self$d_tracker, self$g_tracker)),
  compile = function(d_optimizer, g_optimizer, loss) {
    super$compile()
    self$d_optimizer <- d_optimizer
    self$g_optimizer <- g_optimizer
    self$judged <- loss
  },
  # Generated images, one of each of the digits.
  made = function(digits) {
    noise <- random_normal(list(op_shape(digits)[[1]], size), seed = self$seeds)
    self$generator(op_concatenate(list(noise, digits), axis = -1), training = TRUE)
  },
  # What the discriminator says of images: it has an output for each digit.
  verdict = function(images, digits) {
    logits <- self$discriminator(images, training = TRUE)
    op_sum(logits * digits, axis = -1, keepdims = TRUE)
  },
  train_step = function(data) {
    c(images, digits) %<-% data

    weights <- self$discriminator$trainable_weights
    c(d_loss, gradients) %<-% gradients_of(function() {
      real <- self$verdict(images, digits)
      fake <- self$verdict(op_stop_gradient(self$made(digits)), digits)
      self$judged(op_ones_like(real), real) + self$judged(op_zeros_like(fake), fake)
    }, weights, return_value = TRUE)
    self$d_optimizer$apply(gradients, weights)

    weights <- self$generator$trainable_weights
    c(g_loss, gradients) %<-% gradients_of(function() {
      fake <- self$verdict(self$made(digits), digits)
      self$judged(op_ones_like(fake), fake)
    }, weights, return_value = TRUE)
    self$g_optimizer$apply(gradients, weights)

    self$d_tracker$update_state(d_loss)
    self$g_tracker$update_state(g_loss)
    list(d_loss = self$d_tracker$result(), g_loss = self$g_tracker$result())
  }
)

gan <- GAN(generator, discriminator, name = "gan")
g_optimizer <- optimizer_adam(4e-4, beta_1 = 0.5, use_ema = TRUE, ema_momentum = 0.99)
gan |> compile(
  d_optimizer = optimizer_adam(4e-4, beta_1 = 0.5),
  g_optimizer = g_optimizer,
  loss = loss_binary_crossentropy(from_logits = TRUE)
)
gan |> fit(x, y, epochs = epochs, batch_size = 32)
# The moving average of the generator's weights makes better digits.
g_optimizer$finalize_variable_values(generator$trainable_weights)

asked <- (1:80 - 1) %% 10
images <- generator |> predict(cbind(matrix(rnorm(80 * size), 80), diag(10)[asked + 1, ]))
if (!interactive()) pdf("gan-train-step.pdf", 7, 5.6)
picture <- matrix(0, 28 * 8, 28 * 10)
for (i in 1:80) {
  at <- c((i - 1) %/% 10, (i - 1) %% 10) * 28
  picture[at[1] + 1:28, at[2] + 1:28] <- images[i, , , 1]
}
par(mar = rep(0, 4))
plot(as.raster((1 - picture) / 2))
if (!interactive()) invisible(dev.off())
