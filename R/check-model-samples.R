# Samples of any form: how many there are, some of them, and disturbed ones.

sample_count <- function(x) {
  if (is.data.frame(x)) {
    nrow(x)
  } else if (is.list(x)) {
    NROW(x[[1]])
  } else {
    NROW(x)
  }
}

take_samples <- function(x, rows) {
  if (is.data.frame(x)) {
    return(x[rows, , drop = FALSE])
  }
  if (is.list(x)) {
    return(lapply(x, take_samples, rows))
  }
  if (is.null(dim(x))) {
    return(x[rows])
  }
  rlang::inject(x[rows, !!!rep(list(rlang::missing_arg()), length(dim(x)) - 1), drop = FALSE])
}

# What the model predicts of rows disturbed in several ways, as the core takes it.
disturbed_predictions <- function(predictor, data, outcome, noise, .call) {
  if (length(noise) == 0) {
    return(list())
  }
  if (!is.numeric(noise) || anyNA(noise) || any(noise <= 0)) {
    abort_rdeep(
      "argument",
      sprintf(
        "'noise' must be shares of the spread above 0, or NULL, not %s.", describe_numbers(noise)
      ),
      argument = "noise", received = noise, call = .call
    )
  }
  cases <- if (is.data.frame(data)) {
    disturbed_frames(data, outcome, noise)
  } else if (is.numeric(data)) {
    disturbed_arrays(data, noise)
  }
  lapply(cases, function(case) {
    case$predictions <- sound_predictions(predictor$predict(case$x), sample_count(data), .call)
    case$x <- NULL
    case
  })
}

disturbed_frames <- function(data, outcome, noise) {
  columns <- setdiff(names(Filter(function(x) is.atomic(x) && is.null(dim(x)), data)), outcome)
  numbers <- columns[vapply(data[columns], function(x) is.numeric(x) && !is.object(x), NA)]
  noisy <- lapply(if (length(numbers)) noise, function(amount) {
    data[numbers] <- lapply(data[numbers], function(x) {
      x + stats::rnorm(length(x)) * spread_of(x) * amount
    })
    list(kind = "noise", what = "numbers", amount = amount, x = data)
  })
  permuted <- lapply(if (length(columns) > 1) columns, function(name) {
    data[[name]] <- data[[name]][sample.int(nrow(data))]
    list(kind = "permuted", what = name, amount = 1, x = data)
  })
  c(noisy, permuted)
}

# A single value has none.
spread_of <- function(x) {
  spread <- stats::sd(x, na.rm = TRUE)
  if (is.na(spread)) 0 else spread
}

disturbed_arrays <- function(x, noise) {
  ends <- range(x)
  images <- length(dim(x)) > 2
  within <- function(values) if (images) pmin(pmax(values, ends[1]), ends[2]) else values
  spread <- if (images || is.null(dim(x))) {
    spread_of(x)
  } else {
    rep(apply(x, 2, spread_of), each = nrow(x))
  }
  like <- function(values) {
    x[] <- within(values)
    x
  }
  noisy <- lapply(noise, function(amount) {
    changed <- like(as.vector(x) + stats::rnorm(length(x)) * spread * amount)
    list(kind = "noise", what = "values", amount = amount, x = changed)
  })
  turns <- if (images) expand.grid(turn = c(1, -1), amount = noise)
  lit <- lapply(seq_len(NROW(turns)), function(i) {
    changed <- like(as.vector(x) + turns$turn[i] * turns$amount[i] * diff(ends))
    what <- if (turns$turn[i] > 0) "brighter" else "darker"
    list(kind = "brightness", what = what, amount = turns$amount[i], x = changed)
  })
  c(noisy, lit)
}
