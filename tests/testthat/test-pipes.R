for_each_backend("R's pipe builds, compiles and fits", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(4, activation = "relu") |>
    layer_dense(1)
  model |> compile(loss = "mse")
  history <- model |> fit(iris_x, iris_y, verbose = 0)
  expect_s3_class(history, "rdeep_history")
  expect_equal(dim(model |> predict(iris_x)), c(150, 1))
})

for_each_backend("magrittr's pipe builds, compiles and fits", {
  model <- keras_model_sequential(input_shape = 4) %>%
    layer_dense(4, activation = "relu") %>%
    layer_dense(1)
  model %>% compile(loss = "mse")
  history <- model %>% fit(iris_x, iris_y, verbose = 0)
  expect_s3_class(history, "rdeep_history")
  expect_equal(dim(model %>% predict(iris_x)), c(150, 1))
})

test_that("both pipes apply layers to tensors", {
  a <- layer_input(4) |> layer_dense(2)
  b <- layer_input(4) %>% layer_dense(2)
  expect_s3_class(a, "rdeep_tensor")
  expect_s3_class(b, "rdeep_tensor")
})

test_that("errors in a pipe name the function, not the pipe", {
  error <- expect_rdeep_error(
    keras_model_sequential(input_shape = 4) %>% layer_dense(3, activation = "rellu"),
    "argument"
  )
  expect_equal(as.character(conditionCall(error)[[1]]), "layer_dense")
})
