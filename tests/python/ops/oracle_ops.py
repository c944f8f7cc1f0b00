"""What an operation must compute: on both engines the same as `keras.ops`, gradients
too, and on NumPy."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
import torch

from rdeep import ops
from rdeep.arrays import numpy as arrays
from rdeep.catalogue.operations import find_operation
from rdeep.engines import registry

STEP = 1e-6


def check_op(
    name: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any] | None = None,
    *,
    expected: Any = None,
    dtypes: bool = True,
    gradients: bool = True,
    numerical: bool = True,
) -> None:
    """Compare an operation on both engines with `keras.ops`.

    Parameters
    ----------
    name : str
        The operation.
    args, kwargs
        Its arguments; arrays among them become tensors of their own type.
    expected : object, optional
        What must come, where Keras is wrong or random; by default what Keras gives.
    dtypes : bool
        Whether the types are compared.
    gradients : bool
        Whether gradients with respect to the floating arrays are compared with Keras's.
    numerical : bool
        Whether torch's gradients, in 64 bits, are compared with differences.
    """
    kwargs = kwargs or {}
    inputs = _floats([args, kwargs])
    if expected is None:
        reference = _flat(_on(args, tf), _on(kwargs, tf), of_keras(name))
        wanted, kinds = [_array(each) for each in reference], [_kind(each) for each in reference]
    else:
        several = expected if isinstance(expected, list) else [expected]
        wanted, kinds, dtypes = [np.asarray(each) for each in several], [], False
    for engine in (np, torch, tf):
        function = on_numpy(name) if engine is np else getattr(ops, name)
        found = _flat(_on(args, engine), _on(kwargs, engine), function)
        label = f"{name}{args}{kwargs} on {engine.__name__}"
        assert len(found) == len(wanted), label
        for got, want in zip(found, wanted):
            got = _array(got)
            assert got.shape == want.shape, f"{label}: {got.shape}, not {want.shape}"
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5, err_msg=label)
        if dtypes:
            types = [_kind(each) for each in found]
            assert types == kinds, f"{label}: {', '.join(types)}, not {', '.join(kinds)}"
    if not inputs or not any(np.issubdtype(each.dtype, np.floating) for each in wanted):
        return
    if gradients and expected is None:
        theirs = _tensorflow_gradients(of_keras(name), args, kwargs)
        for got in (
            _tensorflow_gradients(getattr(ops, name), args, kwargs),
            _torch(name, args, kwargs),
        ):
            for one, other in zip(got, theirs):
                np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4, err_msg=name)
    if numerical:
        _check_numerically(name, args, kwargs)


def check_meta(name: str, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> None:
    """Check that torch tells the shapes and types of results without computing them.

    What an operation makes on the way must be on its arguments' device for this.
    """
    kwargs = kwargs or {}
    real = _flat(_on(args, torch), _on(kwargs, torch), getattr(ops, name))
    moved = _mapped((args, kwargs), lambda array: torch.from_numpy(np.array(array)).to("meta"))
    symbolic = _flat(*moved, getattr(ops, name))
    for one, other in zip(symbolic, real):
        if isinstance(other, torch.Tensor):
            assert (one.shape, one.dtype) == (other.shape, other.dtype), name


def _mapped(value: Any, function: Any) -> Any:
    if isinstance(value, np.ndarray):
        return function(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(each, function) for each in value)
    if isinstance(value, dict):
        return {key: _mapped(each, function) for key, each in value.items()}
    return value


def of_keras(name: str) -> Any:
    """Return Keras's function of an operation's name, or say what to do where there is none."""
    function = getattr(keras.ops, name, None)
    assert function is not None, (
        f"keras.ops has no {name}: compare with NumPy instead, by the case's "
        "checks={'expected': ...} or in a test of its own."
    )
    return function


def on_numpy(name: str) -> Any:
    """Return an operation as NumPy computes it, whatever engine is installed."""
    operation = find_operation(name)

    def computed(*args: Any, **kwargs: Any) -> Any:
        with np.errstate(all="ignore"):
            return operation.invoke(getattr(arrays, name), operation.bind(args, kwargs))

    return computed


def _on(value: Any, engine: Any) -> Any:
    if engine is np:
        return value
    if engine is tf:
        return _mapped(value, tf.constant)
    return _mapped(value, lambda array: torch.from_numpy(np.array(array)))


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in _leaves(each)]
    if isinstance(value, dict):
        return _leaves(list(value.values()))
    return [value]


def _floats(value: Any) -> list[np.ndarray]:
    arrays = [each for each in _leaves(value) if isinstance(each, np.ndarray)]
    return [each for each in arrays if np.issubdtype(each.dtype, np.floating)]


def _flat(args: Any, kwargs: Any, function: Any) -> list[Any]:
    return _leaves(function(*args, **kwargs))


def _array(value: Any) -> np.ndarray:
    return value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


def _kind(value: Any) -> str:
    # The number of values or axes is a plain number on torch.
    if isinstance(value, (int, tf.Tensor)) and not np.ndim(value) and isinstance(value, int):
        return "int32"
    return keras.backend.standardize_dtype(value.dtype)


def _weights(shape: tuple[int, ...]) -> np.ndarray:
    # The gradient of a sum of equal parts would say little.
    return np.cos(np.arange(np.prod(shape, dtype=int))).reshape(shape)


def _tensorflow_gradients(function: Any, args: Any, kwargs: Any) -> list[np.ndarray]:
    args, kwargs = _on(args, tf), _on(kwargs, tf)
    inputs = [
        each for each in _leaves([args, kwargs]) if tf.is_tensor(each) and each.dtype.is_floating
    ]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        found = [tf.convert_to_tensor(each) for each in _flat(args, kwargs, function)]
        found = [each for each in found if each.dtype.is_floating]
        total = sum(
            tf.reduce_sum(tf.cast(each, tf.float64) * _weights(tuple(each.shape))) for each in found
        )
    return [
        np.zeros(tuple(x.shape)) if g is None else tf.convert_to_tensor(g).numpy()
        for x, g in zip(inputs, tape.gradient(total, inputs))
    ]


def _torch(name: str, args: Any, kwargs: Any, *, double: bool = False) -> list[np.ndarray]:
    args, kwargs = _on(args, torch), _on(kwargs, torch)
    if double:
        args, kwargs = _doubled((args, kwargs))
    inputs = [
        each.requires_grad_()
        for each in _leaves([args, kwargs])
        if isinstance(each, torch.Tensor) and each.is_floating_point()
    ]
    total = _total(name, args, kwargs)
    if not total.requires_grad:
        return [np.zeros(tuple(each.shape)) for each in inputs]
    gradients = torch.autograd.grad(total, inputs, allow_unused=True)
    return [np.zeros(tuple(x.shape)) if g is None else g.numpy() for x, g in zip(inputs, gradients)]


def _total(name: str, args: Any, kwargs: Any) -> torch.Tensor:
    # The backend's own function: the public one would make 32 bits of plain arrays.
    function = getattr(registry.load("torch").ops, name)
    found = _leaves(find_operation(name).invoke(function, find_operation(name).bind(args, kwargs)))
    found = [each for each in found if isinstance(each, torch.Tensor) and each.is_floating_point()]
    return sum(
        (each.double() * torch.from_numpy(_weights(tuple(each.shape)))).sum() for each in found
    )


def _doubled(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.double() if value.is_floating_point() else value
    if isinstance(value, (list, tuple)):
        return type(value)(_doubled(each) for each in value)
    if isinstance(value, dict):
        return {key: _doubled(each) for key, each in value.items()}
    return value


def _check_numerically(name: str, args: Any, kwargs: Any) -> None:
    args, kwargs = _doubled((_on(args, torch), _on(kwargs, torch)))
    gradients = _torch(name, _numpy(args), _numpy(kwargs), double=True)
    inputs = [
        each
        for each in _leaves([args, kwargs])
        if isinstance(each, torch.Tensor) and each.is_floating_point()
    ]
    for x, gradient in zip(inputs, gradients):
        flat = x.view(-1)
        for place in range(min(flat.numel(), 3)):
            start = flat[place].item()
            sides = []
            for step in (STEP, -STEP):
                flat[place] = start + step
                sides.append(_total(name, args, kwargs).item())
            flat[place] = start
            slope = (sides[0] - sides[1]) / (2 * STEP)
            np.testing.assert_allclose(
                gradient.reshape(-1)[place], slope, rtol=1e-6, atol=1e-6, err_msg=name
            )


def _numpy(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.numpy().copy()
    if isinstance(value, (list, tuple)):
        return type(value)(_numpy(each) for each in value)
    if isinstance(value, dict):
        return {key: _numpy(each) for key, each in value.items()}
    return value
