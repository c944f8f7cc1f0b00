slow_on_tensorflow("R's pipe builds, compiles and fits", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(4, activation = "relu") |>
    layer_dense(1)
  model |> compile(loss = "mse")
  history <- model |> fit(iris_x, iris_y, verbose = 0)
  expect_s3_class(history, "rdeep_history")
  expect_equal(dim(model |> predict(iris_x)), c(150, 1))
})

slow_on_tensorflow("magrittr's pipe builds, compiles and fits", {
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

test_that("no two files of the package define the same name", {
  skip_if_not(dir.exists("../../R"), "The sources are not here.")
  files <- dir("../../R", "[.]R$", full.names = TRUE)
  defined <- unlist(lapply(files, function(file) {
    found <- vapply(as.list(parse(file)), function(call) {
      is_definition <- is.call(call) && identical(call[[1]], quote(`<-`)) && is.symbol(call[[2]])
      if (is_definition) as.character(call[[2]]) else NA_character_
    }, "")
    found[!is.na(found)]
  }))
  expect_identical(unique(defined[duplicated(defined)]), character())
})
