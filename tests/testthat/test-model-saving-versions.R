# Files of each version of the format, made by `tests/fixtures/make_files.R`, and what none may do.

fixtures <- function(version, name = NULL) {
  folder <- testthat::test_path("..", "fixtures", "files", version)
  skip_if_not(dir.exists(folder), "the files of earlier versions are not here")
  if (is.null(name)) folder else file.path(folder, name)
}

versions <- c("v1", "v2")

for_each_backend("files of each version are read, and predict what they did", {
  skip_if_not_installed("hardhat")
  for (version in versions) {
    expected <- readRDS(fixtures(version, "r_expected.rds"))
    read <- function(name) {
      load_model(fixtures(version, paste0("r_", name, ".rdeep")), backend = backend)
    }
    for (name in c("tabular_formula", "tabular_glm", "tabular_columns")) {
      expect_equal(predict(read(name), expected$table), expected[[name]], tolerance = 1e-4)
    }
    x <- as.matrix(expected$table[c("a", "b")])
    expect_equal(predict(read("factor"), x), expected$factor, tolerance = 1e-4)
    expect_equal(predict(read("design"), expected$table), expected$design, tolerance = 1e-4)
  }
})

test_that("objects of each version are read", {
  for (version in versions) {
    objects <- readRDS(fixtures(version, "r_objects.rds"))
    expect_equal(objects$layer$units, 3)
    expect_equal(get_config(objects$loss)$delta, 0.5)
    expect_equal(get_vocabulary(objects$adapted)[3:5], c("a", "dog", "cat"))
    expect_equal(get_config(objects$optimizer)$learning_rate, 0.01, tolerance = 1e-6)
    expect_equal(dim(predict(objects$model, matrix(0, 2, 2))), c(2L, 3L))
    # A tensor of torch was once written in a way that can run code.
    if (version != "v1") {
      expect_equal(as.array(objects$tensor), matrix(1:4 / 2, 2))
    }
  }
})

# The file of a tabular model with another call, as the first version had it: without hashes.
with_call <- function(call) {
  path <- withr::local_tempfile(fileext = ".rdeep", .local_envir = parent.frame())
  change <- reticulate::py_eval(paste(
    "lambda source, target, call: (lambda zipfile, json: (lambda old, new: [",
    "new.writestr(zipfile.ZipInfo(name), json.dumps((lambda data: (",
    "data['annotations']['deep_tabular'].update(call=call), data)[1])(",
    "json.loads(old.read(name)))) if name == 'model.json' else old.read(name))",
    "for name in old.namelist()] + [new.close()])(zipfile.ZipFile(source),",
    "zipfile.ZipFile(target, 'w')))(__import__('zipfile'), __import__('json'))"
  ))
  change(fixtures("v1", "r_tabular_glm.rdeep"), path, call)
  path
}

test_that("the call of a file is data: update() runs nothing of it", {
  skip_if_not_installed("hardhat")
  mark <- withr::local_tempfile()
  harm <- sprintf("{file.create(\"%s\"); table}", mark)
  calls <- c(
    sprintf("deep_tabular(d ~ a, data = %s)", harm),
    sprintf("deep_tabular(d ~ a + I(%s), data = table)", harm),
    sprintf("deep_tabular(d ~ a, table, epochs = (function() %s)())", harm),
    sprintf("deep_tabular(d ~ a, table, backend = eval(quote(%s)))", harm),
    sprintf("rdeep::deep_tabular(d ~ a, table, verbose = base::identity(%s))", harm)
  )
  for (call in calls) {
    model <- load_model(with_call(call))
    table <- data.frame(a = rnorm(20), b = runif(20), d = rep(0:1, 10))
    expect_rdeep_error(update(model, patience = 3), "argument", "did not keep")
    expect_false(file.exists(mark))
  }
  # Anything but a call of this function is none at all.
  for (call in c("system(\"true\")", "deep_tabular", "x <- deep_tabular(y)", "((((", "")) {
    expect_equal(load_model(with_call(call))$call, quote(deep_tabular()))
  }
})

test_that("update() of a model from a file asks for the data that the file could not keep", {
  skip_if_not_installed("hardhat")
  table <- data.frame(a = rnorm(20), b = runif(20), d = rep(0:1, 10))
  model <- load_model(with_call("deep_tabular(d ~ a, head(table), hidden_units = 0, verbose = 0)"))
  expect_error_snapshot(update(model))
  path <- with_call("deep_tabular(d ~ a, data = head(table), hidden_units = 0, verbose = 0)")
  model <- load_model(path)
  expect_error_snapshot(update(model))
  again <- suppressWarnings(update(model, data = table, family = "binomial", epochs = 5))
  expect_s3_class(again, "deep_tabular")
  named <- load_model(with_call("deep_tabular(d ~ a, table, hidden_units = 0, verbose = 0)"))
  expect_s3_class(suppressWarnings(update(named, epochs = 5)), "deep_tabular")
})
