"""Layers of ensembles that are trained as one network: axis 1 holds the members."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import Initializer, SliceBySlice
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.options import Count, Flag, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError, called, format_shape

__all__ = ["EnsembleDense", "MemberDense", "Members"]


class Members(Layer):
    """Shows each sample to every member of an ensemble.

    Input of shape `(batch, ...)`; output `(batch, count, ...)`, the input `count` times. Nothing is
    copied where the engine can do without.
    """

    mask = "stop"
    count: int = option(Count(), doc="How many members the ensemble has.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with the members after the batch."""
        return (shapes[0][0], self.count, *shapes[0][1:])

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype


class _OnMembers(Layer, abstract=True):
    """A dense layer of an ensemble: from `(batch, members, features)` to as many units."""

    mask = "stop"
    units: int = option(Count(), doc="The number of outputs of each member.")
    activation: Activation | None = option(
        Ref("activation"), None, "The activation; none by default."
    )
    use_bias: bool = option(Flag(), True, "Whether to add a bias, which each member has its own.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "How the kernel starts."
    )
    bias_initializer: Initializer = option(Ref("initializer"), "zeros", "How the biases start.")
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the kernel."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the biases."
    )

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs without members."""
        if len(shapes) == 1 and len(shapes[0]) != 3:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"Layer {title!r} wants samples of shape (members, features), "
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
    """A dense layer whose kernel all members of an ensemble share.

    Each member scales the inputs and the outputs of the one kernel by vectors of its own, and adds
    its own bias: `activation(((x * input_scale) @ kernel) * output_scale + bias)`. This is
    BatchEnsemble (Wen et al., 2020, arXiv:2002.06715), of which TabM (Gorishniy et al., 2024,
    arXiv:2410.24210) is made: there the first layer's input scale starts from `"random_sign"` or
    normal numbers, all others from ones.

    Input of shape `(batch, members, features)`; output `(batch, members, units)`.

    Examples
    --------
    >>> from rdeep.catalogue.layers import EnsembleDense
    >>> layer = EnsembleDense(8, input_initializer="random_sign")
    >>> layer.output_shape((None, 32, 4))
    (None, 32, 8)
    """

    scale_input: bool = option(Flag(), True, "Whether members scale the inputs.")
    scale_output: bool = option(Flag(), True, "Whether members scale the outputs.")
    input_initializer: Initializer = option(
        Ref("initializer"), "ones", "How the scales of the inputs start."
    )
    output_initializer: Initializer = option(
        Ref("initializer"), "ones", "How the scales of the outputs start."
    )

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


class MemberDense(_OnMembers):
    """A dense layer that each member of an ensemble has for itself.

    Member `m` computes `activation(x[:, m] @ kernel[m] + bias[m])`. Kernels start as those of
    separate dense layers would.

    Input of shape `(batch, members, features)`; output `(batch, members, units)`.
    """

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernels `(members, features, units)` and the biases `(members, units)`."""
        members, features = self._sizes(shapes[0])
        shape = (members, features, self.units)
        start = SliceBySlice(self.kernel_initializer)
        return [Weight("kernel", shape, start, self.kernel_regularizer), *self._bias(members)]
