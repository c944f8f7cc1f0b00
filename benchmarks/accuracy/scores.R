# How good predictions are.

log_loss <- function(prob, truth) {
  given <- prob[cbind(seq_along(truth), match(truth, colnames(prob)))]
  -mean(log(pmax(given, .Machine$double.eps)))
}

score_classes <- function(answer, truth) {
  c(accuracy = mean(answer$class == truth), log_loss = log_loss(answer$prob, truth))
}

score_numbers <- function(answer, truth) {
  error <- mean((answer$number - truth)^2)
  c(rmse = sqrt(error), r2 = 1 - error / mean((truth - mean(truth))^2))
}
