slow_on_tensorflow("a sparse matrix trains and predicts as the dense one", {
  set.seed(1)
  sparse <- Matrix::rsparsematrix(120, 40, density = 0.1)
  y <- rnorm(120)
  trained <- function(x) {
    set_random_seed(2)
    model <- keras_model_sequential() |>
      layer_dense(4, activation = "relu") |>
      layer_dense(1)
    compile(model, optimizer = "adam", loss = "mse")
    history <- fit_quietly(model, x, y, epochs = 3, validation_split = 0.25)
    list(metrics = history$metrics, loss = evaluate(model, x, y)$loss, fit = predict(model, x))
  }
  expect_equal(trained(sparse), trained(as.matrix(sparse)), tolerance = 1e-6)
})

test_that("other sparse matrices than dgCMatrix are taken too", {
  model <- keras_model_sequential(input_shape = 6) |> layer_dense(1)
  dense <- matrix(c(1, 0, 0, 2, 0, 0), 4, 6)
  expected <- predict(model, dense)
  general <- as(dense, "CsparseMatrix")
  expect_equal(predict(model, as(general, "RsparseMatrix")), expected, tolerance = 1e-6)
  expect_equal(predict(model, as(general, "TsparseMatrix")), expected, tolerance = 1e-6)
  logical <- as(Matrix::Matrix(dense > 0, sparse = TRUE), "generalMatrix")
  expect_equal(predict(model, logical), predict(model, (dense > 0) * 1), tolerance = 1e-6)
  corner <- Matrix::sparseMatrix(1, 2, x = 3, dims = c(6, 6))
  symmetric <- Matrix::forceSymmetric(Matrix::Diagonal(6) + corner)
  expect_equal(predict(model, symmetric), predict(model, as.matrix(symmetric)), tolerance = 1e-6)
})

test_that("columns of a sparse matrix go by their names", {
  sparse <- Matrix::rsparsematrix(30, 3, density = 0.5)
  colnames(sparse) <- c("a", "b", "c")
  model <- keras_model_sequential() |> layer_dense(1)
  compile(model, loss = "mse")
  fit_quietly(model, sparse, rnorm(30))
  expect_equal(predict(model, sparse[, c("c", "a", "b")]), predict(model, sparse))
})

test_that("a missing value in a sparse matrix is refused", {
  sparse <- Matrix::sparseMatrix(c(1, 2), c(1, 2), x = c(1, NA), dims = c(2, 2))
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  expect_error(predict(model, sparse), class = "rdeep_error_data")
})
