"""Operations on signals agree with Keras's on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import torch

from agreement import agree, case, declared, floats, shares
from rdeep import ops
from rdeep.errors import ArgumentError, ShapeError

LINE = floats(3, 32)
PAIR = (floats(2, 4, 5), floats(2, 4, 5))
COMPLEX = (PAIR[0] + 1j * PAIR[1]).astype("complex64")
# A Fourier transform of real numbers: what is no such transform has more than one inverse.
SPECTRUM = tuple(np.asarray(each) for each in keras.ops.rfft(floats(2, 8)))
SHORT = tuple(np.asarray(each) for each in keras.ops.stft(LINE, 8, 4, 8))
PADDED = tuple(np.asarray(each) for each in keras.ops.stft(LINE, 6, 3, 8))

CASES = {
    "real": [case(COMPLEX), case(LINE)],
    "imag": [case(COMPLEX)],
    "conj": [case(COMPLEX)],
    "angle": [case(COMPLEX), case(LINE, gradient=False)],
    "polar": [case(shares(3), floats(3))],
    "view_as_complex": [case(floats(3, 2))],
    "view_as_real": [case(COMPLEX)],
    "fft": [case(PAIR)],
    "fft2": [case(PAIR)],
    "ifft2": [case(PAIR)],
    "rfft": [case(LINE), case(LINE, 20, gradient=False), case(LINE, 40)],
    "irfft": [case(SPECTRUM), case(SPECTRUM, 6, gradient=False)],
    "extract_sequences": [case(LINE, 5, 2), case(LINE[0], 32, 1)],
    "stft": [
        case(LINE, 8, 4, 8),
        case(LINE[0], 6, 3, 8, window="hamming"),
        case(LINE, 7, 3, 10, window=shares(7), center=False),
        case(LINE, 6, 3, 8, window=None),
    ],
    "istft": [
        case(SHORT, 8, 4, 8, gradient=False),
        case(SHORT, 8, 4, 8, length=20, gradient=False),
        case(PADDED, 6, 3, 8, gradient=False),
        case(SHORT, 8, 4, 8, window="hamming", center=False, gradient=False),
        case(SHORT, 8, 4, 8, window=None, gradient=False),
    ],
}


def test_every_operation_has_a_case():
    assert set(CASES) == set(declared("signal"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_operations_agree_with_keras(name):
    for one in CASES[name]:
        agree(name, one)


def test_a_signal_comes_back(backend):
    made = torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor
    parts = ops.stft(made(LINE), 8, 2, 8)
    found = np.asarray(ops.istft(list(parts), 8, 2, 8, length=32))
    # At the ends fewer windows overlap than elsewhere.
    np.testing.assert_allclose(found[:, 8:-8], LINE[:, 8:-8], atol=1e-5)


def test_what_does_not_fit_is_said(backend):
    made = torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor
    with pytest.raises(ShapeError, match="last axis"):
        ops.view_as_complex(made(floats(3)))
    with pytest.raises(ArgumentError, match="'fft_length' must be at least"):
        ops.stft(made(LINE), 8, 4, 4)
    with pytest.raises(ShapeError, match="'window' must hold"):
        ops.stft(made(LINE), 8, 4, 8, window=np.ones(3))
