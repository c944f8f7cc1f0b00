# layer_stft_spectrogram ----

keras_model_sequential(input_shape = c(1000, 1)) |>
  layer_stft_spectrogram(frame_length = 64)

# layer_mel_spectrogram ----

keras_model_sequential(input_shape = 4000) |>
  layer_mel_spectrogram(fft_length = 256, sequence_stride = 128, num_mel_bins = 20)
