# What the peers need that take neither NA nor factors, learned from the training rows alone.

# Returns a function that fills in NA: the median of numbers, the most frequent level of a
# factor.
imputation <- function(train) {
  fillings <- lapply(train, function(column) {
    if (is.numeric(column)) {
      stats::median(column, na.rm = TRUE)
    } else {
      names(which.max(table(column)))
    }
  })
  function(data) {
    for (name in names(fillings)) {
      data[[name]][is.na(data[[name]])] <- fillings[[name]]
    }
    data
  }
}

# Returns a function that makes a numeric matrix: dummies for factors, NA filled in, and no
# columns that are constant in the training rows. Its attribute `continuous` marks those that
# were numbers.
numeric_design <- function(train) {
  fill <- imputation(train)
  columns <- function(data) {
    ordered <- vapply(data, is.ordered, NA)
    data[ordered] <- lapply(data[ordered], function(column) {
      factor(column, levels(column), ordered = FALSE)
    })
    stats::model.matrix(~., data)
  }
  seen <- columns(fill(train))
  varies <- apply(seen, 2, function(column) any(column != column[1]))
  structure(
    function(data) columns(fill(data))[, varies, drop = FALSE],
    continuous = colnames(seen)[varies] %in% names(train)[vapply(train, is.numeric, NA)]
  )
}

# Returns a function that makes a numeric matrix of columns with mean 0 and standard deviation
# 1.
scaled_design <- function(train) {
  design <- numeric_design(train)
  seen <- scale(design(train))
  function(data) {
    scale(design(data), attr(seen, "scaled:center"), attr(seen, "scaled:scale"))
  }
}
