test_that("every regularizer prints", {
  for (make in constructors("regularizer")) {
    expect_output(print(make()), "\\(")
  }
})

slow_on_tensorflow("a penalty is added to the loss", {
  x <- iris_x * 0
  y <- iris_y * 0
  cases <- list(
    list(regularizer_l1(0.1), 0.1 * 4 * 2),
    list(regularizer_l2(0.1), 0.1 * 4 * 4),
    list(regularizer_l1_l2(0.1, 0.2), 0.1 * 4 * 2 + 0.2 * 4 * 4),
    list("l2", 0.01 * 4 * 4)
  )
  for (case in cases) {
    model <- keras_model_sequential(input_shape = 4) |>
      layer_dense(
        1,
        kernel_initializer = initializer_constant(2), kernel_regularizer = case[[1]]
      )
    model |> compile(loss = "mse")
    expect_equal(evaluate(model, x, y)$loss, case[[2]], tolerance = 1e-5)
  }
})

test_that("options are checked", {
  expect_rdeep_error(regularizer_l2(-1), "argument", "'l2'")
  expect_rdeep_error(
    layer_dense(units = 1, kernel_regularizer = "l3"), "argument", "no regularizer named 'l3'"
  )
})
