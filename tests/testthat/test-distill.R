# Distillation: any teacher, a student of either engine.

skip_if_not(rdeep_available())

rows <- withr::with_seed(1, sample(150))
train <- iris[rows[1:110], ]
test <- iris[rows[111:150], ]

pupil <- function(..., units = 3, activation = "softmax") {
  keras_model_sequential(input_shape = 4, ...) |>
    layer_dense(8, activation = "relu", name = "hidden") |>
    layer_dense(units, activation = activation)
}

for_each_backend("a network learns from an ensemble by a formula, and knows the classes", {
  withr::local_options(warnPartialMatchArgs = FALSE)
  set.seed(1)
  teacher <- ensemble(MASS::lda(Species ~ ., train), MASS::qda(Species ~ ., train))
  student <- keras_model_sequential() |> layer_dense(8, activation = "relu")
  unlabelled <- train
  unlabelled$Species[1:60] <- NA
  expect_message(
    found <- distill(
      teacher, student, Species ~ .,
      data = unlabelled, mixup = 2, epochs = 30, optimizer = optimizer_adam(0.02),
      validation_data = test, verbose = 0
    ),
    "Added an output"
  )
  expect_identical(found, student)
  classes <- predict(student, test, type = "class")$.pred_class
  expect_gt(mean(classes == test$Species), 0.85)
  judged <- evaluate(student, test)
  expect_equal(judged$accuracy, mean(classes == test$Species), tolerance = 1e-6)
  curves <- as.data.frame(student$history)
  last <- curves$value[curves$metric == "accuracy" & curves$data == "validation" & curves$epoch == 30]
  expect_equal(last, judged$accuracy, tolerance = 1e-6)
  path <- withr::local_tempfile(fileext = ".rdeep")
  save_model(student, path)
  expect_equal(predict(load_model(path), test, type = "class")$.pred_class, classes)
})

test_that("classes are in the order of the outcome, whatever the teacher's is", {
  set.seed(1)
  other <- transform(train, Species = factor(Species, levels = rev(levels(Species))))
  teacher <- deep_tabular(
    Species ~ ., other,
    epochs = 40, members = 1, verbose = 0, backend = "torch"
  )
  student <- pupil()
  seen <- NULL
  callback <- callback_lambda(on_epoch_end = function(epoch, logs) seen <<- c(seen, epoch))
  distill(
    teacher, student, train[1:4], train$Species,
    optimizer = optimizer_adam(0.02), epochs = 30, callbacks = callback, verbose = 0,
    validation_data = list(test[1:4], test$Species)
  )
  expect_length(seen, 30)
  found <- predict(student, test[1:4], type = "class")$.pred_class
  expect_equal(levels(found), levels(iris$Species))
  expect_gt(mean(found == test$Species), 0.8)
})

test_that("two classes, numbers, features and other samples for the teacher", {
  set.seed(1)
  cars <- as.data.frame(scale(mtcars))
  line <- lm(mpg ~ wt + hp, cars)
  student <- keras_model_sequential() |> layer_dense(8, activation = "relu")
  suppressMessages(distill(
    line, student, mpg ~ wt + hp, cars,
    optimizer = optimizer_adam(0.02), epochs = 60, mixup = 3, verbose = 0
  ))
  expect_gt(cor(predict(student, cars)[, 1], fitted(line)), 0.99)

  x <- as.matrix(cars[c("wt", "hp", "qsec", "drat")])
  manual <- suppressWarnings(glm(am == 1 ~ wt, binomial, mtcars))
  unit <- pupil(units = 1, activation = "sigmoid")
  distill(
    manual, unit, x, mtcars$am == 1,
    teacher_x = mtcars, optimizer = optimizer_adam(0.02), epochs = 30, verbose = 0
  )
  expect_equal(levels(predict(unit, x, type = "class")$.pred_class), c("FALSE", "TRUE"))

  teacher <- classifier()
  fit_quietly(teacher, iris_x, iris$Species, epochs = 2)
  hint <- teacher$layers[[1]]$name
  small <- pupil()
  distill(
    teacher, small, iris_x, iris$Species,
    features = c(student = "hidden", teacher = hint), epochs = 2, verbose = 0
  )
  expect_length(small$layers, 2)
  expect_equal(dim(predict(small, iris_x)), c(150, 3))
})

test_that("teachers and students that cannot meet are refused", {
  x <- iris_x
  teacher <- classifier("torch")
  fit_quietly(teacher, x, iris$Species, epochs = 1)
  student <- pupil(backend = "torch")
  line <- lm(Sepal.Length ~ ., iris)
  small <- function(newdata) rep(NA_real_, nrow(newdata))
  expect_conditions_snapshot({
    distill(teacher, "student", x)
    distill(teacher, student)
    distill("teacher", student, x)
    distill(teacher, student, x, temperature = 0)
    distill(teacher, student, x, alpha = 1.5)
    distill(teacher, student, x, mixup = -1)
    distill(teacher, student, x, iris$Species[1:3])
    distill(teacher, student, x, factor(rep(c("a", "b"), 75)))
    distill(teacher, pupil(units = 4), x)
    distill(teacher, pupil(activation = "relu"), x)
    distill(line, student, x)
    distill(line, student, iris[1:4], iris$Species, teacher_x = iris)
    distill(small, pupil(units = 1, activation = NULL), x)
    distill(teacher, student, x, features = "hidden")
    distill(teacher, student, x, features = c("first", "hidden"))
    distill(line, pupil(units = 1, activation = NULL), iris[1:4],
      features = c("a", "hidden"), teacher_x = iris
    )
    distill(teacher, student, x, validation_data = x)
    distill(teacher, student, x, mixup = 1, teacher_x = x)
    distill(teacher, student, function() NULL)
  })
  # A student that was not taught is as it was.
  expect_null(student$history)
})
