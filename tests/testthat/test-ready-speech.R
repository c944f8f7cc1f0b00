# Speech: two letters of tones, so that little training is enough.

tone_sound <- function(text, rate = 8000, seed = 1) {
  withr::with_seed(seed, {
    pitches <- c(a = 350, b = 900, " " = 0)
    times <- seq_len(rate * 0.125) / rate
    shape <- pmin(1, 12 * pmin(times, 0.125 - times) / 0.125)
    still <- numeric(rate * 0.08)
    parts <- lapply(strsplit(text, "")[[1]], function(x) sin(2 * pi * pitches[[x]] * times) * shape)
    sound <- c(still, unlist(parts), still)
    0.4 * sound + stats::rnorm(length(sound), sd = 0.01)
  })
}

tone_data <- function(n = 60) {
  text <- rep(c("ab", "ba", "aab", "b", "ab ba", "b ab"), length.out = n)
  data <- tibble::tibble(text = text, speaker = rep(c("p", "q", "r"), each = n / 3))
  data$sound <- lapply(seq_len(n), function(i) tone_sound(text[i], seed = i))
  data
}

small_speech <- function(..., epochs = 50) {
  set.seed(1)
  deep_speech(
    ...,
    sample_rate = 8000, model_rate = 8000, mels = 16, width = 24, blocks = 1, kernel = 5,
    speed = 0.05, learning_rate = 0.02, batch_size = 8, epochs = epochs, verbose = 0
  )
}

tone_model <- local({
  model <- NULL
  function() {
    skip_if_no_backend("torch")
    if (is.null(model)) {
      model <<- small_speech(text ~ sound, tone_data(), groups = speaker, backend = "torch")
    }
    model
  }
})

write_wav <- function(sound, rate, path = tempfile(fileext = ".wav")) {
  file <- file(path, "wb")
  on.exit(close(file))
  whole <- as.integer(round(pmax(pmin(sound, 1), -1) * 32767))
  number <- function(x, size) writeBin(as.integer(x), file, size = size, endian = "little")
  writeChar("RIFF", file, eos = NULL)
  number(36 + 2 * length(whole), 4)
  writeChar("WAVEfmt ", file, eos = NULL)
  number(16, 4)
  number(1, 2)
  number(1, 2)
  number(rate, 4)
  number(2 * rate, 4)
  number(2, 2)
  number(16, 2)
  writeChar("data", file, eos = NULL)
  number(2 * length(whole), 4)
  number(whole, 2)
  path
}

skip_if_no_module <- function(name) {
  call_core("sitrep")
  testthat::skip_if_not(reticulate::py_module_available(name), paste(name, "is not installed"))
}

test_that("text is recognised, of any rate, with a word list or without", {
  model <- tone_model()
  sounds <- list(tone_sound("ab ba", seed = 101), tone_sound("aab", seed = 102))
  new <- tibble::tibble(sound = sounds)
  found <- predict(model, new)
  expect_named(found, c(".pred_text", ".score"))
  expect_identical(found$.pred_text, c("ab ba", "aab"))
  expect_true(all(found$.score < 0))
  expect_identical(predict(model, new$sound)$.pred_text, found$.pred_text)
  expect_identical(predict(model, new, type = "response"), found)
  listed <- predict(model, new, words = c("ba", "aa"))$.pred_text
  expect_true(all(unlist(strsplit(listed, " ")) %in% c("ba", "aa")))
  expect_type(predict(model, new, words = NULL, beam_width = 1)$.pred_text, "character")
  skip_if_no_module("scipy")
  fast <- list(tone_sound("ab ba", 44100), tone_sound("aab", 44100))
  expect_identical(predict(model, fast, sample_rate = 44100)$.pred_text, c("ab ba", "aab"))
  skip_if_no_module("soundfile")
  files <- vapply(fast, write_wav, "", rate = 44100)
  expect_identical(predict(model, files)$.pred_text, c("ab ba", "aab"))
})

test_that("characters have their times, and a sound its picture", {
  model <- tone_model()
  sound <- list(tone_sound("ab", seed = 103))
  times <- predict(model, sound, type = "alignment")
  expect_identical(times$.character, c("a", "b"))
  expect_true(all(times$.start < times$.end) && times$.start[1] < times$.start[2])
  expect_drawn(plot(model, sound))
  expect_drawn(plot(model))
  expect_error(plot(model, wanted = "loss"), class = "rdeep_error")
})

test_that("the model is told about, and comes back", {
  model <- tone_model()
  expect_output(print(model), "Speech recognition.*60 sounds.*wer")
  expect_named(glance(model), c("nobs", "epochs", "wer", "cer"))
  expect_lt(glance(model)$cer, 0.3)
  expect_identical(nobs(model), 60L)
  expect_true(".pred_text" %in% names(augment(model, tone_data()[1:3, ])))
  expect_gt(nrow(tidy(model)), 3)
  sounds <- tone_data(6)$sound
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, file)
  expect_identical(predict(readRDS(file), sounds), predict(model, sounds))
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(model, path)
  other <- load_model(path, backend = "numpy")
  expect_identical(predict(other, sounds)$.pred_text, predict(model, sounds)$.pred_text)
  network <- as_network(model)
  spectra <- predict(model, sounds, type = "spectrogram")
  expect_equal(rowSums(predict(network, spectra)[1, , ]), rep(1, ceiling(dim(spectra)[2] / 2)),
    tolerance = 1e-5
  )
})

test_that("a factor is a keyword", {
  skip_if_no_backend("torch")
  data <- tone_data(30)
  said <- factor(rep(c("low", "high"), 15), levels = c("low", "high"))
  sounds <- lapply(seq_along(said), function(i) {
    tone_sound(if (said[i] == "low") "aa" else "bb", seed = i)
  })
  model <- small_speech(sounds, said, backend = "torch", epochs = 6)
  expect_output(print(model), "Keywords: 2 \\(low, high\\)")
  prob <- predict(model, sounds, type = "prob")
  expect_named(prob, c(".pred_low", ".pred_high"))
  expect_equal(rowSums(prob), rep(1, 30))
  class <- predict(model, sounds)$.pred_class
  expect_gt(mean(class == said), 0.9)
  expect_warning(
    part <- predict(model, list(sounds[[1]], numeric(4000)), on_bad = "drop"),
    "1 of 2 sounds was left out: row 2: it is silent",
    class = "rdeep_warning"
  )
  expect_identical(part$.pred_class, factor(c("low", NA), levels = c("low", "high")))
  expect_drawn(plot(model, sounds[[1]]))
})

test_that("layers of one's own stand in the middle", {
  skip_if_no_backend("torch")
  data <- tone_data(12)
  for (own in list(
    list(layer_conv_1d(filters = 8, kernel_size = 5, padding = "same", activation = "relu")),
    function(x) layer_gru(x, units = 8, return_sequences = TRUE)
  )) {
    model <- deep_speech(
      text ~ sound, data,
      network = own, sample_rate = 8000, model_rate = 8000, epochs = 1, verbose = 0,
      backend = "torch"
    )
    expect_length(predict(model, data)$.pred_text, 12)
  }
})

test_that("what cannot be used is named", {
  skip_if_no_backend("torch")
  data <- tone_data(9)
  expect_error_snapshot(deep_speech(text ~ sound, data))
  expect_error_snapshot(deep_speech(text ~ sond, data))
  expect_error_snapshot(deep_speech(~text, data))
  expect_error_snapshot(deep_speech(data$sound, seq_len(9), sample_rate = 8000))
  expect_error_snapshot(deep_speech(data$sound, sample_rate = 8000))
  expect_error_snapshot(deep_speech(data, data$text))
  expect_error_snapshot(deep_speech(mtcars$mpg > 3, "a", sample_rate = 8000))
  expect_error_snapshot(deep_speech(text ~ sound, data, sample_rate = 8000, epoch = 3))
  expect_error_snapshot(deep_speech(text ~ sound, data, sample_rate = -1))
  bad <- data
  bad$sound[[2]] <- numeric(4000)
  bad$text[3] <- NA
  bad$text[4] <- ""
  bad$sound[[5]] <- c(NA, data$sound[[5]])
  bad$sound[6] <- list(NULL)
  bad$sound[[7]] <- data$sound[[7]][1:300]
  expect_error_snapshot(small_speech(text ~ sound, bad))
  expect_conditions_snapshot(
    model <- small_speech(text ~ sound, bad, on_bad = "drop", epochs = 1, backend = "torch")
  )
  expect_identical(nobs(model), 3L)
  expect_error_snapshot(predict(model))
  expect_error_snapshot(predict(model, data["text"], type = "prob"))
  expect_error_snapshot(predict(model, data[c("text", "speaker")]))
  expect_error_snapshot(predict(model, data, words = "xyz"))
  skip_if_no_module("soundfile")
  file <- withr::local_tempfile(fileext = ".wav")
  writeLines("this is no sound", file)
  said <- "row 1 .*: it cannot be read as a sound"
  expect_error(predict(model, file), said, class = "rdeep_error")
})

test_that("word and character error rates", {
  skip_if_no_backend("torch")
  expect_equal(word_error_rate(c("seven red", "stop"), c("seven bread", "stop it")), 2 / 3)
  expect_equal(word_error_rate("three", "thre", unit = "character"), 0.2)
  expect_error_snapshot(word_error_rate("a", c("a", "b")))
  expect_error_snapshot(word_error_rate(c("a", "b"), c("a", NA)))
  expect_error_snapshot(word_error_rate("a", "a", unit = "letter"))
})
