# Models of series: what they forecast, in which form, and what they refuse.

quick_series <- function(x, ..., members = 2, epochs = 1, verbose = 0) {
  deep_series(x, ..., members = members, epochs = epochs, verbose = verbose)
}

sales_data <- function(days = 60) {
  withr::local_seed(3)
  data <- expand.grid(
    date = as.Date("2024-01-01") + seq_len(days) - 1,
    item = c(2L, 1L), store = c("north", "south"), stringsAsFactors = TRUE
  )
  data$promo <- rbinom(nrow(data), 1, 0.3) == 1
  data$sales <- 20 + 5 * data$item + 8 * data$promo + rnorm(nrow(data), sd = 0.5)
  data
}

for_each_backend("a ts is forecast, in its own times, and by files", {
  set.seed(1)
  model <- quick_series(window(AirPassengers, end = c(1959, 12)), horizon = 12)
  expect_s3_class(model, c("deep_series", "rdeep_ready"))
  found <- predict(model, type = "interval")
  expect_named(found, c(
    "index", ".pred", ".pred_lower_80", ".pred_upper_80", ".pred_lower_95", ".pred_upper_95"
  ))
  expect_equal(found$index, 1960 + 0:11 / 12)
  expect_lt(mean(abs(found$.pred - window(AirPassengers, start = 1960))), 35)
  expect_true(all(found$.pred_lower_95 <= found$.pred_lower_80))
  one <- predict(model, type = "interval", level = 0.8, horizon = 2)
  expect_named(one, c("index", ".pred", ".pred_lower", ".pred_upper"))
  expect_equal(one$.pred_lower, found$.pred_lower_80[1:2])
  expect_named(predict(model, type = "quantile"), c(
    "index", ".pred_q0.05", ".pred_q0.5", ".pred_q0.95"
  ))
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path)), predict(model))
  saved <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, saved)
  again <- load_model(saved, backend = "numpy")
  expect_equal(predict(again), predict(model), tolerance = 1e-5)
  # It goes on from newer values.
  newer <- predict(model, window(AirPassengers, end = c(1960, 6)), horizon = 3)
  expect_equal(newer$index, 1960 + 6:8 / 12)
})

test_that("many series with covariates are one model", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  data <- sales_data()
  seen <- data$date < as.Date("2024-02-20")
  model <- quick_series(
    sales ~ promo, data[seen, ],
    index = date, key = c(store, item), horizon = 10
  )
  future <- data[!seen, c("date", "store", "item", "promo")]
  found <- predict(model, future, type = "interval", level = 80)
  expect_named(found, c("store", "item", "date", ".pred", ".pred_lower", ".pred_upper"))
  expect_s3_class(found$store, "factor")
  expect_s3_class(found$date, "Date")
  both <- merge(as.data.frame(found), data)
  expect_equal(nrow(both), 40)
  expect_lt(mean(abs(both$sales - both$.pred)), 1)
  # The same from the frame first, with columns by text, rows in another order.
  set.seed(1)
  shuffled <- data[seen, ][sample(sum(seen)), ]
  other <- quick_series(
    shuffled, sales ~ promo,
    index = "date", key = c("store", "item"), horizon = 10
  )
  expect_equal(nrow(predict(other, future)), 40)
  expect_error_snapshot(predict(model))
  expect_error_snapshot(predict(model, future["date"]))
  picture <- plot(model, new_data = future)
  expect_s3_class(picture, "ggplot")
  expect_gt(nrow(ggplot2::layer_data(picture, 2)), 100)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_equal(predict(readRDS(path), future), predict(model, future))
})

test_that("times go on in their class", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  times <- list(
    month = seq(as.Date("2020-01-01"), by = "month", length.out = 31),
    hour = seq(as.POSIXct("2024-03-30", tz = "Europe/Berlin"), by = "hour", length.out = 31),
    day = seq(as.POSIXct("2024-03-20", tz = "Europe/Berlin"), by = "day", length.out = 31),
    yearmon = structure(2020 + 0:30 / 12, class = "yearmon"),
    whole = 2000L + 2L * 0:30
  )
  for (time in times) {
    data <- data.frame(y = sin(1:31))
    data$time <- time
    model <- quick_series(y ~ 1, data[1:30, ], index = time, horizon = 1)
    expect_equal(predict(model)$time, time[31])
  }
})

test_that("tsibble's attributes are read", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  data <- sales_data(40)[c("date", "store", "item", "sales")]
  data <- data[data$item == 1, ]
  keyed <- structure(
    tibble::as_tibble(data),
    key = data.frame(store = levels(data$store), .rows = I(list(1:40, 41:80))),
    index = structure("date", ordered = TRUE), class = c("tbl_ts", "tbl_df", "tbl", "data.frame")
  )
  model <- quick_series(sales ~ 1, keyed, horizon = 2)
  expect_named(predict(model), c("store", "date", ".pred"))
})

test_that("tables and back-tests", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  model <- deep_series(nottem, horizon = 6, members = 2, epochs = 1, verbose = 0)
  expect_equal(nrow(tidy(model)), 6)
  expect_equal(augment(model)$nottem, as.vector(nottem))
  expect_named(glance(model), c(
    "nobs", "epochs", "mae", "rmse", "mase", "pinball", "coverage_80", "coverage_95"
  ))
  expect_output(print(model), "Forecasts of a series, 6 times ahead, with seasons of 12 times")
  tested <- backtest(model, origins = 2)
  expect_equal(tested$nottem, as.vector(utils::tail(nottem, 12)))
  measures <- summary(tested)
  expect_equal(measures$model, c("deep_series", "seasonal naive"))
  expect_lt(measures$mase[1], 1)
  expect_equal(nrow(summary(tested, by_step = TRUE)), 12)
  expect_s3_class(plot(tested), "ggplot")
  expect_s3_class(plot(model), "ggplot")
  expect_s3_class(plot(model, "training"), "ggplot")
  expect_s3_class(as_network(model), "rdeep_model")
  both <- cbind(ldeaths = ldeaths, mdeaths = mdeaths)
  several <- quick_series(both, horizon = 3, network = layer_lstm(units = 3))
  expect_equal(unique(predict(several)$series), c("ldeaths", "mdeaths"))
})

test_that("a model of a ts is a forecast of the forecast package", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  found <- forecast(quick_series(UKgas, horizon = 4), h = 3)
  expect_s3_class(found, "forecast")
  expect_equal(stats::tsp(found$mean), c(1987, 1987.5, 4))
  expect_equal(dim(found$lower), c(3L, 2L))
})

test_that("what cannot be used says why", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  data <- sales_data(40)
  expect_error_snapshot(deep_series("a"))
  expect_error_snapshot(deep_series(c(1, 2, 3)))
  expect_error_snapshot(deep_series(AirPassengers, horizon = 200))
  expect_error_snapshot(deep_series(AirPassengers, horizn = 3))
  expect_error_snapshot(deep_series(AirPassengers - 200, transform = "log"))
  expect_error_snapshot(deep_series(replace(AirPassengers, 5:6, NA)))
  expect_error_snapshot(deep_series(rep(NA_real_, 40)))
  expect_error_snapshot(deep_series(sales ~ promo, data, index = date))
  expect_error_snapshot(deep_series(sales ~ promo, data, index = date, key = c(store, itm)))
  expect_error_snapshot(deep_series(sales ~ log(promo), data, index = date))
  expect_error_snapshot(deep_series(sales ~ 1, data[-(3:4), ], index = date, key = c(store, item)))
  expect_error_snapshot(deep_series(data))
  timeless <- replace(data[1:40, ], 1, replace(data$date[1:40], 7, NA))
  expect_error_snapshot(deep_series(sales ~ 1, timeless, index = date))
  expect_error_snapshot(backtest(3))
  model <- quick_series(AirPassengers, horizon = 6)
  expect_error_snapshot(predict(model, horizon = 7))
  expect_error_snapshot(predict(model, 12))
  expect_error_snapshot(predict(model, UKgas))
  expect_error_snapshot(backtest(model, origins = 30))
  few <- data.frame(t = c(1:40, 1:3), k = rep(c("a", "b"), c(40, 3)), y = c(sin(1:40), 1:3))
  expect_error_snapshot(quick_series(y ~ 1, few, index = t, key = k, horizon = 3))
  expect_warning(
    kept <- quick_series(y ~ 1, few, index = t, key = k, horizon = 3, on_bad = "drop"),
    "1 of 2 series was left out: b: 3 values"
  )
  expect_equal(unique(predict(kept)$k), "a")
  expect_equal(nrow(predict(quick_series(
    replace(AirPassengers, 5:6, NA),
    gaps = "fill", horizon = 3
  ))), 3)
})
