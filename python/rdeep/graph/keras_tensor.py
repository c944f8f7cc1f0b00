"""`rdeep.KerasTensor`: Keras's name for symbolic tensors, one of which is made by its shape."""

from __future__ import annotations

from typing import Any

from rdeep.graph.tensor import Input, SymbolicTensor


class _EverySymbolic(type):
    """Has `isinstance(x, KerasTensor)` hold of every symbolic tensor."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, SymbolicTensor)


class KerasTensor(metaclass=_EverySymbolic):
    """A symbolic tensor of a shape and a type, as `Input` returns them.

    Parameters
    ----------
    shape : tuple of int or None
        The whole shape: the first axis is the batch.
    dtype : str
        The type.
    name : str, optional
        Its name.

    Examples
    --------
    >>> KerasTensor((None, 3)).shape
    (None, 3)
    """

    def __new__(cls, shape: Any, dtype: Any = "float32", name: str | None = None) -> Any:
        """Return the tensor."""
        return Input(batch_shape=tuple(shape), dtype=dtype, name=name)
