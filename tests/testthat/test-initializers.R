test_that("every initializer prints and starts a layer", {
  # Fourier kernels have three dimensions: the core's tests have them.
  for (name in setdiff(names(constructors("initializer")), "initializer_stft")) {
    make <- constructors("initializer")[[name]]
    initializer <- if (name == "initializer_sectioned") make("zeros", c(1, 3)) else make()
    expect_output(print(initializer), "\\(")
    model <- keras_model_sequential(input_shape = 4) |>
      layer_dense(4, kernel_initializer = initializer)
    kernel <- get_weights(model)[[1]]
    expect_equal(dim(kernel), c(4, 4), info = name)
    expect_false(anyNA(kernel), info = name)
  }
})

test_that("initializers give what they say", {
  kernel <- function(initializer) {
    model <- keras_model_sequential(input_shape = 50) |>
      layer_dense(50, kernel_initializer = initializer)
    get_weights(model)[[1]]
  }
  expect_equal(kernel("zeros"), matrix(0, 50, 50))
  expect_equal(kernel(initializer_constant(3)), matrix(3, 50, 50))
  expect_equal(kernel(initializer_identity()), diag(50))
  expect_equal(crossprod(kernel("orthogonal")), diag(50), tolerance = 1e-5)
  uniform <- kernel(initializer_random_uniform(-1, 2))
  expect_gte(min(uniform), -1)
  expect_lte(max(uniform), 2)
  expect_equal(stats::sd(kernel(initializer_random_normal(stddev = 2))), 2, tolerance = 0.1)
  expect_lte(max(abs(kernel("glorot_uniform"))), sqrt(6 / 100))
  expect_setequal(kernel("random_sign"), c(-1, 1))
  sections <- kernel(initializer_sectioned(initializer_random_normal(), c(20, 30)))
  expect_equal(sections[, 21:50], matrix(sections[, 21], 50, 30))
  expect_equal(kernel(initializer_he_normal(seed = 1)), kernel(initializer_he_normal(seed = 1)))
})

test_that("options are checked", {
  expect_rdeep_error(initializer_constant("a"), "argument", "'value'")
  expect_rdeep_error(initializer_random_normal(sd = 1), "argument", "There is no argument 'sd'")
  expect_rdeep_error(
    layer_dense(units = 1, kernel_initializer = "he_norml"), "argument", "Did you mean 'he_normal'"
  )
})
