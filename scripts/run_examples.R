# Runs the examples of the help pages in man/, each by itself, with the installed package. Arguments:
# the backend (both without one), then names of pages (all without any). Fails if one fails.

suppressPackageStartupMessages(library(rdeep))
source(file.path("tests", "testthat", "helper-package-examples.R"))

arguments <- commandArgs(TRUE)
known <- c("torch", "tensorflow")
backends <- if (any(arguments %in% known)) intersect(known, arguments) else known
wanted <- setdiff(arguments, known)
pages <- help_pages("man")
if (length(wanted)) pages <- pages[wanted]

failed <- FALSE
for (backend in backends) {
  failures <- failing_examples(pages, backend)
  failed <- failed || length(failures) > 0
  cat(sprintf("%s: %d pages, %d failures\n", backend, length(pages), length(failures)))
  cat(sprintf("  %s: %s\n", names(failures), failures), sep = "")
}
quit(status = failed)
