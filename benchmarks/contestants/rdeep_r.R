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

# Layers of one dimension for series, of two for images.
with_dimensions <- function(name, x) {
  get(sprintf("layer_%s_%dd", name, length(dim_of(x)) - 2L))
}

dim_of <- function(x) if (engine == "keras3") x$shape else dim(x)

add_layer <- function(x, layer) {
  options <- layer[-1]
  switch(layer[[1]],
    dense = layer_dense(x, options[[1]], activation = options[2][[1]]),
    conv = with_dimensions("conv", x)(x, options[[1]], options[[2]], activation = options[[3]]),
    separable = with_dimensions("separable_conv", x)(
      x, options[[1]], options[[2]], activation = options[[3]]
    ),
    conv_norm = {
      x <- layer_conv_2d(
        x, options[[1]], options[[2]], options[[3]], padding = "same", use_bias = FALSE
      )
      x <- layer_batch_normalization(x)
      if (is.null(options[[4]])) x else layer_activation(x, options[[4]])
    },
    pool = with_dimensions("max_pooling", x)(x, options[[1]]),
    average = ,
    average_steps = with_dimensions("global_average_pooling", x)(x),
    residual = layer_add(lapply(options, function(branch) Reduce(add_layer, branch, x))),
    attention = layer_multi_head_attention(list(x, x), options[[1]], options[[2]]),
    bidirectional_gru = layer_bidirectional(x, layer_gru(units = options[[1]])),
    flatten = layer_flatten(x),
    flip = layer_random_flip(x, options[[1]]),
    layer_norm = layer_layer_normalization(x),
    lstm = layer_lstm(x, options[[1]]),
    mask = layer_masking(x),
    relu = layer_activation_relu(x),
    rotate = layer_random_rotation(x, options[[1]])
  )
}

build_model <- function(work) {
  last <- length(work$layers)
  work$layers[[last]][3] <- outputs[work$loss]
  numeric <- layer_input(unlist(work$input_shape))
  factors <- lapply(work$cardinalities, function(levels) layer_input(1, dtype = "int32"))
  x <- numeric
  if (length(factors)) {
    embedded <- Map(
      function(input, levels, size) layer_embedding(input, levels, size) |> layer_flatten(),
      factors, work$cardinalities, work$dimensions
    )
    x <- layer_concatenate(c(list(numeric), embedded))
  }
  inputs <- if (length(factors)) c(list(numeric), factors) else numeric
  model <- keras_model(inputs, Reduce(add_layer, work$layers, x))
  compile(model, optimizer = "adam", loss = losses[[work$loss]])
  model
}

# keras3 wants codes from 0 where rdeep takes factors.
as_input <- function(x) if (is.factor(x) && engine == "keras3") as.integer(x) - 1L else x

first_rows <- function(x, rows) {
  others <- rep(list(TRUE), length(dim(x)) - 1)
  do.call(`[`, c(list(x, seq_len(rows)), others, drop = FALSE))
}

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
    x <- if (rows < nrow(state$x)) first_rows(state$x, rows) else state$x
    if (engine == "keras3") predict(state$model, x, verbose = 0) else predict(state$model, x)
  },
  predict_one = function(state, row) {
    x <- state$x[row, , drop = FALSE]
    if (engine == "keras3") predict(state$model, x, verbose = 0) else predict(state$model, x)
  }
)

serve(contestant)
