# Duplicates and outliers by themselves, and text brought into order.

#' Find duplicates among rows, texts or images
#'
#' Returns the groups of rows, texts or images that are the same, or nearly.
#'
#' Texts are the same when they differ in case, blanks and punctuation only, and near when they
#' share most of their runs of five characters (Jaccard similarity; candidates by MinHash). Images
#' are the same when their files or pixels are, and near when their pixels, on 32 x 32 and grey, are
#' correlated: other sizes, formats and brightness do not matter, crops and mirrored images are not
#' found. Rows are near when no column of numbers differs by more than a little, and everything else
#' is the same.
#'
#' @param x A data frame or a matrix, whose rows are compared; a vector of texts; or images: an
#'   array, a list of arrays, files, or a folder.
#' @param near Whether nearly equal ones count, or from where on: for texts the Jaccard similarity
#'   (0.8), for images the correlation (0.985), for rows how far numbers may differ, in robust
#'   standard deviations (by default much less than any two rows differ by chance).
#' @returns A tibble with a row for each member of a group: `group`, `row`, `how` (`"exact"` or
#'   `"near"`), and `similarity` to others of the group, from 0 to 1; of texts the `text` as well,
#'   of files the `file`.
#' @family checks of data
#' @examplesIf rdeep_available()
#' find_duplicates(iris)
#' find_duplicates(c("Good morning!", "good  morning", "Good night"))
#' @export
find_duplicates <- function(x, near = FALSE) {
  call <- current_env()
  if (!(is_single(near) && (is.logical(near) || is.numeric(near)) && !is.na(near))) {
    abort_rdeep(
      "argument", sprintf("'near' must be TRUE, FALSE or a number, not %s.", describe(near)),
      argument = "near", received = near, call = call
    )
  }
  parts <- checked_frame(x, "x", call)
  if (is.data.frame(x) || is.matrix(x)) {
    # A data frame is compared by rows, unless all that it has is one column of texts or images.
    if (length(parts) == 1 && !is.null(parts[[1]]$codes)) parts[[1]]$prose <- TRUE
  } else if (length(parts) > 1) {
    parts <- Filter(function(part) part$kind == "image", parts)
  }
  found <- call_core("duplicates_in_columns", columns = parts, near = near, .call = call)
  rows <- as.integer(unlist(found$row)) + 1L
  result <- tibble::tibble(
    group = as.integer(unlist(found$group)) + 1L,
    row = rows,
    how = as.character(unlist(found$how)),
    similarity = as.double(unlist(found$similarity))
  )
  if (is.character(x) && is.null(dim(x)) && length(x) > 1) {
    result[[if (parts[[1]]$kind == "image") "file" else "text"]] <- x[rows]
  } else if (is.character(x)) {
    result$file <- unlist(parts[[1]]$images)[rows]
  }
  result
}

#' Find outliers
#'
#' Returns values that are far from the others of their column, and rows whose combination of values
#' is unlike the others'.
#'
#' A value's score is how many robust standard deviations it is from the median: 1.4826 times the
#' median absolute deviation. Where a column is skewed its logarithm is scored. What belongs to a
#' tail that thins out without a gap is none. A row's score is its squared Mahalanobis distance, of
#' the columns' normal scores, over what hardly any row would have by chance.
#'
#' @param x A data frame, a matrix or a vector of numbers. Columns that are no numbers are left out.
#' @param threshold How many robust standard deviations a value must be away, from 3 on.
#' @returns A tibble: `row`, `column` (for a row the one that is least like the others of it),
#'   `value`, `score`, and `how`: `"value"` or `"row"`.
#' @family checks of data
#' @examplesIf rdeep_available()
#' find_outliers(data.frame(height = c(1.62, 1.70, 1.75, 1.68, 1.81, 1.66, 1.73, 1.59, 178)))
#' @export
find_outliers <- function(x, threshold = 6) {
  call <- current_env()
  parts <- checked_frame(x, "x", call)
  found <- call_core("outliers_in_columns", columns = parts, threshold = threshold, .call = call)
  tibble::tibble(
    row = as.integer(unlist(found$row)) + 1L,
    column = as.character(unlist(found$column)),
    value = as.double(unlist(found$value)),
    score = as.double(unlist(found$score)),
    how = as.character(unlist(found$how))
  )
}

#' Clean text
#'
#' Brings texts into order: what they say stays, what is only in the way goes.
#'
#' @param x A vector of texts, or a factor, whose levels are cleaned. `NA` stays.
#' @param unicode The form of Unicode, so that letters that look the same are the same: `"NFC"`,
#'   `"NFKC"` (which also makes one of wide and narrow characters), `"NFD"`, `"NFKD"`, or `NULL`.
#' @param encoding Whether UTF-8 that was read as Latin-1 is put right, where that can be done.
#' @param html Whether tags are taken out and entities become characters.
#' @param control Whether control characters and invisible ones are taken out.
#' @param urls,emails What web addresses and e-mail addresses are replaced by, such as `""`; `NULL`
#'   leaves them.
#' @param repeated How often a character may follow itself; `NULL` for any number.
#' @param whitespace Whether each run of blanks becomes one, and those at both ends go.
#' @param lowercase Whether upper case becomes lower case.
#' @returns `x`, cleaned. Levels of a factor that become the same are one.
#' @family checks of data
#' @examplesIf rdeep_available()
#' clean_text("  <b>Fish</b> &amp; chips,\tsee https://example.org ", urls = "")
#' clean_text("sooooo good", repeated = 3)
#' @export
clean_text <- function(x,
                       unicode = "NFC",
                       encoding = TRUE,
                       html = TRUE,
                       control = TRUE,
                       urls = NULL,
                       emails = NULL,
                       repeated = NULL,
                       whitespace = TRUE,
                       lowercase = FALSE) {
  call <- current_env()
  if (is.factor(x)) {
    cleaned <- as.list(call)[setdiff(names(formals(clean_text)), "x")]
    levels(x) <- do.call(clean_text, c(list(x = levels(x)), cleaned))
    return(x)
  }
  if (!is.character(x)) {
    if (is.logical(x) && all(is.na(x))) {
      return(as.character(x))
    }
    abort_data(
      sprintf("'x' must be texts, not %s.", describe(x)), "x",
      received = x, hint = "Give one column: `clean_text(data$column)`.", .call = call
    )
  }
  known <- !is.na(x)
  if (!any(known)) {
    return(x)
  }
  texts <- as_utf8(unname(x[known]))
  broken <- !validUTF8(texts)
  texts[broken] <- iconv(texts[broken], "latin1", "UTF-8")
  found <- call_core(
    "clean_text",
    x = as.list(texts), unicode = unicode, encoding = as_flag(encoding), html = as_flag(html),
    control = as_flag(control), urls = urls, emails = emails, repeated = as_count(repeated),
    whitespace = as_flag(whitespace), lowercase = as_flag(lowercase), .call = call
  )
  x[known] <- as.character(unlist(found))
  x
}
