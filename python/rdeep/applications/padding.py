"""How pictures are padded before a window strides over them."""

from __future__ import annotations

from typing import Any


def padding_before(x: Any, size: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the zeros around maps with which windows of stride 2 end where the maps do.

    Parameters
    ----------
    x : SymbolicTensor
        The maps.
    size : int
        Height and width of the windows.

    Returns
    -------
    tuple
        Above and below, left and right.
    """
    # Maps of an open size are taken for those of an even one, as in Keras.
    height, width = ((length or 0) % 2 for length in x.shape[1:3])
    half = size // 2
    return (half - 1 + height, half), (half - 1 + width, half)
