"""A layer by itself on an engine: what tests of layers ask of each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from rdeep.catalogue.layers.base import Dims, Layer

NAME = "layer"
"""What such a layer is called: what it draws depends on the name."""


Form = Literal["formula", "native", "kernel"]
"""What computes a layer: its formula, the engine's native form, or a native form that networks have
on other devices alone."""


@dataclass(frozen=True)
class LayerCall:
    """One forward pass of a layer, with all that it depends on.

    Attributes
    ----------
    record : Layer
        The layer.
    inputs : list of numpy.ndarray
        Its inputs.
    weights : mapping of str to numpy.ndarray
        Its weights by name, in Keras's layout.
    masks : list of numpy.ndarray, optional
        A mask of steps for each input.
    training : bool
        Whether the layer acts as it does in training.
    policy : str
        One of `rdeep.precision.POLICIES`.
    seed, step : int
        What is drawn from.
    """

    record: Layer
    inputs: list[np.ndarray]
    weights: Mapping[str, np.ndarray]
    masks: list[np.ndarray] | None = None
    training: bool = False
    policy: str = "float32"
    seed: int = 5
    step: int = 2

    @property
    def shapes(self) -> tuple[Dims, ...]:
        """The inputs' shapes, the batch open."""
        return tuple((None, *x.shape[1:]) for x in self.inputs)


@dataclass
class LayerResult:
    """What came of it.

    Attributes
    ----------
    outputs : list of numpy.ndarray
        The outputs, as float32 where they are floats.
    masks : list of numpy.ndarray or None
        The mask that each output carries; empty where an engine does not say.
    gradients : dict of str to numpy.ndarray
        Of the outputs' sum, each value times that of `directions`, by the weights' names and
        `"input 0"` and so on; empty where an engine does not train.
    """

    outputs: list[np.ndarray]
    masks: list[np.ndarray | None] = field(default_factory=list)
    gradients: dict[str, np.ndarray] = field(default_factory=dict)


Differentiated = tuple[list[np.ndarray], list[np.ndarray]]
"""Values of a function, and gradients by what went in."""
Differentiable = Callable[..., Sequence[Any]]
"""A function of an engine's tensors that returns several of them."""


def directions(shapes: Sequence[Sequence[int]]) -> list[np.ndarray]:
    """Return what outputs are multiplied by before they are added up: the same at each call.

    Parameters
    ----------
    shapes : sequence of tuple of int
        The outputs' shapes.
    """
    rng = np.random.default_rng(4)
    return [rng.standard_normal(tuple(shape)).astype("float32") for shape in shapes]


def carried_masks(
    record: Layer, inputs: Sequence[Any], masks: Sequence[Any], count: int, ops: Any
) -> list[Any]:
    """Return the mask that each output of a layer carries, by what its record says.

    Parameters
    ----------
    record : Layer
        The layer.
    inputs, masks : sequence of tensor
        Its inputs, and the mask of each or `None`.
    count : int
        How many outputs there are.
    ops : module
        The engine's array functions.
    """
    # What NumPy computes of sizes are plain numbers.
    shapes = [tuple(getattr(x, "shape", ())) for x in inputs]
    carried = record.carries_mask([mask is not None for mask in masks], shapes, count)
    if not any(carried):
        return [None] * count
    if record.makes_mask():
        mask = record.made_mask(inputs[0], ops)
    elif record.merges and record.mask == "pass":
        mask = record.join_masks(inputs, masks, ops)
    else:
        mask = masks[0]
    return [mask if carries else None for carries in carried]
