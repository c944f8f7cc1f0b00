"""Layers whose computation is written once, on the array functions that both engines share."""

from __future__ import annotations

from typing import Any, Protocol

from rdeep.catalogue import dispatch
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Layer


class Run(Protocol):
    """What a layer's formula may ask for while it is computed.

    Attributes
    ----------
    training : bool
        Whether the network is being trained.
    masks : list of tensor or None
        Each input's mask of time steps, for a layer whose `mask` is `"read"` or `"first"`.
    """

    training: bool
    masks: list[Any]

    @property
    def ops(self) -> Any:
        """The engine's array functions, by Keras's names."""

    @property
    def weights(self) -> dict[str, Any]:
        """The layer's weights by name, in Keras's layout."""

    def constant(self, name: str, value: Any) -> Any:
        """Return an array that the layer holds beside its weights, as a tensor.

        Parameters
        ----------
        name : str
            Its name in the layer.
        value : array
            The array.
        """

    def uniform(self, shape: Any) -> Any:
        """Return random numbers from 0 to below 1, float32; each call draws others.

        Both engines draw the same: they depend on seed, layer, step and the number of the call.
        Only a layer that says `random = True` may ask, and where `training` is false it gets
        none.

        Parameters
        ----------
        shape : tuple of int or tensor
            Their shape, for which `ops.shape(x)` may be used.
        """

    def normal(self, shape: Any) -> Any:
        """Return random numbers of the standard normal distribution, as `uniform` does."""

    def assign(self, name: str, value: Any) -> None:
        """Give a buffer a new value, while training."""


class Formula(Layer, abstract=True):
    """A layer with a formula: no backend needs a builder for it.

    A subclass declares its options, `output_shape`, `weights` if it has any, and `compute`.
    """

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the output.

        Parameters
        ----------
        inputs : tensor or list of tensor
            The input; a list where the layer merges.
        run : Run
            The array functions, the weights, and random numbers.
        """
        raise NotImplementedError


class Eager(Formula, abstract=True):
    """A layer with a formula that is of use by itself: it may be called on arrays.

    `layer(images)` returns an array; called on a symbolic tensor, it is a step of a model.
    """

    def __call__(  # type: ignore[override]
        self, inputs: Any, training: bool | None = None
    ) -> Any:
        """Apply the layer to a symbolic tensor, or compute what it makes of arrays.

        Arrays are treated as in training, where `training` does not say otherwise.
        """
        if is_symbolic(inputs):
            return super().__call__(inputs, training=training)
        return dispatch.calls().call_formula(self, inputs, training is not False)

    def compute_parts(self, parts: dict[str, Any], run: Any) -> dict[str, Any]:
        """Return what the layer makes of images and what belongs to them.

        Parameters
        ----------
        parts : dict
            Tensors by name, `"images"` among them.
        run : Run
            The array functions and random numbers.
        """
        return {**parts, "images": self.compute(parts["images"], run)}


def is_half(x: Any) -> bool:
    """Return whether a tensor's numbers are float16, whose largest is 65504.

    Parameters
    ----------
    x : tensor
        The tensor, of either engine.
    """
    name = str(x.dtype)
    return "float16" in name and "bfloat16" not in name
