#' Find a learning rate
#'
#' Trains a copy of the model for a moment while the learning rate grows from tiny to too
#' large, and records the loss of each batch (Smith, 2017, arXiv:1506.01186). A good rate
#' lies where the loss falls fast, well before it climbs; for [callback_one_cycle()] it
#' is the largest rate. The model itself is not changed.
#'
#' @inheritParams fit.rdeep_model
#' @param object A model, compiled.
#' @param steps How many batches to try rates on; it ends early where the loss climbs.
#' @param start_lr,end_lr The first and the last rate; between them it grows by the same
#'   factor at each step.
#' @returns A data frame of class `rdeep_lr_records` with the columns `lr`, `loss` and
#'   `smoothed_loss`, and a row for each step. Its attribute `suggestion` is the rate at
#'   which the smoothed loss falls fastest. [plot()] shows the curve.
#' @family training
#' @examplesIf rdeep_available()
#' model <- keras_model_sequential(input_shape = 4) |>
#'   layer_dense(8, activation = "relu") |>
#'   layer_dense(3, activation = "softmax")
#' model |> compile(optimizer = "sgd", loss = "sparse_categorical_crossentropy")
#' found <- model |> lr_finder(iris[1:4], iris$Species, steps = 50)
#' found
#' plot(found)
#' @export
lr_finder <- function(object,
                      x = NULL,
                      y = NULL,
                      ...,
                      steps = 100L,
                      start_lr = 1e-6,
                      end_lr = 1,
                      batch_size = NULL,
                      sample_weight = NULL) {
  check_is_network(object)
  check_dots(...)
  call <- current_env()
  data <- training_source(object, x, y, sample_weight, call)
  source <- data$x$values
  if (!is.null(data$generator)) {
    source <- collect_batches(data$generator, steps, call)
  }
  sync_seed(call)
  found <- call_core(
    "lr_finder",
    model = object,
    x = source,
    y = data$y$values,
    start_lr = as_number(start_lr),
    end_lr = as_number(end_lr),
    steps = as_count(steps),
    batch_size = as_count(batch_size),
    sample_weight = weights_data(object, sample_weight, call)
  )
  new_lr_records(found)
}

new_lr_records <- function(found) {
  records <- data.frame(
    lr = as.double(unlist(found$rates)),
    loss = as.double(unlist(found$losses)),
    smoothed_loss = as.double(unlist(found$smoothed))
  )
  structure(
    records,
    suggestion = found$suggestion %||% NA_real_,
    class = c("rdeep_lr_records", class(records))
  )
}

#' @export
print.rdeep_lr_records <- function(x, ...) {
  suggestion <- attr(x, "suggestion")
  cat(sprintf("Learning rates from %g to %g in %d steps.\n", min(x$lr), max(x$lr), nrow(x)))
  if (is.na(suggestion)) {
    cat("The loss did not fall at any of them.\n")
  } else {
    cat(sprintf("The loss falls fastest at %.2g.\n", suggestion))
  }
  invisible(x)
}

#' @param x What `lr_finder()` returned.
#' @rdname lr_finder
#' @export
plot.rdeep_lr_records <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to plot learning rates.")
  suggestion <- attr(x, "suggestion")
  mark <- if (!is.na(suggestion)) {
    list(
      ggplot2::geom_vline(xintercept = suggestion, linetype = "dashed", colour = "grey40"),
      ggplot2::annotate(
        "text",
        x = suggestion, y = max(x$smoothed_loss, na.rm = TRUE), hjust = -0.1, vjust = 1,
        label = format(suggestion, digits = 2), colour = "grey40"
      )
    )
  }
  ggplot2::ggplot(data.frame(x), ggplot2::aes(x = .data[["lr"]])) +
    ggplot2::geom_point(ggplot2::aes(y = .data[["loss"]]), colour = "grey75", size = 1) +
    ggplot2::geom_line(ggplot2::aes(y = .data[["smoothed_loss"]])) +
    mark +
    ggplot2::scale_x_log10() +
    ggplot2::coord_cartesian(ylim = range(x$smoothed_loss, finite = TRUE)) +
    ggplot2::labs(x = "Learning rate", y = "Loss")
}

#' @rdname lr_finder
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_lr_records <- function(object, ...) plot.rdeep_lr_records(object, ...)
