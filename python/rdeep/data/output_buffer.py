"""Large arrays on their way to a host program that keeps its own memory."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np


class OutputBuffer:
    """An array that is written where its receiver wants it.

    Parameters
    ----------
    values : numpy.ndarray
        The array.

    Examples
    --------
    >>> target = np.zeros((2, 2), order="F")
    >>> OutputBuffer(np.array([[1, 2], [3, 4]], np.float32)).fill(target)
    >>> target
    array([[1., 2.],
           [3., 4.]])
    """

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape."""
        return self.values.shape

    def fill(self, target: np.ndarray) -> None:
        """Write the values into memory that is somebody else's.

        Parameters
        ----------
        target : numpy.ndarray
            A view of that memory in column-major float64, which NumPy may take for read-only: the
            receiver has just made it, and nobody has seen it yet.
        """
        if target.dtype != np.float64 or target.shape != self.shape:
            raise TypeError(f"a target of {target.dtype} {target.shape} does not fit")
        if not target.flags.f_contiguous:
            raise TypeError("the target is not column-major")
        memory = (ctypes.c_double * target.size).from_address(target.ctypes.data)
        np.copyto(np.ctypeslib.as_array(memory).reshape(self.shape, order="F"), self.values)


def in_32_bits(value: Any) -> Any:
    """Return a value whose whole numbers have 32 bits: what is beyond becomes float64.

    Parameters
    ----------
    value : object
        Anything; lists, tuples and dicts are looked into.

    Examples
    --------
    >>> in_32_bits([5, 2**31 + 5])
    [5, 2147483653.0]
    """
    if type(value) is int:
        # The smallest integer stands for a missing value in the host.
        return value if -(2**31) < value < 2**31 else float(value)
    if type(value) is np.ndarray and value.dtype in (np.uint32, np.uint64):
        return value.astype(np.float64)
    if type(value) in (list, tuple):
        held = [in_32_bits(each) for each in value]
        same = all(new is old for new, old in zip(held, value))
        return value if same else type(value)(held)
    if type(value) is dict:
        parts = {name: in_32_bits(each) for name, each in value.items()}
        return value if all(parts[name] is value[name] for name in value) else parts
    return value
