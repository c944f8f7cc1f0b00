# A function without a help page, or a page without an example that runs, fails here.
pages <- help_pages()

tags_of <- function(page) vapply(page, attr, "", "Rd_tag")

topics_of <- function(page) {
  aliases <- page[tags_of(page) == "\\alias"]
  vapply(aliases, function(part) trimws(paste(unlist(part), collapse = "")), "")
}

has_example <- function(page) any(tags_of(page) == "\\examples")

in_family <- function(page, family) any(grepl(paste("Other", family), unlist(page), fixed = TRUE))

test_that("every exported name has a help page", {
  exported <- getNamespaceExports("rdeep")
  documented <- unlist(lapply(pages, topics_of))
  expect_equal(setdiff(exported, documented), character())
})

test_that("every help page has an example", {
  without <- names(pages)[!vapply(pages, has_example, NA)]
  expect_equal(setdiff(without, c("rdeep-package", "reexports")), character())
})

test_that("the examples of operations run", {
  skip_if_no_backend("torch")
  operations <- pages[vapply(pages, in_family, NA, family = "operations")]
  expect_gt(length(operations), 280)
  expect_null(failing_examples(operations, "torch"))
})
