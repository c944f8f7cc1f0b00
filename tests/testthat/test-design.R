# The columns of a data frame, with the errors blaming this function.
columns <- function(...) new_design(..., .call = rlang::current_env())

again <- function(made, data, ...) forge_design(made$design, data, ...)

cars <- transform(
  mtcars[c("mpg", "wt", "hp", "cyl", "am", "gear")],
  cyl = factor(cyl), am = am == 1, gear = as.character(gear)
)

as_plain <- function(frame) unname(as.matrix(frame))

test_that("a formula's columns are those of lm()", {
  made <- columns(mpg ~ wt * cyl + log(hp) + gear, cars, indicators = "traditional")
  expected <- model.matrix(mpg ~ wt * cyl + log(hp) + gear, cars)[, -1]
  expect_equal(as_plain(made$predictors), unname(expected), ignore_attr = TRUE)
  expect_setequal(names(made$predictors), colnames(expected))
  expect_equal(made$outcomes$mpg, cars$mpg)
  expect_equal(made$kept, 1:32)
  expect_equal(again(made, cars[5:7, ])$predictors, made$predictors[5:7, ])
})

test_that("without indicators all predictors are numbers or factors", {
  made <- columns(mpg ~ ., cars)
  expect_equal(
    vapply(made$predictors, function(x) class(x)[1], ""),
    c(wt = "numeric", hp = "numeric", cyl = "factor", am = "factor", gear = "factor")
  )
  expect_equal(levels(made$predictors$gear), c("3", "4", "5"))
  expect_equal(again(made, cars[3:1, 6:1])$predictors, made$predictors[3:1, ])
})

test_that("an intercept is there on demand", {
  made <- columns(mpg ~ wt, cars, indicators = "traditional", intercept = TRUE)
  expect_named(made$predictors, c("(Intercept)", "wt"))
})

test_that("contrasts are those of the day of the fit", {
  withr::with_options(list(contrasts = c("contr.sum", "contr.poly")), {
    made <- columns(mpg ~ cyl + gear, cars, indicators = "traditional")
  })
  own <- cars
  contrasts(own$cyl) <- contr.helmert(3)
  by_hand <- columns(mpg ~ cyl, own, indicators = "traditional")
  expect_equal(again(made, cars)$predictors, made$predictors)
  expect_equal(as_plain(made$predictors[1:2, 1:2]), rbind(c(0, 1), c(0, 1)))
  expect_equal(again(by_hand, cars)$predictors, by_hand$predictors)
  expect_equal(as_plain(by_hand$predictors[5, ]), rbind(c(0, 2)))
})

test_that("levels are found by label, whatever class they come in", {
  made <- columns(mpg ~ cyl + am, cars)
  turned <- transform(cars, cyl = factor(cyl, c("8", "6", "4")))
  expect_equal(again(made, turned)$predictors, made$predictors)
  expect_equal(
    again(made, transform(cars, cyl = as.character(cyl)))$predictors, made$predictors
  )
  ordered <- columns(mpg ~ cyl, transform(cars, cyl = as.ordered(cyl)))
  expect_equal(again(ordered, cars)$predictors, ordered$predictors)
})

test_that("factors that the formula makes keep their levels", {
  made <- columns(mpg ~ factor(cyl) + (hp > 100), mtcars, indicators = "traditional")
  expect_named(made$predictors, c("factor(cyl)6", "factor(cyl)8", "hp > 100TRUE"))
  fours <- mtcars[mtcars$cyl == 4, ]
  expect_equal(
    again(made, fours)$predictors, made$predictors[mtcars$cyl == 4, ], ignore_attr = TRUE
  )
  target <- columns(factor(cyl) ~ wt, mtcars)
  expect_equal(levels(again(target, fours, outcomes = TRUE)$outcomes[[1]]), c("4", "6", "8"))
})

test_that("TRUE and FALSE are a factor of two levels, as to lm()", {
  made <- columns(mpg ~ am * wt, cars, indicators = "traditional")
  expect_setequal(names(made$predictors), names(coef(lm(mpg ~ am * wt, cars)))[-1])
  expect_equal(again(made, transform(cars, am = am + 0))$predictors, made$predictors)
  always <- columns(mpg ~ am + wt, transform(cars, am = TRUE), indicators = "traditional")
  expect_equal(unique(always$predictors$amTRUE), 1)
})

test_that("a level that no row has is not learned, as by lm()", {
  unused <- transform(cars, cyl = factor(cyl, levels = c("4", "6", "8", "12")))
  made <- columns(mpg ~ cyl + wt, unused, indicators = "traditional")
  used <- columns(mpg ~ cyl + wt, cars, indicators = "traditional")
  expect_equal(made$predictors, used$predictors)
  expect_equal(levels(columns(mpg ~ cyl, unused)$predictors$cyl), c("4", "6", "8"))
  gone <- columns(mpg ~ cyl, transform(cars, mpg = replace(mpg, cyl == "6", NA)), "omit")
  expect_equal(levels(gone$predictors$cyl), c("4", "8"))
  new <- transform(unused[1:2, ], cyl = factor(c("4", "12"), levels = levels(unused$cyl)))
  expect_warning(out <- again(made, new), class = "hardhat_warn_novel_levels")
  expect_equal(out$missing, c(FALSE, TRUE))
})

test_that("what a formula takes away again is not asked for", {
  made <- columns(mpg ~ . - hp - gear, cars)
  expect_named(made$predictors, c("wt", "cyl", "am"))
  expect_equal(again(made, cars[1:2, c("am", "cyl", "wt")])$predictors, made$predictors[1:2, ])
  crossed <- columns(mpg ~ (wt + hp + am)^2 - am:wt - am:hp - am, cars, indicators = "traditional")
  expect_named(crossed$predictors, c("wt", "hp", "wt:hp"))
  shifted <- columns(mpg ~ . - cyl + offset(log(hp)), cars[c("mpg", "wt", "hp", "cyl")])
  expect_equal(shifted$offset, log(cars$hp))
})

test_that("labelled numbers are numbers in new data too", {
  labelled <- transform(cars, wt = structure(wt, class = c("haven_labelled", "vctrs_vctr")))
  made <- columns(mpg ~ wt, labelled)
  expect_equal(made$predictors$wt, cars$wt)
  expect_equal(again(made, labelled[1:2, ])$predictors, made$predictors[1:2, ])
})

test_that("64-bit whole numbers are read as such", {
  skip_if_not_installed("bit64")
  wide <- transform(mtcars, hp = bit64::as.integer64(hp))
  expect_equal(columns(mpg ~ hp, wide)$predictors$hp, mtcars$hp)
})

test_that("bases of polynomials and splines stay those that were learned", {
  made <- columns(mpg ~ poly(wt, 2) + splines::ns(hp, 3) + scale(hp), cars)
  expect_equal(again(made, cars[4:6, ])$predictors, made$predictors[4:6, ])
})

test_that("the formula's own functions and constants travel with the design", {
  made <- local({
    degree <- 2
    ratio <- function(a, b) a / b
    columns(mpg ~ poly(wt, degree) + ratio(hp, wt) + I(hp - 1), cars)
  })
  copy <- unserialize(serialize(made$design, NULL))
  expect_equal(forge_design(copy, cars[1:3, ])$predictors, made$predictors[1:3, ])
  expect_equal(made$predictors[["ratio(hp, wt)"]], cars$hp / cars$wt)
})

test_that("a design does not carry the data of where the formula was written", {
  made <- local({
    large <- rnorm(1e5)
    columns(mpg ~ wt, cars)
  })
  expect_lt(length(serialize(made$design, NULL)), 1e5)
})

test_that("names that need backticks do", {
  odd <- cars
  names(odd)[1:4] <- c("the mpg", "the wt", "the hp", "the cyl")
  for (indicators in c("none", "traditional")) {
    made <- columns(`the mpg` ~ ., odd, indicators = indicators)
    expect_equal(made$outcomes[["the mpg"]], cars$mpg)
    expect_equal(again(made, odd[2:4, ])$predictors, made$predictors[2:4, ])
  }
  expect_true(all(c("the wt", "the cyl6") %in% names(made$predictors)))
})

test_that("offsets are on their own scale, in new data too", {
  made <- columns(mpg ~ wt + offset(log(hp)), cars)
  expect_named(made$predictors, "wt")
  expect_equal(made$offset, log(cars$hp))
  expect_equal(again(made, cars[2:3, ])$offset, log(cars$hp[2:3]))
})

test_that("outcomes of several kinds", {
  expect_named(columns(cbind(mpg, hp) ~ wt, cars)$outcomes, c("mpg", "hp"))
  expect_equal(columns(log(mpg) ~ wt, cars)$outcomes[[1]], log(cars$mpg))
  expect_type(columns(am ~ wt, cars)$outcomes$am, "logical")
  skip_if_not_installed("survival")
  made <- columns(survival::Surv(mpg, am) ~ ., cars)
  expect_s3_class(made$outcomes[[1]], "Surv")
  expect_false(any(c("mpg", "am") %in% names(made$predictors)))
  expect_s3_class(again(made, cars[1:3, ], outcomes = TRUE)$outcomes[[1]], "Surv")
})

test_that("x and y", {
  made <- columns(cars[-1], cars$mpg)
  expect_equal(made$predictors, columns(mpg ~ ., cars)$predictors[names(made$predictors)])
  expect_equal(made$outcomes$.outcome, cars$mpg)
  bare <- columns(unname(as.matrix(mtcars)), cars$cyl, indicators = "traditional")
  expect_equal(
    again(bare, unname(as.matrix(mtcars))[1:2, ])$predictors, bare$predictors[1:2, ]
  )
})

test_that("a recipe is prepared once and baked for new data", {
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(mpg ~ ., data = cars) |>
    recipes::step_normalize(recipes::all_numeric_predictors())
  made <- columns(recipe, cars, indicators = "traditional")
  expect_equal(made$predictors$wt, as.vector(scale(cars$wt)))
  expect_true("cyl8" %in% names(made$predictors))
  new <- again(made, cars[1:2, ], outcomes = TRUE)
  expect_equal(new$predictors, made$predictors[1:2, ])
  expect_equal(new$outcomes$mpg, cars$mpg[1:2])
  dropping <- recipes::step_naomit(recipe, wt, skip = TRUE)
  expect_null(columns(dropping, transform(cars, wt = replace(wt, 3, NA)))$kept)
  weighted <- transform(cars, wt = hardhat::importance_weights(wt))
  made <- columns(recipes::recipe(mpg ~ hp + wt, weighted), weighted)
  expect_equal(made$weights, cars$wt)
  expect_null(again(made, cars["hp"])$weights)
})

# Missing values ------------------------------------------------------------------

gaps <- transform(cars, wt = replace(wt, 2, NA), cyl = replace(cyl, 3:4, NA))

test_that("rows with missing values are left out on demand", {
  made <- columns(mpg ~ wt + cyl, gaps, "omit")
  expect_equal(made$kept, c(1L, 5:32))
  expect_equal(nrow(made$predictors), 29)
  expect_equal(again(made, gaps)$missing, 1:32 %in% 2:4)
  made <- suppressWarnings(columns(mpg ~ log(wt - 2), cars, "omit"))
  expect_equal(made$kept, which(cars$wt > 2))
})

test_that("missing values are filled in, and marked where they were known", {
  made <- columns(mpg ~ wt + cyl + hp, gaps, "impute", "traditional")
  expect_equal(made$predictors$wt[2], median(gaps$wt, na.rm = TRUE))
  expect_equal(which(made$predictors$wt_missing == 1), 2L)
  expect_equal(which(made$predictors$cyl_missing == 1), 3:4)
  expect_equal(made$predictors$cyl8[3:4], c(1, 1))
  expect_false("hp_missing" %in% names(made$predictors))
  new <- again(made, transform(gaps[1:3, ], hp = NA))
  expect_equal(new$predictors$hp, rep(median(gaps$hp), 3))
  expect_false(any(new$missing))
  # Factors stay as they are for a core that has a level for what is missing.
  kept <- columns(mpg ~ wt + cyl, gaps, "impute")
  expect_equal(is.na(kept$predictors$cyl), is.na(gaps$cyl))
})

test_that("a level that was not there becomes NA, with hardhat's warning", {
  made <- columns(mpg ~ cyl + wt, cars, indicators = "traditional")
  new <- transform(cars[1:3, ], cyl = c("6", "5", "4"))
  expect_warning(out <- again(made, new), class = "hardhat_warn_novel_levels")
  expect_equal(out$missing, c(FALSE, TRUE, FALSE))
})

# What is refused -----------------------------------------------------------------

test_that("formulas that say nothing are refused", {
  expect_error_snapshot(columns(mpg ~ wt))
  expect_error_snapshot(columns(~wt, cars))
  expect_error_snapshot(columns(mpg ~ 1, cars))
  expect_error_snapshot(columns(mpg ~ ., cars["mpg"]))
  expect_error_snapshot(columns(mpg ~ wt - 1, cars))
  expect_error_snapshot(columns(mpg ~ mpg + wt, cars))
  expect_error_snapshot(columns(mpg + hp ~ wt, cars))
  expect_error_snapshot(columns(mpg ~ wt * cyl, cars))
  expect_error_snapshot(columns(mpg ~ 0 + wt, cars))
})

test_that("terms that other packages read their own way are refused", {
  expect_error_snapshot(columns(mpg ~ wt + (1 | cyl), cars))
  expect_error_snapshot(columns(mpg ~ s(wt) + hp, cars))
  expect_error_snapshot(columns(mpg ~ survival::strata(cyl), cars))
  expect_error_snapshot(columns(mpg ~ wt + cluster(cyl), cars))
  made <- local({
    s <- function(x) x^2
    columns(mpg ~ s(wt), cars)
  })
  expect_equal(made$predictors[[1]], cars$wt^2)
})

test_that("variables and functions that are not there are refused", {
  expect_error_snapshot(columns(mpg ~ weight, cars))
  expect_error_snapshot(columns(mgp ~ wt, cars))
  somewhere <- rnorm(32)
  expect_error_snapshot(columns(mpg ~ somewhere, cars))
  expect_error_snapshot(columns(mpg ~ no_function(wt), cars))
  expect_error_snapshot(columns(mpg ~ log(cyl), cars))
  expect_error_snapshot(columns(mpg ~ unique(wt), cars))
})

test_that("data of the wrong kind is refused", {
  expect_error_snapshot(columns(mpg ~ wt, list(mpg = 1, wt = 2)))
  expect_error_snapshot(columns(mpg ~ wt, cars[0, ]))
  twice <- cars
  names(twice)[6] <- "wt"
  expect_error_snapshot(columns(mpg ~ wt, twice))
  expect_error_snapshot(columns(mpg ~ wt, transform(cars, wt = I(as.list(wt)))))
  expect_error_snapshot(columns(mpg ~ wt, transform(cars, wt = wt + 0i)))
  expect_error_snapshot(columns(mpg ~ wt, transform(cars, wt = replace(wt, 3, Inf))))
  expect_error_snapshot(columns(mpg ~ log(am + 0), cars))
  expect_error_snapshot(columns(mpg ~ wt + offset(log(wt - wt)), cars))
  expect_error_snapshot(columns(mpg ~ cyl, cars[cars$cyl == "4", ]))
  expect_error_snapshot(columns(cars[-1], cars$mpg[1:3]))
  expect_error_snapshot(columns(cars[-1]))
  expect_error_snapshot(columns("cars", 1))
})

test_that("outcomes that are none are refused", {
  expect_error_snapshot(columns(gear ~ wt, cars))
  expect_error_snapshot(columns(day ~ wt, transform(cars, day = Sys.Date())))
  expect_error_snapshot(columns(part ~ wt, transform(cars, part = I(as.list(wt)))))
  expect_error_snapshot(columns(cyl ~ wt, cars[cars$cyl == "4", ]))
  expect_error_snapshot(columns(mpg ~ wt, transform(cars, mpg = mpg / 0)))
  expect_error_snapshot(columns(cars["wt"], cars$gear))
  skip_if_not_installed("recipes")
  expect_error_snapshot(columns(recipes::recipe(~wt, data = cars), cars))
})

test_that("missing values are refused with what can be done about them", {
  expect_error_snapshot(columns(mpg ~ ., gaps))
  expect_error_snapshot(columns(wt ~ mpg, gaps))
  expect_error_snapshot(columns(wt ~ mpg, gaps, "impute"))
  expect_error_snapshot(columns(mpg ~ wt, transform(cars, wt = NA_real_), "omit"))
  expect_error_snapshot(suppressWarnings(columns(mpg ~ log(wt - 2), cars)))
  expect_error_snapshot(suppressWarnings(
    columns(mpg ~ log(wt - 2), cars, "impute", "traditional")
  ))
  expect_error_snapshot(columns(mpg ~ wt, cars, "ignore"))
})

test_that("new data that does not fit is refused", {
  made <- columns(mpg ~ wt + cyl, cars)
  forged <- function(...) forge_design(made$design, ..., .call = rlang::current_env())
  expect_error_snapshot(forged(cars["wt"]))
  expect_error_snapshot(forged(transform(cars, wt = "heavy")))
  expect_error_snapshot(forged(transform(cars, cyl = 4)))
  expect_error_snapshot(forged(cars[0, ]))
  expect_error_snapshot(forged(3))
  expect_error_snapshot(forged(cbind(cars, wt = 1)))
  expect_error_snapshot(forged(cars[-1], outcomes = TRUE))
})
