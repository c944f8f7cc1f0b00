test_that("`keras` is Python's rdeep", {
  skip_if_no_backend("torch")
  expect_equal(keras$config$floatx(), "float32")
  expect_equal(as.numeric(as_tensor(keras$ops$add(1, 2))), 3)
  expect_equal(as.numeric(as_tensor(keras[["ops"]]$square(3))), 9)
  expect_rdeep_error(keras$nonsense, "argument", "no 'nonsense'")
  doubled <- Layer("Doubled", inherit = keras$layers$Dense, call = function(inputs) {
    super$call(inputs) * 2
  })
  expect_equal(dim(doubled(units = 3)(matrix(1, 2, 4))), c(2L, 3L))
})
