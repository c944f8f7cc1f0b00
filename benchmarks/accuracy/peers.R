# The peers in R. Each is a function of the training rows' predictors and their outcome, a
# factor or a number, that returns a function of new predictors. This gives numbers, or a list
# of `class` and `prob`, a matrix with one column a class.

# The classes that a matrix of probabilities favours.
with_favourites <- function(prob) {
  list(class = colnames(prob)[max.col(prob, ties.method = "first")], prob = prob)
}

# Leaves as small as its classification forests have by default: those of its probability
# forests, of ten rows, gave worse classes and worse probabilities.
peer_ranger <- function(x, y, threads) {
  fill <- imputation(x)
  classes <- is.factor(y)
  forest <- ranger::ranger(
    x = fill(x), y = y, probability = classes, min.node.size = if (classes) 1, num.threads = threads
  )
  function(new) {
    predicted <- stats::predict(forest, fill(new), num.threads = threads)$predictions
    if (classes) with_favourites(predicted) else predicted
  }
}

# Penalty by its own cross-validation, in folds that have some of each class.
peer_glmnet <- function(x, y, threads) {
  design <- numeric_design(x)
  family <- if (!is.factor(y)) "gaussian" else if (nlevels(y) == 2) "binomial" else "multinomial"
  folds <- stratified_folds(y, 10, seed = 1)
  fitted <- glmnet::cv.glmnet(design(x), y, family = family, foldid = folds, keep = TRUE)
  penalty <- best_penalty(fitted)
  function(new) {
    predicted <- stats::predict(fitted, design(new), s = penalty, type = "response")
    switch(family,
      gaussian = drop(predicted),
      binomial = with_favourites(two_columns(drop(predicted), levels(y))),
      multinomial = with_favourites(predicted[, , 1])
    )
  }
}

# Its `lambda.min`, but for penalties whose probabilities overflow, which it takes for perfect.
best_penalty <- function(fitted) {
  scores <- fitted$fit.preval
  overflowing <- fitted$name != "Mean-Squared Error" & (is.na(scores) | abs(scores) > 500)
  broken <- slice.index(scores, length(dim(scores)))[overflowing]
  sound <- setdiff(seq_along(fitted$cvm), broken)
  fitted$lambda[sound[which.min(fitted$cvm[sound])]]
}

# Radial kernel; numbers are scaled and dummies are not, as its formula interface does it. Where
# there are only dummies these are scaled, or it would not scale the outcome either.
peer_svm <- function(x, y, threads) {
  design <- numeric_design(x)
  continuous <- attr(design, "continuous")
  scaled <- if (any(continuous)) continuous else TRUE
  fitted <- e1071::svm(design(x), y, scale = scaled, probability = is.factor(y))
  function(new) {
    predicted <- stats::predict(fitted, design(new), probability = is.factor(y))
    if (!is.factor(y)) {
      return(unname(predicted))
    }
    # The classes that it favours are not those of its probabilities.
    list(class = as.character(predicted), prob = attr(predicted, "probabilities")[, levels(y)])
  }
}

# Ten hidden units on scaled inputs, and of three decays the one that does best on a quarter
# of the rows.
peer_nnet <- function(x, y, threads) {
  design <- scaled_design(x)
  inputs <- design(x)
  held <- stratified_folds(y, 4, seed = 1) == 1
  losses <- vapply(nnet_decays, function(decay) {
    fitted <- nnet_fit(inputs[!held, , drop = FALSE], y[!held], decay)
    nnet_loss(fitted, inputs[held, , drop = FALSE], y[held])
  }, 0)
  fitted <- nnet_fit(inputs, y, nnet_decays[which.min(losses)])
  function(new) {
    predicted <- nnet_predict(fitted, design(new))
    if (is.factor(y)) with_favourites(predicted) else predicted
  }
}

nnet_decays <- c(0.01, 0.1, 1)

nnet_fit <- function(inputs, y, decay) {
  classes <- is.factor(y)
  centre <- if (classes) 0 else mean(y)
  spread <- if (classes) 1 else stats::sd(y)
  targets <- if (classes) nnet::class.ind(y) else (y - centre) / spread
  network <- nnet::nnet(
    inputs, targets, size = 10, decay = decay, maxit = 500, linout = !classes, softmax = classes,
    MaxNWts = Inf, trace = FALSE
  )
  list(network = network, centre = centre, spread = spread, classes = classes)
}

nnet_predict <- function(fitted, inputs) {
  predicted <- stats::predict(fitted$network, inputs)
  if (fitted$classes) predicted else drop(predicted) * fitted$spread + fitted$centre
}

nnet_loss <- function(fitted, inputs, y) {
  predicted <- nnet_predict(fitted, inputs)
  if (fitted$classes) log_loss(predicted, y) else mean((predicted - y)^2)
}

two_columns <- function(second, levels) {
  matrix(c(1 - second, second), ncol = 2, dimnames = list(NULL, levels))
}
