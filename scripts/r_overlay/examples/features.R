# feature_float ----

layer_feature_space(features = list(age = feature_float()))

# feature_float_rescaled ----

layer_feature_space(features = list(age = feature_float_rescaled(scale = 0.01)))

# feature_float_normalized ----

layer_feature_space(features = list(age = feature_float_normalized()))

# feature_float_discretized ----

layer_feature_space(features = list(age = feature_float_discretized(num_bins = 4)))

# feature_integer_categorical ----

layer_feature_space(features = list(kind = feature_integer_categorical()))

# feature_string_categorical ----

layer_feature_space(features = list(kind = feature_string_categorical()))

# feature_integer_hashed ----

layer_feature_space(features = list(kind = feature_integer_hashed(8)))

# feature_string_hashed ----

layer_feature_space(features = list(kind = feature_string_hashed(8)))

# feature_custom ----

layer <- layer_text_vectorization(output_mode = "count")
feature <- feature_custom("string", layer, "float")
layer_feature_space(features = list(text = feature))

# feature_cross ----

layer_feature_space(
  features = list(a = "string_hashed", b = "integer_hashed"),
  crosses = list(feature_cross(c("a", "b"), crossing_dim = 16))
)
