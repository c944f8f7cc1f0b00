# deep_svm() beside e1071::svm(), which is LIBSVM: the objective of linear machines, the accuracy of
# Gaussian kernels on held-out rows, and the time of a fit.
#
#   RETICULATE_PYTHON=.venv/bin/python OMP_NUM_THREADS=1 Rscript benchmarks/ready/svm.R
#
# Needs e1071, mlbench, MASS and modeldata. One core, four minutes.

library(rdeep)

table_of <- function(name, package) {
  env <- new.env()
  utils::data(list = name, package = package, envir = env)
  as.data.frame(env[[name]])
}

with_outcome <- function(data, name) {
  data <- stats::na.omit(data)
  data$.y <- factor(data[[name]])
  data[[name]] <- NULL
  data
}

tables <- list(
  iris = with_outcome(iris, "Species"),
  pima = with_outcome(rbind(table_of("Pima.tr", "MASS"), table_of("Pima.te", "MASS")), "type"),
  sonar = with_outcome(table_of("Sonar", "mlbench"), "Class"),
  ionosphere = with_outcome(table_of("Ionosphere", "mlbench")[-(1:2)], "Class"),
  cancer = with_outcome(
    data.frame(lapply(table_of("BreastCancer", "mlbench")[2:10], as.numeric),
      Class = table_of("BreastCancer", "mlbench")$Class
    ), "Class"
  ),
  vehicle = with_outcome(table_of("Vehicle", "mlbench"), "Class"),
  glass = with_outcome(table_of("Glass", "mlbench"), "Type"),
  vowel = with_outcome(table_of("Vowel", "mlbench")[-1], "Class"),
  cells = with_outcome(table_of("cells", "modeldata")[-1], "class")
)

objective <- function(x, y, w, b) sum(w^2) / 2 + sum(pmax(0, 1 - y * (x %*% w + b)))

linear <- function(data, backend) {
  levels <- levels(data$.y)[1:2]
  data <- droplevels(data[data$.y %in% levels, ])
  numbers <- vapply(data, is.numeric, NA) & vapply(data, function(x) length(unique(x)) > 1, NA)
  data <- data[numbers | names(data) == ".y"]
  x <- scale(as.matrix(data[names(data) != ".y"]))
  y <- ifelse(data$.y == levels(data$.y)[2], 1, -1)
  peer <- e1071::svm(x, data$.y, kernel = "linear", scale = FALSE, tolerance = 1e-6)
  w <- drop(crossprod(peer$coefs, peer$SV))
  # The first class in the data is e1071's positive one.
  sign <- y[1]
  theirs <- objective(x, y, sign * w, -sign * peer$rho)
  fit <- deep_svm(.y ~ ., data, kernel = "linear", folds = 0, backend = backend)
  own <- coef(fit, scaled = TRUE)
  c(theirs = theirs, own = objective(x, y, own[-1], own[1]))
}

seconds <- function(code) unname(system.time(code)["elapsed"])

gaussian <- function(data, seed, backend, ...) {
  set.seed(seed)
  held <- sample(nrow(data), round(nrow(data) / 3))
  train <- data[-held, ]
  varies <- vapply(train, function(x) length(unique(x)) > 1, NA)
  train <- train[varies]
  data.frame(
    theirs_s = seconds(peer <- e1071::svm(.y ~ ., train)),
    own_s = seconds(fit <- deep_svm(.y ~ ., train, folds = 0, backend = backend, ...)),
    with_folds_s = seconds(deep_svm(.y ~ ., train, backend = backend, ...)),
    theirs = mean(predict(peer, data[held, ]) == data$.y[held]),
    own = mean(predict(fit, data[held, ])$.pred_class == data$.y[held])
  )
}

invisible(deep_svm(Species ~ ., iris, backend = "torch"))
invisible(deep_svm(Species ~ ., iris, backend = "tensorflow"))
cat("Objective of linear machines (first two classes)\n")
for (name in names(tables)) {
  for (backend in c("torch", "tensorflow")) {
    found <- linear(tables[[name]], backend)
    cat(sprintf(
      "%-11s %-11s e1071 %.6f  rdeep %.6f  relative %+.1e\n",
      name, backend, found[1], found[2], found[2] / found[1] - 1
    ))
  }
}
cat("\nAccuracy of Gaussian kernels, a third of the rows held out, three seeds\n")
cat("Seconds: e1071, rdeep without held-out scores, rdeep with them\n")
for (name in names(tables)) {
  for (backend in c("torch", "tensorflow")) {
    found <- do.call(rbind, lapply(1:3, function(seed) gaussian(tables[[name]], seed, backend)))
    cat(sprintf(
      "%-11s %4d rows %-11s e1071 %.3f rdeep %.3f (by seed %s)  seconds: %.2f %.2f %.2f\n",
      name, nrow(tables[[name]]), backend, mean(found$theirs), mean(found$own),
      paste(sprintf("%+.3f", found$own - found$theirs), collapse = " "),
      mean(found$theirs_s), mean(found$own_s), mean(found$with_folds_s)
    ))
  }
}
