# Which of five folds each row is in: the same for every contestant, and balanced over the
# outcome, be it a factor or a number. Of each five rows that are neighbours in the outcome's
# order, one goes to each fold.
stratified_folds <- function(outcome, folds = 5, seed = 20240601) {
  withr::with_seed(seed, {
    rows <- order(as.numeric(outcome), stats::runif(length(outcome)))
    blocks <- ceiling(length(outcome) / folds)
    dealt <- unlist(lapply(seq_len(blocks), function(block) sample(folds)))
  })
  fold <- integer(length(outcome))
  fold[rows] <- dealt[seq_along(rows)]
  fold
}
