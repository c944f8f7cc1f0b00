"""Running a layer by one of its forms: outputs, and gradients of inputs and weights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import rdeep.engines.tensorflow as tensorflow_backend  # before Keras, which it sets up
import rdeep.engines.torch as torch_backend
from rdeep.catalogue import layers
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.case import Case

ROWS, SEED, STEP = 4, 5, 2


@dataclass(frozen=True)
class Way:
    """How a layer is run: in training or not, with masks or not, in which precision."""

    training: bool = False
    masked: bool = False
    policy: str = "float32"


@dataclass
class Outcome:
    """What came of a run."""

    outputs: list[np.ndarray] = field(default_factory=list)
    masks: list[np.ndarray | None] = field(default_factory=list)
    gradients: dict[str, np.ndarray] = field(default_factory=dict)


def inputs_of(case: Case) -> list[np.ndarray]:
    """Return inputs of a case, the same ones each time."""
    rng = np.random.default_rng(1)
    shapes = [(ROWS, *shape) for shape in case.shapes]
    if case.codes is not None:
        return [rng.integers(0, case.codes, shape).astype("int32") for shape in shapes]
    return [rng.standard_normal(shape).astype("float32") for shape in shapes]


def masks_of(case: Case) -> list[np.ndarray]:
    """Return a mask of time steps for each input, of which no row is all masked."""
    rng = np.random.default_rng(2)
    axis = 1 if case.options.get("data_format") == "channels_first" else 0
    found = [rng.uniform(size=(ROWS, shape[axis])) < 0.6 for shape in case.shapes]
    for mask in found:
        mask[:, 0] = True
    return found


def weights_of(record: Layer, case: Case) -> dict[str, np.ndarray]:
    """Return values for a layer's weights, none of which is zero."""
    rng = np.random.default_rng(3)
    return {
        w.name: (rng.uniform(0.2, 0.9, w.shape) * (1 if w.buffer else rng.choice([-1, 1], w.shape)))
        for w in record.weights(*((None, *shape) for shape in case.shapes))
    }


def directions(outputs: list[Any]) -> list[np.ndarray]:
    """Return what outputs are multiplied by before they are added up."""
    rng = np.random.default_rng(4)
    return [rng.standard_normal(tuple(each.shape)).astype("float32") for each in outputs]


def _listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, (list, tuple)) else [found]


class NoKernel(Exception):
    """An engine has no kernel for 16 bits on this device."""


class Torch:
    """Forms on torch."""

    def __init__(self) -> None:
        torch_backend.load()
        from rdeep.engines.torch import builders
        from rdeep.engines.torch.builders.formula import formula

        self.native, self.formula, self.builders = builders.NATIVE, formula, builders
        self.kernels: dict[type, Any] = {}

    def run(self, form: Callable[..., Any], record: Layer, case: Case, way: Way) -> Outcome | None:
        """Return what a form gives; `None` if it does not know the layer's options."""
        import torch

        from rdeep.engines.torch.network import _COMPUTED
        from rdeep.engines.torch.sampling import RandomState

        random = RandomState()
        shapes = tuple((None, *shape) for shape in case.shapes)
        built = form(record, self.builders.BuildContext("layer", shapes, random))
        if built is None:
            return None
        for name, value in weights_of(record, case).items():
            built.weights[name].write(value)
        module = built.module.train(way.training)
        tensors = [torch.tensor(x) for x in inputs_of(case)]
        floats = [x.requires_grad_() for x in tensors if x.is_floating_point()]
        masks = [torch.tensor(m) for m in masks_of(case)] if way.masked else [None] * len(tensors)
        args: list[Any] = [tensors] if built.takes_list else list(tensors)
        if built.takes_masks:
            args.append(masks)
        elif built.takes_mask and way.masked:
            args.insert(1, masks[0])
        kind = _COMPUTED.get(way.policy)
        low = nullcontext() if kind is None else torch.autocast("cpu", dtype=kind)
        with random.drawing(SEED), low:
            random.step = STEP
            try:
                outputs = [y.float() for y in _listed(module(*args))]
            except RuntimeError as error:
                if kind is None:
                    raise
                raise NoKernel from error
        loss = sum((y * torch.tensor(d)).sum() for y, d in zip(outputs, directions(outputs)))
        wanted = {
            (name, place): tensor
            for name, held in built.weights.items()
            for place, tensor in enumerate(held.tensors)
            if tensor.requires_grad
        }
        found = Outcome([y.detach().numpy() for y in outputs])
        if not loss.requires_grad:
            return found
        given = [*wanted.values(), *floats]
        grads = torch.autograd.grad(loss, given, allow_unused=True)
        grads = [torch.zeros_like(x) if g is None else g for g, x in zip(grads, given)]
        by_place = dict(zip(wanted, grads))
        for name, held in built.weights.items():
            if all((name, place) in by_place for place in range(len(held.tensors))):
                of = [by_place[name, place] for place in range(len(held.tensors))]
                found.gradients[name] = held.read(of)
        for place, gradient in enumerate(grads[len(wanted) :]):
            found.gradients[f"input {place}"] = gradient.numpy()
        return found


class TensorFlow:
    """Forms on TensorFlow."""

    def __init__(self) -> None:
        tensorflow_backend.load()
        from rdeep.engines.tensorflow import builders
        from rdeep.engines.tensorflow.builders.formula import formula

        self.formula, self.builders = formula, builders

        def by_kernel(record: Layer, site: Any) -> Any:
            fits = builders.recurrent.takes_kernel(record)
            return builders.recurrent.by_kernel(record, site) if fits else None

        self.native = dict(builders.NATIVE)
        # Without a GPU networks do not use cuDNN's loops: here they are built wherever they fit.
        looping = (layers.LSTM, layers.GRU, layers.RNN, layers.Bidirectional)
        self.kernels = dict.fromkeys(looping, by_kernel)
        # Which has no other native form.
        del self.native[layers.RNN]

    def run(self, form: Callable[..., Any], record: Layer, case: Case, way: Way) -> Outcome | None:
        """Return what a form gives; `None` if it does not know the layer's options."""
        import tensorflow as tf

        from rdeep.engines.tensorflow.network import _keras_policy
        from rdeep.engines.tensorflow.sampling import RandomState
        from rdeep.engines.tensorflow.weights import variable_of

        random = RandomState()
        with _keras_policy(way.policy):
            built = form(record, self.builders.BuildContext("layer", random))
        if built is None:
            return None
        tensors = [tf.constant(x) for x in inputs_of(case)]
        if way.masked:
            for x, mask in zip(tensors, masks_of(case)):
                x._keras_mask = tf.constant(mask)
        random.set_seed(SEED)
        random.set_step(tf.constant(STEP, tf.int64))

        def applied() -> Any:
            y: Any = tensors if record.merges else tensors[0]
            for layer in built:
                takes = {"training": way.training} if layer._call_has_training_arg else {}
                try:
                    y = layer(y, **takes)
                except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError) as error:
                    if way.policy == "float32":
                        raise
                    raise NoKernel from error
            return y

        with random.ours():
            applied()  # which makes the weights
            held = {name: variable_of(built[-1], name) for name in weights_of(record, case)}
            for name, value in weights_of(record, case).items():
                held[name].assign(value)
            trained = {name: v.value for name, v in held.items() if v.trainable}
            floats = [x for x in tensors if x.dtype.is_floating]
            with tf.GradientTape() as tape:
                tape.watch(floats)
                outputs = _listed(applied())
                wide = [tf.cast(y, tf.float32) for y in outputs]
                loss = sum(tf.reduce_sum(y * d) for y, d in zip(wide, directions(wide)))
        given = {**trained, **{f"input {place}": x for place, x in enumerate(floats)}}
        found = Outcome([y.numpy() for y in wide])
        found.masks = [getattr(y, "_keras_mask", None) for y in outputs]
        for name, gradient in tape.gradient(loss, given).items():
            dense = tf.zeros_like(given[name]) if gradient is None else gradient
            found.gradients[name] = tf.convert_to_tensor(dense).numpy()
        return found


ENGINES = {"torch": Torch(), "tensorflow": TensorFlow()}
