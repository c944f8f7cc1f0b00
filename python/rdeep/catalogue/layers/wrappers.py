"""Layers around another layer: both ways through a sequence, and at each step of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.recurrent import RecurrentLayer, check_states, with_states
from rdeep.catalogue.options import Arrays, Choice, LayerRef, OrNone, option
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    called,
    constructor,
    format_shape,
    setting,
    shapes_listed,
    show,
    worded,
)

__all__ = ["Bidirectional", "TimeDistributed"]

_RECURRENT = LayerRef(
    worded(f"a recurrent layer such as {called('LSTM', 'layer', {'units': 32})}"),
    lambda layer: isinstance(layer, RecurrentLayer),
)
_OF_ONE_INPUT = LayerRef(
    accepts=lambda layer: not layer.merges and layer.key != "input",
    hint="It must take one input.",
)
_MERGES = Choice("concat", "sum", "mul", "ave")


class _Given(Initializer):
    """An initializer whose values are given."""

    internal = True
    values: Any = option(Arrays())

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.asarray(self.values[0], np.float32)


class Bidirectional(Layer):
    """Reads a sequence forwards and backwards with two copies of a recurrent layer.

    With `return_state` in the layer, the states follow the output, those of the layer that reads
    forwards first; initial states are given in the same order.
    """

    mask = "read"
    takes_states = True
    layer: RecurrentLayer = option(_RECURRENT, doc="The recurrent layer.")
    merge_mode: str | None = option(
        OrNone(_MERGES, _MERGES.words),
        "concat",
        "How the two outputs become one; with None both are returned.",
    )
    initial_weights: Any = option(
        Arrays(),
        None,
        "Arrays to start from, those of the layer that reads forwards first.",
        given_as="weights",
    )
    backward_layer: RecurrentLayer | None = option(
        _RECURRENT, None, "The layer that reads backwards; by default a copy of `layer`."
    )

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return any(layer.random for layer in self.directions())

    @property
    def masked_outputs(self) -> int:  # type: ignore[override]
        """How many outputs carry the mask: both, where they are not merged."""
        return 1 if self.merge_mode else 2

    @property
    def stateful(self) -> bool:  # type: ignore[override]
        """Whether the layers keep their states between batches."""
        return self.layer.stateful

    def validate(self) -> None:
        """Refuse two layers that do not return alike, or do not read in opposite directions."""
        forward, backward = self.directions()
        alike = ("return_sequences", "return_state", "stateful")
        same = all(getattr(forward, name) == getattr(backward, name) for name in alike)
        if not same or forward.go_backwards == backward.go_backwards:
            raise ArgumentError(
                f"{constructor(self)}: 'backward_layer' must return what 'layer' returns and "
                "differ in 'go_backwards'.",
                argument="backward_layer",
                received=show(backward),
            )

    def directions(self) -> tuple[RecurrentLayer, RecurrentLayer]:
        """Return the layer that reads forwards and the one that reads backwards."""
        if self.backward_layer is not None:
            return self.layer, self.backward_layer
        return self.layer, self.layer.replace(go_backwards=not self.layer.go_backwards)

    def passes_mask(self) -> bool:
        """Return whether the mask goes on: with an output for every step."""
        return self.layer.return_sequences

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse sequences and initial states that do not fit, and outputs that do not match."""
        for layer in self.directions():
            layer.check_inputs(shapes[0])
        wanted = [s for layer in self.directions() for s in layer.state_shapes(shapes[0])]
        check_states(self, list(shapes[1:]), wanted)
        forward, backward = (outputs[0] for outputs in self._outputs(shapes[0]))
        if self.merge_mode not in (None, "concat") and forward != backward:
            raise ShapeError(
                f"Layer {self.name or 'Bidirectional'!r} cannot merge outputs of shapes "
                f"{format_shape(forward)} and {format_shape(backward)} by {show(self.merge_mode)}.",
                layer=self.name or "Bidirectional",
                argument="merge_mode",
                received=self.merge_mode,
                hint=f"Use {setting('merge_mode', 'concat')}, or layers of one size.",
            )

    def _outputs(self, sequence: Dims) -> list[list[Dims]]:
        found = [layer.output_shape(sequence) for layer in self.directions()]
        return [shapes if isinstance(shapes, list) else [shapes] for shapes in found]

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return one layer's shape, twice as wide if the outputs are joined; then the states'."""
        (forward, *ahead), (backward, *back) = self._outputs(shapes[0])
        merged = [forward]
        if self.merge_mode is None:
            merged = [forward, backward]
        elif self.merge_mode == "concat":
            merged = [(*forward[:-1], (forward[-1] or 0) + (backward[-1] or 0))]
        outputs = [*merged, *ahead, *back]
        return outputs if len(outputs) > 1 else outputs[0]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return both layers' weights, named `forward/...` and `backward/...`."""
        weights = [
            replace(weight, name=f"{way}/{weight.name}")
            for way, layer in zip(("forward", "backward"), self.directions())
            for weight in layer.weights(shapes[0])
        ]
        if self.initial_weights is None:
            return weights
        given = [np.shape(values) for values in self.initial_weights]
        if given != [weight.shape for weight in weights]:
            raise ShapeError(
                f"Layer {self.name or 'Bidirectional'!r}: the arrays in 'weights' have shapes "
                f"{shapes_listed(given)}, not {shapes_listed(w.shape for w in weights)}.",
                layer=self.name or "Bidirectional",
                argument="weights",
                received=given,
            )
        return [
            replace(weight, initializer=_Given(values=(values,)))
            for weight, values in zip(weights, self.initial_weights)
        ]

    def __call__(  # type: ignore[override]
        self, inputs: Any, initial_state: Any = None, training: bool | None = None
    ) -> Any:
        """Apply the layer to a symbolic tensor, and initial states if there are some."""
        return super().__call__(with_states(inputs, initial_state), training=training)


class TimeDistributed(Layer):
    """Applies a layer to each step of a sequence.

    Input of shape `(batch, steps, ...)`. A layer that keeps averages, such as batch normalization,
    sees one step after the other; any other sees all of them at once. A mask of steps passes on,
    and the layer inside does not see it.
    """

    layer: Layer = option(_OF_ONE_INPUT, doc="The layer.")

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return self.layer.random

    def stepwise(self, sequence: Dims) -> bool:
        """Return whether the layer must see one step after the other while training."""
        return any(weight.buffer for weight in self.layer.weights(_step(sequence)))

    def code_limits(self) -> tuple[int, ...] | None:
        """Return how many codes the input may hold, where the layer takes codes."""
        return self.layer.code_limits()

    def output_dtype(self, dtype: str) -> str:
        """Return the type of the layer's output."""
        return self.layer.output_dtype(dtype)

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs without steps, and steps that the layer cannot take."""
        super().check_inputs(*shapes)
        if len(shapes[0]) < 3:
            title = self.name or "TimeDistributed"
            raise ShapeError(
                f"Layer {title!r} wants steps and at least one more dimension for each sample, not "
                f"an input of shape {format_shape(shapes[0])}.",
                layer=title,
                received=shapes[0],
            )
        self.layer.check_inputs(_step(shapes[0]))
        if shapes[0][1] is None and self.stepwise(shapes[0]):
            known(None, self, "the steps")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the layer's output shape with the steps in it."""
        inner = self.layer.output_shape(_step(shapes[0]))
        if isinstance(inner, list):
            raise ArgumentError(
                f"{constructor(self)}: 'layer' must return one tensor.",
                argument="layer",
                received=show(self.layer),
            )
        return (inner[0], shapes[0][1], *inner[1:])

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the layer's weights."""
        return self.layer.weights(_step(shapes[0]))


def _step(sequence: Dims) -> Dims:
    return (sequence[0], *sequence[2:])
