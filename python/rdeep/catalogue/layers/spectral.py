"""Spectral normalization: a wrapper that divides a layer's kernel by its spectral norm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rdeep.catalogue.initializers import TruncatedNormal
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.core import Dense
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Count, LayerRef, option
from rdeep.errors import ShapeError, called, class_name, layer_title

__all__ = ["SpectralNormalization"]

KERNELS = ("kernel", "embeddings")
"""The weights that are normalized, whichever of them a layer has."""


class SpectralNormalization(Layer):
    """Spectral normalization wrapper: divides a layer's kernel by its spectral norm.

    While training, the kernel is divided by its largest singular value, as a matrix whose columns
    are its outputs. The value is found by power iteration, which continues from the last step.

    Call arguments
    --------------
    training : bool, optional
        Whether to normalize the kernel; by default the model decides.

    Input shape
    -----------
    That of the wrapped layer.

    Output shape
    ------------
    That of the wrapped layer.

    References
    ----------
    Miyato, T., Kataoka, T., Koyama, M. and Yoshida, Y. (2018). Spectral normalization for
    generative adversarial networks. arXiv:1802.05957.

    Examples
    --------
    >>> from rdeep.catalogue.layers import Dense
    >>> SpectralNormalization(Dense(8)).output_shape((None, 4))
    (None, 8)
    """

    layer: Layer = option(LayerRef(), doc="The layer, which has a kernel or embeddings.")
    power_iterations: int = option(Count(), 1, "The number of power iterations in each step.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"layer": Dense(3)}, (4,))]

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return self.layer.random

    @property
    def mask(self) -> str:  # type: ignore[override]
        """What happens to a mask: as in the layer."""
        return self.layer.mask

    def makes_mask(self) -> bool:
        """Return whether the layer makes a mask."""
        return self.layer.makes_mask()

    def made_mask(self, inputs: Any, ops: Any) -> Any:
        """Return the mask that the layer makes."""
        return self.layer.made_mask(inputs, ops)

    def code_limits(self) -> tuple[int, ...] | None:
        """Return how many codes the input may hold, as the layer says."""
        return self.layer.code_limits()

    @property
    def declared_activation(self) -> Any:
        """None that could be left to a loss: the layer's is a part of it."""
        return None

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse what the layer refuses, and a layer that has no kernel."""
        super().check_inputs(*shapes)
        self.layer.check_inputs(*shapes)
        self.normalized(*shapes)

    def normalized(self, *shapes: Dims) -> Weight:
        """Return the weight that is normalized."""
        for weight in self.layer.weights(*shapes):
            if weight.name in KERNELS:
                return weight
        title = self.name or "SpectralNormalization"
        raise ShapeError(
            f"{layer_title(self)} normalizes a kernel or embeddings, which "
            f"{class_name(self.layer)} has not.",
            layer=title,
            argument="layer",
            received=self.layer,
            expected=f"a layer with a kernel, such as {called('Dense', 'layer')} or "
            f"{called('Conv2D', 'layer')}",
        )

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return the layer's shape."""
        return self.layer.output_shape(*shapes)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return where the iteration stands, and the layer's weights, named `layer/...`."""
        kernel = self.normalized(*shapes)
        size = kernel.shape[-1]
        stands = Weight("vector_u", (1, size), TruncatedNormal(stddev=0.02), buffer=True)
        trained = self.layer.trainable
        inner = {
            w.name: replace(w, name=f"layer/{w.name}", trainable=w.trainable and trained)
            for w in self.layer.weights(*shapes)
        }
        # Keras's order: its wrapper counts the kernel as its own.
        return [inner.pop(kernel.name), stands, *inner.values()]

    def flops(self, *shapes: Dims) -> int | None:
        """Return the layer's operations."""
        return self.layer.flops(*shapes)

    def inner_layers(self) -> dict[str, Layer]:
        """Return the layer."""
        return {"layer": self.layer}

    def takes_masks(self) -> bool:
        """Return whether the layer computes with masks."""
        return self.layer.takes_masks()

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the layer's output, in training after a division of its kernel."""
        if run.training:
            kernel = next(name for name in KERNELS if f"layer/{name}" in run.weights)
            weight, vector = run.weights[f"layer/{kernel}"], run.weights["vector_u"]
            for name, value in zip(
                (f"layer/{kernel}", "vector_u"), self.divided(weight, vector, run.ops)
            ):
                run.assign(name, run.ops.stop_gradient(value))
        return run.apply(self.layer, inputs, "layer", masks=run.masks)

    def divided(self, kernel: Any, vector: Any, ops: Any) -> tuple[Any, Any]:
        """Return the kernel over its norm, and the vector after the iterations.

        Parameters
        ----------
        kernel, vector : tensor
            The kernel, and where the iteration stands.
        ops : module
            The engine's array functions.
        """
        matrix = ops.reshape(kernel, [-1, kernel.shape[-1]])  # (rows, columns)
        found, side = vector, vector
        for _ in range(self.power_iterations):
            side = _unit(ops.matmul(found, ops.transpose(matrix)), ops)  # (1, rows)
            found = _unit(ops.matmul(side, matrix), ops)  # (1, columns)
        norm = ops.sum(ops.matmul(side, matrix) * found)
        # A kernel of zeros has no norm, and stays as it is.
        zero = ops.all(ops.equal(kernel, 0.0))
        kernel = kernel / ops.where(zero, ops.ones_like(norm), norm)
        return kernel, ops.where(zero, vector, found)


def _unit(x: Any, ops: Any) -> Any:
    # As in Keras, the least length is 1e-7.
    return x * ops.rsqrt(ops.maximum(ops.sum(ops.square(x)), 1e-14))
