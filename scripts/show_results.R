# Writes what R's examples print below them, as lines that begin with `#>`: runs the examples of
# scripts/r_overlay/examples/ with the installed package, on torch. Arguments: names of its files
# without their endings (all without any). With --check it writes nothing, and fails if an example
# prints something else than it says.

suppressPackageStartupMessages(library(rdeep))
options(
  rdeep.backend = "torch", width = 80, digits = 7, cli.unicode = FALSE, cli.num_colors = 1
)

arguments <- commandArgs(TRUE)
check <- "--check" %in% arguments
families <- setdiff(arguments, "--check")
folder <- file.path("scripts", "r_overlay", "examples")
if (!length(families)) {
  families <- sub("[.]R$", "", list.files(folder, "[.]R$"))
}

# What an expression prints, if it is shown at the top level.
printed <- function(expression, env) {
  utils::capture.output(suppressMessages(suppressWarnings({
    value <- withVisible(eval(expression, env))
    if (value$visible) print(value$value)
  })))
}

# The code of one example, with what it prints below each of its expressions.
with_results <- function(lines) {
  code <- lines[!startsWith(lines, "#>")]
  expressions <- parse(text = code, keep.source = TRUE)
  ends <- vapply(attr(expressions, "srcref"), function(x) x[[3]], 0L)
  env <- new.env(parent = globalenv())
  shown <- lapply(expressions, printed, env = env)
  unlist(lapply(seq_along(code), function(i) {
    out <- unlist(shown[ends == i])
    c(code[i], if (length(out)) trimws(paste("#>", out), "right"))
  }))
}

# The examples of a file, each under its heading.
updated <- function(lines) {
  heading <- grepl("^# \\w+ -{4,}$", lines)
  parts <- split(lines, cumsum(heading))
  unlist(lapply(unname(parts), function(part) {
    body <- part[-1]
    blank <- !nzchar(body)
    first <- which(!blank)[1]
    last <- utils::tail(which(!blank), 1)
    found <- tryCatch(with_results(body[first:last]), error = function(e) {
      name <- sub("^# (\\w+) .*", "\\1", part[1])
      if (!name %in% getNamespaceExports("rdeep")) {
        stop("the installed package has no ", name, "(): `R CMD INSTALL .` comes first", call. = FALSE)
      }
      stop(name, "(): ", conditionMessage(e), call. = FALSE)
    })
    c(part[1], body[seq_len(first - 1)], found, body[-seq_len(last)])
  }))
}

# Whether two texts say the same: the last digits of numbers are the processor's, and what is nearly
# zero has any sign and any exponent.
alike <- function(old, new) {
  old <- words_of(old)
  new <- words_of(new)
  a <- suppressWarnings(as.numeric(old))
  b <- suppressWarnings(as.numeric(new))
  length(old) == length(new) &&
    all(old == new | (!is.na(a) & !is.na(b) & abs(a - b) <= 1e-6 + 1e-5 * pmax(abs(a), abs(b))))
}

# Numbers and what stands between them, without the blanks that align them.
words_of <- function(lines) {
  text <- paste(lines, collapse = "\n")
  number <- "[-+]?[0-9]+[.]?[0-9]*(e[-+]?[0-9]+)?"
  text <- gsub(sprintf("(%s)", number), " \\1 ", text)
  strsplit(trimws(text), "\\s+")[[1]]
}

stale <- character()
withr::local_dir(".")
root <- getwd()
for (family in families) {
  path <- file.path(root, folder, paste0(family, ".R"))
  old <- readLines(path, encoding = "UTF-8")
  new <- withr::with_dir(withr::local_tempdir(), updated(old))
  if (if (check) !alike(old, new) else !identical(old, new)) {
    stale <- c(stale, family)
    if (!check) writeLines(new, path)
  }
}
if (check && length(stale)) {
  message("Examples print something else, run scripts/show_results.R: ", toString(stale))
  quit(status = 1)
}
cat(sprintf("%d files, %d changed\n", length(families), if (check) 0L else length(stale)))
