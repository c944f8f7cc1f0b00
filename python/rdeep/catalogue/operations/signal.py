"""Operations on signals and complex numbers."""

from __future__ import annotations

from rdeep.catalogue.operations.base import Operation, X
from rdeep.catalogue.options import Count, Flag, Operand, Operands, Window, option

_PAIR = option(Operands(), doc="The real and the imaginary part, in a list.")
_COMPLEX = option(Operand(), doc="Complex numbers.")
_PARTS = "A list of the real and the imaginary part."
_LENGTH = option(Count(), None, "The length of the transform; the size of the axis by default.")
_WINDOW = {
    "sequence_length": option(Count(), doc="The length of a window."),
    "sequence_stride": option(Count(), doc="The stride between windows."),
}
_SHORT_TIME = {
    "fft_length": option(Count(), doc="The length of the transform; not shorter than a window.")
}
_SHAPE = {
    "window": option(
        Window(), "hann", "The window function that multiplies each window; `None` for none."
    ),
    "center": option(
        Flag(), True, "Whether windows are centred at their times, by padding the signal."
    ),
}

real = Operation(
    "real",
    "Real part of complex numbers.",
    {"x": X},
    example="[1 + 2j, 3 - 1j] -> tensor([1., 3.], dtype=torch.float64)",
)
imag = Operation(
    "imag",
    "Imaginary part of complex numbers.",
    {"x": X},
    example="[1 + 2j, 3 - 1j] -> tensor([ 2., -1.], dtype=torch.float64)",
)
conj = Operation(
    "conj",
    "Complex conjugate.",
    {"x": X},
    example="[1 + 2j, 3 - 1j] -> tensor([1.-2.j, 3.+1.j], dtype=torch.complex128)",
)
angle = Operation(
    "angle",
    "Angle (argument) of complex numbers, in radians.",
    {"x": X},
    example="[1 + 1j, 1j] -> tensor([0.7854, 1.5708], dtype=torch.float64)",
)
polar = Operation(
    "polar",
    "Complex numbers from absolute values and angles.",
    {
        "abs_": option(Operand(), doc="The absolute values."),
        "angle": option(Operand(), doc="The angles."),
    },
    example="ops.real(ops.polar([1, 2], [0, 3.1415927])) -> tensor([ 1., -2.])",
)
view_as_complex = Operation(
    "view_as_complex",
    "Complex numbers from real and imaginary parts.",
    {"x": option(Operand(), doc="A real tensor whose last axis has size 2.")},
    example="[[1, 2], [3, -1]] -> tensor([1.+2.j, 3.-1.j])",
)
view_as_real = Operation(
    "view_as_real",
    "Real and imaginary parts of complex numbers, as a real tensor.",
    {"x": _COMPLEX},
    example="[1 + 2j] -> tensor([[1., 2.]], dtype=torch.float64)",
)
fft = Operation(
    "fft",
    "Fast Fourier transform (FFT) along the last axis.",
    {"x": _PAIR},
    returns=_PARTS,
    example=(
        "([1, 2, 3, 4], [0, 0, 0, 0])"
        " -> (tensor([10., -2., -2., -2.]), tensor([ 0.,  2.,  0., -2.]))"
    ),
)
fft2 = Operation(
    "fft2",
    "Two-dimensional fast Fourier transform (FFT).",
    {"x": _PAIR},
    returns=_PARTS,
    example=(
        "real, imag = ops.fft2(([[1, 0], [0, 1]], [[0, 0], [0, 0]]))\n"
        "real -> tensor([[2., 0.],\n"
        "        [0., 2.]])"
    ),
)
ifft2 = Operation(
    "ifft2",
    "Two-dimensional inverse fast Fourier transform.",
    {"x": _PAIR},
    returns=_PARTS,
    example=(
        "real, imag = ops.ifft2(([[2, 0], [0, 2]], [[0, 0], [0, 0]]))\n"
        "real -> tensor([[1., 0.],\n"
        "        [0., 1.]])"
    ),
)
rfft = Operation(
    "rfft",
    "Fast Fourier transform of real numbers along the last axis.",
    {"x": X, "fft_length": _LENGTH},
    details="Only the non-negative frequencies are returned: the others are their conjugates.",
    returns=_PARTS,
    example="[1, 2, 3, 4] -> (tensor([10., -2., -2.]), tensor([0., 2., 0.]))",
)
irfft = Operation(
    "irfft",
    "Inverse fast Fourier transform to real numbers.",
    {
        "x": _PAIR,
        "fft_length": option(Count(), None, "The length of the result; an even one by default."),
    },
    example="([10, -2, -2], [0, 2, 0]) -> tensor([1., 2., 3., 4.])",
)
extract_sequences = Operation(
    "extract_sequences",
    "Sliding windows over sequences.",
    {"x": X, **_WINDOW},
    example=(
        "[1.0, 2, 3, 4], sequence_length=3, sequence_stride=1 -> tensor([[1., 2., 3.],\n"
        "        [2., 3., 4.]])"
    ),
)
stft = Operation(
    "stft",
    "Short-time Fourier transform (STFT).",
    {"x": X, **_WINDOW, **_SHORT_TIME, **_SHAPE},
    returns="A list of the real and the imaginary part, of shape `(..., windows, frequencies)`.",
    example="real, imag = ops.stft(ops.ones((32,)), 8, 4, 8)\nreal.shape -> torch.Size([9, 5])",
)
istft = Operation(
    "istft",
    "Inverse short-time Fourier transform.",
    {
        "x": _PAIR,
        **_WINDOW,
        **_SHORT_TIME,
        "length": option(
            Count(), None, "The length of the sequences; by default all that the windows cover."
        ),
        **_SHAPE,
    },
    example=(
        "parts = ops.stft(ops.ones((32,)), 8, 4, 8)\n"
        "ops.round(ops.istft(parts, 8, 4, 8)[:4], 3) -> tensor([1., 1., 1., 1.])"
    ),
)
