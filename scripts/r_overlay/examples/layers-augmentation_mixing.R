# layer_mix_up ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_mix_up(alpha = 0.3)

# layer_cut_mix ----

keras_model_sequential(input_shape = c(28, 28, 3)) |> layer_cut_mix()

# layer_rand_augment ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_rand_augment(num_ops = 2)

# layer_aug_mix ----

keras_model_sequential(input_shape = c(28, 28, 3)) |>
  layer_aug_mix(num_chains = 2)
