# op_moments ----

op_moments(matrix(c(1, 2, 3, 4), 2), axes = 1)
#> [[1]]
#> <tensor float32 (2)>
#> [1] 1.5 3.5
#>
#> [[2]]
#> <tensor float32 (2)>
#> [1] 0.25 0.25
#>

# op_batch_normalization ----

op_batch_normalization(matrix(c(1, 2, 3, 4), 2), c(1, 3), c(1, 1), axis = -1)
#> <tensor float32 (2, 2)>
#>           [,1]      [,2]
#> [1,] 0.0000000 0.0000000
#> [2,] 0.9995004 0.9995003

# op_layer_normalization ----

op_layer_normalization(matrix(c(1, 2, 3, 5), 2))
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]   -1    1
#> [2,]   -1    1

# op_rms_normalization ----

op_rms_normalization(matrix(c(1, 2, 3, 5), 2))
#> <tensor float32 (2, 2)>
#>           [,1]     [,2]
#> [1,] 0.4472136 1.341641
#> [2,] 0.5252257 1.313064

# op_normalize ----

op_normalize(matrix(c(3, 1, 4, 1), 2))
#> <tensor float32 (2, 2)>
#>           [,1]      [,2]
#> [1,] 0.6000000 0.8000000
#> [2,] 0.7071068 0.7071068

# op_psnr ----

op_psnr(c(0.1, 0.5), c(0.2, 0.4), max_val = 1)
#> <tensor float32 ()>
#> [1] 20

# op_binary_crossentropy ----

op_binary_crossentropy(c(0, 1), c(0.1, 0.8))
#> <tensor float32 (2)>
#> [1] 0.1053605 0.2231435

# op_categorical_crossentropy ----

op_categorical_crossentropy(diag(2), matrix(c(0.9, 0.2, 0.1, 0.8), 2))
#> <tensor float32 (2)>
#> [1] 0.1053605 0.2231435

# op_sparse_categorical_crossentropy ----

op_sparse_categorical_crossentropy(c(0, 1), matrix(c(0.9, 0.2, 0.1, 0.8), 2))
#> <tensor float32 (2)>
#> [1] 0.1053606 0.2231435

# op_ctc_loss ----

logits <- array(0, c(1, 3, 2))
op_ctc_loss(matrix(1), logits, 1, 3)
#> <tensor float32 (1)>
#> [1] 0.2876821

# op_ctc_decode ----

logits <- array(c(0, 3, 0, 2, 0, 1, 1, 1, 4), c(1, 3, 3))
op_ctc_decode(logits, 3)
#> [[1]]
#> <tensor int32 (1, 1, 3)>
#> , , 1
#>
#>      [,1]
#> [1,]    1
#>
#> , , 2
#>
#>      [,1]
#> [1,]    2
#>
#> , , 3
#>
#>      [,1]
#> [1,]   -1
#>
#>
#> [[2]]
#> <tensor float32 (1, 1)>
#>      [,1]
#> [1,]   -9
#>

# op_one_hot ----

op_one_hot(c(1, 3), num_classes = 3)
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    0    0    1

# op_multi_hot ----

op_multi_hot(rbind(c(0, 2), c(1, 1)), num_classes = 3)
#> <tensor float32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    1
#> [2,]    0    1    0

# op_top_k ----

op_top_k(c(3, 9, 1), k = 2)
#> $values
#> <tensor float32 (2)>
#> [1] 9 3
#>
#> $indices
#> <tensor int32 (2)>
#> [1] 2 1
#>

# op_in_top_k ----

op_in_top_k(c(0, 1), rbind(c(0.5, 0.2, 0.3), c(0.5, 0.2, 0.3)), k = 2)
#> <tensor bool (2)>
#> [1]  TRUE FALSE

# op_dot_product_attention ----

x <- array(1, c(1, 3, 2, 2))
dim(op_dot_product_attention(x, x, x, is_causal = TRUE))
#> [1] 1 3 2 2
