# Views of models whose answers are known, without a network.

# y = 3 x1 - x2 + (0, 1, -2)[g] + 0.5 k.
linear_data <- function(n = 60) {
  withr::with_seed(7, {
    data <- data.frame(
      x1 = stats::rnorm(n),
      x2 = stats::rexp(n),
      g = factor(sample(c("a", "b", "c"), n, replace = TRUE)),
      k = stats::rpois(n, 3)
    )
    data$y <- linear_answer(data) + stats::rnorm(n, sd = 0.1)
    data
  })
}

linear_answer <- function(data) {
  3 * data$x1 - data$x2 + c(a = 0, b = 1, c = -2)[as.character(data$g)] + 0.5 * data$k
}

linear_view <- function(data = linear_data(), ..., answer = linear_answer) {
  new_explainable(
    data[c("x1", "x2", "g", "k")],
    predict = function(frame, rows, type = "response") matrix(unname(answer(frame))),
    outcome = list(name = "y", kind = "numeric", values = data$y),
    ...
  )
}

# Probabilities of three classes, which one column moves.
class_view <- function(data = linear_data()) {
  levels <- c("low", "middle", "high")
  new_explainable(
    data[c("x1", "x2")],
    predict = function(frame, rows, type = "response") {
      odds <- exp(cbind(-frame$x1, 0, frame$x1))
      odds / rowSums(odds)
    },
    outcome = list(
      name = "size", kind = "class", levels = levels,
      values = cut(data$x1, c(-Inf, -0.5, 0.5, Inf), levels)
    ),
    outputs = levels
  )
}

expect_drawn <- function(drawing) {
  testthat::expect_s3_class(drawing, "ggplot")
  path <- withr::local_tempfile(fileext = ".png")
  expect_no_warning_at_all(ggplot2::ggsave(path, drawing, width = 4, height = 3, dpi = 50))
  testthat::expect_gt(file.size(path), 0)
  invisible(drawing)
}

labels_of <- function(drawing) unlist(drawing$labels[c("x", "y")])

skip_if_no_captum <- function() {
  skip_if_no_backend("torch")
  call_core("sitrep")
  testthat::skip_if_not(reticulate::py_module_available("captum"), "captum is not installed")
}

# Small pieces, for as long as a test runs.
local_rows_at_once <- function(n, env = parent.frame()) {
  namespace <- asNamespace("rdeep")
  old <- namespace$rows_at_once
  put <- function(value) {
    unlockBinding("rows_at_once", namespace)
    assign("rows_at_once", value, namespace)
    lockBinding("rows_at_once", namespace)
  }
  put(n)
  withr::defer(put(old), env)
}

# A Python package that seems not to be installed, for as long as a test runs.
local_hidden_package <- function(name, env = parent.frame()) {
  reticulate::py_run_string(sprintf("
import sys

class Hidden:
    modules = {n: sys.modules.pop(n) for n in list(sys.modules) if n.split('.')[0] == '%1$s'}

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] == '%1$s':
            raise ModuleNotFoundError(name, name='%1$s')

hidden = Hidden()
sys.meta_path.insert(0, hidden)
", name))
  shown <- "sys.meta_path.remove(hidden); sys.modules.update(hidden.modules)"
  withr::defer(reticulate::py_run_string(shown), env)
}
