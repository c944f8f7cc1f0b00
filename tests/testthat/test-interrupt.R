for_each_backend("an interrupt ends training; model and history are those so far", {
  skip_on_os("windows")
  started <- withr::local_tempfile()
  session <- callr::r_bg(
    function(started, backend) {
      library(rdeep)
      model <- keras_model_sequential(input_shape = 2, backend = backend) |> layer_dense(1)
      model |> compile("sgd", "mse")
      x <- matrix(seq(0, 1, length.out = 4000), ncol = 2)
      fit(model, x, x[, 1], epochs = 1, verbose = 0)
      file.create(started)
      history <- fit(model, x, x[, 1], epochs = 1e6, verbose = 0)
      again <- fit(model, x, x[, 1], epochs = 2, verbose = 0)
      list(
        epochs = length(history$metrics$loss),
        predicted = predict(model, x),
        again = length(again$metrics$loss)
      )
    },
    args = list(started = started, backend = backend),
    libpath = .libPaths()
  )
  withr::defer(session$kill())
  for (i in 1:600) {
    if (file.exists(started) || !session$is_alive()) break
    Sys.sleep(0.1)
  }
  Sys.sleep(0.5)
  session$interrupt()
  session$wait(60000)
  result <- session$get_result()
  expect_gte(result$epochs, 1)
  expect_lt(result$epochs, 1e6)
  expect_true(all(is.finite(result$predicted)))
  expect_equal(result$again, 2)
})
