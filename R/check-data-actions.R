# What to do about a finding of `deep_check_data()`: the very call or step, by kind.

data_action <- function(kind, columns, details) {
  action <- data_actions[[kind]] %||% "Look at it."
  if (is.function(action)) action <- action(columns, details)
  first <- if (length(columns)) columns[1] else ""
  gsub("{x}", as_r_name(first), action, fixed = TRUE)
}

as_r_name <- function(name) {
  if (make.names(name) == name) name else paste0("`", name, "`")
}

values_in_r <- function(values) {
  values <- unlist(values)
  shown <- if (is.character(values)) encodeString(values, quote = "\"") else format(values)
  if (length(shown) == 1) shown else sprintf("c(%s)", toString(trimws(shown)))
}

leave_out_new <- "Leave these rows out of `new_data`: they are no test."
no_fair_test <- "Leave these rows out of `new_data`: they are no fair test."
one_side <- "Look at them, and keep them on one side of a split: `data_split(group = )`."

data_actions <- list(
  addresses = "Replace them: `clean_text({x}, urls = \"\", emails = \"\")`.",
  blank_image = "Look at them, and leave them out.",
  blanks = "Take them off: `clean_text({x})`.",
  blurred_image = "Look at them.",
  collinear = "A network can bear it; else `recipes::step_corr()`.",
  conflicting_outcomes = "Look at them: a label is wrong, or a predictor is missing.",
  constant = "Leave it out: `recipes::step_zv()`.",
  constant_outcome = "There is nothing to learn: look at how the rows were chosen.",
  control_characters = "Take them out: `clean_text({x})`.",
  date_as_text = "Read them: `as.Date({x})`.",
  double_times = "Leave one of them out, or say which series they are of by `group`.",
  drift = "Expect worse predictions: find out why, or train on newer data.",
  duplicate_images = "Leave out all but one, before the data is split.",
  duplicate_rows = "Leave out all but one, before the data is split: `dplyr::distinct()`.",
  duplicate_texts = "Leave out all but one, before the data is split: `find_duplicates({x})`.",
  empty_rows = "Leave them out.",
  empty_text = "Leave them out: `deep_text(on_bad = \"drop\")`.",
  encoding = "Read the file as UTF-8, or mend them: `clean_text({x})`.",
  few_rows_in_class = "Join classes (`recipes::step_other()`), or gather more rows of them.",
  future = "Look at how they were written down.",
  group_suspected = "If so, say it: `deep_check_data(group = \"{x}\")`, `data_split(group = {x})`.",
  groups = "Split by groups: `data_split(group = {x})`.",
  groups_in_both = "Split by groups: `data_split(group = {x})`.",
  html = "Take it out: `clean_text({x})`.",
  identifier = "Leave it out: `recipes::step_rm({x})`.",
  image_colours = "`deep_image()` reads all as colour; for other networks convert them.",
  image_light = "Look at them.",
  image_proportions = "Look at them; `deep_image(resize = )` says whether to crop or pad.",
  image_sizes = "`deep_image()` resizes them; other networks need `layer_resizing()`.",
  images_in_both = leave_out_new,
  imbalance = "`class_weights = \"balanced\"`, and look at more than accuracy.",
  impossible = "Look at them: make them `NA`, or leave the rows out.",
  infinite = "Put a number in their place, or leave the rows out.",
  leakage = "Is it known before the outcome is? If not: `recipes::step_rm({x})`.",
  linear_combination = "A network can bear it; else `recipes::step_lincomb()`.",
  many_levels = function(columns, details) {
    paste(
      "`deep_tabular()` learns an embedding; else `recipes::step_other({x})`,",
      "`layer_hashing()`."
    )
  },
  missing = function(columns, details) {
    step <- switch(details$kind,
      number = "step_impute_median",
      text = ,
      factor = "step_unknown"
    )
    or <- if (!is.null(step)) sprintf(", or `recipes::%s({x})`", step)
    paste0("`na_action = \"impute\"`", or, ".")
  },
  missing_group = "Give them a group, or leave them out.",
  missing_outcome = "Leave these rows out: `na_action = \"omit\"`.",
  missing_time = "Leave these rows out.",
  missing_together = "Find out why; `recipes::step_indicate_na({x})` tells a network where.",
  mixed_types = "Make all of them one type.",
  mostly_missing = "`recipes::step_rm({x})`, or only where: `recipes::step_indicate_na({x})`.",
  near_constant = "`recipes::step_nzv()`, unless these rows matter.",
  near_duplicate_images = one_side,
  near_duplicate_rows = one_side,
  near_duplicate_texts = one_side,
  near_images_in_both = no_fair_test,
  near_rows_in_both = no_fair_test,
  near_texts_in_both = no_fair_test,
  new_levels = "Nothing was learned of them: `recipes::step_novel({x})`, or leave them out.",
  not_composed = "Compose them: `clean_text({x})`.",
  number_as_text = "`as.numeric({x})`, or `readr::parse_number({x})`.",
  one_group = "Leave `group` out.",
  other_alphabet = "Look at them.",
  outcome_as_number = "If it is a class: `factor({x})`.",
  outlier = "Look at them; `scaling = \"robust\"`, the default, draws them in.",
  pixel_range = "Scale them to 0 to 1.",
  rare_levels = "`recipes::step_other({x})`.",
  repeated_characters = "Cut them: `clean_text({x}, repeated = 3)`.",
  rows_in_both = leave_out_new,
  same_columns = "Leave one of them out: `recipes::step_rm({x})`.",
  sentinel = function(columns, details) {
    sprintf("Make them missing: `{x}[{x} %%in%% %s] <- NA`.", values_in_r(details$values))
  },
  skewed = function(columns, details) {
    log <- if (isTRUE(details$positive)) ", or its logarithm" else ""
    sprintf("`scaling = \"quantile\"`, `recipes::step_YeoJohnson({x})`%s.", log)
  },
  spelling = "Write them in one way: `clean_text({x}, lowercase = TRUE)`.",
  texts_in_both = leave_out_new,
  time_as_text = "Make it a time: `as.Date({x})`.",
  time_gaps = "`deep_series()` takes what is not there as missing; fill in what should be.",
  times_overlap = "A test of forecasts comes after the data: `data_split(time = {x})`.",
  tiny_image = "Look at them.",
  type_changed = "Read both in the same way.",
  unordered_times = "Sort the rows by it.",
  unreadable_image = "Mend or remove them; `deep_image(on_bad = \"drop\")` leaves them out.",
  unscaled = paste(
    "`deep_tabular()` scales by itself; other networks need `layer_normalization()` or",
    "`recipes::step_normalize()`."
  ),
  unused_class = "`droplevels({x})`, or gather rows of it.",
  unusual_rows = "Look at them: `find_outliers()` says where.",
  very_long_text = "Look at them; `deep_text()` reads the first `max_length` words."
)
