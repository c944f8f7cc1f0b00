# Handwritten digits, read by the same network on PyTorch and on TensorFlow.
library(rdeep)

digits <- dataset_mnist(subset = TRUE)
as_images <- function(x) array(x / 255, c(dim(x), 1))
x_train <- as_images(digits$train$x)
y_train <- digits$train$y
x_test <- as_images(digits$test$x)
y_test <- digits$test$y

train_on <- function(backend) {
  set_random_seed(1)
  model <- keras_model_sequential(input_shape = c(28, 28, 1), backend = backend) |>
    layer_conv_2d(filters = 32, kernel_size = 3, activation = "relu") |>
    layer_max_pooling_2d(pool_size = 2) |>
    layer_conv_2d(filters = 64, kernel_size = 3, activation = "relu") |>
    layer_max_pooling_2d(pool_size = 2) |>
    layer_flatten() |>
    layer_dense(128, activation = "relu") |>
    layer_dropout(0.5) |>
    layer_dense(10, activation = "softmax")

  model |> compile(
    optimizer = optimizer_adam(learning_rate = 0.001),
    loss = "sparse_categorical_crossentropy",
    metrics = "accuracy"
  )
  print(model)

  history <- model |>
    fit(x_train, y_train, epochs = 20, batch_size = 64, validation_split = 0.1)
  list(model = model, history = history)
}

on_torch <- train_on("torch")
on_tensorflow <- train_on("tensorflow")

# The share of the held-out fifth that each reads right
accuracy <- function(fitted) evaluate(fitted$model, x_test, y_test)$accuracy
cat(sprintf("Test accuracy on torch:      %.3f\n", accuracy(on_torch)))
cat(sprintf("Test accuracy on TensorFlow: %.3f\n", accuracy(on_tensorflow)))

# The two learning curves, as a picture
curves <- rbind(
  cbind(as.data.frame(on_torch$history), backend = "torch"),
  cbind(as.data.frame(on_tensorflow$history), backend = "tensorflow")
)
picture <- ggplot2::ggplot(curves) +
  ggplot2::aes(epoch, value, colour = data) +
  ggplot2::geom_line() +
  ggplot2::facet_grid(metric ~ backend, scales = "free_y") +
  ggplot2::labs(x = "Epoch", y = NULL, colour = NULL)
ggplot2::ggsave("learning-curves.png", picture, width = 8, height = 5, dpi = 120)

# A model saved from one engine runs on the other
path <- file.path(tempdir(), "digits.rdeep")
save_model(on_torch$model, path, overwrite = TRUE)
moved <- load_model(path, backend = "tensorflow")
difference <- max(abs(predict(moved, x_test) - predict(on_torch$model, x_test)))
cat(sprintf("Largest difference between the engines' predictions: %.1e\n", difference))
stopifnot(difference < 1e-5)
