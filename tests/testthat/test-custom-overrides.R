# Methods of the user's own classes: honoured, or refused when the class is made.

x <- matrix(seq(-1, 1, length.out = 24), 6)
nothing <- function(...) NULL

test_that("what is never called is refused, in every kind of class", {
  makers <- list(
    model = Model, layer = Layer, loss = Loss, metric = Metric, callback = Callback
  )
  for (kind in names(refused_methods)) {
    for (name in unlist(lapply(refused_methods[[kind]], `[[`, 1))) {
      methods <- structure(list(nothing), names = name)
      expect_rdeep_error(makers[[kind]]("Own", public = methods), "argument", name)
    }
  }
  expect_error_snapshot(Model("Own", public = list(make_train_function = nothing)))
  expect_error_snapshot(Layer("Own", call = nothing, quantize = nothing))
  expect_error_snapshot(Callback("Own", on_epoch_finish = nothing))
})

test_that("all functions of a callback's class are called", {
  seen <- character()
  own <- Callback(
    "Own",
    on_batch_end = function(...) seen <<- c(seen, "batch"),
    on_predict_end = function(...) seen <<- c(seen, "predict")
  )
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  compile(model, "sgd", "mse")
  fit(model, x, x[, 1], batch_size = 3, epochs = 1, verbose = 0, callbacks = own())
  predict(model, x, callbacks = own())
  expect_equal(seen, c("batch", "batch", "predict"))
})

test_that("what a class declares is checked", {
  half <- function(shape) {
    Layer(
      "Half",
      call = function(inputs) inputs[, 1:2],
      compute_output_shape = function(input_shape) list(input_shape[[1]], shape)
    )()
  }
  expect_equal(dim(half(2)(layer_input(4))), c(NA, 2L))
  expect_warning(
    expect_equal(dim(half(3)(layer_input(4))), c(NA, 2L)),
    "compute_output_shape.* says .*, but call.* gives",
    class = "rdeep_warning"
  )

  mean_from <- function(start) {
    Metric(
      "Mean",
      initialize = function(...) {
        super$initialize(...)
        self$total <- self$add_variable()
      },
      update_state = function(y_true, y_pred) self$total$assign_add(op_mean(y_pred)),
      result = function() self$total,
      reset_state = function() self$total$assign(start)
    )()
  }
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  compile(model, "sgd", "mse", metrics = mean_from(0))
  expect_type(evaluate(model, x, x[, 1], verbose = 0)$mean, "double")
  expect_rdeep_error(mean_from(5), "argument", "reset_state")
})

test_that("call() of a layer of one's own is given the mask", {
  mean_of_steps <- Layer("Mean", call = function(inputs, mask = NULL) {
    if (is.null(mask)) {
      return(op_mean(inputs, 2))
    }
    weights <- op_expand_dims(op_cast(mask, "float32"), -1)
    op_sum(inputs * weights, 2) / op_sum(weights, 2)
  })
  steps <- layer_input(c(3, 1))
  shared <- mean_of_steps()
  model <- keras_model(steps, list(shared(layer_masking(steps)), mean_of_steps()(steps)))
  found <- predict(model, array(c(2, 4, 0), c(1, 3, 1)))
  expect_equal(c(found[[1]], found[[2]]), c(3, 2), tolerance = 1e-6)
})

for_each_backend("masks are passed on, made, changed, given and asked for", {
  ids <- rbind(c(3L, 1L, 0L, 0L), c(2L, 0L, 0L, 0L))
  embedding <- layer_embedding(input_dim = 5, output_dim = 2, mask_zero = TRUE)
  expect_equal(as.array(embedding$compute_mask(ids)), ids != 0)
  seen <- list()
  passing <- Layer(
    "Passing",
    initialize = function(...) {
      super$initialize(...)
      self$supports_masking <- TRUE
    },
    call = function(inputs, mask) {
      seen <<- c(seen, list(mask))
      op_relu(inputs) + 1
    }
  )
  halves <- Layer(
    "Halves",
    call = function(inputs) op_split(inputs, 2, axis = 2),
    compute_mask = function(inputs, mask = NULL) if (!is.null(mask)) op_split(mask, 2, axis = 2)
  )
  sums <- Layer("Sums", call = function(inputs, mask) {
    op_sum(inputs * op_expand_dims(op_cast(mask, "float32"), -1), 2)
  })
  input <- layer_input(4, dtype = "int32")
  x <- embedding(input)
  passed <- passing()(x)
  parts <- halves()(x)
  model <- keras_model(input, list(x, sums()(passed), sums()(parts[[1]]), sums()(parts[[2]])))
  found <- predict(model, ids)
  weights <- array(as.numeric(ids != 0), c(2, 4, 2))
  expected <- apply((pmax(found[[1]], 0) + 1) * weights, c(1, 3), sum)
  expect_equal(found[[2]], expected, tolerance = 1e-5)
  half <- function(at) apply((found[[1]] * weights)[, at, ], c(1, 3), sum)
  expect_equal(found[[3]], half(1:2), tolerance = 1e-5)
  expect_equal(found[[4]], half(3:4), tolerance = 1e-5)
  passing()(layer_input(c(4, 2)))
  expect_null(seen[[length(seen)]])
  expect_false(is.null(seen[[1]]))
  values <- found[[1]]
  lstm <- layer_lstm(units = 2)
  expect_equal(
    as.array(lstm(values, mask = ids != 0)),
    as.array(lstm(embedding(ids))),
    tolerance = 1e-5
  )
  given <- layer_input(4, dtype = "int32")
  with_mask <- keras_model(list(input, given), lstm(x, mask = given))
  expect_equal(predict(with_mask, list(ids, (ids != 0) * 1L)), as.array(lstm(embedding(ids))),
    tolerance = 1e-5
  )
})
