"""Windows that fade a signal out at both ends, by their names in SciPy."""

from __future__ import annotations

import numpy as np

# The coefficients of sums of cosines (Harris, 1978; Heinzel et al., 2002).
_COSINES = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}
WINDOWS = (*_COSINES, "bartlett", "cosine")


def window(name: str, length: int, periodic: bool) -> np.ndarray:
    """Return a window.

    Parameters
    ----------
    name : str
        One of `WINDOWS`.
    length : int
        The number of values.
    periodic : bool
        Whether it could be repeated: its last value is then the one before the first.

    Examples
    --------
    >>> window("hann", 4, periodic=True).round(6).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    if length == 1:
        return np.ones(1)
    points = length + 1 if periodic else length
    at = np.arange(length)
    if name == "bartlett":
        return 1.0 - np.abs(2.0 * at / (points - 1) - 1.0)
    if name == "cosine":
        return np.sin(np.pi * (at + 0.5) / points)
    phase = 2.0 * np.pi * at / (points - 1)
    terms = ((-1) ** k * a * np.cos(k * phase) for k, a in enumerate(_COSINES[name]))
    return np.asarray(sum(terms))
