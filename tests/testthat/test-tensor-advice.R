# What R's functions do to symbolic tensors: the right operation, or a refusal that names one.

inputs <- function(backend) {
  x <- layer_input(3)
  list(x = x, y = layer_input(3), v = op_sum(x, axis = -1))
}

# What a user's function is told when it is traced.
traced <- function(expr, tensors) {
  f <- function(x, y, v) NULL
  body(f) <- expr
  depth <- sys.nframe()
  advice <- NULL
  tryCatch(
    withCallingHandlers(
      do.call(f, tensors, quote = TRUE),
      error = function(condition) advice <<- advice %||% advice_for(condition, depth)
    ),
    error = function(condition) {
      hints <- if (inherits(condition, "rdeep_error")) conditionMessage(condition)
      structure(paste(advice, hints), class = "refused")
    }
  )
}

# The values of an expression of symbolic tensors, as a model computes them.
computed <- function(expr, data, backend) {
  x <- layer_input(3)
  v <- op_sum(x, axis = -1)
  model <- keras_model(x, eval(expr), backend = backend)
  predict(model, data)
}

test_that("every operation that is named instead of a function is there", {
  found <- gregexpr("(op|random)_[a-z0-9_]+(?=\\()", instead, perl = TRUE)
  named <- unlist(regmatches(instead, found))
  expect_gt(length(named), 50)
  expect_identical(setdiff(named, getNamespaceExports("rdeep")), character())
})

test_that("what R cannot compute of a symbolic tensor is refused, with what to write", {
  skip_if_no_backend("torch")
  cases <- list(
    op_where = quote(if (x > 0) 1), op_while_loop = quote(while (sum(x) > 0) break),
    op_maximum = quote(pmax(x, 0)), op_minimum = quote(pmin(0, x)),
    op_where = quote(ifelse(x > 0, x, 0)), op_std = quote(sd(x)), op_var = quote(var(x)),
    op_exp = quote(dnorm(x)), op_erf = quote(pnorm(x)), op_where = quote(mean(x, na.rm = TRUE)),
    op_where = quote(sum(x, na.rm = TRUE)), op_shape = quote(x / nrow(x)),
    op_shape = quote(x * dim(x)[1]), op_arange = quote(seq_len(nrow(x))),
    op_arange = quote(seq_along(x)), axis = quote(apply(x, 1, sum)),
    op_transpose = quote(crossprod(x)), op_cumsum = quote(cumsum(x)), op_sort = quote(sort(x)),
    op_argsort = quote(order(v)), op_argsort = quote(rank(v)), op_nonzero = quote(which(x > 0)),
    op_bincount = quote(table(v)), op_one_hot = quote(factor(v)), op_outer = quote(outer(v, v)),
    op_map = quote(sapply(x, sum)), op_map = quote(for (i in x) i), op_cast = quote(as.numeric(x)),
    op_sum = quote(rowSums(x)), op_mean = quote(colMeans(x)), op_logical_and = quote(x > 0 && TRUE),
    op_logical_or = quote(x > 0 || TRUE), op_exp = quote(gamma(x)), op_tile = quote(rep(v, 2)),
    brackets = quote(head(x)), op_any = quote(x %in% 1), random_normal = quote(rnorm(length(v))),
    op_searchsorted = quote(findInterval(v, 1:3)), op_argmax = quote(which.max(v)),
    op_quantile = quote(IQR(v)), op_arctan2 = quote(atan2(x, y)), op_switch = quote(switch(v, 1)),
    op_shape = quote(x + NA), op_shape = quote(op_where(x > 0, x, NA)),
    op_shape = quote(max(x, NA)), op_reshape = quote(matrix(x, 2)),
    op_digitize = quote(cut(v, 3)), op_einsum = quote(kronecker(x, y)),
    op_ = quote(zapsmall(x)), op_ = quote(choose(v, 2)), op_bincount = quote(unique(v)),
    op_where = quote(stopifnot(x > 0)), op_scan = quote(Reduce(`+`, x)), op_fft = quote(fft(v)),
    op_arctan2 = quote(mean(atan2(x, y))),
    op_logical_and = quote(mean(x > 0 && y > 0)), op_arange = quote(sum(x * seq_len(nrow(x)))),
    op_arange = quote(for (i in 1:nrow(x)) x[i, ]), # nolint: seq_linter.
    Reduce = quote(sum(lapply(1:3, \(i) x[, i]))),
    op_stack = quote({
      s <- numeric(3)
      s[1] <- mean(x)
    }),
    "x[-1, ]" = quote(x[nrow(x), ]), op_flip = quote(x[nrow(x):1, ]), # nolint: seq_linter.
    "x[1:-2, ]" = quote(x[2:nrow(x), ] - x[1:(nrow(x) - 1), ]), "x[2:NA, ]" = quote({
      n <- nrow(x) - 1L
      x[1:n, ]
    })
  )
  # From R 4.3 on tensors have matrix products of R's.
  if (getRversion() < "4.3.0") {
    cases <- c(cases, op_matmul = quote(mean(t(x) %*% y)))
  }
  tensors <- inputs()
  for (i in seq_along(cases)) {
    found <- traced(cases[[i]], tensors)
    label <- deparse(cases[[i]])
    expect_s3_class(found, "refused")
    expect_match(unclass(found), names(cases)[[i]], fixed = TRUE, label = label)
  }
})

for_each_backend("what R can compute of a symbolic tensor is right", {
  data <- matrix(c(0.5, -1.5, 2, 3, -0.25, 1), 2)
  v <- rowSums(data)
  of_rows <- function(value) matrix(value, 2, 1)
  cases <- list(
    list(quote(x / length(x)), data / 6), list(quote(x - mean(x)), data - mean(data)),
    list(quote(op_zeros_like(x) + median(x)), matrix(median(data), 2, 3)),
    list(quote(x * max(x, 2.5)), data * 3), list(quote(round(x, 1)), round(data, 1)),
    list(quote(cbind(x, v)), cbind(data, v)), list(quote(cbind(1, x)), cbind(1, data)),
    list(quote(x - quantile(v, 0.25)), data - quantile(v, 0.25)[[1]]),
    list(quote(op_cast(is.na(x) | x > 1, "float32")), 1 * (data > 1)),
    list(quote(x * prod(x)), data * prod(data)), list(quote(log(abs(x), 2)), log2(abs(data))),
    list(quote(x[, 3:1]), data[, 3:1]), list(quote(x %/% 1 + x %% 1), data),
    list(quote(x + (sum(v) / length(v))), data + mean(v)),
    list(quote(x + sum(x[x > 0]) / op_cast(length(x[x > 0]), "float32")), data + 13 / 8),
    list(quote(x[1:nrow(x), 2:ncol(x)]), data[, 2:3]), # nolint: seq_linter.
    list(quote(x[2:NA, ] - x[1:-2, ]), diff(data)),
    list(quote(x - x[, 2, drop = FALSE]), data - data[, 2]),
    list(quote(x - x[1, , drop = FALSE]), data - rep(data[1, ], each = 2)),
    list(quote(x[, c(TRUE, FALSE, TRUE), drop = FALSE]), data[, c(1, 3)])
  )
  for (case in cases) {
    got <- unname(computed(case[[1]], data, backend))
    expect_equal(c(got), c(case[[2]]), tolerance = 1e-5, label = deparse(case[[1]]))
  }
})

test_that("what would be another number than R's is said", {
  skip_if_no_backend("torch")
  withr::local_options(rlib_warning_verbosity = "verbose")
  x <- layer_input(3)
  z <- as_tensor(matrix(1:6, 2))
  said <- function(expr) cat(conditionMessage(rlang::catch_cnd(expr, "rdeep_warning")))
  expect_snapshot(said(x[, -1]))
  expect_snapshot(said(x[1]))
  for (part in expression(x[-1, ], z[-1, ], z[, -(1:2)])) {
    expect_warning(eval(part), "count from the end", class = "rdeep_warning")
  }
  for (part in expression(z[1], z[[2]], z[1:2])) {
    expect_warning(eval(part), "takes a row", class = "rdeep_warning")
  }
  for (part in expression(z[1, ], z[-2:NA, ], z[z > 2], z[1:-2, ], z[1, 1:2], z[1, ][2], z[..])) {
    expect_no_warning(eval(part))
  }
  expect_identical(dim(z[, 1, drop = FALSE]), c(2L, 1L))
  expect_identical(dim(z[-1, , drop = FALSE]) |> suppressWarnings(), c(1L, 3L))
})

test_that("R's random numbers in a function that is traced are said", {
  skip_if_no_backend("torch")
  x <- matrix(1:6 / 6, 2)
  model <- keras_model_sequential(input_shape = 3, backend = "torch") |> layer_dense(1)
  evaluated <- function(...) {
    compile(model, ...)
    evaluate(model, x, 1:2, verbose = 0)
  }
  input <- layer_input(3)
  said <- "constants of the network"
  expect_warning(evaluated(loss = \(y, p) mean(y - p) * rnorm(1)), said, class = "rdeep_warning")
  expect_warning(layer_lambda(input, \(x) x[, sample(3, 1)]), said)
  expect_warning(Layer("Noisy", call = \(x) x + runif(3))()(input), said)
  noisy <- Metric("Noisy",
    initialize = function() {
      super$initialize()
      self$sum <- self$add_variable()
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) {
      self$sum$assign_add(sum(y_true) * rexp(1))
    },
    result = function() self$sum
  )
  expect_warning(evaluated(loss = "mse", metrics = list(noisy())), said)
  # What the network draws, new layers, and draws that come before are something else.
  expect_no_warning({
    set.seed(1)
    by <- rnorm(3)
    layer_lambda(input, \(x) layer_dense(x + as_tensor(by, "float32"), 2))
    set.seed(2)
    evaluated(loss = \(y, p) mean((y - p + random_normal(op_shape(p)))^2))
  })
})

for_each_backend("a loss that divides by a length trains, and one by NA is refused", {
  x <- matrix(1:20 / 20, 10)
  y <- 1:10 / 10
  trained <- function(loss) {
    set_random_seed(1)
    model <- keras_model_sequential(input_shape = 2, backend = backend) |> layer_dense(1)
    model |> compile(optimizer = "sgd", loss = loss)
    fit(model, x, y, epochs = 2, batch_size = 4, verbose = 0)
    unlist(get_weights(model))
  }
  ours <- trained(function(y_true, y_pred) sum((y_true - y_pred)^2) / length(y_true))
  expect_equal(ours, trained("mse"), tolerance = 1e-5)
  expect_error(
    trained(function(y_true, y_pred) sum((y_true - y_pred)^2) / nrow(y_true)),
    "NA or NaN became a constant",
    class = "rdeep_error_function"
  )
  expect_error(
    trained(function(y_true, y_pred) mean(pmax(y_true - y_pred, 0))),
    "op_maximum",
    class = "rdeep_error_function"
  )
})

for_each_backend("a function's value belongs to the batches that were asked for", {
  x <- matrix(1:100)
  total <- custom_metric("s", function(y_true, y_pred) op_sum(y_true))
  model <- keras_model_sequential(input_shape = 1, backend = backend) |>
    layer_activation("linear")
  model |> compile(loss = "mse", metrics = total, optimizer = "sgd")
  for (size in c(32, 100, 7)) {
    batches <- split(1:100, (1:100 - 1) %/% size)
    found <- evaluate(model, x, x, batch_size = size, verbose = 0)
    expect_equal(found[["s"]], mean(vapply(batches, sum, 0)), tolerance = 1e-6)
  }
  # The model has no weights, which is said.
  h <- suppressWarnings(fit(
    model, x, x,
    epochs = 1, batch_size = 32, verbose = 0, shuffle = FALSE, validation_data = list(x, x)
  ))
  expect_equal(unlist(h$metrics[c("s", "val_s")]), c(s = 1262.5, val_s = 1262.5))
})

for_each_backend("a loss that is called keeps its reduction and takes weights", {
  y <- matrix(c(0, 0, 1, 1), 2)
  p <- matrix(c(0, 1, 1, 3), 2)
  for (as in list(identity, function(x) as_tensor(x, "float32"))) {
    value <- function(...) as.numeric(loss_mean_squared_error(...)(as(y), as(p)))
    weighed <- function(w, ...) as.numeric(loss_mean_squared_error(...)(as(y), as(p), w))
    expect_equal(value(), 1.25)
    expect_equal(value(reduction = "sum"), 2.5)
    expect_equal(value(reduction = "none"), c(0, 2.5))
    expect_equal(weighed(c(1, 3)), 3.75)
    expect_equal(weighed(matrix(c(1, 3)), reduction = "sum"), 7.5)
    expect_equal(weighed(c(1, 3), reduction = "mean_with_sample_weight"), 1.875, tolerance = 1e-6)
    expect_equal(weighed(matrix(c(0, 1, 0, 2), 2)), 9 / 4)
    metric <- metric_mean_squared_error()
    expect_equal(as.numeric(metric(as(y), as(p))), 1.25)
    expect_equal(as.numeric(metric(as(y), as(p), sample_weight = c(1, 0))), 2.5 / 3)
  }
  expect_conditions_snapshot(loss_mean_squared_error()(y, p, c(1, 2, 3)))
})
