# op_angle ----

op_angle(c(1+2i, 1i))

# op_conj ----

op_conj(c(1+2i, 3-1i))

# op_imag ----

op_imag(c(1+2i, 3-1i))

# op_real ----

op_real(c(1+2i, 3-1i))

# op_polar ----

op_polar(c(1, 2), c(0, pi / 2))

# op_view_as_complex ----

op_view_as_complex(rbind(c(1, 2), c(3, -1)))

# op_view_as_real ----

op_view_as_real(c(1+2i, 3-1i))

# op_fft ----

op_fft(list(c(1, 2, 3, 4), c(0, 0, 0, 0)))

# op_fft2 ----

op_fft2(list(diag(2), matrix(0, 2, 2)))

# op_ifft2 ----

op_ifft2(list(diag(2), matrix(0, 2, 2)))

# op_rfft ----

op_rfft(c(1, 2, 3, 4))

# op_irfft ----

op_irfft(list(c(10, -2, -2), c(0, 2, 0)))

# op_extract_sequences ----

op_extract_sequences(c(1, 2, 3, 4, 5), sequence_length = 3, sequence_stride = 1)

# op_stft ----

op_stft(sin(1:32), sequence_length = 8, sequence_stride = 4, fft_length = 8)

# op_istft ----

parts <- op_stft(sin(1:32), sequence_length = 8, sequence_stride = 4, fft_length = 8)
op_istft(parts, sequence_length = 8, sequence_stride = 4, fft_length = 8)
