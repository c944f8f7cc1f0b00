# A variational autoencoder of handwritten digits: the plane that it puts them on, and ways across.
#
#   Rscript vae.R [torch|tensorflow] [epochs]
#
# It draws into `vae.pdf`, or into the open device.
library(rdeep)

arguments <- commandArgs(TRUE)
backend <- if (length(arguments) > 0) arguments[1] else "torch"
epochs <- if (length(arguments) > 1) as.integer(arguments[2]) else 40L
set_random_seed(1)

digits <- dataset_mnist(subset = TRUE)
x <- array_reshape(digits$train$x / 255, c(-1, 784))
x_test <- array_reshape(digits$test$x / 255, c(-1, 784))

# Draws codes near their means. What they diverge from the standard normal distribution (the
# Kullback-Leibler divergence) is one part of the ELBO, and added to the loss.
layer_sampler <- Layer(
  "Sampler",
  call = function(inputs) {
    c(mean, log_var) %<-% inputs
    divergence <- -0.5 * op_sum(1 + log_var - op_square(mean) - op_exp(log_var), axis = -1)
    self$add_loss(op_mean(divergence))
    mean + op_exp(0.5 * log_var) * random_normal(op_shape(mean))
  }
)

# The other part: minus the log-likelihood of each image.
reconstruction <- function(y_true, y_pred) {
  op_sum(op_binary_crossentropy(y_true, y_pred), axis = -1)
}

image <- layer_input(shape = 784)
hidden <- image |> layer_dense(512, "relu") |> layer_dense(256, "relu")
mean <- hidden |> layer_dense(2)
log_var <- hidden |> layer_dense(2)
encoder <- keras_model(image, mean, backend = backend)

code <- layer_input(shape = 2)
decoder <- keras_model(
  code,
  code |> layer_dense(256, "relu") |> layer_dense(512, "relu") |> layer_dense(784, "sigmoid"),
  backend = backend
)

vae <- keras_model(image, decoder(layer_sampler(list(mean, log_var))), backend = backend)
vae |> compile(optimizer = "adam", loss = reconstruction)
vae |> fit(x, x, epochs = epochs, batch_size = 64, validation_data = list(x_test, x_test))

# Draws images, a row for each, as a picture of so many columns.
draw <- function(images, columns, title) {
  rows <- nrow(images) %/% columns
  picture <- matrix(0, 28 * rows, 28 * columns)
  for (i in seq_len(nrow(images))) {
    at <- c((i - 1) %/% columns, (i - 1) %% columns) * 28
    picture[at[1] + 1:28, at[2] + 1:28] <- matrix(images[i, ], 28, byrow = TRUE)
  }
  plot.new()
  plot.window(c(0, columns), c(0, rows), asp = 1)
  rasterImage(as.raster(1 - picture), 0, 0, columns, rows)
  title(title)
}

if (!interactive()) pdf("vae.pdf", 7, 7)
steps <- seq(-2.2, 2.2, length.out = 16)
plane <- unname(as.matrix(expand.grid(steps, rev(steps))))
draw(decoder |> predict(plane), 16, "The plane of codes")

# From one digit to another, on a straight line between their codes.
ends <- encoder |> predict(x_test[match(c(0, 1, 3, 7, 4, 9), digits$test$y), ])
ways <- lapply(1:5, function(i) {
  share <- seq(0, 1, length.out = 10)
  outer(1 - share, ends[i, ]) + outer(share, ends[i + 1, ])
})
draw(decoder |> predict(do.call(rbind, ways)), 10, "Ways from digit to digit")
if (!interactive()) invisible(dev.off())
