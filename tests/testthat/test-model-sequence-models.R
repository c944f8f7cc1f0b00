# Models of text and sequences, as they are written for keras3.

codes <- function(n, steps, limit = 20L) {
  matrix((seq_len(n * steps) * 7L) %% limit, n)
}

for_each_backend("an encoder gives its states to a decoder, which is run step by step", {
  source <- layer_input(c(NA, 3))
  target <- layer_input(c(NA, 2))
  states <- layer_lstm(units = 4, return_state = TRUE)(source)[2:3]
  decoder <- layer_lstm(units = 4, return_sequences = TRUE, return_state = TRUE)
  scores <- layer_dense(units = 2)
  whole <- keras_model(
    list(source, target),
    scores(decoder(target, initial_state = states)[[1]])
  )
  held <- list(layer_input(4), layer_input(4))
  found <- decoder(target, initial_state = held)
  encoder <- keras_model(source, states)
  stepwise <- keras_model(c(list(target), held), c(scores(found[[1]]), found[2:3]))

  x <- array(sin(1:12), c(1, 4, 3))
  y <- array(cos(1:6), c(1, 3, 2))
  expected <- predict(whole, list(x, y), verbose = 0)
  state <- predict(encoder, x, verbose = 0)
  for (step in 1:3) {
    # Only the states have names: the inputs come in order.
    now <- predict(stepwise, c(list(y[, step, , drop = FALSE]), state), verbose = 0)
    expect_equal(drop(now[[1]]), expected[1, step, ], tolerance = 1e-5)
    state <- now[2:3]
  }
})

test_that("layers are applied with what goes beside their input", {
  x <- layer_input(c(5, 4))
  y <- layer_input(c(3, 4))
  attention <- layer_multi_head_attention(num_heads = 2, key_dim = 2)
  expect_equal(dim(attention(x, y)), c(NA, 5, 4))
  expect_equal(dim(layer_dense(units = 2)(inputs = x)), c(NA, 5, 2))
  expect_rdeep_error(layer_dense(units = 2)(x, y), "shape", "takes one input, not 2")
  expect_rdeep_error(
    layer_lstm(units = 2)(x, initial_states = y), "argument", "initial_states"
  )
  expect_equal(dim(layer_dropout(rate = 0.5)(x, training = TRUE)), c(NA, 5, 4))
})

slow_on_tensorflow("a layer of one's own embeds tokens and positions", {
  layer_tokens <- Layer(
    "Tokens",
    initialize = function(size, ...) {
      super$initialize(...)
      self$tokens <- layer_embedding(input_dim = 20, output_dim = size)
      self$positions <- layer_embedding(input_dim = 10, output_dim = size)
      self$dropout <- layer_dropout(rate = 0.1)
    },
    call = function(x, training = FALSE) {
      steps <- tail(op_shape(x), 1)[[1]]
      places <- op_arange(0L, steps, include_end = FALSE)
      self$dropout(self$tokens(x) + self$positions(places), training = training)
    }
  )
  for (steps in c(6, NA)) {
    x <- layer_input(steps, dtype = "int64")
    model <- keras_model(x, layer_tokens(x, 3))
    expect_equal(dim(predict(model, codes(2, 6), verbose = 0)), c(2, 6, 3))
  }
})

test_that("a layer of one's own takes a second tensor by name", {
  layer_with <- Layer("With", call = function(inputs, context, factor = 1) {
    inputs + context * factor
  })
  a <- layer_input(2)
  b <- layer_input(2)
  model <- keras_model(list(a, b), layer_with()(a, context = b, factor = 3))
  expect_equal(predict(model, list(diag(2), diag(2)), verbose = 0), 4 * diag(2))
})

test_that("shapes may be made with `c()`, axes with `NULL`", {
  x <- layer_input(c(NA, 4))
  sizes <- op_shape(x)
  expect_equal(dim(op_reshape(x, c(sizes[[1]], sizes[[2]], 2L, 2L))), c(NA, NA, 2, 2))
  expect_equal(dim(op_reshape(x, c(-1L, sizes[[2]], 2L, 2L))), c(NA, NA, 2, 2))
  expect_equal(dim(x[, NULL]), c(NA, 1, NA, 4))
  expect_length(c(x, x), 2)
})

test_that("an error in a layer of one's own is told as it is", {
  layer_wrong <- Layer("Wrong", call = function(x) op_matmul(x, layer_input(c(3, 5))))
  # What follows is the engine's reason, whose words are its own.
  expect_error(
    layer_wrong()(layer_input(c(NA, 4))),
    "op_matmul\\(\\) cannot be applied to symbolic tensors of shape"
  )
})

slow_on_tensorflow("models that take text are called with it", {
  texts <- c("a good film", "a bad film")
  reader <- layer_text_vectorization()
  batch <- 0
  adapt(reader, function() {
    batch <<- batch + 1
    if (batch <= 2) texts[batch]
  })
  expect_setequal(get_vocabulary(reader), c("", "[UNK]", "a", "good", "bad", "film"))
  x <- layer_input(1, dtype = "string")
  model <- keras_model(x, x |> reader() |> layer_embedding(6, 2) |> layer_flatten())
  expect_equal(as.array(model(texts)), predict(model, texts, verbose = 0), tolerance = 1e-6)
  expect_equal(get_layer(model, "text_vectorization")(texts), reader(texts))
})

for_each_backend("reset_state() has stateful layers begin again", {
  x <- layer_input(batch_shape = c(2, 3, 1))
  model <- keras_model(x, layer_gru(x, 2, stateful = TRUE))
  data <- array(1, c(2, 3, 1))
  first <- predict(model, data, batch_size = 2, verbose = 0)
  expect_false(isTRUE(all.equal(predict(model, data, batch_size = 2, verbose = 0), first)))
  reset_state(model)
  expect_equal(predict(model, data, batch_size = 2, verbose = 0), first)
  reset_state(model$layers[[2]])
  expect_equal(predict(model, data, batch_size = 2, verbose = 0), first)
})
