# random_normal ----

random_normal(c(2, 3), seed = 1)
#> <tensor float32 (2, 3)>
#>            [,1]      [,2]      [,3]
#> [1,]  0.3455842 0.8216181 0.3304371
#> [2,] -1.3031572 0.9053559 0.4463746

# random_truncated_normal ----

random_truncated_normal(c(2, 3), seed = 1)
#> <tensor float32 (2, 3)>
#>            [,1]      [,2]      [,3]
#> [1,]  0.3455842 0.8216181 0.3304371
#> [2,] -1.3031572 0.9053559 0.4463746

# random_uniform ----

random_uniform(c(2, 3), seed = 1)
#> <tensor float32 (2, 3)>
#>           [,1]      [,2]      [,3]
#> [1,] 0.4731886 0.5118216 0.7551675
#> [2,] 0.9504637 0.0348525 0.1441596

# random_integer ----

random_integer(5, minval = 0, maxval = 10, seed = 1)
#> <tensor int32 (5)>
#> [1] 4 5 7 9 0

# random_gamma ----

random_gamma(3, alpha = 2, seed = 1)
#> <tensor float32 (3)>
#> [1] 2.153807 2.130690 3.129989

# random_beta ----

random_beta(3, alpha = 2, beta = 3, seed = 1)
#> <tensor float32 (3)>
#> [1] 0.3990535 0.6244479 0.4458448

# random_binomial ----

random_binomial(3, counts = 10, probabilities = 0.5, seed = 1)
#> <tensor float32 (3)>
#> [1] 5 8 3

# random_categorical ----

random_categorical(log(rbind(c(0.1, 0.9))), num_samples = 5, seed = 1)
#> <tensor int32 (1, 5)>
#>      [,1] [,2] [,3] [,4] [,5]
#> [1,]    2    1    2    2    2

# random_dropout ----

random_dropout(c(1, 2, 3, 4), rate = 0.5, seed = 1)
#> <tensor float32 (4)>
#> [1] 0 4 6 8

# random_shuffle ----

random_shuffle(1:5, seed = 1)
#> <tensor int32 (5)>
#> [1] 5 1 2 3 4

# random_seed_generator ----

seeds <- random_seed_generator(1)
random_normal(2, seed = seeds)
#> <tensor float32 (2)>
#> [1] -0.06215199 -0.46858600
