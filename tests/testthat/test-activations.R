# What has to be given to make one.
needed <- list(activation_threshold = list(threshold = 0.5, default_value = 0))

test_that("every activation prints", {
  makers <- constructors("activation")
  for (name in names(makers)) {
    expect_output(print(do.call(makers[[name]], as.list(needed[[name]]))), "\\(")
  }
})

test_that("activations of vectors are the formulas", {
  x <- seq(-3, 3, by = 0.5)
  expect_equal(activation_linear(x), x)
  expect_equal(activation_relu(x), pmax(x, 0))
  expect_equal(activation_relu(x, max_value = 2), pmin(pmax(x, 0), 2))
  expect_equal(activation_leaky_relu(x, 0.1), ifelse(x > 0, x, 0.1 * x))
  expect_equal(activation_elu(x), ifelse(x > 0, x, exp(x) - 1))
  expect_equal(activation_gelu(x), x * stats::pnorm(x), tolerance = 1e-6)
  expect_equal(activation_sigmoid(x), stats::plogis(x))
  expect_equal(activation_tanh(x), tanh(x))
  expect_equal(activation_softplus(x), log1p(exp(x)))
})

test_that("softmax runs along the axis that is named", {
  x <- matrix(c(1, 2, 3, 4, 5, 7), 2)
  expect_equal(activation_softmax(x), exp(x) / rowSums(exp(x)))
  expect_equal(activation_softmax(x, axis = 1), t(t(exp(x)) / colSums(exp(x))))
})

for_each_backend("an activation is the same in a network as on a vector", {
  for (name in names(constructors("activation"))) {
    make <- constructors("activation")[[name]]
    options <- as.list(needed[[name]])
    model <- keras_model_sequential(input_shape = 4) |>
      layer_activation(do.call(make, options))
    expect_equal(
      predict(model, iris_x), do.call(make, c(list(unname(iris_x)), options)),
      tolerance = 1e-5, info = name
    )
  }
})

test_that("an activation applies to a symbolic tensor", {
  expect_s3_class(activation_relu(layer_input(4)), "rdeep_tensor")
})

test_that("what is no number is refused", {
  expect_rdeep_error(activation_relu("a"), "data", "text")
  expect_rdeep_error(activation_relu(c(1, NA)), "data", "missing")
  expect_rdeep_error(activation_relu(1, slope = 2), "argument", "There is no argument 'slope'")
})

test_that("an activation of a tensor is a tensor, and gradients flow through it", {
  for (backend in c("torch", "tensorflow")) {
    use_backend(backend)
    x <- op_convert_to_tensor(array(c(-1, 2), c(1, 2)), "float32")
    expect_s3_class(activation_relu(x), "rdeep_any_tensor")
    expect_equal(as.array(activation_relu(x)), array(c(0, 2), c(1, 2)))
  }
  use_backend("torch")
  w <- x <- op_convert_to_tensor(c(-1, 2), "float32")$detach()$requires_grad_(TRUE)
  op_sum(activation_relu(w))$backward()
  expect_equal(as.numeric(w$grad$numpy()), c(0, 1))
})
