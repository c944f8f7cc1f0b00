chain <- function(n = 2) {
  model <- keras_model_sequential(input_shape = 4)
  for (i in seq_len(n)) {
    layer_dense(model, 8, activation = "relu")
  }
  layer_dense(model, 1)
}

# A skip connection over two layers, and a layer used twice.
branching <- function() {
  left <- layer_input(4, name = "left")
  right <- layer_input(4, name = "right")
  encode <- layer_dense(units = 8, name = "encode")
  a <- encode(left)
  b <- encode(right)
  deep <- layer_dense(layer_dense(a, 8), 8)
  merged <- layer_concatenate(layer_add(a, deep), b)
  keras_model(
    list(left, right),
    list(layer_dense(merged, 1, name = "amount"), layer_dense(merged, 2, name = "kind"))
  )
}

placed <- function(model, rankdir = "TB", columns = NULL, ...) {
  layers <- drawn_layers(model)
  show <- list(
    shapes = TRUE, dtype = FALSE, layer_names = TRUE, layer_activations = TRUE,
    options = TRUE, params = TRUE, trainable = TRUE
  )
  show[names(list(...))] <- list(...)
  boxes <- write_boxes(layers, show, widest_box(length(layers), rankdir))
  place_boxes(boxes, layers, rankdir, columns)
}

overlapping <- function(boxes) {
  near <- function(x, size) abs(outer(x, x, "-")) < outer(size, size, "+") / 2
  hit <- near(boxes$x, boxes$width) & near(boxes$y, boxes$height)
  sum(hit[upper.tri(hit)])
}

# How many of an arrow's points lie in a box.
crossing_boxes <- function(placed) {
  inside <- function(x, y) {
    any(abs(placed$boxes$x - x) < placed$boxes$width / 2 - 1 &
      abs(placed$boxes$y - y) < placed$boxes$height / 2 - 1)
  }
  sum(mapply(inside, placed$arrows$x, placed$arrows$y))
}

drawn_without_warning <- function(drawing) {
  expect_s3_class(drawing, "ggplot")
  path <- withr::local_tempfile(fileext = ".png")
  expect_no_warning_at_all(ggplot2::ggsave(path, drawing, width = 7, height = 5))
  expect_gt(file.size(path), 5000)
}

test_that("chains, branches, shared layers and long networks are drawn", {
  skip_if_not_installed("ggplot2")
  drawn_without_warning(plot(chain()))
  drawn_without_warning(plot(branching()))
  drawn_without_warning(plot(branching(), rankdir = "LR", show_dtype = TRUE))
  drawn_without_warning(plot(chain(30)))
  drawn_without_warning(ggplot2::autoplot(chain(), show_shapes = FALSE))
  alone <- layer_input(3)
  drawn_without_warning(plot(keras_model(alone, alone)))
})

test_that("a box says what the layer is, how it was set up and what it returns", {
  model <- keras_model_sequential(input_shape = c(8, 8, 1)) |>
    layer_conv_2d(4, c(3, 2), strides = 2, padding = "same", activation = "relu") |>
    layer_flatten() |>
    layer_dense(1, use_bias = FALSE, name = "out")
  lines <- placed(model)$lines
  expect_equal(lines[[1]][1, ], c("Input", "input"))
  expect_equal(lines[[1]][2, 1], "(NA, 8, 8, 1)")
  words <- strsplit(lines[[2]][2, 1], " \u00b7 ")[[1]]
  expect_equal(words, c("4 filters", "3 \u00d7 2", "strides 2", "same", "relu"))
  expect_equal(lines[[2]][3, ], c("(NA, 4, 4, 4)", "28 params"))
  expect_equal(nrow(lines[[3]]), 2)
  expect_equal(lines[[4]][1, ], c("Dense", "out"))
  expect_equal(lines[[4]][2, 1], "1 unit \u00b7 no bias")
})

test_that("parts of the boxes can be left out", {
  model <- keras_model_sequential(input_shape = 4) |>
    layer_dense(8, activation = "relu", trainable = FALSE)
  bare <- placed(
    model,
    shapes = FALSE, layer_names = FALSE, layer_activations = FALSE, options = FALSE,
    params = FALSE, trainable = FALSE
  )
  expect_equal(bare$lines[[2]], rbind(c("Dense", "")))
  expect_equal(placed(model, params = FALSE)$lines[[2]][3, 2], "frozen")
  expect_equal(placed(model, options = FALSE)$lines[[2]][2, 1], "relu")
  expect_equal(placed(model, dtype = TRUE)$lines[[1]][2, 1], "(NA, 4) float32")
})

test_that("a layer inside a layer and options of an activation are written out", {
  words <- option_words(list(
    layer = list(kind = "lstm", options = list(units = 16L, return_sequences = TRUE)),
    cardinalities = as.list(1:9)
  ))
  expect_equal(words, c("lstm 16 units, return sequences", "9 cardinalities"))
  expect_equal(option_words(list(input_dim = 100L, output_dim = 8L)), "100 to 8")
})

test_that("a shared layer is drawn where it is used, and counted once", {
  placed <- placed(branching())
  first <- vapply(placed$lines, function(rows) rows[1, 2], "")
  expect_equal(sum(first == "encode"), 2)
  expect_equal(sum(placed$boxes$copy), 1)
  last <- vapply(placed$lines, function(rows) rows[nrow(rows), 2], "")
  expect_equal(last[first == "encode"], c("40 params", "shared"))
})

test_that("boxes do not overlap and arrows go around them", {
  models <- list(chain(), chain(9), chain(30), branching())
  for (model in models) {
    for (rankdir in c("TB", "LR")) {
      placed <- placed(model, rankdir)
      expect_equal(overlapping(placed$boxes), 0)
      expect_equal(crossing_boxes(placed), 0)
      expect_true(all(placed$boxes$x - placed$boxes$width / 2 >= 0))
      expect_true(all(placed$boxes$y + placed$boxes$height / 2 <= placed$extent[2]))
    }
  }
})

test_that("data flows down, or to the right", {
  down <- placed(chain())$boxes
  expect_true(all(diff(down$y) < 0))
  expect_equal(unique(down$x), down$x[1])
  right <- placed(chain(), "LR", columns = 1)$boxes
  expect_true(all(diff(right$x) > 0))
})

test_that("a long chain is folded into columns so that it can be read", {
  columns <- function(...) length(unique(placed(...)$boxes$x))
  expect_equal(columns(chain(2)), 1)
  expect_gt(columns(chain(30)), 2)
  expect_equal(columns(chain(30), columns = 1), 1)
  expect_equal(columns(chain(30), columns = 3), 3)
  # More columns than there are layers.
  expect_equal(columns(chain(1), columns = 50), 3)
  extent <- placed(chain(38))$extent
  # Of 7.5 points at least 4 are left in a figure of 7 by 5 inches.
  expect_gt(min(usual_figure / extent) * 7.5, 4)
})

test_that("crossing arrows are disentangled", {
  a <- layer_input(2)
  b <- layer_input(2)
  c <- layer_dense(a, 2)
  d <- layer_dense(b, 2)
  # Computed in the other order than the inputs.
  model <- keras_model(list(a, b), layer_concatenate(d, c))
  boxes <- placed(model)$boxes
  names <- vapply(drawn_layers(model), function(layer) layer$name, "")
  reads <- lapply(drawn_layers(model), function(layer) layer$reads)
  dense <- which(lengths(reads) == 1)
  expect_equal(boxes$x[dense], boxes$x[unlist(reads[dense])])
})

test_that("names that do not fit are shortened", {
  rows <- rbind(c("BatchNormalization", "batch_normalization_12"))
  expect_equal(fit_lines(rows, 150)[1, 2], "_12")
  rows[1, 2] <- "the_normalization_of_the_encoder"
  short <- fit_lines(rows, 180)[1, 2]
  expect_match(short, "^the?.*\\.\\..*er?$")
  expect_lte(text_width(short), 180 - 10 - text_width("BatchNormalization", head = TRUE))
  expect_equal(shorten("dense", 100), "dense")
})

test_that("the writing shrinks with the figure", {
  skip_if_not_installed("ggplot2")
  grob <- writing_grob(placed(chain()))
  size <- function(width) {
    grDevices::pdf(NULL, width = width, height = 5)
    withr::defer(grDevices::dev.off())
    grid::makeContent(grob)$children[[1]]$gp$fontsize
  }
  expect_equal(size(7), 2 * size(3.5))
})

test_that("a file is written in a size that suits the diagram", {
  skip_if_not_installed("ggplot2")
  path <- withr::local_tempfile(fileext = ".png")
  drawing <- withVisible(plot(chain(), to_file = path, dpi = 50))
  expect_s3_class(drawing$value, "ggplot")
  expect_false(drawing$visible)
  expect_gt(file.size(path), 0)
})

test_that("every family has a colour of its own", {
  expect_equal(anyDuplicated(setdiff(family_colours, family_colours[["other"]])), 0)
  expect_equal(layer_family(list(kind = "Thing", family = "unheard_of")), "other")
  expect_equal(layer_family(list(kind = "InputLayer", family = "core")), "input")
})

test_that("what cannot be drawn is refused", {
  skip_if_not_installed("ggplot2")
  model <- chain()
  expect_error_snapshot(plot(layer_dense(keras_model_sequential(), 2)))
  expect_error_snapshot(plot(model, rankdir = "BT"))
  expect_error_snapshot(plot(model, show_shape_of = 1))
  expect_error_snapshot(plot(model, show_shapes = "yes"))
  expect_error_snapshot(plot(model, columns = 0))
})
