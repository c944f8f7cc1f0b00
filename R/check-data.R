# `deep_check_data()`: what is wrong with data, before anything is trained on it.

#' Check data before anything is trained on it
#'
#' Looks for what spoils models without a word: duplicates, leaks between train and test, columns
#' that tell the outcome, values that stand for missing ones, impossible ones, texts with markup,
#' images that cannot be read, and some seventy more. Each finding says which rows it is about and
#' what to do.
#'
#' @section What is found:
#' An *error* stops training or makes its figures wrong; a *warning* is most likely a mistake; a
#' *note* is something to know. Thresholds are chosen so that clean data gives few findings, and can
#' be changed by `limits`.
#'
#' * **Missing values** by column, together, and what stands for them: `"NA"`, `"?"`, `""`, -999,
#'   zeros far below all other values, 1970-01-01.
#' * **Columns**: constant (one value, or 99 % of the rows), identifiers, numbers and dates as text,
#'   several types, skewed (skewness from 3 on), levels with fewer than 5 rows or in several
#'   spellings, more than 50 levels.
#' * **Values**: infinite, negative counts, ages above 120, times to come; outliers, which are 6
#'   robust standard deviations away (median and median absolute deviation, of the logarithm where
#'   the column is skewed) and beyond a gap; rows whose combination of values is unusual (robust
#'   Mahalanobis distance of normal scores).
#' * **Duplicates**: equal rows; equal predictors with different outcomes; rows that are much nearer
#'   each other than any two are by chance; texts that differ in case and punctuation only, or share
#'   80 % of their runs of five characters (MinHash); images of the same pixels, or that look the
#'   same (low frequencies, as of a perceptual hash, and then a correlation of pixels of 0.985).
#' * **Outcome**: missing, constant, classes of fewer than 10 rows or 10 % of them; columns that
#'   take 98 % of its errors away by themselves, or have a rank correlation whose square is as
#'   large.
#' * **Columns beside each other**: correlations from 0.95 on, equal ones, sums of others.
#' * **Texts**: HTML, addresses, broken encoding, control characters, empty, very long, other
#'   alphabets. **Images**: unreadable, blank, tiny, blurred, of several sizes, grey among colour.
#' * **Groups and times**: groups that must not be split; missing, double and unordered times, gaps.
#' * **`new_data`**: rows, texts, images and groups that are in both; new levels; types that differ;
#'   drift (population stability index and Kolmogorov-Smirnov or chi-squared tests, p values
#'   adjusted for the number of columns); times that are not after the data.
#'
#' @param data A data frame, which may have columns of text, list columns of images and paths of
#'   images; a matrix; a vector of texts; images as [deep_image()] takes them (an array, a list of
#'   arrays, files, a folder); or a split of rsample, whose two parts are then `data` and
#'   `new_data`. A formula may come first.
#' @param outcome What is to be predicted: the name of a column, a formula such as `y ~ .`, or a
#'   vector beside `data`.
#' @param new_data Data of the same columns for which a model is to predict, such as a test set. Of
#'   all columns only the outcome may be left out.
#' @param group,time The columns that say which rows belong together, and when they are from: names,
#'   as text or bare.
#' @param limits A list of thresholds: `missing` (0.5, the share from which a column is worth
#'   leaving out), `constant` (0.99), `rare` (5 rows), `levels` (50), `imbalance` (0.1),
#'   `class_rows` (10), `leakage` (0.98), `collinear` (0.95), `skewness` (3), `outlier` (6 robust
#'   standard deviations), `near` (0.8, of texts), `image_near` (0.985), `psi` (0.2), `p_value`
#'   (0.001).
#' @param ... Not used: anything here is an error, so that a misspelt argument is noticed.
#'
#' @returns An object of class `rdeep_data_check`, of which `tibble::as_tibble()` is a row for each
#'   finding: `severity`, `finding`, `columns` (a list), `n`, `rows` (a list), `data` (whose rows:
#'   `"data"` or `"new_data"`), `message`, `action`, `examples` (a list). See
#'   [print, plot and the like][data_checks], and [recipe_from()], which acts on it.
#' @references
#' Broder, A. (1997). On the resemblance and containment of documents. SEQUENCES '97.
#'
#' Facco, E., d'Errico, M., Rodriguez, A. and Laio, A. (2017). Estimating the intrinsic dimension of
#' datasets by a minimal neighborhood information. Scientific Reports 7.
#' @family checks of data
#' @examplesIf rdeep_available()
#' deep_check_data(airquality, Ozone ~ .)
#'
#' # Rows of the test that were trained on.
#' report <- deep_check_data(iris[1:110, ], Species ~ ., new_data = iris[101:150, ])
#' tidy(report)
#' @export
deep_check_data <- function(data,
                            outcome = NULL,
                            new_data = NULL,
                            group = NULL,
                            time = NULL,
                            limits = NULL,
                            ...) {
  call <- current_env()
  check_dots(...)
  if (missing(data)) {
    abort_data("'data' is missing: there is nothing to check.", "data", .call = call)
  }
  group <- rlang::enquo(group)
  time <- rlang::enquo(time)
  if (rlang::is_formula(data) && !rlang::is_formula(outcome)) {
    swapped <- data
    data <- outcome
    outcome <- swapped
  }
  if (inherits(data, "rsplit") && is.null(new_data)) {
    rlang::check_installed("rsample", "to use a split.", call = call)
    new_data <- rsample::assessment(data)
  }
  chosen <- with_outcome(data, outcome, call)
  parts <- checked_frame(chosen$data, "data", call)
  names <- vapply(parts, `[[`, "", "name")
  outcome <- chosen$outcome %||% if (identical(names, c("image", "class"))) "class"
  group <- column_asked(group, names, "group", call)
  time <- column_asked(time, names, "time", call)
  new <- if (!is.null(new_data)) {
    checked_frame(compared_frame(new_data, chosen, call), "new_data", call)
  }
  found <- call_core(
    "check_columns",
    data = parts, outcome = outcome, new_data = new, group = group, time = time,
    limits = checked_limits(limits, call), .call = call
  )
  new_data_check(found, outcome, group, time)
}

checked_limits <- function(limits, .call) {
  if (is.null(limits)) {
    return(NULL)
  }
  named <- !is.null(names(limits)) && all(nzchar(names(limits)))
  if (named && is.numeric(limits)) limits <- as.list(limits)
  if (!named || !is.list(limits)) {
    abort_rdeep(
      "argument",
      sprintf("'limits' must be a list of numbers with names, not %s.", describe(limits)),
      argument = "limits", received = limits,
      hint = "Such as `limits = list(outlier = 8)`.", call = .call
    )
  }
  limits
}

# The data with its outcome as a column, and what that is called.
with_outcome <- function(data, outcome, .call) {
  if (inherits(data, "rsplit")) data <- rsample::analysis(data)
  if (is.null(outcome)) {
    return(list(data = data))
  }
  if (rlang::is_formula(outcome)) {
    return(formula_outcome(data, outcome, .call))
  }
  if (is_single(outcome) && is.character(outcome) && !is.na(outcome)) {
    return(list(data = data, outcome = outcome))
  }
  # A vector beside the data.
  if (is.matrix(data)) data <- as_frame(data)
  if (!is.data.frame(data)) data <- tibble::as_tibble(frame_of_one(data, .call))
  if (!is.atomic(outcome) || NROW(outcome) != nrow(data)) {
    abort_data(
      sprintf(
        paste(
          "'outcome' must be the name of a column, a formula, or a value for each of %d rows,",
          "not %s."
        ),
        nrow(data), describe(outcome)
      ),
      "outcome",
      received = outcome, .call = .call
    )
  }
  data[["y"]] <- outcome
  list(data = data, outcome = "y", beside = TRUE)
}

# Texts or images beside an outcome, as a data frame.
frame_of_one <- function(data, .call) {
  if (is.array(data) && length(dim(data)) %in% 3:4) {
    images <- lapply(seq_len(dim(data)[1]), function(i) {
      array(if (length(dim(data)) == 3) data[i, , ] else data[i, , , ], dim(data)[-1])
    })
    return(list(image = images))
  }
  name <- if (is.character(data) && !all(grepl(image_endings, data, ignore.case = TRUE))) {
    "text"
  } else {
    "image"
  }
  stats::setNames(list(data), name)
}

# Only what the formula speaks of is checked.
formula_outcome <- function(data, formula, .call) {
  if (!is.data.frame(data) && !is.matrix(data)) {
    abort_data(
      sprintf("With a formula 'data' must be a data frame, not %s.", describe(data)), "data",
      received = data, .call = .call
    )
  }
  data <- as_frame(data)
  right <- if (length(formula) == 3) formula[[3]] else formula[[2]]
  left <- if (length(formula) == 3) all.vars(formula[[2]]) else character()
  wanted <- all.vars(right)
  dot <- "." %in% wanted
  unknown <- setdiff(c(left, wanted), c(names(data), "."))
  unknown <- unknown[!vapply(unknown, exists, NA, envir = environment(formula) %||% globalenv())]
  if (length(unknown)) {
    abort_data(
      sprintf("The data has no column '%s'.", unknown[1]), "outcome",
      received = unknown, expected = names(data), hint = suggestion(unknown[1], names(data)),
      .call = .call
    )
  }
  kept <- if (dot) names(data) else intersect(names(data), c(left, wanted))
  list(
    data = data[kept], all = data,
    outcome = if (length(left) == 1) intersect(left, names(data)) else NULL,
    kept = kept
  )
}

compared_frame <- function(new_data, chosen, .call) {
  if (inherits(new_data, "rsplit")) new_data <- rsample::assessment(new_data)
  if (is.matrix(new_data)) new_data <- as_frame(new_data)
  if (!is.null(chosen$kept) && is.data.frame(new_data)) {
    new_data <- new_data[intersect(names(new_data), chosen$kept)]
  }
  if (isTRUE(chosen$beside) && !is.data.frame(new_data)) {
    new_data <- tibble::as_tibble(frame_of_one(new_data, .call))
  }
  new_data
}

# A column's name, as text or bare.
column_asked <- function(quo, names, argument, .call) {
  expression <- rlang::quo_get_expr(quo)
  if (is.null(expression)) {
    return(NULL)
  }
  if (rlang::is_formula(expression) || rlang::is_call(expression, "~")) {
    expression <- expression[[2]]
  }
  name <- if (is.symbol(expression) && as.character(expression) %in% names) {
    as.character(expression)
  } else if (is.character(expression)) {
    expression
  } else {
    tryCatch(rlang::eval_tidy(quo), error = function(error) deparse1(expression))
  }
  if (is.null(name)) {
    return(NULL)
  }
  if (!is_single(name) || !is.character(name) || !name %in% names) {
    shown <- if (is.character(name)) sprintf("'%s'", name[1]) else describe(name)
    abort_rdeep(
      "argument", sprintf("'%s' must be one of the columns, not %s.", argument, shown),
      argument = argument, received = name, expected = names,
      hint = if (is.character(name)) suggestion(name[1], names), call = .call
    )
  }
  name
}

# The report --------------------------------------------------------------------------

severities <- c("error", "warning", "note")

new_data_check <- function(found, outcome, group, time) {
  findings <- lapply(found$findings, finding_row)
  columns <- found$columns
  structure(
    list(
      findings = findings_tibble(findings),
      details = lapply(found$findings, `[[`, "details"),
      columns = tibble::tibble(
        column = vapply(columns, `[[`, "", "name"),
        kind = vapply(columns, `[[`, "", "kind"),
        missing = vapply(columns, function(x) as.integer(x$missing), 0L),
        distinct = vapply(columns, function(x) as.integer(x$distinct), 0L)
      ),
      missing_rows = lapply(columns, function(x) as.integer(x$missing_rows) + 1L),
      rows = as.integer(found$rows),
      new_rows = if (!is.null(found$new_rows)) as.integer(found$new_rows),
      outcome = outcome, group = group, time = time
    ),
    class = "rdeep_data_check"
  )
}

finding_row <- function(found) {
  columns <- as.character(unlist(found$columns))
  list(
    severity = found$severity,
    finding = found$finding,
    columns = columns,
    n = as.integer(found$n),
    rows = as.integer(found$rows) + 1L,
    data = found$data,
    message = in_r_words(found$message),
    action = data_action(found$finding, columns, found$details),
    examples = vapply(found$examples, in_r_words, "")
  )
}

findings_tibble <- function(findings) {
  text <- function(name) vapply(findings, `[[`, "", name)
  tibble::tibble(
    severity = factor(text("severity"), severities),
    finding = text("finding"),
    columns = lapply(findings, `[[`, "columns"),
    n = vapply(findings, `[[`, 0L, "n"),
    rows = lapply(findings, `[[`, "rows"),
    data = text("data"),
    message = text("message"),
    action = text("action"),
    examples = lapply(findings, function(x) as.character(x$examples))
  )
}
