# A recipe that does what a report on data asks for.

#' A recipe from a report on data
#'
#' Proposes a recipe of recipes with the steps that the findings of [deep_check_data()] ask for, to
#' be read, changed, and given to [deep_tabular()].
#'
#' Warnings and errors are acted on: columns that are constant, identifiers or mostly missing, and
#' second ones of two that say the same, are left out; what stands for missing values becomes `NA`;
#' numbers as text become numbers; missing numbers get the median and missing levels one of their
#' own, each beside a column that says where. With `notes = TRUE` also rare levels are joined,
#' columns that are nearly constant left out, skewed ones transformed (Yeo and Johnson) and those
#' that are sums of others dropped. Rows are not taken out: duplicates and wrong labels are for you
#' to look at, before the data is split.
#'
#' @param report What [deep_check_data()] returned, with an outcome.
#' @param data The data that the recipe is for: what was checked, or the training part of it.
#' @param notes Whether notes are acted on as well.
#' @returns A recipe. Its steps are those of recipes, so that more can be added.
#' @family checks of data
#' @examplesIf rdeep_available() && requireNamespace("recipes", quietly = TRUE)
#' data <- airquality[!is.na(airquality$Ozone), ]
#' data$station <- "New York"
#' report <- deep_check_data(data, Ozone ~ .)
#' recipe_from(report, data)
#' @export
recipe_from <- function(report, data, notes = FALSE) {
  call <- current_env()
  if (!inherits(report, "rdeep_data_check")) {
    abort_rdeep(
      "argument",
      sprintf("'report' must come from `deep_check_data()`, not %s.", describe(report)),
      argument = "report", received = report, call = call
    )
  }
  if (is.null(report$outcome)) {
    abort_rdeep(
      "argument", "The report is about no outcome, which a recipe needs.",
      argument = "report", hint = "Check with one: `deep_check_data(data, outcome ~ .)`.",
      call = call
    )
  }
  if (missing(data)) {
    abort_data("'data' is missing: a recipe is made for a data frame.", "data", .call = call)
  }
  data <- training_part(data, call)
  if (!is.data.frame(data)) {
    abort_data(
      sprintf("'data' must be a data frame, not %s.", describe(data)), "data",
      received = data, .call = call
    )
  }
  lacking <- setdiff(c(report$outcome, report$columns$column), names(data))
  if (length(lacking)) {
    abort_data(
      sprintf("'data' has no column '%s', which the report is about.", lacking[1]), "data",
      expected = report$columns$column, hint = suggestion(lacking[1], names(data)), .call = call
    )
  }
  rlang::check_installed("recipes", "to make a recipe.", call = call)
  data <- data[report$columns$column]
  recipe <- recipes::recipe(data, stats::reformulate(".", as.name(report$outcome)))
  recipe <- with_mended_values(recipe, report)
  dropped <- dropped_columns(report, notes)
  if (length(dropped)) {
    recipe <- recipes::step_rm(recipe, !!tidyselect_any(dropped))
  }
  recipe <- with_filled_values(recipe, report, dropped)
  if (notes) recipe <- with_notes(recipe, report, dropped)
  constant <- "constant" %in% report$findings$finding
  if (constant) recipe <- recipes::step_zv(recipe, recipes::all_predictors())
  recipe
}

tidyselect_any <- function(names) rlang::expr(tidyselect::all_of(!!names))

# Columns with a finding of some kind, without the outcome.
columns_found <- function(report, kinds) {
  found <- report$findings[report$findings$finding %in% kinds, ]
  setdiff(unique(vapply(found$columns, function(x) x[1], "")), report$outcome)
}

dropped_columns <- function(report, notes) {
  found <- report$findings
  warned <- found$severity != "note" | notes
  ids <- found$finding == "identifier" & warned
  second <- found$finding %in% c("same_columns", "mostly_missing")
  nearly <- found$finding %in% c("near_constant", "linear_combination") & notes
  chosen <- vapply(found$columns[ids | second | nearly], function(x) x[1], "")
  setdiff(unique(c(chosen, report$group)), report$outcome)
}

with_mended_values <- function(recipe, report) {
  for (i in which(report$findings$finding == "sentinel")) {
    name <- report$findings$columns[[i]][1]
    if (name == report$outcome || report$findings$severity[i] == "note") next
    values <- unlist(report$details[[i]]$values)
    recipe <- with_column(
      recipe, name, rlang::expr(replace(!!as.name(name), !!as.name(name) %in% !!values, NA))
    )
  }
  for (name in columns_found(report, "number_as_text")) {
    recipe <- with_column(
      recipe, name,
      rlang::expr(as.numeric(gsub("[^0-9.eE+-]", "", as.character(!!as.name(name)))))
    )
  }
  recipe
}

with_column <- function(recipe, name, expression) {
  rlang::inject(recipes::step_mutate(recipe, !!!stats::setNames(list(expression), name)))
}

with_filled_values <- function(recipe, report, dropped) {
  kinds <- stats::setNames(report$columns$kind, report$columns$column)
  missing <- columns_found(report, c("missing", "sentinel", "number_as_text"))
  missing <- setdiff(missing, dropped)
  noted <- report$findings$finding == "sentinel" & report$findings$severity == "note"
  missing <- setdiff(missing, vapply(report$findings$columns[noted], `[[`, "", 1))
  if (length(missing) == 0) {
    return(recipe)
  }
  as_text <- columns_found(report, "number_as_text")
  numbers <- missing[kinds[missing] == "number" | missing %in% as_text]
  levels <- missing[kinds[missing] %in% c("factor", "text") & !missing %in% as_text]
  if (length(numbers)) {
    recipe <- recipes::step_indicate_na(recipe, !!tidyselect_any(numbers))
    recipe <- recipes::step_impute_median(recipe, !!tidyselect_any(numbers))
  }
  if (length(levels)) recipe <- recipes::step_unknown(recipe, !!tidyselect_any(levels))
  recipe
}

with_notes <- function(recipe, report, dropped) {
  rare <- setdiff(columns_found(report, "rare_levels"), dropped)
  if (length(rare)) {
    threshold <- 5 / max(report$rows, 6)
    recipe <- recipes::step_other(recipe, !!tidyselect_any(rare), threshold = threshold)
  }
  skewed <- setdiff(columns_found(report, "skewed"), dropped)
  if (length(skewed)) recipe <- recipes::step_YeoJohnson(recipe, !!tidyselect_any(skewed))
  recipe
}
