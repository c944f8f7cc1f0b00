slopes <- function(x, y) unique(round(diff(y) / diff(x), 8))

# Partial dependence --------------------------------------------------------------

test_that("partial dependence on a column of a linear model is a line with its slope", {
  view <- linear_view()
  found <- partial_dependence(view, "x1", grid_size = 5)
  expect_named(found, c("x1", ".pred"))
  expect_equal(found$x1, stats::quantile(view$frame$x1, 0:4 / 4, type = 1, names = FALSE))
  expect_equal(slopes(found$x1, found$.pred), 3)
  middle <- view$frame
  middle$x1 <- found$x1[3]
  expect_equal(found$.pred[3], mean(linear_answer(middle)))
})

test_that("partial dependence on a factor has a row for each level that occurs", {
  view <- linear_view()
  levels(view$frame$g) <- c("a", "b", "c")
  view$frame$g <- factor(view$frame$g, levels = c("never", "a", "b", "c"))
  found <- partial_dependence(view, "g")
  expect_equal(as.character(found$g), c("a", "b", "c"))
  expect_equal(diff(found$.pred), c(1, -3))
})

test_that("partial dependence on two columns has all their combinations", {
  found <- partial_dependence(linear_view(), c("x1", "g"), grid_size = 4)
  expect_equal(nrow(found), 12)
  expect_equal(nrow(unique(found[c("x1", "g")])), 12)
  of_b <- found[found$g == "b", ]
  expect_equal(slopes(of_b$x1, of_b$.pred), 3)
})

test_that("curves of single rows have the slope that each row has", {
  data <- linear_data()
  view <- linear_view(data, answer = function(frame) frame$x1 * frame$k)
  found <- partial_dependence(view, "x1", grid_size = 3, ice = TRUE)
  expect_named(found, c(".row", "x1", ".pred"))
  expect_equal(nrow(found), 3 * (nrow(data) + 1))
  row <- found[which(found$.row == 4), ]
  expect_equal(slopes(row$x1, row$.pred), data$k[4])
  average <- found[is.na(found$.row), ]
  expect_equal(slopes(average$x1, average$.pred), round(mean(data$k), 8))
})

test_that("rows that are drawn keep their numbers", {
  data <- linear_data()
  view <- linear_view(data, answer = function(frame) frame$x1 * frame$k)
  set.seed(1)
  found <- partial_dependence(view, "x1", grid_size = 2, ice = TRUE, rows = 5)
  row <- found[which(found$.row == max(found$.row, na.rm = TRUE)), ]
  expect_length(unique(found$.row), 6)
  expect_equal(slopes(row$x1, row$.pred), data$k[row$.row[1]])
})

test_that("weights count in averages", {
  data <- linear_data()
  view <- linear_view(data, answer = function(frame) frame$x1 * frame$k, weights = data$k)
  found <- partial_dependence(view, "x1", grid_size = 2)
  expect_equal(slopes(found$x1, found$.pred), round(stats::weighted.mean(data$k, data$k), 8))
})

test_that("each class has a curve, and they add up to one", {
  found <- partial_dependence(class_view(), "x1", grid_size = 4)
  expect_named(found, c("x1", ".class", ".pred"))
  expect_equal(levels(found$.class), c("low", "middle", "high"))
  expect_equal(as.vector(rowsum(found$.pred, found$x1)), rep(1, 4))
})

test_that("large data is predicted in pieces with the same result", {
  whole <- partial_dependence(linear_view(), c("x1", "g"), grid_size = 4)
  local_rows_at_once(100L)
  expect_equal(partial_dependence(linear_view(), c("x1", "g"), grid_size = 4), whole)
})

# Accumulated local effects -------------------------------------------------------

test_that("accumulated local effects of a linear model are a centred line with its slope", {
  view <- linear_view()
  found <- ale(view, "x1", bins = 6)
  expect_named(found, c("x1", ".ale", ".n"))
  expect_equal(slopes(found$x1, found$.ale), 3)
  expect_equal(sum(found$.n), nrow(view$frame))
  middle <- (found$.ale[-1] + found$.ale[-7]) / 2
  expect_equal(sum(middle * found$.n[-1]), 0)
})

test_that("accumulated local effects of a factor are its contrasts, with mean zero", {
  view <- linear_view()
  found <- ale(view, "g")
  expect_equal(diff(found$.ale), c(1, -3))
  expect_equal(sum(found$.ale * found$.n), 0)
  expect_equal(found$.n, as.vector(table(view$frame$g)))
})

test_that("related columns do not disturb accumulated local effects", {
  x1 <- seq(-1, 1, length.out = 101)
  data <- data.frame(x1 = x1, x2 = x1)
  # Where the columns agree this is 2 * x1; elsewhere no row has ever been.
  answer <- function(frame) frame$x1 + frame$x2 + 100 * (abs(frame$x1 - frame$x2) > 0.5)
  view <- new_explainable(data, function(frame, rows) matrix(answer(frame)))
  found <- ale(view, "x1", bins = 10)
  expect_equal(slopes(found$x1, found$.ale), 1)
  dependence <- partial_dependence(view, "x1", grid_size = 5)
  expect_gt(max(dependence$.pred), 20)
})

test_that("repeated values, missing values and classes are understood", {
  view <- linear_view()
  view$frame$k[1:3] <- NA
  view$predict <- function(frame, rows) matrix(ifelse(is.na(frame$k), 0, frame$k / 2))
  found <- ale(view, "k", bins = 50)
  expect_equal(slopes(found$k, found$.ale), 0.5)
  expect_equal(sum(found$.n), nrow(view$frame) - 3)
  classes <- ale(class_view(), "x1", bins = 4)
  expect_named(classes, c("x1", ".class", ".ale", ".n"))
  expect_equal(as.vector(rowsum(classes$.ale, classes$x1)), rep(0, 5))
})

# Drawing -------------------------------------------------------------------------

test_that("effects are drawn, whatever the columns", {
  skip_if_not_installed("ggplot2")
  view <- linear_view()
  line <- expect_drawn(plot(partial_dependence(view, "x1", grid_size = 4)))
  expect_equal(labels_of(line), c(x = "x1", y = "Predicted y"))
  expect_drawn(plot(partial_dependence(view, "x1", grid_size = 4, ice = TRUE)))
  expect_drawn(plot(partial_dependence(view, "g")))
  expect_drawn(plot(partial_dependence(view, c("x1", "x2"), grid_size = 4)))
  expect_drawn(plot(partial_dependence(view, c("g", "x2"), grid_size = 4)))
  expect_drawn(ggplot2::autoplot(partial_dependence(class_view(), "x1", grid_size = 4)))
  centred <- expect_drawn(plot(ale(view, "x1", bins = 4)))
  expect_equal(labels_of(centred), c(x = "x1", y = "Effect on the predicted y"))
  expect_drawn(plot(ale(view, "g")))
  expect_drawn(plot(ale(class_view(), "x1", bins = 4)))
})

# Models --------------------------------------------------------------------------

test_that("effects of a linear tabular model have the slopes of its coefficients", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  model <- deep_tabular(
    y ~ x1 + x2 + g, linear_data(),
    hidden_units = 0, backend = "torch", verbose = 0
  )
  line <- partial_dependence(model, "x1", grid_size = 4)
  expect_equal(diff(line$.pred) / diff(line$x1), rep(coef(model)[["x1"]], 3), tolerance = 1e-4)
  line <- ale(model, "x2", bins = 4)
  expect_equal(diff(line$.ale) / diff(line$x2), rep(coef(model)[["x2"]], 4), tolerance = 1e-4)
  steps <- ale(model, "g")
  expect_equal(diff(steps$.ale)[1], coef(model)[["gb"]], tolerance = 1e-4)
})

test_that("formulas and recipes are looked at by the columns of the data", {
  skip_if_no_backend("torch")
  set_random_seed(1)
  data <- linear_data()
  data$text <- as.character(data$g)
  model <- deep_tabular(
    y ~ log(x2) + text + factor(k > 2) + offset(x1), data,
    epochs = 2, backend = "torch", verbose = 0
  )
  expect_setequal(importance(model, repetitions = 2)$variable, c("x2", "text", "k"))
  found <- partial_dependence(model, c("x2", "text"), grid_size = 3)
  expect_type(found$text, "character")
  expect_equal(nrow(found), 9)
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(y ~ x1 + x2 + g, data) |>
    recipes::step_normalize(x1, x2) |>
    recipes::step_dummy(g)
  model <- deep_tabular(recipe, data, hidden_units = 0, backend = "torch", verbose = 0)
  found <- partial_dependence(model, "x1", grid_size = 3)
  expect_equal(range(found$x1), range(data$x1))
  expect_equal(
    diff(ale(model, "g")$.ale), diff(partial_dependence(model, "g")$.pred),
    tolerance = 1e-5
  )
  # A column of another role comes along, and is no predictor.
  data$id <- seq_len(nrow(data))
  named <- recipes::recipe(y ~ x1 + x2 + id, data) |> recipes::update_role(id, new_role = "id")
  model <- deep_tabular(named, data, epochs = 2, backend = "torch", verbose = 0)
  expect_setequal(importance(model, repetitions = 2)$variable, c("x1", "x2"))
  expect_equal(nrow(predict(model, type = "interval")), nrow(data))
  expect_true("id" %in% names(augment(model)))
})

test_that("what effects cannot use is refused", {
  view <- linear_view()
  expect_error_snapshot(partial_dependence(view, "x3"))
  expect_error_snapshot(partial_dependence(view, 2))
  expect_error_snapshot(partial_dependence(view))
  expect_error_snapshot(ale(view))
  expect_error_snapshot(partial_dependence(view, c("x1", "x2", "k")))
  expect_error_snapshot(partial_dependence(view, c("x1", "x2"), ice = TRUE))
  expect_error_snapshot(partial_dependence(view, "x1", grid_size = 1))
  expect_error_snapshot(ale(view, c("x1", "x2")))
  expect_error_snapshot(ale(view, "x1", bins = 0.5))
  view$frame$x1 <- 1
  expect_error_snapshot(ale(view, "x1"))
  expect_error_snapshot(ale(linear_data(), "x1"))
})
