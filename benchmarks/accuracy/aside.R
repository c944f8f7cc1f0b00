# Data sets that are not in the tables. Defaults are chosen on these, so that the tables test
# them.

# Some of the rows, always the same ones, without classes that are then too rare for five folds.
some_rows <- function(data, rows, outcome) {
  data <- data[withr::with_seed(1, sample(nrow(data), rows)), , drop = FALSE]
  if (is.factor(data[[outcome]])) {
    data <- data[data[[outcome]] %in% names(which(table(data[[outcome]]) >= 10)), , drop = FALSE]
    data[[outcome]] <- droplevels(data[[outcome]])
  }
  data
}

# Text as factors.
with_factors <- function(data) {
  as.data.frame(data, stringsAsFactors = TRUE)
}

aside_sets <- list(
  # ---- numbers to predict
  diamonds = function() {
    data <- transform(some_rows(ggplot2::diamonds, 8000, "price"), price = log10(price))
    data_set("diamonds", "price", data)
  },
  chicago = function() {
    data <- some_rows(without(shipped("modeldata", "Chicago"), "date"), 3000, "ridership")
    data_set("chicago", "ridership", data)
  },
  schools = function() data_set("schools", "lang", without(shipped("MASS", "nlschools"), "class")),
  biomass = function() {
    data_set("biomass", "HHV", without(shipped("modeldata", "biomass"), c("sample", "dataset")))
  },
  ozone = function() data_set("ozone", "V4", shipped("mlbench", "Ozone")),
  servo = function() data_set("servo", "Class", shipped("mlbench", "Servo")),
  airquality = function() data_set("airquality", "Ozone", shipped("datasets", "airquality")),
  cars = function() {
    data <- without(shipped("MASS", "Cars93"), c("Model", "Make", "Min.Price", "Max.Price"))
    data_set("cars", "Price", data)
  },
  friedman1 = function() {
    drawn <- withr::with_seed(1, mlbench::mlbench.friedman1(1500, sd = 1))
    data_set("friedman1", "outcome", data.frame(drawn$x, outcome = drawn$y))
  },
  # ---- classes to predict
  shuttle = function() {
    data_set("shuttle", "Class", some_rows(shipped("mlbench", "Shuttle"), 8000, "Class"))
  },
  dna = function() data_set("dna", "Class", shipped("mlbench", "DNA")),
  soybean = function() data_set("soybean", "Class", shipped("mlbench", "Soybean")),
  breast_biopsy = function() {
    data_set("breast_biopsy", "Class", without(shipped("mlbench", "BreastCancer"), "Id"))
  },
  votes = function() data_set("votes", "Class", shipped("mlbench", "HouseVotes84")),
  phone_churn = function() data_set("phone_churn", "churn", shipped("modeldata", "mlc_churn")),
  telecom_churn = function() {
    data_set("telecom_churn", "churn", with_factors(shipped("modeldata", "wa_churn")))
  },
  hpc = function() {
    data <- without(shipped("modeldata", "hpc_data"), c("day", "hour"))
    data_set("hpc", "class", with_factors(data))
  },
  stackoverflow = function() {
    data_set("stackoverflow", "Remote", with_factors(shipped("modeldata", "stackoverflow")))
  },
  penguins = function() data_set("penguins", "sex", shipped("modeldata", "penguins")),
  crabs = function() {
    data <- shipped("MASS", "crabs")
    data$kind <- interaction(data$sp, data$sex)
    data_set("crabs", "kind", without(data, c("sp", "sex", "index")))
  },
  spirals = function() {
    drawn <- withr::with_seed(1, mlbench::mlbench.spirals(1000, cycles = 1.5, sd = 0.05))
    data_set("spirals", "outcome", data.frame(drawn$x, outcome = drawn$classes))
  }
)
