# random_normal ----

random_normal(c(2, 3), seed = 1)
#> tensor([[ 0.3456,  0.8216,  0.3304],
#>         [-1.3032,  0.9054,  0.4464]])

# random_truncated_normal ----

random_truncated_normal(c(2, 3), seed = 1)
#> tensor([[ 0.3456,  0.8216,  0.3304],
#>         [-1.3032,  0.9054,  0.4464]])

# random_uniform ----

random_uniform(c(2, 3), seed = 1)
#> tensor([[0.4732, 0.5118, 0.7552],
#>         [0.9505, 0.0349, 0.1442]])

# random_integer ----

random_integer(5, minval = 0, maxval = 10, seed = 1)
#> tensor(c(4, 5, 7, 9, 0), dtype=torch.int32)

# random_gamma ----

random_gamma(3, alpha = 2, seed = 1)
#> tensor(c(2.1538, 2.1307, 3.1300))

# random_beta ----

random_beta(3, alpha = 2, beta = 3, seed = 1)
#> tensor(c(0.3991, 0.6244, 0.4458))

# random_binomial ----

random_binomial(3, counts = 10, probabilities = 0.5, seed = 1)
#> tensor(c(5., 8., 3.))

# random_categorical ----

random_categorical(log(rbind(c(0.1, 0.9))), num_samples = 5, seed = 1)
#> tensor(list(c(2, 1, 2, 2, 2)), dtype=torch.int32)

# random_dropout ----

random_dropout(c(1, 2, 3, 4), rate = 0.5, seed = 1)
#> tensor(c(0., 4., 6., 8.))

# random_shuffle ----

random_shuffle(1:5, seed = 1)
#> tensor(c(5, 1, 2, 3, 4), dtype=torch.int32)

# random_seed_generator ----

seeds <- random_seed_generator(1)
random_normal(2, seed = seeds)
#> tensor(c(-0.0622, -0.4686))
