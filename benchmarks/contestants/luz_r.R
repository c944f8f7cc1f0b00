# luz on torch for R, for the workloads that are chains of dense layers.
# Nobody has run this yet: luz was not installed where the other contestants were written.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "serving.R"))

build_module <- function(work) {
  kinds <- vapply(work$layers, `[[`, "", 1)
  if (any(kinds != "dense") || length(work$cardinalities)) {
    stop("written for dense layers only")
  }
  units <- c(work$input_shape[[1]], vapply(work$layers, function(layer) layer[[2]], 1))
  nn_module(
    initialize = function() {
      layers <- Map(nn_linear, units[-length(units)], units[-1])
      with_relu <- lapply(layers[-length(layers)], function(layer) nn_sequential(layer, nn_relu()))
      self$net <- do.call(nn_sequential, unname(c(with_relu, layers[length(layers)])))
    },
    forward = function(x) self$net(x)
  )
}

# torch's compiled Adam is several times as fast as the one that is written in R; older versions
# of torch lack it.
compiled_adam <- function() "optim_ignite_adam" %in% getNamespaceExports("torch")

# Predicting needs a model that was fitted.
first_fit <- function(model, x, y) fit(model, list(x[1:64], y[1:64]), 1, verbose = FALSE)

contestant <- list(
  load = function() {
    library(torch)
    library(luz)
    torch_manual_seed(1)
  },
  build = function(work, data) {
    x <- torch_tensor(data$inputs[[1]])
    y <- if (work$loss == "sparse") {
      torch_tensor(as.integer(data$target) + 1L, dtype = torch_long())
    } else {
      torch_tensor(matrix(data$target))
    }
    adam <- if (compiled_adam()) torch::optim_ignite_adam else torch::optim_adam
    loss <- if (work$loss == "sparse") nn_cross_entropy_loss() else nn_mse_loss()
    model <- setup(build_module(work), loss = loss, optimizer = adam)
    start <- if (work$kind != "train") first_fit(model, x, y)
    note <- if (compiled_adam()) "optim_ignite_adam" else "optim_adam: torch has no compiled one"
    list(model = model, x = x, y = y, start = start, note = note)
  },
  train = function(state, work) {
    fitted <- fit(
      state$model, list(state$x, state$y),
      epochs = work$epochs, verbose = FALSE,
      dataloader_options = list(batch_size = work$batch, shuffle = TRUE)
    )
    utils::tail(get_metrics(fitted)$value, 1)
  },
  predict = function(state, rows) {
    fitted <- if (is.null(state$start)) first_fit(state$model, state$x, state$y) else state$start
    as.array(predict(fitted, state$x[1:rows]))
  },
  predict_one = function(state, row) {
    as.array(predict(state$start, state$x[row, drop = FALSE]))
  }
)

serve(contestant)
