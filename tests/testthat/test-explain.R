explain_view <- function(rows, ..., view = linear_view(), samples = 120) {
  target <- view
  target$frame <- view$frame[rows, ]
  found <- shapley_rows(view, target, samples)
  new_explanation(found, target, prediction_label(view), "shapley")
}

totals <- function(x) {
  as.vector(rowsum(x$contribution, paste(x$.row, x[[".class"]]), reorder = FALSE))
}

test_that("contributions add up to the prediction minus the mean prediction", {
  set.seed(1)
  crossed <- function(frame) frame$x1 * frame$k + exp(frame$x2) * (frame$g == "a")
  view <- linear_view(answer = crossed)
  found <- explain_view(1:5, view = view, samples = 20)
  expect_named(
    found,
    c(".row", "variable", "value", "contribution", "std_error", "baseline", "prediction")
  )
  expect_equal(totals(found), (crossed(view$frame) - mean(crossed(view$frame)))[1:5])
  first <- found[found$variable == "x1", ]
  expect_equal(first$prediction, crossed(view$frame)[1:5])
  expect_equal(first$baseline, rep(mean(crossed(view$frame)), 5))
})

test_that("a linear model's contributions are exact once each row of the data has come up", {
  set.seed(2)
  view <- linear_view()
  n <- nrow(view$frame)
  found <- explain_view(1:3, view = view, samples = 2 * n)
  first <- found[found$variable == "x1", ]
  expect_equal(first$contribution, 3 * (view$frame$x1[1:3] - mean(view$frame$x1)))
  effect <- c(a = 0, b = 1, c = -2)[as.character(view$frame$g)]
  expect_equal(found$contribution[found$variable == "g"], unname(effect[1:3] - mean(effect)))
})

test_that("contributions come near to Shapley values computed from all subsets", {
  set.seed(3)
  data <- linear_data(30)[c("x1", "x2", "k")]
  answer <- function(frame) frame$x1 * frame$x2 + frame$k * frame$x1
  view <- new_explainable(data, function(frame, rows) matrix(answer(frame)))
  value <- function(known) {
    frame <- data
    frame[known] <- data[rep(1, nrow(data)), known]
    mean(answer(frame))
  }
  others <- c("x2", "k")
  exact <- (value("x1") - value(character())) / 3 +
    (value(c("x1", "x2")) - value("x2")) / 6 + (value(c("x1", "k")) - value("k")) / 6 +
    (value(names(data)) - value(others)) / 3
  found <- explain_view(1, view = view, samples = 6000)
  expect_lt(abs(found$contribution[1] - exact), 4 * found$std_error[1])
  expect_lt(found$std_error[1], 0.1)
})

test_that("a column without effect contributes nothing", {
  found <- explain_view(1:2, view = class_view(), samples = 10)
  expect_equal(found$contribution[found$variable == "x2"], rep(0, 6))
})

test_that("each class has contributions", {
  set.seed(1)
  view <- class_view()
  found <- explain_view(1:2, view = view, samples = 10)
  expect_equal(names(found)[1:3], c(".row", ".class", "variable"))
  p <- view$predict(view$frame)
  expect_equal(totals(found), as.vector(t(p[1:2, ])) - rep(colMeans(p), 2))
})

test_that("a row is explained at its own offset, and columns that come along stay its own", {
  set.seed(1)
  shift <- linear_data()$k
  view <- linear_view(
    variables = c("x1", "x2"), shifted = TRUE,
    answer = function(frame) frame$x1 * frame$k
  )
  view$predict <- function(frame, rows, ...) matrix(frame$x1 * frame$k + 10 * shift[rows])
  found <- explain_view(1:2, view = view, samples = 120)
  expect_setequal(found$variable, c("x1", "x2"))
  k <- view$frame$k[1:2]
  expect_equal(totals(found), k * (view$frame$x1[1:2] - mean(view$frame$x1)))
  expect_equal(found$prediction[c(1, 3)], k * view$frame$x1[1:2] + 10 * shift[1:2])
})

test_that("large data is predicted in pieces with the same result", {
  set.seed(1)
  whole <- explain_view(1:2)
  local_rows_at_once(100L)
  set.seed(1)
  expect_equal(explain_view(1:2), whole)
})

test_that("explanations are drawn, the largest contribution on top", {
  skip_if_not_installed("ggplot2")
  set.seed(1)
  found <- explain_view(1:2)
  drawing <- expect_drawn(plot(found))
  expect_equal(labels_of(drawing)[["x"]], "Contribution to the predicted y")
  expect_equal(nrow(plot(found, top = 2)$data), 4)
  expect_drawn(ggplot2::autoplot(explain_view(1, view = class_view(), samples = 10)))
})

slow_on_tensorflow("tabular models are explained", {
  set_random_seed(1)
  data <- linear_data(80)
  model <- deep_tabular(y ~ ., data, members = 2, epochs = 5, architecture = "mlp", verbose = 0)
  found <- explain(model, data[1:3, ], samples = 20)
  expect_equal(
    totals(found), predict(model, data[1:3, ])$.pred - mean(predict(model)$.pred),
    tolerance = 1e-4
  )
  # Text and a factor with other levels are the same values.
  other <- transform(data[1:3, ], g = as.character(g))
  expect_equal(explain(model, other, samples = 20)$value, found$value)
})

for_each_backend("integrated gradients add up to the difference of two predictions", {
  skip_if_no_captum()
  set_random_seed(1)
  data <- linear_data(80)
  data$big <- factor(ifelse(data$y > 1, "yes", "no"))
  model <- deep_tabular(big ~ x1 + x2 + g, data, members = 2, epochs = 5, verbose = 0)
  found <- explain(model, data[1:4, ], method = "integrated_gradients", samples = 300)
  at <- found[found$variable == "x1", ]
  expect_equal(totals(found), at$prediction - at$baseline, tolerance = 0.02)
  link <- predict(model, data[1:4, ], type = "link")$.pred_linear_pred
  expect_equal(at$prediction, link, tolerance = 1e-4)
  start <- data.frame(
    x1 = stats::quantile(data$x1, 0.5, type = 1), x2 = stats::quantile(data$x2, 0.5, type = 1),
    g = names(which.max(table(data$g)))
  )
  expect_equal(
    at$baseline, rep(predict(model, start, type = "link")$.pred_linear_pred, 4),
    tolerance = 1e-4
  )
})

test_that("integrated gradients of a linear model are coefficients times distances", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  data <- linear_data()
  model <- deep_tabular(
    y ~ x1 + g, data,
    hidden_units = 0, backend = "torch", verbose = 0
  )
  found <- explain(model, data[1:2, ], method = "integrated_gradients")
  middle <- stats::quantile(data$x1, 0.5, type = 1, names = FALSE)
  expect_equal(
    found$contribution[found$variable == "x1"],
    coef(model)[["x1"]] * (data$x1[1:2] - middle),
    tolerance = 1e-4
  )
})

test_that("networks are explained on data that is given", {
  skip_if_no_captum()
  set_random_seed(1)
  network <- keras_model_sequential(input_shape = 4, backend = "torch") |>
    layer_dense(8, activation = "tanh") |>
    layer_dense(3, activation = "softmax")
  network |> compile(loss = "sparse_categorical_crossentropy")
  network |> fit(iris[1:4], iris$Species, epochs = 2, verbose = 0)
  found <- explain(network, iris[c(1, 100), ], iris, samples = 20)
  p <- predict(network, iris)
  expect_equal(
    totals(found), as.vector(t(p[c(1, 100), ])) - rep(colMeans(p), 2),
    tolerance = 1e-4, ignore_attr = TRUE
  )
  found <- explain(network, iris[1, ], iris, method = "integrated_gradients", samples = 50)
  at <- found[found$variable == "Petal.Width", ]
  expect_equal(totals(found), at$prediction - at$baseline, tolerance = 1e-3)
})

test_that("dplyr's generic of that name finds the models too", {
  skip_if_not_installed("dplyr")
  model <- structure(list(), class = "rdeep_fit")
  expect_rdeep_error(dplyr::explain(model), "argument", "'new_data' is missing")
})

test_that("what explain() cannot use is refused", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  model <- deep_tabular(
    y ~ x1 + g, linear_data(),
    hidden_units = 0, backend = "torch", verbose = 0
  )
  expect_error_snapshot(explain(model, data.frame(x1 = 1)))
  expect_error_snapshot(suppressWarnings(explain(model, data.frame(x1 = 1, g = "d"))))
  expect_error_snapshot(explain(model, data.frame(x1 = NA_real_, g = "a")))
  expect_error_snapshot(explain(model))
  expect_error_snapshot(explain(model, linear_data(), method = "guess"))
  expect_error_snapshot(explain(model, linear_data(), samples = 1))
})
