# random_normal ----

random_normal(c(2, 3), seed = 1)

# random_truncated_normal ----

random_truncated_normal(c(2, 3), seed = 1)

# random_uniform ----

random_uniform(c(2, 3), seed = 1)

# random_integer ----

random_integer(5, minval = 0, maxval = 10, seed = 1)

# random_gamma ----

random_gamma(3, alpha = 2, seed = 1)

# random_beta ----

random_beta(3, alpha = 2, beta = 3, seed = 1)

# random_binomial ----

random_binomial(3, counts = 10, probabilities = 0.5, seed = 1)

# random_categorical ----

random_categorical(log(rbind(c(0.1, 0.9))), num_samples = 5, seed = 1)

# random_dropout ----

random_dropout(c(1, 2, 3, 4), rate = 0.5, seed = 1)

# random_shuffle ----

random_shuffle(1:5, seed = 1)

# random_seed_generator ----

seeds <- random_seed_generator(1)
random_normal(2, seed = seeds)
