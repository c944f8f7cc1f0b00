"""The Keras layer of any layer that is computed by its formula, and the builder of any layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.run import Run, made
from rdeep.catalogue.layers.typed import computed
from rdeep.engines.inner_weights import InnerWeights
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.builders.base import NATIVE, BuildContext, activation, common
from rdeep.engines.tensorflow.sampling import LayerDraws
from rdeep.engines.tensorflow.weights import variable_of
from rdeep.graph.foreign import refuse_foreign

Tensor = Any


class FormulaLayer(keras.layers.Layer):
    """A Keras layer that computes a formula.

    Parameters
    ----------
    record : Layer
        The layer's record.
    context : BuildContext
        Where it stands.
    kernel : keras.layers.Layer, optional
        What holds the weights, and is called in the place of a part of the formula.
    """

    def __init__(
        self, record: Layer, context: BuildContext, kernel: keras.layers.Layer | None = None
    ) -> None:
        # A layer in 64 bits takes what comes as it is, and casts it by itself.
        apart = record.full_precision or record.own_dtype == "float64"
        super().__init__(**common(record, context), autocast=not apart)
        self.record, self.random, self.full_name = record, context.random, context.name
        self.supports_masking = record.mask == "make" or record.passes_mask()
        self._activation = activation(record.following_activation)
        self.kernel = kernel
        self.kept: list[tf.Variable] = []
        self.inner = {
            part: build(layer, BuildContext(part_name(context.name, part), context.random))
            for part, layer in record.inner_layers().items()
        }
        # Layers inside draw by themselves.
        streams = {} if self.inner else record.streams()
        self._keys = {part: part_name(context.name, part) for part in streams}
        for part, seed in streams.items():
            context.random.add(self._keys[part], seed, record.advances)

    def __call__(self, inputs: Any, **options: Any) -> Any:
        """Return the output; in a chain a tensor comes by itself."""
        if self.record.merges and not isinstance(inputs, (list, tuple)):
            inputs = [inputs]
        return super().__call__(inputs, **options)

    def build(self, input_shape: Any) -> None:
        """Make the weights; they start as zeros, and are set once the network is built."""
        shapes = _shapes(input_shape)
        held = self.record.weights(*shapes)
        self.names = [weight.name for weight in held]
        if self.kernel is not None:
            self.kernel.build(shapes[0])
            held = []
        for part, layers in self.inner.items():
            build_in_turn(layers, self.record.inner_shapes(*shapes))
            held = [weight for weight in held if not weight.name.startswith(_prefix(part))]
        self.held = {
            weight.name: self.add_weight(
                name=weight.name.replace("/", "__"),
                shape=weight.shape,
                initializer="zeros",
                trainable=weight.trainable and not weight.buffer,
            )
            for weight in held
        }
        if self.record.stateful and not self.inner:
            # Of no rows as long as there was no batch.
            states = [shape[1:] for shape in self.record.state_shapes(shapes[0])]  # type: ignore[attr-defined]
            self.kept = [
                tf.Variable(tf.zeros((0, *shape)), shape=(None, *shape), trainable=False)
                for shape in states
            ]

    def find_variable(self, name: str) -> Any:
        """Return a weight by its name in the layer."""
        if name in self.held:
            return self.held[name]
        if self.kernel is not None:
            return variable_of(self.kernel, name)
        part = next(part for part in self.inner if name.startswith(_prefix(part)))
        return variable_of(self.inner[part][-1], name.removeprefix(_prefix(part)))

    def call(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        """Return the output."""
        found = computed(self.record, inputs, self._run(mask, bool(training)))
        if self._activation is not None:
            return self._activation(found)
        return found if self.supports_masking else keras.tree.map_structure(_unmasked, found)

    def _run(self, masks: Any, training: bool) -> Run:
        own = {name: self._computed(held) for name, held in self.held.items()}
        run = Run(
            ops,
            InnerWeights(own, self.names, self._read) if self.inner else own,
            list(masks) if isinstance(masks, (list, tuple)) else [masks],
            training or bool(self._keys and self.random.in_prediction),
            LayerDraws(self._keys, self.random) if self._keys else None,
            lambda name, value: tf.constant(made(value)),
            partial(self._assign, own),
            self.compute_dtype if self.record.full_precision else None,
            inner={part: partial(self._apply_inner, part, training) for part in self.inner},
            states=self if self.kept else None,
            kernel=None if self.kernel is None else partial(_by_kernel, self.kernel),
        )
        run.frozen = not self.trainable
        return run

    def _read(self, name: str) -> Tensor:
        return self._computed(self.find_variable(name))

    def _computed(self, variable: Any) -> Tensor:
        kind = "float32" if self.record.full_precision else self.compute_dtype
        return tf.cast(variable.value, kind)

    def _assign(self, own: dict[str, Tensor], name: str, value: Tensor) -> None:
        variable = self.find_variable(name)
        variable.assign(tf.cast(value, variable.dtype))
        if name in own:
            own[name] = self._computed(variable)

    def _apply_inner(
        self, part: str, training: bool, inputs: Any, masks: Sequence[Any], use: int
    ) -> Any:
        """Return what a layer inside gives, which draws other random numbers in each use."""
        mask = list(masks) if isinstance(inputs, (list, tuple)) else masks[0]
        with self.random.using(use):
            for layer in self.inner[part]:
                options: dict[str, Any] = (
                    {"training": training} if layer._call_has_training_arg else {}
                )
                if layer._call_has_mask_arg:
                    options["mask"] = mask
                inputs = layer(inputs, **options)
        return inputs

    # States that are kept between batches: `rdeep.catalogue.layers.run.StateStore`.

    def recall(self, sequence: Tensor) -> list[Tensor]:
        """Return the states to go on from; zeros at first."""
        rows = tf.shape(sequence)[0]
        states = []
        for variable in self.kept:
            value = variable.read_value()
            shape = (rows, *variable.shape[1:])
            state = tf.cond(tf.shape(value)[0] > 0, lambda v=value: v, lambda s=shape: tf.zeros(s))
            states.append(tf.ensure_shape(tf.cast(state, self.compute_dtype), variable.shape))
        return states

    def keep(self, states: Sequence[Tensor]) -> None:
        """Keep the states that a batch left."""
        for variable, state in zip(self.kept, states):
            variable.assign(tf.cast(state, variable.dtype))

    def within(self, part: str) -> FormulaLayer:
        """Return the layer itself: a cell's parts keep no states of their own."""
        return self

    def reset_state(self) -> None:
        """Have the next batch start from zeros."""
        for variable in self.kept:
            variable.assign(tf.zeros((0, *variable.shape[1:])))

    def rows(self) -> int:
        """Return how many rows states are kept of."""
        return int(tf.shape(self.kept[0])[0])

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the mask that passes on, is joined of several, or is made here."""
        if self.record.makes_mask():
            return self.record.made_mask(inputs, ops)
        several = isinstance(inputs, (list, tuple))
        given, masks = (inputs, previous_mask) if several else ([inputs], [previous_mask])
        if not isinstance(masks, (list, tuple)):
            masks = [masks]
        count = self.record.masked_outputs
        shapes = [tuple(x.shape) for x in given]
        if not any(self.record.carries_mask([m is not None for m in masks], shapes, count)):
            return None
        mask = self.record.join_masks(given, masks, ops)
        return mask if count == 1 else [mask] * count

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.record.output_shape(*_shapes(input_shape))

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**super().get_config(), "record": self.record.to_data()}


def _prefix(part: str) -> str:
    """Return what the names of a part's weights begin with."""
    return f"{part}/" if part else ""


def build_in_turn(layers: list[keras.layers.Layer], shapes: tuple[Any, ...]) -> None:
    """Build layers, each for the output of the one before.

    Parameters
    ----------
    layers : list of keras.layers.Layer
        The layers.
    shapes : tuple of shape
        The shapes of what the first is applied to.
    """
    shape: Any = list(shapes) if len(shapes) > 1 else shapes[0]
    for layer in layers:
        if not layer.built:
            getattr(layer, "build_on", layer.build)(shape)
        if layer is not layers[-1]:
            shape = layer.compute_output_shape(shape)


def _by_kernel(
    kernel: keras.layers.Layer,
    cell: Any,
    sequence: Tensor,
    states: Sequence[Tensor] | None,
    run: Run,
    mask: Tensor | None,
    every: bool,
    backwards: bool,
) -> tuple[Tensor, list[Tensor]]:
    """Return what a Keras layer gives in the place of `over_steps`: outputs and last states."""
    if run.training and cell.dropout:
        # The same features at every step.
        sequence = sequence * run.dropout_mask(sequence[:, 0], cell.dropout, 0)[:, None]
    output, *last = kernel(sequence, initial_state=states, mask=mask)
    return output, last


def _shapes(found: Any) -> list[tuple[int | None, ...]]:
    """Return the shapes of what a layer is applied to: Keras gives one tensor's by itself."""
    several = len(found) > 0 and isinstance(found[0], (list, tuple))
    return [tuple(shape) for shape in found] if several else [tuple(found)]


def _unmasked(x: Tensor) -> Tensor:
    """Return a tensor that carries no mask: what a layer gives may be its very input."""
    return x if getattr(x, "_keras_mask", None) is None else tf.identity(x)


def formula(record: Layer, context: BuildContext) -> list[keras.layers.Layer]:
    """Build any layer by its formula.

    Parameters
    ----------
    record : Layer
        The layer.
    context : BuildContext
        Where it stands.
    """
    return [FormulaLayer(record, context)]


def build(record: Layer, context: BuildContext) -> list[keras.layers.Layer]:
    """Build a layer by its native form or its formula: the Keras layers to apply in turn.

    Parameters
    ----------
    record : Layer
        The layer.
    context : BuildContext
        Where it stands.
    """
    # Native forms compute in the network's type alone.
    form = NATIVE.get(type(record)) if record.own_dtype is None else None
    built = None if form is None else form(record, context)
    if built is not None:
        return built
    refuse_foreign(record, context.name, "TensorFlow")
    return formula(record, context)
