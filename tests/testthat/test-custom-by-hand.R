test_that("`build` called by hand, with arguments of its own, is not called again", {
  layer_started <- Layer(
    "Started",
    build = function(input_shape, start) {
      self$w <- self$add_weight(shape = tail(input_shape, 1), initializer = start)
    },
    call = function(inputs) inputs * self$w
  )
  layer <- layer_started()
  layer$build(shape(NA, 2), start = initializer_constant(3))
  expect_equal(as.array(layer(matrix(1, 1, 2))), matrix(3, 1, 2))
  expect_length(layer$weights, 1)
})

test_that("without a `build` of its own a layer builds the layers inside", {
  layer_inside <- Layer(
    "Inside",
    initialize = function() {
      super$initialize()
      self$dense <- layer_dense(units = 2)
    },
    call = function(inputs) self$dense(inputs)
  )
  layer <- layer_inside()
  layer$build(shape(NA, 3))
  expect_equal(lapply(get_weights(layer), dim), list(c(3L, 2L), 2L))
})

test_that("an own layer takes a penalty on its output", {
  layer_same <- Layer("Same", call = function(inputs) inputs * 1)
  layer <- layer_same(activity_regularizer = regularizer_l2(0.5))
  layer(matrix(1, 4, 3))
  expect_equal(as.array(layer$losses[[1]]), 1.5)
})

test_that("a configuration names the class as it is registered, and finds it by that", {
  before <- set_custom_objects(clear = TRUE)
  on.exit(set_custom_objects(before))
  layer_times <- register_keras_serializable(
    package = "mine", name = "Times",
    object = Layer(
      "Multiple",
      initialize = function(by, ...) {
        super$initialize(...)
        self$by <- by
      },
      call = function(inputs) inputs * self$by,
      get_config = function() c(super$get_config(), list(by = self$by))
    )
  )
  config <- serialize_keras_object(layer_times(by = 3))
  expect_equal(config$registered_name, "mine>Times")
  expect_equal(config$class_name, "Multiple")
  again <- deserialize_keras_object(config)
  expect_equal(as.array(again(matrix(2))), matrix(6))
})

test_that("a model with an own activation is kept under Keras's ending, with a warning", {
  squared <- function(x) x^2
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1, activation = squared)
  path <- withr::local_tempfile(fileext = ".keras")
  expect_warning(save_model(model, path), "an activation of your own")
  again <- load_model(path, custom_objects = list(squared = squared))
  x <- matrix(c(1, 2), 1)
  expect_equal(predict(again, x), predict(model, x))
})

test_that("a model gives an own layer back with what its class keeps", {
  layer_two <- Layer(
    "Two",
    initialize = function(units, ...) {
      super$initialize(...)
      self$units <- units
      self$first <- layer_dense(units = units, name = "first")
      self$second <- layer_dense(units = 1, name = "second")
    },
    build = function(input_shape) {
      self$shift <- self$add_weight(shape(1), "ones", name = "shift")
    },
    call = function(inputs) self$second(self$first(inputs)) + self$shift
  )
  model <- keras_model_sequential(input_shape = 3) |> layer_two(4, name = "nested")
  layer <- get_layer(model, "nested")
  expect_equal(layer$units, 4)
  expect_equal(as.array(layer$shift), array(1))
  freeze_weights(layer$first)
  expect_length(model$trainable_weights, 3)
  expect_equal(model$layers[[1]]$name, "nested")

  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  again <- get_layer(load_model(path), "nested")
  expect_equal(again$second$name, "second")
  expect_rdeep_error(again$third, "argument", "third")
})
