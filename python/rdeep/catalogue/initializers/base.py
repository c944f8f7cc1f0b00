"""What every initializer has in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue.record import Record

SEED = "The seed; by default the model's."


class Initializer(Record, kind="initializer", abstract=True):
    """A rule for the values that a weight starts from."""

    def __call__(self, shape: Any, dtype: str | None = None) -> Any:
        """Return values of a shape, as a tensor of the default backend.

        Parameters
        ----------
        shape : tuple of int
            The shape.
        dtype : str, optional
            The type; by default float32.

        Examples
        --------
        >>> from rdeep.initializers import Ones
        >>> Ones()((2,))
        tensor([1., 1.])
        """
        return dispatch.calls().draw(self, shape, dtype)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Return a float32 array of the shape.

        Parameters
        ----------
        shape : tuple of int
            The weight's shape, in Keras's layout.
        rng : numpy.random.Generator
            Where random numbers come from, unless the initializer has a seed.
        """
        seed = getattr(self, "seed", None)
        if seed is not None:
            rng = np.random.default_rng(seed)
        return np.asarray(self._values(shape, rng), dtype=np.float32)

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight of a shape that it has no values for.

        Parameters
        ----------
        shape : tuple of int
            The weight's shape.
        """

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        raise NotImplementedError


class SquareRoot(Initializer):
    """The square roots of what another initializer draws: where variances become deviations."""

    internal = True

    def __init__(self, initializer: Initializer) -> None:
        super().__init__()
        self.__dict__["initializer"] = initializer

    @property
    def seed(self) -> int | None:
        """The seed of the other one."""
        return getattr(self.initializer, "seed", None)

    initializer: Initializer

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.sqrt(self.initializer.draw(shape, rng))
