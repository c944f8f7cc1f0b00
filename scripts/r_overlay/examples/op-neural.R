# op_moments ----

op_moments(matrix(c(1, 2, 3, 4), 2), axes = 1)

# op_batch_normalization ----

op_batch_normalization(matrix(c(1, 2, 3, 4), 2), c(1, 3), c(1, 1), axis = -1)

# op_layer_normalization ----

op_layer_normalization(matrix(c(1, 2, 3, 5), 2))

# op_rms_normalization ----

op_rms_normalization(matrix(c(1, 2, 3, 5), 2))

# op_normalize ----

op_normalize(matrix(c(3, 1, 4, 1), 2))

# op_psnr ----

op_psnr(c(0.1, 0.5), c(0.2, 0.4), max_val = 1)

# op_binary_crossentropy ----

op_binary_crossentropy(c(0, 1), c(0.1, 0.8))

# op_categorical_crossentropy ----

op_categorical_crossentropy(diag(2), matrix(c(0.9, 0.2, 0.1, 0.8), 2))

# op_sparse_categorical_crossentropy ----

op_sparse_categorical_crossentropy(c(0, 1), matrix(c(0.9, 0.2, 0.1, 0.8), 2))

# op_ctc_loss ----

op_ctc_loss(matrix(1), array(rnorm(6), c(1, 3, 2)), 1, 3)

# op_ctc_decode ----

op_ctc_decode(array(rnorm(12), c(1, 4, 3)), 4)

# op_one_hot ----

op_one_hot(c(1, 3), num_classes = 3)

# op_multi_hot ----

op_multi_hot(rbind(c(0, 2), c(1, 1)), num_classes = 3)

# op_top_k ----

op_top_k(c(3, 9, 1), k = 2)

# op_in_top_k ----

op_in_top_k(c(0, 1), rbind(c(0.5, 0.2, 0.3), c(0.5, 0.2, 0.3)), k = 2)

# op_dot_product_attention ----

x <- array(rnorm(12), c(1, 3, 2, 2))
op_dot_product_attention(x, x, x, is_causal = TRUE)
