# What calls of layers take by name: masks, causality, scores; and the other direction.

query <- array(sin(1:40), c(2, 5, 4))

for_each_backend("attention takes its options with each call", {
  attention <- layer_multi_head_attention(num_heads = 2, key_dim = 3)
  plain <- as.array(attention(query, query))
  past <- as.array(attention(query, query, use_causal_mask = TRUE))
  masked <- attention(query = query, value = query, attention_mask = diag(5) + lower.tri(diag(5)))
  expect_equal(as.array(masked), past, tolerance = 1e-5)
  expect_false(isTRUE(all.equal(past, plain)))
  scores <- attention(query, query, return_attention_scores = TRUE)
  expect_equal(dim(scores[[2]]), c(2, 2, 5, 5))
  # A call changes nothing of the next one.
  expect_equal(as.array(attention(query, query)), plain)
})

test_that("calls in a model keep their options", {
  input <- layer_input(c(5, 4))
  attention <- layer_multi_head_attention(num_heads = 2, key_dim = 3)
  model <- keras_model(input, attention(input, input, use_causal_mask = TRUE))
  changed <- query
  changed[, 4:5, ] <- 0
  found <- predict(model, query, verbose = 0)
  expect_equal(predict(model, changed, verbose = 0)[, 1:3, ], found[, 1:3, ], tolerance = 1e-5)
})

test_that("embeddings turn vectors into logits", {
  embedding <- layer_reversible_embedding(input_dim = 10, output_dim = 4)
  vectors <- embedding(matrix(1:2, 1))
  weights <- get_weights(embedding)[[1]]
  logits <- as.array(embedding(vectors, reverse = TRUE))
  expect_equal(logits[1, , ], weights[2:3, ] %*% t(weights), tolerance = 1e-5)
})

test_that("embeddings start from given vectors", {
  given <- matrix(1:12, 4)
  for (weights in list(given, list(given))) {
    layer <- layer_embedding(input_dim = 4, output_dim = 3, weights = weights)
  expect_equal(as.array(layer(matrix(0:3, 1)))[1, , ], given)
  }
})
