# optimizer_adam ----

model <- keras_model_sequential(input_shape = 4) |>
  layer_dense(units = 1)
model |> compile(optimizer = optimizer_adam(learning_rate = 0.01), loss = "mse")
model$optimizer
#> optimizer_adam(learning_rate = 0.01)

# optimizer_adam_w ----

optimizer_adam_w(weight_decay = 0.01)
#> optimizer_adam_w(weight_decay = 0.01)

# optimizer_adamax ----

optimizer_adamax(learning_rate = 0.01)
#> optimizer_adamax(learning_rate = 0.01)

# optimizer_nadam ----

optimizer_nadam(learning_rate = 0.01)
#> optimizer_nadam(learning_rate = 0.01)

# optimizer_lamb ----

optimizer_lamb(learning_rate = 0.01)
#> optimizer_lamb(learning_rate = 0.01)

# optimizer_sgd ----

optimizer_sgd(learning_rate = 0.1, momentum = 0.9)
#> optimizer_sgd(learning_rate = 0.1, momentum = 0.9)

# optimizer_lion ----

optimizer_lion(learning_rate = 1e-4)
#> optimizer_lion(learning_rate = 0.0001)

# optimizer_muon ----

optimizer_muon(learning_rate = 0.02)
#> optimizer_muon(learning_rate = 0.02)

# optimizer_schedule_free_adam_w ----

optimizer_schedule_free_adam_w(warmup_steps = 100)
#> optimizer_schedule_free_adam_w(warmup_steps = 100)

# optimizer_loss_scale ----

optimizer_loss_scale(optimizer_adam(), initial_scale = 1024)
#> optimizer_loss_scale(inner_optimizer = optimizer_adam(), initial_scale = 1024)

# optimizer_rmsprop ----

optimizer_rmsprop(learning_rate = 0.01)
#> optimizer_rmsprop(learning_rate = 0.01)

# optimizer_adagrad ----

optimizer_adagrad(learning_rate = 0.01)
#> optimizer_adagrad(learning_rate = 0.01)

# optimizer_adadelta ----

optimizer_adadelta(learning_rate = 1)
#> optimizer_adadelta(learning_rate = 1)

# optimizer_ftrl ----

optimizer_ftrl(learning_rate = 0.01)
#> optimizer_ftrl(learning_rate = 0.01)

# optimizer_adafactor ----

optimizer_adafactor(learning_rate = 0.01)
#> optimizer_adafactor(learning_rate = 0.01)
