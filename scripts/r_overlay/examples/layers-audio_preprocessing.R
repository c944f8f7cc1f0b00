# layer_stft_spectrogram ----

signal <- layer_input(c(256, 1))
layer_stft_spectrogram(signal, frame_length = 64, frame_step = 32, fft_length = 128)
#> <SymbolicTensor shape=(NA, 7, 65) dtype=float32>

# layer_mel_spectrogram ----

layer <- layer_mel_spectrogram(
  num_mel_bins = 64, sampling_rate = 8000,
  sequence_stride = 256, fft_length = 1024
)
layer(layer_input(16000))
#> <SymbolicTensor shape=(NA, 64, 63) dtype=float32>
