# layer_feature_space ----

space <- layer_feature_space(
  features = list(age = "float_normalized", job = feature_string_hashed(4))
)
data <- list(age = c(20, 40), job = c("nurse", "clerk"))
adapt(space, data)
space(data)
#>      [,1] [,2] [,3] [,4] [,5]
#> [1,]   -1    0    0    1    0
#> [2,]    1    0    1    0    0
