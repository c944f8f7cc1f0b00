test_that("pictures are resized without Pillow", {
  x <- array(runif(8 * 6 * 3), c(8, 6, 3))
  expect_equal(dim(image_smart_resize(x, c(4, 4))), c(4, 4, 3))
  expect_equal(dim(image_smart_resize(x, c(2, 3), "nearest", "channels_first")), c(8, 2, 3))
  expect_error_snapshot(image_smart_resize(x, c(4, 4), "wobbly"))
  expect_error_snapshot(image_smart_resize(x, c(4, 4), backend_module = 1))
})

test_that("pictures go to files and come back", {
  call_core("sitrep")
  if (!reticulate::py_module_available("PIL")) skip("Pillow is not installed")
  x <- array(sample(0:255, 8 * 6 * 3, TRUE), c(8, 6, 3))
  path <- withr::local_tempfile(fileext = ".png")
  expect_equal(image_array_save(x, path, scale = FALSE), path)
  expect_equal(image_to_array(image_load(path)), x, ignore_attr = TRUE)
  small <- image_load(path, "grayscale", target_size = c(4, 2))
  expect_equal(dim(image_to_array(small)), c(4, 2, 1))
  expect_equal(dim(image_to_array(image_from_array(x), "channels_first")), c(3, 8, 6))
  expect_error_snapshot(image_load("nowhere.png"))
  expect_error_snapshot(image_from_array(matrix(0, 2, 2)))
  expect_error_snapshot(image_load(path, "sepia"))
})

test_that("pixels are prepared as networks of ImageNet take them", {
  x <- array(0:255, c(1, 2, 2, 3))
  expect_equal(imagenet_preprocess_input(x, mode = "tf"), x / 127.5 - 1)
  caffe <- imagenet_preprocess_input(x)
  expect_equal(caffe[1, , , 3], x[1, , , 1] - 123.68)
  torch <- imagenet_preprocess_input(x, mode = "torch")
  expect_equal(torch[1, , , 2], (x[1, , , 2] / 255 - 0.456) / 0.224)
  first <- imagenet_preprocess_input(aperm(x, c(1, 4, 2, 3)), "channels_first")
  expect_equal(aperm(first, c(1, 3, 4, 2)), caffe)
  expect_error_snapshot(imagenet_preprocess_input(x, mode = "jax"))
  expect_error_snapshot(imagenet_preprocess_input(array(0, c(2, 2, 4))))
})

test_that("classes of ImageNet are named", {
  names <- sprintf("\"%d\": [\"n%d\", \"class %d\"]", 0:999, 0:999, 0:999)
  path <- withr::local_tempfile(lines = paste0("{", paste(names, collapse = ", "), "}"))
  scores <- matrix(0, 2, 1000)
  scores[1, 8] <- 0.9
  scores[1, 3] <- 0.1
  found <- imagenet_decode_predictions(scores, top = 2, class_index = path)
  expect_length(found, 2)
  expect_equal(found[[1]]$class_name, c("n7", "n2"))
  expect_equal(found[[1]]$score, c(0.9, 0.1))
  expect_error_snapshot(imagenet_decode_predictions(matrix(0, 1, 3)))
  expect_error_snapshot(imagenet_decode_predictions(scores, class_index = "nowhere.json"))
})
