# op_angle ----

op_angle(c(1+2i, 1i))
#> tensor(c(1.1071, 1.5708), dtype=torch.float64)

# op_conj ----

op_conj(c(1+2i, 3-1i))
#> tensor([1.-2.j, 3.+1.j], dtype=torch.complex128)

# op_imag ----

op_imag(c(1+2i, 3-1i))
#> tensor(c( 2., -1.), dtype=torch.float64)

# op_real ----

op_real(c(1+2i, 3-1i))
#> tensor(c(1., 3.), dtype=torch.float64)

# op_polar ----

op_polar(c(1, 2), c(0, pi / 2))
#> tensor([ 1.0000e+00+0.j, -8.7423e-08+2.j])

# op_view_as_complex ----

op_view_as_complex(rbind(c(1, 2), c(3, -1)))
#> tensor([1.+2.j, 3.-1.j])

# op_view_as_real ----

op_view_as_real(c(1+2i, 3-1i))
#> tensor([[ 1.,  2.],
#>         [ 3., -1.]], dtype=torch.float64)

# op_fft ----

op_fft(list(c(1, 2, 3, 4), c(0, 0, 0, 0)))
#> [[1]]
#> tensor(c(10., -2., -2., -2.))
#>
#> [[2]]
#> tensor(c( 0.,  2.,  0., -2.))
#>

# op_fft2 ----

op_fft2(list(diag(2), matrix(0, 2, 2)))
#> [[1]]
#> tensor([[2., 0.],
#>         [0., 2.]])
#>
#> [[2]]
#> tensor([[0., 0.],
#>         [0., 0.]])
#>

# op_ifft2 ----

op_ifft2(list(diag(2), matrix(0, 2, 2)))
#> [[1]]
#> tensor([[0.5000, 0.0000],
#>         [0.0000, 0.5000]])
#>
#> [[2]]
#> tensor([[0., 0.],
#>         [0., 0.]])
#>

# op_rfft ----

op_rfft(c(1, 2, 3, 4))
#> [[1]]
#> tensor(c(10., -2., -2.))
#>
#> [[2]]
#> tensor(c(0., 2., 0.))
#>

# op_irfft ----

op_irfft(list(c(10, -2, -2), c(0, 2, 0)))
#> tensor(c(1., 2., 3., 4.))

# op_extract_sequences ----

op_extract_sequences(c(1, 2, 3, 4, 5), sequence_length = 3, sequence_stride = 1)
#> tensor([[1., 2., 3.],
#>         [2., 3., 4.],
#>         [3., 4., 5.]])

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
#> tensor([ 0.8415,  0.9093,  0.1411, -0.7568, -0.9589, -0.2794,  0.6570,  0.9894,
#>          0.4121, -0.5440, -1.0000, -0.5366,  0.4202,  0.9906,  0.6503, -0.2879,
#>         -0.9614, -0.7510,  0.1499,  0.9129,  0.8367, -0.0089, -0.8462, -0.9056,
#>         -0.1324,  0.7626,  0.9564,  0.2709, -0.6636, -0.9880, -0.4040,  0.5514])
