# The series of series.py and what `forecast::auto.arima()` makes of them, written as two files:
#   Rscript benchmarks/ready/series.R build/series
# From each origin the last values are forecast; `many` are short series that are generated.

library(forecast)
target <- commandArgs(TRUE)[1]

generated <- function(count = 60) {
  set.seed(15)
  one <- function(i) {
    n <- sample(42:70, 1)
    season <- rep_len(stats::rnorm(4, sd = 2) * stats::rexp(1), n)
    trend <- cumsum(stats::rnorm(n, 0.1 * stats::rnorm(1), 0.3))
    noise <- stats::arima.sim(list(ar = stats::runif(1, -0.2, 0.7)), n)
    level <- 20 + trend + season + noise
    if (i %% 2) exp(level / 10) else level
  }
  lapply(seq_len(count), function(i) stats::ts(as.numeric(one(i)), frequency = 4))
}

# Series, horizon, origins and the steps between them.
cases <- list(
  AirPassengers = list(AirPassengers, 24, 8, 6), co2 = list(co2, 24, 6, 24),
  sunspot.year = list(sunspot.year, 10, 10, 10), sunspots = list(sunspots, 24, 6, 60),
  UKgas = list(UKgas, 8, 8, 4), USAccDeaths = list(USAccDeaths, 12, 6, 4),
  nottem = list(nottem, 12, 8, 7), ldeaths = list(ldeaths, 12, 6, 4),
  JohnsonJohnson = list(JohnsonJohnson, 8, 8, 4), lynx = list(lynx, 10, 6, 7),
  LakeHuron = list(LakeHuron, 10, 6, 6),
  DAX = list(ts(as.numeric(EuStockMarkets[, "DAX"])), 10, 6, 60),
  UKDriverDeaths = list(UKDriverDeaths, 12, 8, 7)
)
many <- lapply(generated(), function(x) list(x, 8, 2, 4))
cases <- c(cases, stats::setNames(many, sprintf("many%02d", seq_along(many))))

values <- lapply(names(cases), function(name) {
  x <- cases[[name]][[1]]
  data.frame(series = name, period = frequency(x), horizon = cases[[name]][[2]], value = c(x))
})
utils::write.csv(do.call(rbind, values), file.path(target, "values.csv"), row.names = FALSE)

forecasts <- lapply(names(cases), function(name) {
  case <- cases[[name]]
  n <- length(case[[1]])
  message(name, " ", format(Sys.time(), "%T"))
  ends <- n - case[[2]] - case[[4]] * (seq_len(case[[3]]) - 1)
  do.call(rbind, lapply(ends, function(end) {
    seen <- ts(case[[1]][seq_len(end)], frequency = frequency(case[[1]]))
    found <- forecast(auto.arima(seen), h = case[[2]], level = c(80, 95))
    data.frame(
      series = name, origin = end, step = seq_len(case[[2]]), arima = c(found$mean),
      lower80 = c(found$lower[, 1]), upper80 = c(found$upper[, 1]),
      lower95 = c(found$lower[, 2]), upper95 = c(found$upper[, 2])
    )
  }))
})
utils::write.csv(do.call(rbind, forecasts), file.path(target, "arima.csv"), row.names = FALSE)
