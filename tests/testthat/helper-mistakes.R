# Mistakes, each of which gives an error that its user can act on. Base R's messages, and those of
# Python, say what the code of the package did, and not what was wrong.

of_the_inside <- paste(
  c(
    "subscript out of bounds", "argument is of length zero", "non-numeric argument", "closure",
    "missing value where TRUE", "the condition has length", "incorrect number of", "NoneType",
    "not subsettable", "no applicable method", "Traceback", "\\.py\\b", "Error:", "<environment>",
    "[a-z]_[a-z]+\\(\\) missing", "object has no attribute", "KeyError", "TypeError", "IndexError"
  ),
  collapse = "|"
)

# Snapshots what each line of the code signals, and checks what any error must have.
expect_mistakes <- function(code) {
  withr::local_options(
    cli.unicode = FALSE,
    cli.num_colors = 1L,
    cli.condition_width = Inf,
    cli.condition_unicode_bullets = FALSE
  )
  env <- parent.frame()
  text <- unlist(lapply(as.list(substitute(code))[-1], function(part) {
    source <- paste(trimws(deparse(part, width.cutoff = 500)), collapse = " ")
    condition <- tryCatch(eval(part, new.env(parent = env)), error = identity)
    kinds <- grep("^rdeep_error_", class(condition), value = TRUE)
    testthat::expect(
      length(kinds) == 1 && kinds != "rdeep_error_internal" && is.call(conditionCall(condition)),
      sprintf("`%s` gives no error of the package's own.", source)
    )
    if (length(kinds)) {
      message <- sub("\nCaused by.*$", "", conditionMessage(condition))
      testthat::expect(
        !grepl(of_the_inside, message), sprintf("`%s` shows the inside: %s", source, message)
      )
      error_text(source, condition)
    }
  }))
  text <- gsub(tempdir(), "<tempdir>", text, fixed = TRUE)
  testthat::expect_snapshot(cat(text, sep = "\n"))
}
