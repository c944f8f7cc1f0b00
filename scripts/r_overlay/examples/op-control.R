# op_cast ----

op_cast(1:3, "float32")
#> tensor(c(1., 2., 3.))

# op_saturate_cast ----

op_saturate_cast(c(-5, 300), "uint8")
#> tensor(c(  0, 255), dtype=torch.uint8)

# op_convert_to_tensor ----

op_convert_to_tensor(matrix(1:4, 2))
#> tensor([[1, 3],
#>         [2, 4]], dtype=torch.int32)

# op_convert_to_numpy ----

op_convert_to_numpy(op_convert_to_tensor(1:3))
#> [1] 1 2 3

# op_convert_to_array ----

op_convert_to_array(op_convert_to_tensor(1:3))
#> [1] 1 2 3

# op_is_tensor ----

op_is_tensor(op_convert_to_tensor(1:3))
#> [1] TRUE

# op_shape ----

op_shape(matrix(1:6, 2))
#> [[1]]
#> [1] 2
#>
#> [[2]]
#> [1] 3
#>

# op_dtype ----

op_dtype(c(1.5, 2))
#> [1] "float32"

# op_stop_gradient ----

op_stop_gradient(c(1, 2))
#> tensor(c(1., 2.))

# op_unstack ----

op_unstack(matrix(1:4, 2))
#> [[1]]
#> tensor(c(1, 3), dtype=torch.int32)
#>
#> [[2]]
#> tensor(c(2, 4), dtype=torch.int32)
#>

# op_scatter ----

op_scatter(rbind(1, 3), c(5, 7), shape = 4)
#> tensor(c(5., 0., 7., 0.))

# op_scatter_update ----

op_scatter_update(c(1, 2, 3), rbind(1, 3), c(5, 7))
#> tensor(c(5., 2., 7.))

# op_slice ----

op_slice(matrix(1:9, 3), c(2, 1), shape = c(2, 2))
#> tensor([[2, 5],
#>         [3, 6]], dtype=torch.int32)

# op_slice_update ----

op_slice_update(matrix(0, 3, 3), c(2, 1), matrix(1, 2, 2))
#> tensor([[0., 0., 0.],
#>         [1., 1., 0.],
#>         [1., 1., 0.]])

# op_segment_sum ----

op_segment_sum(c(1, 2, 10, 20), c(1, 1, 2, 2))
#> tensor(c( 3., 30.))

# op_segment_max ----

op_segment_max(c(1, 2, 10, 20), c(1, 1, 2, 2))
#> tensor(c( 2., 20.))

# op_rearrange ----

op_rearrange(matrix(1:12, 2), "a (b c) -> b a c", c = 3)
#> tensor([[[ 1,  3,  5],
#>          [ 2,  4,  6]],
#>
#>         [[ 7,  9, 11],
#>          [ 8, 10, 12]]], dtype=torch.int32)
