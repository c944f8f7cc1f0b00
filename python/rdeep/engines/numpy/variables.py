"""Variables on NumPy, which has no gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.optimizers import Optimizer
from rdeep.engines.numpy.network import NumPyNetwork
from rdeep.errors import BackendError


class NumPyVariable:
    """A variable on NumPy.

    Parameters
    ----------
    read : callable
        Returns the array of now.
    write : callable
        Takes an array in its place.
    key : object
        What it is known by.
    """

    def __init__(
        self, read: Callable[[], np.ndarray], write: Callable[[np.ndarray], None], key: Any
    ) -> None:
        self._read, self._write, self.key = read, write, key

    def read(self) -> np.ndarray:
        """Return the array."""
        return self._read()

    def numpy(self) -> np.ndarray:
        """Return a copy of the array."""
        return np.array(self._read())

    def assign(self, value: np.ndarray) -> None:
        """Give it a value.

        Parameters
        ----------
        value : numpy.ndarray
            The value, of its shape.
        """
        self._write(value)


def of_network(network: NumPyNetwork, name: str) -> NumPyVariable:
    """Return a weight of a network as a variable.

    Parameters
    ----------
    network : NumPyNetwork
        The network.
    name : str
        The weight's name in the model.
    """
    return NumPyVariable(
        lambda: network.weight(name),
        lambda value: network.set_weights({name: value}),
        (id(network), name),
    )


def created(value: np.ndarray, trainable: bool, name: str, device: str) -> NumPyVariable:
    """Return a new variable.

    Parameters
    ----------
    value : numpy.ndarray
        Its value.
    trainable : bool
        Whether gradients are wanted for it: there are none.
    name, device : str
        Its name, and where it is.
    """
    place = [value.copy()]

    def write(new: np.ndarray) -> None:
        place[0] = np.array(new)

    return NumPyVariable(lambda: place[0], write, id(place))


class Recorder:
    """Nothing records on NumPy.

    Parameters
    ----------
    sources, again : object
        As on other engines.
    """

    def __init__(self, sources: Sequence[Any], again: bool) -> None:
        raise no_gradients()


def no_gradients() -> BackendError:
    """Return what is said of gradients: there are none."""
    return BackendError(
        "Gradients cannot be computed by NumPy, which has none.",
        argument="backend",
        hint="Install an engine, torch or TensorFlow, and use it as the backend.",
    )


def is_loss(value: Any) -> bool:
    """Return whether something is a single number.

    Parameters
    ----------
    value : object
        What a function gave.
    """
    return np.size(value) == 1


class Applied:
    """No optimizer works on NumPy.

    Parameters
    ----------
    rule : Optimizer
        The optimizer.
    """

    def __init__(self, rule: Optimizer) -> None:
        raise no_gradients()
