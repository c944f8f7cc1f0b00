# loss_binary_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_binary_crossentropy())

# loss_categorical_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_categorical_crossentropy())

# loss_sparse_categorical_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_sparse_categorical_crossentropy())

# loss_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_crossentropy())

# loss_categorical_generalized_cross_entropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_categorical_generalized_cross_entropy())

# loss_kl_divergence ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_kl_divergence())

# loss_binary_focal_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_binary_focal_crossentropy())

# loss_categorical_focal_crossentropy ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_categorical_focal_crossentropy())

# loss_hinge ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_hinge())

# loss_squared_hinge ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_squared_hinge())

# loss_categorical_hinge ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_categorical_hinge())

# loss_gaussian_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_gaussian_likelihood())

# loss_binomial_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_binomial_likelihood())

# loss_multinomial_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_multinomial_likelihood())

# loss_poisson_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_poisson_likelihood())

# loss_negative_binomial_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_negative_binomial_likelihood())

# loss_quantile_loss ----

loss_quantile_loss(levels = c(0.1, 0.5, 0.9))

# loss_cox_likelihood ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_cox_likelihood())

# loss_discrete_time_likelihood ----

loss_discrete_time_likelihood(cuts = c(30, 90, 365))

# loss_circle ----

x <- rbind(c(1, 0), c(0.6, 0.8), c(0, 1))
loss_circle(c(0, 0, 1), x)
loss_circle(c(0, 0, 1), x, ref_labels = c(0, 1), ref_embeddings = rbind(c(1, 0), c(0, 1)),
  remove_diagonal = FALSE)

# loss_dice ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_dice())

# loss_tversky ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_tversky())

# loss_mean_squared_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_mean_squared_error())

# loss_mean_absolute_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_mean_absolute_error())

# loss_mean_absolute_percentage_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_mean_absolute_percentage_error())

# loss_mean_squared_logarithmic_error ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_mean_squared_logarithmic_error())

# loss_cosine_similarity ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_cosine_similarity())

# loss_huber ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_huber())

# loss_log_cosh ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_log_cosh())

# loss_poisson ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(1)
model |> compile(loss = loss_poisson())

# loss_ctc ----

scores <- array(rnorm(2 * 5 * 4), dim = c(2, 5, 4))
loss_ctc(rbind(c(1, 2, 3), c(2, 2, 0)), scores)
