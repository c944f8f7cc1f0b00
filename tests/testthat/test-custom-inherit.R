# How classes are written: as in R, as in Python, with R6, and what they inherit from.

x <- matrix(seq(-1, 1, length.out = 24), 6)
first <- function(layer) as.array(layer(x))[1, 1]

layer_times <- Layer(
  "Times",
  initialize = function(self, factor, ...) {
    super()$`__init__`(...)
    self$factor <- factor
  },
  call = function(self, inputs) inputs * self$factor,
  get_config = function() list(factor = self$factor),
)

test_that("methods may have `self` as their first argument, and `super()` is called", {
  expect_equal(first(layer_times(, 3)), -3)
  for (above in list(
    function(factor) super$initialize(factor^2),
    function(factor) super()$initialize(factor^2),
    function(self, factor) super()$`__init__`(factor^2),
    function(self, factor) super(Own, self)$`__init__`(factor = factor^2)
  )) {
    Own <- Layer(
      "Own",
      inherit = layer_times, initialize = above,
      call = function(inputs) super()$call(inputs) + 1
    )
    expect_equal(first(Own(factor = 3)), -8)
  }
})

test_that("every kind of class is written either way", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  seen <- NULL
  own_loss <- Loss("Own", call = function(self, y_true, y_pred) {
    op_mean(op_abs(y_true - y_pred), -1)
  })
  own_metric <- Metric(
    "Own",
    initialize = function(self, name = "own", ...) {
      super()$`__init__`(name = name, ...)
      self$total <- self$add_weight(shape = list(), initializer = "zeros")
    },
    update_state = function(self, y_true, y_pred, sample_weight = NULL) {
      self$total$assign_add(op_sum(op_abs(y_true - y_pred)))
    },
    result = function(self) self$total
  )
  own_callback <- Callback("Own", on_epoch_end = function(self, epoch, logs) {
    seen <<- c(seen, epoch, logs$loss)
  })
  compile(model, "sgd", own_loss(), metrics = own_metric())
  found <- evaluate(model, x, x[, 1], verbose = 0)
  expect_equal(found$own, 6 * found$loss, tolerance = 1e-5)
  history <- fit(model, x, x[, 1], epochs = 2, verbose = 0, callbacks = own_callback())
  expect_equal(seen[c(1, 3)], c(1, 2))
  own_constraint <- Constraint("Own", public = list(`__call__` = function(self, w) op_relu(w)))
  weights <- function(constraint) {
    model <- keras_model_sequential(input_shape = 4) |>
      layer_dense(1, kernel_constraint = constraint, kernel_initializer = "ones")
    compile(model, optimizer_sgd(10), "mse")
    fit(model, x, -x[, 1], verbose = 0)
    get_weights(model)[[1]]
  }
  expect_equal(weights(own_constraint()), weights("non_neg"), tolerance = 1e-5)
  own_model <- Model(
    "Own",
    initialize = function(self, units) {
      super()$`__init__`()
      self$dense <- layer_dense(units = units)
    },
    call = function(self, inputs) self$dense(inputs)
  )
  expect_equal(dim(own_model(3)(x)), c(6L, 3L))
})

test_that("a class has private members, computed ones, and makes itself of a configuration", {
  Own <- Layer(
    "Own",
    inherit = layer_times,
    private = list(start = 2, more = function() private$start + 1),
    active = list(start = function(value) {
      if (missing(value)) private$start else private$start <- value
    }),
    doubled = mark_active(function(self) 2 * self$factor),
    more = function() private$more(),
    from_config = function(cls, config) cls(factor = config$factor + 1)
  )
  layer <- Own(factor = 3)
  expect_equal(layer$doubled, 6)
  expect_equal(layer$start, 2)
  layer$start <- 5
  expect_equal(layer$more(), 6)
  expect_equal(from_config(get_config(layer))$factor, 4)
  expect_equal(Own$from_config(list(factor = 7))$doubled, 16)
  expect_equal(layer_times$from_config(list(factor = 7))$factor, 7)
  expect_rdeep_error(layer$doubled <- 3, "argument", "computed")
})

for_each_backend("a class inherits from a layer of the package, or from Keras's by name", {
  Twice <- Layer(
    "Twice",
    inherit = layer_dense,
    initialize = function(...) super$initialize(units = 3, ...),
    call = function(inputs) 2 * super$call(inputs)
  )
  model <- keras_model_sequential(input_shape = 4) |> Twice(activation = "relu")
  weights <- get_weights(model)
  expect_equal(predict(model, x), 2 * pmax(x %*% weights[[1]], 0), tolerance = 1e-5)
  Wrapped <- Layer(
    "Wrapped",
    inherit = keras$layers$Wrapper,
    call = function(inputs) self$layer(inputs) + 1
  )
  dense <- layer_dense(units = 2)
  expect_equal(as.array(Wrapped(layer = dense)(x)), as.array(dense(x)) + 1, tolerance = 1e-5)
  Same <- Layer("Same", inherit = keras$layers$Layer, call = function(inputs) inputs)
  expect_equal(first(Same()), -1)
})

test_that("R6 classes become classes of what they inherit from", {
  skip_if_not_installed("R6")
  Seen <- R6::R6Class(
    "Seen",
    inherit = keras$callbacks$Callback,
    public = list(
      epochs = NULL,
      on_epoch_end = function(epoch, logs = NULL) self$epochs <- c(self$epochs, epoch)
    ),
    active = list(count = function() length(self$epochs)),
    private = list(kept = 1)
  )
  seen <- r_to_py(Seen, convert = TRUE)()
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  compile(model, "sgd", "mse")
  # What is no class of Keras, but has its functions, is a callback as it is.
  Plain <- R6::R6Class("Plain", public = list(
    n = 0, on_batch_end = function(batch, logs) self$n <- self$n + 1
  ))
  plain <- Plain$new()
  fit(model, x, x[, 1], epochs = 2, verbose = 0, callbacks = list(seen, plain))
  expect_equal(seen$epochs, 1:2)
  expect_equal(seen$count, 2)
  expect_equal(plain$n, 2)

  Scale <- R6::R6Class(
    "Scale",
    inherit = KerasLayer,
    public = list(
      factor = NULL,
      initialize = function(factor) {
        super$initialize()
        self$factor <- factor
      },
      call = function(inputs) self$factor * inputs
    )
  )
  expect_equal(first(r_to_py(Scale)(NULL, 3)), -3)
  More <- Layer("More", inherit = Scale, call = function(inputs) super$call(inputs) + 1)
  expect_equal(first(More(factor = 3)), -2)

  Count <- R6::R6Class(
    "Count",
    public = list(
      initialize = function(from) private$n <- from,
      up = function() private$n <- private$n + 1,
      n = function() private$n
    )
  )
  counts <- lapply(1:2, r_to_py(Count))
  counts[[1]]$up()
  expect_equal(c(counts[[1]]$n(), counts[[2]]$n()), c(2, 2))
})

test_that("a class is defined by its body", {
  Counter %py_class% {
    "Counts."
    n <- 0
    initialize <- function(from) self$n <- from
    up <- function() self$n <- self$n + 1
    private$hidden <- function() self$n * 10
    shown <- function() private$hidden()
    half %<-active% function() self$n / 2
  }
  Other(Counter, convert = TRUE) %py_class% {
    initialize <- function(...) super$initialize(...)
  }
  counter <- Other(41)
  counter$up()
  expect_equal(c(counter$n, counter$shown(), counter$half), c(42, 420, 21))
  Scale(keras$layers$Layer) %py_class% {
    initialize <- function(self, factor) {
      super()$`__init__`()
      self$factor <- factor
    }
    call <- function(self, inputs) self$factor * inputs
  }
  expect_equal(first(Scale(3)), -3)
  More(Scale) %py_class% {
    call <- function(inputs) super$call(inputs) + 1
  }
  expect_equal(first(More(3)), -2)
})

test_that("mistakes in what is inherited are explained", {
  expect_error_snapshot(Layer("Own", inherit = 3))
  expect_error_snapshot(Layer("Own", inherit = nonesuch))
  expect_error_snapshot(Layer("Own", inherit = Callback("Other")))
  expect_error_snapshot(Callback("Own", inherit = layer_dense))
  expect_error_snapshot(Layer("Own", call = function(inputs) super$cal(inputs))()(x))
  expect_error_snapshot(Layer("Own", inherit = layer_dense, initialize = function() 1)()(x))
  expect_error_snapshot(Layer("Own", public = list(function() 1)))
  expect_error_snapshot("Own" %py_class% 1)
})

test_that("an R6 class that converts gets R's values", {
  changer <- R6::R6Class("Changer", public = list(
    change = function(x = NULL) {
      x[["word"]] <- "other"
      x
    }
  ))
  words <- reticulate::py_eval("{}", convert = FALSE)
  expect_identical(r_to_py(changer, convert = TRUE)()$change(words), list(word = "other"))
  expect_length(py_to_r(words), 0)
})

test_that("a wrapper adds weights and losses to the layer that it wraps", {
  layer_raised <- Layer(
    "Raised",
    inherit = keras$layers$Wrapper,
    build = function(input_shape) {
      self$layer$build(input_shape)
      self$more <- self$layer$add_weight(name = "more", shape = 1, initializer = "ones")
    },
    call = function(inputs, training = NULL) {
      self$layer$add_loss(op_sum(self$more))
      self$layer$call(inputs) + op_sum(self$more)
    }
  )
  model <- keras_model_sequential(input_shape = 2) |> layer_raised(layer_dense(units = 4))
  expect_length(get_weights(model$layers[[1]]), 3)
  compile(model, "sgd", "mse")
  zeros <- matrix(0, 3, 2)
  loss <- evaluate(model, zeros, predict(model, zeros, verbose = 0), verbose = 0)
  expect_equal(loss$loss, 1)
})
