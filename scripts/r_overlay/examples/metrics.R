# metric_accuracy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_accuracy()
model |> compile(loss = "mse", metrics = metric)

# metric_binary_accuracy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_binary_accuracy()
model |> compile(loss = "mse", metrics = metric)

# metric_categorical_accuracy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_categorical_accuracy()
model |> compile(loss = "mse", metrics = metric)

# metric_sparse_categorical_accuracy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_sparse_categorical_accuracy()
model |>
  compile(loss = "sparse_categorical_crossentropy", metrics = metric)

# metric_top_k_categorical_accuracy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_top_k_categorical_accuracy()
model |> compile(loss = "mse", metrics = metric)

# metric_sparse_top_k_categorical_accuracy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_sparse_top_k_categorical_accuracy()
model |>
  compile(loss = "sparse_categorical_crossentropy", metrics = metric)

# metric_true_positives ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_true_positives()
model |> compile(loss = "mse", metrics = metric)

# metric_false_positives ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_false_positives()
model |> compile(loss = "mse", metrics = metric)

# metric_true_negatives ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_true_negatives()
model |> compile(loss = "mse", metrics = metric)

# metric_false_negatives ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_false_negatives()
model |> compile(loss = "mse", metrics = metric)

# metric_precision ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_precision()
model |> compile(loss = "mse", metrics = metric)

# metric_recall ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_recall()
model |> compile(loss = "mse", metrics = metric)

# metric_auc ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_auc()
model |> compile(loss = "mse", metrics = metric)

# metric_sensitivity_at_specificity ----

metric_sensitivity_at_specificity(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), specificity = 0.5)

# metric_specificity_at_sensitivity ----

metric_specificity_at_sensitivity(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), sensitivity = 0.5)

# metric_precision_at_recall ----

metric_precision_at_recall(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), recall = 0.5)

# metric_recall_at_precision ----

metric_recall_at_precision(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), precision = 0.6)

# metric_fbeta_score ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_fbeta_score()
model |> compile(loss = "mse", metrics = metric)

# metric_f1_score ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_f1_score()
model |> compile(loss = "mse", metrics = metric)

# metric_mean_squared_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_mean_squared_error()
model |> compile(loss = "mse", metrics = metric)

# metric_mean_absolute_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_mean_absolute_error()
model |> compile(loss = "mse", metrics = metric)

# metric_mean_absolute_percentage_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_mean_absolute_percentage_error()
model |> compile(loss = "mse", metrics = metric)

# metric_mean_squared_logarithmic_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_mean_squared_logarithmic_error()
model |> compile(loss = "mse", metrics = metric)

# metric_huber ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_huber()
model |> compile(loss = "mse", metrics = metric)

# metric_log_cosh ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_log_cosh()
model |> compile(loss = "mse", metrics = metric)

# metric_log_cosh_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_log_cosh_error()
model |> compile(loss = "mse", metrics = metric)

# metric_poisson ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_poisson()
model |> compile(loss = "mse", metrics = metric)

# metric_kl_divergence ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_kl_divergence()
model |> compile(loss = "mse", metrics = metric)

# metric_binary_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_binary_crossentropy()
model |> compile(loss = "mse", metrics = metric)

# metric_binary_focal_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_binary_focal_crossentropy()
model |> compile(loss = "mse", metrics = metric)

# metric_categorical_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_categorical_crossentropy()
model |> compile(loss = "mse", metrics = metric)

# metric_categorical_focal_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_categorical_focal_crossentropy()
model |> compile(loss = "mse", metrics = metric)

# metric_sparse_categorical_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_sparse_categorical_crossentropy()
model |>
  compile(loss = "sparse_categorical_crossentropy", metrics = metric)

# metric_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_crossentropy()
model |> compile(loss = "crossentropy", metrics = metric)

# metric_hinge ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_hinge()
model |> compile(loss = "mse", metrics = metric)

# metric_squared_hinge ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_squared_hinge()
model |> compile(loss = "mse", metrics = metric)

# metric_categorical_hinge ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_categorical_hinge()
model |> compile(loss = "mse", metrics = metric)

# metric_iou ----

metric_iou(c(0, 0, 1, 1), c(0, 1, 0, 1), num_classes = 2, target_class_ids = 0)

# metric_mean_iou ----

metric_mean_iou(c(0, 0, 1, 1), c(0, 1, 0, 1), num_classes = 2)

# metric_one_hot_iou ----

truth <- to_categorical(c(0, 1, 1, 2))
metric_one_hot_iou(truth, truth, num_classes = 3, target_class_ids = c(0, 2))

# metric_one_hot_mean_iou ----

truth <- to_categorical(c(0, 1, 1, 2))
metric_one_hot_mean_iou(truth, truth, num_classes = 3)

# metric_binary_iou ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_binary_iou()
model |> compile(loss = "mse", metrics = metric)

# metric_mean ----

m <- metric_mean()
m$update_state(c(1, 2, 6))
m$result()
m$reset_state()

# metric_sum ----

m <- metric_sum()
m$update_state(c(1, 2, 6))
m$result()
m$reset_state()

# metric_pooled_loss ----

metric_pooled_loss(loss = loss_gaussian_likelihood())

# metric_root_mean_squared_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_root_mean_squared_error()
model |> compile(loss = "mse", metrics = metric)

# metric_cosine_similarity ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_cosine_similarity()
model |> compile(loss = "mse", metrics = metric)

# metric_pearson_correlation ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_pearson_correlation()
model |> compile(loss = "mse", metrics = metric)

# metric_concordance_correlation ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_concordance_correlation()
model |> compile(loss = "mse", metrics = metric)

# metric_r2_score ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
metric <- metric_r2_score()
model |> compile(loss = "mse", metrics = metric)
