"""Operations on signals and complex numbers."""

from __future__ import annotations

from rdeep.catalogue.operations.base import Operation, X
from rdeep.catalogue.options import Count, Flag, Operand, Operands, Window, option

_PAIR = option(Operands(), doc="The real and the imaginary part, in a list.")
_COMPLEX = option(Operand(), doc="Complex numbers.")
_PARTS = "A list of the real and the imaginary part."
_LENGTH = option(Count(), None, "The length of what is transformed; that of the axis by default.")
_WINDOW = {
    "sequence_length": option(Count(), doc="How long a window is."),
    "sequence_stride": option(Count(), doc="How far apart windows are."),
}
_SHORT_TIME = {
    "fft_length": option(Count(), doc="How long the transform is; not shorter than a window."),
}
_SHAPE = {
    "window": option(Window(), "hann", "What each window is multiplied by; `None` for nothing."),
    "center": option(Flag(), True, "Whether windows are centred at their times."),
}

real = Operation("real", "The real part.", {"x": X}, example="op_real(c(1+2i, 3-1i))")
imag = Operation("imag", "The imaginary part.", {"x": X}, example="op_imag(c(1+2i, 3-1i))")
conj = Operation("conj", "The complex conjugate.", {"x": X}, example="op_conj(c(1+2i, 3-1i))")
angle = Operation(
    "angle", "The angle of complex numbers.", {"x": X}, example="op_angle(c(1+2i, 1i))"
)
polar = Operation(
    "polar",
    "Complex numbers of an absolute value and an angle.",
    {
        "abs_": option(Operand(), doc="The absolute values."),
        "angle": option(Operand(), doc="The angles."),
    },
    example="op_polar(c(1, 2), c(0, pi / 2))",
)
view_as_complex = Operation(
    "view_as_complex",
    "Complex numbers from their parts.",
    {"x": option(Operand(), doc="Numbers; the last axis has the size 2.")},
    example="op_view_as_complex(rbind(c(1, 2), c(3, -1)))",
)
view_as_real = Operation(
    "view_as_real",
    "The parts of complex numbers, along a new last axis.",
    {"x": _COMPLEX},
    example="op_view_as_real(c(1+2i, 3-1i))",
)
fft = Operation(
    "fft",
    "The Fourier transform along the last axis.",
    {"x": _PAIR},
    returns=_PARTS,
    example="op_fft(list(c(1, 2, 3, 4), c(0, 0, 0, 0)))",
)
fft2 = Operation(
    "fft2",
    "The Fourier transform along the last two axes.",
    {"x": _PAIR},
    returns=_PARTS,
    example="op_fft2(list(diag(2), matrix(0, 2, 2)))",
)
ifft2 = Operation(
    "ifft2",
    "The inverse Fourier transform along the last two axes.",
    {"x": _PAIR},
    returns=_PARTS,
    example="op_ifft2(list(diag(2), matrix(0, 2, 2)))",
)
rfft = Operation(
    "rfft",
    "The Fourier transform of real numbers along the last axis.",
    {"x": X, "fft_length": _LENGTH},
    details="Only the frequencies that are not negative: the others are their conjugates.",
    returns=_PARTS,
    example="op_rfft(c(1, 2, 3, 4))",
)
irfft = Operation(
    "irfft",
    "The real numbers that a Fourier transform is of.",
    {"x": _PAIR, "fft_length": option(Count(), None, "How many numbers; an even one by default.")},
    example="op_irfft(list(c(10, -2, -2), c(0, 2, 0)))",
)
extract_sequences = Operation(
    "extract_sequences",
    "The windows of sequences, along a new axis before the last.",
    {"x": X, **_WINDOW},
    example="op_extract_sequences(c(1, 2, 3, 4, 5), sequence_length = 3, sequence_stride = 1)",
)
stft = Operation(
    "stft",
    "The Fourier transforms of the windows of sequences.",
    {"x": X, **_WINDOW, **_SHORT_TIME, **_SHAPE},
    details="The short-time Fourier transform.",
    returns="A list of the real and the imaginary part, of shape `(..., windows, frequencies)`.",
    example="op_stft(sin(1:32), sequence_length = 8, sequence_stride = 4, fft_length = 8)",
)
istft = Operation(
    "istft",
    "The sequences that Fourier transforms of windows come from.",
    {
        "x": _PAIR,
        **_WINDOW,
        **_SHORT_TIME,
        "length": option(Count(), None, "How long they are; as long as windows allow by default."),
        **_SHAPE,
    },
    example=(
        "parts <- op_stft(sin(1:32), sequence_length = 8, sequence_stride = 4, fft_length = 8)\n"
        "op_istft(parts, sequence_length = 8, sequence_stride = 4, fft_length = 8)"
    ),
)
