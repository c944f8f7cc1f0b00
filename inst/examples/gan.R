# Handwritten digits by generative adversarial networks, trained by phases.
#
#   Rscript gan.R [dcgan|wgan-gp] [torch|tensorflow] [epochs]
#
# A classifier that has learned from the real digits says how well the generated ones can be read.
# The digits are drawn into `dcgan.pdf` or `wgan-gp.pdf`. The networks are those of Radford et al.
# (2015), made small; the gradient penalty is that of Gulrajani et al. (2017).
library(rdeep)

arguments <- commandArgs(TRUE)
kind <- if (length(arguments) > 0) arguments[1] else "dcgan"
backend <- if (length(arguments) > 1) arguments[2] else "torch"
epochs <- if (length(arguments) > 2) as.integer(arguments[3]) else 60L
size <- 64L # of the vectors that digits are made of
set_random_seed(1)

digits <- dataset_mnist(subset = TRUE)
as_images <- function(x) array(x / 127.5 - 1, c(dim(x), 1))
x <- as_images(digits$train$x)
x_test <- as_images(digits$test$x)

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
accuracy <- evaluate(reader, x_test, digits$test$y)$accuracy
cat(sprintf("The classifier reads %.1f%% of the real digits that it has not seen.\n", 100 * accuracy))

# Who makes them, and who tells them from real ones ---------------------------------------------

generator <- keras_model_sequential(input_shape = size, backend = backend) |>
  layer_dense(7 * 7 * 64, use_bias = FALSE) |>
  layer_batch_normalization() |>
  layer_activation_relu() |>
  layer_reshape(c(7, 7, 64)) |>
  layer_conv_2d_transpose(32, 4, strides = 2, padding = "same", use_bias = FALSE) |>
  layer_batch_normalization() |>
  layer_activation_relu() |>
  layer_conv_2d_transpose(1, 4, strides = 2, padding = "same", activation = "tanh")

critic <- keras_model_sequential(input_shape = c(28, 28, 1), backend = backend) |>
  layer_conv_2d(32, 4, strides = 2, padding = "same") |>
  layer_activation_leaky_relu(negative_slope = 0.2) |>
  layer_conv_2d(64, 4, strides = 2, padding = "same") |>
  layer_activation_leaky_relu(negative_slope = 0.2) |>
  layer_flatten() |>
  layer_dropout(if (kind == "dcgan") 0.3 else 0) |>
  layer_dense(1)

# As many generated digits as there are images.
made <- function(images) generator(random_normal(list(op_shape(images)[[1]], size)))

judged <- loss_binary_crossentropy(from_logits = TRUE)

# Real digits are told from generated ones; that they are real is said with some doubt.
dcgan_critic <- function(images) {
  real <- critic(images)
  fake <- critic(made(images))
  judged(0.9 * op_ones_like(real), real) + judged(op_zeros_like(fake), fake)
}

# Generated digits are to be taken for real ones.
dcgan_generator <- function(images) {
  fake <- critic(made(images))
  judged(op_ones_like(fake), fake)
}

# The distance between real and generated digits, by a critic whose slope is near 1.
wgan_critic <- function(images) {
  fake <- made(images)
  share <- random_uniform(list(op_shape(images)[[1]], 1, 1, 1))
  between <- share * images + (1 - share) * fake
  slopes <- op_gradients(op_sum(critic(between)), between)
  length <- op_sqrt(op_sum(op_square(slopes), axis = 2:4) + 1e-12)
  penalty <- op_mean(op_square(length - 1))
  op_mean(critic(fake)) - op_mean(critic(images)) + 10 * penalty
}

# Generated digits are to come near the real ones.
wgan_generator <- function(images) -op_mean(critic(made(images)))

phases <- if (kind == "dcgan") {
  list(
    phase("critic", critic, optimizer_adam(4e-4, beta_1 = 0.5), dcgan_critic),
    phase("generator", generator, optimizer_adam(4e-4, beta_1 = 0.5), dcgan_generator)
  )
} else {
  list(
    phase("critic", critic, optimizer_adam(4e-4, 0.5, 0.9), wgan_critic, steps = 3),
    phase("generator", generator, optimizer_adam(4e-4, 0.5, 0.9), wgan_generator)
  )
}
gan <- keras_model_sequential(layers = list(generator, critic), backend = backend)
gan |> compile(phases = phases)
gan |> fit(x, epochs = epochs, batch_size = 64)

# How well what it makes can be read -------------------------------------------------------------

images <- generator |> predict(matrix(rnorm(1000 * size), 1000))
shares <- reader |> predict(images)
cat(sprintf("Read with a confidence over 0.9: %.1f%%\n", 100 * mean(apply(shares, 1, max) > 0.9)))
print(table(digit = max.col(shares) - 1))

if (!interactive()) pdf(paste0(kind, ".pdf"), 7, 5.6)
picture <- matrix(0, 28 * 8, 28 * 10)
for (i in 1:80) {
  at <- c((i - 1) %/% 10, (i - 1) %% 10) * 28
  picture[at[1] + 1:28, at[2] + 1:28] <- images[i, , , 1]
}
par(mar = rep(0, 4))
plot(as.raster((1 - picture) / 2))
if (!interactive()) invisible(dev.off())
