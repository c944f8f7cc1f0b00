net <- function(backend, units = 3) {
  set_random_seed(1)
  keras_model_sequential(input_shape = 2, backend = backend) |>
    layer_dense(units, activation = "tanh", name = "hidden") |>
    layer_dense(1, name = "out")
}

x <- matrix(seq(-1, 1, length.out = 8), nrow = 4)
y <- matrix(c(1, 0, 1, 0), nrow = 4)

# A tensor of the model's engine.
on_engine <- function(value, backend) {
  engine <- reticulate::import(backend, convert = FALSE)
  if (backend == "torch") {
    engine$tensor(value, dtype = engine$float32)
  } else {
    engine$constant(value, dtype = "float32")
  }
}

for_each_backend("weights are variables of the engine", {
  model <- net(backend)
  paths <- c("hidden/kernel", "hidden/bias", "out/kernel", "out/bias")
  expect_equal(vapply(model$weights, function(v) v$path, ""), paths)
  hidden <- get_layer(model, "hidden")
  kernel <- hidden$kernel
  expect_equal(kernel$name, "kernel")
  expect_equal(as.array(kernel), get_weights(model)[[1]])
  expect_equal(as.array(kernel * 2 + 1), get_weights(model)[[1]] * 2 + 1, tolerance = 1e-6)
  kernel$assign(matrix(1, 2, 3))
  kernel$assign_add(matrix(1, 2, 3))
  expect_equal(get_weights(model)[[1]], matrix(2, 2, 3))
  expect_equal(as.numeric(sum(hidden$kernel)), 12)
  expect_equal(as.numeric(op_sum(kernel$value)), 12)
  expect_length(hidden$trainable_weights, 2)
  hidden$trainable <- FALSE
  expect_equal(vapply(model$trainable_variables, function(v) v$path, ""), paths[3:4])
  expect_length(model$non_trainable_weights, 2)
})

test_that("a layer by itself has its weights by name", {
  skip_if_no_backend("torch")
  layer <- layer_dense(units = 2)
  expect_length(layer$weights, 0)
  layer$build(shape(NA, 3))
  expect_equal(dim(layer$kernel), c(3L, 2L))
})

for_each_backend("steps along gradients are those of fit()", {
  by_fit <- net(backend)
  by_fit |> compile(optimizer_adam(0.05), "mse")
  by_hand <- net(backend)
  optimizer <- optimizer_adam(0.05)
  loss_fn <- loss_mean_squared_error()
  targets <- on_engine(y, backend)
  for (step in 1:4) {
    train_on_batch(by_fit, x, y)
    found <- gradients_of(
      function() loss_fn(targets, by_hand(x, training = TRUE)),
      by_hand$trainable_weights,
      return_value = TRUE
    )
    if (step %% 2) {
      optimizer$apply(found$gradients, by_hand$trainable_weights)
    } else {
      optimizer$apply_gradients(zip_lists(found$gradients, by_hand$trainable_weights))
    }
  }
  expect_equal(get_weights(by_hand), get_weights(by_fit), tolerance = 1e-5)
  expect_equal(as.integer(optimizer$iterations), 4L)
  expect_length(optimizer$variables, 10)
})

for_each_backend("the engines' own gradients work on variables", {
  model <- net(backend)
  targets <- on_engine(y, backend)
  loss <- function() mean((model(x) - targets)^2)
  expected <- lapply(gradients_of(loss, model$trainable_weights), as.array)
  if (backend == "tensorflow") {
    tf <- reticulate::import("tensorflow")
    with(tf$GradientTape() %as% tape, {
      value <- loss()
    })
    found <- lapply(tape$gradient(value, model$trainable_weights), as_tensor)
  } else {
    model$zero_grad()
    value <- loss()
    value$backward()
    found <- lapply(model$trainable_weights, function(v) v$value$grad)
  }
  expect_equal(lapply(found, as.array), expected, tolerance = 1e-6)
})

test_that("gradients of gradients", {
  skip_if_no_backend("torch")
  v <- keras_variable(3)
  slope <- function() gradients_of(function() v^3, v)
  expect_equal(as.numeric(slope()), 27)
  expect_equal(as.numeric(gradients_of(slope, v)), 18)
})

test_that("an error of the user's ends the recording", {
  skip_if_no_backend("torch")
  v <- keras_variable(3)
  expect_error(gradients_of(function() stop("mine"), v), "mine")
  expect_equal(as.numeric(gradients_of(function() v^2, v)), 6)
})

test_that("what is wrong is said", {
  skip_if_no_backend("torch")
  model <- net("torch")
  weights <- model$trainable_weights
  optimizer <- optimizer_sgd()
  found <- gradients_of(function() mean(model(x)), weights)
  expect_error_snapshot(gradients_of(3, weights))
  expect_error_snapshot(gradients_of(function() 3, weights))
  expect_error_snapshot(gradients_of(function() model(x), weights))
  expect_error_snapshot(gradients_of(function() mean(as_tensor(x)), weights[1:2]))
  expect_error_snapshot(gradients_of(function() mean(model(x)), list()))
  expect_error_snapshot(gradients_of(function() mean(model(x)), list(1)))
  expect_error_snapshot(optimizer$apply(found[1:2], weights))
  expect_error_snapshot(optimizer$apply(found[c(2, 2, 3, 4)], weights))
  expect_error_snapshot(weights[[1]]$assign(1:2))
  expect_error_snapshot(layer_dense(units = 1)$kernel)
})
