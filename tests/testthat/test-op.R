m <- matrix(c(3, 9, 1, 7, 2, 8), 2)
v <- c(3, 9, 1, 7)

# Compares what each call gives with what R computes: `call ~ value`.
expect_values <- function(...) {
  for (pair in list(...)) {
    env <- environment(pair)
    found <- eval(pair[[2]], env)
    found <- if (is.list(found) && !is.object(found)) lapply(found, bare) else bare(found)
    expect_equal(found, eval(pair[[3]], env), tolerance = 1e-5, info = deparse(pair[[2]])[1])
  }
}

bare <- function(x) {
  value <- if (inherits(x, "rdeep_any_tensor")) as.array(x) else x
  if (length(dim(value)) == 1) as.vector(value) else value
}

for_each_backend("positions count from 1", {
  expect_values(
    op_argmax(m, axis = 2) ~ max.col(m),
    op_argmax(m, axis = 2, zero_indexed = TRUE) ~ max.col(m) - 1L,
    op_argmin(v) ~ which.min(v),
    op_argsort(m, axis = 1) ~ apply(m, 2, order),
    op_top_k(v, 2)$indices ~ c(2L, 4L),
    op_top_k(v, 2)$values ~ c(9, 7),
    op_take(m, c(3, -1), axis = 2) ~ m[, c(3, 3)],
    op_take(v, as_tensor(c(1L, -1L))) ~ v[c(1, 4)],
    op_take(v, 0, zero_indexed = TRUE) ~ v[1],
    op_take_along_axis(m, op_argsort(m), axis = -1) ~ t(apply(m, 1, sort)),
    op_one_hot(c(1, 3), 3) ~ diag(3)[c(1, 3), ],
    op_one_hot(c(0, 4), 3) ~ matrix(0, 2, 3),
    op_one_hot(factor(c("a", "c", "b")), 3) ~ diag(3)[c(1, 3, 2), ],
    op_one_hot(c(0, 2), 3, zero_indexed = TRUE) ~ diag(3)[c(1, 3), ],
    op_scatter(rbind(1, 3), c(5, 7), shape = 4) ~ c(5, 0, 7, 0),
    op_scatter_update(m, rbind(c(1, 2)), 100) ~ replace(m, 3, 100),
    op_slice(m, c(1, 2), c(2, 2)) ~ m[, 2:3],
    op_slice_update(m, c(2, 3), matrix(0)) ~ replace(m, 6, 0),
    op_searchsorted(c(1, 3, 5), c(0, 3, 9)) ~ c(1L, 2L, 4L),
    op_digitize(c(0.5, 2, 7), c(1, 5)) ~ 1:3,
    op_segment_sum(v, c(1, 1, 3, 3)) ~ c(12, 0, 8),
    op_get_item(m, list(1, 2)) ~ m[1, 2],
    op_get_item(m, c(2, 1)) ~ m[2:1, ],
    op_nonzero(matrix(c(0, 3, 0, 5), 2)) ~ rbind(c(2L, 1L), c(2L, 2L)),
    op_where(c(TRUE, FALSE, TRUE)) ~ matrix(c(1L, 3L)),
    op_unravel_index(c(1, 5), c(3, 3)) ~ list(1:2, 1:2),
    op_switch(2, list(\(a, b) a + b, \(a, b) a - b), 5, 2) ~ 3
  )
})

for_each_backend("the numbers of classes count from 0, as in losses", {
  p <- rbind(c(0.9, 0.05, 0.05), c(0.1, 0.8, 0.1))
  expect_values(
    op_multi_hot(c(0, 4), num_classes = 5) ~ c(1, 0, 0, 0, 1),
    op_sparse_categorical_crossentropy(c(0, 1), p) ~ -log(c(0.9, 0.8)),
    op_in_top_k(c(0, 1), rbind(c(0.5, 0.2, 0.3), c(0.5, 0.2, 0.3)), k = 2) ~ c(TRUE, FALSE)
  )
  scores <- array(c(0, 9, 0, 9, 0, 9), c(1, 3, 2))
  expect_length(op_ctc_loss(matrix(1), scores, 1, 3), 1)
  expect_length(op_ctc_decode(scores, 3), 2)
})

for_each_backend("shapes and ranges are R's", {
  expect_values(
    op_reshape(1:6, c(2, NA)) ~ matrix(1:6, 2, byrow = TRUE),
    op_reshape(1:6, op_shape(m)) ~ matrix(1:6, 2, byrow = TRUE),
    op_reshape(1:6, shape(NA, 2)) ~ matrix(1:6, 3, byrow = TRUE),
    op_arange(3L) ~ 1:3,
    op_arange(3, include_end = FALSE) ~ c(1, 2),
    op_arange(0, 1, 0.25) ~ seq(0, 1, 0.25),
    op_arange(5L, 1L, -2L) ~ c(5L, 3L, 1L),
    op_linspace(0, 1, 5) ~ seq(0, 1, 0.25),
    op_pad(m, list(c(0, 1), c(1, 0))) ~ cbind(0, rbind(m, 0)),
    op_split(v, c(2, 4)) ~ list(v[1], v[2:3], v[4]),
    op_meshgrid(1:2, 1:3)[[1]] ~ matrix(1:2, 3, 2, byrow = TRUE),
    op_concatenate(c(as_tensor(m), as_tensor(m)), axis = 2) ~ cbind(m, m),
    op_stack(list(v, v), axis = 2) ~ unname(cbind(v, v)),
    op_unstack(m, axis = 2)[[2]] ~ m[, 2],
    op_transpose(array(1:24, 2:4), c(3, 1, 2)) ~ aperm(array(1:24, 2:4), c(3, 1, 2)),
    op_sum(m, axis = c(1, 2)) ~ sum(m),
    op_einsum("ij,kj->ik", m, m) ~ m %*% t(m),
    op_qr(m[, 1:2])$q |> op_matmul(op_qr(m[, 1:2])$r) ~ m[, 1:2]
  )
})

for_each_backend("operations take functions of R", {
  expect_values(
    op_map(m, \(row) op_sum(row)) ~ rowSums(m),
    op_vectorized_map(m, \(row) op_sum(row)) ~ rowSums(m),
    op_scan(\(sum, x) list(sum + x, sum + x), 0, v)[[2]] ~ cumsum(v),
    op_while_loop(\(i, s) i < 5, \(i, s) list(i + 1, s + i), list(0, 0)) ~ list(5, 10),
    op_while_loop(\(i) i < 5, \(i) i + 1, list(0)) ~ list(5),
    op_cond(as_tensor(3) > 5, \() 1, \() 2) ~ 2,
    op_fori_loop(0, 5, \(i, a) a + i, 0) ~ 10,
    op_associative_scan(\(a, b) a + b, v) ~ cumsum(v),
    op_vectorize(\(a) op_sum(a), signature = "(n)->()")(m) ~ rowSums(m),
    op_custom_gradient(\(x) list(x * 2, \(upstream) upstream))(v) ~ v * 2
  )
})

for_each_backend("random numbers follow set.seed()", {
  draw <- function() {
    set.seed(1)
    as.array(random_normal(c(2, 2)))
  }
  expect_equal(draw(), draw())
  generator <- random_seed_generator(5)
  first <- as.array(random_uniform(3, seed = generator))
  expect_false(isTRUE(all.equal(first, as.array(random_uniform(3, seed = generator)))))
  expect_equal(as.array(random_uniform(3, seed = random_seed_generator(5))), first)
  expect_equal(as.vector(as.array(random_categorical(matrix(c(0, 100), 1), 3))), c(2L, 2L, 2L))
})

# The same on both engines, and as R computes it; and after saving.
expect_network <- function(f, want, x = m) {
  input <- keras_input(ncol(x))
  model <- keras_model(input, f(input))
  found <- predict(model, x)
  expect_equal(as.vector(found), as.vector(want), tolerance = 1e-5)
  skip_if_no_backend("tensorflow")
  expect_equal(predict(to_backend(model, "tensorflow"), x), found, tolerance = 1e-5)
  file <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, file)
  expect_equal(predict(load_model(file), x), found)
}

test_that("symbolic tensors take operators, brackets, shapes and choices", {
  withr::local_options(rdeep.backend = "torch")
  expect_network(\(i) 1 - i * 2, 1 - m * 2)
  expect_network(\(i) op_cast(!(i > 2) | i == 9, "float32"), (!(m > 2) | m == 9) * 1)
  expect_network(\(i) i[, c(3, 1)] + i[.., 2, newaxis], m[, c(3, 1)] + m[, 2])
  expect_network(
    \(i) {
      i[, 1] <- 0
      i
    },
    cbind(0, m[, -1])
  )
  expect_network(\(i) op_reshape(i, list(op_shape(i)[[1]] * 3L, 1L)), t(m))
  expect_network(\(i) i + op_ones(op_shape(i)), m + 1)
  expect_network(\(i) op_cond(op_sum(i) > 0, \() i * 2, \() i), m * 2)
  expect_network(\(i) op_switch(2, list(\(x) x, \(x) -x), i), -m)
  expect_network(\(i) op_one_hot(op_argmax(i, axis = -1), 3), diag(3)[max.col(m), ])
  expect_network(\(i) op_matmul(op_matmul(i, t(i)), i), m %*% t(m) %*% m)
  expect_network(
    \(i) op_unstack(i, axis = 2)[[2]] + op_split(i, 3, axis = 2)[[1]][, 1],
    m[, 2] + m[, 1]
  )
})

test_that("a file does not hold functions that operations call", {
  skip_if_no_backend("torch")
  withr::local_options(rdeep.backend = "torch")
  input <- keras_input(3)
  model <- keras_model(input, op_map(input, \(row) row * 2))
  expect_equal(predict(model, m), m * 2)
  file <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, file)
  expect_rdeep_error(predict(load_model(file), m), "state", "files do not hold")
})
