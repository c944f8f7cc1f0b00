"""What a student is taught, on NumPy: the teacher's answers beside what came."""

from __future__ import annotations

import numpy as np

_LEAST = 1e-7


def softened(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities at a temperature: `p^(1/T)`, scaled to add up to 1.

    Parameters
    ----------
    probabilities : numpy.ndarray
        `(rows, classes)`.
    temperature : float
        Above 1 evens them out.

    Examples
    --------
    >>> softened(np.array([[0.8, 0.2]]), 2.0).round(3)
    array([[0.667, 0.333]])
    """
    logs = np.log(np.clip(probabilities, _LEAST, 1.0)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def soft_targets(
    probabilities: np.ndarray, codes: np.ndarray | None, temperature: float, alpha: float
) -> np.ndarray:
    """Return what `SoftLabels` takes: `(rows, 2 * classes + 1)`.

    Parameters
    ----------
    probabilities : numpy.ndarray
        The teacher's.
    codes : numpy.ndarray or None
        The class that came of each row, -1 where it is not known; `None` for nowhere.
    temperature, alpha : float
        The temperature, and how much what came counts.
    """
    rows, classes = probabilities.shape
    came = np.zeros((rows, classes))
    known = np.zeros(rows, bool) if codes is None else codes >= 0
    if codes is not None:
        came[known, codes[known]] = 1.0
    counts = np.where(known, alpha, 0.0)[:, None]
    whole = np.hstack([came, softened(probabilities, temperature), counts])
    return whole.astype(np.float32)


def mixed_numbers(predictions: np.ndarray, y: np.ndarray | None, alpha: float) -> np.ndarray:
    """Return `alpha * y + (1 - alpha) * predictions`, and predictions where `y` is NaN.

    The squared error of a student to these differs from that to both, weighed, by what does not
    depend on the student.

    Parameters
    ----------
    predictions : numpy.ndarray
        The teacher's.
    y : numpy.ndarray or None
        What came.
    alpha : float
        How much that counts.
    """
    if y is None:
        return predictions
    return np.where(np.isnan(y), predictions, alpha * y + (1.0 - alpha) * predictions)


def mixed_rows(x: np.ndarray, copies: int, seed: int, noise: float = 0.0) -> np.ndarray:
    """Return further samples: each lies at a random place between two of those given.

    Parameters
    ----------
    x : numpy.ndarray
        The samples.
    copies : int
        How many for each.
    seed : int
        What they are drawn by.
    noise : float
        The standard deviation of noise that is added, in those of each value.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    found = []
    for _ in range(copies):
        place = generator.permutation(len(x))
        share = generator.uniform(size=(len(x), *[1] * (x.ndim - 1)))
        mixed = share * x + (1.0 - share) * x[place]
        if noise:
            mixed = mixed + noise * x.std(axis=0) * generator.normal(size=x.shape)
        found.append(mixed.astype(x.dtype if x.dtype.kind == "f" else np.float32))
    return np.concatenate(found)
