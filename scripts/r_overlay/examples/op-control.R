# op_cast ----

op_cast(1:3, "float32")
#> <tensor float32 (3)>
#> [1] 1 2 3

# op_saturate_cast ----

op_saturate_cast(c(-5, 300), "uint8")
#> <tensor uint8 (2)>
#> [1]   0 255

# op_convert_to_tensor ----

op_convert_to_tensor(matrix(1:4, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    1    3
#> [2,]    2    4

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
#> shape(2, 3)

# op_dtype ----

op_dtype(c(1.5, 2))
#> [1] "float32"

# op_stop_gradient ----

op_stop_gradient(c(1, 2))
#> <tensor float32 (2)>
#> [1] 1 2

# op_gradients ----

x <- layer_input(shape = 3)
slopes <- op_gradients(op_sum(x^2), x)
model <- keras_model(x, slopes)
model |> predict(matrix(1:3, 1))
#>      [,1] [,2] [,3]
#> [1,]    2    4    6

# op_unstack ----

op_unstack(matrix(1:4, 2))
#> [[1]]
#> <tensor int32 (2)>
#> [1] 1 3
#>
#> [[2]]
#> <tensor int32 (2)>
#> [1] 2 4
#>

# op_scatter ----

op_scatter(rbind(1, 3), c(5, 7), shape = 4)
#> <tensor float32 (4)>
#> [1] 5 0 7 0

# op_scatter_update ----

op_scatter_update(c(1, 2, 3), rbind(1, 3), c(5, 7))
#> <tensor float32 (3)>
#> [1] 5 2 7

# op_slice ----

op_slice(matrix(1:9, 3), c(2, 1), shape = c(2, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    2    5
#> [2,]    3    6

# op_slice_update ----

op_slice_update(matrix(0, 3, 3), c(2, 1), matrix(1, 2, 2))
#> <tensor float32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    0    0    0
#> [2,]    1    1    0
#> [3,]    1    1    0

# op_segment_sum ----

op_segment_sum(c(1, 2, 10, 20), c(1, 1, 2, 2))
#> <tensor float32 (2)>
#> [1]  3 30

# op_segment_max ----

op_segment_max(c(1, 2, 10, 20), c(1, 1, 2, 2))
#> <tensor float32 (2)>
#> [1]  2 20

# op_rearrange ----

op_rearrange(matrix(1:12, 2), "a (b c) -> b a c", c = 3)
#> <tensor int32 (2, 2, 3)>
#> , , 1
#>
#>      [,1] [,2]
#> [1,]    1    2
#> [2,]    7    8
#>
#> , , 2
#>
#>      [,1] [,2]
#> [1,]    3    4
#> [2,]    9   10
#>
#> , , 3
#>
#>      [,1] [,2]
#> [1,]    5    6
#> [2,]   11   12
#>

# op_segment_min ----

op_segment_min(c(1, 2, 10, 20), c(1, 1, 2, 2))
#> <tensor float32 (2)>
#> [1]  1 10

# op_segment_prod ----

op_segment_prod(c(1, 2, 10, 20), c(1, 1, 2, 2))
#> <tensor float32 (2)>
#> [1]   2 200
