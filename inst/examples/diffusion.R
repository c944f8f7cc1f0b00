# A small diffusion model of handwritten digits: it learns to take noise away, and makes digits of
# it.
#
#   Rscript diffusion.R [torch|tensorflow] [epochs] [digits]
#
# The network is told which digit it is. The script draws into `diffusion.pdf`, or into the open
# device. Training is that of DDPM (Ho et al., 2020) with a cosine schedule (Nichol and Dhariwal,
# 2021); what is predicted is the velocity from image to noise (Salimans and Ho, 2022); sampling is
# DDIM's (Song et al., 2021), with guidance that needs no classifier (Ho and Salimans, 2022). After
# 30 epochs of the Python script on torch, a classifier like that of gan.R read 96.5 % of 200 digits
# with a confidence over 0.9.
library(rdeep)

arguments <- commandArgs(TRUE)
backend <- if (length(arguments) > 0) arguments[1] else "torch"
epochs <- if (length(arguments) > 1) as.integer(arguments[2]) else 30L
count <- if (length(arguments) > 2) as.integer(arguments[3]) else 4000L # digits to learn from
batch_size <- 64L
width <- 32L
set_random_seed(1)

train <- dataset_mnist(subset = TRUE)$train
x <- array(train$x[seq_len(count), , ] / 127.5 - 1, c(count, 28, 28, 1))
digits <- diag(10)[train$y[seq_len(count)] + 1, ]

# The cosine and the sine of this angle are the shares of image and noise at a time from 0 to 1.
angle <- function(time) time * pi / 2

# Mixes images with noise, as they are at a time that is drawn for each of them. Gives the mixtures,
# their times, their digits (a tenth of them has zeros) and their velocities.
layer_noised <- Layer(
  "Noised",
  call = function(inputs) {
    c(images, digits) %<-% inputs
    rows <- op_shape(images)[[1]]
    time <- random_uniform(list(rows, 1))
    noise <- random_normal(op_shape(images))
    told <- digits * op_cast(random_uniform(list(rows, 1)) > 0.1, "float32")
    turned <- op_reshape(angle(time), c(-1, 1, 1, 1))
    cos <- op_cos(turned)
    sin <- op_sin(turned)
    list(cos * images + sin * noise, time, told, cos * noise - sin * images)
  }
)

# Sines and cosines of a time, by which a network can tell times apart.
layer_waves <- Layer(
  "Waves",
  call = function(time) {
    angles <- time * array(pi * 2^(0:5), c(1, 6))
    op_concatenate(list(op_sin(angles), op_cos(angles)), axis = -1)
  }
)

# Features by groups with mean 0 and variance 1, through swish.
normalized <- function(x) {
  x |>
    layer_group_normalization(8) |>
    layer_activation("silu")
}

# Two convolutions, the time's features added between them, and the way past them.
block <- function(x, moment, filters) {
  y <- normalized(x) |> layer_conv_2d(filters, 3, padding = "same")
  y <- y + (moment |> layer_dense(filters) |> layer_reshape(c(1, 1, filters)))
  y <- normalized(y) |>
    layer_conv_2d(filters, 3, padding = "same", kernel_initializer = "zeros")
  past <- if (x$shape[[4]] == filters) x else layer_conv_2d(x, filters, 1)
  past + y
}

# How each place of an image attends to the others, and the way past it.
attention <- function(x) {
  shape <- unlist(x$shape[2:4])
  y <- x |>
    layer_group_normalization(8) |>
    layer_reshape(c(shape[1] * shape[2], shape[3])) |>
    layer_multi_head_attention(num_heads = 4, key_dim = shape[3] / 4) |>
    layer_reshape(shape)
  x + y
}

# The network that finds the velocity of a digit at a time: a small U-Net.
unet <- function() {
  image <- layer_input(shape = c(28, 28, 1))
  time <- layer_input(shape = 1)
  digit <- layer_input(shape = 10)
  moment <- time |>
    layer_waves() |>
    layer_dense(4 * width, "silu")
  moment <- moment + (digit |> layer_dense(4 * width, use_bias = FALSE))
  moment <- moment |> layer_dense(4 * width, "silu")
  near <- image |> layer_conv_2d(width, 4, strides = 2, padding = "same") # 14 x 14
  past <- block(near, moment, width)
  far <- past |>
    layer_conv_2d(2 * width, 3, strides = 2, padding = "same") |> # 7 x 7
    block(moment, 2 * width) |>
    attention() |>
    block(moment, 2 * width)
  back <- far |> layer_conv_2d_transpose(width, 4, strides = 2, padding = "same")
  back <- layer_concatenate(list(back, past)) |> block(moment, width)
  found <- layer_concatenate(list(back, near)) |>
    normalized() |>
    layer_conv_2d_transpose(1, 4, strides = 2, padding = "same")
  keras_model(list(image, time, digit), found, backend = backend)
}

network <- unet()
image <- layer_input(shape = c(28, 28, 1))
digit <- layer_input(shape = 10)
c(noisy, time, told, velocity) %<-% layer_noised(list(image, digit))
# What is left of the velocity should be zero.
remainder <- velocity - network(list(noisy, time, told))
trainer <- keras_model(list(image, digit), remainder, backend = backend)
steps <- epochs * ceiling(nrow(x) / batch_size)
# Digits are made by the moving average of the weights, which the model has when training ends.
trainer |> compile(
  optimizer_adam(
    learning_rate_schedule_cosine_decay(2e-3, decay_steps = steps, alpha = 0.02),
    use_ema = TRUE, ema_momentum = 0.995
  ),
  loss = "mse"
)
trainer |> fit(list(x, digits), 0 * x, epochs = epochs, batch_size = batch_size)

# Digits made of noise, step by step along a path without further noise. The velocity goes further
# in the direction that being told the digit gives it.
ddim <- function(images, digits, guidance = 2, steps = 40) {
  times <- seq(1, 0, length.out = steps + 1)
  for (i in seq_len(steps)) {
    now <- angle(times[i])
    then <- angle(times[i + 1])
    time <- matrix(times[i], nrow(images))
    told <- network |> predict(list(images, time, digits))
    free <- network |> predict(list(images, time, 0 * digits))
    velocity <- free + guidance * (told - free)
    clean <- cos(now) * images - sin(now) * velocity
    clean[] <- pmin(pmax(clean, -1), 1)
    noise <- (images - cos(now) * clean) / sin(now)
    images <- cos(then) * clean + sin(then) * noise
  }
  images
}

made <- ddim(array(rnorm(80 * 784), c(80, 28, 28, 1)), diag(10)[rep(1:10, 8), ])

if (!interactive()) pdf("diffusion.pdf", 7, 5.6)
picture <- matrix(0, 28 * 8, 28 * 10)
for (i in 1:80) {
  at <- c((i - 1) %/% 10, (i - 1) %% 10) * 28
  picture[at[1] + 1:28, at[2] + 1:28] <- made[i, , , 1]
}
par(mar = rep(0, 4))
plot(as.raster((1 - picture) / 2))
if (!interactive()) invisible(dev.off())
