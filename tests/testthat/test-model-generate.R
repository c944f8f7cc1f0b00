letters_model <- function() {
  model <- keras_model_sequential(input_shape = list(NULL)) |> layer_embedding(4, 4)
  set_weights(model, list(20 * diag(4)[, c(4, 1:3)]))
  model
}
abcd <- c("a", "b", "c", "d")

test_that("texts are continued", {
  skip_if_no_backend("torch")
  model <- letters_model()
  expect_equal(generate(model, "a", 6, temperature = 0, tokenizer = abcd), "abcdabc")
  expect_equal(
    generate(model, c("a", "cd"), 2, tokenizer = abcd, strip_prompt = TRUE), c("bc", "ab")
  )
  expect_equal(generate(model, "a", 9, tokenizer = abcd, stop = "cd"), "abcd")
  functions <- list(
    encode = function(text) utf8ToInt(text) - 97L,
    decode = function(codes) intToUtf8(codes + 97L)
  )
  expect_equal(generate(model, c("a", "cd"), 9, tokenizer = functions, stop = "cd"), c(
    "abcd", "cdabcd"
  ))
  words <- text_tokenizer() |> fit_text_tokenizer("one two three")
  expect_equal(generate(model, "one", 2, tokenizer = words), "one two three")
  lookup <- layer_string_lookup(vocabulary = c("b", "c", "d"))
  expect_equal(generate(model, "b", 2, tokenizer = lookup), "bcd")
})

test_that("codes are continued: vectors, rows, lists", {
  skip_if_no_backend("torch")
  model <- letters_model()
  expect_identical(generate(model, 0, 3), 0:3)
  expect_identical(generate(model, rbind(0:1, 2:3), 1), rbind(0:2, c(2L, 3L, 0L)))
  expect_identical(generate(model, list(0, c(2, 3)), 2), list(0:2, c(2L, 3L, 0L, 1L)))
  expect_identical(generate(model, 0, 30, stop = list(c(2, 3))), 0:3)
})

test_that("R's seed governs what is drawn", {
  skip_if_no_backend("torch")
  model <- keras_model_sequential(input_shape = list(NULL)) |> layer_embedding(9, 9)
  set.seed(1)
  first <- generate(model, 1, 20)
  expect_false(identical(generate(model, 1, 20), first))
  set.seed(1)
  expect_identical(generate(model, 1, 20), first)
  expect_identical(
    generate(model, 1, 20, seed = 4, cache = FALSE), generate(model, 1, 20, seed = 4)
  )
})

test_that("what cannot be is said", {
  skip_if_no_backend("torch")
  model <- letters_model()
  expect_error_snapshot(generate(model))
  expect_error_snapshot(generate(model, "a"))
  expect_error_snapshot(generate(model, 7))
  expect_error_snapshot(generate(model, integer()))
  expect_error_snapshot(generate(model, list(1, integer())))
  for (missing in list(c("a", NA), c(1, NaN), list(1, NA))) {
    expect_error(generate(model, missing, tokenizer = abcd), "'prompt' has missing values")
  }
  expect_error_snapshot(generate(model, 1, temperature = -1))
  expect_error_snapshot(generate(model, 1, top_p = 2))
  expect_error_snapshot(generate(model, 1, top_k = 0))
  expect_error_snapshot(generate(model, 1, tokenizer = list(1)))
  expect_error_snapshot(generate(model, "ax", tokenizer = abcd))
  expect_error_snapshot(generate(model, 1, temprature = 0))
  expect_error_snapshot(
    keras_model_sequential(input_shape = 4) |> layer_dense(1) |> generate(1)
  )
  both <- keras_model_sequential(input_shape = list(NULL)) |>
    layer_embedding(4, 4) |>
    bidirectional(layer_lstm(units = 2, return_sequences = TRUE), name = "both")
  expect_error_snapshot(generate(both, 1))
})

test_that("what is no model is refused in words", {
  for (other in list(3, layer_dense(units = 1), NULL)) {
    expect_rdeep_error(generate(other), "argument", "x")
  }
})
