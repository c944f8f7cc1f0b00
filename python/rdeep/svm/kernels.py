"""Kernels as features: what stands for a kernel in a network, and what a network is made of.

Rows become features whose products are the kernel, nearly: a linear machine on them is the
kernel's. `features()` gives them in double precision, to fit with; `network()` is the same as
layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep import ops
from rdeep.catalogue.layers import Dense
from rdeep.graph.tensor import Input
from rdeep.models import Model

DECISION = "decision"
_LEAST_SHARE = 1e-7
"""Directions of the landmarks' kernel that hold less than this of its largest are left out."""
_MEDIAN_ROWS = 500


class Plain:
    """The linear kernel: a row is its own features."""

    def __init__(self, width: int) -> None:
        self.width = width

    def features(self, x: np.ndarray) -> np.ndarray:
        """Return the rows themselves."""
        return x

    def of_layer(self, weights: np.ndarray) -> np.ndarray:
        """Return the kernel of the last layer for weights of the features."""
        return weights

    def tensors(self, inputs: Any) -> Any:
        """Return what the last layer reads."""
        return inputs

    def set_weights(self, network: Model) -> None:
        """Give the layers before the last their weights: there are none."""


@dataclass
class Waves:
    """Random Fourier features of the Gaussian kernel (Rahimi and Recht, 2007).

    Frequencies are orthogonal within each block of as many as there are columns, which makes their
    products nearer to the kernel (Yu et al., 2016).
    """

    frequencies: np.ndarray

    @classmethod
    def drawn(cls, width: int, gamma: float, count: int, generator: np.random.Generator) -> Waves:
        """Return waves of random frequencies: half as many frequencies as features."""
        blocks: list[np.ndarray] = []
        wanted = max(1, count // 2)
        while sum(block.shape[1] for block in blocks) < wanted:
            turned, upper = np.linalg.qr(generator.standard_normal((width, width)))
            turned = turned * np.sign(np.diag(upper))
            blocks.append(turned * np.sqrt(generator.chisquare(width, width)))
        return cls(np.hstack(blocks)[:, :wanted] * np.sqrt(2.0 * gamma))

    @property
    def _each(self) -> float:
        return 1.0 / float(np.sqrt(self.frequencies.shape[1]))

    def features(self, x: np.ndarray) -> np.ndarray:
        """Return cosines and sines."""
        angles = x @ self.frequencies
        return np.hstack([np.cos(angles), np.sin(angles)]) * self._each

    def of_layer(self, weights: np.ndarray) -> np.ndarray:
        """Return the kernel of the last layer for weights of the features."""
        return weights * self._each

    def tensors(self, inputs: Any) -> Any:
        """Return what the last layer reads."""
        angles = Dense(self.frequencies.shape[1] * 2, name="waves", trainable=False)(inputs)
        return ops.cos(angles)

    def set_weights(self, network: Model) -> None:
        """Give the waves their frequencies; a sine is a cosine a quarter of a turn later."""
        count = self.frequencies.shape[1]
        network.set_weights(
            {
                "waves/kernel": np.hstack([self.frequencies] * 2).astype(np.float32),
                "waves/bias": np.repeat([0.0, -np.pi / 2], count).astype(np.float32),
            }
        )


@dataclass
class Landmarks:
    """Nyström features (Williams and Seeger, 2001): how alike a row is to some rows of the data.

    With all rows as landmarks the machine is exactly the kernel's.
    """

    rows: np.ndarray
    kernel: str
    gamma: float
    coef0: float
    degree: int

    def __post_init__(self) -> None:
        values, vectors = np.linalg.eigh(self.alike(self.rows))
        kept = values > _LEAST_SHARE * values.max()
        self.turn = vectors[:, kept] / np.sqrt(values[kept])

    def alike(self, x: np.ndarray) -> np.ndarray:
        """Return the kernel of rows and landmarks."""
        products = x @ self.rows.T
        if self.kernel == "polynomial":
            return np.asarray((self.gamma * products + self.coef0) ** self.degree)
        squares = (x**2).sum(axis=1)[:, None] + (self.rows**2).sum(axis=1) - 2.0 * products
        return np.exp(-self.gamma * np.maximum(squares, 0.0))

    def features(self, x: np.ndarray) -> np.ndarray:
        """Return the features of rows."""
        return self.alike(x) @ self.turn

    def of_layer(self, weights: np.ndarray) -> np.ndarray:
        """Return the kernel of the last layer for weights of the features."""
        return self.turn @ weights

    def tensors(self, inputs: Any) -> Any:
        """Return what the last layer reads."""
        products = Dense(len(self.rows), name="landmarks", trainable=False)(inputs)
        if self.kernel == "polynomial":
            return products**self.degree
        squares = ops.sum(ops.square(inputs), axis=-1, keepdims=True)
        return ops.exp(products - squares * self.gamma)

    def set_weights(self, network: Model) -> None:
        """Give the layer the landmarks."""
        gamma = self.gamma
        if self.kernel == "polynomial":
            kernel, bias = gamma * self.rows.T, np.full(len(self.rows), self.coef0)
        else:
            kernel, bias = 2.0 * gamma * self.rows.T, -gamma * (self.rows**2).sum(axis=1)
        network.set_weights(
            {
                "landmarks/kernel": kernel.astype(np.float32),
                "landmarks/bias": bias.astype(np.float32),
            }
        )


FeatureMap = Plain | Waves | Landmarks


def median_gamma(x: np.ndarray, generator: np.random.Generator) -> float:
    """Return 1 by the median squared distance of rows.

    Parameters
    ----------
    x : numpy.ndarray
        `(rows, columns)`, as the kernel reads them.
    generator : numpy.random.Generator
        What chance draws from, where there are many rows.
    """
    some = x[generator.permutation(len(x))[:_MEDIAN_ROWS]]
    squares = (some**2).sum(axis=1)
    apart = squares[:, None] + squares - 2.0 * some @ some.T
    middle = float(np.median(apart[np.triu_indices(len(some), 1)])) if len(some) > 1 else 1.0
    return 1.0 / middle if middle > 0 else 1.0 / x.shape[1]


def network(
    feature_map: FeatureMap,
    width: int,
    weights: np.ndarray,
    bias: np.ndarray,
    backend: str,
    device: str | None,
) -> Model:
    """Return a machine as a network: it gives a decision value for each function.

    Parameters
    ----------
    feature_map : Plain, Waves or Landmarks
        What stands for the kernel.
    width : int
        How many numbers a row has.
    weights : numpy.ndarray
        `(features, functions)`.
    bias : numpy.ndarray
        `(functions,)`.
    backend, device : str
        Where it runs.
    """
    inputs = Input((width,), name="columns")
    outputs = Dense(weights.shape[1], name=DECISION)(feature_map.tensors(inputs))
    made = Model(inputs, outputs, "svm", backend, device)
    feature_map.set_weights(made)
    kernel = feature_map.of_layer(weights).astype(np.float32)
    made.set_weights(
        {f"{DECISION}/kernel": kernel, f"{DECISION}/bias": np.asarray(bias, np.float32)}
    )
    return made
