# Objects of Python that are not this package's, wherever they come through the bridge.

is_reticulates <- function(x) {
  inherits(x, "python.builtin.object") && !inherits(x, c("rdeep_object", "rdeep_layer"))
}

test_that("a native network of torch is reticulate's, and can be called", {
  skip_if_no_backend("torch")
  torch <- reticulate::import("torch")
  sequential <- keras_model_sequential(input_shape = 2, backend = "torch") |> layer_dense(3)
  input <- layer_input(2)
  hidden <- layer_dense(input, 3)
  branched <- keras_model(input, layer_add(list(hidden, layer_dense(hidden, 3))), backend = "torch")
  for (model in list(sequential, branched)) {
    net <- model$native
    expect_true(is_reticulates(net))
    y <- net(torch$zeros(c(1L, 2L)))
    expect_s3_class(y, "torch.Tensor")
    expect_equal(y$detach()$numpy(), predict(model, matrix(0, 1, 2)), tolerance = 1e-6)
    expect_gt(length(reticulate::iterate(net$parameters())), 0)
    expect_length(net$state_dict(), length(get_weights(model)))
    adam <- torch$optim$Adam(net$parameters(), lr = 0.1)
    expect_true(is_reticulates(adam))
  }
})

test_that("a native network of TensorFlow is reticulate's, and can be called", {
  skip_if_no_backend("tensorflow")
  model <- keras_model_sequential(input_shape = 2, backend = "tensorflow") |> layer_dense(3)
  net <- model$native
  expect_true(is_reticulates(net))
  tf <- reticulate::import("tensorflow")
  y <- net(tf$zeros(c(1L, 2L)))
  expect_true(is_reticulates(y))
  expect_equal(y$numpy(), predict(model, matrix(0, 1, 2)), tolerance = 1e-6)
  expect_true(is_reticulates(net$layers[[1]]))
  expect_true(is_reticulates(net$weights[[1]]))
})

test_that("a module that is a layer is the user's own", {
  skip_if_no_backend("torch")
  torch <- reticulate::import("torch")
  module <- torch$nn$Linear(2L, 3L)
  model <- keras_model_sequential(input_shape = 2, backend = "torch") |>
    layer_torch_module_wrapper(module = module)
  parts <- reticulate::iterate(model$native$modules())
  expect_true(any(vapply(parts, function(part) inherits(part, class(module)[1]), NA)))
  expect_true(all(vapply(parts, is_reticulates, NA)))
})

test_that("what is the core's own is wrapped, and nothing else", {
  core <- function(name) reticulate::import(name, convert = FALSE)
  ours <- core("rdeep.losses")$MeanSquaredError()
  expect_s3_class(wrap(ours), "rdeep_record")
  expect_s3_class(wrap(core("rdeep.layers")$Dense(2L)), "rdeep_layer")
  foreign <- reticulate::py_run_string(paste(
    "import collections, datetime, decimal, fractions, functools, pathlib",
    "class Variable:",
    "    def method(self, x): return x + 1",
    "class Layer(Variable): pass",
    "variable, layer = Variable(), Layer()",
    "def add(x, y): return x + y",
    "day, ratio, half = datetime.timedelta(1), fractions.Fraction(1, 2), functools.partial(add, 1)",
    "queue, path, steps = collections.deque([1]), pathlib.Path('a'), iter([1, 2])",
    sep = "\n"
  ), local = TRUE, convert = FALSE)
  names <- c("variable", "layer", "Variable", "day", "ratio", "half", "queue", "steps", "add")
  for (name in names) {
    expect_true(is_reticulates(wrap(foreign[[name]])), info = name)
  }
  expect_true(is_reticulates(wrap(foreign$variable$method)))
  expect_equal(wrap(foreign$add)(1, 2), 3)
  expect_equal(wrap(foreign$half)(2), 3)
})

for_each_backend("tensors of either engine are data", {
  torch <- reticulate::import("torch")
  tf <- reticulate::import("tensorflow")
  x <- matrix(seq(-1, 1, length.out = 24), 6)
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(1)
  compile(model, "sgd", "mse")
  tensors <- list(
    torch$tensor(x, requires_grad = TRUE), torch$tensor(x), tf$Variable(x), tf$constant(x)
  )
  for (tensor in tensors) {
    expect_equal(predict(model, tensor), predict(model, x), tolerance = 1e-6)
    expect_length(fit(model, tensor, x[, 1], verbose = 0)$metrics$loss, 1)
    expect_equal(nobs(model), 6)
  }
  expect_rdeep_error(predict(model, torch$tensor(x)$to_sparse()), "data", "to_dense")
  expect_rdeep_error(compile(model, "sgd", torch$nn$MSELoss()), "argument", "but of torch")
})

test_that("methods of r_to_py() in a script are found, and NumPy's arrays compared by value", {
  r_to_py.of_a_script <- function(x, convert = FALSE) stop("a method of its own")
  expect_error(r_to_py(structure(1, class = "of_a_script")), "a method of its own")
  numbers <- import("numpy", convert = FALSE)$array
  expect_true(all.equal(numbers(c(1, 2)), numbers(c(1, 2))))
  expect_type(all.equal(numbers(c(1, 2)), numbers(c(9, 8))), "character")
  expect_identical(py_to_r(r_to_py(shape(2, 3))), 2:3)
})
