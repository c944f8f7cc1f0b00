"""A layer by itself on TensorFlow, by its formula or its native form, with gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.catalogue.layers.base import Layer
from rdeep.engines.single_layer import (
    NAME,
    Differentiable,
    Differentiated,
    Form,
    LayerCall,
    LayerResult,
    directions,
)
from rdeep.engines.tensorflow.builders import NATIVE, BuildContext, recurrent
from rdeep.engines.tensorflow.builders.formula import build_in_turn, formula
from rdeep.engines.tensorflow.network import keras_policy
from rdeep.engines.tensorflow.sampling import RandomState
from rdeep.engines.tensorflow.weights import held_variable

Tensor = Any


def run_layer(call: LayerCall, form: Form) -> LayerResult | None:
    """Return what a layer gives, and gradients.

    Parameters
    ----------
    call : LayerCall
        The layer, and what it depends on.
    form : str
        What computes it.

    Returns
    -------
    LayerResult or None
        `None` without such a form for these options, or a kernel for this precision.
    """
    random = RandomState()
    context = BuildContext(NAME, random)
    with keras_policy(call.policy):
        built = _built(call.record, context, form)
    if built is None:
        return None
    tensors = [tf.constant(x) for x in call.inputs]
    for x, mask in zip(tensors, call.masks or []):
        x._keras_mask = tf.constant(mask)
    random.set_seed(call.seed)
    random.set_step(tf.constant(call.step, tf.int64))
    with random.ours():
        build_in_turn(built, call.shapes)
        held = _held(call, built[-1])
        for name, value in call.weights.items():
            held[name].assign(value)
        floats = {f"input {i}": x for i, x in enumerate(tensors) if x.dtype.is_floating}
        given = {name: v.value for name, v in held.items() if v.trainable}
        with tf.GradientTape() as tape:
            tape.watch(list(floats.values()))
            try:
                outputs = _applied(built, tensors, call)
            except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError):
                if call.policy == "float32":
                    raise
                return None
            wide = [tf.cast(y, tf.float32) if y.dtype.is_floating else y for y in outputs]
            total = _weighted(wide)
    masks = [getattr(y, "_keras_mask", None) for y in outputs]
    result = LayerResult(
        [y.numpy() for y in wide], [None if m is None else np.asarray(m) for m in masks]
    )
    given.update(floats)
    if given and tf.is_tensor(total):
        found = tape.gradient(total, given, unconnected_gradients="zero")
        result.gradients = {n: tf.convert_to_tensor(g).numpy() for n, g in found.items()}
    return result


# Without a GPU networks do not use cuDNN's loops: here they are built wherever they fit.
_LOOPS = (layers.LSTM, layers.GRU, layers.RNN, layers.Bidirectional)
# Which has no other native form.
_LOOPS_ALONE = (layers.RNN,)


def native_forms(layer: type[Layer]) -> Sequence[Form]:
    """Return which native forms there are of a layer.

    Parameters
    ----------
    layer : type
        The layer.
    """
    native: tuple[Form, ...] = ("native",) if layer in NATIVE and layer not in _LOOPS_ALONE else ()
    return (*native, "kernel") if layer in _LOOPS else native


def _built(record: Layer, context: BuildContext, form: Form) -> list[keras.layers.Layer] | None:
    if form == "formula":
        return formula(record, context)
    if form == "kernel":
        return recurrent.by_kernel(record, context) if recurrent.takes_kernel(record) else None
    return NATIVE[type(record)](record, context)


def _held(call: LayerCall, layer: keras.layers.Layer) -> dict[str, Any]:
    return {name: held_variable(layer, name) for name in call.weights}


def _applied(built: list[keras.layers.Layer], tensors: list[Tensor], call: LayerCall) -> list[Any]:
    y: Any = tensors if call.record.merges or len(tensors) > 1 else tensors[0]
    for layer in built:
        takes = {"training": call.training} if layer._call_has_training_arg else {}
        y = layer(y, **takes)
    return list(y) if isinstance(y, (list, tuple)) else [y]


def _weighted(outputs: list[Tensor]) -> Any:
    floats = [y for y in outputs if y.dtype.is_floating]
    weights = directions([tuple(y.shape) for y in floats])
    sums = [tf.reduce_sum(y * tf.cast(w, y.dtype)) for y, w in zip(floats, weights)]
    return sum(tf.cast(each, tf.float32) for each in sums)


def differentiate(function: Differentiable, arrays: list[np.ndarray]) -> Differentiated:
    """Return a function's values, and gradients of their weighted sum by arrays of floats.

    Parameters
    ----------
    function : callable
        The function of tensors.
    arrays : list of numpy.ndarray
        What it is of.
    """
    tensors = [tf.constant(array) for array in arrays]
    floats = [x for x in tensors if x.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(floats)
        outputs = [tf.convert_to_tensor(y) for y in function(*tensors)]
        total = _weighted(outputs)
    if tf.is_tensor(total):
        found = tape.gradient(total, floats, unconnected_gradients="zero")
        gradients = [tf.convert_to_tensor(g).numpy() for g in found]
    else:
        gradients = [np.zeros(tuple(x.shape), x.dtype.as_numpy_dtype) for x in floats]
    return [y.numpy() for y in outputs], gradients
