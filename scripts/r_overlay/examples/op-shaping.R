# op_size ----

op_size(matrix(1:6, 2))
#> [1] 6

# op_ndim ----

op_ndim(matrix(1:6, 2))
#> [1] 2

# op_reshape ----

op_reshape(1:6, c(2, 3))
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    2    3
#> [2,]    4    5    6

# op_ravel ----

op_ravel(matrix(1:6, 2))
#> <tensor int32 (6)>
#> [1] 1 3 5 2 4 6

# op_broadcast_to ----

op_broadcast_to(1:3, c(2, 3))
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    2    3
#> [2,]    1    2    3

# op_expand_dims ----

op_expand_dims(1:3, axis = 1)
#> <tensor int32 (1, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    2    3

# op_squeeze ----

op_squeeze(array(1:3, c(1, 3, 1)))
#> <tensor int32 (3)>
#> [1] 1 2 3

# op_transpose ----

op_transpose(matrix(1:6, 2))
#> <tensor int32 (3, 2)>
#>      [,1] [,2]
#> [1,]    1    2
#> [2,]    3    4
#> [3,]    5    6

# op_swapaxes ----

op_swapaxes(matrix(1:6, 2), 1, 2)
#> <tensor int32 (3, 2)>
#>      [,1] [,2]
#> [1,]    1    2
#> [2,]    3    4
#> [3,]    5    6

# op_moveaxis ----

op_moveaxis(array(1:6, c(1, 2, 3)), 1, 3)
#> <tensor int32 (2, 3, 1)>
#> , , 1
#>
#>      [,1] [,2] [,3]
#> [1,]    1    3    5
#> [2,]    2    4    6
#>

# op_flip ----

op_flip(1:3)
#> <tensor int32 (3)>
#> [1] 3 2 1

# op_rot90 ----

op_rot90(matrix(1:6, 2))
#> <tensor int32 (3, 2)>
#>      [,1] [,2]
#> [1,]    5    6
#> [2,]    3    4
#> [3,]    1    2

# op_roll ----

op_roll(1:5, 2)
#> <tensor int32 (5)>
#> [1] 4 5 1 2 3

# op_concatenate ----

op_concatenate(list(matrix(1:4, 2), matrix(5:8, 2)))
#> <tensor int32 (4, 2)>
#>      [,1] [,2]
#> [1,]    1    3
#> [2,]    2    4
#> [3,]    5    7
#> [4,]    6    8

# op_append ----

op_append(1:3, 4:5)
#> <tensor int32 (5)>
#> [1] 1 2 3 4 5

# op_stack ----

op_stack(list(1:3, 4:6))
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    2    3
#> [2,]    4    5    6

# op_hstack ----

op_hstack(list(matrix(1:4, 2), matrix(5:8, 2)))
#> <tensor int32 (2, 4)>
#>      [,1] [,2] [,3] [,4]
#> [1,]    1    3    5    7
#> [2,]    2    4    6    8

# op_vstack ----

op_vstack(list(1:3, 4:6))
#> <tensor int32 (2, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    2    3
#> [2,]    4    5    6

# op_split ----

op_split(1:6, c(2, 4))
#> [[1]]
#> <tensor int32 (1)>
#> [1] 1
#>
#> [[2]]
#> <tensor int32 (2)>
#> [1] 2 3
#>
#> [[3]]
#> <tensor int32 (3)>
#> [1] 4 5 6
#>

# op_repeat ----

op_repeat(1:3, 2)
#> <tensor int32 (6)>
#> [1] 1 1 2 2 3 3

# op_tile ----

op_tile(1:3, 2)
#> <tensor int32 (6)>
#> [1] 1 2 3 1 2 3

# op_pad ----

op_pad(1:3, list(c(1, 2)))
#> <tensor int32 (6)>
#> [1] 0 1 2 3 0 0

# op_diag ----

op_diag(1:3)
#> <tensor int32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    0    2    0
#> [3,]    0    0    3

# op_diagflat ----

op_diagflat(1:3)
#> <tensor int32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    0    2    0
#> [3,]    0    0    3

# op_diagonal ----

op_diagonal(matrix(1:9, 3))
#> <tensor int32 (3)>
#> [1] 1 5 9

# op_trace ----

op_trace(matrix(1:9, 3))
#> <tensor int32 ()>
#> [1] 15

# op_tril ----

op_tril(matrix(1:9, 3))
#> <tensor int32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    0    0
#> [2,]    2    5    0
#> [3,]    3    6    9

# op_triu ----

op_triu(matrix(1:9, 3))
#> <tensor int32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    4    7
#> [2,]    0    5    8
#> [3,]    0    0    9

# op_meshgrid ----

op_meshgrid(1:2, 1:3)
#> [[1]]
#> <tensor int32 (3, 2)>
#>      [,1] [,2]
#> [1,]    1    2
#> [2,]    1    2
#> [3,]    1    2
#>
#> [[2]]
#> <tensor int32 (3, 2)>
#>      [,1] [,2]
#> [1,]    1    1
#> [2,]    2    2
#> [3,]    3    3
#>

# op_view ----

op_view(c(1, -2), "int32")
#> <tensor int32 (2)>
#> [1]  1065353216 -1073741824

# op_fliplr ----

op_fliplr(matrix(1:4, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    3    1
#> [2,]    4    2

# op_flipud ----

op_flipud(matrix(1:4, 2))
#> <tensor int32 (2, 2)>
#>      [,1] [,2]
#> [1,]    2    4
#> [2,]    1    3

# op_dstack ----

op_dstack(list(c(1, 2), c(3, 4)))
#> <tensor float32 (1, 2, 2)>
#> , , 1
#>
#>      [,1] [,2]
#> [1,]    1    2
#>
#> , , 2
#>
#>      [,1] [,2]
#> [1,]    3    4
#>

# op_array_split ----

op_array_split(c(1, 2, 3), 2)
#> [[1]]
#> <tensor float32 (2)>
#> [1] 1 2
#>
#> [[2]]
#> <tensor float32 (1)>
#> [1] 3
#>

# op_hsplit ----

op_hsplit(matrix(1:2, 1), 2)
#> [[1]]
#> <tensor int32 (1, 1)>
#>      [,1]
#> [1,]    1
#>
#> [[2]]
#> <tensor int32 (1, 1)>
#>      [,1]
#> [1,]    2
#>

# op_vsplit ----

op_vsplit(matrix(1:2, 2), 2)
#> [[1]]
#> <tensor int32 (1, 1)>
#>      [,1]
#> [1,]    1
#>
#> [[2]]
#> <tensor int32 (1, 1)>
#>      [,1]
#> [1,]    2
#>

# op_dsplit ----

op_dsplit(array(1:2, c(1, 1, 2)), 2)
#> [[1]]
#> <tensor int32 (1, 1, 1)>
#> , , 1
#>
#>      [,1]
#> [1,]    1
#>
#>
#> [[2]]
#> <tensor int32 (1, 1, 1)>
#> , , 1
#>
#>      [,1]
#> [1,]    2
#>
#>
