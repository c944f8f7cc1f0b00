# layer_feature_space ----

space <- layer_feature_space(
  features = list(mpg = "float_normalized", cyl = "integer_categorical")
)
adapt(space, mtcars)
head(space(mtcars))
