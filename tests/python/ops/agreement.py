"""What an operation must compute: the function of `keras.ops` of its name, on both engines
and on NumPy.

A case is the arguments of one call. `agree` compares the results, and the gradients of a weighted
sum of them with respect to each array of floats.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import torch

from oracle_ops import of_keras, on_numpy
from rdeep import ops
from rdeep.arrays.trees import flatten, mapped
from rdeep.catalogue.operations import Operation

RNG = np.random.default_rng(3)


@dataclass
class Case:
    """Arguments of an operation, with arrays for what it computes with."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    gradient: bool = True
    tolerance: float = 1e-5
    # What the results are made of, for what is not unique: a decomposition's product.
    of: Any = None


def case(*args: Any, gradient: bool = True, tolerance: float = 1e-5, of: Any = None, **kwargs: Any):
    """Return a case."""
    return Case(args, kwargs, gradient, tolerance, of)


def floats(*shape: int) -> np.ndarray:
    """Return normal numbers."""
    return RNG.normal(size=shape).astype("float32")


def shares(*shape: int) -> np.ndarray:
    """Return numbers between 0 and 1, away from both."""
    return RNG.uniform(0.05, 0.95, shape).astype("float32")


def declared(family: str) -> dict[str, Operation]:
    """Return the operations of a module by name."""
    module = importlib.import_module(f"rdeep.catalogue.operations.{family}")
    return {each.name: each for each in vars(module).values() if isinstance(each, Operation)}


def reference(name: str) -> Any:
    """Return Keras's function of an operation."""
    if name.startswith("image_"):
        short = name.removeprefix("image_")
        return getattr(
            keras.ops.image, {"crop": "crop_images", "pad": "pad_images"}.get(short, short)
        )
    return of_keras(name)


def agree(name: str, one: Case) -> None:
    """Assert that NumPy and both engines give what Keras gives."""
    wanted, slopes = _wanted(name, one)
    for engine in (_on_numpy, _on_torch, _on_tensorflow):
        function = on_numpy(name) if engine is _on_numpy else getattr(ops, name)
        found, own_slopes = engine(function, one)
        assert len(found) == len(wanted)
        for mine, theirs in zip(found, wanted):
            assert mine.shape == theirs.shape, f"{engine.__name__}: {mine.shape} {theirs.shape}"
            assert mine.dtype == theirs.dtype, f"{engine.__name__}: {mine.dtype} {theirs.dtype}"
            _close(mine, theirs, one.tolerance, engine.__name__)
        for mine, theirs in zip(own_slopes, slopes):
            _close(mine, theirs, 10 * one.tolerance, f"{engine.__name__}, gradient")


def _wanted(name: str, one: Case) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return Keras's results and gradients.

    TensorFlow's CPU build lacks some convolutions on processors without AVX-512, where Keras
    fails. The engines are then compared with NumPy's results and torch's gradients.
    """
    try:
        return _on_tensorflow(reference(name), one)
    except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError):
        results, _ = _on_numpy(on_numpy(name), one)
        return results, _on_torch(getattr(ops, name), one)[1]


def _close(mine: Any, theirs: Any, tolerance: float, what: str) -> None:
    scale = (
        max(1.0, float(np.max(np.abs(theirs), initial=0.0))) if theirs.dtype.kind == "f" else 1.0
    )
    np.testing.assert_allclose(
        mine, theirs, rtol=tolerance, atol=tolerance * min(scale, 1e3), err_msg=what
    )


def _weighted(results: list[Any], total: Any, made: Any) -> Any:
    """Return a sum of all floats with weights, complex numbers being two floats each."""
    rng = np.random.default_rng(5)
    weighted = made(np.zeros((), "float32"))
    for result in results:
        parts = [result]
        if "complex" in str(result.dtype):
            parts = [ops.real(result), ops.imag(result)]
        for part in parts:
            if "float" in str(part.dtype):
                weights = rng.normal(size=tuple(part.shape)).astype("float32")
                weighted = weighted + total(ops.cast(part, "float32") * made(weights))
    return weighted


def _is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == np.float32


def _on_numpy(function: Any, one: Case) -> tuple[list[np.ndarray], list[np.ndarray]]:
    results = flatten(function(*one.args, **one.kwargs))
    if one.of:
        # Such functions are written with operations of tensors.
        results = flatten(one.of(*[torch.from_numpy(np.asarray(each)) for each in results]))
    return [np.asarray(result) for result in results], []


def _on_torch(function: Any, one: Case) -> tuple[list[np.ndarray], list[np.ndarray]]:
    inputs: list[torch.Tensor] = []

    def made(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return x
        tensor = torch.from_numpy(x.copy())
        if _is_float(x) and one.gradient:
            inputs.append(tensor.requires_grad_())
        return tensor

    results = flatten(function(*mapped(made, one.args), **_kept(made, one.kwargs)))
    results = flatten(one.of(*results)) if one.of else results
    slopes: list[np.ndarray] = []
    if one.gradient and inputs:
        total = _weighted(results, torch.sum, torch.as_tensor)
        found: Any = [None] * len(inputs)
        if total.requires_grad:
            found = torch.autograd.grad(total, inputs, allow_unused=True)
        slopes = [_zeros(slope, x) for slope, x in zip(found, inputs)]
    return [np.asarray(ops.convert_to_numpy(result)) for result in results], slopes


def _zeros(slope: Any, x: torch.Tensor) -> np.ndarray:
    return np.zeros(tuple(x.shape), "float32") if slope is None else slope.numpy()


def _kept(made: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {
        name: made(value) if isinstance(value, np.ndarray) else value
        for name, value in kwargs.items()
    }


def _on_tensorflow(function: Any, one: Case) -> tuple[list[np.ndarray], list[np.ndarray]]:
    inputs: list[Any] = []

    def made(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return x
        tensor = tf.constant(x)
        if _is_float(x):
            inputs.append(tensor)
        return tensor

    args, kwargs = mapped(made, one.args), _kept(made, one.kwargs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        results = flatten(function(*args, **kwargs))
        results = flatten(one.of(*results)) if one.of else results
        total = _weighted(results, tf.reduce_sum, tf.constant) if one.gradient else 0.0
    slopes: list[np.ndarray] = []
    if one.gradient and inputs:
        found = tape.gradient(total, inputs, unconnected_gradients="zero")
        slopes = [tf.convert_to_tensor(slope).numpy() for slope in found]
    return [np.asarray(result) for result in results], slopes
