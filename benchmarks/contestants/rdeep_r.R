# rdeep from R, or keras3: the argument is an engine of rdeep or "keras3".
# Answers the same commands as serving.py, which says what they are. Data is drawn here, by the same
# recipe as in workloads.py but not the same numbers: only time is compared between the languages.

engine <- commandArgs(TRUE)[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "serving.R"))

outputs <- list(sparse = "softmax", binary = "sigmoid")
losses <- c(
  mse = "mean_squared_error",
  sparse = "sparse_categorical_crossentropy",
  binary = "binary_crossentropy"
)

# Load the package, and the engine that it would load with the first model.
load_engine <- function() {
  if (engine == "keras3") {
    suppressPackageStartupMessages(library(keras3))
    keras3::keras$utils$set_random_seed(1L)
  } else {
    suppressPackageStartupMessages(library(rdeep))
    use_backend(engine)
    set_random_seed(1)
    invisible(rdeep_devices())
  }
}

add_layer <- function(model, layer) {
  activation <- if (length(layer) > 2) layer[[length(layer)]]
  switch(layer[[1]],
    dense = layer_dense(model, layer[[2]], activation = activation),
    conv = layer_conv_2d(model, layer[[2]], layer[[3]], activation = activation),
    pool = layer_max_pooling_2d(model, layer[[2]]),
    flatten = layer_flatten(model),
    lstm = layer_lstm(model, layer[[2]])
  )
}

build_model <- function(work) {
  last <- length(work$layers)
  work$layers[[last]][3] <- outputs[work$loss]
  shape <- unlist(work$input_shape)
  if (length(work$cardinalities) == 0) {
    model <- Reduce(add_layer, work$layers, keras_model_sequential(input_shape = shape))
  } else {
    numeric <- layer_input(shape)
    factors <- lapply(work$cardinalities, function(levels) layer_input(1, dtype = "int32"))
    embedded <- Map(
      function(input, levels, size) layer_embedding(input, levels, size) |> layer_flatten(),
      factors, work$cardinalities, work$dimensions
    )
    joined <- layer_concatenate(c(list(numeric), embedded))
    inputs <- c(list(numeric), factors)
    model <- keras_model(inputs, Reduce(add_layer, work$layers, joined))
  }
  compile(model, optimizer = "adam", loss = losses[[work$loss]])
  model
}

# keras3 wants codes from 0 where rdeep takes factors.
as_input <- function(x) if (is.factor(x) && engine == "keras3") as.integer(x) - 1L else x

contestant <- list(
  load = load_engine,
  build = function(work, data) {
    x <- lapply(data$inputs, as_input)
    list(model = build_model(work), x = if (length(x) > 1) x else x[[1]], y = data$target)
  },
  train = function(state, work) {
    history <- fit(
      state$model, state$x, state$y,
      batch_size = as.integer(work$batch), epochs = as.integer(work$epochs), verbose = 0
    )
    utils::tail(history$metrics$loss, 1)
  },
  predict = function(state, rows) {
    x <- if (rows < nrow(state$x)) state$x[seq_len(rows), , drop = FALSE] else state$x
    if (engine == "keras3") predict(state$model, x, verbose = 0) else predict(state$model, x)
  },
  predict_one = function(state, row) {
    x <- state$x[row, , drop = FALSE]
    if (engine == "keras3") predict(state$model, x, verbose = 0) else predict(state$model, x)
  }
)

serve(contestant)
