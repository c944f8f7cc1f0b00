# op_angle ----

op_angle(c(1+2i, 1i))
#> <tensor float64 (2)>
#> [1] 1.107149 1.570796

# op_conj ----

op_conj(c(1+2i, 3-1i))
#> <tensor complex128 (2)>
#> [1] 1-2i 3+1i

# op_imag ----

op_imag(c(1+2i, 3-1i))
#> <tensor float64 (2)>
#> [1]  2 -1

# op_real ----

op_real(c(1+2i, 3-1i))
#> <tensor float64 (2)>
#> [1] 1 3

# op_polar ----

op_polar(c(1, 2), c(0, pi / 2))
#> <tensor complex64 (2)>
#> [1] 1+0i 0+2i

# op_view_as_complex ----

op_view_as_complex(rbind(c(1, 2), c(3, -1)))
#> <tensor complex64 (2)>
#> [1] 1+2i 3-1i

# op_view_as_real ----

op_view_as_real(c(1+2i, 3-1i))
#> <tensor float64 (2, 2)>
#>      [,1] [,2]
#> [1,]    1    2
#> [2,]    3   -1

# op_fft ----

op_fft(list(c(1, 2, 3, 4), c(0, 0, 0, 0)))
#> [[1]]
#> <tensor float32 (4)>
#> [1] 10 -2 -2 -2
#>
#> [[2]]
#> <tensor float32 (4)>
#> [1]  0  2  0 -2
#>

# op_fft2 ----

op_fft2(list(diag(2), matrix(0, 2, 2)))
#> [[1]]
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    2    0
#> [2,]    0    2
#>
#> [[2]]
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    0    0
#> [2,]    0    0
#>

# op_ifft2 ----

op_ifft2(list(diag(2), matrix(0, 2, 2)))
#> [[1]]
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]  0.5  0.0
#> [2,]  0.0  0.5
#>
#> [[2]]
#> <tensor float32 (2, 2)>
#>      [,1] [,2]
#> [1,]    0    0
#> [2,]    0    0
#>

# op_rfft ----

op_rfft(c(1, 2, 3, 4))
#> [[1]]
#> <tensor float32 (3)>
#> [1] 10 -2 -2
#>
#> [[2]]
#> <tensor float32 (3)>
#> [1] 0 2 0
#>

# op_irfft ----

op_irfft(list(c(10, -2, -2), c(0, 2, 0)))
#> <tensor float32 (4)>
#> [1] 1 2 3 4

# op_extract_sequences ----

op_extract_sequences(c(1, 2, 3, 4, 5), sequence_length = 3, sequence_stride = 1)
#> <tensor float32 (3, 3)>
#>      [,1] [,2] [,3]
#> [1,]    1    2    3
#> [2,]    2    3    4
#> [3,]    3    4    5

# op_stft ----

parts <- op_stft(sin(1:32), sequence_length = 8, sequence_stride = 4, fft_length = 8)
lapply(parts, dim)
#> [[1]]
#> [1] 9 5
#>
#> [[2]]
#> [1] 9 5
#>

# op_istft ----

parts <- op_stft(sin(1:32), sequence_length = 8, sequence_stride = 4, fft_length = 8)
op_istft(parts, sequence_length = 8, sequence_stride = 4, fft_length = 8)
#> <tensor float32 (32)>
#>  [1]  0.841470957  0.909297407  0.141120017 -0.756802440 -0.958924294
#>  [6] -0.279415458  0.656986594  0.989358187  0.412118495 -0.544021189
#> [11] -0.999990225 -0.536572874  0.420167029  0.990607440  0.650287867
#> [16] -0.287903279 -0.961397529 -0.750987172  0.149877191  0.912945271
#> [21]  0.836655617 -0.008851316 -0.846220374 -0.905578375 -0.132351756
#> [26]  0.762558460  0.956375957  0.270905852 -0.663633823 -0.988031685
#> [31] -0.404037654  0.551426768
