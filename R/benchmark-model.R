# `benchmark_model()`: how long predictions take, and what they cost.

#' Measure how fast a model predicts
#'
#' Calls `predict()` again and again with batches of several sizes, as a user would, and says how
#' long a call takes, how many rows a second that makes, and what the model takes of memory and
#' disk.
#'
#' Each size of batch is predicted three times first, unmeasured: engines compile and allocate
#' memory then. Garbage is collected before. Times are those of the whole call from R. `memory` is
#' by how much the process's memory grew at its peak beyond what it held before the calls: memory
#' that is used anew shows as 0, so that a model's first benchmark in a session says most; where the
#' system does not say (outside of Linux) it is `NA`.
#'
#' @param model Any model that [check_model()] takes.
#' @param x Some rows, as the model takes them; they are repeated where a batch has more.
#' @param batch_sizes How many rows a call has.
#' @param engines For models of this package the engines to measure on, such as
#'   `c("torch", "numpy")`; by default its own.
#' @param calls How many calls are measured at most.
#' @param seconds After how many seconds no further call begins, once there are five.
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#' @param object What `benchmark_model()` returned.
#' @returns A tibble of class `rdeep_model_benchmark` with a row for each engine and size of batch:
#'   `engine`, `batch_size`, `calls`, `p50`, `p95` and `p99` (percentiles of seconds), `throughput`
#'   (rows a second, by the median), `memory`, `parameters` (how many weights there are) and
#'   `file_size`, in bytes: of [save_model()], or for models of others of [saveRDS()].
#'   `plot()` and `autoplot()`: a ggplot.
#' @family checks of models
#' @examplesIf rdeep_available()
#' line <- lm(mpg ~ wt + hp, mtcars)
#' benchmark_model(line, mtcars, batch_sizes = c(1, 100), seconds = 0.1)
#' @export
benchmark_model <- function(model,
                            x,
                            batch_sizes = c(1, 32, 256),
                            engines = NULL,
                            calls = 100,
                            seconds = 2,
                            ...) {
  call <- current_env()
  check_dots(...)
  if (missing(x) || sample_count(x) == 0) {
    abort_data(
      if (missing(x)) "'x' is missing: give some rows to predict." else "'x' has no rows.", "x",
      .call = call
    )
  }
  if (!is_whole(batch_sizes) || any(batch_sizes < 1)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'batch_sizes' must be positive whole numbers, not %s.", describe_numbers(batch_sizes)
      ),
      argument = "batch_sizes", received = batch_sizes, call = call
    )
  }
  ours <- inherits(model, c("rdeep_model", "rdeep_fit"))
  if (!is.null(engines) && !ours) {
    abort_rdeep(
      "argument", "'engines' is for models of this package: others run where they are.",
      argument = "engines", received = engines, call = call
    )
  }
  path <- tempfile(fileext = if (ours) ".rdeep" else ".rds")
  on.exit(unlink(path))
  saved <- tryCatch(
    {
      if (ours) save_model(model, path) else saveRDS(model, path)
      TRUE
    },
    error = function(error) if (is.null(engines)) FALSE else stop(error)
  )
  models <- if (is.null(engines)) {
    stats::setNames(list(model), engine_of(model))
  } else {
    stats::setNames(lapply(engines, function(name) load_model(path, backend = name)), engines)
  }
  sample <- take_samples(x, seq_len(min(sample_count(x), 10)))
  rows <- lapply(names(models), function(engine) {
    predictor <- as_predictor(models[[engine]], sample = sample, .call = call)
    timed <- lapply(batch_sizes, function(size) {
      timed_predictions(predictor, x, size, calls, seconds)
    })
    cbind(engine = engine, do.call(rbind, timed))
  })
  table <- do.call(rbind, rows)
  table$parameters <- weight_count(model)
  table$file_size <- if (saved) file.size(path) else NA_real_
  tibble::new_tibble(table, nrow = nrow(table), class = "rdeep_model_benchmark")
}

timed_predictions <- function(predictor, x, size, calls, seconds) {
  batch <- take_samples(x, (seq_len(size) - 1) %% sample_count(x) + 1)
  for (i in 1:3) predictor$predict(batch)
  gc(FALSE)
  held <- call_core("memory_start")
  taken <- double()
  until <- precise_time() + seconds
  while (length(taken) < calls && (length(taken) < 5 || precise_time() < until)) {
    before <- precise_time()
    predictor$predict(batch)
    taken[length(taken) + 1] <- precise_time() - before
  }
  most <- call_core("memory_peak")
  at <- unname(stats::quantile(taken, c(0.5, 0.95, 0.99)))
  data.frame(
    batch_size = as.integer(size), calls = length(taken), p50 = at[1], p95 = at[2], p99 = at[3],
    throughput = size / max(at[1], 1e-9),
    memory = if (is.null(held) || is.null(most)) NA_real_ else max(0, most - held)
  )
}

engine_of <- function(model) {
  pointer <- if (inherits(model, "rdeep_ready")) {
    ready_pointer(model)
  } else if (inherits(model, "deep_tabular")) {
    tabular_pointer(model)
  } else if (inherits(model, "rdeep_model")) {
    model_pointer(model, caller_env())
  }
  found <- if (!is.null(pointer)) tryCatch(fetch(pointer, "backend"), error = function(e) NULL)
  if (is.character(found)) found else "own"
}

weight_count <- function(model) {
  network <- if (inherits(model, "rdeep_model")) {
    model
  } else if (inherits(model, "rdeep_ready")) {
    tryCatch(as_network(model), error = function(error) NULL)
  }
  if (is.null(network)) NA_integer_ else as.integer(count_params(network))
}

#' @rdname benchmark_model
#' @export
print.rdeep_model_benchmark <- function(x, ...) {
  shown <- data.frame(
    engine = x$engine, batch = x$batch_size, `p50 ms` = 1000 * x$p50, `p95 ms` = 1000 * x$p95,
    `p99 ms` = 1000 * x$p99, `rows/s` = round(x$throughput), `memory MB` = x$memory / 2^20,
    check.names = FALSE
  )
  print(shown, digits = 3, row.names = FALSE)
  parts <- c(
    if (!anyNA(x$parameters)) sprintf("%d weights", x$parameters[1]),
    if (!anyNA(x$file_size)) sprintf("file of %.3g MB", x$file_size[1] / 2^20)
  )
  if (length(parts)) cat(paste(parts, collapse = ", "), "\n", sep = "")
  invisible(x)
}

#' @rdname benchmark_model
#' @export
plot.rdeep_model_benchmark <- function(x, ...) {
  check_dots(...)
  rlang::check_installed("ggplot2", "to draw how fast a model predicts.")
  data <- data.frame(
    engine = rep(x$engine, 2), batch_size = rep(x$batch_size, 2),
    value = c(1000 * x$p50, x$throughput), high = c(1000 * x$p99, rep(NA, nrow(x))),
    panel = rep(c("Milliseconds a call (up to p99)", "Rows a second"), each = nrow(x))
  )
  at <- ggplot2::aes(
    x = .data[["batch_size"]], y = .data[["value"]], colour = .data[["engine"]]
  )
  ggplot2::ggplot(data, at) +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data[["value"]], ymax = .data[["high"]]),
      na.rm = TRUE, alpha = 0.5
    ) +
    ggplot2::geom_line() +
    ggplot2::geom_point() +
    ggplot2::facet_wrap(ggplot2::vars(.data[["panel"]]), scales = "free_y") +
    ggplot2::scale_x_log10() +
    ggplot2::scale_y_log10() +
    ggplot2::labs(x = "Rows in a call", y = NULL, colour = NULL)
}

#' @rdname benchmark_model
#' @exportS3Method ggplot2::autoplot
autoplot.rdeep_model_benchmark <- function(object, ...) plot(object, ...)

# `proc.time()` counts milliseconds, and some models take less.
precise_time <- function() as.double(Sys.time())
