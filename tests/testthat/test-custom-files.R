# Classes of the user's in files: what they compute is read without them, and objects of the class
# are made again where it is known.

test_that("a registered class makes its layers again, with what its methods keep", {
  before <- get_custom_objects()
  withr::defer(set_custom_objects(before))
  Scaled <- Layer(
    "Scaled",
    inherit = layer_dense,
    initialize = function(units, vocab = NULL, ...) {
      super$initialize(units = units, ...)
      self$factor <- keras_variable(c(2, 3), name = "factor")
      self$vocab <- vocab
    },
    call = function(inputs) super$call(inputs) * self$factor,
    save_own_variables = function(store) {
      super$save_own_variables(store)
      store[["more"]] <- matrix(1:6, 2)
      store
    },
    load_own_variables = function(store) {
      self$more <- store$more
      for (i in seq_along(self$weights)) self$weights[[i]]$assign(store[[as.character(i - 1)]])
    },
    save_assets = function(folder) writeLines(self$vocab, file.path(folder, "words.txt")),
    load_assets = function(folder) self$vocab <- readLines(file.path(folder, "words.txt"))
  )
  register_keras_serializable(Scaled, package = "mine")
  x <- matrix(1:6 / 6, 2)
  model <- keras_model_sequential(input_shape = 3) |> Scaled(2, vocab = "a b")
  expect_length(model$layers[[1]]$weights, 3)
  path <- save_model(model, withr::local_tempfile(fileext = ".rdeep"))
  again <- load_model(path)
  layer <- again$layers[[1]]
  expect_s3_class(layer, "Scaled")
  expect_equal(layer$more, matrix(1:6, 2))
  expect_equal(layer$vocab, "a b")
  expect_equal(predict(again, x), predict(model, x))
  layer$factor$assign(c(4, 6))
  expect_equal(predict(again, x), 2 * predict(model, x), tolerance = 1e-6)

  set_custom_objects(before)
  plain <- load_model(path)
  expect_false(inherits(plain$layers[[1]], "Scaled"))
  expect_equal(predict(plain, x), predict(model, x))
  expect_s3_class(load_model(path, custom_objects = Scaled)$layers[[1]], "Scaled")
  Other <- Layer("Scaled", call = function(inputs) inputs)
  expect_warning(load_model(path, custom_objects = list("mine>Scaled" = Other)), "did not make")
})

test_that("`build` and `compile` of one's own are kept as the class says", {
  before <- get_custom_objects()
  withr::defer(set_custom_objects(before))
  half <- function(y_true, y_pred) op_mean(op_square(y_true - y_pred)) / 2
  register_keras_serializable(half, "half", "mine")
  Compiled <- Model(
    "Compiled",
    initialize = function(...) {
      super$initialize(...)
      self$out <- layer_dense(units = 1)
    },
    call = function(inputs) self$out(inputs),
    compile = function(rate, loss_fn) {
      super$compile(optimizer = optimizer_sgd(rate), loss = loss_fn)
      self$rate <- rate
      self$loss_fn <- loss_fn
    },
    get_compile_config = function() list(rate = self$rate, loss_fn = self$loss_fn),
    compile_from_config = function(config) {
      self$compile(config$rate, deserialize_keras_object(config$loss_fn))
    }
  )
  register_keras_serializable(Compiled, package = "mine")
  x <- matrix(1:6 / 6, 2)
  model <- Compiled()
  model |> compile(rate = 0.5, loss_fn = half)
  model |> fit(x, c(1, 2), verbose = 0)
  again <- load_model(save_model(model, withr::local_tempfile(fileext = ".rdeep")))
  expect_s3_class(again, c("Compiled", "rdeep_model"), exact = TRUE)
  expect_equal(again$rate, 0.5)
  expect_identical(again$loss_fn, half)
  expect_equal(predict(again, x), predict(model, x))
  again |> fit(x, c(1, 2), verbose = 0)

  Built <- Layer(
    "Built",
    initialize = function(units = 3, ...) {
      super$initialize(...)
      self$units <- units
    },
    build = function(input_shape, start) {
      self$kernel <- self$add_weight(shape(input_shape[[length(input_shape)]], self$units), start)
      self$start <- start
    },
    call = function(inputs) op_matmul(inputs, self$kernel),
    get_config = function() c(super$get_config(), list(units = self$units)),
    get_build_config = function() c(super$get_build_config(), list(start = self$start)),
    build_from_config = function(config) self$build(config$input_shape, config$start)
  )
  layer <- Built(units = 2)
  layer$build(shape(3), "ones")
  model <- keras_model_sequential(input_shape = 3)
  model$add(layer)
  path <- save_model(model, withr::local_tempfile(fileext = ".rdeep"))
  found <- load_model(path, custom_objects = list(Built = Built))$layers[[1]]
  expect_equal(found$start, "ones")
  expect_equal(found$units, 2)
})
