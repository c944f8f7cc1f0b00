"""Wrappers of a layer: bidirectional, and time-distributed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.core import Dense
from rdeep.catalogue.layers.recurrence import where_seen
from rdeep.catalogue.layers.recurrent import (
    GRU,
    LSTM,
    RecurrentLayer,
    SimpleRNN,
    check_states,
    with_states,
)
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Arrays, Choice, LayerRef, OrNone, option
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    called,
    constructor,
    format_shape,
    layer_title,
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
    accepts=lambda layer: (layer.lone or not layer.merges) and layer.named_after() != "input",
    hint="It must take one input.",
)
_MERGES = Choice("concat", "sum", "mul", "ave")


class _GivenValues(Initializer):
    """An initializer whose values are given."""

    internal = True
    values: Any = option(Arrays())

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.asarray(self.values[0], np.float32)


class Bidirectional(Layer):
    """Bidirectional wrapper of a recurrent layer: reads sequences forwards and backwards.

    Two copies of the layer read the sequence in opposite directions, and their outputs are merged
    by `merge_mode`.

    Call arguments
    --------------
    initial_state : list of tensors, optional
        The states before the first step: those of the forward layer, then those of the backward
        layer.
    training : bool, optional
        Whether to apply dropout; by default the model decides.

    Input shape
    -----------
    `(batch, steps, features)`.

    Output shape
    ------------
    That of the wrapped layer, with twice the features for `merge_mode = "concat"`. With
    `return_state` in the layer a list of that and the states, those of the forward layer first.

    References
    ----------
    Schuster, M. and Paliwal, K. K. (1997). Bidirectional recurrent neural networks. IEEE
    Transactions on Signal Processing 45, 2673-2681.

    Examples
    --------
    >>> from rdeep.catalogue.layers import LSTM
    >>> Bidirectional(LSTM(32)).output_shape((None, 50, 16))
    (None, 64)
    """

    mask = "read"
    takes_states = True
    layer: RecurrentLayer = option(_RECURRENT, doc="The recurrent layer.")
    merge_mode: str | None = option(
        OrNone(_MERGES, _MERGES.words),
        "concat",
        "How to merge the two outputs; with `None` both are returned.",
    )
    initial_weights: Any = option(
        Arrays(),
        None,
        "The initial weights as arrays, those of the forward layer first.",
        given_as="weights",
    )
    backward_layer: RecurrentLayer | None = option(
        _RECURRENT, None, "The backward layer; by default a copy of `layer`."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses that give the last output and all of them, and that merge in several ways."""
        every = {"units": 3, "return_sequences": True}
        return [
            case({"layer": GRU(3)}, (5, 4)),
            case({"layer": LSTM(**every, return_state=True), "merge_mode": "ave"}, (5, 4)),
            case({"layer": SimpleRNN(**every), "merge_mode": None}, (5, 4)),
            case({"layer": GRU(3), "backward_layer": LSTM(2, go_backwards=True)}, (5, 4)),
        ]

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
                f"{layer_title(self)} cannot merge outputs of shapes "
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
                f"{layer_title(self)}: the arrays in 'weights' have shapes "
                f"{shapes_listed(given)}, not {shapes_listed(w.shape for w in weights)}.",
                layer=self.name or "Bidirectional",
                argument="weights",
                received=given,
            )
        return [
            replace(weight, initializer=_GivenValues(values=(values,)))
            for weight, values in zip(weights, self.initial_weights)
        ]

    # As in Keras, the given layer is a pattern for both directions.
    shares_inner = False

    def inner_layers(self) -> dict[str, Layer]:
        """Return both layers."""
        # As in Keras, whose wrapper decides on zeros in masked steps.
        plain = {"zero_output_for_mask": False}
        return {
            way: layer.replace(**plain) if layer.zero_output_for_mask else layer
            for way, layer in zip(("forward", "backward"), self.directions())
        }

    def inner_shapes(self, *shapes: Dims) -> tuple[Dims, ...]:
        """Return the sequence's shape, which both layers read."""
        return shapes[:1]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return both outputs merged, and the last states of both if asked."""
        ops, mask = run.ops, run.masks[0]
        sequence, *states = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        half = len(states) // 2
        found = []
        for (part, layer), start in zip(
            self.inner_layers().items(), (states[:half], states[half:])
        ):
            given = [sequence, *start] if start else sequence
            found.append(run.apply(layer, given, part, masks=[mask, *[None] * half]))
        if self.layer.return_state:
            (ahead, *last), (back, *more) = found
        else:
            (ahead, back), last, more = found, [], []
        if self.layer.return_sequences:
            back = ops.flip(back, axis=1)
            ahead, back = (self._seen(output, mask, ops) for output in (ahead, back))
        merged = self._merged(ahead, back, ops)
        outputs = [*merged, *last, *more]
        return outputs if len(outputs) > 1 else outputs[0]

    @staticmethod
    def _seen(output: Any, mask: Any, ops: Any) -> Any:
        """Return the outputs with zeros in masked steps, unlike a single recurrent layer."""
        return output if mask is None else where_seen(mask, output, ops)

    def _merged(self, ahead: Any, back: Any, ops: Any) -> list[Any]:
        if self.merge_mode is None:
            return [ahead, back]
        if self.merge_mode == "concat":
            return [ops.concatenate([ahead, back], axis=-1)]  # (..., 2 * units)
        if self.merge_mode == "mul":
            return [ahead * back]
        return [(ahead + back) / 2 if self.merge_mode == "ave" else ahead + back]

    def __call__(  # type: ignore[override]
        self,
        inputs: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        """Apply the layer to a symbolic tensor, and initial states if there are some."""
        return super().__call__(with_states(inputs, initial_state), training=training, mask=mask)


class TimeDistributed(Layer):
    """Time-distributed wrapper: applies a layer to each step of a sequence.

    A layer that keeps averages, such as batch normalization, sees one step after the other; any
    other sees all of them at once. A mask passes on. The layer inside sees its part of a mask that
    says more of each step, of shape `(batch, steps, words)`; batch normalization leaves out masked
    steps.

    Call arguments
    --------------
    training : bool, optional
        Whether the layer computes as in training; by default the model decides.

    Input shape
    -----------
    `(batch, steps, ...)`.

    Output shape
    ------------
    `(batch, steps, ...)`, with the output of the layer at each step.

    Examples
    --------
    >>> from rdeep.catalogue.layers import Dense
    >>> TimeDistributed(Dense(8)).output_shape((None, 50, 16))
    (None, 50, 8)
    """

    mask = "first"
    layer: Layer = option(_OF_ONE_INPUT, doc="The layer.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"layer": Dense(2)}, (5, 4))]

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return self.layer.random

    def stepwise(self, sequence: Dims) -> bool:
        """Return whether the layer must see one step after the other while training."""
        return any(weight.buffer for weight in self.layer.weights(_step(sequence)))

    def inner_layers(self) -> dict[str, Layer]:
        """Return the layer, which has the wrapper's name and weights."""
        return {"": self.layer}

    def inner_shapes(self, *shapes: Dims) -> tuple[Dims, ...]:
        """Return the shape of a step."""
        return (_step(shapes[0]),)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the outputs of all steps."""
        ops, mask = run.ops, run.masks[0]
        mask = mask if self._passes_down(inputs, mask) else None
        if run.training and self.stepwise(tuple(inputs.shape)):
            steps = ops.unstack(inputs, axis=1)  # each (batch, ...)
            masks = [None] * len(steps) if mask is None else ops.unstack(mask, axis=1)
            found = [
                run.apply(self.layer, step, masks=[seen], use=t)
                for t, (step, seen) in enumerate(zip(steps, masks))
            ]
            return ops.stack(found, axis=1)  # (batch, steps, ...)
        batch, steps, *sizes = ops.shape(inputs)
        # (batch * steps, ...)
        folded = ops.reshape(inputs, (-1, *sizes))
        if mask is not None:
            mask = ops.reshape(mask, (-1, *ops.shape(mask)[2:]))  # (batch * steps, ...)
        found = run.apply(self.layer, folded, masks=[mask])
        return ops.reshape(found, (batch, steps, *ops.shape(found)[1:]))  # (batch, steps, ...)

    def _passes_down(self, inputs: Any, mask: Any) -> bool:
        """Return whether the layer sees its part of a mask: one of its steps, or of its rows."""
        if mask is None or not self.layer.takes_masks():
            return False
        return len(mask.shape) > 2 or len(inputs.shape) == 3

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
                f"{layer_title(self)} wants steps and at least one more dimension for each sample, "
                f"not an input of shape {format_shape(shapes[0])}.",
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
