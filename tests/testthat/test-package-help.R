# A function without a help page, or a page without an example that runs, fails here.
pages <- help_pages()

tags_of <- function(page) vapply(page, attr, "", "Rd_tag")

topics_of <- function(page) {
  aliases <- page[tags_of(page) == "\\alias"]
  vapply(aliases, function(part) trimws(paste(unlist(part), collapse = "")), "")
}

has_example <- function(page) any(tags_of(page) == "\\examples")

# Pages that list the functions of a family.
is_index <- function(page) {
  written_in <- unlist(page[tags_of(page) == "COMMENT"])
  any(grepl("R/help-families.R", written_in, fixed = TRUE))
}

test_that("every exported name has a help page", {
  exported <- getNamespaceExports("rdeep")
  documented <- unlist(lapply(pages, topics_of))
  expect_equal(setdiff(exported, documented), character())
})

test_that("every help page has an example", {
  shown <- pages[!vapply(pages, is_index, NA)]
  without <- names(shown)[!vapply(shown, has_example, NA)]
  expect_equal(setdiff(without, c("rdeep-package", "reexports")), character())
})

test_that("the examples of operations run", {
  skip_if_no_backend("torch")
  operations <- pages[grepl("^(op|random)_", names(pages))]
  expect_gt(length(operations), 280)
  expect_null(failing_examples(operations, "torch"))
})
