# The help pages and their examples. Used by scripts/run_examples.R too.

# The parsed pages of a folder of sources, or of the installed package if there is none, by name.
help_pages <- function(folder = file.path("..", "..", "man")) {
  files <- list.files(folder, "[.]Rd$", full.names = TRUE)
  pages <- if (length(files)) {
    stats::setNames(lapply(files, tools::parse_Rd), basename(files))
  } else {
    tools::Rd_db("rdeep")
  }
  names(pages) <- sub("[.]Rd$", "", names(pages))
  pages
}

# The code of a page's examples, without what is marked as not to be run.
example_code <- function(page) {
  file <- tempfile(fileext = ".R")
  on.exit(unlink(file))
  tools::Rd2ex(page, file, commentDontrun = TRUE, commentDonttest = FALSE)
  if (file.exists(file)) readLines(file, encoding = "UTF-8") else character()
}

# What the examples that fail say, by page. Each runs in an environment and a folder of its own.
failing_examples <- function(pages, backend) {
  withr::local_options(rdeep.backend = backend)
  withr::local_pdf(NULL)
  failures <- lapply(pages, function(page) {
    withr::local_dir(withr::local_tempdir())
    withr::local_preserve_seed()
    code <- parse(text = example_code(page), keep.source = FALSE)
    env <- new.env(parent = globalenv())
    utils::capture.output(
      failure <- tryCatch(
        {
          suppressMessages(suppressWarnings(for (line in code) eval(line, env)))
          NULL
        },
        error = conditionMessage
      )
    )
    failure
  })
  unlist(failures)
}
