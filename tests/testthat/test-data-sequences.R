test_that("sequences become arrays as in Keras", {
  x <- list(1:2, 1:5, integer())
  expect_equal(pad_sequences(x), rbind(c(0, 0, 0, 1, 2), 1:5, 0))
  expect_equal(pad_sequences(x, 3), rbind(c(0, 1, 2), 3:5, 0))
  expect_equal(
    pad_sequences(x, 3, padding = "post", truncating = "post", value = -1, dtype = "float32"),
    rbind(c(1, 2, -1), 1:3, -1)
  )
  expect_type(pad_sequences(x), "integer")
  expect_error_snapshot(pad_sequences(x, padding = "both"))
  expect_error_snapshot(pad_sequences("a"))
})

test_that("arrays are scaled to norm one", {
  x <- matrix(c(3, 4, 0, 0), 2, byrow = TRUE)
  expect_equal(normalize(x), matrix(c(0.6, 0.8, 0, 0), 2, byrow = TRUE))
  expect_equal(normalize(x, axis = 1), matrix(c(1, 1, 0, 0), 2, byrow = TRUE))
  expect_equal(normalize(c(3, 4), order = 1), c(3, 4) / 7)
  expect_equal(normalize(c(3, 4), order = Inf), c(0.75, 1))
  expect_error_snapshot(normalize(x, axis = 3))
})

test_that("lists are assigned to several names", {
  .[first, c(second, .)] <- list(1, list(2, 3))
  expect_equal(c(first, second), c(1, 2))
  c(a, b) %<-% list(1, 2)
  expect_equal(c(a, b), 1:2)
  c(c(x, y), c(z, .)) %<-% list(list(1, 2), list(3, 4))
  expect_equal(c(x, y, z), 1:3)
  c(first, ...rest, last) %<-% 1:5
  expect_equal(rest, list(2L, 3L, 4L))
  expect_equal(last, 5L)
  e <- list()
  c(e$a, e[["b"]]) %<-% c(1, 2)
  expect_equal(e, list(a = 1, b = 2))
  v <- 4
  v %<>% sqrt()
  expect_equal(v, 2)
  expect_error_snapshot(c(a, b) %<-% list(1))
  expect_error_snapshot(c(a, b) %<-% list(1, 2, 3))
})

test_that("lists by name, and lists of lists", {
  x <- 1
  expect_equal(named_list(x, y = 2), list(x = 1, y = 2))
  expect_equal(zip_lists(list(1, 2), list(3, 4)), list(list(1, 3), list(2, 4)))
  expect_equal(
    zip_lists(a = list(p = 1, q = 2), b = list(q = 4, p = 3)),
    list(p = list(a = 1, b = 3), q = list(a = 2, b = 4))
  )
  expect_error_snapshot(zip_lists(list(1), list(1, 2)))
})

test_that("shapes are written and read", {
  expect_identical(unclass(shape(28, NA, NULL)), list(28L, NULL, NULL))
  expect_identical(unclass(shape()), list())
  expect_equal(as.integer(shape(matrix(0, 2, 3))), 2:3)
  expect_equal(as.integer(shape(layer_input(c(2, NA)))), c(NA, 2L, NA))
  expect_s3_class(newaxis, "rdeep_newaxis")
  expect_s3_class(all_dims(), "rdeep_all_dims")
})

test_that("reticulate's functions are at hand", {
  expect_equal(import("math")$sqrt(4), 2)
  expect_equal(py_to_r(import("math", convert = FALSE)$sqrt(4)), 2)
  expect_equal(py_to_r(r_to_py(3)), 3)
  expect_s3_class(tuple(1, 2), "python.builtin.tuple")
  expect_equal(py_to_r(np_array(matrix(1, 2, 3), "float32")), matrix(1, 2, 3))
  values <- import("builtins")$iter(list(1, 2))
  expect_equal(iter_next(values), 1)
  expect_equal(unlist(iterate(values)), 2, ignore_attr = TRUE)
  expect_equal(attr(`%as%`(1, name), "as"), "name")
  expect_output(py_help(layer_dense(units = 1)), "fully connected")
})

test_that("words are numbered as Keras's tokenizer did", {
  texts <- c("The cat sat on the mat.", "The dog ate my homework!")
  tokenizer <- text_tokenizer() |> fit_text_tokenizer(texts)
  expect_equal(tokenizer$word_index[1:3], list(the = 1L, cat = 2L, sat = 3L))
  expect_equal(tokenizer$document_count, 2)
  expect_equal(tokenizer$word_counts$the, 3)
  expect_equal(texts_to_sequences(tokenizer, texts)[[1]], c(1L, 2L, 3L, 4L, 1L, 5L))
  binary <- texts_to_matrix(tokenizer, texts)
  expect_equal(dim(binary), c(2, 10))
  expect_equal(binary[1, 1:4], c(0, 1, 1, 1))
  expect_equal(texts_to_matrix(tokenizer, texts, "count")[1, 2], 2)
  expect_equal(texts_to_matrix(tokenizer, texts, "freq")[1, 2], 2 / 6)
  # (1 + log(count)) * log(1 + documents / (1 + documents with the word))
  expect_equal(texts_to_matrix(tokenizer, texts, "tfidf")[1, 2], (1 + log(2)) * log(1 + 2 / 3))
  few <- text_tokenizer(num_words = 3, oov_token = "<unk>") |> fit_text_tokenizer(texts)
  expect_equal(texts_to_sequences(few, "the purple cat"), list(c(2L, 1L, 1L)))
  letters <- text_tokenizer(char_level = TRUE) |> fit_text_tokenizer("abba")
  expect_equal(texts_to_sequences(letters, "ab"), list(1:2))
  path <- withr::local_tempfile()
  save_text_tokenizer(tokenizer, path)
  expect_equal(load_text_tokenizer(path)$word_index, tokenizer$word_index)
  expect_equal(text_to_word_sequence("Oh, no"), c("oh", "no"))
  expect_output(print(tokenizer), "9 words of 2 texts")
  expect_error_snapshot(texts_to_sequences(1, "a"))
  expect_error_snapshot(texts_to_matrix(tokenizer, texts, mode = "all"))
})
