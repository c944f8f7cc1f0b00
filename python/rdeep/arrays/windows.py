"""The arithmetic of windows that move over dimensions, as Keras means it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.errors import ShapeError, operation_call


def same_margins(size: int, window: int, stride: int, dilation: int) -> tuple[int, int]:
    """Return the padding before and after a dimension that `same` means.

    Parameters
    ----------
    size, window, stride, dilation : int
        The dimension's size, the window's size, step and spread.
    """
    total = max(0, (-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size)
    return total // 2, total - total // 2


def crops(
    size: int, window: int, stride: int, dilation: int, padding: str, extra: int | None
) -> tuple[int, int]:
    """Return what to cut off a full transposed convolution; negative numbers add zeros.

    Parameters
    ----------
    size, window, stride, dilation : int
        The input's size, the window's size, step and spread.
    padding : str
        `"valid"` or `"same"`.
    extra : int, optional
        The output padding.
    """
    reach = (window - 1) * dilation + 1
    full = (size - 1) * stride + reach
    if padding == "valid":
        wanted = full + max(stride - reach, 0) if extra is None else full + extra
        return 0, full - wanted
    wanted = (
        size * stride if extra is None else (size - 1) * stride + reach - 2 * (reach // 2) + extra
    )
    # Where the convolution that this one transposes would be padded.
    total = max(0, (-(-wanted // stride) - 1) * stride + reach - wanted)
    before = total // 2
    return before, full - wanted - before


def check_rank(shape: Sequence[Any], kernel: Sequence[Any] | None, where: str) -> int:
    """Return how many dimensions windows move over, or say that there are too few or many.

    Parameters
    ----------
    shape : sequence of int
        The input's shape.
    kernel : sequence of int, optional
        The kernel's.
    where : str
        The operation.
    """
    rank = len(shape) - 2
    if rank not in (1, 2, 3):
        raise ShapeError(
            f"{operation_call(where)}: 'inputs' must have 3, 4 or 5 dimensions (batch, one to "
            f"three sizes, channels), not {len(shape)}.",
            argument="inputs",
            received=tuple(shape),
        )
    if kernel is not None and len(kernel) != rank + 2:
        raise ShapeError(
            f"{operation_call(where)}: 'kernel' must have {rank + 2} dimensions, as 'inputs' has, "
            f"not {len(kernel)}.",
            argument="kernel",
            received=tuple(kernel),
        )
    return rank


def check_channels(channels: Any, wanted: int, filters: int, where: str) -> None:
    """Refuse a kernel that does not fit the input's channels.

    Parameters
    ----------
    channels : int
        The input's.
    wanted : int
        The kernel's; where they are fewer, they make groups.
    filters : int
        How many filters the kernel has.
    where : str
        The operation.
    """
    if not isinstance(channels, int):
        return
    groups = channels // wanted if wanted else 0
    if groups < 1 or channels % wanted or (groups > 1 and filters % groups):
        raise ShapeError(
            f"{operation_call(where)}: a kernel with {wanted} input channels and {filters} filters "
            f"does not fit an input with {channels} channels.",
            argument="kernel",
            received=(wanted, filters),
        )


def sizes(value: Any, rank: int) -> tuple[int, ...]:
    """Return one number for each dimension; a single one stands for all.

    Parameters
    ----------
    value : int or sequence of int
        The number or numbers.
    rank : int
        How many dimensions there are.
    """
    if isinstance(value, int):
        return (value,) * rank
    numbers = tuple(int(each) for each in value)
    return numbers * rank if len(numbers) == 1 else numbers


def may_be_equal(one: Any, other: Any) -> bool:
    """Return whether two shapes may be the same: sizes may be open.

    Parameters
    ----------
    one, other : sequence of int or None
        The shapes.

    Examples
    --------
    >>> may_be_equal((None, 3), (8, 3)), may_be_equal((None, 3), (8, 4))
    (True, False)
    """
    pairs = zip(tuple(one), tuple(other))
    return len(one) == len(other) and all(a == b or a is None or b is None for a, b in pairs)


def adaptive_places(size: int, wanted: int) -> np.ndarray:
    """Return the places that windows of about one size cover, side by side: a row for each.

    A window that is shorter than others has its last place again.

    Parameters
    ----------
    size, wanted : int
        The dimension's size, and the number of windows: `i` covers `i / wanted` of it to
        `(i + 1) / wanted`.
    """
    windows = _adaptive(size, wanted)
    longest = max(map(len, windows))
    return np.array([[min(w.start + i, w.stop - 1) for i in range(longest)] for w in windows])


def adaptive_shares(size: int, wanted: int, behind: int) -> np.ndarray:
    """Return what each of these places counts in its window's mean, float32.

    Parameters
    ----------
    size, wanted : int
        As for `adaptive_places`.
    behind : int
        How many axes of size 1 follow.
    """
    windows = _adaptive(size, wanted)
    longest = max(map(len, windows))
    shares = [[(i < len(w)) / len(w) for i in range(longest)] for w in windows]
    return np.array(shares, np.float32).reshape(len(windows), longest, *(1,) * behind)


def _adaptive(size: int, wanted: int) -> list[range]:
    return [range(i * size // wanted, -(-(i + 1) * size // wanted)) for i in range(wanted)]
