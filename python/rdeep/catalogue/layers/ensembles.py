"""Layers of ensembles that are trained as one network: axis 1 holds the members."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import Initializer, SliceBySlice
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Count, Flag, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError, called, format_shape, layer_title

__all__ = ["EnsembleDense", "MemberDense", "Members"]


class Members(Layer):
    """Ensemble input layer: passes each sample to all members of an ensemble.

    The input is repeated `count` times, without a copy where the engine allows it.

    Input shape
    -----------
    `(batch, ...)`.

    Output shape
    ------------
    `(batch, count, ...)`.

    Examples
    --------
    >>> Members(32).output_shape((None, 4))
    (None, 32, 4)
    """

    mask = "stop"
    count: int = option(Count(), doc="The number of members of the ensemble.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"count": 2}, (4,))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with the members after the batch."""
        return (shapes[0][0], self.count, *shapes[0][1:])

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input, seen `count` times."""
        batch, *sizes = run.ops.shape(inputs)
        x = run.ops.expand_dims(inputs, 1)  # (batch, 1, ...)
        return run.ops.broadcast_to(x, (batch, self.count, *sizes))  # (batch, members, ...)


class _OnMembers(Layer, abstract=True):
    """A dense layer of an ensemble: from `(batch, members, features)` to as many units.

    Input shape
    -----------
    `(batch, members, features)`.

    Output shape
    ------------
    `(batch, members, units)`.
    """

    mask = "stop"
    units: int = option(Count(), doc="The number of outputs of each member.")
    activation: Activation | None = option(
        Ref("activation"), None, "The activation function; none by default."
    )
    use_bias: bool = option(Flag(), True, "Whether to add a bias, one for each member.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "The initializer of the kernel."
    )
    bias_initializer: Initializer = option(
        Ref("initializer"), "zeros", "The initializer of the biases."
    )
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the kernel."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the biases."
    )

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs without members."""
        if len(shapes) == 1 and len(shapes[0]) != 3:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"{layer_title(self)} wants samples of shape (members, features), "
                f"not {format_shape(shapes[0][1:])}.",
                layer=title,
                received=shapes[0],
                expected="samples of shape (members, features)",
                hint=f"Put {called('Members', 'layer')} before it, after "
                f"{called('Flatten', 'layer')} if need be.",
            )
        super().check_inputs(*shapes)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with `units` in place of the features."""
        return (*shapes[0][:-1], self.units)

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of a product for each member."""
        members, features = self._sizes(shapes[0])
        return members * (2 * features * self.units + 2 * self.units)

    def _sizes(self, shape: Dims) -> tuple[int, int]:
        return known(shape[1], self, "the members"), known(shape[2], self, "the features")

    def _bias(self, members: int) -> list[Weight]:
        shape = (members, self.units)
        bias = Weight("bias", shape, self.bias_initializer, self.bias_regularizer)
        return [bias] if self.use_bias else []


class EnsembleDense(_OnMembers):
    """Dense layer of an ensemble whose members share one kernel (BatchEnsemble).

    Each member scales the inputs and the outputs of the kernel by vectors of its own, and adds its
    own bias: `activation(((x * input_scale) @ kernel) * output_scale + bias)`. TabM is made of
    these layers: there the first layer's input scale starts from `"random_sign"` or normal numbers,
    all others from ones.

    References
    ----------
    Wen, Y., Tran, D. and Ba, J. (2020). BatchEnsemble: an alternative approach to efficient
    ensemble and lifelong learning. arXiv:2002.06715.

    Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2024). TabM: advancing tabular deep learning with
    parameter-efficient ensembling. arXiv:2410.24210.

    Examples
    --------
    >>> EnsembleDense(8, input_initializer="random_sign").output_shape((None, 32, 4))
    (None, 32, 8)
    """

    scale_input: bool = option(Flag(), True, "Whether members scale the inputs.")
    scale_output: bool = option(Flag(), True, "Whether members scale the outputs.")
    input_initializer: Initializer = option(
        Ref("initializer"), "ones", "The initializer of the scales of the inputs."
    )
    output_initializer: Initializer = option(
        Ref("initializer"), "ones", "The initializer of the scales of the outputs."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with all scales and with some."""
        some = {"scale_input": False, "use_bias": False}
        return [case({"units": 3, **options}, (4, 5)) for options in ({}, some)]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel `(features, units)`, and a row for each member of the others."""
        members, features = self._sizes(shapes[0])
        weights = [
            Weight(
                "kernel",
                (features, self.units),
                self.kernel_initializer,
                self.kernel_regularizer,
            )
        ]
        if self.scale_input:
            weights.append(Weight("input_scale", (members, features), self.input_initializer))
        if self.scale_output:
            weights.append(Weight("output_scale", (members, self.units), self.output_initializer))
        return weights + self._bias(members)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the outputs of all members, who share one product."""
        weights = run.weights
        x = inputs * weights["input_scale"] if self.scale_input else inputs
        y = run.ops.matmul(x, weights["kernel"])  # (batch, members, units)
        if self.scale_output and self.use_bias:
            return run.ops.multiply_add(y, weights["output_scale"], weights["bias"])
        y = y * weights["output_scale"] if self.scale_output else y
        return y + weights["bias"] if self.use_bias else y


class MemberDense(_OnMembers):
    """Dense layer of an ensemble with separate kernels for each member.

    Member `m` computes `activation(x[:, m] @ kernel[m] + bias[m])`. Kernels start as those of
    separate dense layers would.

    Examples
    --------
    >>> MemberDense(1).output_shape((None, 32, 8))
    (None, 32, 1)
    """

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"units": 3}, (2, 4))]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernels `(members, features, units)` and the biases `(members, units)`."""
        members, features = self._sizes(shapes[0])
        shape = (members, features, self.units)
        start = SliceBySlice(self.kernel_initializer)
        return [Weight("kernel", shape, start, self.kernel_regularizer), *self._bias(members)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the outputs of each member's own product."""
        y = run.ops.grouped_matmul(inputs, run.weights["kernel"])  # (batch, members, units)
        return y + run.weights["bias"] if self.use_bias else y
