test_that("only the engines that are asked for are installed", {
  expect_equal(packages_for("torch"), c("numpy", "safetensors", "torch"))
  expect_length(packages_for(c("torch", "tensorflow")), 4)
})

test_that("the versions are pinned by a file that the package carries", {
  expect_true(file.exists(constraints_file()))
  expect_match(readLines(constraints_file()), "^numpy", all = FALSE)
})

test_that("an unsuitable Python is refused with the reason", {
  error <- expect_rdeep_error(install_rdeep(python_version = "2.7"), "dependency", "3.10 or later")
  expect_equal(as.character(conditionCall(error)[[1]]), "install_rdeep")
  expect_rdeep_error(install_rdeep(backend = "jax"), "backend", "jax")
  expect_match(python_problem("/nowhere/python"), "does not run")
  expect_equal(python_problem(running_python()), "")
})

test_that("the core is compiled for the Python that was made", {
  folder <- withr::local_tempdir("a folder")
  writeLines("x = 1", file.path(folder, "module.py"))
  compile_core(running_python(), folder)
  expect_length(list.files(file.path(folder, "__pycache__"), "^module[.].*[.]pyc$"), 1)
})
