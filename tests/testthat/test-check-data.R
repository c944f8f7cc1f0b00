faulty <- function() {
  withr::local_seed(1)
  data <- data.frame(
    id = 101:300,
    x = rnorm(200), z = rnorm(200), age = sample(20:80, 200, TRUE),
    size = factor(sample(c("low", "mid"), 200, TRUE), levels = c("low", "mid", "none")),
    unit = "mg",
    read = as.character(sample(c(1.5, 2:40), 200, TRUE)),
    y = factor(rep(c("no", "yes"), 100))
  )
  data$x[c(3, 9)] <- NA
  data$z[7] <- -999
  data$age[11] <- 250L
  data$read[5] <- "?"
  data[40, -1] <- data[4, -1]
  data
}

rows_found <- function(report, kind) {
  findings <- report$findings
  unlist(findings$rows[findings$finding == kind])
}

test_that("faults are found in their rows, with what to do", {
  report <- deep_check_data(faulty()[-1], y ~ .)
  expect_identical(rows_found(report, "missing"), c(3L, 9L))
  expect_identical(sort(rows_found(report, "sentinel")), c(5L, 7L))
  expect_identical(rows_found(report, "impossible"), 11L)
  expect_identical(rows_found(report, "duplicate_rows"), 40L)
  expect_true(all(c("constant", "number_as_text") %in% report$findings$finding))
  kinds <- tibble::as_tibble(report)
  expect_named(kinds, c(
    "severity", "finding", "columns", "n", "rows", "data", "message", "action", "examples"
  ))
  expect_match(kinds$action[kinds$finding == "missing"], "step_impute_median(x)", fixed = TRUE)
  local_reproducible_output(width = 60)
  expect_snapshot(print(report))
  expect_snapshot(summary(report))
})

test_that("clean data gives few notes", {
  for (data in list(iris[-143, ], mtcars, swiss, trees, USArrests, stackloss, PlantGrowth)) {
    report <- deep_check_data(data)
    expect_lte(nrow(report$findings), 1)
    expect_false(any(report$findings$severity != "note"))
  }
  expect_output(print(deep_check_data(mtcars, mpg ~ .)), "nothing found")
})

test_that("a report is tidied, glanced at, drawn and put beside the data", {
  data <- faulty()
  report <- deep_check_data(data, "y")
  tidied <- tidy(report)
  expect_true("id" %in% tidied$column[tidied$finding == "identifier"])
  expect_identical(glance(report)$nobs, 200L)
  beside <- augment(report, data)
  expect_identical(names(beside), c(names(data), ".flagged", ".severity", ".findings"))
  expect_match(beside$.findings[7], "sentinel")
  expect_identical(as.character(beside$.severity[3]), "warning")
  skip_if_not_installed("ggplot2")
  for (type in c("findings", "missing", "rows")) {
    expect_s3_class(ggplot2::ggplot_build(plot(report, type))$plot, "ggplot")
  }
  expect_s3_class(ggplot2::ggplot_build(plot(deep_check_data(mtcars)))$plot, "ggplot")
})

test_that("data comes in many forms", {
  expect_identical(nrow(deep_check_data(as.matrix(iris[1:4]), iris$Species)$columns), 5L)
  expect_identical(deep_check_data(iris, "Species")$outcome, "Species")
  report <- deep_check_data(Species ~ Sepal.Width, iris)
  expect_identical(report$columns$column, c("Sepal.Width", "Species"))
  texts <- c("a fine film about bees", "A fine film, about bees!", "something else in here", NA)
  expect_identical(rows_found(deep_check_data(texts), "duplicate_texts"), 2L)
  dated <- data.frame(
    day = as.Date("2020-01-01") + c(0:19, 21:30),
    at = as.POSIXct("2020-01-01") + 0:29, v = sin(1:30)
  )
  report <- deep_check_data(dated, v ~ ., time = day)
  expect_identical(report$columns$kind, c("time", "time", "number"))
  expect_identical(rows_found(report, "time_gaps"), 21L)
  skip_if_not_installed("survival")
  report <- deep_check_data(data.frame(x = rnorm(30), s = I(survival::Surv(1:30, rep(0:1, 15)))))
  expect_identical(report$columns$column, c("x", "s.time", "s.status"))
})

test_that("images are checked as arrays, list columns, files and folders", {
  withr::local_seed(2)
  x <- array(runif(30 * 12 * 12), c(30, 12, 12))
  x[20, , ] <- x[4, , ]
  x[9, , ] <- 0.5
  report <- deep_check_data(x, rep(c("a", "b"), 15))
  expect_identical(rows_found(report, "duplicate_images"), 20L)
  expect_identical(rows_found(report, "blank_image"), 9L)
  listed <- tibble::tibble(picture = lapply(1:30, function(i) x[i, , ]), y = factor(rep(1:2, 15)))
  listed$picture[3] <- list(NULL)
  report <- deep_check_data(listed, y ~ .)
  expect_identical(rows_found(report, "unreadable_image"), 3L)
  expect_match(report$findings$message[report$findings$finding == "unreadable_image"], "row 3")
  expect_identical(find_duplicates(x)$row, c(4L, 20L))
  folder <- withr::local_tempdir()
  for (class in c("a", "b")) dir.create(file.path(folder, class))
  for (i in 1:6) {
    image_array_save(
      255 * x[c(1, 2, 4, 20, 5, 6)[i], , , drop = FALSE] |> aperm(c(2, 3, 1)),
      file.path(folder, c("a", "b")[i %% 2 + 1], paste0(i, ".png"))
    )
  }
  report <- deep_check_data(folder)
  expect_identical(report$columns$column, c("image", "class"))
  expect_length(rows_found(report, "duplicate_images"), 1)
  expect_identical(basename(find_duplicates(folder)$file), c("4.png", "3.png"))
})

test_that("what is in both data frames is found", {
  report <- deep_check_data(airquality[1:110, ], Ozone ~ ., new_data = airquality[101:153, ])
  findings <- report$findings
  both <- findings[findings$finding == "rows_in_both", ]
  expect_identical(both$rows[[1]], 1:10)
  expect_identical(as.character(both$severity), "error")
  expect_match(both$examples[[1]][1], "row 1 is row 101 of the data")
  expect_true("Month" %in% tidy(report)$column[tidy(report)$finding == "drift"])
  beside <- augment(report, new_data = airquality[101:153, ])
  expect_true(all(beside$.severity[1:10] == "error"))
})

test_that("bad input is refused in words", {
  listed <- data.frame(a = 1:2)
  listed$b <- list(1:3, "x")
  expect_error_snapshot(deep_check_data())
  expect_error_snapshot(deep_check_data(iris[0, ]))
  expect_error_snapshot(deep_check_data(iris[, 0]))
  expect_error_snapshot(deep_check_data(iris, "species"))
  expect_error_snapshot(deep_check_data(iris, species ~ .))
  expect_error_snapshot(deep_check_data(iris, Species ~ ., new_data = iris[1:3]))
  expect_error_snapshot(deep_check_data(iris, c("a", "b")))
  expect_error_snapshot(deep_check_data(listed))
  expect_error_snapshot(deep_check_data(data.frame(a = complex(3))))
  expect_error_snapshot(deep_check_data(mean))
  expect_error_snapshot(deep_check_data(iris, group = who))
  expect_error_snapshot(deep_check_data(iris, limits = list(outliers = 3)))
  expect_error_snapshot(deep_check_data(iris, limits = 3))
  expect_error_snapshot(deep_check_data(iris, newdata = iris))
  expect_error_snapshot(augment(deep_check_data(iris), mtcars))
  expect_error_snapshot(plot(deep_check_data(iris), "violin"))
  expect_error_snapshot(recipe_from(iris, iris))
  expect_error_snapshot(recipe_from(deep_check_data(iris), iris))
  expect_error_snapshot(recipe_from(deep_check_data(iris, Species ~ .), mtcars))
})

test_that("a recipe does what a report asks for", {
  skip_if_not_installed("recipes")
  data <- faulty()
  report <- deep_check_data(data, y ~ .)
  recipe <- recipe_from(report, data)
  steps <- vapply(recipe$steps, function(step) class(step)[1], "")
  expect_true(all(c("step_rm", "step_zv", "step_impute_median", "step_mutate") %in% steps))
  baked <- recipes::bake(recipes::prep(recipe), NULL)
  expect_false(anyNA(baked))
  expect_false(any(c("id", "unit") %in% names(baked)))
  expect_type(baked$read, "double")
  expect_identical(sum(baked$na_ind_x), 2L)
  expect_gt(min(baked$z), -5)
  expect_identical(nrow(deep_check_data(baked, y ~ .)$findings[0, ]), 0L)
  model <- deep_tabular(recipe, data, epochs = 2, verbose = 0)
  expect_false(anyNA(predict(model, data)))
})
