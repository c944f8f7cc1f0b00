# The data sets that the tables are made of: real ones, from R packages and scikit-learn. Each
# is a function, so that nothing is loaded that is not asked for. aside.R has those to choose
# defaults on.

# A data set: its name, the outcome's column, and the data, whose outcome is a factor or a
# number.
data_set <- function(name, outcome, data) {
  data <- as.data.frame(data)
  list(
    name = name,
    outcome = outcome,
    task = if (is.factor(data[[outcome]])) "classification" else "regression",
    data = data[!is.na(data[[outcome]]), , drop = FALSE]
  )
}

# What a package ships under a name.
shipped <- function(package, name) {
  found <- new.env()
  utils::data(list = name, package = package, envir = found)
  as.data.frame(found[[name]])
}

# What scikit-learn ships, `classes` telling whether its outcome is one of several classes.
sklearn_set <- function(name, classes) {
  # Arrays rather than data frames: pandas need not be there.
  bunch <- reticulate::import("sklearn.datasets")[[paste0("load_", name)]]()
  data <- as.data.frame(bunch$data)
  names(data) <- make.names(unlist(bunch$feature_names))
  outcome <- as.vector(bunch$target)
  data$outcome <- if (classes) factor(outcome) else as.numeric(outcome)
  data_set(name, "outcome", data)
}

without <- function(data, columns) {
  data[setdiff(names(data), columns)]
}

benchmark_sets <- list(
  # ---- numbers to predict
  boston = function() data_set("boston", "medv", shipped("mlbench", "BostonHousing")),
  concrete = function() {
    data_set("concrete", "compressive_strength", shipped("modeldata", "concrete"))
  },
  car_prices = function() data_set("car_prices", "Price", shipped("modeldata", "car_prices")),
  # Prices of houses spread over two orders of magnitude; their logarithm is what is modelled.
  ames = function() {
    data <- transform(shipped("modeldata", "ames"), Sale_Price = log10(Sale_Price))
    data_set("ames", "Sale_Price", data)
  },
  sacramento = function() {
    data <- transform(shipped("modeldata", "Sacramento"), price = log10(price))
    data_set("sacramento", "price", data)
  },
  diabetes = function() sklearn_set("diabetes", classes = FALSE),
  # ---- classes to predict
  letters = function() data_set("letters", "lettr", shipped("mlbench", "LetterRecognition")),
  satellite = function() data_set("satellite", "classes", shipped("mlbench", "Satellite")),
  vehicle = function() data_set("vehicle", "Class", shipped("mlbench", "Vehicle")),
  vowel = function() data_set("vowel", "Class", shipped("mlbench", "Vowel")),
  glass = function() data_set("glass", "Type", shipped("mlbench", "Glass")),
  sonar = function() data_set("sonar", "Class", shipped("mlbench", "Sonar")),
  # Its second column is the same in every row.
  ionosphere = function() {
    data_set("ionosphere", "Class", without(shipped("mlbench", "Ionosphere"), "V2"))
  },
  pima = function() data_set("pima", "diabetes", shipped("mlbench", "PimaIndiansDiabetes2")),
  credit = function() data_set("credit", "Status", shipped("modeldata", "credit_data")),
  attrition = function() data_set("attrition", "Attrition", shipped("modeldata", "attrition")),
  # `case` says who was a training row in the paper.
  cells = function() data_set("cells", "class", without(shipped("modeldata", "cells"), "case")),
  digits = function() sklearn_set("digits", classes = TRUE),
  breast_cancer = function() sklearn_set("breast_cancer", classes = TRUE),
  wine = function() sklearn_set("wine", classes = TRUE)
)
