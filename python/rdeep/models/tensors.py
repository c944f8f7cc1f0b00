"""Tensors of an engine that a model or a layer is called on: passed on, so that gradients flow."""

from __future__ import annotations

from typing import Any

from rdeep.data.prepare import Kept
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError
from rdeep.ops.dispatch import as_array, engine_of

_TITLES = {"torch": "torch", "tensorflow": "TensorFlow", "numpy": "NumPy"}


def has_values(tensor: Any) -> bool:
    """Return whether an engine's tensor has values: one in a function that is traced has none.

    Parameters
    ----------
    tensor : tensor
        The tensor.
    """
    return hasattr(tensor, "numpy")


def kind_of(x: Any) -> str:
    """Return the kind of numbers that an array or tensor holds, as NumPy's `dtype.kind`.

    Parameters
    ----------
    x : array or tensor
        What holds numbers.
    """
    engine = engine_of([x])
    if engine is None:
        return str(x.dtype.kind)
    name = str(backends.load(engine).ops.dtype(x))
    return {"b": "b", "u": "u", "i": "i", "s": "U"}.get(name[:1], "f")


def keeper(backend: str) -> Kept:
    """Return what passes tensors of an engine on, in the type that an input has.

    Parameters
    ----------
    backend : str
        The model's engine.
    """

    def keep(part: Any, dtype: str, ids: bool) -> Any:
        engine = engine_of([part])
        if engine is None or dtype == "string":
            return None
        if engine != backend:
            _refuse_gradients(part, engine, backend)
            return None
        if has_values(part) and (ids or "int" in dtype):
            # No gradients flow through whole numbers: they are looked at as those of arrays are.
            return None
        ops = backends.load(engine).ops
        return part if ops.dtype(part) == dtype else ops.cast(part, dtype)

    return keep


def _refuse_gradients(tensor: Any, engine: str, backend: str) -> None:
    """Refuse a tensor of another engine that cannot become an array without a loss."""
    if has_values(tensor) and not getattr(tensor, "requires_grad", False):
        return
    raise ArgumentError(
        f"'inputs' is a tensor of {_TITLES[engine]} that gradients flow through, or one without "
        f"values, and the model is on {_TITLES[backend]}.",
        argument="inputs",
        hint="Use a model on the tensor's engine, or turn the tensor into an array.",
    )


def on_engine(x: Any, backend: str) -> Any:
    """Return a tensor of an engine as it is, and one of another engine as an array.

    Parameters
    ----------
    x : array or tensor
        What came.
    backend : str
        The engine.
    """
    engine = engine_of([x])
    if engine is None or engine == backend:
        return x
    _refuse_gradients(x, engine, backend)
    return as_array(x)
