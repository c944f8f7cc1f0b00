"""What `rdeep.arrays.composed.signal` computes Fourier transforms by."""

import torch

fft = torch.fft.fft
fft2 = torch.fft.fft2
ifft2 = torch.fft.ifft2
rfft = torch.fft.rfft
irfft = torch.fft.irfft
