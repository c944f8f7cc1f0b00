test_that("a model is drawn as boxes", {
  skip_if_not_installed("ggplot2")
  a <- layer_input(4)
  b <- layer_dense(a, 2)
  model <- keras_model(a, layer_add(b, layer_dense(a, 2)))
  drawing <- plot(model)
  expect_s3_class(drawing, "ggplot")
  path <- withr::local_tempfile(fileext = ".png")
  expect_no_warning_at_all(ggplot2::ggsave(path, drawing, width = 4, height = 4))
  expect_gt(file.size(path), 0)
})

test_that("a model whose shapes are unknown is not drawn", {
  skip_if_not_installed("ggplot2")
  expect_rdeep_error(plot(layer_dense(keras_model_sequential(), 2)), "state", "not known yet")
})
