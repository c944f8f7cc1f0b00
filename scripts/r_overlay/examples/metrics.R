# metric_accuracy ----

metric_accuracy(c(1, 2, 3, 4), c(1, 2, 3, 0))
#> [1] 0.75

# metric_binary_accuracy ----

metric_binary_accuracy(c(0, 1), c(0.2, 0.4))
#> [1] 0.5

# metric_categorical_accuracy ----

metric_categorical_accuracy(rbind(c(0, 1), c(1, 0)), rbind(c(0.2, 0.8), c(0.4, 0.6)))
#> [1] 0.5

# metric_sparse_categorical_accuracy ----

metric_sparse_categorical_accuracy(c(1, 0), rbind(c(0.2, 0.8), c(0.4, 0.6)))
#> [1] 0.5

# metric_top_k_categorical_accuracy ----

metric_top_k_categorical_accuracy(rbind(c(0, 0, 1)), rbind(c(0.5, 0.2, 0.3)), k = 2)
#> [1] 1

# metric_sparse_top_k_categorical_accuracy ----

metric_sparse_top_k_categorical_accuracy(2, rbind(c(0.5, 0.2, 0.3)), k = 2)
#> [1] 1

# metric_true_positives ----

metric_true_positives(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 1

# metric_false_positives ----

metric_false_positives(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 1

# metric_true_negatives ----

metric_true_negatives(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 0

# metric_false_negatives ----

metric_false_negatives(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 1

# metric_precision ----

metric_precision(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 0.5

# metric_recall ----

metric_recall(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 0.5

# metric_auc ----

metric_auc(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9))
#> [1] 0.75

# metric_sensitivity_at_specificity ----

metric_sensitivity_at_specificity(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), specificity = 0.5)
#> [1] 1

# metric_specificity_at_sensitivity ----

metric_specificity_at_sensitivity(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), sensitivity = 0.5)
#> [1] 1

# metric_precision_at_recall ----

metric_precision_at_recall(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), recall = 0.5)
#> [1] 1

# metric_recall_at_precision ----

metric_recall_at_precision(c(0, 0, 1, 1), c(0, 0.5, 0.3, 0.9), precision = 0.6)
#> [1] 1

# metric_fbeta_score ----

metric_fbeta_score(
  rbind(c(1, 0), c(0, 1)), rbind(c(0.8, 0.2), c(0.6, 0.4)),
  average = "macro", beta = 2
)
#> [1] 0.4166666

# metric_f1_score ----

metric_f1_score(
  rbind(c(1, 0), c(0, 1)), rbind(c(0.8, 0.2), c(0.4, 0.6)),
  average = "macro"
)
#> [1] 0.9999999

# metric_mean_squared_error ----

metric_mean_squared_error(c(1, 2), c(1, 4))
#> [1] 2

# metric_mean_absolute_error ----

metric_mean_absolute_error(c(1, 2), c(1, 4))
#> [1] 1

# metric_mean_absolute_percentage_error ----

metric_mean_absolute_percentage_error(c(1, 2), c(1, 4))
#> [1] 50

# metric_mean_squared_logarithmic_error ----

metric_mean_squared_logarithmic_error(c(1, 2), c(1, 4))
#> [1] 0.1304714

# metric_huber ----

metric_huber(c(1, 2), c(1, 4))
#> [1] 0.75

# metric_log_cosh ----

metric_log_cosh(c(1, 2), c(1, 4))
#> [1] 0.6625014

# metric_log_cosh_error ----

metric_log_cosh_error(c(1, 2), c(1, 4))
#> [1] 0.6625014

# metric_poisson ----

metric_poisson(c(1, 2), c(1, 4))
#> [1] 1.113706

# metric_kl_divergence ----

metric_kl_divergence(rbind(c(0.5, 0.5)), rbind(c(0.2, 0.8)))
#> [1] 0.2231436

# metric_binary_crossentropy ----

metric_binary_crossentropy(c(0, 1), c(0.1, 0.8))
#> [1] 0.164252

# metric_binary_focal_crossentropy ----

metric_binary_focal_crossentropy(c(0, 1), c(0.1, 0.8))
#> [1] 0.004989674

# metric_categorical_crossentropy ----

metric_categorical_crossentropy(rbind(c(0, 1)), rbind(c(0.2, 0.8)))
#> [1] 0.2231436

# metric_categorical_focal_crossentropy ----

metric_categorical_focal_crossentropy(rbind(c(0, 1)), rbind(c(0.2, 0.8)))
#> [1] 0.002231436

# metric_sparse_categorical_crossentropy ----

metric_sparse_categorical_crossentropy(1, rbind(c(0.2, 0.8)))
#> [1] 0.2231436

# metric_crossentropy ----

metric_crossentropy(1, rbind(c(0.2, 0.8)))
#> [1] 0.2231436

# metric_hinge ----

metric_hinge(c(-1, 1), c(-0.5, 2))
#> [1] 0.25

# metric_squared_hinge ----

metric_squared_hinge(c(-1, 1), c(-0.5, 2))
#> [1] 0.125

# metric_categorical_hinge ----

metric_categorical_hinge(rbind(c(0, 1)), rbind(c(0.5, 1)))
#> [1] 0.5

# metric_iou ----

metric_iou(c(0, 0, 1, 1), c(0, 1, 0, 1), num_classes = 2, target_class_ids = 0)
#> [1] 0.3333333

# metric_mean_iou ----

metric_mean_iou(c(0, 0, 1, 1), c(0, 1, 0, 1), num_classes = 2)
#> [1] 0.3333333

# metric_one_hot_iou ----

truth <- to_categorical(c(0, 1, 1, 2))
metric_one_hot_iou(truth, truth, num_classes = 3, target_class_ids = c(0, 2))
#> [1] 0.9999999

# metric_one_hot_mean_iou ----

truth <- to_categorical(c(0, 1, 1, 2))
metric_one_hot_mean_iou(truth, truth, num_classes = 3)
#> [1] 0.9999999

# metric_binary_iou ----

metric_binary_iou(c(0, 1, 1), c(0.6, 0.7, 0.2))
#> [1] 0.1666667

# metric_mean ----

m <- metric_mean()
m$update_state(c(1, 2, 6))
m$result()
#> [1] 3

# metric_sum ----

m <- metric_sum()
m$update_state(c(1, 2, 6))
m$result()
#> [1] 9

# metric_pooled_loss ----

metric_pooled_loss(loss = loss_gaussian_likelihood())
#> metric_pooled_loss(loss = loss_gaussian_likelihood())

# metric_root_mean_squared_error ----

metric_root_mean_squared_error(c(1, 2), c(3, 4))
#> [1] 2

# metric_cosine_similarity ----

metric_cosine_similarity(rbind(c(1, 0)), rbind(c(3, 4)))
#> [1] 0.6

# metric_pearson_correlation ----

metric_pearson_correlation(rbind(c(1, 2, 3)), rbind(c(2, 4, 7)))
#> [1] 0.9933993

# metric_concordance_correlation ----

metric_concordance_correlation(rbind(c(1, 2, 3)), rbind(c(2, 4, 7)))
#> [1] 0.3225806

# metric_r2_score ----

metric_r2_score(c(1, 2, 3), c(1, 2, 4))
#> [1] 0.5
