# feature_float ----

space <- layer_feature_space(features = list(age = feature_float()))
space(list(age = c(20, 40)))
#>      [,1]
#> [1,]   20
#> [2,]   40

# feature_float_rescaled ----

features <- list(age = feature_float_rescaled(scale = 0.01))
space <- layer_feature_space(features = features)
space(list(age = c(20, 40)))
#>      [,1]
#> [1,]  0.2
#> [2,]  0.4

# feature_float_normalized ----

space <- layer_feature_space(features = list(age = feature_float_normalized()))
adapt(space, list(age = c(20, 40)))
space(list(age = c(20, 40)))
#>      [,1]
#> [1,]   -1
#> [2,]    1

# feature_float_discretized ----

features <- list(age = feature_float_discretized(num_bins = 3, bin_boundaries = c(30, 60)))
space <- layer_feature_space(features = features)
space(list(age = c(20, 40)))
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    0    1    0

# feature_integer_categorical ----

space <- layer_feature_space(features = list(kind = feature_integer_categorical()))
adapt(space, list(kind = c(3L, 7L)))
space(list(kind = c(3L, 7L)))
#>      [,1] [,2] [,3]
#> [1,]    0    0    1
#> [2,]    0    1    0

# feature_string_categorical ----

space <- layer_feature_space(features = list(kind = feature_string_categorical()))
adapt(space, list(kind = c("a", "b")))
space(list(kind = c("a", "b")))
#>      [,1] [,2] [,3]
#> [1,]    0    0    1
#> [2,]    0    1    0

# feature_integer_hashed ----

space <- layer_feature_space(features = list(kind = feature_integer_hashed(4)))
space(list(kind = c(3L, 7L)))
#>      [,1] [,2] [,3] [,4]
#> [1,]    0    1    0    0
#> [2,]    1    0    0    0

# feature_string_hashed ----

space <- layer_feature_space(features = list(kind = feature_string_hashed(4)))
space(list(kind = c("a", "b")))
#>      [,1] [,2] [,3] [,4]
#> [1,]    0    0    0    1
#> [2,]    0    0    1    0

# feature_custom ----

feature <- feature_custom("float32", layer_rescaling(scale = 0.5), "float")
space <- layer_feature_space(features = list(age = feature))
space(list(age = c(20, 40)))
#>      [,1]
#> [1,]   10
#> [2,]   20

# feature_cross ----

space <- layer_feature_space(
  features = list(a = "string_hashed", b = "integer_hashed"),
  crosses = list(feature_cross(c("a", "b"), crossing_dim = 4, output_mode = "int"))
)
feature_cross(c("a", "b"), crossing_dim = 4)
#> feature_cross(feature_names = c("a", "b"), crossing_dim = 4)
