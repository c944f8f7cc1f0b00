# layer_mix_up ----

layer_input(c(32, 32, 3)) |> layer_mix_up(alpha = 0.2)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_cut_mix ----

layer_input(c(32, 32, 3)) |> layer_cut_mix()
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_rand_augment ----

layer_input(c(32, 32, 3)) |> layer_rand_augment(num_ops = 2, factor = 0.5)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>

# layer_aug_mix ----

layer_input(c(32, 32, 3)) |> layer_aug_mix(factor = 0.3)
#> <SymbolicTensor shape=(NA, 32, 32, 3) dtype=float32>
