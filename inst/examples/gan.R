# Handwritten digits by generative adversarial networks, trained by phases.
#
#   Rscript gan.R [dcgan|wgan-gp] [torch|tensorflow] [epochs]
#
# The networks are told which digit to make and to judge. A classifier that has learned from the
# real digits says how well the generated ones can be read. They are drawn into `dcgan.pdf` or
# `wgan-gp.pdf`. The networks are those of Radford et al. (2015), made small; the critic's output
# for each digit is the projection of Miyato and Koyama (2018); the gradient penalty is that of
# Gulrajani et al. (2017).
library(rdeep)

arguments <- commandArgs(TRUE)
kind <- if (length(arguments) > 0) arguments[1] else "dcgan"
backend <- if (length(arguments) > 1) arguments[2] else "torch"
usual <- c(dcgan = 25L, `wgan-gp` = 50L)[[kind]]
epochs <- if (length(arguments) > 2) as.integer(arguments[3]) else usual
size <- 32L # of the vectors of noise that digits are made of
set_random_seed(1)

digits <- dataset_mnist(subset = TRUE)
as_images <- function(x) array(x / 127.5 - 1, c(dim(x), 1))
x <- as_images(digits$train$x)
x_test <- as_images(digits$test$x)
y <- diag(10)[digits$train$y + 1, ]

# Who reads the digits ---------------------------------------------------------------------------

reader <- keras_model_sequential(input_shape = c(28, 28, 1), backend = backend) |>
  layer_conv_2d(32, 3, activation = "relu") |>
  layer_max_pooling_2d(2) |>
  layer_conv_2d(64, 3, activation = "relu") |>
  layer_max_pooling_2d(2) |>
  layer_flatten() |>
  layer_dropout(0.4) |>
  layer_dense(128, activation = "relu") |>
  layer_dropout(0.4) |>
  layer_dense(10, activation = "softmax")
reader |> compile("adam", "sparse_categorical_crossentropy", metrics = "accuracy")
reader |> fit(x, digits$train$y, epochs = 12, batch_size = 64, verbose = 0)
shares <- reader |> predict(x_test)
cat(sprintf(
  "The classifier reads %.1f%% of the real digits that it has not seen, %.1f%% %s.\n",
  100 * mean(max.col(shares) - 1 == digits$test$y), 100 * mean(apply(shares, 1, max) > 0.9),
  "with a confidence over 0.9"
))

# Who makes them, and who tells them from real ones ---------------------------------------------

generator <- keras_model_sequential(input_shape = size + 10L, backend = backend) |>
  layer_dense(7 * 7 * 64, use_bias = FALSE) |>
  layer_batch_normalization(momentum = 0.9, epsilon = 1e-5) |>
  layer_activation_relu() |>
  layer_reshape(c(7, 7, 64)) |>
  layer_conv_2d_transpose(32, 4, strides = 2, padding = "same", use_bias = FALSE) |>
  layer_batch_normalization(momentum = 0.9, epsilon = 1e-5) |>
  layer_activation_relu() |>
  layer_conv_2d_transpose(1, 4, strides = 2, padding = "same", activation = "tanh")

critic <- keras_model_sequential(input_shape = c(28, 28, 1), backend = backend) |>
  layer_conv_2d(32, 4, strides = 2, padding = "same") |>
  layer_activation_leaky_relu(negative_slope = 0.2) |>
  layer_conv_2d(64, 4, strides = 2, padding = "same") |>
  layer_activation_leaky_relu(negative_slope = 0.2) |>
  layer_flatten() |>
  layer_dropout(if (kind == "dcgan") 0.3 else 0) |>
  layer_dense(10)

# Generated images, one of each of the digits.
made <- function(digits) {
  noise <- random_normal(list(op_shape(digits)[[1]], size))
  generator(op_concatenate(list(noise, digits), axis = -1))
}

# What the critic says of images: it has an output for each digit.
verdict <- function(images, digits) op_sum(critic(images) * digits, axis = -1, keepdims = TRUE)

judged <- loss_binary_crossentropy(from_logits = TRUE)

# Real digits are told from generated ones.
dcgan_critic <- function(images, digits) {
  real <- verdict(images, digits)
  fake <- verdict(made(digits), digits)
  judged(op_ones_like(real), real) + judged(op_zeros_like(fake), fake)
}

# Generated digits are to be taken for real ones.
dcgan_generator <- function(images, digits) {
  fake <- verdict(made(digits), digits)
  judged(op_ones_like(fake), fake)
}

# Digits are told apart by a critic whose slope is near 1.
wgan_critic <- function(images, digits) {
  fake <- made(digits)
  share <- random_uniform(list(op_shape(images)[[1]], 1, 1, 1))
  between <- share * images + (1 - share) * fake
  slopes <- op_gradients(op_sum(verdict(between, digits)), between)
  length <- op_sqrt(op_sum(op_square(slopes), axis = 2:4) + 1e-12)
  penalty <- op_mean(op_square(length - 1))
  op_mean(verdict(fake, digits)) - op_mean(verdict(images, digits)) + 10 * penalty
}

# Generated digits are to come near the real ones.
wgan_generator <- function(images, digits) -op_mean(verdict(made(digits), digits))

# The moving average of the generator's weights, which it gets at the end, makes better digits.
adam <- function(rate, beta_2 = 0.999, average = FALSE) {
  optimizer_adam(rate, beta_1 = 0.5, beta_2 = beta_2, use_ema = average, ema_momentum = 0.99)
}
phases <- if (kind == "dcgan") {
  list(
    phase("critic", critic, adam(4e-4), dcgan_critic),
    phase("generator", generator, adam(4e-4, average = TRUE), dcgan_generator)
  )
} else {
  # The generator learns once while the critic learns five times.
  list(
    phase("critic", critic, adam(5e-4, 0.9), wgan_critic),
    phase("generator", generator, adam(5e-4, 0.9, average = TRUE), wgan_generator, every = 5)
  )
}
gan <- keras_model_sequential(layers = list(generator, critic), backend = backend)
gan |> compile(phases = phases)
gan |> fit(x, y, epochs = epochs, batch_size = 32)

# How well what it makes can be read -------------------------------------------------------------

asked <- (1:1000 - 1) %% 10
images <- generator |> predict(cbind(matrix(rnorm(1000 * size), 1000), diag(10)[asked + 1, ]))
shares <- reader |> predict(images)
read <- max.col(shares) - 1
sure <- apply(shares, 1, max) > 0.9
cat(sprintf("Generated digits read with a confidence over 0.9: %.1f%%\n", 100 * mean(sure)))
cat(sprintf(
  "Those among them that are what was asked for: %.1f%%\n", 100 * mean((read == asked)[sure])
))
print(table("Digits as read" = read))

if (!interactive()) pdf(paste0(kind, ".pdf"), 7, 5.6)
picture <- matrix(0, 28 * 8, 28 * 10)
for (i in 1:80) {
  at <- c((i - 1) %/% 10, (i - 1) %% 10) * 28
  picture[at[1] + 1:28, at[2] + 1:28] <- images[i, , , 1]
}
par(mar = rep(0, 4))
plot(as.raster((1 - picture) / 2))
if (!interactive()) invisible(dev.off())
