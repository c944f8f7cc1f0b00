"""What small networks share: padding before a window strides, numbers of filters rounded."""

from __future__ import annotations

from typing import Any

from rdeep.applications.settings import Settings


def padding_before(
    x: Any, size: int, settings: Settings
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the zeros around maps before windows of stride 2.

    In Keras such windows end where the maps do; in torchvision as many zeros are on each side.

    Parameters
    ----------
    x : SymbolicTensor
        The maps.
    size : int
        Height and width of the windows.
    settings : Settings
        What the network is built with.

    Returns
    -------
    tuple
        Above and below, left and right.
    """
    half = size // 2
    if settings.torchvision:
        return (half, half), (half, half)
    # Maps of an open size are taken for those of an even one, as in Keras.
    height, width = ((length or 0) % 2 for length in x.shape[1:3])
    return (half - 1 + height, half), (half - 1 + width, half)


def rounded(filters: float, divisor: int = 8) -> int:
    """Return a number of filters as a multiple, at most a tenth below what was wanted.

    Parameters
    ----------
    filters : float
        How many were wanted.
    divisor : int
        What it must be a multiple of.
    """
    found = max(divisor, int(filters + divisor / 2) // divisor * divisor)
    return found + divisor if found < 0.9 * filters else found
