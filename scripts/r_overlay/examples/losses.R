# loss_binary_crossentropy ----

loss_binary_crossentropy(c(0, 1), c(0.1, 0.8))
#> [1] 0.164252

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 1, activation = "sigmoid")
model |> compile(loss = loss_binary_crossentropy())

# loss_categorical_crossentropy ----

loss_categorical_crossentropy(rbind(c(0, 1), c(1, 0)), rbind(c(0.2, 0.8), c(0.9, 0.1)))
#> [1] 0.164252

# loss_sparse_categorical_crossentropy ----

loss_sparse_categorical_crossentropy(c(1, 0), rbind(c(0.2, 0.8), c(0.9, 0.1)))
#> [1] 0.164252

# loss_crossentropy ----

loss_crossentropy(c(1, 0), rbind(c(0.2, 0.8), c(0.9, 0.1)))
#> [1] 0.164252

# loss_categorical_generalized_cross_entropy ----

loss_categorical_generalized_cross_entropy(c(1, 0), rbind(c(0.2, 0.8), c(0.9, 0.1)))
#> [1] 0.1568895

# loss_kl_divergence ----

loss_kl_divergence(rbind(c(0.5, 0.5)), rbind(c(0.2, 0.8)))
#> [1] 0.2231436

# loss_binary_focal_crossentropy ----

loss_binary_focal_crossentropy(c(0, 1), c(0.1, 0.8))
#> [1] 0.004989674

# loss_categorical_focal_crossentropy ----

loss_categorical_focal_crossentropy(rbind(c(0, 1)), rbind(c(0.2, 0.8)))
#> [1] 0.002231436

# loss_hinge ----

loss_hinge(c(-1, 1), c(-0.5, 2))
#> [1] 0.25

# loss_squared_hinge ----

loss_squared_hinge(c(-1, 1), c(-0.5, 2))
#> [1] 0.125

# loss_categorical_hinge ----

loss_categorical_hinge(rbind(c(0, 1)), rbind(c(0.5, 1)))
#> [1] 0.5

# loss_gaussian_likelihood ----

loss_gaussian_likelihood(matrix(c(1, 2)), matrix(c(1, 4)))
#> [1] 2

# loss_binomial_likelihood ----

loss_binomial_likelihood(matrix(c(0, 1)), matrix(c(-2, 1)))
#> [1] 0.2200948

# loss_multinomial_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 3, kernel_initializer = "zeros")
model |> compile(loss = loss_multinomial_likelihood())
evaluate(model, matrix(1, 2, 4), c(0, 2))
#> $loss
#> [1] 1.098612
#>

# loss_poisson_likelihood ----

loss_poisson_likelihood(matrix(c(0, 3)), matrix(c(0, 1)))
#> [1] 0.3591409

# loss_negative_binomial_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 2, kernel_initializer = "zeros")
model |> compile(loss = loss_negative_binomial_likelihood())
evaluate(model, matrix(1, 2, 4), c(1, 3))
#> $loss
#> [1] 1.183562
#>

# loss_quantile_loss ----

loss_quantile_loss(levels = c(0.1, 0.5, 0.9))
#> loss_quantile_loss(levels = c(0.1, 0.5, 0.9))

# loss_cox_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 1, kernel_initializer = "zeros")
model |> compile(loss = loss_cox_likelihood())
evaluate(model, matrix(1, 2, 4), cbind(c(1, 2), c(1, 0)))
#> $loss
#> [1] 0.3465736
#>

# loss_discrete_time_likelihood ----

loss_discrete_time_likelihood(cuts = c(30, 90, 365))
#> loss_discrete_time_likelihood(cuts = c(30, 90, 365))

# loss_circle ----

x <- rbind(c(1, 0), c(0.6, 0.8), c(0, 1))
loss_circle(c(0, 0, 1), x)
#> [1] 19.2

# loss_dice ----

loss_dice(rbind(c(1, 0)), rbind(c(0.8, 0.4)))
#> [1] 0.2727273

# loss_tversky ----

loss_tversky(rbind(c(1, 0)), rbind(c(0.8, 0.4)))
#> [1] 0.2727273

# loss_mean_squared_error ----

loss_mean_squared_error(c(1, 2), c(1, 4))
#> [1] 2

# loss_mean_absolute_error ----

loss_mean_absolute_error(c(1, 2), c(1, 4))
#> [1] 1

# loss_mean_absolute_percentage_error ----

loss_mean_absolute_percentage_error(c(1, 2), c(1, 4))
#> [1] 50

# loss_mean_squared_logarithmic_error ----

loss_mean_squared_logarithmic_error(c(1, 2), c(1, 4))
#> [1] 0.1304714

# loss_cosine_similarity ----

loss_cosine_similarity(rbind(c(1, 0)), rbind(c(3, 4)))
#> [1] -0.6

# loss_huber ----

loss_huber(c(1, 2), c(1, 4))
#> [1] 0.75

# loss_log_cosh ----

loss_log_cosh(c(1, 2), c(1, 4))
#> [1] 0.6625014

# loss_poisson ----

loss_poisson(c(1, 2), c(1, 4))
#> [1] 1.113706

# loss_ctc ----

logits <- array(0, dim = c(1, 4, 3))
loss_ctc(rbind(c(1, 2)), logits)
#> [1] 1.686399
